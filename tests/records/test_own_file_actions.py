"""His own file: asked for, looked at who he is, let out by another, made, handed over; each step once and in order."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zipfile import ZipFile

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from core.refusal import Refusal
from participants.models import Participant
from records.actions import own_files
from records.actions.holds import Forgotten, NotYours
from records.actions.own_files import AskedAlready, NeedsAnother, NotYet, Over
from records.kinds import HandedBy, ShownBy
from records.models import OwnFile
from tests.factories.accounts import UserFactory
from tests.factories.participants import ParticipantFactory
from vault.models import Key

pytestmark = pytest.mark.django_db


class Office:
    """Two administrators and a coordinator, and a man who asks."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.one: User = UserFactory.create(roles=[Role.ADMINISTRATOR])
        self.two: User = UserFactory.create(roles=[Role.ADMINISTRATOR])
        self.coordinator: User = UserFactory.create(roles=[Role.COORDINATOR])
        self.man: Participant = ParticipantFactory.create()

    def asked(self) -> OwnFile:
        on = self.now.date() - timedelta(days=1)
        return own_files.note_asking(participant=self.man, asked_on=on, by=self.coordinator, now=self.now)

    def identified(self) -> OwnFile:
        one = self.asked()
        own_files.identify(own_file=one, shown_by=ShownBy.PHOTO_ID, by=self.one, now=self.now)
        return one

    def let_out(self) -> OwnFile:
        one = self.identified()
        own_files.let_out(own_file=one, by=self.two, now=self.now)
        return one

    def made(self) -> tuple[OwnFile, bytes]:
        one = self.let_out()
        return one, own_files.make(own_file=one, by=self.two, now=self.now)


@pytest.fixture
def office(now: datetime) -> Office:
    return Office(now)


def refuses(error: type[Refusal], deed: Callable[..., Any], **said: Any) -> None:
    """And nothing is written."""
    before = list(OwnFile.objects.values()), Event.objects.count()
    with pytest.raises(error):
        deed(**said)
    assert (list(OwnFile.objects.values()), Event.objects.count()) == before


def test_from_asking_to_handing_over(office: Office) -> None:
    one, made = office.made()
    own_files.hand_over(own_file=one, how=HandedBy.POST, by=office.two, now=office.now)
    one.refresh_from_db()

    archive = ZipFile(io.BytesIO(made))
    assert archive.namelist() == ["your-file.pdf", "your-file.json"]
    assert one.pdf_sha256 == sha256(archive.read("your-file.pdf")).hexdigest()
    assert one.json_sha256 == sha256(archive.read("your-file.json")).hexdigest()
    assert (one.handed_by, one.handed_how) == (office.two, HandedBy.POST)
    verbs = Event.objects.filter(record=f"records.OwnFile:{one.pk}").order_by("id").values_list("verb", flat=True)
    assert [verb.removeprefix("own_file.") for verb in verbs] == ["asked", "identified", "let_out", "made", "handed"]


def test_each_event_stands_under_his_key_and_names_nobody(office: Office) -> None:
    office.made()

    events = list(Event.objects.filter(verb__startswith="own_file."))
    assert len(events) == 4
    assert {event.key_id for event in events} == {office.man.key_id}
    assert office.man.last_name not in json.dumps([event.facts for event in events])


def test_one_request_at_a_time(office: Office) -> None:
    one = office.asked()
    again: dict[str, Any] = {
        "participant": office.man,
        "asked_on": office.now.date(),
        "by": office.one,
        "now": office.now,
    }

    refuses(AskedAlready, own_files.note_asking, **again)
    own_files.withdraw(own_file=one, by=office.one, now=office.now)
    assert own_files.note_asking(**again).pk != one.pk


def test_a_day_to_come_is_no_day(office: Office) -> None:
    day = office.now.date() + timedelta(days=2)
    refuses(NotYet, own_files.note_asking, participant=office.man, asked_on=day, by=office.one, now=office.now)


def test_who_looked_who_he_is_does_not_let_it_out(office: Office) -> None:
    one = office.identified()

    refuses(NeedsAnother, own_files.let_out, own_file=one, by=office.one, now=office.now)


def test_a_coordinator_does_not_let_it_out(office: Office) -> None:
    one = office.identified()

    refuses(NotYours, own_files.let_out, own_file=one, by=office.coordinator, now=office.now)


def test_it_is_not_let_out_before_somebody_looked_who_he_is(office: Office) -> None:
    one = office.asked()

    refuses(NotYet, own_files.let_out, own_file=one, by=office.two, now=office.now)


def test_it_is_not_made_before_it_is_let_out(office: Office) -> None:
    one = office.identified()

    refuses(NotYet, own_files.make, own_file=one, by=office.two, now=office.now)


def test_only_who_let_it_out_takes_it_along(office: Office) -> None:
    one, _ = office.made()

    refuses(NeedsAnother, own_files.make, own_file=one, by=office.one, now=office.now)
    refuses(NeedsAnother, own_files.hand_over, own_file=one, how=HandedBy.POST, by=office.one, now=office.now)


def test_nothing_is_handed_over_that_was_not_made(office: Office) -> None:
    one = office.let_out()

    refuses(NotYet, own_files.hand_over, own_file=one, how=HandedBy.POST, by=office.two, now=office.now)


def test_twice_is_once(office: Office) -> None:
    one, _ = office.made()
    own_files.hand_over(own_file=one, how=HandedBy.IN_PERSON, by=office.two, now=office.now)

    refuses(Over, own_files.hand_over, own_file=one, how=HandedBy.POST, by=office.two, now=office.now)
    refuses(Over, own_files.make, own_file=one, by=office.two, now=office.now)
    refuses(Over, own_files.withdraw, own_file=one, by=office.two, now=office.now)


def test_identified_and_let_out_but_once(office: Office) -> None:
    one = office.let_out()

    refuses(Over, own_files.identify, own_file=one, shown_by=ShownBy.KNOWN, by=office.one, now=office.now)
    refuses(Over, own_files.let_out, own_file=one, by=office.two, now=office.now)


def test_a_forgotten_man_has_no_file(office: Office) -> None:
    one = office.let_out()
    Key.objects.filter(pk=office.man.key_id).destroy(now=office.now)

    refuses(Forgotten, own_files.make, own_file=one, by=office.two, now=office.now)
    said = {"participant": office.man, "asked_on": date(2026, 1, 1), "by": office.one, "now": office.now}
    refuses(Forgotten, own_files.note_asking, **said)


def test_what_a_forgotten_man_asked_for_is_closed(office: Office) -> None:
    """As after a restore that forgets again: it is as open as it was in the backup."""
    one = office.let_out()
    refuses(NotYet, own_files.close, own_file=one, by=office.two, now=office.now)
    Key.objects.filter(pk=office.man.key_id).destroy(now=office.now)
    refuses(NotYours, own_files.close, own_file=one, by=office.coordinator, now=office.now)

    own_files.close(own_file=one, by=office.two, now=office.now)

    one.refresh_from_db()
    assert (one.withdrawn_at, one.withdrawn_by, one.handed_at) == (office.now, office.two, None)
    assert Event.objects.on(one).last() == Event.objects.get(verb="own_file.closed")
    refuses(Over, own_files.close, own_file=one, by=office.two, now=office.now)


def test_made_again_what_was_made_last_counts(office: Office) -> None:
    one, first = office.made()
    later = own_files.make(own_file=one, by=office.two, now=office.now + timedelta(hours=1))
    one.refresh_from_db()

    assert first != later
    assert one.json_sha256 == sha256(ZipFile(io.BytesIO(later)).read("your-file.json")).hexdigest()
