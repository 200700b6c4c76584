"""What leaves the office, by a list or by mail, carries nothing of a man whose file is shut to whoever gets it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from courts.actions.alerts import plan_alerts
from courts.actions.notices import DEADLINE_ALERT
from courts.models import Deadline, Referral
from messaging.actions import send_due
from messaging.models import Message
from messaging.registry import kind
from office.digest import URGENT, plan_digests, plan_urgent
from participants.kinds import ConsentHow
from participants.models import Participant, Restriction
from tests.access.people import signed_in
from tests.courts.cases import program, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory, DeliveryFactory
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    ParticipantFactory,
    RestrictionFactory,
    RestrictionNameFactory,
)
from tests.office.desk import Desk, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
MORNING = NOW + timedelta(hours=6)
WHY = "The court's yearly count"


@pytest.fixture
def referral() -> Referral:
    made: Referral = received(program=program(), participant=ParticipantFactory(last_name="Unmistakable"))
    return made


@pytest.fixture
def stranger() -> Desk:
    """A coordinator, to whom the file is shut."""
    return again(Desk())


@pytest.fixture
def insider(referral: Referral) -> Desk:
    """Another, whom it names."""
    desk = again(Desk())
    shut(referral.participant, desk.user)
    return desk


def again(desk: Desk) -> Desk:
    desk.client = signed_in(desk.user, again=True)
    return desk


def shut(man: Participant, *named: User) -> None:
    restriction = RestrictionFactory(participant=man)
    for user in (UserFactory(roles=[Role.ADMINISTRATOR]), *named):
        RestrictionNameFactory(restriction=restriction, user=user)


def cells(desk: Desk, kind: str, query: str = "") -> str:
    said = {"columns": ["0", "1", "2"], "kind": kind, "why": WHY}
    answer: Any = desk.client.post(f"/office/lists/courts.referral/export/{query}", said)
    assert answer.status_code == 200, text(answer)
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        return content.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("query", ["", "?state__exact=received"])
def test_no_export_has_him(referral: Referral, insider: Desk, stranger: Desk, kind: str, query: str) -> None:
    other = received(program=referral.program)

    assert ["Unmistakable" in cells(desk, kind, query) for desk in (insider, stranger)] == [True, False]
    assert other.participant.last_name in cells(stranger, kind, query)
    counted = list(Event.objects.filter(verb="list.exported").order_by("id").values_list("facts", flat=True))
    assert [facts["rows"] for facts in counted] == [2, 1, 1]


def test_nor_a_filter_that_was_saved_before(referral: Referral, stranger: Desk) -> None:
    kept = {"name": "New ones", "query": "state__exact=received"}
    stranger.client.post("/office/lists/courts.referral/filters/", kept)
    listed = "/office/courts/referral/"
    assert "Unmistakable" in text(stranger.get(f"{listed}?state__exact=received"))
    shut(referral.participant)

    shown = text(stranger.get(listed))
    assert "New ones" in shown
    assert "Unmistakable" not in text(stranger.get(f"{listed}?state__exact=received"))


def test_nor_is_anything_done_to_him_among_many(referral: Referral, insider: Desk, stranger: Desk) -> None:
    his = AppointmentFactory(participant=referral.participant)
    other = AppointmentFactory()
    url = "/office/lists/participants.appointment/bulk/"
    many = {"name": "cancel", "pk": [his.pk, other.pk], "sure": "yes"}
    page = stranger.client.post(url, many, follow=True)
    assert "Unmistakable" not in text(page)
    stranger.client.post(url, {"name": "cancel", "pk": [his.pk]}, follow=True)
    his.refresh_from_db()

    assert his.state == "planned"
    assert "Unmistakable" in text(insider.client.post(url, many, follow=True))


def bodies() -> dict[str, str]:
    return {sent.to[0]: str(sent.body) for sent in mail.outbox}


def test_the_digest_tells_each_of_those_whom_he_may_see(referral: Referral, insider: Desk, stranger: Desk) -> None:
    DeadlineFactory(referral=referral, due_on=MORNING.date() + timedelta(days=5))
    other = DeadlineFactory(due_on=MORNING.date() + timedelta(days=5))
    plan_digests(now=MORNING), send_due(now=MORNING)
    said = bodies()

    assert f"(referral {referral.pk})" in said[insider.user.email]
    assert "Referrals to decide on: 2" in said[insider.user.email]
    assert f"(referral {referral.pk})" not in said[stranger.user.email]
    assert "Referrals to decide on: 1" in said[stranger.user.email]
    assert f"(referral {other.referral_id})" in said[stranger.user.email]


def test_a_file_that_no_coordinator_may_open_has_its_reader_get_a_digest(referral: Referral, stranger: Desk) -> None:
    shut(referral.participant)
    keeper = Restriction.objects.get().names.get().user
    UserFactory(roles=[Role.ADMINISTRATOR])
    DeadlineFactory(referral=referral, due_on=MORNING.date() + timedelta(days=5))
    plan_digests(now=MORNING), send_due(now=MORNING)

    assert {to: f"(referral {referral.pk})" in said for to, said in bodies().items()} == {keeper.email: True}


def lost(referral: Referral) -> str:
    made = DeliveryFactory(
        state="failed", reason="no", document__report__referral=referral, recipient__referral=referral
    )
    return f"courts.Delivery:{made.pk}"


def stopped(referral: Referral) -> str:
    man = referral.participant
    AppointmentFactory(participant=man, starts_at=MORNING + timedelta(days=1))
    phone = ContactPointFactory(safe=True, participant=man)
    made = ConsentFactory(
        contact_point=phone, given=False, how=ConsentHow.BY_TEXT, at=MORNING - timedelta(hours=1), recorded_by=None
    )
    return f"participants.Consent:{made.pk}"


@pytest.mark.parametrize("happens", [lost, stopped], ids=["a copy is lost", "he ended texts"])
def test_what_cannot_wait_goes_to_those_alone_who_may_open_his_file(
    referral: Referral, insider: Desk, stranger: Desk, happens: Any
) -> None:
    about = happens(referral)
    plan_urgent(now=MORNING)

    assert [(one.about, one.user) for one in Message.objects.filter(kind=URGENT)] == [(about, insider.user)]


@pytest.mark.parametrize("happens", [lost, stopped], ids=["a copy is lost", "he ended texts"])
def test_to_the_administrators_where_nobody_else_may(referral: Referral, stranger: Desk, happens: Any) -> None:
    happens(referral)
    shut(referral.participant)
    keeper = Restriction.objects.get().names.get().user
    UserFactory(roles=[Role.ADMINISTRATOR])
    plan_urgent(now=MORNING)
    assert [one.user for one in Message.objects.filter(kind=URGENT)] == [keeper]

    Message.objects.all().delete()
    User.objects.filter(pk=keeper.pk).update(is_active=False)
    plan_urgent(now=MORNING)
    assert [keeper.pk != one.user_id for one in Message.objects.filter(kind=URGENT)] == [True]


def test_one_that_was_planned_before_doesnt_go(referral: Referral, stranger: Desk) -> None:
    about = lost(referral)
    deadline = DeadlineFactory(referral=referral, due_on=MORNING.date(), next_alert_on=MORNING.date())
    plan_urgent(now=MORNING), plan_alerts(now=MORNING)
    shut(referral.participant)
    urgent = Message.objects.get(kind=URGENT, about=about)
    alert = Message.objects.get(kind=DEADLINE_ALERT, about=f"{Deadline._meta.label}:{deadline.pk}")

    assert [kind(one.kind).still_wanted(one, MORNING) for one in (urgent, alert)] == ["the file is shut to them"] * 2


@pytest.mark.parametrize("days", [0, -1], ids=["today", "late"])
def test_alerts_about_dates_too(referral: Referral, insider: Desk, stranger: Desk, days: int) -> None:
    UserFactory(roles=[Role.ADMINISTRATOR])
    keeper = Restriction.objects.get().names.get(user__grants__role=Role.ADMINISTRATOR).user
    due = MORNING.date() + timedelta(days=days)
    DeadlineFactory(referral=referral, due_on=due, next_alert_on=MORNING.date())
    plan_alerts(now=MORNING)
    told = [one.user for one in Message.objects.filter(kind=DEADLINE_ALERT).order_by("user")]

    # A late one goes to the administrators too: to the one whom the file names.
    assert set(told) == ({insider.user} if days == 0 else {insider.user, keeper})
