"""Search: what somebody remembers of a name or a number finds the man, and nothing that is typed breaks it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from courts.actions import finding
from courts.models import NumberToken
from office.search import SHOWN, asked, find
from participants.actions import add_participant
from participants.findable import make_findable
from participants.models import NameToken, OtherName, Participant
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, NumberLedgerFactory, ReferralFactory
from tests.factories.participants import OtherNameFactory, ParticipantFactory
from tests.factories.programs import CohortFactory
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
CLOSED = {"state": "closed", "closing": "withdrawn", "closed_at": datetime(2026, 3, 1, tzinfo=UTC)}


def man(first: str, last: str, **fields: Any) -> Participant:
    made: Participant = ParticipantFactory.create(first_name=first, last_name=last, **fields)
    make_findable([made])
    return made


def case(number: str, **fields: Any) -> Any:
    made = ReferralFactory.create(case_number=number, **fields)
    finding.lay([made])
    return made


def found(typed: str) -> list[str]:
    return [one.legal_name for one in find(asked(typed)).people]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("o neil", ["James O'Neil"], id="a space for the apostrophe"),
        pytest.param("ONeil j", ["James O'Neil"], id="an initial after it"),
        pytest.param("j oneil", ["James O'Neil"], id="in either order"),
        pytest.param("O’Neil", ["James O'Neil"], id="a curly apostrophe"),
        pytest.param("o'shea", ["Bram OShea"], id="an apostrophe that he doesn't write"),
        pytest.param("o shea", ["Bram OShea"], id="a space that he doesn't write"),
        pytest.param("garcia lopez", ["José García-López"], id="neither accents nor hyphen"),
        pytest.param("garcialopez", ["José García-López"], id="as one word"),
        pytest.param("lopez, jose", ["José García-López"], id="a comma"),
        pytest.param("jose m", ["José Martínez"], id="an initial that only one has"),
        pytest.param("delacruz", ["Ivo de la Cruz"], id="particles as one word"),
        pytest.param("cruz", ["Ivo de la Cruz"], id="without the particles"),
        pytest.param("PEPE", ["José García-López"], id="as he is called"),
        pytest.param("smitty", ["James O'Neil"], id="an alias"),
        pytest.param("Иванов", ["Пётр Иванов"], id="Cyrillic"),
        pytest.param("иван", ["Пётр Иванов"], id="its beginning"),
        pytest.param("oneil 3/14/1979", ["James O'Neil"], id="born on that day"),
        pytest.param("3/14/1979", ["James O'Neil"], id="the day alone"),
        pytest.param("oneil 3/15/1979", [], id="not on that one"),
        pytest.param("nobody", [], id="nobody"),
    ],
)
def test_finds_by_name(typed: str, expected: list[str]) -> None:
    other = {"date_of_birth": date(1980, 1, 1)}
    neil = man("James", "O'Neil", date_of_birth=date(1979, 3, 14))
    OtherNameFactory(participant=neil, name="Smitty")
    make_findable([neil])
    man("Bram", "OShea", **other)
    man("José", "García-López", preferred_name="Pepe", **other)
    man("José", "Martínez", **other)
    man("Ivo", "de la Cruz", **other)
    man("Пётр", "Иванов", **other)

    assert found(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("26-0413", ["Dorian Halloway"], id="as it stands"),
        pytest.param("260413", ["Dorian Halloway"], id="without its dash"),
        pytest.param("0413", ["Dorian Halloway"], id="its last run"),
        pytest.param("413", ["Dorian Halloway"], id="without the zero"),
        pytest.param("041", ["Dorian Halloway"], id="the beginning of a run"),
        pytest.param("halloway 0413", ["Dorian Halloway"], id="with his name"),
        pytest.param("brzezik 0413", [], id="with another's"),
        pytest.param("5a12 kpd", ["Marek Brzezik"], id="letters in it"),
        pytest.param("k-77", ["Marek Brzezik"], id="the police's number"),
        pytest.param("999", [], id="no such number"),
    ],
)
def test_finds_by_number(typed: str, expected: list[str]) -> None:
    case("26-0413", participant=man("Dorian", "Halloway"))
    case("5A12 KPD", incident_number="K-77", normalized_incident_number="k77", participant=man("Marek", "Brzezik"))

    assert found(typed) == expected


def test_exact_names_before_beginnings_and_open_cases_before_closed() -> None:
    for first, last, closed in (("A", "Halloways", {}), ("B", "Halloway", CLOSED), ("C", "Halloway", {})):
        case(f"26-{first}1", participant=man(first, last), **closed)

    assert found("halloway") == ["C Halloway", "B Halloway", "A Halloways"]


@pytest.mark.parametrize("typed", ["K-2026-00017", "k-2026-17", "2026-00017", "2026-17"])
def test_finds_reports(typed: str) -> None:
    number = NumberLedgerFactory(year=2026, n=17)
    NumberLedgerFactory(year=2026, n=170)

    assert find(asked(typed)).reports == [number]


def test_finds_groups_and_courts() -> None:
    old, group = CohortFactory(name="Tuesday 12", closed_at=NOW), CohortFactory(name="Tuesday 14")
    court = CourtFactory(name="Kent Municipal Court", city="Kent")
    CourtFactory(name="Renton Municipal Court", city="Renton")

    assert find(asked("tuesday")).cohorts == [group, old]
    assert find(asked("kent")).courts == [court]


def test_more_than_are_shown() -> None:
    for number in range(SHOWN + 1):
        man("Ansel", f"Tamura{number}")
    seen = find(asked("tamura"))

    assert (len(seen.people), seen.more) == (SHOWN, True)


@pytest.mark.parametrize("typed", ["a", "j 5", "..."])
def test_too_little(typed: str, desk: Desk) -> None:
    page = desk.client.post(reverse("office:search"), {"q": typed})

    assert text(page).count("Type at least two letters or digits of one word.") == 1


@pytest.mark.parametrize(
    "typed",
    [
        "'; DROP TABLE x; --", "%", "_%_", "\\", "<script>alert(1)</script>", "राम", "张伟", "\u200f\u202e", "zz", "z9",
        "99999-99999", "9999-99999", "00/00/0000", "a" * 120, "1" * 120, "o " * 60, "🙂🙂",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_it(typed: str, desk: Desk) -> None:
    man("Dorian", "Halloway")
    page = desk.client.post(reverse("office:search"), {"q": typed})

    assert page.status_code == 200
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize("typed", ["x\x00y", "x" * 121, "", "  "])
def test_what_can_be_no_name_gets_a_sentence(typed: str, desk: Desk) -> None:
    page = desk.client.post(reverse("office:search"), {"q": typed})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["q"]


def test_the_page_says_whom_born_where_and_how_it_stands(desk: Desk) -> None:
    him = man("Dorian", "Halloway", date_of_birth=date(1979, 3, 14), preferred_name="Dory")
    case("26-0413", participant=him, court=CourtFactory(name="Kent Municipal Court"))
    page = desk.client.post(reverse("office:search"), {"q": "halloway"})

    assert "Dorian Halloway called Dory Mar 14, 1979 26-0413 Kent Municipal Court · Received" in text(page)


def test_what_is_looked_for_stands_in_no_address_and_in_no_event(desk: Desk) -> None:
    man("Dorian", "Halloway")
    page = desk.client.post(reverse("office:search"), {"q": "halloway"})
    event = Event.objects.get(verb="search.made")

    assert page.status_code == 200  # shown at once: an address to go to would have to name him
    assert (event.facts, event.record, event.personal) == (
        {"people": 1, "others": 0}, f"accounts.User:{desk.user.pk}", None,
    )  # fmt: skip
    assert text(desk.get(reverse("office:search") + "?q=halloway")).count("Dorian Halloway") == 0


def test_one_and_many_ask_the_same(desk: Desk) -> None:
    asked_for = []
    for _ in range(3):
        him = man("Dorian", "Halloway")
        case("26-0413", participant=him)
        with CaptureQueriesContext(connection) as queries:
            desk.client.post(reverse("office:search"), {"q": "dorian m halloway 0413"})
        asked_for.append(len(queries))

    assert asked_for[0] == asked_for[2] <= 20


def test_by_ranges_that_an_index_answers() -> None:
    sql = str(NameToken.objects.beginning("jose").values("participant").query)

    assert "LIKE" not in sql.upper()


class TestWriters:
    """Whoever writes a name or a number lays the tokens in the same transaction."""

    def test_adding_somebody(self) -> None:
        add_participant(
            first_name="José", last_name="Núñez", preferred_name="Pepe", time_zone="UTC", by=UserFactory(), now=NOW
        )

        assert sorted(NameToken.objects.values_list("token", flat=True)) == ["jose", "nunez", "pepe"]

    def test_laid_anew_after_a_change(self) -> None:
        him = man("Dorian", "Halloway")
        him.last_name = "Penhale"
        him.save()
        OtherName.objects.create(participant=him, kind=OtherName.Kind.FORMER, name="D. Halo", folded="dhalo")
        make_findable([him])

        assert sorted(NameToken.objects.values_list("token", flat=True)) == ["d", "dhalo", "dorian", "halo", "penhale"]

    def test_a_number_that_comes_later(self) -> None:
        one = case("", court=None, incident_number="K-7", normalized_incident_number="k7")
        one.case_number = "26-1"
        finding.lay([one])

        assert sorted(NumberToken.objects.values_list("token", flat=True)) == ["1", "26", "261", "7", "k", "k7"]
