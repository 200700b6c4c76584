"""The coordinators' digest, and what doesn't wait for it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from accounts.roles import Role
from courts.models import Delivery
from messaging.actions import send_due
from messaging.models import Message, State
from messaging.registry import kind
from office.digest import DIGEST, URGENT, plan_digests, plan_urgent
from participants.kinds import ConsentHow, ContactKind
from participants.models import Participant
from programs.models import Program
from tests.courts.letters import mailbox
from tests.factories.accounts import UserFactory
from tests.factories.courts import DeadlineFactory, DeliveryFactory, ReferralFactory
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.participants import AppointmentFactory, ConsentFactory, ContactPointFactory, ParticipantFactory
from tests.factories.programs import DayOffFactory, ProgramFactory, SeatFactory, SessionFactory
from tests.messaging.mail_servers import Spurning

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 3)


def at(hour: int, day: int = 3) -> datetime:
    """By the clock in Seattle."""
    return datetime(2026, 3, day, hour, 0, tzinfo=UTC) + timedelta(hours=8)


@pytest.fixture
def program() -> Program:
    made: Program = ProgramFactory.create()
    return made


@pytest.fixture
def coordinator() -> User:
    made: User = UserFactory.create(roles=[Role.COORDINATOR])
    return made


def deadline(days: int, **more: Any) -> int:
    made = DeadlineFactory.create(**{"due_on": TODAY + timedelta(days=days)} | more)
    return int(made.referral_id)


class TestWhen:
    @pytest.mark.parametrize(
        ("now", "planned"),
        [
            (at(7), 0),
            (at(8), 1),
            # The beat was dead in the morning.
            (at(16), 1),
            (at(9, day=7), 0),
            (at(9, day=8), 0),
        ],
        ids=["too early", "at eight", "late", "Saturday", "Sunday"],
    )
    def test_on_a_working_day_from_eight_on(self, program: Program, coordinator: User, now: datetime, planned: int):
        assert plan_digests(now=now) == planned

    def test_once_a_day(self, program: Program, coordinator: User):
        assert [plan_digests(now=at(hour)) for hour in (8, 9, 17)] == [1, 0, 0]
        assert plan_digests(now=at(8, day=4)) == 1

    def test_not_on_a_day_that_the_program_keeps_free(self, program: Program, coordinator: User):
        DayOffFactory.create(program=program, on=TODAY)

        assert plan_digests(now=at(9)) == 0

    @pytest.mark.parametrize(
        ("day", "planned"),
        # Memorial Day, which the program never entered anywhere, and the days around it.
        [(date(2026, 5, 22), 1), (date(2026, 5, 25), 0), (date(2026, 5, 26), 1)],
        ids=["Friday", "Memorial Day", "Tuesday"],
    )
    def test_not_on_a_holiday_of_its_state(self, program: Program, coordinator: User, day: date, planned: int):
        noon = datetime(day.year, day.month, day.day, 19, tzinfo=UTC)

        assert (program.state, plan_digests(now=noon)) == ("WA", planned)

    def test_after_a_holiday_what_was_called_out_on_it_stands_there(self, program: Program, coordinator: User):
        monday = date(2026, 5, 25)
        called_out = deadline(0, due_on=monday + timedelta(days=10), last_alert_on=monday)
        tuesday = datetime(2026, 5, 26, 19, tzinfo=UTC)
        plan_digests(now=tuesday), send_due(now=tuesday)

        assert f"June 4, in 9 days (referral {called_out})" in str(mail.outbox[0].body)

    def test_not_where_there_is_no_program(self, coordinator: User):
        assert plan_digests(now=at(9)) == 0


class TestToWhom:
    def test_each_coordinator(self, program: Program, coordinator: User):
        other = UserFactory.create(roles=[Role.COORDINATOR])
        UserFactory.create(roles=[Role.ADMINISTRATOR])
        UserFactory.create(roles=[Role.COORDINATOR], is_active=False)

        plan_digests(now=at(8))

        assert [message.user for message in Message.objects.order_by("id")] == [coordinator, other]

    def test_the_administrators_where_nobody_coordinates(self, program: Program):
        administrator = UserFactory.create(roles=[Role.ADMINISTRATOR])
        plan_digests(now=at(8))

        assert Message.objects.get().user == administrator

    def test_tried_until_it_goes(self, program: Program, coordinator: User):
        deadline(5)
        plan_digests(now=at(8))
        with mailbox(Spurning(451)):
            for hours in range(0, 24 * 9, 7):
                send_due(now=at(8) + timedelta(hours=hours))

        late = Message.objects.get()
        assert (late.state, late.expires_at, late.attempts > 14) == (State.QUEUED, None, True)
        with mailbox() as server:
            send_due(now=at(8) + timedelta(days=10))
        assert [sent["Subject"] for sent in server.mails] == ["Today, Friday, March 13: what waits"]

    def test_two_days_that_did_not_go_are_one(self, program: Program, coordinator: User):
        deadline(5)
        plan_digests(now=at(8)), plan_digests(now=at(8, day=4))

        assert send_due(now=at(9, day=4)).sent == 1
        assert list(Message.objects.order_by("id").values_list("state", "reason")) == [
            (State.SKIPPED, "a newer one stands"), (State.SENT, ""),
        ]  # fmt: skip

    def test_nobody_who_works_here_no_longer(self, program: Program, coordinator: User):
        deadline(1)
        plan_digests(now=at(8))
        UserFactory.create(roles=[Role.COORDINATOR])
        coordinator.grants.update(ended_at=at(8))

        assert send_due(now=at(8)).skipped == 1


class TestWhatItSays:
    def send(self, now: datetime) -> list[str]:
        mail.outbox.clear()
        plan_digests(now=now)
        send_due(now=now)
        return [line for sent in mail.outbox for line in str(sent.body).splitlines() if line]

    def test_dates_and_numbers_and_nobodys_name(self, program: Program, coordinator: User):
        late, today, soon = deadline(-2), deadline(0), deadline(5)
        received = ReferralFactory.create(name_as_charged="Halloway, Peter", state="received")
        InboundTextFactory.create()
        MessageFactory.create(state=State.FAILED, reason="bounced", due_at=at(7))

        assert self.send(at(8)) == [
            "Dates",
            f"- Complete by: March 1, 2 days late (referral {late})",
            f"- Complete by: March 3, today (referral {today})",
            f"- Complete by: March 8, in 5 days (referral {soon})",
            "Waiting",
            f"- Referrals to decide on: {received.__class__.objects.awaiting_decision().count()}",
            "- Messages that did not go: 1",
            "- Texts that came in: 1",
            "Open Today: http://localhost:8000/office/",
            "This address can't read replies.",
        ]
        assert [sent.subject for sent in mail.outbox] == ["Today, Tuesday, March 3: what waits"]

    def test_what_the_ladder_called_out_since_the_last_one(self, program: Program, coordinator: User):
        referral = deadline(14, last_alert_on=TODAY)
        deadline(13, last_alert_on=TODAY - timedelta(days=4))
        deadline(12)

        assert [line for line in self.send(at(8)) if "Complete by" in line] == [
            f"- Complete by: March 17, in 14 days (referral {referral})"
        ]

    def test_what_was_called_out_while_the_mail_server_was_down(self, program: Program, coordinator: User):
        """The last one that went was Monday's; those of Tuesday and Wednesday never did."""
        MessageFactory(kind=DIGEST, user=coordinator, sent=True, key="office_digest:2026-03-02:x")
        Message.objects.update(sent_at=at(8, day=2))
        DeadlineFactory.create(due_on=date(2026, 3, 17), last_alert_on=TODAY)

        assert [line for line in self.send(at(8, day=5)) if "in 12 days" in line] != []

    def test_on_a_monday_since_friday(self, program: Program, coordinator: User):
        monday = date(2026, 3, 9)
        DeadlineFactory.create(due_on=monday + timedelta(days=12), last_alert_on=monday - timedelta(days=2))

        assert [line for line in self.send(at(8, day=9)) if "in 12 days" in line] != []

    @pytest.mark.parametrize("more", [{"enrolled": True, "state": "on_hold"}, {"state": "declined"}], ids=str)
    def test_nothing_of_a_case_that_rests(self, program: Program, coordinator: User, more: dict[str, Any]):
        deadline(1, referral=ReferralFactory.create(**more))

        assert [line for line in self.send(at(8)) if "Complete by" in line] == []

    def test_nothing_is_sent_where_nothing_waits(self, program: Program, coordinator: User):
        assert self.send(at(8)) == []
        assert Message.objects.get().reason == "nothing waits"


@pytest.mark.usefixtures("program")
class TestACopyThatDidNotGetThere:
    def lost(self, **more: Any) -> Delivery:
        given = {"state": "failed", "reason": "bounced", "recipient__channel": "email", **more}
        made: Delivery = DeliveryFactory.create(**given)
        return made

    def test_is_told_at_once(self, coordinator: User):
        delivery = self.lost()

        assert [plan_urgent(now=at(3)), plan_urgent(now=at(4))] == [1, 0]

        send_due(now=at(3))
        (sent,) = mail.outbox
        report = delivery.document.report_id
        assert (sent.to, sent.subject) == ([coordinator.email], "Something can't wait")
        assert f"A copy of report {report} did not get there (delivery {delivery.pk})." in str(sent.body)

    def test_again_when_it_came_back_again(self, coordinator: User):
        delivery = self.lost()
        plan_urgent(now=at(3))
        MessageFactory.create(kind="report_link", about=f"courts.Delivery:{delivery.pk}")

        assert plan_urgent(now=at(4)) == 1

    @pytest.mark.parametrize("more", [{"recipient__role": "himself"}, {"state": "queued", "reason": None}], ids=str)
    def test_not_his_own_nor_what_goes_on(self, coordinator: User, more: dict[str, Any]):
        self.lost(**more)

        assert plan_urgent(now=at(3)) == 0

    def test_not_wanted_once_it_went_on(self, coordinator: User):
        self.lost()
        plan_urgent(now=at(3))
        Delivery.objects.update(state="queued", reason=None)

        assert kind(URGENT).still_wanted(Message.objects.get(), at(3)) == "it went on"


@pytest.mark.usefixtures("program")
class TestAManWhoEndedTexts:
    def stopped(self, man: Participant, **more: Any) -> None:
        phone = ContactPointFactory.create(safe=True, participant=man)
        given = {"given": False, "how": ConsentHow.BY_TEXT, "at": at(2), "recorded_by": None, **more}
        ConsentFactory.create(contact_point=phone, **given)

    def test_and_is_expected_within_two_days_is_told_at_once(self, coordinator: User):
        man = ParticipantFactory.create()
        AppointmentFactory.create(participant=man, starts_at=at(3, day=5))
        self.stopped(man)

        assert [plan_urgent(now=at(3)), plan_urgent(now=at(4))] == [1, 0]
        send_due(now=at(3))
        assert f"Person {man.pk} ended texts" in str(mail.outbox[0].body)
        assert man.last_name not in str(mail.outbox[0].body)

    def test_an_evening_counts_too(self, coordinator: User):
        seat = SeatFactory.create()
        SessionFactory.create(cohort=seat.cohort, starts_at=at(18, day=4))
        self.stopped(seat.enrollment.participant)

        assert plan_urgent(now=at(3)) == 1

    def test_not_who_is_expected_later_or_can_be_written_to(self, coordinator: User):
        later, written = ParticipantFactory.create(), ParticipantFactory.create()
        AppointmentFactory.create(participant=later, starts_at=at(3, day=6))
        AppointmentFactory.create(participant=written, starts_at=at(3, day=4))
        ContactPointFactory.create(safe=True, participant=written, kind=ContactKind.EMAIL)
        for man in (later, written):
            self.stopped(man)

        assert plan_urgent(now=at(2)) == 0

    def test_not_wanted_once_he_can_be(self, coordinator: User):
        man = ParticipantFactory.create()
        AppointmentFactory.create(participant=man, starts_at=at(3, day=4))
        self.stopped(man)
        plan_urgent(now=at(3))
        ContactPointFactory.create(safe=True, participant=man, kind=ContactKind.EMAIL)

        assert kind(URGENT).still_wanted(Message.objects.get(), at(3)) == "he can be written to"
