"""Two files that had been put together are two men's after all."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.models import name_of
from core.refusal import Refusal
from courts.actions import deadlines
from courts.actions.locks import locked
from courts.actions.states import move, tell_enrollment
from courts.actions.twice.merging import ENROLLED, lock_two
from courts.actions.twice.steps import take_back
from courts.models import IssuedDocument, Referral
from courts.moves import State
from messaging.models import Message
from participants.findable import make_findable
from participants.models import Merge, Participant, Restriction, RestrictionName
from participants.names import folded
from programs.models import Enrollment

WHY = "Two files that had been put together were taken apart."


class CannotUndo(Refusal):
    pass


def why_not(merge: Merge) -> str:
    """Why it can't be undone; empty: it can."""
    if merge.undone_at is not None:
        return "It was undone already."
    if merge.kept.merged_into_id is not None:
        return "This file was put to another one since. Undo that first."
    if merge.kept.key.destroyed_at or merge.left.key.destroyed_at:
        return "He was forgotten since."
    if IssuedDocument.objects.filter(report__referral__in=_joined(merge), issued_at__gte=merge.at).exists():
        return "A report was issued since that rests on both files. Correct that report instead."
    return ""


def _joined(merge: Merge) -> list[int]:
    """The referrals that went over to the other enrollment in one program."""
    return [
        pk
        for step in merge.moved
        if step.get("model") == Referral._meta.label and "enrollment_id" in step["now"]
        for pk in step["ids"]
    ]


@transaction.atomic
def take_apart(*, merge: Merge, by: User, now: datetime) -> Merge:
    """Back goes what still is where the merge put it; what was written since stays with the one who was kept.

    Raises CannotUndo.
    """
    lock_two(merge.kept, merge.left)
    merge = Merge.objects.select_related("kept__key", "left__key").get(pk=merge.pk)
    if said := why_not(merge):
        raise CannotUndo(said)
    kept, left = merge.kept, merge.left
    steps = [step for step in merge.moved if "model" in step]
    enrollments = _concerned(steps)
    _unseat(merge, by, now)
    take_back(steps)
    _told_meanwhile(merge, steps)
    _choose_back(kept, merge.was or {})
    _keep_shut(merge, by, now)
    left.merged_into = None
    left.save(update_fields=["merged_into"])
    make_findable([kept, left])
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    for enrollment in Enrollment.objects.open().filter(pk__in=enrollments).order_by("pk"):
        tell_enrollment(enrollment, by, now)
    for man in (kept, left):
        record(by=by, now=now, verb="participant.taken_apart", on=man, facts={"merge": merge.pk})
    return merge


def _concerned(steps: list[dict[str, Any]]) -> set[int]:
    """Enrollments whose referrals change."""
    moved = [step for step in steps if step["model"] == Referral._meta.label and "enrollment_id" in step.get("now", {})]
    return {step[side]["enrollment_id"] for step in moved for side in ("was", "now")}


def _unseat(merge: Merge, by: User, now: datetime) -> None:
    """The seat under which these were enrolled is the other man's again."""
    ids: list[int] = next((step[ENROLLED] for step in merge.moved if ENROLLED in step), [])
    for found in Referral.objects.filter(pk__in=ids, state=State.ENROLLED).order_by("pk"):
        referral = locked(found)
        move(referral, State.ACCEPTED, why=WHY, by=by, now=now)
        deadlines.unmeet(referral, deadlines.MET_BY_A_SEAT, by=by, now=now)


def _told_meanwhile(merge: Merge, steps: list[dict[str, Any]]) -> None:
    """What was sent meanwhile to a number that goes back went to its man: else he'd be told of it twice."""
    points = [pk for step in steps if step["model"] == "participants.ContactPoint" for pk in step["ids"]]
    sent = Message.objects.filter(participant=merge.kept, planned_at__gte=merge.at, contact_point__in=points)
    sent.filter(contact_point__participant=merge.left).update(participant=merge.left)


def _choose_back(kept: Participant, was: dict[str, list[Any]]) -> None:
    """Where nobody has written something else since."""
    field: Any = Participant._meta.get_field
    old = {name: [field(name).to_python(side) for side in sides] for name, sides in was.items()}
    back = {name: before for name, (before, after) in old.items() if getattr(kept, name) == after}
    for name, before in back.items():
        setattr(kept, name, before)
    kept.folded_name = folded(f"{kept.first_name} {kept.last_name}")
    kept.save(update_fields=[*back, "folded_name"])


def _keep_shut(merge: Merge, by: User, now: datetime) -> None:
    """Restricted since: what concerned the one file may have been in the other, so both stay shut."""
    begun = Restriction.objects.current().filter(participant=merge.kept, began_at__gte=merge.at)
    if Restriction.objects.current().filter(participant=merge.left).exists():
        return
    for standing in begun:
        copy = Restriction.objects.create(
            participant=merge.left, why=standing.why, began_at=now, began_by=standing.began_by
        )
        for name in standing.names.filter(ended_at=None):
            RestrictionName.objects.create(restriction=copy, user_id=name.user_id, named_at=now, named_by=by)
        record(by=by, now=now, verb="restriction.began", on=copy, facts={"as": name_of(standing)})
