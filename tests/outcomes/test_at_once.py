"""He answers while the office hands out again, says no for him, or the job closes what is over."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import Event
from core.refusal import Refusal
from outcomes.actions import answering, asking, forgetting, jobs
from outcomes.actions.tickets import token_of
from outcomes.kinds import Moment, Purpose, Way
from outcomes.models import Agreement, Asking, Subject, Ticket
from programs.models import Enrollment
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import ProgramFactory
from tests.outcomes.him import ALL
from tests.outcomes.people import Browser, begun, enrolled, ticket

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]
# For us: others are on this server, too.
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def while_held(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, str]:
    """The second begins when the first has written, and before it is done. What each said: a refusal by its name."""

    def own() -> str:
        try:
            return str(second() or "done")
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            said = first()
            later: Future[str] = pool.submit(own)
            _waits(later)
        return said, later.result(20)


def _waits(later: "Future[str]") -> None:
    """Until it waits for a lock, or is through without waiting for any."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0] or later.done():
                return
        time.sleep(0.05)
    raise AssertionError("it neither waits nor ends")


def all_answered(enrollment: Enrollment) -> Browser:
    browser = begun(enrollment)
    browser.save(dict.fromkeys(range(ALL), 1), now=NOW)
    return browser


def hands(enrollment: Enrollment) -> Callable[[], Any]:
    by = UserFactory.create()
    said = {"moment": Moment.INTAKE, "way": Way.TABLET, "by": by, "now": NOW}
    return lambda: asking.hand(enrollment=enrollment, **said) and "handed"


def test_handed_in_it_stays_done_when_it_is_handed_out_at_that_moment() -> None:
    enrollment = enrolled()
    browser = all_answered(enrollment)

    _, second = while_held(lambda: browser.finish(now=NOW), hands(enrollment))

    assert (second, Asking.objects.get().state) == ("NotToAsk", "done")


def test_handed_out_again_at_that_moment_the_old_one_is_not_handed_in() -> None:
    enrollment = enrolled()
    browser = all_answered(enrollment)

    first, second = while_held(hands(enrollment), lambda: browser.finish(now=NOW))

    assert (first, second, Asking.objects.get().state) == ("handed", "UnknownTicket", "handed")


def test_who_says_no_is_not_handed_anything_at_that_moment() -> None:
    enrollment = enrolled()
    browser = begun(enrollment, agreed=False)

    _, second = while_held(lambda: browser.agree(statistics=False, now=NOW), hands(enrollment))

    assert (second, Asking.objects.get().state, Subject.objects.count()) == ("NotToAsk", "declined", 0)


def test_handed_out_again_while_he_says_no_waits_for_nobody_who_waits() -> None:
    enrollment = enrolled()
    browser = begun(enrollment, agreed=False)

    first, second = while_held(hands(enrollment), lambda: browser.agree(statistics=False, now=NOW))

    assert (first, second, Asking.objects.get().state) == ("handed", "UnknownTicket", "handed")
    assert Agreement.objects.count() == 0


def test_a_no_at_the_desk_takes_also_what_he_hands_in_at_that_moment() -> None:
    enrollment = enrolled()
    browser = all_answered(enrollment)
    by = UserFactory.create()

    def revokes() -> None:
        forgetting.revoke(enrollment=enrollment, purpose=Purpose.STATISTICS, by=by, now=NOW)

    _, second = while_held(lambda: browser.finish(now=NOW), revokes)

    assert (second, Subject.objects.count(), Ticket.objects.count()) == ("done", 0, 0)


def test_two_taps_on_yes_say_it_once() -> None:
    browser = begun(enrolled(), agreed=False)

    said = while_held(lambda: browser.agree(now=NOW), lambda: browser.agree(now=NOW))

    assert (said, Agreement.objects.count()) == ((True, "True"), 2)


def test_what_is_handed_in_while_its_time_is_closed_is_not_missed() -> None:
    enrollment = enrolled()
    browser = all_answered(enrollment)
    late = NOW + timedelta(days=40)
    Ticket.objects.update(expires_at=late + timedelta(days=1))

    _, second = while_held(lambda: browser.finish(now=NOW), lambda: jobs.close_missed(now=late) or "none")

    assert (second, Asking.objects.get().state) == ("none", "done")
    assert Event.objects.filter(verb="asking.missed").count() == 0


def test_a_sheet_is_typed_in_while_he_is_handed_the_tablet() -> None:
    enrollment = enrolled(program=ProgramFactory())
    made = ticket(enrollment, way=Way.PAPER, now=NOW)
    by = UserFactory.create()

    def types() -> None:
        said = {"agreement": (True, True), "given": dict.fromkeys(range(ALL), 1), "by": by, "now": NOW}
        answering.type_in(ticket=made, code=token_of(made), **said)

    first, second = while_held(types, hands(enrollment))

    assert (first, second, Asking.objects.get().state) == (None, "NotToAsk", "done")
