"""Both ways into the table: many rows at once go another way than a few, and must arrive no different."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from messaging import outbox
from messaging.actions import Planned, plan
from messaging.models import Channel, Message
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.messaging import MessageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_columns]

HELLO = Planned(key="hello", kind="greeting", channel=Channel.EMAIL, about="accounts.User:1", due_at=NOW)
# What a format of rows as text might take for its own.
ODD = [
    "a\tb",
    "a\nb",
    "a\r\nb",
    "\\N",
    "\\.",
    "\\",
    "\\t",
    '"',
    "'",
    ",",
    "%s",
    "{}",
    "",
    " ",
    "NULL",
    "Señor Ñandú 🕘",
]


@pytest.fixture(params=[1, 1_000_000], ids=["as many", "as a few"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_MANY", request.param)


@pytest.mark.usefixtures("way")
class TestEachWay:
    def test_keeps_every_column(self):
        user, man = UserFactory.create(), MessageFactory.create(text=True).participant
        until = NOW + timedelta(days=1, microseconds=1)
        his = replace(HELLO, key="his", channel=Channel.TEXT, participant_id=man.pk, language="es")

        assert plan([replace(HELLO, user_id=user.pk, expires_at=until), his], now=NOW - timedelta(hours=1)) == 2

        rows = Message.objects.filter(kind="greeting", key__in=["hello", "his"]).order_by("key")
        to_whom = rows.values_list("key", "channel", "about", "user", "participant", "language")
        assert list(to_whom) == [
            ("hello", "email", HELLO.about, user.pk, None, "en"),
            ("his", "text", HELLO.about, None, man.pk, "es"),
        ]
        times = rows.values_list("planned_at", "due_at", "try_at", "expires_at", "sent_at")
        before = NOW - timedelta(hours=1)
        assert list(times) == [(before, NOW, NOW, until, None), (before, NOW, NOW, None, None)]
        rest = rows.values_list("state", "attempts", "claim", "address", "body", "wording", "contact_point")
        assert [[*row] for row in rest] == [["queued", 0, None, "", "", 0, None]] * 2

    def test_takes_odd_words_as_they_are(self):
        plan([replace(HELLO, key=f"{n}:{odd}", about=odd) for n, odd in enumerate(ODD)], now=NOW)

        assert list(Message.objects.order_by("id").values_list("about", flat=True)) == ODD
        assert set(Message.objects.values_list("key", flat=True)) == {f"{n}:{odd}" for n, odd in enumerate(ODD)}

    def test_passes_over_what_is_known_and_what_comes_twice(self):
        plan([HELLO], now=NOW)
        known = Message.objects.values().get()
        more = [replace(HELLO, about="new"), replace(HELLO, key="b"), replace(HELLO, key="b", about="twice")]

        assert [plan(more, now=NOW), plan(more, now=NOW)] == [1, 0]
        assert Message.objects.values().get(key="hello") == known
        assert Message.objects.get(key="b").about == HELLO.about

    def test_twice_in_one_transaction(self):
        with transaction.atomic():
            assert plan([HELLO], now=NOW) == 1
            assert plan([replace(HELLO, key="b"), HELLO], now=NOW) == 1

        assert Message.objects.count() == 2

    @pytest.mark.parametrize("wrong", [{"expires_at": NOW - timedelta(1)}, {"about": None}], ids=["check", "not null"])
    def test_after_a_wrong_row_in_the_same_transaction(self, wrong: dict[str, object]):
        with pytest.raises(IntegrityError), transaction.atomic():
            plan([replace(HELLO, key="b"), replace(HELLO, **wrong)], now=NOW)  # type: ignore[arg-type]

        assert not Message.objects.exists()
        assert plan([HELLO], now=NOW) == 1

    @pytest.mark.postgres_only
    def test_after_words_that_the_database_does_not_hold(self):
        """They fail while they are copied, not when they are inserted."""
        with pytest.raises((DataError, ValueError)), transaction.atomic():
            plan([replace(HELLO, key="b"), replace(HELLO, about="a\0b")], now=NOW)

        assert plan([HELLO], now=NOW) == 1


@pytest.mark.postgres_only
@pytest.mark.parametrize(("count", "tables"), [(999, 0), (1_000, 1), (6_000, 2)])
def test_from_a_thousand_on_they_are_copied(count: int, tables: int):
    with CaptureQueriesContext(connection) as asked:
        assert plan((replace(HELLO, key=f"{n}") for n in range(count)), now=NOW) == count

    assert sum("CREATE TEMPORARY TABLE" in query["sql"] for query in asked.captured_queries) == tables
    assert set(Message.objects.values_list("key", flat=True)) == {f"{n}" for n in range(count)}
