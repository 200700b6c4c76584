"""What the roster of twelve weighs on the line: the page and all that it loads, as production serves them."""

import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from posixpath import join, normpath
from tempfile import TemporaryDirectory

from bench import crowd, postgres, production
from bench.row import Row, at_most
from core import clock
from programs.models import Session
from tests.access.people import signed_in

LIMIT = 120 * 1024
# The page has it installed, and at the first visit it asks for the page once more, to keep it.
WORKER = "/sw.js"
DATABASE = "onus_bench_weight"
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "User-Agent": "Mozilla/5.0"}
LOADED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/[^"]+)"')
# In a style sheet: other sheets, and fonts with the characters that they are for.
IMPORTED = re.compile(r'@import\s+(?:url\()?["\']?([^"\')\s;]+)')
FONT = re.compile(r"@font-face\s*{([^}]*)}")
SOURCE = re.compile(r'url\(["\']?([^"\')]+)')
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)


def rows() -> list[Row]:
    with (
        TemporaryDirectory() as folder,
        postgres.servers_at() as urls,
        postgres.process(urls, DATABASE) as database,
    ):
        address, session = database.submit(prepare).result()
        with production.served(urls, DATABASE, Path(folder)) as port:
            weights = loaded(port, address, session)
    weights[f"{address} again, by the worker"] = weights[address]
    for path, weight in sorted(weights.items(), key=lambda item: -item[1]):
        print(f"  {weight:>7,}  {path}", file=sys.stderr)
    name = f"roster of twelve: KB on the line, in {len(weights)} answers"
    return [at_most(1, name, ours=sum(weights.values()) / 1024, reference=LIMIT / 1024)]


def prepare() -> tuple[str, str]:
    """The address of tonight's roster, and the key of its leader's sign-in."""
    now = clock.now()
    crowd.fill(enrollments=2 * crowd.TWELVE, running=1, now=now)
    tonight = Session.objects.not_logged(now).get()
    return f"/sessions/{tonight.pk}/", signed_in(tonight.leaders.get()).session.session_key or ""


def loaded(port: int, address: str, session: str) -> dict[str, int]:
    """Bytes by path."""
    cookies = {production.SESSION: session}
    text = production.ask(port, address, cookies=cookies).text
    found: dict[str, int] = {}
    waiting = [address, WORKER, *map(unescape, LOADED.findall(text))]
    while waiting:
        path = waiting.pop()
        if path not in found:
            answer = production.ask(port, path, cookies=cookies, headers=BROWSER)
            assert answer.status == 200, f"{path}: {answer.status}"
            found[path] = len(answer.body)
            if path.endswith(".css"):
                sheet = production.ask(port, path).text
                waiting += [normpath(join(path, "..", each)) for each in asked_for(sheet, text)]
    return found


def asked_for(sheet: str, text: str) -> Iterator[str]:
    """The other sheets, and of the fonts those that have a character of the page."""
    yield from IMPORTED.findall(sheet)
    for face in FONT.findall(sheet):
        ranges = [(int(low, 16), int(high or low, 16)) for low, high in RANGE.findall(face)]
        if not ranges or any(low <= ord(char) <= high for char in set(text) for low, high in ranges):
            yield from SOURCE.findall(face)
