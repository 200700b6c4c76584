"""The roster and a tap on it, on PostgreSQL: at a hundred times the enrollments they take as long and ask as much."""

import statistics
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client

from bench import crowd, postgres
from bench.row import Row, at_most
from core import clock
from programs.models import Enrollment, Mark, Session
from tests.access.people import signed_in

FEW, MANY = 1_000, 100_000  # enrollments
RUNNING = 24  # cohorts that meet tonight, at both sizes
ROUNDS, WARM_UP = 192, 48
OF_A_ROSTER, OF_A_TAP = 10, 16  # queries
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
HTMX = {"HX-Request": "true"}
# What changes where he stands, and what leaves it.
CHOICES = ("present", "absent", "late 10")


@dataclass(frozen=True, slots=True)
class Taken:
    """By one roster and one tap: seconds, and what was asked of the database."""

    roster: float
    tap: float
    roster_asked: int
    tap_asked: int


def rows() -> list[Row]:
    few, many = measured()
    at = f"at {MANY:,} enrollments"
    return [
        at_most(1.2, f"roster: ms {at}, to {FEW:,}", ours=_ms(many, "roster"), reference=_ms(few, "roster")),
        at_most(1.2, f"saving a mark: ms {at}, to {FEW:,}", ours=_ms(many, "tap"), reference=_ms(few, "tap")),
        at_most(1, f"roster: queries {at}, to {FEW:,}", ours=_most(many, "roster"), reference=_most(few, "roster")),
        at_most(1, f"roster: queries {at}, to what they may be", ours=_most(many, "roster"), reference=OF_A_ROSTER),
        at_most(1, f"saving a mark: queries {at}, to {FEW:,}", ours=_most(many, "tap"), reference=_most(few, "tap")),
        at_most(1, f"saving a mark: queries {at}, to what they may be", ours=_most(many, "tap"), reference=OF_A_TAP),
    ]


def _ms(taken: Sequence[Taken], what: str) -> float:
    seconds: list[float] = [getattr(one, what) for one in taken[WARM_UP:]]
    return statistics.median(seconds) * 1000


def _most(taken: Sequence[Taken], what: str) -> int:
    """Of all, those that warm up among them: the first look at a roster may ask more."""
    asked_for: list[int] = [getattr(one, f"{what}_asked") for one in taken]
    return max(asked_for)


def measured() -> tuple[list[Taken], list[Taken]]:
    """In turn, so that a busy moment of the machine falls on both."""
    with (
        postgres.servers_at() as urls,
        postgres.process(urls, "onus_bench_few") as few,
        postgres.process(urls, "onus_bench_many") as many,
    ):
        for filling in (few.submit(fill, FEW), many.submit(fill, MANY)):
            filling.result()
        taken = [(few.submit(take, n).result(), many.submit(take, n).result()) for n in range(WARM_UP + ROUNDS)]
    return [one for one, _ in taken], [other for _, other in taken]


def fill(enrollments: int) -> None:
    crowd.fill(enrollments=enrollments, running=RUNNING, now=clock.now())
    assert Enrollment.objects.count() == enrollments // crowd.TWELVE * crowd.TWELVE


def take(number: int) -> Taken:
    """The roster of one evening after the other, and on each the next man."""
    session, men, client = doors()[number % RUNNING]
    him = men[number // RUNNING % len(men)]
    address = f"/sessions/{session.pk}/"
    with asked() as of_roster:
        start = perf_counter()
        response = client.get(address)
        roster = perf_counter() - start
    assert response.status_code == 200, response.content
    standing = Mark.objects.current().filter(session=session, enrollment=him).first()
    choice = CHOICES[(number + number // RUNNING) % len(CHOICES)]
    data = {"choice": choice, "seen": standing.pk if standing else "", "key": str(uuid.uuid4())}
    with asked() as of_tap:
        start = perf_counter()
        response = client.post(f"{address}people/{him.pk}/", data, headers=HTMX)
        tap = perf_counter() - start
    assert response.status_code == 200, response.content
    return Taken(roster, tap, len(of_roster), len(of_tap))


@cache
def doors() -> list[tuple[Session, list[Enrollment], Client]]:
    """Tonight's sessions, who is expected there, and whoever leads it, signed in."""
    tonight = Session.objects.not_logged(clock.now()).select_related("program").prefetch_related("leaders")
    return [
        (
            session,
            list(Enrollment.objects.on_roster(session)),
            signed_in(session.leaders.get(), client=Client(SERVER_NAME="localhost")),
        )
        for session in tonight
    ]


@contextmanager
def asked() -> Iterator[list[str]]:
    said: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(TRANSACTION):
            said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield said
