"""What was typed to do harm, read back on every page, in each file and mail: words, and nothing but words."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from office.admin import office
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.attacks import hostile
from tests.attacks.world import harm
from tests.house import our_models

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PDF, CSV = "application/pdf", "text/csv"
# 7777 times itself is written nowhere, and would stand where somebody worked it out.
WORKED_OUT = str(7777 * 7)
BEGINS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def scene(now: datetime) -> Iterator[Scene]:
    cache.clear()
    with harm() as touched:
        scene = Scene()
        yield scene
    assert len(touched) > 20


class Tags(HTMLParser):
    """What a browser would make of it: tags of theirs, handlers, addresses that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == hostile.MARK or any(name.startswith("on") for name in said):
            self.faults.append(tag)
        for name in ("href", "src", "action", "formaction"):
            where = (said.get(name) or "").strip().lower()
            if where.startswith(("javascript:", "data:text", "vbscript:", "//", "http://evil")):
                self.faults.append(f"{name}={where}")


def faults_of(answer: Any) -> list[str]:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == CSV:
        return formulas_in(content.decode("utf-8-sig"))
    if kind in (PDF, "application/javascript", "text/javascript"):
        return [] if answer.status_code == 200 else ["no file"]
    words = content.decode("utf-8", "replace")
    tags = Tags()
    if kind == "text/html":
        tags.feed(words)
    split = [name for name in ("Bcc", "X-Owned", "Set-Cookie2") if name in answer.headers]
    return [*tags.faults, *(["worked out"] if WORKED_OUT in words else []), *split]


def formulas_in(table: str) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(table)) for cell in line if cell.startswith(BEGINS)]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.FACILITATOR, Role.CLERK, Role.PARTNER])
def test_every_page_shows_it_as_words(role: Role, scene: Scene) -> None:
    user = scene.person(role)
    for model in our_models():
        scene.row(model)
    client = signed_in(user, again=True)
    found, shown = {}, 0
    for row in ROWS:
        answer = client.get(reverse(row.name, args=list(row.own(scene, user))))
        if answer.status_code == 200:
            shown += b"x-owned" in (b"" if answer.streaming else answer.content)
            if faults := faults_of(answer):
                found[row.name] = faults
    assert found == {}
    assert shown >= {Role.FACILITATOR: 2, Role.CLERK: 1, Role.PARTNER: 0}.get(role, 40), "it stands nowhere at all"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_that_leaves_holds_no_formula(kind: str, scene: Scene) -> None:
    for model in our_models():
        scene.row(model)
    client = signed_in(scene.person(Role.ADMINISTRATOR), again=True)
    cells = 0
    found: dict[Any, Any] = {}
    for model, _ in office.nouns():
        url = reverse("office:export", args=[model._meta.label_lower])
        offered = client.get(url).context["form"].fields["columns"].choices
        said = {"columns": [place for place, _ in offered], "kind": kind, "why": "To look at it"}
        left: Any = client.post(url, said)
        content = b"".join(left.streaming_content)
        faults = formulas_in(content.decode("utf-8-sig")) if kind == "csv" else formulas_of(content)
        cells += content.count(b"HYPERLINK") if kind == "csv" else 1
        found |= {model._meta.label: faults} if faults else {}
    assert found == {}
    assert cells > 0, "no formula was there to neutralize"


def formulas_of(workbook: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(workbook))
    return [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_fault_is_found() -> None:
    tags = Tags()
    tags.feed(f"<p>{hostile.LETTERS['script']}</p><a href='javascript:1' onclick=1>")
    assert tags.faults == ["x-owned", "a", "href=javascript:1"]
    assert formulas_in("a,'=1\n=1,b\n") == ["=1"]
