"""Of a case file: what of much is shown, what is left for the whole of it, and where its lines lead."""

import re

from accounts.actors import Task
from office.casefile import CaseFile
from tests.factories.audit import EventFactory
from tests.factories.clock import NOW
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.participants import AppointmentFactory, ContactPointFactory, ParticipantFactory
from tests.office.desk import Desk, text


def test_a_background_job_is_called_as_under_today(desk: Desk) -> None:
    man = ParticipantFactory()
    EventFactory(on=man, by=Task("programs.reassess"))

    assert [one.who for one in CaseFile(man).history] == ["Where everybody stands"]


def test_of_many_messages_the_newest_stand_and_it_says_so(desk: Desk) -> None:
    man = ParticipantFactory()
    phone = ContactPointFactory(participant=man)
    for _ in range(21):
        MessageFactory(participant=man, user=None, sent=True)
        InboundTextFactory(contact_point=phone)
    shown, whole = (text(desk.get(f"/office/people/{man.pk}/?tab={tab}")) for tab in ("messages", "whole"))

    assert (len(CaseFile(man).messages), len(CaseFile(man, whole=True).messages)) == (20, 21)
    assert shown.count("The newest 20 stand here.") == 2
    assert "newest" not in whole
    assert "Of messages and texts the newest stand here." in text(desk.get(f"/office/people/{man.pk}/?tab=timeline"))


def test_a_planned_intake_leads_to_its_sheet_and_a_kept_one_back_to_it(desk: Desk) -> None:
    man = ParticipantFactory()
    planned = AppointmentFactory(participant=man, kind="intake")
    kept = AppointmentFactory(participant=man, kind="intake", state="kept", settled_at=NOW, settled_by=desk.user)
    AppointmentFactory(participant=man, kind="individual")

    page = desk.get(f"/office/people/{man.pk}/?tab=timeline").content.decode()
    sheets = re.findall(r'href="(/office/intake/[0-9]+/)"', page)
    assert sheets == [f"/office/intake/{planned.pk}/", f"/office/intake/{kept.pk}/"]


def test_a_phone_is_read_by_its_groups_and_pressed_to_call(desk: Desk) -> None:
    man = ContactPointFactory(value="+12065550142").participant
    shown = desk.get(f"/office/people/{man.pk}/")

    assert "206-555-0142 Not marked safe" in text(shown)
    assert 'href="tel:+12065550142"' in shown.content.decode()
