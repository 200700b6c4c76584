"""His answers go: because he said so, or because he is forgotten. Once nothing leads to them any more, they stay for
the numbers: nobody could tell which are his."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.actors import Actor, person
from audit.actions import record
from outcomes.actions.codes import destroy_link, subject_of
from outcomes.actions.locks import hold
from outcomes.kinds import MONTHS_AFTER, Moment, Purpose, State, Way
from outcomes.models import Agreement, Asking, FollowUpDue, Link, Subject, Ticket
from programs.models import Enrollment
from vault.models import Key


@transaction.atomic
def forget(*, enrollment: Enrollment, by: Actor, now: datetime) -> bool:
    """Whether anything could still be found. The years that were counted keep their numbers."""
    # Whoever answers meets a ticket that is over, not a code that is gone.
    hold(enrollment)
    list(FollowUpDue.objects.select_for_update().filter(enrollment=enrollment).order_by("pk"))
    subject = subject_of(enrollment)
    if subject:
        forget_subject(subject, now=now)
    destroy_link(enrollment, now=now)
    Asking.objects.filter(enrollment=enrollment).open().update(state=State.DECLINED)
    if subject:
        record(by=by, now=now, verb="outcomes.forgotten", on=enrollment)
    return subject is not None


def forget_answers_again(keys: Sequence[Any], *, now: datetime) -> None:
    """In a database that was restored: answers under a key that was destroyed, and what led to any."""
    for link in Link.objects.filter(key__in=keys).select_related("enrollment__program"):
        destroy_link(link.enrollment, now=now)
    Subject.objects.filter(key__in=keys).delete()


def _send_no_more(enrollment: Enrollment) -> None:
    """A link that is out opens nothing any more. What he has in his hand at this moment he may still hand in."""
    later = Asking.objects.filter(enrollment=enrollment, moment__in=MONTHS_AFTER).open()
    links = Ticket.objects.filter(asking__in=later, way=Way.LINK)
    out = list(links.values_list("asking", flat=True))
    links.delete()
    by_month = Q(moment__in=(Moment.SIX, Moment.TWELVE))
    later.filter(Q(pk__in=out) | by_month).update(state=State.DECLINED)


def forget_subject(subject: Subject, *, now: datetime) -> None:
    """The rows go, and the key that opens them in a backup."""
    key = subject.key_id
    subject.delete()
    Key.objects.filter(pk=key).destroy(now=now)


@transaction.atomic
def revoke(*, enrollment: Enrollment, purpose: Purpose, by: Actor, now: datetime) -> bool:
    """He says no to what he agreed to. To statistics: what he answered goes. To follow-up: he isn't asked again.

    Whether answers were found and went.
    """
    hold(enrollment)
    note(enrollment, {purpose: False}, by=by, now=now)
    if purpose is Purpose.STATISTICS:
        return forget(enrollment=enrollment, by=by, now=now)
    _send_no_more(enrollment)
    return False


def note(enrollment: Enrollment, said: Mapping[Purpose, bool], *, by: Actor, now: datetime) -> None:
    """By purpose, yes or no. The caller holds the enrollment."""
    for purpose, given in said.items():
        Agreement.objects.create(enrollment=enrollment, purpose=purpose, given=given, at=now, recorded_by=person(by))
        record(by=by, now=now, verb="agreement.noted", on=enrollment, facts={"purpose": purpose, "given": given})
