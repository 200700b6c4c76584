from django.db import models


class Heartbeat(models.Model):
    """When each background job last began and last came through; `/healthz` fails on a stale one."""

    job = models.CharField(primary_key=True, max_length=64)
    began_at = models.DateTimeField()
    came_through_at = models.DateTimeField(null=True)
    # The exception's type only: its text may hold a person's data.
    failure = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.job
