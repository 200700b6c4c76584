"""What must not come in again after an order to vacate, to seal or to expunge."""

from django.db import models


class DisposedNumber(models.Model):
    """A keyed HMAC of court and number: it is known again, and nobody reads the number back.

    Or of court, number and a name: whoever bears it was let in under that number all the same.
    """

    mac = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"disposed number {self.pk}"
