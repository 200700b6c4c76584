"""Two files become one: what can move goes over, what is never changed stays, and both histories are his."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.changes import Changes, write_into
from courts.actions.imports import hold_lists
from courts.actions.states import became_enrolled, tell_enrollment
from courts.actions.twice.hindrances import BornOtherwise, born_otherwise, hindrances
from courts.actions.twice.moving import move, what_moves
from courts.actions.twice.steps import Steps
from courts.models import Referral
from courts.moves import State
from participants.actions import PERSONAL
from participants.findable import make_findable
from participants.locks import lock_person
from participants.models import Merge, Participant
from participants.names import folded
from participants.twice import settle
from programs.models import Enrollment
from vault.models import Bond, Key

# Of the two files' own fields those that somebody chooses, where they differ.
CHOSEN = (
    "first_name", "middle_name", "last_name", "suffix", "preferred_name", "date_of_birth", "language",
    "needs_interpreter",
)  # fmt: skip
ENROLLED = "enrolled"


@transaction.atomic
def put_together(
    *,
    kept: Participant,
    left: Participant,
    chosen: Mapping[str, Any] | None = None,
    born_looked_at: bool = False,
    by: User,
    now: datetime,
) -> Merge:
    """`kept` goes on, with what `left` had; `chosen`: by field of CHOSEN what he is said to be from now on.

    `born_looked_at`: the birth dates differ, and somebody says that he is one man all the same.

    Raises the refusals of `hindrances`, and BornOtherwise; nothing is written then.
    """
    kept, left = lock_two(kept, left)
    for hindrance in hindrances(kept, left):
        raise hindrance.refusal(hindrance.sentence)
    if born_otherwise(kept, left) and not born_looked_at:
        raise BornOtherwise("Their birth dates differ. Look which one is right, and confirm that he is one man.")
    counts, steps = what_moves(left), Steps()
    changes = _choose(kept, chosen or {})
    joined = move(kept, left, steps, by=by, now=now)
    _leave_aside(kept, left, now)
    _bond(kept, left, now)
    settle(kept, left, by=by, now=now)
    merge = Merge.objects.create(kept=kept, left=left, moved=[], was=_stored(changes), at=now, by=by)
    facts = {"merge": merge.pk, "left": left.pk, "moved": counts, "changed": changes.facts}
    record(
        by=by, now=now, verb="participant.put_together", on=kept, key=kept.key, personal=changes.personal, facts=facts
    )
    record(by=by, now=now, verb="participant.left_aside", on=left, facts={"merge": merge.pk, "kept": kept.pk})
    merge.moved = [*steps.written, {ENROLLED: _go_on(joined, by, now)}]
    merge.save(update_fields=["moved"])
    return merge


def lock_two(one: Participant, other: Participant) -> tuple[Participant, Participant]:
    """As they stand now; locked in one order, so that nobody waits for somebody who waits for him.

    No list comes in meanwhile: it holds no lock on the men whom it names again.
    """
    hold_lists()
    for pk in sorted({one.pk, other.pk}):
        lock_person(pk)
    men = Participant.objects.select_related("key").in_bulk([one.pk, other.pk])
    return men[one.pk], men[other.pk]


def _choose(kept: Participant, chosen: Mapping[str, Any]) -> Changes:
    assert set(chosen) <= set(CHOSEN), "nothing else is chosen"
    changes = write_into(kept, chosen, personal=PERSONAL)
    if changes:
        kept.folded_name = folded(f"{kept.first_name} {kept.last_name}")
        kept.save(update_fields=[*changes.fields, "folded_name"])
    return changes


def _stored(changes: Changes) -> dict[str, Any]:
    """By field, what it said and says: personal values, too, for they are kept under his key."""
    said = {**{name: sides for name, sides in changes.facts.items() if isinstance(sides, list)}, **changes.personal}
    return {name: [one.isoformat() if isinstance(one, date) else one for one in sides] for name, sides in said.items()}


def _leave_aside(kept: Participant, left: Participant, now: datetime) -> None:
    left.merged_into, left.to_compare = kept, False
    left.save(update_fields=["merged_into", "to_compare"])
    make_findable([kept, left])


def _bond(kept: Participant, left: Participant, now: datetime) -> None:
    """What was written under the keys of the other file, and of those that it had taken in, is read by this one's."""
    for key in Key.objects.filter(pk=left.key_id) | Key.objects.bonded(left.key):
        one, other = sorted((kept.key_id, key.pk))
        if one != other:
            Bond.objects.get_or_create(one_id=one, other_id=other, defaults={"made_at": now})


def _go_on(joined: Iterable[Enrollment], by: User, now: datetime) -> list[int]:
    """What the referrals of both ask of one enrollment. Returns those that have his seat from now on."""
    enrolled = []
    for enrollment in Enrollment.objects.filter(pk__in=[one.pk for one in joined]).order_by("pk"):
        if enrollment.state == Enrollment.State.SEATED:
            enrolled += _seated(enrollment, by, now)
        tell_enrollment(enrollment, by, now)
    return enrolled


def _seated(enrollment: Enrollment, by: User, now: datetime) -> list[int]:
    waiting = Referral.objects.fulfilled_by(enrollment).filter(state=State.ACCEPTED).select_related("key", "court")
    for referral in waiting:
        became_enrolled(referral, by=by, now=now)
    return [one.pk for one in waiting]
