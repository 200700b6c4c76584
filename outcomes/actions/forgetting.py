"""His answers go: because he said so, or because he is forgotten. Once nothing leads to them any more, they stay for
the numbers: nobody could tell which are his."""

from datetime import datetime

from django.db import transaction

from accounts.actors import Actor, person
from audit.actions import record
from outcomes.actions.codes import destroy_link, subject_of
from outcomes.kinds import Moment, Purpose, State
from outcomes.models import Agreement, Asking, Subject
from programs.models import Enrollment
from vault.models import Key


@transaction.atomic
def forget(*, enrollment: Enrollment, by: Actor, now: datetime) -> bool:
    """Whether anything could still be found. The years that were counted keep their numbers."""
    Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
    subject = subject_of(enrollment)
    if subject:
        forget_subject(subject, now=now)
    destroy_link(enrollment, now=now)
    Asking.objects.filter(enrollment=enrollment).open().update(state=State.DECLINED)
    if subject:
        record(by=by, now=now, verb="outcomes.forgotten", on=enrollment)
    return subject is not None


def forget_subject(subject: Subject, *, now: datetime) -> None:
    """The rows go, and the key that opens them in a backup."""
    key = subject.key_id
    subject.delete()
    Key.objects.filter(pk=key).destroy(now=now)


@transaction.atomic
def revoke(*, enrollment: Enrollment, purpose: Purpose, by: Actor, now: datetime) -> None:
    """He says no to what he agreed to. To statistics: what he answered goes. To follow-up: he isn't asked again."""
    Agreement.objects.create(enrollment=enrollment, purpose=purpose, given=False, at=now, recorded_by=person(by))
    facts = {"purpose": purpose, "given": False}
    record(by=by, now=now, verb="agreement.noted", on=enrollment, facts=facts)
    if purpose is Purpose.STATISTICS:
        forget(enrollment=enrollment, by=by, now=now)
    else:
        # What he has in his hand at this moment he may still hand in.
        later = Asking.objects.filter(enrollment=enrollment, moment__in=(Moment.SIX, Moment.TWELVE))
        later.open().update(state=State.DECLINED)
