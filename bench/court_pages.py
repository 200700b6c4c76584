"""A court's inbox and its referrals, on PostgreSQL: at a hundred times the reports as fast, and as few questions."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from time import perf_counter

from django.test import Client

from bench import docket, postgres
from bench.roster import asked
from bench.row import Row, at_most
from core import clock
from courts.models import Clerkship, Delivery
from tests.access.people import signed_in

FEW, MANY = 1_000, 100_000  # reports: of 2 courts, of 200
DOORS = 24
ROUNDS, WARM_UP = 144, 48
MAY_ASK = 10  # queries


@dataclass(frozen=True, slots=True)
class Taken:
    """By one look at each: seconds, and what was asked of the database."""

    inbox: float
    referrals: float
    inbox_asked: int
    referrals_asked: int


def rows() -> list[Row]:
    few, many = measured()
    at = f"at {MANY:,} reports"
    found = []
    for what, page in (("court's inbox", "inbox"), ("court's referrals", "referrals")):
        ms, most = (_ms(many, page), _ms(few, page)), (_most(many, page), _most(few, page))
        found += [
            at_most(1.2, f"{what}: ms {at}, to {FEW:,}", ours=ms[0], reference=ms[1]),
            at_most(1, f"{what}: queries {at}, to {FEW:,}", ours=most[0], reference=most[1]),
            at_most(1, f"{what}: queries {at}, to what they may be", ours=most[0], reference=MAY_ASK),
        ]
    return found


def _ms(taken: Sequence[Taken], page: str) -> float:
    seconds: list[float] = [getattr(one, page) for one in taken[WARM_UP:]]
    return statistics.median(seconds) * 1000


def _most(taken: Sequence[Taken], page: str) -> int:
    asked_for: list[int] = [getattr(one, f"{page}_asked") for one in taken]
    return max(asked_for)


def measured() -> tuple[list[Taken], list[Taken]]:
    """In turn, so that a busy moment of the machine falls on both."""
    with (
        postgres.servers_at() as urls,
        postgres.process(urls, "onus_bench_few_reports") as few,
        postgres.process(urls, "onus_bench_many_reports") as many,
    ):
        for filling in (few.submit(fill, FEW), many.submit(fill, MANY)):
            filling.result()
        taken = [(few.submit(take, n).result(), many.submit(take, n).result()) for n in range(WARM_UP + ROUNDS)]
    return [one for one, _ in taken], [other for _, other in taken]


def fill(reports: int) -> None:
    docket.fill(reports=reports, now=clock.now())
    docket.clerks(DOORS)
    assert Delivery.objects.count() == reports


def take(number: int) -> Taken:
    """At one court after the other."""
    client = doors()[number % len(doors())]
    inbox, inbox_asked = _look(client, "/court/")
    referrals, referrals_asked = _look(client, "/court/referrals/")
    return Taken(inbox, referrals, inbox_asked, referrals_asked)


def _look(client: Client, path: str) -> tuple[float, int]:
    with asked() as said:
        start = perf_counter()
        response = client.get(path)
        seconds = perf_counter() - start
    assert response.status_code == 200, response.content
    return seconds, len(said)


@cache
def doors() -> list[Client]:
    """Of each court that has a clerk, the clerk, signed in."""
    serving = Clerkship.objects.current().select_related("user").order_by("court")
    return [signed_in(one.user, client=Client(SERVER_NAME="localhost")) for one in serving]
