"""What was typed to do harm, read back on every page, in each file and mail: words, and nothing but words."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pikepdf
import pytest
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from courts.models import CourtPaper
from office.admin import office
from outcomes.models import Draft
from participants.models import Restriction
from programs.models import FundShare, Visitor
from tests.access.deeds import DEEDS
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.attacks import hostile
from tests.attacks.world import Harm, harm
from tests.courts.pdf import bare, text_of
from tests.factories.outcomes import InstrumentFactory
from tests.factories.participants import RestrictionNameFactory
from tests.house import our_models

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PDF, CSV = "application/pdf", "text/csv"
SCRIPTS = ("application/javascript", "text/javascript")
BEGINS = ("=", "+", "-", "@", "\t", "\r")
# As a page writes it that escapes it, and by which field it is known.
ESCAPED = re.compile(rf"&lt;{hostile.MARK} (\d+)&gt;")
RAW = f"<{hostile.MARK}"


@pytest.fixture
def typed(now: datetime) -> Iterator[Harm]:
    cache.clear()
    with harm() as done:
        yield done


@pytest.fixture
def scene(typed: Harm) -> Scene:
    made = Scene()
    for model in our_models():
        made.row(model)
    return made


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


def faults_of(answer: Any, content: bytes) -> list[str]:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind == CSV:
        return formulas_in(content.decode("utf-8-sig"))
    if kind in SCRIPTS:
        return [] if RAW.encode() not in content else ["in a script"]
    split = [name for name in ("Bcc", "X-Owned", "Set-Cookie2") if name in answer.headers]
    words = printed(content) if kind == PDF else content.decode("utf-8", "replace")
    return [*split, *(["worked out"] if hostile.WORKED_OUT in words else []), *(tags_in(words) if kind != PDF else [])]


def tags_in(page: str) -> list[str]:
    """Wherever it stands, in an attribute or a comment too: nothing that escapes leaves this sign as it is."""
    tags = Tags()
    tags.feed(page)
    return [*tags.faults, *(before[-60:] + RAW for before in page.split(RAW)[:-1])]


def printed(content: bytes) -> str:
    """The words of a PDF; none of what only stands for one in the scene."""
    try:
        return bare(text_of(content))
    except pikepdf.PdfError:
        return ""


def formulas_in(table: str) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(table)) for cell in line if cell.startswith(BEGINS)]


def pages_of(scene: Scene, role: Role) -> Iterator[tuple[str, str]]:
    """By name: each page of the access table; for an administrator all that there is."""
    for row in ROWS:
        yield row.name, reverse(row.name, args=list(row.own(scene, scene.person(role))))
    if role is Role.ADMINISTRATOR:
        yield from _of_each_record(scene)


def _of_each_record(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every deed, and what only hangs on a record other than the scene's own."""
    RestrictionNameFactory(restriction=scene.row(Restriction), user=scene.person(Role.ADMINISTRATOR))
    by_label = {model._meta.label: model for model in our_models()}
    for noun, names in DEEDS.items():
        model = by_label[noun]
        for name in names.replace("!", "").split():
            yield f"{noun} {name}", f"/office/do/{model._meta.model_name}/{scene.row(model).pk}/{name}/"
    yield "fees", f"/office/do/program/{scene.row(FundShare).schedule.program_id}/fees/"
    draft = scene.row(Draft)
    yield "draft", reverse("office:instrument", args=[InstrumentFactory(program=draft.program, code=draft.code).pk])
    yield "visitors", reverse("sessions:roster", args=[scene.row(Visitor).session_id])
    for man in (scene.row(Restriction).participant_id, scene.row(CourtPaper).referral.participant_id):
        yield f"file {man}", f"{reverse('office:person', args=[man])}?tab=whole"


# By role, on how many pages it stands at least.
SHOWN = {Role.ADMINISTRATOR: 350, Role.COORDINATOR: 180, Role.FACILITATOR: 25, Role.CLERK: 30, Role.PARTNER: 30}
# Every field is read back by an administrator, but for what stands only where a line sleeps, and the name of a draft,
# which comes onto a page with the version that it becomes. What a man sees of the questions: `test_questions`.
BY_CHANCE = {"office.Snooze.why", "outcomes.Draft.label"}


@pytest.mark.parametrize("role", SHOWN)
def test_every_page_shows_it_as_words(role: Role, scene: Scene, typed: Harm) -> None:
    client = signed_in(scene.person(role), again=True)
    found, shown, read_back = {}, 0, set[str]()
    for name, where in pages_of(scene, role):
        answer: Any = client.get(where)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        stands = {typed.fields[int(number)] for number in ESCAPED.findall(content.decode("utf-8", "replace"))}
        read_back |= stands
        shown += bool(stands)
        if faults := faults_of(answer, content):
            found[name] = faults
    assert found == {}
    assert shown >= SHOWN[role], "it stands nowhere at all"
    if role is Role.ADMINISTRATOR:
        assert set(typed.fields.values()) - read_back <= BY_CHANCE


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_that_leaves_holds_no_formula(kind: str, scene: Scene) -> None:
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
        cells += content.count(hostile.MARK.encode()) if kind == "csv" else 1
        found |= {model._meta.label: faults} if faults else {}
    assert found == {}
    assert cells > 30, "no formula was there to neutralize"


def formulas_of(workbook: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(workbook))
    return [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_fault_is_found() -> None:
    assert tags_in("<a href='javascript:1' onclick=1>") == ["a", "href=javascript:1"]
    assert tags_in(f"<p>{hostile.tag(1)}</p>") == [hostile.MARK, f"<p>{RAW}"]
    assert tags_in(f'<input value="{hostile.tag(1)}">') == [f'<input value="{RAW}']
    assert formulas_in("a,'=1\n=1,b\n") == ["=1"]
