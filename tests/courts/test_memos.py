"""What a court imposed: noted beside the case, taken back, and never without its event."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event, name_of
from courts.actions import memos
from courts.models import Imposed
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory
from tests.factories.lists import ImposedFactory
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
FEE = Imposed.Kind.STATUTORY_FEE


def test_it_is_noted() -> None:
    referral, by = ReferralFactory(), UserFactory()
    made = memos.note_imposed(
        referral=referral, kind=FEE, amount=Decimal("1500.00"), note="Due in June.", by=by, now=NOW
    )

    made.refresh_from_db()
    assert (made.referral, made.kind, made.amount, made.note) == (referral, FEE, Decimal("1500.00"), "Due in June.")
    assert (made.noted_at, made.noted_by, made.ended_at) == (NOW, by, None)
    assert told() == [(f"user:{by.pk}", "imposed.noted", name_of(made))]


def test_its_event_tells_no_amount_in_clear_text() -> None:
    referral = ReferralFactory()
    memos.note_imposed(referral=referral, kind=FEE, amount=Decimal(1500), by=UserFactory(), now=NOW)

    event = Event.objects.get()
    assert event.facts == {"referral": referral.pk, "kind": "statutory_fee"}
    assert (event.key_id, event.personal is not None) == (referral.key_id, True)


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1)])
def test_nothing_is_no_memo(amount: Decimal) -> None:
    said = {"referral": ReferralFactory(), "kind": FEE, "amount": amount, "by": UserFactory(), "now": NOW}
    refuses(memos.NothingImposed, memos.note_imposed, **said)


def test_it_is_taken_back_once() -> None:
    memo, by = ImposedFactory(), UserFactory()
    memos.end_imposed(memo=memo, by=by, now=LATER)

    assert (memo.ended_at, memo.ended_by) == (LATER, by)
    assert told() == [(f"user:{by.pk}", "imposed.ended", name_of(memo))]
    refuses(memos.MemoEnded, memos.end_imposed, memo=memo, by=by, now=LATER)
