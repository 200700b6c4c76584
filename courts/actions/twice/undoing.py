"""Two files that had been put together are two men's after all."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

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
from courts.models.referral import ReferralQuerySet
from courts.moves import Closing, State
from messaging.models import Message
from messaging.models import State as MessageState
from messaging.registry import kinds
from participants.findable import make_findable
from participants.models import Merge, Participant, Restriction, RestrictionName
from participants.names import folded
from programs.actions import calling
from programs.actions.changes import his_evenings
from programs.kinds import Change
from programs.models import Enrollment, Session

# One that was skipped is not planned anew.
SAID_ONCE = (*calling.ASKS, calling.WELCOME, *Change)
IN_HAND = (MessageState.QUEUED, MessageState.SENDING)
# From what such a message is about to whom it concerns.
WHOSE = {
    "programs.Enrollment": "participant",
    "programs.Mark": "enrollment__participant",
    "courts.Proposal": "referral__participant",
    "courts.Report": "referral__participant",
}
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
    later = Merge.objects.standing().filter(kept=merge.kept, pk__gt=merge.pk).order_by("pk").first()
    if later is not None:
        # What both brought with them may hang together by now.
        return f"File {later.left_id} was put to this one since. Take that one apart first."
    if shared := _shared_since(merge).first():
        return (
            f"{_named(shared)} came since into an enrollment that the two would share. "
            "Close it as entered by mistake, take the two apart, then enter it in the file of whom it is about."
        )
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


def _moved(merge: Merge, model: type[Model]) -> list[int]:
    """Those that went over from the one man to the other."""
    steps = [step for step in merge.moved if step.get("model") == model._meta.label]
    return [pk for step in steps if "participant_id" in step.get("now", {}) for pk in step["ids"]]


def _shared_since(merge: Merge) -> ReferralQuerySet:
    """Referrals that would be the one man's, under an enrollment that would be the other's.

    What was entered by mistake asks nothing of anybody: it lets the enrollment go.
    """
    referrals = _moved(merge, Referral)
    enrollments = [*_moved(merge, Enrollment), *_opened_since(merge).values_list("pk", flat=True)]
    apart = Q(enrollment__in=enrollments) & ~Q(pk__in=referrals)
    apart |= Q(enrollment__isnull=False, pk__in=referrals) & ~Q(enrollment__in=enrollments)
    his = Referral.objects.filter(apart, participant=merge.kept).exclude(pk__in=_joined(merge))
    return his.exclude(closing=Closing.BY_MISTAKE)


def _opened_since(merge: Merge) -> QuerySet[Enrollment]:
    """For referrals that came from the other file, and for no other: it goes with them."""
    brought = _moved(merge, Referral)
    others = Referral.objects.filter(enrollment=OuterRef("pk")).exclude(pk__in=brought)
    since = Enrollment.objects.filter(participant=merge.kept, opened_at__gte=merge.at, referrals__in=brought)
    return since.exclude(Exists(others.exclude(closing=Closing.BY_MISTAKE))).distinct()


def _named(referral: Referral) -> str:
    return f"Case {referral.case_number}" if referral.case_number else f"Referral {referral.pk}"


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
    opened = list(_opened_since(merge).values_list("pk", flat=True))
    take_back(steps)
    Enrollment.objects.filter(pk__in=opened).update(participant=left)
    _let_go(kept, left)
    _told_meanwhile(merge, steps)
    _told_soon(merge)
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
        move(referral, State.ACCEPTED, why=WHY, taken_apart=True, by=by, now=now)
        deadlines.unmeet(referral, deadlines.MET_BY_A_SEAT, by=by, now=now)


def _let_go(kept: Participant, left: Participant) -> None:
    """What was entered by mistake doesn't name an enrollment of the other one."""
    theirs = Referral.objects.filter(participant__in=(kept, left), closing=Closing.BY_MISTAKE)
    theirs.filter(enrollment__isnull=False).exclude(enrollment__participant=F("participant")).update(enrollment=None)


def _told_meanwhile(merge: Merge, steps: list[dict[str, Any]]) -> None:
    """What was sent meanwhile to a number that goes back went to its man: else he'd be told of it twice."""
    points = [pk for step in steps if step["model"] == "participants.ContactPoint" for pk in step["ids"]]
    sent = Message.objects.filter(participant=merge.kept, planned_at__gte=merge.at, contact_point__in=points)
    sent.filter(contact_point__participant=merge.left).update(participant=merge.left)


def _told_soon(merge: Merge) -> None:
    """What waits and concerns the other one goes to him. Reminders aren't among it: they are planned anew."""
    waiting = Message.objects.filter(participant=merge.kept, state__in=IN_HAND, planned_at__gte=merge.at)
    about: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    # Those of a neighbor, too: it says itself what they go with.
    theirs = [kind.name for kind in kinds() if kind.goes_with]
    for pk, named in waiting.filter(kind__in=(*SAID_ONCE, *theirs)).values_list("pk", "about"):
        label, _, row = named.rpartition(":")
        about[label][int(row)].append(pk)
    his = [pk for label, rows in about.items() for row in _concern(merge, label, rows) for pk in rows[row]]
    Message.objects.filter(pk__in=his).update(participant=merge.left)


def _concern(merge: Merge, label: str, rows: Collection[int]) -> Iterable[int]:
    """Of these the ids of those that concern the one who leaves, and not the one who was kept."""
    if label == Session._meta.label:
        found: Any = his_evenings(merge.left_id).exclude(pk__in=his_evenings(merge.kept_id).values("pk"))
    else:
        whose = WHOSE | {about: way for kind in kinds() for about, way in kind.goes_with.items()}
        found = apps.get_model(label)._default_manager.filter(**{whose[label]: merge.left_id})
    ids: Iterable[int] = found.filter(pk__in=rows).values_list("pk", flat=True)
    return ids


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
