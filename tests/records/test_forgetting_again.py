"""A backup from before brings back what was forgotten: the ledger of destroyed keys takes it away again."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from backups.ledgers import keep_ledger
from courts.moves import State
from tests.factories.courts import ReferralFactory, SubmissionFactory
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


def test_a_draft_that_was_thrown_away(now: datetime) -> None:
    draft = SubmissionFactory()
    ledger.tell(ledger.DESTROYED, [draft.key_id], now=now)

    keep_ledger(now=now)

    draft.refresh_from_db()
    assert draft.discarded_at == now
