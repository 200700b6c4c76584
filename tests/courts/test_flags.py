"""A value that couldn't be read is written where it belongs, once the court has said it."""

from datetime import UTC, date, datetime

import pytest

from audit.models import Event
from core.refusal import Refusal
from courts.actions.changes import NumberTaken
from courts.actions.flags import WRITTEN, FlagSettled, UnreadableStill, settle_flag
from courts.lists import Row
from courts.models import Deadline, Flag, Referral
from participants.models import ContactPoint
from tests.courts.cases import accepted
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import FlagFactory, ReferralFactory

pytestmark = pytest.mark.django_db


def settle(flag: Flag, value: str = "") -> Referral:
    settle_flag(flag=flag, answer="Asked the clerk.", value=value, by=UserFactory(), now=NOW)
    return Referral.objects.select_related("participant", "enrollment").get(pk=flag.referral_id)


def test_each_is_a_column_of_the_list() -> None:
    assert set(WRITTEN) <= set(Row.__dataclass_fields__)


def test_a_date_binds_from_then_on() -> None:
    case = accepted(complete_by=None)
    flag = FlagFactory(referral=case.referral, field="complete_by")
    referral = settle(flag, "2026-06-30")

    assert referral.complete_by == date(2026, 6, 30)
    assert Deadline.objects.open().get(referral=referral, kind="complete_by").due_on == date(2026, 6, 30)
    assert referral.enrollment is not None
    assert referral.enrollment.finish_by == date(2026, 6, 30)
    assert Event.objects.get(verb="referral.changed").reveal() == {"complete_by": ["31/31/2026", "2026-06-30"]}
    assert Event.objects.get(verb="flag.settled").reveal() == {"answer": "Asked the clerk."}


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("date_of_birth", "1984-07-19", lambda one: one.participant.date_of_birth == date(1984, 7, 19)),
        ("language", "Spanish", lambda one: one.participant.language == "es"),
        ("case_number", "26-0413", lambda one: (one.case_number, one.normalized_case_number) == ("26-0413", "260413")),
        ("referral_kind", "Sentence", lambda one: one.kind == "sentence"),
        ("judge", "Hon. A. Brandvold", lambda one: one.judge == "Hon. A. Brandvold"),
        ("hearing_at", "5/6/2026 9:00 AM", lambda one: one.hearings.get().at == datetime(2026, 5, 6, 16, tzinfo=UTC)),
        ("phone", "206 555 0142", lambda one: ContactPoint.objects.get().value == "+12065550142"),
    ],
    ids=lambda said: said if isinstance(said, str) else "",
)
def test_it_is_written_where_it_belongs(field: str, value: str, read: object) -> None:
    flag = FlagFactory(field=field, raw="?")
    referral = settle(flag, value)

    assert callable(read)
    assert read(referral)
    flag.refresh_from_db()
    assert flag.settled_at == NOW


def test_without_a_value_nothing_is_changed() -> None:
    flag = FlagFactory()
    before = flag.referral.complete_by

    assert settle(flag).complete_by == before
    assert not Event.objects.filter(verb="referral.changed").exists()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("phone", "none of your business", UnreadableStill),
        ("referral_kind", "a friendly word", UnreadableStill),
        ("hearing_at", "soon", UnreadableStill),
        ("case_number", "26-0413", NumberTaken),
    ],
)
def test_what_cannot_be_written_leaves_everything_as_it_was(field: str, value: str, why: type[Refusal]) -> None:
    flag = FlagFactory(field=field, raw="?")
    ReferralFactory(
        participant=flag.referral.participant, court=flag.referral.court, case_number="26-0413",
        normalized_case_number="260413",
    )  # fmt: skip

    with pytest.raises(why):
        settle(flag, value)
    flag.refresh_from_db()
    assert flag.settled_at is None
    assert Event.objects.count() == 0


def test_somebody_was_faster() -> None:
    flag = FlagFactory()
    settle(flag, "2026-06-30")

    with pytest.raises(FlagSettled):
        settle(flag, "2026-07-30")
    assert Referral.objects.get().complete_by == date(2026, 6, 30)
