"""How long what is kept, and what is due to go. Each night the house proposes; people approve."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.actors import Task
from accounts.models import User
from audit.actions import record
from core.models import Heartbeat
from core.refusal import Refusal
from courts.models import Referral, Submission
from participants.locks import lock_person
from participants.models import Participant
from records.actions.disposals import it_stays, propose
from records.actions.holds import administrator
from records.due import FIELD, due, limit
from records.kinds import Basis, Kept
from records.models import Disposal, RetentionRule

# Of each kind a night proposes so many at the most: who approves looks at each.
AT_MOST = 500
LONGEST_MONTHS = 600
# For so long what was refused isn't proposed again.
ASLEEP_MONTHS = 12
KEPT_LONGER = "It is kept longer now"
HOUSE = Task("records.plan")
ROUND = "records.plan:round"
# Between midnight and three on every clock of the United States' mainland.
NIGHT_UTC = 8

_MODEL: dict[Kept, type[Referral] | type[Participant] | type[Submission]] = {
    Kept.CASE: Referral,
    Kept.PERSON: Participant,
    Kept.DRAFT: Submission,
}


class NotALength(Refusal):
    pass


@transaction.atomic
def keep_for(*, kind: Kept, months: int, source: str, by: User, now: datetime) -> RetentionRule:
    """From now on; what waits by the rule before, and isn't due any more, is taken off the list.

    Raises NotYours, NotALength.
    """
    administrator(by)
    if not 1 <= months <= LONGEST_MONTHS:
        raise NotALength(f"Write a number of months from 1 to {LONGEST_MONTHS}.")
    RetentionRule.objects.filter(kind=kind, ended_at=None).update(ended_at=now)
    rule = RetentionRule.objects.create(kind=kind, months=months, source=source.strip(), made_at=now, made_by=by)
    record(by=by, now=now, verb="retention.set", on=rule, facts={"kind": kind, "months": months})
    _withdraw_what_is_no_longer_due(kind, by, now)
    return rule


def _withdraw_what_is_no_longer_due(kind: Kept, by: User, now: datetime) -> None:
    """Also what one has approved already: the second would approve what the rule no longer says."""
    field = FIELD[kind]
    still = due(kind, before=limit(kind, now)).order_by().values("pk")
    waiting = Disposal.objects.open().filter(basis=Basis.RETENTION, **{f"{field}__isnull": False})
    for one in waiting.exclude(**{f"{field}__in": still}).select_for_update(of=("self",)).order_by("pk"):
        it_stays(one, KEPT_LONGER, by, now)


def propose_due(*, now: datetime) -> int:
    """How many were proposed."""
    return sum(1 for kind in Kept for one in _not_proposed(kind, now) if _proposed(kind, one.pk, now))


def _not_proposed(kind: Kept, now: datetime) -> Iterator[Referral | Participant | Submission]:
    """What somebody refused sleeps for a year; what left the list because it was kept longer doesn't."""
    said = Disposal.objects.filter(**{FIELD[kind]: OuterRef("pk")})
    refused = Q(refused_at__gte=limit(kind, now, ASLEEP_MONTHS)) & ~Q(refused_why=KEPT_LONGER)
    asleep = said.filter(Q(refused_at=None) | refused)
    yield from due(kind, before=limit(kind, now)).filter(~Exists(asleep))[:AT_MOST]


@transaction.atomic
def _proposed(kind: Kept, pk: int, now: datetime) -> bool:
    one = _MODEL[kind].objects.get(pk=pk)
    subject: dict[str, Any] = {FIELD[kind]: one}
    # Who notes an order holds the same lock, and may be at it just now.
    if not isinstance(one, Submission):
        lock_person((one if isinstance(one, Participant) else one.participant).himself.pk)
    if Disposal.objects.open().filter(**subject).exists():
        return False
    propose(**subject, basis=Basis.RETENTION, by=HOUSE, now=now)
    return True


def propose_each_night(*, now: datetime) -> int:
    """Once a night; after an outage one round makes up for all. How many were proposed."""
    last = Heartbeat.objects.filter(job=ROUND).values_list("came_through_at", flat=True).first()
    if last is not None and last >= _last_night(now):
        return 0
    found = propose_due(now=now)
    Heartbeat.objects.update_or_create(job=ROUND, defaults={"began_at": now, "came_through_at": now})
    return found


def _last_night(now: datetime) -> datetime:
    tonight = now.replace(hour=NIGHT_UTC, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


PLAN: dict[str, Callable[..., int]] = {"disposals_proposed": propose_each_night}
