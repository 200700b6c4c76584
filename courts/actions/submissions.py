"""A referral that somebody writes on the court's pages: kept step by step, thrown away, or sent once."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import lists
from courts.actions import imports
from courts.actions.desks import Desk
from courts.actions.drafts import Draft
from courts.kinds import Referrer
from courts.lists import Row
from courts.models import Agency, Court, CourtPaper, Recipient, Referral, Submission
from courts.moves import OVER
from courts.numbers import normalized_number
from participants.names import folded
from programs.models import Program
from vault.models import Key

# Said over the phone without being asked again: no letter that sounds or looks like another one, no vowel.
_SPOKEN = "CFHJKLRWXY2346789"
_GROUPS, _GROUP = 3, 3
# A draft that nobody goes on with is a man's name that nobody needs.
KEPT_FOR = timedelta(days=30)
CLEARED_AT_ONCE = 200
CLEARER = Task("courts.plan")

REFERRER = {
    Agency.Kind.PROSECUTOR: Referrer.PROSECUTOR,
    Agency.Kind.PROBATION: Referrer.PROBATION,
    Agency.Kind.DEFENSE: Referrer.ATTORNEY,
}
ROLE = {
    Agency.Kind.PROSECUTOR: Recipient.Role.PROSECUTOR,
    Agency.Kind.PROBATION: Recipient.Role.PROBATION,
    Agency.Kind.DEFENSE: Recipient.Role.DEFENSE,
}


class NotYours(Refusal):
    """Whoever asks works at that desk no more."""


class NoDraft(Refusal):
    """It was sent or thrown away meanwhile."""


class Incomplete(Refusal):
    pass


class SentBefore(Refusal):
    """The same desk has referred him already."""


@transaction.atomic
def begin(*, desk: Desk, by: User, now: datetime) -> Submission:
    """An empty one that was begun before is gone on with. Raises NotYours."""
    _serving(desk, by)
    if (untouched := _untouched(desk, by)) is not None:
        return untouched
    key = Key.new(Key.Kind.REFERRAL, now=now)
    key.save(force_insert=True)
    made = Submission.objects.create(
        reference=_reference(),
        key=key,
        by=by,
        court=desk.court,
        agency=desk.agency,
        answers={},
        made_at=now,
        changed_at=now,
    )
    record(by=by, now=now, verb="submission.begun", on=made)
    return made


def _untouched(desk: Desk, by: User) -> Submission | None:
    """Begun and left at once, as by a button that was pressed twice."""
    own = Submission.objects.drafts_of(by).filter(court=desk.court, agency=desk.agency)
    newest = own.select_related("key", "court", "agency").order_by("-pk").first()
    return newest if newest is not None and not newest.answers else None


def _reference() -> str:
    """Random, so that it counts nothing; one in a hundred billion is there already, and the database refuses it."""
    letters = [secrets.choice(_SPOKEN) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(letters[start : start + _GROUP]) for start in range(0, len(letters), _GROUP))


@transaction.atomic
def keep(*, submission: Submission, answers: Mapping[str, str], by: User, now: datetime) -> Submission:
    """What one step asked; the other steps stay as they stand. Raises NotYours, NoDraft."""
    draft = locked_draft(submission, by)
    draft.answers = {**draft.answers, **answers}
    draft.changed_at = now
    draft.save(update_fields=["answers", "changed_at"])
    record(by=by, now=now, verb="submission.kept", on=draft)
    return draft


@transaction.atomic
def discard(*, submission: Submission, by: User, now: datetime) -> None:
    """For good: what was written in it, and its papers, can't be read any more. Raises NotYours, NoDraft."""
    _discard(locked_draft(submission, by), by, now)


def _discard(draft: Submission, by: Actor, now: datetime) -> None:
    draft.discarded_at = draft.changed_at = now
    draft.save(update_fields=["discarded_at", "changed_at"])
    Key.objects.filter(pk=draft.key_id).destroy(now=now)
    record(by=by, now=now, verb="submission.discarded", on=draft)


def clear_forgotten(*, now: datetime) -> int:
    """Drafts that nobody has changed for so long go as if they were thrown away; how many. The rest next minute."""
    too_old = Submission.objects.untouched_since(now - KEPT_FOR).order_by("pk").values_list("pk", flat=True)
    return sum(_cleared(pk, now) for pk in list(too_old[:CLEARED_AT_ONCE]))


@transaction.atomic
def _cleared(pk: int, now: datetime) -> bool:
    """False: somebody has gone on with it, or sent it, at this moment."""
    left = Submission.objects.untouched_since(now - KEPT_FOR).select_for_update(of=("self",))
    draft = left.filter(pk=pk).first()
    if draft is not None:
        _discard(draft, CLEARER, now)
    return draft is not None


@transaction.atomic
def send(*, submission: Submission, by: User, now: datetime) -> Referral:
    """It becomes a referral, under the key under which it was kept. Sent again, it gives the one that it became.

    Raises NotYours, NoDraft, Incomplete, SentBefore, StaysOut.
    """
    locked = _locked(submission, by)
    if locked.referral is not None:
        return locked.referral
    if locked.discarded_at is not None:
        raise NoDraft("This draft was thrown away. Begin a new one.")
    locked.referral = _received(locked, by, now)
    locked.sent_at = locked.changed_at = now
    locked.save(update_fields=["referral", "sent_at", "changed_at"])
    CourtPaper.objects.filter(submission=locked, removed_at=None).update(referral=locked.referral)
    record(by=by, now=now, verb="submission.sent", on=locked, facts={"referral": locked.referral.pk})
    return locked.referral


def _received(submission: Submission, by: User, now: datetime) -> Referral:
    desk = desk_of(submission)
    court = desk.court or _chosen(Court, submission.answers.get("court", ""))
    row = row_of(submission, now)
    if row.refused:
        raise Incomplete("His last name, or the number, is still missing. Fill it in, then send it.")
    if (standing := _standing(desk, court, row)) is not None:
        raise SentBefore(_there(standing))
    (said,) = lists.joined([row])

    def prepare(made: Draft) -> None:
        made.has_key, made.referral.key = True, submission.key
        if desk.agency is not None:
            made.referral.agency = desk.agency
            made.recipients.append(_pages_of(desk.agency, made.referral))

    try:
        return imports.receive(
            said=said, court=court, program=_program(submission), by=by, now=now, prepare=prepare,
            seen=lambda standing: desk.referrals.filter(pk=standing.pk).exists(),
        )  # fmt: skip
    except imports.AlreadyReferred as there:
        raise SentBefore(_there(there.referral)) from None
    except imports.NotFiled:
        raise Incomplete("There is a court but no number. Fill in the number, then send it.") from None


def _standing(desk: Desk, court: Court | None, row: Row) -> Referral | None:
    """Of the desk's own, which may stand behind another desk's where likeness looks for the oldest."""
    number = {"normalized_case_number": normalized_number(row.case_number)}
    if not row.case_number:
        number |= {"normalized_incident_number": normalized_number(row.incident_number)}
    name = folded(f"{row.first_name} {row.last_name}")
    own = desk.referrals.open().filter(court=court, participant__folded_name=name, **number)
    same = own.filter(participant__date_of_birth=row.date_of_birth) if row.date_of_birth else own
    return same.order_by("id").first()


def _pages_of(agency: Agency, referral: Referral) -> Recipient:
    role = ROLE[Agency.Kind(agency.kind)]
    return Recipient(referral=referral, role=role, agency=agency, channel=Recipient.Channel.PORTAL)


def _there(standing: Referral) -> str:
    if standing.state in OVER:
        return (
            f"This referral, of the same order, has been here under {standing.number} and is over. "
            "If there is a new order, give its date; else call the program."
        )
    return f"You have referred him under {standing.number} already. It stands under “Our referrals”."


def row_of(submission: Submission, now: datetime) -> Row:
    """What was typed, read by the rules of a court's list, with what it flags."""
    desk, said = desk_of(submission), dict(submission.answers)
    hearing = " ".join(filter(None, (said.pop("hearing_on", ""), said.pop("hearing_time", ""))))
    said = {name: value for name, value in said.items() if name in lists.COLUMNS.known and name != "court" and value}
    referrer = REFERRER[Agency.Kind(desk.agency.kind)] if desk.agency else Referrer.COURT
    said |= {"referrer": referrer, "hearing_at": hearing}
    return lists.read_one(said, today=now.astimezone(desk.zone).date())


def desk_of(submission: Submission) -> Desk:
    return Desk(court=submission.court, agency=submission.agency)


def _program(submission: Submission) -> Program:
    """The one that was chosen; where there is but one, nobody was asked."""
    chosen = _chosen(Program, submission.answers.get("program", "")) or Program.objects.order_by("id").first()
    if chosen is None:
        raise Incomplete("There is no program yet to which he could be referred. Call us.")
    return chosen


def _chosen(model: Any, pk: str) -> Any:
    return model.objects.filter(pk=pk).first() if pk else None


# --- Who may, and only while it is a draft


def locked_draft(submission: Submission, by: User) -> Submission:
    draft = _locked(submission, by)
    if draft.sent_at is not None or draft.discarded_at is not None:
        raise NoDraft("This was sent or thrown away meanwhile. Look at it under “Refer a person”.")
    return draft


def _locked(submission: Submission, by: User) -> Submission:
    # Not joined with its referral: whoever waited for the lock would get the newest row, and beside it none.
    related = Submission.objects.select_for_update(of=("self",)).select_related("key", "court", "agency")
    found = related.get(pk=submission.pk)
    if found.by_id != by.pk:
        raise NotYours("A colleague is writing this. Ask whoever began it.")
    _serving(desk_of(found), by)
    return found


def _serving(desk: Desk, by: User) -> None:
    if not desk.is_served_by(by):
        raise NotYours("You don't work there any more. Ask a colleague there to invite you again.")
