"""A backup from before brings back what was forgotten: the ledger of destroyed keys takes it away again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from backups.ledgers import keep_ledger
from courts.models import ListUpload
from courts.moves import State
from outcomes.models import FollowUpDue, Link, Sheet, Subject, Ticket
from tests.factories.courts import ReferralFactory, SubmissionFactory
from tests.factories.lists import ListUploadFactory
from tests.factories.outcomes import FollowUpDueFactory, LinkFactory, SheetFactory, TicketFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.records import LegalHoldFactory
from vault import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def path(settings: Settings, tmp_path: Path) -> None:
    settings.KEY_LEDGER = str(tmp_path / "destroyed")


def test_names_and_numbers_go_again_whatever_the_case_says_of_itself(now: datetime) -> None:
    referral = ReferralFactory(state=State.RECEIVED, participant__last_name="Halloway", case_number="26-0413")
    man = referral.participant
    LegalHoldFactory(participant=man)
    before = now - timedelta(days=3)
    ledger.tell(ledger.DESTROYED, [referral.key_id, man.key_id], now=before)

    keep_ledger(now=now)

    for one in (referral, man, referral.key, man.key):
        one.refresh_from_db()
    assert (referral.case_number, referral.name_as_charged, man.last_name) == ("forgotten", "Forgotten", "Person")
    assert (referral.key.destroyed_at, man.key.destroyed_at) == (before, before)


def test_of_two_cases_the_other_one_stays(now: datetime) -> None:
    gone = ReferralFactory(case_number="26-0413")
    kept = ReferralFactory(participant=gone.participant, case_number="26-0414")
    ledger.tell(ledger.DESTROYED, [gone.key_id], now=now)

    keep_ledger(now=now)

    for one in (gone, kept, gone.participant):
        one.refresh_from_db()
    assert (gone.case_number, kept.case_number) == ("forgotten", "26-0414")
    assert gone.participant.last_name != "Person"


def test_who_was_taken_for_him_when_the_backup_was_made_stays_as_he_is(now: datetime) -> None:
    """Since then the two were taken apart, and one of them alone was forgotten."""
    other = ReferralFactory(participant__last_name="Halloway").participant
    man = ParticipantFactory(last_name="Garza", merged_into=other)
    ledger.tell(ledger.DESTROYED, [man.key_id], now=now)

    keep_ledger(now=now)

    for one in (man, other, man.key, other.key):
        one.refresh_from_db()
    assert (man.last_name, man.key.destroyed_at) == ("Person", now)
    assert (other.last_name, other.key.destroyed_at) == ("Halloway", None)


def test_both_of_two_who_were_one_go(now: datetime) -> None:
    other = ParticipantFactory(last_name="Halloway")
    man = ParticipantFactory(last_name="Garza", merged_into=other)
    ledger.tell(ledger.DESTROYED, [man.key_id, other.key_id], now=now)

    keep_ledger(now=now)

    for one in (man, other):
        one.refresh_from_db()
    assert (man.last_name, other.last_name) == ("Person", "Person")


def test_a_list_that_was_coming_in_doesnt_keep_him(now: datetime) -> None:
    referral = ReferralFactory(participant__first_name="Dorian", participant__last_name="Halloway")
    upload = ListUploadFactory(
        state=ListUpload.State.COMING_IN, leased_until=now, content=b"Case,Last,First\n26-1,Halloway,Dorian\n"
    )
    ledger.tell(ledger.DESTROYED, [referral.key_id, referral.participant.key_id], now=now)

    keep_ledger(now=now)

    upload.refresh_from_db()
    assert (str(upload.state), upload.content is None, upload.emptied_at) == ("failed", True, now)


def test_a_draft_that_was_thrown_away(now: datetime) -> None:
    draft = SubmissionFactory()
    ledger.tell(ledger.DESTROYED, [draft.key_id], now=now)

    keep_ledger(now=now)

    draft.refresh_from_db()
    assert draft.discarded_at == now


def test_what_he_answered_and_the_way_to_it(now: datetime) -> None:
    """Two were forgotten with their answers; of a third one the link alone was destroyed, and his answers count."""
    gone, link_gone, stays = (LinkFactory() for _ in range(3))
    subjects = [Subject.objects.get(pk=link.code) for link in (gone, link_gone, stays)]
    for link, subject in zip((gone, link_gone, stays), subjects, strict=True):
        SheetFactory(subject=subject)
        FollowUpDueFactory(enrollment=link.enrollment)
        TicketFactory(asking__enrollment=link.enrollment)
    ledger.tell(ledger.DESTROYED, [subjects[0].key_id, gone.key_id, link_gone.key_id], now=now)

    keep_ledger(now=now)

    assert list(Link.objects.all()) == [stays]
    assert set(Subject.objects.all()) == set(subjects[1:])
    assert {sheet.subject_id for sheet in Sheet.objects.all()} == {one.pk for one in subjects[1:]}
    assert Ticket.objects.get().asking.enrollment == stays.enrollment
    dues = {one.enrollment_id: bytes(one.sealed) for one in FollowUpDue.objects.all()}
    ids = [link.enrollment_id for link in (gone, link_gone, stays)]
    assert [dues[pk] for pk in ids] == [b"", b"", b"sealed"]
