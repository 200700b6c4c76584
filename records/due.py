"""What has been kept as long as its rule says. Holds don't matter here: they stop what is due."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from core.months import months_before
from courts.models import Referral, Submission
from courts.moves import OVER
from participants.models import Participant
from programs.models import Enrollment
from records.kinds import KEPT_MONTHS, Kept
from records.models import Disposal, RetentionRule

# By what a disposal names it.
FIELD: dict[Kept, str] = {Kept.CASE: "referral", Kept.PERSON: "participant", Kept.DRAFT: "submission"}


def months_of(kind: Kept) -> int:
    rule = RetentionRule.objects.filter(kind=kind, ended_at=None).first()
    return rule.months if rule else KEPT_MONTHS[kind]


def limit(kind: Kept, now: datetime, months: int | None = None) -> datetime:
    """What was over before this moment is due. `months`: as if the rule said so."""
    day = months_before(now.date(), months or months_of(kind))
    return now.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0)


def due(kind: Kept, *, before: datetime) -> QuerySet[Any]:
    """Whose time was over before that moment, and who isn't gone; oldest first."""
    asked: dict[Kept, Callable[[datetime], QuerySet[Any]]]
    asked = {Kept.CASE: _cases, Kept.PERSON: _people, Kept.DRAFT: _drafts}
    return asked[kind](before)


def still_due(disposal: Disposal, now: datetime) -> bool:
    """As its rule stands now, and as it stands itself: a case may have been opened again since."""
    kind = next(kind for kind, field in FIELD.items() if getattr(disposal, f"{field}_id") is not None)
    subject = getattr(disposal, f"{FIELD[kind]}_id")
    return due(kind, before=limit(kind, now)).order_by().filter(pk=subject).exists()


def _cases(before: datetime) -> QuerySet[Referral]:
    over = Referral.objects.known().filter(state__in=OVER)
    # A declined one was never closed: its last move tells.
    return (
        over.annotate(over_since=Coalesce("closed_at", Max("moves__at")))
        .filter(over_since__lt=before)
        .order_by("over_since", "pk")
    )


def _people(before: datetime) -> QuerySet[Participant]:
    """A man goes with his last case; these have none that is still known, and come to no group."""
    his = Q(participant=OuterRef("pk")) | Q(participant__merged_into=OuterRef("pk"))
    known = Referral.objects.known().filter(his)
    there = Participant.objects.themselves().filter(key__destroyed_at=None, made_at__lt=before)
    return there.filter(~Exists(known), ~Exists(Enrollment.objects.open().filter(his))).order_by("made_at", "pk")


def _drafts(before: datetime) -> QuerySet[Submission]:
    kept = Submission.objects.filter(referral=None, key__destroyed_at=None, changed_at__lt=before)
    return kept.order_by("changed_at", "pk")
