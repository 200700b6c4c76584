"""A report in review, as its page shows it: the pages, what is missing with where it is mended, what may be written."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from courts import eyes
from courts.actions import missing
from courts.actions.missing import Mend, Missing
from courts.eyes import Ruling
from courts.models import Report
from office import proposed, words
from office.doing import find
from office.forms.reports import Words, signers_of
from office.subjects import page


@dataclass(frozen=True, slots=True)
class Todo:
    """`url` empty: nothing that this person could press mends it."""

    sentence: str
    button: str
    url: str


@dataclass(frozen=True, slots=True)
class InReview:
    sheet: proposed.Sheet
    todo: list[Todo]
    # The sentence why he can't issue it today, though nothing is missing.
    wait: str
    may_issue: bool
    may_look: bool
    changed: bool
    digest: str
    signer: Any
    signers: list[Any]
    words: Words | None
    # One a form: of one sent twice one is done.
    once: uuid.UUID
    again: uuid.UUID


def in_review(report: Report, *, asked_signer: str, by: User, now: datetime) -> InReview:
    signers = list(signers_of(report))
    signer = _signer(signers, asked_signer, by)
    look = missing.look(report, signer=signer, by=by, now=now)
    complete = not look.missing
    first = complete and look.ruling is Ruling.LOOK_FIRST
    form = Words(record=report)
    return InReview(
        sheet=proposed.as_draft(report, look.told),
        todo=[_todo(one) for one in look.missing],
        wait=eyes.WHY_NOT.get(look.ruling, "") if complete else "",
        may_issue=complete and look.ruling is Ruling.ENOUGH,
        may_look=first,
        changed=look.changed,
        digest=look.digest,
        signer=signer,
        signers=signers,
        words=form if form.fields else None,
        once=uuid.uuid4(),
        again=uuid.uuid4(),
    )


def _signer(signers: list[Any], asked: str, by: User) -> Any:
    """Who was asked for; else whoever looks, where he signs for the program; else the first."""
    chosen = [one for one in signers if str(one.pk) == asked]
    his = [one for one in signers if one.user_id == by.pk]
    return next(iter([*chosen, *his, *signers]), None)


_BUTTONS: dict[Mend, str] = {
    Mend.RESUME: "Take it up again",
    Mend.REOPEN: "Open it again",
    Mend.FILE: "Open his file",
    Mend.RECIPIENTS: "See who gets reports",
    Mend.CONFIRM: "Confirm by call-back",
    Mend.RELEASE: "Record a release",
    Mend.SIGNERS: "See the signers",
    Mend.KEY: "",
    Mend.WORDS: "Write it",
    Mend.REFERRAL: "Open the referral",
    Mend.PROGRAM: "Open the program",
    Mend.PEOPLE: "",
}


def _todo(one: Missing) -> Todo:
    return Todo(one.sentence, _BUTTONS[one.mend], _where(one.mend, one.on))


def _where(mend: Mend, on: Model) -> str:
    match mend:
        case Mend.RESUME | Mend.REOPEN | Mend.CONFIRM | Mend.RELEASE:
            deed = find(str(on._meta.model_name), mend.value)
            return deed.url(on) if deed else page(on)
        case Mend.FILE:
            return reverse("office:person", args=[on.participant_id])  # type: ignore[attr-defined]  # a referral
        case Mend.SIGNERS:
            return reverse("office:programs_signer_changelist")
        case Mend.WORDS:
            return "#words"
        case Mend.KEY | Mend.PEOPLE:
            return ""
    return page(on)


def said_by_the_court(report: Report) -> list[tuple[str, str]]:
    """What it asked for, what it was answered, why a report was withdrawn: the notes of its steps, with their step."""
    steps = report.steps.select_related("report__referral__key").order_by("number")
    return [(words.plain(one.step), str(one.note)) for one in steps if one.note]
