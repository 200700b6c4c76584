"""What the one question for many kinds brings back."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Model
from django.urls import reverse


class Found(NamedTuple):
    """One row of the union. `one`, `two`, `three`: words of the kind's own; `user`: whose it is by its nature."""

    kind: str
    pk: int
    man: int | None
    first: str | None
    middle: str | None
    last: str | None
    suffix: str | None
    court: str | None
    number: str | None
    at: datetime
    one: str
    two: str
    three: str
    user: int
    of: int | None

    @property
    def whom(self) -> str:
        return " ".join(filter(None, (self.first, self.middle, self.last, self.suffix)))

    @property
    def case(self) -> str:
        """As `subjects.case` says it of a referral at hand."""
        return " · ".join(filter(None, (self.court or "Not filed", self.number)))


def page(model: type[Model], pk: int) -> str:
    return reverse(f"office:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
