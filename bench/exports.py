"""A list of 200,000 rows leaves the house: what the worker holds at its end, to what it held early on."""

import os
from collections.abc import Iterator
from typing import Any

from django.test import Client

from accounts.roles import Role
from bench import postgres
from bench.desk_rows import each
from bench.report import resident
from bench.row import Row, at_most
from messaging.models import Message, State
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory
from tests.factories.messaging import MessageFactory

COUNT = int(os.environ.get("BENCH_EXPORTS", "200000"))
EARLY = COUNT // 10
# Of a spreadsheet no more than 50,000.
SHEET = min(45_000, COUNT // 4)
FEW_ON_A_SHEET = SHEET // 9
DATABASE = "onus_bench_exports"
URL = "/office/lists/messaging.message/export/"
ALL = {"columns": ["0", "1", "2", "3"], "why": "A bench."}


def rows() -> Iterator[Row]:
    with postgres.servers_at() as urls, postgres.process(urls, DATABASE) as database:
        database.submit(fill).result()
        early, late = database.submit(csv).result()
        yield at_most(1.1, f"CSV: MB after {COUNT:,} rows, to after {EARLY:,}", ours=late, reference=early)
        few, many = database.submit(xlsx).result()
        yield at_most(1.2, f"XLSX: MB after {SHEET:,} rows, to after {FEW_ON_A_SHEET:,}", ours=many, reference=few)


def fill() -> None:
    made: Message = MessageFactory()
    for state, number in ((State.FAILED, SHEET), (State.MISSED, FEW_ON_A_SHEET)):
        _many(made, state, number)
    _many(made, State.QUEUED, COUNT - SHEET - FEW_ON_A_SHEET - 1)


def _many(made: Message, state: str, number: int) -> None:
    named = {"key": f"'{state}' || n", "message_id": f"'<{state}' || n || '@bench>'"}
    said = {"state": f"'{state}'", "reason": "'SMTPServerDisconnected'"}
    each(made, named | said, f"generate_series(1, {number}) n")


def csv() -> tuple[float, float]:
    """Megabytes, while the last byte goes."""
    lines = _left(kind="csv")
    early = 0.0
    number = 0
    for number, _ in enumerate(lines):
        if number == EARLY:
            early = resident()
    # And the alert of this very export.
    assert number >= COUNT, f"the head and {number} rows"
    return early, resident()


def xlsx() -> tuple[float, float]:
    held = []
    for state in (State.MISSED, State.FAILED):
        for _ in _left(f"?state__exact={state}", kind="xlsx"):
            pass
        held.append(resident())
    return held[0], held[1]


def _left(query: str = "", **said: Any) -> Iterator[Any]:
    user = UserFactory(roles=[Role.ADMINISTRATOR])
    client = signed_in(user, client=Client(SERVER_NAME="localhost"), again=True)
    response = client.post(URL + query, {**ALL, **said})
    assert response.streaming, response.status_code
    return iter(response.streaming_content)  # type: ignore[attr-defined]  # it streams
