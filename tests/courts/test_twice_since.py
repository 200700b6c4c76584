"""Two files that were put together, with what came since: money, cases, messages, and the way back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from accounts.roles import Role
from courts.actions.states import MoveNotPossible
from courts.actions.twice import BothInOneProgram, CannotUndo, KeptApart, hindrances, put_together, take_apart, why_not
from courts.models import Referral
from courts.moves import State
from messaging.claims import claim
from messaging.looking import Halt, look_again
from messaging.models import Channel, Message
from messaging.models import State as MessageState
from participants.actions import end_keeping_apart, keep_apart
from participants.kinds import ContactKind
from participants.models import NonAssociation, Participant, Restriction
from programs.actions.calling import plan_calls
from programs.actions.changes import tell
from programs.actions.reminders import plan_reminders
from programs.kinds import Change, RequirementKind
from programs.models import Enrollment, FeeEntry
from tests.courts.cases import Case, program, received, seated
from tests.courts.test_twice import full, opens, shut, two
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory
from tests.factories.money import FeeEntryFactory, PaymentPlanFactory, WaiverRequestFactory
from tests.factories.participants import AppointmentFactory, ContactPointFactory, ParticipantFactory
from tests.factories.programs import (
    CohortFactory,
    EnrollmentFactory,
    MarkFactory,
    RequirementFactory,
    SeatFactory,
    SessionFactory,
)
from vault.models import Key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LATER = NOW + timedelta(hours=1)
# By day, where he is.
NOON = NOW


@pytest.fixture
def by() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


# --- Money


def both_wait() -> tuple[Participant, Participant, Enrollment, Enrollment]:
    kept, left = two()
    mine = EnrollmentFactory(participant=kept)
    return kept, left, mine, EnrollmentFactory(participant=left, program=mine.program)


@pytest.mark.parametrize("paid", ["kept", "left"])
def test_the_enrollment_with_a_ledger_goes_on(paid: str, by: User) -> None:
    kept, left, mine, his = both_wait()
    goes_on, ends = (mine, his) if paid == "kept" else (his, mine)
    entry = FeeEntryFactory(enrollment=goes_on, paid=True)
    put_together(kept=kept, left=left, by=by, now=LATER)
    ends.refresh_from_db()
    assert FeeEntry.objects.get().pk == entry.pk
    assert list(Enrollment.objects.open().filter(participant=kept)) == [goes_on]
    assert (ends.state, ends.participant) == ("ended", kept)


@pytest.mark.parametrize("money", [FeeEntryFactory, PaymentPlanFactory, WaiverRequestFactory])
def test_with_a_seat_in_one_and_money_in_the_other_nothing_is_done(money: type, by: User) -> None:
    kept, left, mine, his = both_wait()
    SeatFactory(enrollment=mine)
    money(enrollment=his)
    with pytest.raises(BothInOneProgram, match="each with a seat, marks or fees"):
        put_together(kept=kept, left=left, by=by, now=LATER)


def test_a_fee_that_was_taken_back_weighs_nothing(by: User) -> None:
    kept, left, mine, his = both_wait()
    SeatFactory(enrollment=mine)
    entry = FeeEntryFactory(enrollment=his)
    FeeEntryFactory(enrollment=his, kind="reversed", reverses=entry, schedule=entry.schedule)
    put_together(kept=kept, left=left, by=by, now=LATER)
    his.refresh_from_db()
    assert his.state == "ended"


@pytest.mark.parametrize("has_lines", [True, False])
def test_a_fee_noted_by_hand_goes_over_where_no_ledger_speaks(has_lines: bool, by: User) -> None:
    kept, left, mine, his = both_wait()
    if has_lines:
        FeeEntryFactory(enrollment=mine)
    noted = RequirementFactory(enrollment=his, kind=RequirementKind.FEE)
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    assert mine.requirements.filter(kind=RequirementKind.FEE).exists() is not has_lines
    take_apart(merge=merge, by=by, now=LATER)
    noted.refresh_from_db()
    assert noted.enrollment == his


# --- Kept apart


def test_who_were_kept_apart_are_put_together_once_that_has_ended(by: User) -> None:
    kept, left = two()
    pair = keep_apart(one=kept, other=left, reason="brothers", by=by, now=NOW)
    (found,) = hindrances(kept, left)
    assert (found.refusal, found.at) == (KeptApart, pair)
    end_keeping_apart(pair=pair, why="one man", by=by, now=NOW)
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    take_apart(merge=merge, by=by, now=LATER)
    assert NonAssociation.objects.get().ended_at == NOW


# --- Cases that came since


def test_what_was_opened_for_his_case_alone_goes_back_with_it(by: User) -> None:
    kept, left = two()
    case = Case.of(received(participant=left, program=program()))
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    opened = case.accept(now=LATER)
    assert opened.participant == kept
    take_apart(merge=merge, by=by, now=LATER)
    assert Referral.objects.get(pk=case.referral.pk).participant == left
    assert Enrollment.objects.get(pk=opened.pk).participant == left


@pytest.mark.parametrize("whose", ["kept", "left"])
def test_a_case_that_came_into_a_shared_enrollment_is_settled_first(whose: str, by: User) -> None:
    """Of the one man the enrollment, of the other the case that was accepted into it."""
    kept, left = two()
    of, first, second = program(), *((kept, left) if whose == "left" else (left, kept))
    Case.of(received(participant=first, program=of)).accept()
    late = Case.of(received(participant=second, program=of))
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    late.accept(now=LATER)
    said = f"Case {late.referral.case_number} came since into an enrollment that the two would share. "
    assert why_not(merge).startswith(said)
    with pytest.raises(CannotUndo):
        take_apart(merge=merge, by=by, now=LATER)

    Referral.objects.filter(pk=late.referral.pk).update(state=State.CLOSED, closing="by_mistake", closed_at=LATER)
    take_apart(merge=merge, by=by, now=LATER)
    over = Referral.objects.get(pk=late.referral.pk)
    assert (over.participant, over.enrollment) == (second, None)
    for referral in Referral.objects.filter(enrollment__isnull=False).select_related("enrollment"):
        assert referral.enrollment is not None
        assert referral.enrollment.participant_id == referral.participant_id


def test_the_last_file_that_was_put_to_it_goes_first(by: User) -> None:
    kept, left = two()
    third = ParticipantFactory(date_of_birth=kept.date_of_birth)
    one = put_together(kept=kept, left=left, by=by, now=LATER)
    other = put_together(kept=kept, left=third, by=by, now=LATER)
    assert why_not(one) == f"File {third.pk} was put to this one since. Take that one apart first."
    with pytest.raises(CannotUndo):
        take_apart(merge=one, by=by, now=LATER)
    take_apart(merge=other, by=by, now=LATER)
    take_apart(merge=one, by=by, now=LATER)
    assert Participant.objects.themselves().filter(pk__in=[kept.pk, left.pk, third.pk]).count() == 3


def test_who_has_a_seat_is_not_accepted_once_more() -> None:
    """Only the way back goes from enrolled to accepted: no second press of a button on a stale page."""
    case = seated()
    with pytest.raises(MoveNotPossible):
        case.accept(now=LATER)
    assert Referral.objects.get(pk=case.referral.pk).state == State.ENROLLED


# --- Messages in hand


def due_to(man: Participant) -> Message:
    """A reminder of tomorrow's evening, in a worker's hands."""
    ContactPointFactory(safe=True, participant=man, kind=ContactKind.EMAIL, value=f"m{man.pk}@mail.example")
    seat = SeatFactory(enrollment=EnrollmentFactory(participant=man, state="seated"))
    Enrollment.objects.filter(pk=seat.enrollment_id).update(program=seat.cohort.program)
    SessionFactory(cohort=seat.cohort, program=seat.cohort.program, starts_at=NOW + timedelta(days=1))
    plan_reminders(now=NOW)
    return in_hand()


def in_hand() -> Message:
    (mine,) = claim(channel=Channel.EMAIL, now=NOW + timedelta(minutes=20), at_most=1)
    return mine


def test_in_hand_while_two_are_put_together_it_is_looked_at_again(by: User) -> None:
    kept, left = two()
    message = due_to(left)
    put_together(kept=kept, left=left, by=by, now=NOW)
    found = look_again(message, now=NOW)
    assert isinstance(found, Halt)
    assert (found.state, found.try_at) == ("queued", NOW)
    message.refresh_from_db()
    assert getattr(look_again(message, now=NOW), "address", None) == f"m{left.pk}@mail.example"


def test_what_waits_when_two_are_taken_apart_goes_to_no_other(by: User) -> None:
    kept, left = two()
    ContactPointFactory(safe=True, participant=kept, kind=ContactKind.EMAIL, value="kept@mail.example")
    for man in (kept, left):
        EnrollmentFactory(participant=man)
    ContactPointFactory(safe=True, participant=left, kind=ContactKind.EMAIL, value="left@mail.example")
    AppointmentFactory(participant=left, starts_at=NOW + timedelta(days=1))
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    plan_reminders(now=NOW)
    take_apart(merge=merge, by=by, now=NOW)
    message = in_hand()
    assert message.participant == kept
    assert look_again(message, now=NOW) == Halt(MessageState.SKIPPED, "another man's")
    assert plan_reminders(now=NOW) == 1
    assert Message.objects.order_by("pk").last().participant == left  # type: ignore[union-attr]


def addressed(*men: Participant) -> None:
    for man in men:
        ContactPointFactory(safe=True, participant=man, kind=ContactKind.EMAIL, value=f"m{man.pk}@mail.example")


def welcomed(his: Enrollment) -> None:
    plan_calls(now=NOW)


def asked_to_call(his: Enrollment) -> None:
    Enrollment.objects.update(opened_at=NOW - timedelta(days=90))
    session = SessionFactory(program=his.program, starts_at=NOW - timedelta(hours=20))
    MarkFactory(enrollment=his, session=session, kind="absent", at=NOW - timedelta(hours=18))
    plan_calls(now=NOW)


def told_that_it_is(state: str, what: Change) -> Callable[[Enrollment], None]:
    def told(his: Enrollment) -> None:
        seat = SeatFactory(enrollment=his, from_on=NOW.date(), cohort=CohortFactory(program=his.program))
        session = SessionFactory(
            cohort=seat.cohort, program=his.program, starts_at=NOW + timedelta(days=1), **SAID[state]
        )
        now_his = Enrollment.objects.select_related("participant").get(pk=his.pk)
        tell(session=session, enrollments=[now_his], what=what, now=NOW)

    return told


SAID: dict[str, dict[str, str]] = {"canceled": {"state": "canceled", "canceled_why": "weather"}, "planned": {}}
SINCE = [
    pytest.param(welcomed, id="welcome"),
    pytest.param(asked_to_call, id="please call"),
    pytest.param(told_that_it_is("canceled", Change.CANCELED), id="canceled"),
    pytest.param(told_that_it_is("planned", Change.MOVED), id="moved"),
]


@pytest.mark.parametrize("planned", SINCE)
def test_what_was_planned_while_they_were_one_reaches_whom_it_concerns(
    planned: Callable[[Enrollment], None], by: User
) -> None:
    kept, left = two()
    program_ = program()
    EnrollmentFactory(participant=kept, program=program_, opened_at=NOW - timedelta(days=90))
    his = EnrollmentFactory(participant=left, opened_at=NOW)
    addressed(kept, left)
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    planned(Enrollment.objects.select_related("participant", "program").get(pk=his.pk))
    assert set(Message.objects.values_list("participant", flat=True)) == {kept.pk}
    take_apart(merge=merge, by=by, now=NOW)
    message = Message.objects.get()
    assert message.participant == left
    assert getattr(look_again(message, now=NOON), "address", None) == f"m{left.pk}@mail.example"


@pytest.mark.parametrize("planned", SINCE)
def test_and_never_the_other_one(planned: Callable[[Enrollment], None], by: User) -> None:
    """Whatever had brought it to him: it is looked at once more before it goes."""
    kept, left = two()
    his = EnrollmentFactory(participant=left, opened_at=NOW)
    EnrollmentFactory(participant=kept, program=his.program, opened_at=NOW - timedelta(days=90))
    addressed(kept, left)
    planned(his)
    Message.objects.update(participant=kept)
    found = look_again(Message.objects.select_related("participant").get(), now=NOON)
    assert (getattr(found, "state", None), getattr(found, "reason", None)) in {
        ("skipped", "another man's"),
        ("skipped", "no seat"),
    }


def test_planned_for_a_file_that_was_just_left_aside_it_goes_to_the_one_that_goes_on(by: User) -> None:
    """Its planner had read before, and wrote after."""
    kept, left = two()
    his = EnrollmentFactory(participant=left, opened_at=NOW)
    addressed(left)
    plan_calls(now=NOW)
    put_together(kept=kept, left=left, by=by, now=NOW)
    Message.objects.update(participant=left)
    late = Message.objects.select_related("participant").get()
    assert look_again(late, now=NOON) == Halt(MessageState.QUEUED, try_at=NOON)
    late = Message.objects.select_related("participant").get()
    assert late.participant == kept
    assert getattr(look_again(late, now=NOON), "address", None) == f"m{left.pk}@mail.example"
    assert Enrollment.objects.get(pk=his.pk).participant == kept


# --- Restricted files, and keys


@pytest.mark.parametrize("restricted", ["kept", "left", "both"])
def test_nobody_opens_more_than_before_nor_after_the_way_back(restricted: str, by: User) -> None:
    kept, left = two()
    users = [UserFactory.create(roles=[role]) for role in (Role.ADMINISTRATOR, Role.COORDINATOR, Role.COORDINATOR)]
    if restricted != "left":
        shut(kept, by, users[0], users[1])
    if restricted != "kept":
        shut(left, by, users[0], users[2])
    before = [(opens(kept, user), opens(left, user)) for user in users]
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    for user, (one, other) in zip(users, before, strict=True):
        assert opens(kept, user) == (one and other)
    take_apart(merge=merge, by=by, now=LATER)
    assert [(opens(kept, user), opens(left, user)) for user in users] == before
    assert Restriction.objects.current().count() == {"both": 2}.get(restricted, 1)


@pytest.mark.parametrize("whose", ["kept", "left"])
def test_forgotten_after_they_were_taken_apart(whose: str, by: User) -> None:
    """What stood in his file before goes with his key, whichever of the two it is; the other one's stays."""
    kept, left = two()
    marks = {"kept": MarkFactory(enrollment=full(kept)), "left": MarkFactory(enrollment=full(left))}
    merge = put_together(kept=kept, left=left, by=by, now=LATER)
    take_apart(merge=merge, by=by, now=LATER)
    gone = {"kept": kept, "left": left}[whose]
    Key.objects.filter(pk=gone.key_id).destroy(now=LATER)
    said = {name: str(type(mark).objects.get(pk=mark.pk).comment) for name, mark in marks.items()}
    assert {name for name, text in said.items() if text == "forgotten"} == {whose}


def test_of_two_cases_at_one_court_each_keeps_its_own_way(by: User) -> None:
    kept, left = two()
    one = ReferralFactory(participant=left)
    merge = put_together(kept=kept, left=left, by=by, now=NOW)
    ReferralFactory(participant=kept, court=one.court, case_number="26-9999")
    take_apart(merge=merge, by=by, now=LATER)
    assert [r.participant_id for r in Referral.objects.order_by("pk")] == [left.pk, kept.pk]
