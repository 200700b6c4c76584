"""What only a list brought that was taken back: its men and its cases stand in no list and in no search.

Their files stay, and so do the moves that closed them: with the list itself one reads what it brought.
"""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from courts.models import Referral


def without_undone(people: QuerySet[Any]) -> QuerySet[Any]:
    """A man who was here before, or was referred again since, is left in."""
    return people.exclude(pk__in=gone())


def of_standing_cases(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that name a referral."""
    return rows.exclude(referral__in=Referral.objects.undone().order_by().values("pk"))


def gone() -> QuerySet[Any]:
    """Their ids."""
    others = Referral.objects.not_undone().filter(participant=OuterRef("participant"))
    return Referral.objects.undone().filter(~Exists(others)).order_by().values("participant")
