"""What a person has looked at is what is issued."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import RoleGrant, User
from accounts.roles import OFFICE
from audit.actions import record
from core.refusal import Refusal
from courts import eyes
from courts import words as free
from courts.actions import facts, proposals
from courts.actions.life import StepNotPossible, last_step, recipients_of, said, without_the_correction
from courts.actions.locks import locked
from courts.document import LetterNotPrintable, check_letters
from courts.eyes import Looked, Ruling
from courts.models import Recipient, Report, Review
from courts.moves import State
from courts.steps import ReportKind, Step
from courts.told import ReportFacts
from participants.kinds import AppointmentKind, AppointmentState
from participants.models import Appointment
from programs.models import Mark, Requirement, Signer

# Given when it is issued, or running with the calendar alone: what they count is looked at all the same.
NOT_LOOKED_AT = frozenset({"number", "certificate_number", "issued_on", "verify", "period", "next_report_on"})
TELLS_REQUIREMENTS = frozenset({ReportKind.ENROLLMENT, ReportKind.PROGRESS, ReportKind.COMPLETION})


class NotReviewed(Refusal):
    pass


class FactsChanged(Refusal):
    pass


class FourEyes(Refusal):
    pass


class NotPrintable(Refusal):
    pass


class WordsNotFit(Refusal):
    pass


class NobodyToReceive(Refusal):
    pass


class NotConfirmed(Refusal):
    """A party would be left out."""


class ReleaseEnded(Refusal):
    """Who was sent the report that this one corrects may not be told any more."""


def facts_of(report: Report, *, signer: Signer, now: datetime) -> tuple[ReportFacts, list[Recipient]]:
    """As it would be issued now, and to whom.

    Raises NobodyToReceive, NotConfirmed, ReleaseEnded, NotPrintable, and what `facts.for_kind` raises.
    """
    recipients = recipients_of(report, now=now)
    if not recipients:
        raise NobodyToReceive("Nobody is confirmed to receive this report. Confirm an address by calling back.")
    _all_confirmed(report)
    for one in without_the_correction(report, now=now):
        raise ReleaseEnded(release_ended(one))
    told = facts.for_kind(report, signer=signer, recipients=recipients, now=now)
    try:
        check_letters(dict(told))
    except LetterNotPrintable as error:
        raise NotPrintable(str(error)) from error
    return told, recipients


def left_out(report: Report) -> list[Recipient]:
    """Who wants this kind, and hasn't been called back yet."""
    unconfirmed = report.referral.recipients.to_be_confirmed().order_by("id")
    return [one for one in unconfirmed if one.wants(ReportKind(report.kind))]


def _all_confirmed(report: Report) -> None:
    """All parties are copied: none is left out because nobody has called back yet."""
    roles = list(dict.fromkeys(one.get_role_display() for one in left_out(report)))
    if not roles:
        return
    named = " and ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
    raise NotConfirmed(
        f"{named} {'is' if len(roles) == 1 else 'are'} not confirmed yet. "
        "Call back and confirm each address, or end the one that no longer applies."
    )


def release_ended(recipient: Recipient) -> str:
    who = " ".join(filter(None, [recipient.get_role_display(), recipient.name]))
    return f"{who} was sent the report that this one corrects, and the release for it has ended. Record a new one."


def digest(told: Mapping[str, Any]) -> str:
    """Of what a person looks at."""
    looked_at = {name: value for name, value in told.items() if name not in NOT_LOOKED_AT}
    return hashlib.sha256(json.dumps(looked_at, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def review(
    *, report: Report, facts_sha256: str, signer: Signer, to_issue: bool = False, by: User, now: datetime
) -> Review:
    """A person has looked at these very facts, and found them right. `to_issue`: it is issued right after.

    Raises StepNotPossible, FactsChanged, FourEyes, and what `facts_of` raises.
    """
    locked(report.referral)
    last = last_step(report)
    if last is not Step.IN_REVIEW:
        raise StepNotPossible(f"This report is {said(last)}. Only one in review can be looked at for issuing.")
    told, _ = facts_of(report, signer=signer, now=now)
    if digest(told) != facts_sha256:
        raise FactsChanged("The facts changed since you looked: look again.")
    found = ruling(report, told, by=by, now=now)
    if found is Ruling.ANOTHER_PERSON or (to_issue and found is not Ruling.ENOUGH):
        raise FourEyes(eyes.WHY_NOT[found])
    made = Review.objects.create(report=report, facts_sha256=facts_sha256, at=now, by=by)
    record(by=by, now=now, verb="report.reviewed", on=report, facts={"kind": report.kind, "review": made.pk})
    return made


def check(report: Report, told: ReportFacts, *, by: User, now: datetime) -> None:
    """Whether `by` may issue it on these facts. Raises NotReviewed, FactsChanged, FourEyes."""
    newest = newest_of(report, by)
    if newest is None:
        raise NotReviewed("Look at the report on its page first: what you have looked at is what is issued.")
    if newest.facts_sha256 != digest(told):
        raise FactsChanged("The facts changed since you looked: look again.")
    found = ruling(report, told, by=by, now=now)
    if found is not Ruling.ENOUGH:
        raise FourEyes(eyes.WHY_NOT[found])
    if _needs_a_night(report, by) and _day(report, newest.at) != _day(report, now):
        raise NotReviewed("Look at the report again today, and confirm it: only then is it issued.")


def newest_of(report: Report, by: User) -> Review | None:
    return report.reviews.filter(by=by).order_by("-id").first()


def ruling(report: Report, told: ReportFacts, *, by: User, now: datetime) -> Ruling:
    if not settings.FOUR_EYES:
        return Ruling.ENOUGH
    same = report.reviews.filter(by=by, facts_sha256=digest(told)).order_by("id").first()
    looked = Looked(
        authors=authors(report),
        by=by.pk,
        others=_others_could(by),
        first_on=_day(report, same.at) if same else None,
        today=_day(report, now),
    )
    return eyes.ruling(looked)


def _needs_a_night(report: Report, by: User) -> bool:
    return settings.FOUR_EYES and authors(report) == {by.pk}


def _others_could(by: User) -> bool:
    others = RoleGrant.objects.current().filter(role__in=OFFICE, user__is_active=True).exclude(user=by)
    return others.exists()


def _day(report: Report, at: datetime) -> date:
    return at.astimezone(report.referral.program.zone).date()


def authors(report: Report) -> set[int]:
    """Who recorded that of which it tells; a duplicate repeats what was looked at before."""
    kind = ReportKind(report.kind)
    if kind is ReportKind.DUPLICATE_CERTIFICATE:
        return set()
    if kind is ReportKind.NOT_ACCEPTED:
        return _declined_by(report)
    since = proposals.told_since(report.referral)
    found = _marked_by(report, since)
    if kind is ReportKind.DID_NOT_BEGIN:
        found |= _missed_intakes_noted_by(report, since)
    if kind in TELLS_REQUIREMENTS:
        requirements = Requirement.objects.filter(enrollment=report.referral.enrollment_id)
        found |= set(requirements.values_list("recorded_by", flat=True))
    return found


def _declined_by(report: Report) -> set[int]:
    """The decision is what it tells."""
    decision = report.referral.moves.filter(new=State.DECLINED).order_by("-number").first()
    return {decision.by_id} if decision and decision.by_id else set()


def _marked_by(report: Report, since: date | None) -> set[int]:
    marks = Mark.objects.current().filter(enrollment=report.referral.enrollment_id).select_related("session__program")
    return {one.by_id for one in marks if since is None or _day(report, one.session.starts_at) >= since}


def _missed_intakes_noted_by(report: Report, since: date | None) -> set[int]:
    from_on = since or report.referral.received_on
    missed = Appointment.objects.filter(
        participant=report.referral.participant_id, kind=AppointmentKind.INTAKE, state=AppointmentState.MISSED
    )
    noted = missed.filter(settled_by__isnull=False).values_list("starts_at", "settled_by")
    return {by for starts_at, by in noted if by and _day(report, starts_at) >= from_on}


@transaction.atomic
def write(*, report: Report, words: Mapping[str, str], by: User, now: datetime) -> None:
    """What a reviewer may write freely. Raises StepNotPossible, WordsNotFit."""
    locked(report.referral)
    report = Report.objects.select_related("referral__key").get(pk=report.pk)
    last = last_step(report)
    if last is not Step.IN_REVIEW:
        raise StepNotPossible(f"This report is {said(last)}. Only one in review can be written in.")
    _check_words(report, words)
    if words == report.words:
        return
    report.words = dict(words)
    report.save(update_fields=["words"])
    record(by=by, now=now, verb="report.words_changed", on=report, facts={"changed": sorted(words)})


def _check_words(report: Report, words: Mapping[str, str]) -> None:
    why_not = free.why_not(ReportKind(report.kind), words, corrects=report.supersedes_id is not None)
    if why_not:
        raise WordsNotFit(why_not)


def fields_of(report: Report) -> Sequence[free.Field]:
    return free.fields_of(ReportKind(report.kind), corrects=report.supersedes_id is not None)
