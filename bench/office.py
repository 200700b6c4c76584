"""The office on PostgreSQL: at a hundred times the enrollments its pages take as long, beside Django's stock lists."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from time import perf_counter

from django.test import Client
from django.test.utils import override_settings

from accounts.models import User
from accounts.roles import Role
from bench import desk_rows, postgres
from bench.roster import asked
from bench.row import Row, at_most
from core import clock
from courts.models import Referral
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory

FEW, MANY = 1_000, 100_000  # enrollments; ten marks and ten messages each
RUNNING = 24
ROUNDS, WARM_UP = 40, 5
OF_TODAY, OF_A_SEARCH = 20, 20  # queries
LIST = "/office/{}/{}/"
LISTS = {
    "people": LIST.format("participants", "participant"),
    "referrals": LIST.format("courts", "referral"),
    "enrollments": LIST.format("programs", "enrollment"),
    "reports": LIST.format("courts", "report"),
    "messages": LIST.format("messaging", "message"),
    "sessions": LIST.format("programs", "session"),
    "deadlines": LIST.format("courts", "deadline"),
    "audit trail": LIST.format("audit", "event"),
}
BESIDE = ("people", "referrals", "enrollments", "messages")
LIMIT, OF_SEARCH = 1.3, 1.5


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, and what was asked of the database."""

    seconds: float
    asked: int


Pages = dict[str, Took]


def rows(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> list[Row]:
    little, much = measured(few, many, rounds)
    at = f"at {many:,} enrollments"
    return [*_grown(little, much, at, few), *_queries(much, at), *_beside(much, at)]


def _grown(little: Sequence[Pages], much: Sequence[Pages], at: str, few: int) -> Iterator[Row]:
    for page in little[0]:
        if page.startswith("stock "):
            continue
        limit = OF_SEARCH if page.startswith("search") else LIMIT
        yield at_most(limit, f"{page}: ms {at}, to {few:,}", ours=_ms(much, page), reference=_ms(little, page))


def _queries(much: Sequence[Pages], at: str) -> Iterator[Row]:
    for page, limit in (("Today", OF_TODAY), ("search by name", OF_A_SEARCH)):
        most = max(pages[page].asked for pages in much)
        yield at_most(1, f"{page}: queries {at}, to what they may be", ours=most, reference=limit)


def _beside(much: Sequence[Pages], at: str) -> Iterator[Row]:
    for page in BESIDE:
        stock = _ms(much, f"stock {page}")
        yield at_most(1, f"{page}: ms {at}, to Django's stock list", ours=_ms(much, page), reference=stock)


def _ms(taken: Sequence[Pages], page: str) -> float:
    return statistics.median(pages[page].seconds for pages in taken[min(WARM_UP, len(taken) - 1) :]) * 1000


def measured(few: int, many: int, rounds: int) -> tuple[list[Pages], list[Pages]]:
    """In turn, so that a busy moment of the machine falls on both."""
    with (
        postgres.servers_at() as urls,
        postgres.process(urls, "onus_office_few") as little,
        postgres.process(urls, "onus_office_many") as much,
    ):
        for filling in (little.submit(fill, few), much.submit(fill, many)):
            filling.result()
        taken = [(little.submit(take, n).result(), much.submit(take, n).result()) for n in range(WARM_UP + rounds)]
    return [one for one, _ in taken], [other for _, other in taken]


def fill(enrollments: int) -> None:
    desk_rows.fill(enrollments=enrollments, running=RUNNING, now=clock.now())


def take(number: int) -> Pages:
    with override_settings(ROOT_URLCONF="bench.stock"):
        client, cases = door(), known()
        case = cases[number % len(cases)]
        man = case.participant
        pages = {"Today": "/office/", "case file": f"/office/people/{man.pk}/", **LISTS}
        pages |= {f"stock {page}": LISTS[page].replace("/office/", "/stock/") for page in BESIDE}
        said = {
            "by name": f"{man.last_name} {man.first_name}",
            "by an initial": f"{man.first_name[:1]} {man.last_name}",
            "by number": case.case_number,
            "by a run": case.case_number.partition("-")[2],
        }
        taken = {page: _timed(client, url) for page, url in pages.items()}
        return taken | {f"search {how}": _timed(client, "/office/search/", {"q": q}) for how, q in said.items()}


def _timed(client: Client, url: str, sent: dict[str, str] | None = None) -> Took:
    with asked() as told:
        began = perf_counter()
        response = client.get(url) if sent is None else client.post(url, sent)
        took = perf_counter() - began
    assert response.status_code == 200, (url, response.status_code)
    return Took(took, len(told))


@cache
def door() -> Client:
    user: User = UserFactory(email="desk@onus.example", roles=[Role.ADMINISTRATOR])
    return signed_in(user, client=Client(SERVER_NAME="localhost"))


@cache
def known() -> list[Referral]:
    """Men all over the table."""
    ids = list(Referral.objects.exclude(enrollment=None).order_by("id").values_list("pk", flat=True))
    some = [ids[at] for at in range(0, len(ids), max(1, len(ids) // 40))]
    return list(Referral.objects.filter(pk__in=some).select_related("participant"))
