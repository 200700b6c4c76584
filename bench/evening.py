"""A hundred and fifty facilitators mark their twelve at once, against gunicorn with two workers, on PostgreSQL."""

import re
import statistics
import sys
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from time import perf_counter
from typing import TypeVar
from urllib.parse import urlencode

from bench import crowd, postgres, production
from bench.row import Row, at_most
from core import clock
from programs.models import Enrollment, Mark, Session, SessionLeader
from tests.access.people import signed_in

FACILITATORS = 150
MARKS = FACILITATORS * crowd.TWELVE
DATABASE = "onus_bench_evening"
# As long as gunicorn itself has for one; a roster asks to tap again after ten.
PATIENCE_SECONDS = 60
CHOICES = ("present", "absent", "late 10", "left_early 10")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
KEY = re.compile(r'id="mark-(\d+)".*?name="key" value="([\w-]+)"', re.DOTALL)
# On each roster: whom its leader and a substitute tap at the same moment, and who is tapped twice with one key.
TWO_HANDS, TWICE = 0, 1
SAVED, ASKED_FIRST = 200, 409
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Facilitator:
    """`signed_in`: the key of the session in which. `substitutes`: at which other evening."""

    signed_in: str
    evening: int
    men: tuple[int, ...]
    substitutes: int
    first_there: int


@dataclass(frozen=True, slots=True)
class Tap:
    """`status` 0: there was no answer."""

    man: int
    kind: str
    key: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A mark of tonight that no other corrects."""

    man: int
    kind: str
    key: str


def rows() -> list[Row]:
    with (
        TemporaryDirectory() as folder,
        postgres.servers_at() as urls,
        postgres.process(urls, DATABASE) as database,
    ):
        facilitators = database.submit(prepare).result()
        with production.served(urls, DATABASE, Path(folder)) as port:
            start = perf_counter()
            taps = [
                tap
                for taps in at_once([partial(evening, port, *each) for each in enumerate(facilitators)])
                for tap in taps
            ]
            seconds = perf_counter() - start
        marks, standing = database.submit(tonight).result()
    _tell(taps, seconds)
    name = f"evening: failed or lost, of {MARKS:,} marks by {FACILITATORS} people at once"
    return [at_most(0, name, ours=failed(taps) + lost(taps, marks, standing), reference=1)]


def failed(taps: Sequence[Tap]) -> int:
    """Errors and taps without an answer; and of two hands on one man, one must have been asked first."""
    statuses = [tap.status for tap in taps]
    wrong = sum(status not in (SAVED, ASKED_FIRST) for status in statuses)
    return wrong + abs(statuses.count(ASKED_FIRST) - FACILITATORS)


def lost(taps: Sequence[Tap], marks: int, standing: Sequence[Standing]) -> int:
    """What was told to be saved and doesn't stand; people without one mark that stands; marks too many."""
    kept = set(standing)
    gone = sum(tap.status == SAVED and Standing(tap.man, tap.kind, tap.key) not in kept for tap in taps)
    return gone + abs(len({one.man for one in standing}) - MARKS) + abs(len(standing) - MARKS) + abs(marks - MARKS)


# --- In the process with the database


def prepare() -> list[Facilitator]:
    """Each leads an evening, and substitutes at the next one's."""
    now = clock.now()
    crowd.fill(enrollments=MARKS + crowd.TWELVE, running=FACILITATORS, now=now)
    evenings = list(Session.objects.not_logged(now).select_related("program"))
    leader = {led.session_id: led.user for led in SessionLeader.objects.filter(session__in=evenings)}
    men = {
        own.pk: tuple(Enrollment.objects.on_roster(own).order_by("id").values_list("pk", flat=True)) for own in evenings
    }
    people = []
    for own, other in zip(evenings, [*evenings[1:], evenings[0]], strict=True):
        SessionLeader.objects.create(session=other, user=leader[own.pk], role=SessionLeader.Role.SUBSTITUTE)
        key = signed_in(leader[own.pk]).session.session_key
        assert key
        people.append(Facilitator(key, own.pk, men[own.pk], other.pk, men[other.pk][TWO_HANDS]))
    return people


def tonight() -> tuple[int, list[Standing]]:
    """How many marks there are, and those that stand."""
    marks = Mark.objects.filter(session__state=Session.State.PLANNED)
    return marks.count(), [
        Standing(mark.enrollment_id, mark.kind, str(mark.idempotency_key)) for mark in marks.current()
    ]


# --- On the phones


def evening(port: int, number: int, one: Facilitator) -> list[Tap]:
    """The own roster from the top down, and one tap at the next one's when its leader taps there."""
    page = production.ask(port, f"/sessions/{one.evening}/", cookies={production.SESSION: one.signed_in})
    text = page.text
    (token, *_), keys = TOKEN.findall(text), {int(man): key for man, key in KEY.findall(text)}
    cookies = {production.SESSION: one.signed_in, production.CSRF: page.cookies[production.CSRF]}

    def tap(at: int, man: int, key: str, choice: str) -> Callable[[], Tap]:
        return partial(_tap, port, cookies, f"/sessions/{at}/people/{man}/", token, man, key, choice)

    own = [tap(one.evening, man, keys[man], CHOICES[(number + place) % 4]) for place, man in enumerate(one.men)]
    leads = tap(one.evening, one.men[TWO_HANDS], keys[one.men[TWO_HANDS]], "present")
    helps = tap(one.substitutes, one.first_there, str(uuid.uuid4()), "absent")
    # Every second one helps first: so both come to the same man at the same time.
    first = [leads, helps] if number % 2 else [helps, leads]
    return [*(each() for each in first), *at_once([own[TWICE]] * 2), *(each() for each in own[TWICE + 1 :])]


def _tap(port: int, cookies: dict[str, str], address: str, token: str, man: int, key: str, choice: str) -> Tap:
    body = urlencode({"csrfmiddlewaretoken": token, "choice": choice, "seen": "", "key": key})
    start = perf_counter()
    try:
        answer = production.ask(
            port, address, cookies=cookies, body=body, headers={"HX-Request": "true"}, timeout=PATIENCE_SECONDS
        )
        status = answer.status
    except (OSError, HTTPException):
        status = 0
    return Tap(man, choice.split(maxsplit=1)[0], key, status, perf_counter() - start)


def at_once(works: Sequence[Callable[[], Given]]) -> list[Given]:
    begin = Barrier(len(works))

    def run(work: Callable[[], Given]) -> Given:
        begin.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _tell(taps: Sequence[Tap], seconds: float) -> None:
    late = statistics.quantiles([tap.seconds for tap in taps], n=20)[-1]
    rate = (len(taps) + FACILITATORS) / seconds
    print(f"  {len(taps):,} taps in {seconds:.0f} s, {rate:.0f} requests a second, p95 {late:.1f} s", file=sys.stderr)
