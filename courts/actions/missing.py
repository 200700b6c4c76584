"""What still stands between a report in review and its court: each with what it is mended on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models

from accounts.models import User
from core.refusal import Refusal
from courts import eyes
from courts import words as free
from courts.actions import facts, life, reviews, signing
from courts.actions.facts.base import ReleaseMissing
from courts.actions.facts.completion import NotCompleted
from courts.actions.reports import OnHoldOrOver, goes_on
from courts.document import LetterNotPrintable, check_letters
from courts.eyes import Ruling
from courts.models import Referral, Report
from courts.moves import State
from courts.steps import ReportKind
from courts.told import ReportFacts
from programs.actions.standing import assessment_of
from programs.models import Signer


class Mend(StrEnum):
    """Where, by what is done there."""

    RESUME = "resume"
    REOPEN = "reopen"
    FILE = "file"
    RECIPIENTS = "recipients"
    CONFIRM = "confirm"
    RELEASE = "release"
    SIGNERS = "signers"
    KEY = "key"
    WORDS = "words"
    REFERRAL = "referral"
    PROGRAM = "program"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Missing:
    """`on`: the record on which it is mended."""

    sentence: str
    mend: Mend
    on: models.Model


@dataclass(frozen=True, slots=True)
class Look:
    """A report in review as one person sees it. `told` None: the facts don't come together yet.

    `ruling`: whether he may issue it, by the rule of four eyes. `changed`: since he last said that he has read it.
    """

    missing: tuple[Missing, ...]
    told: ReportFacts | None = None
    ruling: Ruling = Ruling.ENOUGH
    changed: bool = False

    @property
    def digest(self) -> str:
        return reviews.digest(self.told) if self.told else ""


def look(report: Report, *, signer: Signer | None, by: User, now: datetime) -> Look:
    missing = [*_before_facts(report, signer, now), *_without_the_correction(report, now)]
    if signer is None:
        return Look((*missing, *_words(report)))
    recipients = life.recipients_of(report, now=now)
    try:
        told = facts.for_kind(report, signer=signer, recipients=recipients, now=now)
    except Refusal as refusal:
        return Look((*missing, *(list(_words(report)) or _facts(report, refusal, now))))
    missing += [*_words(report), *_letters(report, told)]
    newest = reviews.newest_of(report, by)
    found = reviews.ruling(report, told, by=by, now=now)
    if found is Ruling.ANOTHER_PERSON:
        missing.append(Missing(eyes.WHY_NOT[found], Mend.PEOPLE, by))
    changed = newest is not None and newest.facts_sha256 != reviews.digest(told)
    return Look(tuple(missing), told, found, changed)


def _before_facts(report: Report, signer: Signer | None, now: datetime) -> Iterator[Missing]:
    referral = report.referral
    state = Referral.objects.values_list("state", flat=True).get(pk=referral.pk)
    try:
        goes_on(report, state)
    except OnHoldOrOver as refusal:
        yield Missing(str(refusal), Mend.RESUME if state == State.ON_HOLD else Mend.REOPEN, referral)
    if signer is None:
        yield Missing("Nobody signs for this program yet. Name a signer first.", Mend.SIGNERS, referral.program)
    if why := signing.why_nothing_is_issued(now=now):
        yield Missing(why, Mend.KEY, referral.program)
    unconfirmed = reviews.left_out(report)
    for one in unconfirmed:
        who = " ".join(filter(None, [one.get_role_display(), one.name]))
        yield Missing(f"{who} is not confirmed yet: call back, or end what no longer applies.", Mend.CONFIRM, one)
    if not unconfirmed and not life.recipients_of(report, now=now):
        sentence = "Nobody is there to receive this report. Add who gets it, and confirm the address by calling back."
        yield Missing(sentence, Mend.RECIPIENTS, referral)


def _without_the_correction(report: Report, now: datetime) -> Iterator[Missing]:
    for one in life.without_the_correction(report, now=now):
        yield Missing(reviews.release_ended(one), Mend.RELEASE, one)


def _words(report: Report) -> Iterator[Missing]:
    kind, corrects = ReportKind(report.kind), report.supersedes_id is not None
    if why_not := free.why_not(kind, report.words or {}, corrects=corrects):
        yield Missing(why_not, Mend.WORDS, report)


def _facts(report: Report, refusal: Refusal, now: datetime) -> list[Missing]:
    """In detail where more can be said than that he hasn't completed."""
    referral = report.referral
    if isinstance(refusal, ReleaseMissing):
        without = [one for one in life.recipients_of(report, now=now) if one.release_on is None]
        return [Missing(str(refusal), Mend.RELEASE, one) for one in without[:1]]
    missing = list(_not_completed(report, now)) if isinstance(refusal, NotCompleted) else []
    return missing or [Missing(str(refusal), Mend.FILE, referral)]


def _not_completed(report: Report, now: datetime) -> Iterator[Missing]:
    enrollment = report.referral.enrollment
    if enrollment is None or not enrollment.seats.exists():
        return
    found = assessment_of(enrollment, today=now.astimezone(enrollment.program.zone).date())
    for one in found.missing:
        yield Missing(f"Week {one.week.week} has no credit yet.", Mend.FILE, report.referral)
    for kind in found.open_requirements:
        yield Missing(f"{kind.label} is still open.", Mend.FILE, report.referral)


# By the first step of a fact's path; what isn't here stands on the referral.
_MENDED: dict[str, Mend] = {
    "letterhead": Mend.PROGRAM,
    "program_name": Mend.PROGRAM,
    "signer": Mend.SIGNERS,
    "distribution": Mend.RECIPIENTS,
    "words": Mend.WORDS,
    "remarks": Mend.WORDS,
    "corrected": Mend.WORDS,
}


def _letters(report: Report, told: ReportFacts) -> Iterator[Missing]:
    try:
        check_letters(dict(told))
    except LetterNotPrintable as error:
        mend = _MENDED.get(error.field.partition(".")[0].partition("[")[0], Mend.REFERRAL)
        on = {Mend.PROGRAM: report.referral.program, Mend.SIGNERS: report.referral.program, Mend.WORDS: report}
        yield Missing(str(error), mend, on.get(mend, report.referral))
