"""Somebody writes into a file at the very moment when it is put to another one: nothing stays behind with it."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from accounts.roles import Role
from core.refusal import Refusal
from courts.actions.imports import one_list_at_a_time
from courts.actions.locks import locked
from courts.actions.twice import put_together
from courts.models import Referral
from participants.actions import add_contact_point, keep_apart, plan_appointment, restrict
from participants.kinds import AppointmentKind, ContactKind
from participants.locks import Elsewhere, PutTogether, lock_another, lock_person
from participants.models import Appointment, ContactPoint, NonAssociation, Participant, Restriction
from programs.models import Enrollment
from tests.courts.cases import Case, program, received
from tests.courts.test_twice import two
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory
from tests.factories.participants import ParticipantFactory

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]
LATER = NOW + timedelta(hours=1)
Write = Callable[[Participant, User], object]


@pytest.fixture
def by() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def adds_a_number(man: Participant, by: User) -> object:
    said: dict[str, Any] = {"kind": ContactKind.PHONE, "value": "+12065550142", "source": "himself"}
    return add_contact_point(participant=man, by=by, now=LATER, **said)


def plans_an_appointment(man: Participant, by: User) -> object:
    said: dict[str, Any] = {"kind": AppointmentKind.INTAKE, "starts_at": LATER + timedelta(days=2), "with_whom": by}
    return plan_appointment(participant=man, by=by, now=LATER, **said)


def shuts_it(man: Participant, by: User) -> object:
    return restrict(participant=man, why="A neighbor works here.", names=[by], by=by, now=LATER)


def keeps_him_apart(man: Participant, by: User) -> object:
    return keep_apart(one=man, other=ParticipantFactory(), reason="brothers", by=by, now=LATER)


WRITES = [adds_a_number, plans_an_appointment, shuts_it, keeps_him_apart]


class Beside:
    """Work on a connection of its own; `said`: what it gave back, or its refusal."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.said: object = None
        self._work = work
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.said = self._work()
        except Refusal as refusal:
            self.said = refusal
        finally:
            connection.close()

    def waits(self) -> bool:
        """Whether it hangs on a lock that somebody else holds. False: it went through."""
        while self._thread.is_alive():
            with connection.cursor() as cursor:
                # Else a transaction sees them all the time as it saw them first.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                if cursor.fetchone()[0]:
                    return True
        return False

    def ended(self) -> object:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.said


def left_behind(left: Participant) -> int:
    rows = [model._default_manager.filter(participant=left).count() for model in (ContactPoint, Appointment)]
    apart = NonAssociation.objects.kept_apart_from(left)
    return sum(rows) + Restriction.objects.filter(participant=left).count() + len(apart)


@pytest.mark.parametrize("write", WRITES)
def test_who_comes_while_it_is_put_together_is_told_so(write: Write, by: User) -> None:
    kept, left = two()
    with transaction.atomic():
        put_together(kept=kept, left=left, by=by, now=LATER)
        other = Beside(lambda: write(left, by))
        assert other.waits()
    refused = other.ended()
    assert isinstance(refused, PutTogether)
    assert str(refused) == f"This file was put to file {kept.pk}, and goes on there. Open that one, and do it again."
    assert left_behind(left) == 0


@pytest.mark.parametrize("write", WRITES)
def test_what_is_being_written_goes_over_with_it(write: Write, by: User) -> None:
    kept, left = two()
    with transaction.atomic():
        write(left, by)
        other = Beside(lambda: put_together(kept=kept, left=left, by=by, now=LATER))
        assert other.waits()
    other.ended()
    assert Participant.objects.get(pk=left.pk).merged_into == kept
    assert left_behind(left) == 0
    assert left_behind(kept) == 1


def test_a_case_that_comes_by_a_list_goes_over_with_it(by: User) -> None:
    kept, left = two()
    with one_list_at_a_time():
        referral = ReferralFactory(participant=left)
        other = Beside(lambda: put_together(kept=kept, left=left, by=by, now=LATER))
        assert other.waits()
    other.ended()
    assert Referral.objects.get(pk=referral.pk).participant == kept


def test_a_case_that_is_accepted_meanwhile_is_his_who_goes_on(by: User) -> None:
    kept, left = two()
    case = Case.of(received(participant=left, program=program()))
    done = Event()

    def accept() -> object:
        case.accept(now=LATER)
        done.set()
        return None

    with transaction.atomic():
        put_together(kept=kept, left=left, by=by, now=LATER)
        other = Beside(accept)
        assert other.waits()
    other.ended()
    assert done.is_set()
    assert [one.participant for one in Enrollment.objects.all()] == [kept]


# --- In one order


def test_who_finds_a_case_with_another_man_does_not_wait_for_him(by: User) -> None:
    """Whoever has the lower number may wait for the higher one, which this one holds."""
    kept, left = two()
    assert kept.pk < left.pk
    stale = received(participant=left, program=program())
    put_together(kept=kept, left=left, by=by, now=LATER)
    held, over = Event(), Event()

    def holds() -> object:
        with transaction.atomic():
            lock_person(kept.pk)
            held.set()
            over.wait(60)
        return None

    other = Beside(holds)
    assert held.wait(60)
    with pytest.raises(Elsewhere, match="another file"), transaction.atomic():
        locked(stale)
    over.set()
    other.ended()
    with transaction.atomic():
        assert locked(stale).participant == kept


def test_who_finds_it_with_one_of_a_higher_number_waits(by: User) -> None:
    lower, higher = ParticipantFactory(), ParticipantFactory()

    def takes_both() -> object:
        with transaction.atomic():
            lock_person(lower.pk)
            lock_another(higher.pk, held=lower.pk)
        return "has both"

    with transaction.atomic():
        lock_person(higher.pk)
        other = Beside(takes_both)
        assert other.waits()
    assert other.ended() == "has both"
