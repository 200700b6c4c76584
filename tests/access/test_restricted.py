"""A restricted man, from whatever names him without a way to him: events, and messages to a court or to staff."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from audit.models import Event, name_of
from core import clock
from courts.models import Submission
from messaging.models import Message, State
from office.digest import digest
from office.restrictions import looked_at_by
from office.subjects import MAN, UNSEEN, rows
from participants.models import Participant, Restriction
from programs.models import Program, SessionNote
from tests.access.people import signed_in
from tests.courts.cases import received, seated
from tests.factories.accounts import UserFactory
from tests.factories.audit import EventFactory
from tests.factories.clock import NOW
from tests.factories.courts import DeliveryFactory, SubmissionFactory
from tests.factories.messaging import MessageFactory
from tests.factories.participants import RestrictionFactory, RestrictionNameFactory
from tests.factories.programs import SessionNoteFactory
from tests.office.desk import Desk, text
from tests.office.test_restrictions import about_somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
MODELS: list[type[Model]] = [Participant, *MAN, *UNSEEN]
NAMED = {model._meta.label: model for model in MODELS}


def a_row(model: type[Model]) -> Any:
    if model is Submission:
        return SubmissionFactory(sent=True, referral=received())
    if model is SessionNote:
        case = seated()
        return SessionNoteFactory(kind="incident", enrollment=case.enrollment, session=case.cohort.sessions.first())
    return about_somebody(model)


def shut_everybody() -> User:
    """To all but whom this returns."""
    keeper: User = UserFactory(roles=[Role.ADMINISTRATOR])
    for man in Participant.objects.all():
        standing = Restriction.objects.current().filter(participant=man).first()
        RestrictionNameFactory(restriction=standing or RestrictionFactory(participant=man), user=keeper)
    return keeper


def seen_by(user: User) -> list[int]:
    with looked_at_by(user, something_shut=True):
        return [rows(Event).filter(verb="made.up").count(), rows(Message).count()]


@pytest.mark.parametrize("label", sorted(NAMED))
def test_what_only_names_a_record_of_his(label: str) -> None:
    name = name_of(a_row(NAMED[label]))
    EventFactory(on=name, verb="made.up", key=None)
    Message.objects.all().delete() if NAMED[label] is not Message else None
    before = Message.objects.count()
    MessageFactory(about=name, user=UserFactory())
    stranger, keeper = UserFactory(roles=[Role.COORDINATOR]), shut_everybody()

    assert (seen_by(stranger), seen_by(keeper)) == ([0, 0], [1, before + 1])


def test_what_names_another_stays() -> None:
    here, there = received(), received()
    keeper = UserFactory(roles=[Role.ADMINISTRATOR])
    RestrictionNameFactory(restriction__participant=here.participant, user=keeper)
    for one in (here, there):
        EventFactory(on=name_of(one), verb="made.up", key=None)
        MessageFactory(about=name_of(one), user=keeper)

    assert seen_by(UserFactory(roles=[Role.COORDINATOR])) == [1, 1]


@contextmanager
def lost_mail() -> Iterator[Message]:
    """To a court, about a copy of his report, and it failed."""
    delivery = DeliveryFactory()
    yield MessageFactory(
        about=name_of(delivery), user=None, state=State.FAILED, reason="SMTPException", address="x@court.example"
    )


def test_no_page_and_no_number_tells_of_a_mail_about_him() -> None:
    with lost_mail() as mail:
        keeper = shut_everybody()
    stranger, insider = Desk(), Desk(Role.ADMINISTRATOR)
    insider.user, insider.client = keeper, signed_in(keeper)
    own = f"/office/messaging/message/{mail.pk}/"
    told = []
    for desk in (stranger, insider):
        listed = text(desk.get("/office/messaging/message/"))
        today = text(desk.get("/office/"))
        (program,) = Program.objects.order_by("id")[:1]
        counted = dict(digest(program, user=desk.user.pk, now=clock.now()).counts).get("Messages that did not go", 0)
        told.append([desk.get(own).status_code, "SMTPException" in listed, "Message failed" in today, counted])

    assert told == [[404, False, False, 0], [200, True, True, 1]]
    assert clock.now() == NOW
