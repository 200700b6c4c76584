"""What was typed into a questionnaire to do harm: in the man's hand, on paper, in the office, in the numbers."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.actors import Task
from accounts.roles import Role
from outcomes.actions.tickets import token_of
from outcomes.actions.years import close_year
from outcomes.models import Ticket
from outcomes.paper import spelled
from tests.attacks import hostile
from tests.attacks.test_hostile import ESCAPED, faults_of, formulas_in, formulas_of, printed
from tests.attacks.world import Harm, harm
from tests.courts.pdf import bare
from tests.factories.outcomes import DraftFactory, InstrumentFactory
from tests.factories.programs import ProgramFactory
from tests.office.desk import Desk
from tests.office.test_instruments import fields
from tests.outcomes.him import ALL, Him, him
from tests.outcomes.people import answered, enrolled
from tests.outcomes.sheets import Answering
from tests.outcomes.test_office import let_out

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now"), pytest.mark.once]
INSTRUMENT, DRAFT = "outcomes.Instrument.content.", "outcomes.Draft.content."
CHANGE = "/office/numbers/change/"
NUMBER = re.compile(r"-\d+(\.\d+)?")
TAG = re.compile(rf"<{hostile.MARK} (\d+)>")


@pytest.fixture
def typed() -> Iterator[Harm]:
    with harm() as done:
        yield done


def faults(answer: Any) -> list[str]:
    return faults_of(answer, b"".join(answer) if answer.streaming else answer.content)


def parts_on(typed: Harm, pages: list[str], of: str = INSTRUMENT) -> set[str]:
    """Which parts of a questionnaire stand on these pages, as words."""
    told = {typed.fields[int(number)] for page in pages for number in ESCAPED.findall(page)}
    return {name.removeprefix(of) for name in told if name.startswith(of)}


def walked(he: Him) -> Iterator[tuple[str, Any]]:
    """Each page that a man sees, from the first to the last."""
    yield "start", he.get()
    he.agrees()
    for page in ("agree/", "all/"):
        yield page, he.get(page)
    for place in range(ALL):
        yield f"{place}/", he.get(f"{place}/")
        yield f"{place}/ without an answer", he.post(f"{place}/", go="next")
        he.answers(place, 2)
    yield "end/", he.get("end/")
    he.post("end/")
    yield "thanks", he.get("thanks/done/")


@pytest.mark.parametrize("language", ["en", "es"])
def test_in_his_hand(language: str, typed: Harm) -> None:
    he = him(enrollment=enrolled(participant__language=language))

    found = {name: wrong for name, page in walked(he) if (wrong := faults(page))}

    assert found == {}
    assert parts_on(typed, he.pages) == {"titles", "intros", "labels", "texts"}


def test_his_own_answers(typed: Harm) -> None:
    enrollment = enrolled()
    answered(enrollment)
    administrator = Desk(Role.ADMINISTRATOR)
    administrator.press(let_out(enrollment), "show-answers")

    shown = administrator.client.post("/q/own/")

    assert faults(shown) == []
    assert parts_on(typed, [shown.content.decode()]) == {"titles", "labels", "texts"}


def test_on_paper_and_typed_in_from_it(typed: Harm) -> None:
    desk = Desk(Role.COORDINATOR)
    desk.press(enrolled(), "paper", moment="intake")
    pdf = desk.get(f"/office/questions/paper/{Ticket.objects.get().pk}/pdf/")
    words = printed(pdf.content)
    told = {typed.fields[int(number)] for number in re.findall(rf"<{hostile.MARK}(\d+)>", words)}

    assert faults(pdf) == []
    assert {name.removeprefix(INSTRUMENT) for name in told} == {"titles", "intros", "labels", "texts"}
    # As it was typed: nothing was set, run or read of it.
    assert bare(hostile.LETTERS["typst"]) in words


def test_typing_it_in(typed: Harm) -> None:
    handed, types = Desk(Role.COORDINATOR), Desk(Role.COORDINATOR)
    handed.press(enrolled(), "paper", moment="intake")
    code = spelled(token_of(Ticket.objects.get()))

    page = types.client.post("/office/questions/paper/", {"code": code})
    again = types.client.post("/office/questions/paper/", {"code": code, "asked": "all", "q0": "99"})

    assert [*faults(page), *faults(again)] == []
    assert parts_on(typed, [page.content.decode()]) == parts_on(typed, [again.content.decode()]) == {"labels", "texts"}


def test_while_it_is_written(typed: Harm) -> None:
    desk, used = Desk(Role.COORDINATOR), InstrumentFactory.create()
    DraftFactory.create(program=used.program)
    editor = f"/office/settings/questions/{used.pk}/"

    shown = desk.get(editor)
    looked_at = desk.client.post(editor, fields(shown) | {"preview": "1"})
    listed = desk.get("/office/settings/questions/")

    assert [wrong for page in (shown, looked_at, listed) for wrong in faults(page)] == []
    for page in (shown, looked_at):
        assert parts_on(typed, [page.content.decode()], DRAFT) == {"titles", "intros", "labels", "name", "texts"}
    assert len(looked_at.context["previews"]) == 2
    assert parts_on(typed, [listed.content.decode()]) == {"titles"}
    # It was sent back as it came, and is wrong in nothing.
    assert looked_at.context["form"].errors == {}
    assert not any(looked_at.context["items"].errors)


# --- In the numbers


@pytest.fixture
def change(typed: Harm) -> Any:
    """The page of it, of two years."""
    asked = Answering(ProgramFactory.create())
    for year in (2024, 2025):
        asked.men(12, month=date(year, 6, 1))
        late = datetime(year + 1, 2, 2, tzinfo=UTC)
        close_year(program=asked.program, year=year, by=Task("outcomes.years"), now=late)
    return Desk(Role.COORDINATOR).get


@pytest.mark.parametrize("year", ["2025", "all"])
def test_what_changed(year: str, change: Any, typed: Harm) -> None:
    page = change(f"{CHANGE}?year={year}")

    assert faults(page) == []
    assert parts_on(typed, [page.content.decode()]) == {"titles", "name"}
    assert page.context["pictures"] != []


@pytest.mark.parametrize(
    ("kind", "parts"), [("csv", {"titles", "name"}), ("xlsx", {"titles", "name"}), ("txt", {"name"})]
)
def test_as_a_file_of_what_changed(kind: str, parts: set[str], change: Any, typed: Harm) -> None:
    left = change(f"{CHANGE}{kind}/")
    words = " ".join(cells_of(left.content)) if kind == "xlsx" else left.content.decode()

    assert left.status_code == 200
    assert formulas_in_file(kind, left.content) == []
    told = {typed.fields[int(number)] for number in TAG.findall(words)}
    assert {name.removeprefix(INSTRUMENT) for name in told if name.startswith(INSTRUMENT)} == parts


def formulas_in_file(kind: str, content: bytes) -> list[str]:
    """A number below nothing is none."""
    if kind == "xlsx":
        return formulas_of(content)
    return [cell for cell in formulas_in(content.decode("utf-8-sig")) if kind == "csv" and not NUMBER.fullmatch(cell)]


def test_as_a_picture_of_what_changed(change: Any, typed: Harm) -> None:
    pictures = change(CHANGE).context["pictures"]

    found = {one.name: wrong for one in pictures if (wrong := faults(change(one.url)))}

    assert found == {}
    assert parts_on(typed, [change(one.url).content.decode() for one in pictures]) >= {"name"}


def cells_of(workbook: bytes) -> Iterator[str]:
    for sheet in load_workbook(io.BytesIO(workbook)):
        yield from (str(cell.value) for line in sheet.iter_rows() for cell in line)
