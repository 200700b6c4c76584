"""Records that somebody else asks for: a hold at once, exactly what was chosen, two who approve, or a refusal."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zipfile import ZipFile

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from core.refusal import Refusal
from courts.models import Referral
from records.actions import releases
from records.actions.holds import Forgotten, NotYours, OtherMansCase, WhyMissing
from records.actions.releases import NeedsAnother, NotADay, NothingPublic, NotYet, OtherMansRecord, Settled
from records.disclosure import items
from records.kinds import Asking, HandedBy
from records.models import LegalHold, Release, ReleaseItem
from tests.factories.accounts import UserFactory
from tests.factories.courts import CourtPaperFactory, IssuedDocumentFactory, ReferralFactory
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.money import FeeEntryFactory
from tests.factories.participants import ContactAttemptFactory, ContactPointFactory, NoteFactory
from tests.factories.programs import EnrollmentFactory, MarkFactory
from vault.models import Key

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Office:
    """Two administrators, a coordinator, and a man with two cases of which one is asked for."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.one: User = UserFactory.create(roles=[Role.ADMINISTRATOR])
        self.two: User = UserFactory.create(roles=[Role.ADMINISTRATOR])
        self.coordinator: User = UserFactory.create(roles=[Role.COORDINATOR])
        enrollment = EnrollmentFactory.create(state="seated")
        self.man = enrollment.participant
        self.case: Referral = ReferralFactory.create(participant=self.man, enrollment=enrollment)
        self.other_case: Referral = ReferralFactory.create(participant=self.man)
        self.document = IssuedDocumentFactory.create(report__referral=self.case, content=b"%PDF-1.7 of his case")
        self.elsewhere = IssuedDocumentFactory.create(report__referral=self.other_case)
        self.note = NoteFactory.create(participant=self.man, at=now - HOUR, text="He told this in confidence")
        self.attendance = f"programs.Enrollment:{enrollment.pk}/attendance"
        MarkFactory.create(
            enrollment=enrollment, at=now - HOUR, kind="present", comment="Argued with the man beside him"
        )

    @property
    def report(self) -> str:
        return f"courts.IssuedDocument:{self.document.pk}"

    def said(self, **other: Any) -> dict[str, Any]:
        words = {"who": "The public defender", "cited": "Subpoena 12", "asked_for": "His attendance"}
        days = {"received_on": self.now.date() - timedelta(days=2), "answer_by": self.now.date() + timedelta(days=9)}
        whose = {"participant": self.man, "referral": self.case, "grounds": Asking.SUBPOENA}
        return {**whose, **words, **days, "by": self.coordinator, "now": self.now} | other

    def noted(self, **other: Any) -> Release:
        return releases.note_request(**self.said(**other))

    def chosen(self, *records: str) -> Release:
        release = self.noted()
        releases.choose(release=release, records=records or [self.report], by=self.coordinator, now=self.now)
        return release

    def approved(self, *records: str) -> Release:
        release = self.chosen(*records)
        for by in (self.one, self.two):
            releases.approve(release=release, by=by, now=self.now + HOUR)
        return release


@pytest.fixture
def office(now: datetime) -> Office:
    return Office(now)


def refuses(error: type[Refusal], deed: Callable[..., Any], **said: Any) -> str:
    """And nothing is written. What it said."""
    before = _written()
    with pytest.raises(error) as refused:
        deed(**said)
    assert _written() == before
    return str(refused.value)


def _written() -> Any:
    rows = [list(model.objects.order_by("pk").values()) for model in (Release, ReleaseItem, LegalHold)]
    return rows, Event.objects.count()


# --- Noted


def test_a_hold_is_set_with_it_and_its_words_are_under_the_cases_key(office: Office) -> None:
    release = office.noted()

    assert release.hold is not None
    assert (release.hold.participant, release.hold.referral, release.hold.lifted_at) == (office.man, office.case, None)
    assert LegalHold.objects.over(office.case).get() == release.hold
    assert release.key == office.case.key
    event = Event.objects.get(record=f"records.Release:{release.pk}")
    assert (event.verb, event.key_id) == ("release.noted", office.case.key_id)
    assert "Subpoena 12" not in str(event.facts)


def test_about_him_as_a_whole_it_is_under_his_own_key(office: Office) -> None:
    release = office.noted(referral=None)

    assert (release.key, release.hold and release.hold.referral) == (office.man.key, None)


@pytest.mark.parametrize("name", ["who", "cited", "asked_for"])
def test_what_is_not_said_is_asked_for(office: Office, name: str) -> None:
    refuses(WhyMissing, releases.note_request, **office.said(**{name: "  "}))


def test_days_in_their_order(office: Office) -> None:
    today = office.now.date()
    refuses(NotADay, releases.note_request, **office.said(received_on=today + timedelta(days=3), answer_by=None))
    refuses(NotADay, releases.note_request, **office.said(answer_by=today - timedelta(days=3)))


def test_another_mans_case(office: Office) -> None:
    refuses(OtherMansCase, releases.note_request, **office.said(referral=ReferralFactory()))


def test_what_was_forgotten_is_not_handed_out(office: Office) -> None:
    release = office.approved()
    Key.objects.filter(pk=office.case.key_id).destroy(now=office.now)

    refuses(Forgotten, releases.note_request, **office.said())
    refuses(Forgotten, releases.make, release=release, by=office.one, now=office.now)


def test_what_is_gone_is_closed_without_a_reason(office: Office) -> None:
    """As after a restore that forgets again: the request is as open as it was in the backup."""
    release = office.approved()
    Key.objects.filter(pk=office.case.key_id).destroy(now=office.now)
    refuses(Forgotten, releases.refuse, release=release, why="Gone", by=office.one, now=office.now)

    releases.close(release=release, by=office.one, now=office.now)

    release = Release.objects.get(pk=release.pk)
    assert (release.refused_at, release.refused_by, release.handed_at) == (office.now, office.one, None)
    event = Event.objects.get(verb="release.closed")
    assert (event.record, event.personal) == (f"records.Release:{release.pk}", None)
    refuses(Settled, releases.close, release=release, by=office.one, now=office.now)


def test_only_what_is_gone_is_closed_without_a_reason_and_by_an_administrator(office: Office) -> None:
    release = office.approved()
    refuses(NotYet, releases.close, release=release, by=office.one, now=office.now)
    Key.objects.filter(pk=office.case.key_id).destroy(now=office.now)
    refuses(NotYours, releases.close, release=release, by=office.coordinator, now=office.now)
    assert Release.objects.get(pk=release.pk).refused_at is None


# --- Chosen


def test_what_can_go_is_of_the_case_that_is_asked_for(office: Office) -> None:
    CourtPaperFactory(referral=office.other_case)
    paper = CourtPaperFactory(referral=office.case)
    NoteFactory(text="Somebody else's")
    found = [one.record for one in items.of(office.noted(), until=office.now)]

    man = f"participants.Participant:{office.man.pk}"
    ledger = office.attendance.replace("attendance", "ledger")
    assert found == [
        office.report,
        f"courts.CourtPaper:{paper.pk}",
        office.attendance,
        ledger,
        f"{man}/contacts",
        f"{man}/messages",
        f"participants.Note:{office.note.pk}",
    ]


def test_what_others_said_in_confidence_carries_a_warning(office: Office) -> None:
    CourtPaperFactory(referral=office.case)
    warned = {
        one.record.split(":")[0] + one.record.partition("/")[2]
        for one in items.of(office.noted(), until=office.now)
        if one.warning
    }

    wanted = {"courts.CourtPaper", "participants.Participantcontacts", "participants.Participantmessages"}
    assert warned == wanted | {"participants.Note"}


def test_choosing_again_replaces_what_was_chosen(office: Office) -> None:
    release = office.chosen(office.report, office.attendance)
    first = release.items.get(record=office.attendance)
    note = f"participants.Note:{office.note.pk}"
    assert releases.choose(release=release, records=[office.attendance, note], by=office.one, now=office.now) == 2

    assert sorted(release.items.values_list("record", flat=True)) == sorted([office.attendance, note])
    assert release.items.get(record=office.attendance) == first


def test_another_mans_record_is_not_chosen(office: Office) -> None:
    theirs = f"participants.Note:{NoteFactory().pk}"
    elsewhere = f"courts.IssuedDocument:{office.elsewhere.pk}"
    for one in (theirs, elsewhere, "courts.IssuedDocument:0", ""):
        said = {"records": [office.report, one], "by": office.one, "now": office.now}
        refuses(OtherMansRecord, releases.choose, release=office.noted(), **said)


def test_nothing_that_names_him_is_public(office: Office) -> None:
    release = office.noted(grounds=Asking.PUBLIC_RECORDS)

    refuses(NothingPublic, releases.choose, release=release, records=[office.report], by=office.one, now=office.now)
    refuses(NotYet, releases.approve, release=release, by=office.one, now=office.now)
    releases.refuse(release=release, why="Chapter 13.50 closes it", by=office.one, now=office.now)


def test_what_was_approved_is_not_chosen_anew(office: Office) -> None:
    release = office.chosen()
    releases.approve(release=release, by=office.one, now=office.now)

    refuses(Settled, releases.choose, release=release, records=[office.attendance], by=office.two, now=office.now)


# --- Approved, or refused


def test_two_people_approve(office: Office) -> None:
    release = office.chosen()

    assert releases.approve(release=release, by=office.one, now=office.now) is False
    refuses(NeedsAnother, releases.approve, release=release, by=office.one, now=office.now)
    assert releases.approve(release=release, by=office.two, now=office.now) is True
    refuses(Settled, releases.approve, release=release, by=office.two, now=office.now)


def test_a_coordinator_neither_approves_nor_refuses(office: Office) -> None:
    said: dict[str, Any] = {"release": office.approved(), "by": office.coordinator, "now": office.now}

    refuses(NotYours, releases.approve, **said)
    refuses(NotYours, releases.refuse, why="No", **said)
    refuses(NotYours, releases.make, **said)
    refuses(NotYours, releases.hand_over, how=HandedBy.POST, **said)


def test_refused_with_a_reason_it_is_over_and_the_hold_stands(office: Office) -> None:
    release = office.approved()
    refuses(WhyMissing, releases.refuse, release=release, why=" ", by=office.one, now=office.now)
    releases.refuse(release=release, why="The order was quashed", by=office.one, now=office.now)
    release.refresh_from_db()

    assert (release.refused_why, release.refused_by) == ("The order was quashed", office.one)
    assert LegalHold.objects.standing().count() == 1
    refuses(Settled, releases.make, release=release, by=office.one, now=office.now)
    refuses(Settled, releases.refuse, release=release, why="Again", by=office.one, now=office.now)


# --- Handed over


def test_what_goes_is_what_was_chosen_with_a_cover_that_lists_it(office: Office) -> None:
    release = office.approved(office.report, office.attendance)
    whole = releases.make(release=release, by=office.one, now=office.now + HOUR)
    releases.hand_over(release=release, how=HandedBy.IN_PERSON, by=office.two, now=office.now + HOUR)
    release.refresh_from_db()

    archive = ZipFile(io.BytesIO(whole))
    report = f"01-{office.document.number.text}.pdf"
    assert archive.namelist() == ["00-cover.pdf", report, "02-attendance.pdf"]
    assert archive.read(report) == office.document.content
    assert release.sha256 == sha256(whole).hexdigest()
    listed = [one.sha256 for one in release.items.order_by("pk")]
    assert listed == [sha256(archive.read(name)).hexdigest() for name in archive.namelist()[1:]]
    assert (release.handed_by, release.handed_how) == (office.two, HandedBy.IN_PERSON)
    refuses(Settled, releases.hand_over, release=release, how=HandedBy.POST, by=office.two, now=office.now)


def test_what_came_after_it_was_chosen_does_not_go(office: Office) -> None:
    release = office.approved(office.attendance)
    first = releases.make(release=release, by=office.one, now=office.now + HOUR)
    MarkFactory(enrollment=office.case.enrollment, at=office.now + HOUR)

    assert releases.make(release=release, by=office.one, now=office.now + 2 * HOUR) == first


def test_nothing_goes_before_two_have_approved_it(office: Office) -> None:
    release = office.chosen()
    releases.approve(release=release, by=office.one, now=office.now)
    said: dict[str, Any] = {"release": release, "by": office.one, "now": office.now}

    assert refuses(NotYet, releases.make, **said) == "Two people approve it first."
    refused = refuses(NotYet, releases.hand_over, how=HandedBy.POST, **said)
    assert refused == "Two people approve it first. Nothing may be handed over yet."
    releases.approve(release=release, by=office.two, now=office.now)
    refused = refuses(NotYet, releases.hand_over, how=HandedBy.POST, **said)
    assert refused == "Nothing was made yet that could be handed over. Make it first."


def test_what_is_not_kept_any_more_is_said_and_nothing_is_made(office: Office) -> None:
    paper = CourtPaperFactory(referral=office.case)
    release = office.approved(f"courts.CourtPaper:{paper.pk}")
    paper.removed_at = office.now
    paper.save()

    refuses(Forgotten, releases.make, release=release, by=office.one, now=office.now)


# --- Sheets


def test_the_sheets_say_what_stood_at_that_moment(office: Office) -> None:
    phone = ContactPointFactory(participant=office.man, kind="phone", value="+12065550163")
    ContactAttemptFactory(participant=office.man, at=office.now - HOUR, note="His sister answered")
    sent = {"participant": office.man, "user": None, "state": "sent", "body": "Please call"}
    MessageFactory(sent_at=office.now - HOUR, address="+12065550163", **sent)
    MessageFactory(sent_at=office.now + HOUR, **sent | {"body": "Later"})
    InboundTextFactory(contact_point=phone, number=phone.value, body="I will", came_at=office.now)
    FeeEntryFactory(enrollment=office.case.enrollment, at=office.now - HOUR)
    shows = {one.title.partition(",")[0]: one.shows for one in items.of(office.noted(), until=office.now)}

    assert len(shows["Fees and payments"]) == 1
    assert shows["Contact log"][0].endswith("His sister answered")
    assert [line.partition(" · ")[2] for line in shows["Messages"]] == [
        "To him · +12065550163 · Please call",
        "From him · +12065550163 · I will",
    ]
    assert len(shows["Attendance"]) == 1
    assert "Argued" not in shows["Attendance"][0]
