"""Is this paper genuine? Asked by anybody, answered without a name, an offense or a court."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from accounts.actors import Task
from audit.actions import record
from courts.models import IssuedDocument, ReportStep
from courts.verifying import Answer, Number, answer_of, is_same, read_code, read_number
from vault.models import Key

BY = Task("courts.verify")
# No program has it: whatever can't be read as a number is looked for all the same, and takes as long.
NOBODYS = Number("", 0, 0)
# The hash of no code.
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Found:
    """`on`: since when it is superseded or withdrawn; of a genuine one, when it was issued."""

    answer: Answer
    on: date | None = None


@transaction.atomic
def check(*, number: str, code: str, now: datetime) -> Found:
    """A wrong number and a wrong code are answered alike, after the same work."""
    row = _row(read_number(number) or NOBODYS)
    right = is_same(read_code(code), row["code_hash"])
    found = _found(row) if right else Found(Answer.UNKNOWN)
    on = f"courts.IssuedDocument:{row['pk']}"
    record(by=BY, now=now, verb="report.verified", on=on, facts={"answer": found.answer})
    return found


def _row(number: Number) -> dict[str, Any]:
    newest = ReportStep.objects.filter(report=OuterRef("report")).order_by("-number")
    # Of a case that had to be forgotten nobody says that it was ever here.
    gone = Key.objects.filter(pk=OuterRef("report__referral__key"), destroyed_at__isnull=False)
    asked = IssuedDocument.objects.filter(
        ~Exists(gone),
        number__program__number_prefix__iexact=number.prefix,
        number__year=number.year,
        number__n=number.n,
    )
    steps = {"step": Subquery(newest.values("step")[:1]), "stepped_at": Subquery(newest.values("at")[:1])}
    zones = ("report__referral__court__time_zone", "report__referral__program__time_zone")
    found = asked.annotate(**steps).values("pk", "code_hash", "issued_at", *steps, *zones).first()
    return found or {"pk": "unknown", "code_hash": NOTHING}


def _found(row: dict[str, Any]) -> Found:
    answer = answer_of(row["step"])
    zone = row["report__referral__court__time_zone"] or row["report__referral__program__time_zone"]
    at = row["issued_at"] if answer is Answer.GENUINE else row["stepped_at"]
    return Found(answer, at.astimezone(ZoneInfo(zone)).date())
