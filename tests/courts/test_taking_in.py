"""A worker that is killed, or that loses its lease, brings nothing twice and leaves nothing out."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import Event
from courts.actions import imports, taking_in, uploads
from courts.actions.taking_in import AT_WORK, LEASE, MOST_DEATHS, STOPS, WENT_WRONG, work_on_lists
from courts.actions.undoing import undo
from courts.models import ListImport, ListUpload, Referral
from tests.courts.sending import Office, fresh
from tests.courts.workbook_files import HEADER, man
from tests.factories.clock import NOW

pytestmark = pytest.mark.django_db
State = ListUpload.State
# Three batches of two.
FIVE = (1, 2, 3, 4, 5)


class Killed(BaseException):
    """As a worker dies: nothing of ours catches it."""


@pytest.fixture
def office(now) -> Office:
    return Office()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)


@pytest.fixture
def coming_in(office: Office) -> ListUpload:
    """Looked at, and to be taken in."""
    sent = office.preview(office.send_text(HEADER, *map(man, FIVE), ("26-9", "", "Marek", "diversion")))
    uploads.take_in(upload=sent, by=office.by, now=NOW)
    return fresh(sent)


def dies_at(monkeypatch: pytest.MonkeyPatch, batch: int, error: BaseException, *, after: bool = False) -> None:
    """At the n-th batch from now: before it is written, or after, and before it is committed."""
    take, calls = imports.take, iter(range(1, 1000))

    def dying(rows: Any, work: Any) -> Any:
        its_turn = next(calls) == batch
        if its_turn and not after:
            raise error
        done = take(rows, work)
        if its_turn:
            raise error
        return done

    monkeypatch.setattr(imports, "take", dying)


@pytest.mark.parametrize("after", [False, True], ids=["before", "not committed"])
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_killed_worker_is_followed_by_another(
    office: Office, coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch, batch: int, after: bool
):
    with monkeypatch.context() as killing:
        dies_at(killing, batch, Killed(), after=after)
        with pytest.raises(Killed):
            work_on_lists(now=NOW)
    held = fresh(coming_in)
    assert (held.state, held.done, Referral.objects.count()) == (State.COMING_IN, 2 * (batch - 1), 2 * (batch - 1))

    # As long as the lease runs, nobody touches it.
    assert work_on_lists(now=NOW) == 0
    ListUpload.objects.filter(pk=held.pk).update(leased_until=NOW - timedelta(seconds=1))
    assert work_on_lists(now=NOW) == 1

    made = ListImport.objects.get()
    assert (made.added, made.known, made.refused) == (5, 0, 1)
    assert Referral.objects.filter(list_import=made).count() == 5
    assert len(uploads.fetch_refused(upload=held, by=office.by, now=NOW).splitlines()) == 2
    assert Event.objects.filter(verb="list.imported").count() == 1
    assert Event.objects.filter(verb="referral.received").count() == 5


def test_a_worker_that_was_thought_dead_writes_nothing_more(
    coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    take = imports.take

    def overtaken(rows: Any, work: Any) -> Any:
        done = take(rows, work)
        monkeypatch.setattr(imports, "take", take)
        return done

    mine = taking_in._Work(coming_in.pk, taking_in._claim(coming_in.pk), NOW + AT_WORK, NOW)  # type: ignore[arg-type]
    monkeypatch.setattr(imports, "take", overtaken)
    ListUpload.objects.filter(pk=coming_in.pk).update(leased_until=NOW - timedelta(seconds=1))
    assert work_on_lists(now=NOW) == 1

    with pytest.raises(taking_in.LostLease):
        mine.do()

    assert Referral.objects.count() == 5


def test_the_lease_begins_anew_with_each_batch(coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch):
    dies_at(monkeypatch, 2, Killed())
    with pytest.raises(Killed):
        work_on_lists(now=NOW)
    assert fresh(coming_in).leased_until == NOW + LEASE


def test_after_its_time_it_lets_others_work_and_goes_on(coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch):
    nudged: list[str] = []
    monkeypatch.setattr(taking_in, "nudge", nudged.append)
    monkeypatch.setattr(taking_in, "AT_WORK", timedelta(seconds=-1))
    assert work_on_lists(now=NOW) == 0
    assert (fresh(coming_in).state, fresh(coming_in).leased_until) == (State.COMING_IN, None)
    assert nudged == ["courts.lists"]
    monkeypatch.setattr(taking_in, "AT_WORK", AT_WORK)
    assert work_on_lists(now=NOW) == 1


def test_what_goes_wrong_is_said_and_can_be_tried_again(
    office: Office, coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as breaking:
        dies_at(breaking, 2, ZeroDivisionError("Halloway"))
        assert work_on_lists(now=NOW) == 0
    failed = fresh(coming_in)
    assert (failed.state, failed.why, failed.done) == (State.FAILED, WENT_WRONG, 2)
    assert "Halloway" not in caplog.text

    uploads.try_again(upload=failed, by=office.by, now=NOW)
    assert work_on_lists(now=NOW) == 1
    assert ListImport.objects.get().added == 5


def test_progress_stands_in_the_row_while_it_runs(coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch):
    take, seen = imports.take, list[tuple[int, int | None]]()

    def watched(rows: Any, work: Any) -> Any:
        seen.append(ListUpload.objects.values_list("done", "total").get())
        return take(rows, work)

    monkeypatch.setattr(imports, "take", watched)
    work_on_lists(now=NOW)
    assert seen == [(0, 6), (2, 6), (4, 6)]


def passes_over(upload: ListUpload) -> None:
    """The lease of whoever was at it."""
    ListUpload.objects.filter(pk=upload.pk).update(leased_until=NOW - timedelta(seconds=1))


def test_a_list_that_kills_each_worker_is_given_up(
    office: Office, coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as killing:
        for _ in range(MOST_DEATHS):
            dies_at(killing, 1, Killed())
            with pytest.raises(Killed):
                work_on_lists(now=NOW)
            passes_over(coming_in)
        assert work_on_lists(now=NOW) == 0
    given_up = fresh(coming_in)
    assert (given_up.state, given_up.why, given_up.leased_until) == (State.FAILED, STOPS, None)
    assert Event.objects.on(coming_in).filter(verb="list.taken_over").count() == MOST_DEATHS

    # Whoever tries again has as many tries.
    uploads.try_again(upload=given_up, by=office.by, now=NOW)
    assert work_on_lists(now=NOW) == 1
    assert ListImport.objects.get().added == 5


def test_reading_that_kills_each_worker_is_given_up(office: Office, monkeypatch: pytest.MonkeyPatch):
    sent = office.send_men(1)

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(imports, "batches", dies)
    for _ in range(MOST_DEATHS):
        with pytest.raises(Killed):
            work_on_lists(now=NOW)
        passes_over(sent)
    assert work_on_lists(now=NOW) == 0
    assert (fresh(sent).state, fresh(sent).why) == (State.FAILED, STOPS)


def test_workers_that_die_further_down_each_time_are_followed(coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "BATCH", 1)
    for _ in range(MOST_DEATHS + 1):
        with monkeypatch.context() as killing:
            dies_at(killing, 2, Killed())
            with pytest.raises(Killed):
                work_on_lists(now=NOW)
        passes_over(coming_in)
    assert work_on_lists(now=NOW) == 1
    assert ListImport.objects.get().added == 5


def test_a_list_so_long_that_reading_takes_all_of_its_time_comes_in_all_the_same(
    coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(taking_in, "AT_WORK", timedelta(seconds=-1))
    came = list[int]()
    while fresh(coming_in).state == State.COMING_IN and len(came) < 9:
        work_on_lists(now=NOW)
        came.append(Referral.objects.count())
    assert came == [2, 4, 5, 5]


def test_passing_over_what_came_in_keeps_the_lease(coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(taking_in, "READ_AT_ONCE", 1)
    until = taking_in._claim(coming_in.pk)
    assert until is not None
    work = taking_in._Work(coming_in.pk, until, NOW + AT_WORK, NOW)
    monkeypatch.setattr("core.clock.now", lambda: NOW + LEASE - timedelta(seconds=1))
    rows = iter(range(5))
    work._pass_over(rows, 3)  # type: ignore[arg-type]
    assert list(rows) == [3, 4]
    assert fresh(coming_in).leased_until == NOW + 2 * LEASE - timedelta(seconds=1)


def test_a_list_that_was_taken_back_half_in_does_not_go_on(
    office: Office, coming_in: ListUpload, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as breaking:
        dies_at(breaking, 2, ZeroDivisionError())
        work_on_lists(now=NOW)
    undo(list_import=ListImport.objects.get(), by=office.by, now=NOW)
    with pytest.raises(
        uploads.NotNow, match=r"^What came in of it was taken back\. Send the corrected list instead\.$"
    ):
        uploads.try_again(upload=coming_in, by=office.by, now=NOW)
    assert fresh(coming_in).state == State.FAILED
