from datetime import date, datetime, timedelta

import pytest

from accounts.actors import Task
from accounts.models import User
from audit.models import Event
from participants import actions
from participants.kinds import (
    AppointmentKind,
    AppointmentState,
    ConsentHow,
    ContactChannel,
    ContactKind,
    ContactResult,
)
from participants.models import Appointment, ContactPoint, NonAssociation, Participant
from tests.factories.accounts import UserFactory
from tests.factories.participants import (
    AppointmentFactory,
    ContactPointFactory,
    NonAssociationFactory,
    ParticipantFactory,
)
from tests.refusals import nothing_written, refuses, told

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def by() -> User:
    made: User = UserFactory()
    return made


def settled(state: AppointmentState, now: datetime, by: User) -> Appointment:
    made: Appointment = AppointmentFactory(state=state, settled_at=now, settled_by=by, starts_at=now)
    return made


# --- the person


def test_adds_a_participant_with_a_key_of_his_own(by: User, now: datetime) -> None:
    added = actions.add_participant(
        first_name="José",
        last_name="O'Neil",
        middle_name="Quentin",
        date_of_birth=date(1980, 2, 29),
        time_zone="America/Denver",
        by=by,
        now=now,
    )

    stored = Participant.objects.get()
    assert (stored.legal_name, stored.folded_name) == ("José Quentin O'Neil", "joseoneil")
    assert (stored.date_of_birth, stored.time_zone, stored.made_at) == (date(1980, 2, 29), "America/Denver", now)
    assert (stored.key.kind, stored.key.destroyed_at) == ("person", None)
    assert told() == [(f"user:{by.pk}", "participant.added", f"participants.Participant:{added.pk}")]
    assert Event.objects.get().reveal() == {"name": "José Quentin O'Neil"}
    assert Event.objects.get().facts == {}


# --- contact points and consent


def test_adds_a_contact_point_that_nobody_has_marked_safe(by: User, now: datetime) -> None:
    participant = ParticipantFactory()

    point = actions.add_contact_point(
        participant=participant,
        kind=ContactKind.PHONE,
        value="+12065550142",
        source="himself",
        by=Task("courts.import"),
        now=now,
    )

    assert ContactPoint.objects.get() == point
    assert (point.value, point.source, point.safe_at, point.made_at) == ("+12065550142", "himself", None, now)
    assert told() == [("task:courts.import", "contact_point.added", f"participants.ContactPoint:{point.pk}")]
    assert Event.objects.get().reveal() == {"value": "+12065550142", "source": "himself"}
    assert Event.objects.get().facts == {"kind": "phone"}


def test_the_same_contact_point_again_stays_as_it_is(by: User, now: datetime) -> None:
    point = ContactPointFactory(safe=True)
    said = {"participant": point.participant, "kind": ContactKind.PHONE, "value": point.value}

    with nothing_written():
        again = actions.add_contact_point(**said, source="another", by=by, now=now)

    assert (again, again.safe_at) == (point, point.safe_at)


def test_one_no_longer_in_use_is_added_anew_and_is_not_safe(by: User, now: datetime) -> None:
    old = ContactPointFactory(safe=True, ended_at=now)
    said = {"participant": old.participant, "kind": ContactKind.PHONE, "value": old.value}

    new = actions.add_contact_point(**said, source="himself", by=by, now=now)

    assert new.pk != old.pk
    assert (new.safe_at, new.ended_at) == (None, None)


def test_another_mans_number_is_another_contact_point(by: User, now: datetime) -> None:
    point, other = ContactPointFactory(), ParticipantFactory()

    added = actions.add_contact_point(
        participant=other, kind=ContactKind.PHONE, value=point.value, source="himself", by=by, now=now
    )

    assert (added.participant, ContactPoint.objects.count()) == (other, 2)


def test_marks_a_contact_point_safe(by: User, now: datetime) -> None:
    point, other = ContactPointFactory(), ContactPointFactory()

    actions.mark_safe(contact_point=point, by=by, now=now)

    assert list(ContactPoint.objects.safe()) == [point]
    assert (point.safe_at, point.safe_by, other.safe_at) == (now, by, None)
    assert told() == [(f"user:{by.pk}", "contact_point.marked_safe", f"participants.ContactPoint:{point.pk}")]


def test_what_is_no_longer_in_use_cannot_be_marked_safe(by: User, now: datetime) -> None:
    point = ContactPointFactory(ended_at=now)

    refuses(actions.NotInUse, actions.mark_safe, contact_point=point, by=by, now=now)


def test_a_contact_point_ended_meanwhile_cannot_be_marked_safe(by: User, now: datetime) -> None:
    point = ContactPointFactory()
    ContactPoint.objects.update(ended_at=now)

    refuses(actions.NotInUse, actions.mark_safe, contact_point=point, by=by, now=now)


def test_records_a_consent_and_who_wrote_it_down(by: User, now: datetime) -> None:
    point = ContactPointFactory()

    given = actions.record_consent(contact_point=point, given=True, how=ConsentHow.ORAL, by=by, now=now)

    assert list(point.consents.all()) == [given]
    assert (given.given, given.at, given.how, given.recorded_by) == (True, now, "oral", by)
    assert told() == [(f"user:{by.pk}", "consent.recorded", f"participants.Consent:{given.pk}")]
    assert Event.objects.get().facts == {"given": True, "how": "oral"}


def test_a_stop_that_he_sent_is_recorded_by_nobody(now: datetime) -> None:
    point = ContactPointFactory()

    revoked = actions.record_consent(
        contact_point=point, given=False, how=ConsentHow.BY_TEXT, by=Task("messaging.inbox"), now=now
    )

    assert (revoked.given, revoked.recorded_by) == (False, None)
    assert told()[0][0] == "task:messaging.inbox"


# --- men who must not meet


@pytest.mark.parametrize("turned", [False, True], ids=["older first", "newer first"])
def test_keeps_two_apart_whoever_is_named_first(by: User, now: datetime, turned: bool) -> None:
    older, newer = ParticipantFactory.create_batch(2)
    one, other = (newer, older) if turned else (older, newer)

    pair = actions.keep_apart(one=one, other=other, reason="a no-contact order", by=by, now=now)

    assert (pair.one, pair.other, pair.made_by, pair.made_at) == (older, newer, by, now)
    assert NonAssociation.objects.kept_apart_from(newer) == {older.pk}
    assert NonAssociation.objects.get().reason == "a no-contact order"
    assert told() == [(f"user:{by.pk}", "non_association.made", f"participants.NonAssociation:{pair.pk}")]


def test_a_pair_that_is_kept_apart_already_stays_as_it_is(by: User, now: datetime) -> None:
    pair = NonAssociationFactory()

    with nothing_written():
        again = actions.keep_apart(one=pair.other, other=pair.one, reason="again", by=by, now=now)

    assert again == pair


def test_nobody_is_kept_apart_from_himself(by: User, now: datetime) -> None:
    him = ParticipantFactory()

    refuses(actions.SamePerson, actions.keep_apart, one=him, other=him, reason="", by=by, now=now)


# --- appointments


def test_plans_an_appointment(by: User, now: datetime) -> None:
    participant, counselor = ParticipantFactory(), UserFactory()

    planned = actions.plan_appointment(
        participant=participant,
        kind=AppointmentKind.INTAKE,
        starts_at=now + HOUR,
        with_whom=counselor,
        place="Room 2",
        minutes=45,
        by=by,
        now=now,
    )

    assert list(Appointment.objects.planned()) == [planned]
    assert (planned.participant, planned.with_whom, planned.place) == (participant, counselor, "Room 2")
    assert (planned.starts_at, planned.minutes, planned.settled_at) == (now + HOUR, 45, None)
    assert told() == [(f"user:{by.pk}", "appointment.planned", f"participants.Appointment:{planned.pk}")]


@pytest.mark.parametrize("late", [timedelta(), HOUR], ids=["just now", "an hour ago"])
def test_no_appointment_is_planned_for_the_past(by: User, now: datetime, late: timedelta) -> None:
    participant = ParticipantFactory()

    refuses(
        actions.InThePast,
        actions.plan_appointment,
        participant=participant,
        kind=AppointmentKind.INTAKE,
        starts_at=now - late,
        with_whom=by,
        by=by,
        now=now,
    )


@pytest.mark.parametrize(("kept", "state"), [(True, "kept"), (False, "missed")])
def test_an_appointment_was_kept_or_missed(by: User, now: datetime, kept: bool, state: str) -> None:
    appointment, other = AppointmentFactory(starts_at=now), AppointmentFactory(starts_at=now)

    actions.settle_appointment(appointment=appointment, kept=kept, by=by, now=now)

    assert (appointment.state, appointment.settled_at, appointment.settled_by) == (state, now, by)
    assert list(Appointment.objects.planned()) == [other]
    assert told() == [(f"user:{by.pk}", f"appointment.{state}", f"participants.Appointment:{appointment.pk}")]


def test_what_is_still_to_come_was_neither_kept_nor_missed(by: User, now: datetime) -> None:
    appointment = AppointmentFactory(starts_at=now + HOUR)

    refuses(
        actions.AppointmentNotYet,
        actions.settle_appointment,
        appointment=appointment,
        kept=False,
        by=by,
        now=now,
    )


@pytest.mark.parametrize("state", [AppointmentState.KEPT, AppointmentState.MISSED, AppointmentState.CANCELED])
def test_what_somebody_settled_stays_settled(by: User, now: datetime, state: AppointmentState) -> None:
    done = {"appointment": settled(state, now, by), "by": by, "now": now}

    refuses(actions.AppointmentSettled, actions.settle_appointment, **done, kept=True)
    refuses(actions.AppointmentSettled, actions.cancel_appointment, **done)
    refuses(actions.AppointmentSettled, actions.move_appointment, **done, starts_at=now + HOUR)


def test_the_second_of_two_who_settle_is_refused(by: User, now: datetime) -> None:
    appointment = AppointmentFactory(starts_at=now)
    stale = Appointment.objects.get()
    actions.settle_appointment(appointment=appointment, kept=True, by=by, now=now)

    refuses(actions.AppointmentSettled, actions.settle_appointment, appointment=stale, kept=False, by=by, now=now)


def test_moves_an_appointment_and_the_old_one_says_where_to(by: User, now: datetime) -> None:
    old = AppointmentFactory(starts_at=now + HOUR, place="Room 2", minutes=45, kind="exit_interview")

    new = actions.move_appointment(appointment=old, starts_at=now + 2 * HOUR, by=by, now=now)

    assert (old.state, old.moved_to, old.starts_at) == ("moved", new, now + HOUR)
    assert (new.state, new.starts_at, new.place, new.minutes) == ("planned", now + 2 * HOUR, "Room 2", 45)
    assert (new.kind, new.with_whom, new.participant) == ("exit_interview", old.with_whom, old.participant)
    assert told() == [
        (f"user:{by.pk}", "appointment.planned", f"participants.Appointment:{new.pk}"),
        (f"user:{by.pk}", "appointment.moved", f"participants.Appointment:{old.pk}"),
    ]


def test_nothing_is_moved_into_the_past(by: User, now: datetime) -> None:
    appointment = AppointmentFactory(starts_at=now + HOUR)

    refuses(actions.InThePast, actions.move_appointment, appointment=appointment, starts_at=now, by=by, now=now)


def test_cancels_an_appointment(by: User, now: datetime) -> None:
    appointment = AppointmentFactory(starts_at=now + HOUR)

    actions.cancel_appointment(appointment=appointment, by=by, now=now)

    assert (appointment.state, appointment.settled_by) == ("canceled", by)
    assert told() == [(f"user:{by.pk}", "appointment.canceled", f"participants.Appointment:{appointment.pk}")]


# --- what staff write down


def test_logs_an_attempt_to_reach_him(by: User, now: datetime) -> None:
    participant = ParticipantFactory()

    attempt = actions.log_contact_attempt(
        participant=participant,
        channel=ContactChannel.PHONE,
        result=ContactResult.LEFT_WORD,
        note="His sister answered.",
        by=by,
        now=now,
    )

    stored = participant.contact_attempts.get()
    assert (stored.channel, stored.result, stored.note, stored.by) == (
        "phone",
        "left_word",
        "His sister answered.",
        by,
    )
    assert told() == [(f"user:{by.pk}", "contact_attempt.logged", f"participants.ContactAttempt:{attempt.pk}")]
    assert Event.objects.get().facts == {"channel": "phone", "result": "left_word"}


def test_writes_a_note_and_tells_the_trail_nothing_of_its_text(by: User, now: datetime) -> None:
    participant = ParticipantFactory()

    note = actions.write_note(participant=participant, text="He drinks again.", by=by, now=now)

    assert participant.notes.get().text == "He drinks again."
    assert told() == [(f"user:{by.pk}", "note.written", f"participants.Note:{note.pk}")]
    assert (Event.objects.get().facts, Event.objects.get().personal) == ({}, None)
