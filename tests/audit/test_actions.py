import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.actors import Task
from audit import actions
from audit.actions import event, record, record_all, seal
from audit.macs import event_mac, seal_digest
from audit.models import Event, Seal
from audit.origin import origin
from participants.models import Participant
from tests.factories.accounts import UserFactory
from tests.factories.audit import EventFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.vault import KeyFactory
from vault.models import Key

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def mac_of(row: Event) -> str:
    return event_mac(
        settings.AUDIT_KEY.encode(),
        at=row.at,
        actor=row.actor,
        verb=row.verb,
        record=row.record,
        origin=row.origin,
        key_id=str(row.key_id or ""),
        personal=None if row.personal is None else bytes(row.personal),
        facts=row.facts,
    )


def digest_of(row: Seal) -> str:
    events = Event.objects.filter(seal_number=row.number).order_by("id").values_list("id", "mac")
    return seal_digest(settings.AUDIT_KEY.encode(), number=row.number, previous=row.previous, events=events)


# --- what an event says


def test_says_who_did_what_on_which_record_and_when(now: datetime) -> None:
    by, participant = UserFactory(), ParticipantFactory()

    record(by=by, now=now, verb="participant.added", on=participant, facts={"list": 3})

    row = Event.objects.get()
    assert (row.actor, row.verb, row.at) == (f"user:{by.pk}", "participant.added", now)
    assert (row.record, row.facts) == (f"participants.Participant:{participant.pk}", {"list": 3})
    assert (row.origin, row.key_id, row.personal, row.seal_number) == ("", None, None, None)


def test_a_task_is_named_too(now: datetime) -> None:
    record(by=Task("courts.propose"), now=now, verb="proposal.made", on="courts.Proposal:1")

    assert Event.objects.get().actor == "task:courts.propose"


def test_says_from_where(now: datetime) -> None:
    token = origin.set("import_referrals")
    try:
        EventFactory()
    finally:
        origin.reset(token)
    EventFactory()

    assert list(Event.objects.order_by("id").values_list("origin", flat=True)) == ["import_referrals", ""]


def test_personal_values_are_read_with_their_key(now: datetime) -> None:
    key = KeyFactory()

    EventFactory(key=key, personal={"name": "Žofie Halloway", "born": date(1980, 2, 29)})

    row = Event.objects.get()
    assert row.key_id == key.pk
    assert b"Halloway" not in bytes(row.personal or b"Halloway")
    assert row.reveal() == {"name": "Žofie Halloway", "born": "1980-02-29"}


def test_personal_values_go_with_their_key_and_the_event_stays(now: datetime) -> None:
    EventFactory(key=KeyFactory(), personal={"name": "Dorian Halloway"})

    Key.objects.all().destroy(now=now)

    row = Event.objects.get()
    assert row.reveal() is None
    assert mac_of(row) == row.mac


def test_without_personal_values_there_is_nothing_to_reveal() -> None:
    EventFactory()

    assert Event.objects.get().reveal() is None


def test_personal_values_without_a_key_are_refused(now: datetime) -> None:
    with pytest.raises(TypeError, match="need the key"):
        EventFactory(personal={"name": "Dorian Halloway"})

    assert Event.objects.count() == 0


def test_goes_with_a_rollback(now: datetime) -> None:
    EventFactory(verb="stays")

    with pytest.raises(LookupError), transaction.atomic():
        record_and_fail(now)

    assert list(Event.objects.values_list("verb", flat=True)) == ["stays"]


def record_and_fail(now: datetime) -> None:
    record(by=Task("programs.plan"), now=now, verb="goes", on="programs.Mark:1")
    assert Event.objects.filter(verb="goes").exists()
    raise LookupError


def test_many_at_once(now: datetime) -> None:
    record_all(event(by=Task("x"), now=now, verb="row.added", on=f"a.B:{n}") for n in range(3))

    assert [row.record for row in Event.objects.order_by("id")] == ["a.B:0", "a.B:1", "a.B:2"]


def test_one_is_one_statement_and_knows_its_row(now: datetime, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        made = record(by=Task("x"), now=now, verb="row.added", on="a.B:1", facts={"n": 1})

    assert made == Event.objects.get()
    assert made._state.adding is False


def test_many_are_one_statement_too(now: datetime, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        record_all([event(by=Task("x"), now=now, verb="row.added", on=f"a.B:{n}") for n in range(100)])

    assert Event.objects.count() == 100


def test_a_row_holds_each_column_as_one_of_django_s_own(now: datetime) -> None:
    """Whatever a database makes of a time, a key's id or a ciphertext: the statement is ours, the adapting Django's."""
    said: dict[str, Any] = {"by": Task("x"), "now": now, "verb": "row.added", "on": "a.B:1", "key": KeyFactory()}
    said |= {"personal": {"name": "Žofie 100 % ' \\ {}"}, "facts": {"said": "100 %s ' \\ {}"}}
    ours, bulk, django = event(**said), event(**said), event(**said)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "event", lambda **_: ours)
        record()
    record_all([bulk])
    django.save(force_insert=True)

    columns = [field.attname for field in Event._meta.concrete_fields if field.attname not in ("id", "personal", "mac")]
    rows = list(Event.objects.order_by("id"))
    first, *others = [{name: getattr(row, name) for name in columns} for row in rows]
    assert others == [first, first]
    assert [row.reveal() for row in rows] == [said["personal"]] * 3
    assert [row.mac for row in rows] == [ours.mac, bulk.mac, django.mac]
    assert [mac_of(row) for row in rows] == [row.mac for row in rows]


@pytest.mark.django_db(transaction=True)
def test_whoever_goes_on_after_a_failure_commits_nothing(now: datetime) -> None:
    with transaction.atomic():
        ParticipantFactory()
        with pytest.raises(IntegrityError):
            record(by=Task("x"), now=now, verb=None, on="a.B:1")

    assert (Participant.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_of_many_all_are_written_or_none(now: datetime) -> None:
    """More than a statement holds; outside of anybody's transaction."""
    last = event(by=Task("x"), now=now, verb="row.added", on="a.B:last")
    last.actor = ""

    with pytest.raises(IntegrityError):
        record_all([*(event(by=Task("x"), now=now, verb="row.added", on=f"a.B:{n}") for n in range(600)), last])

    assert Event.objects.count() == 0


def test_finds_what_happened_to_one_record(now: datetime) -> None:
    one, other = ParticipantFactory(), ParticipantFactory()
    about_one, _ = EventFactory(on=one), EventFactory(on=other)

    assert list(Event.objects.on(one)) == [about_one]


# --- its MAC


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"kind": "absent", "b": 1, "a": None, "deep": {"z": [1, 2.5, "ž"]}},
        {"on": date(2026, 3, 3), "at": datetime(2026, 3, 3, 12, 0, 0, 5, tzinfo=UTC), 7: "a number as a key"},
    ],
    ids=["none", "all kinds of JSON", "what JSON doesn't know"],
)
def test_the_row_that_comes_back_has_the_mac_it_was_given(facts: dict[str, Any]) -> None:
    EventFactory(facts=facts, key=KeyFactory(), personal={"name": "Žofie"})

    row = Event.objects.get()

    assert mac_of(row) == row.mac


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", datetime(2026, 3, 3, 12, 0, 1, tzinfo=UTC)),
        ("actor", "user:1"),
        ("verb", "mark.erased"),
        ("record", "programs.Mark:99999"),
        ("origin", "10.0.0.1"),
        ("key_id", None),
        ("personal", b"something else"),
        ("facts", {"kind": "present"}),
    ],
)
def test_a_row_changed_in_any_column_no_longer_has_its_mac(column: str, value: object) -> None:
    EventFactory(facts={"kind": "absent"}, key=KeyFactory(), personal={"name": "Dorian"})
    row = Event.objects.get()

    setattr(row, column, value)

    assert mac_of(row) != row.mac


# --- seals


def test_nothing_new_is_not_sealed(now: datetime) -> None:
    assert seal(now=now) is None
    assert Seal.objects.count() == 0


def test_the_first_seal_begins_the_chain(now: datetime) -> None:
    events = EventFactory.create_batch(3)

    made = seal(now=now)

    assert made == Seal.objects.get()
    assert (made.number, made.previous, made.at, made.events) == (1, "", now, 3)
    assert (made.first_event, made.last_event) == (events[0].pk, events[-1].pk)
    assert set(Event.objects.values_list("seal_number", flat=True)) == {1}
    assert digest_of(made) == made.digest


def test_the_next_one_is_chained_to_it(now: datetime) -> None:
    EventFactory()
    first = seal(now=now)
    EventFactory.create_batch(2)

    second = seal(now=now + MINUTE)

    assert first is not None
    assert second is not None
    assert (second.number, second.previous, second.events) == (2, first.digest, 2)
    assert [digest_of(row) == row.digest for row in Seal.objects.order_by("number")] == [True, True]
    assert seal(now=now + 2 * MINUTE) is None


def test_a_changed_mac_shows_in_the_digest(now: datetime) -> None:
    EventFactory.create_batch(2)
    made = seal(now=now)
    assert made is not None

    events = [(pk, "0" * 64) for pk in Event.objects.order_by("id").values_list("id", flat=True)]

    assert seal_digest(settings.AUDIT_KEY.encode(), number=1, previous="", events=events) != made.digest


def test_a_lower_id_that_was_committed_late_is_sealed_by_the_next(now: datetime) -> None:
    early, late = EventFactory.create_batch(2)
    with_ids(late, 1_000_001)
    seal(now=now)
    with_ids(early, 1_000_000)

    second = seal(now=now + MINUTE)

    assert second is not None
    numbers = dict(Event.objects.filter(id__gte=1_000_000).values_list("id", "seal_number"))
    assert numbers == {1_000_001: 1, 1_000_000: 2}
    assert (second.first_event, second.last_event) == (1_000_000, 1_000_000)


def with_ids(made: Event, pk: int) -> None:
    """Another such event, under an id of our choice."""
    made.pk = pk
    made.save(force_insert=True)


def test_more_than_one_batch(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SEAL_AT_MOST", 2)
    EventFactory.create_batch(3)

    assert [made.events for made in iter(lambda: seal(now=now), None)] == [2, 1]


def test_hundreds_of_events_are_all_marked(now: datetime) -> None:
    record_all(event(by=Task("x"), now=now, verb="row.added", on=f"a.B:{n}") for n in range(1_100))

    seal(now=now)

    assert Event.objects.unsealed().count() == 0


# --- two at once


def in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_keeps_its_event_for_the_next_seal(now: datetime) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            EventFactory(verb="slow")
            written.set()
            may_commit.wait(10)

    thread = in_thread(slow)
    written.wait(10)
    EventFactory(verb="fast")
    seal(now=now)
    may_commit.set()
    thread.join(10)
    seal(now=now + MINUTE)

    rows = Event.objects.order_by("id").values_list("verb", "seal_number")
    assert list(rows) == [("slow", 2), ("fast", 1)]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_while_one_seals_another_has_nothing_to_do(now: datetime) -> None:
    EventFactory.create_batch(5)
    sealed, may_commit = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            seal(now=now)
            sealed.set()
            may_commit.wait(10)

    thread = in_thread(first)
    sealed.wait(10)
    second = seal(now=now)
    may_commit.set()
    thread.join(10)

    assert second is None
    assert list(Seal.objects.values_list("number", "events")) == [(1, 5)]


@pytest.mark.django_db(transaction=True)
def test_sealers_at_once_seal_each_event_once(now: datetime) -> None:
    EventFactory.create_batch(20)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait(10)
        seal(now=now)

    for thread in [in_thread(work) for _ in range(4)]:
        thread.join(30)

    assert list(Seal.objects.values_list("number", "events")) == [(1, 20)]
    assert digest_of(Seal.objects.get()) == Seal.objects.get().digest
