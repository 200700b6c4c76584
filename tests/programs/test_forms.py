import uuid
from typing import Any

import pytest

from programs.forms import CloseForm, MarkForm, Said, choice_of, said_by
from programs.kinds import MarkKind
from programs.models import Mark, Session
from tests.factories.programs import MarkFactory, ModuleFactory, SessionFactory
from tests.refusals import nothing_written

KEY = uuid.UUID(int=7)


def session(**fields: Any) -> Session:
    return SessionFactory.build(**{"minutes": 90, "cohort": None, **fields})


def mark(**fields: Any) -> Mark:
    return Mark(**{"kind": "present", **fields})


def form(choice: str, *, on: Session | None = None, seen: Mark | None = None, own: str = "", **data: Any) -> MarkForm:
    whole = {"choice": choice, "key": str(KEY), **data}
    return MarkForm(whole, session=on or session(), seen=seen, own_note=own)


def errors(made: MarkForm | CloseForm) -> dict[str, list[str]]:
    return {name: [str(error) for error in said] for name, said in made.errors.items()}


# --- which mark is meant


@pytest.mark.parametrize(
    ("choice", "data", "said"),
    [
        ("present", {}, Said(MarkKind.PRESENT)),
        ("present", {"late_minutes": "10", "rule": "No phones"}, Said(MarkKind.PRESENT)),
        ("late", {"late_minutes": "18"}, Said(MarkKind.LATE, minutes=18)),
        ("late", {"late_minutes": " 90 "}, Said(MarkKind.LATE, minutes=90)),
        ("late 10", {}, Said(MarkKind.LATE, minutes=10)),
        ("late 10", {"late_minutes": "18"}, Said(MarkKind.LATE, minutes=10)),
        ("left_early 1", {"late_minutes": "18"}, Said(MarkKind.LEFT_EARLY, minutes=1)),
        ("absent", {}, Said(MarkKind.ABSENT)),
        ("gave_reason", {}, Said(MarkKind.ABSENT, gave_reason=True)),
        ("sent_home", {"rule": "No phones"}, Said(MarkKind.SENT_HOME, rule="No phones")),
        ("not_provided", {}, Said(MarkKind.NOT_PROVIDED)),
    ],
)
def test_says_which_mark_is_meant(choice: str, data: dict[str, Any], said: Said) -> None:
    made = form(choice, **data, comment="He paid attention.")

    assert errors(made) == {}
    assert made.for_action == {
        **said._asdict(),
        "seen": None,
        "comment": "He paid attention.",
        "correction": "",
        "idempotency_key": KEY,
    }


def test_a_note_keeps_the_mark_as_it_was_seen() -> None:
    seen = mark(kind="sent_home", rule="No phones")

    made = form("note", seen=seen, comment="He came back to say sorry.")

    assert errors(made) == {}
    assert made.for_action["seen"] is seen
    assert (made.for_action["kind"], made.for_action["rule"]) == (MarkKind.SENT_HOME, "No phones")


@pytest.mark.parametrize(
    ("fields", "choice"),
    [
        ({"kind": "present"}, "present"),
        ({"kind": "late", "minutes": 10}, "late"),
        ({"kind": "absent"}, "absent"),
        ({"kind": "absent", "gave_reason": True}, "gave_reason"),
        ({"kind": "sent_home", "rule": "x"}, "sent_home"),
    ],
)
def test_the_button_of_a_mark(fields: dict[str, Any], choice: str) -> None:
    assert choice_of(mark(**fields)) == choice


def test_what_a_mark_says() -> None:
    assert said_by(mark(kind="late", minutes=5)) == Said(MarkKind.LATE, 5, "", False)


# --- what is wrong, at the field that is wrong


@pytest.mark.parametrize(
    ("choice", "data", "wrong"),
    [
        ("", {}, {"choice": ["Choose a mark."]}),
        ("excused", {}, {"choice": ["Choose a mark."]}),
        ("note", {"comment": "x"}, {"choice": ["Choose a mark; the note is saved with it."]}),
        ("late", {}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late", {"left_early_minutes": "10"}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late", {"late_minutes": "0"}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late", {"late_minutes": "-5"}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late", {"late_minutes": "91"}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late", {"late_minutes": "9" * 30}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late", {"late_minutes": "ten"}, {"late_minutes": ["Give the minutes as a whole number."]}),
        ("late 91", {}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("late -5", {}, {"late_minutes": ["Give the minutes, from 1 to 90."]}),
        ("left_early", {"left_early_minutes": ""}, {"left_early_minutes": ["Give the minutes, from 1 to 90."]}),
        ("sent_home", {}, {"rule": ["Say by which rule he was sent home."]}),
        ("sent_home", {"rule": "  "}, {"rule": ["Say by which rule he was sent home."]}),
        (
            "sent_home",
            {"rule": "x" * 101},
            {"rule": ["Say it in 100 characters or fewer; these are 101."]},
        ),
        (
            "present",
            {"comment": "x" * 2001},
            {"comment": ["Say it in 2000 characters or fewer; these are 2001."]},
        ),
        ("present", {"key": ""}, {"key": ["This page is out of date. Open it again, then tap once more."]}),
        ("present", {"key": "7"}, {"key": ["This page is out of date. Open it again, then tap once more."]}),
    ],
)
def test_says_what_is_wrong(choice: str, data: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    assert errors(form(choice, **data)) == wrong


def test_of_an_excused_absence_a_facilitator_changes_no_note() -> None:
    made = form("note", seen=mark(kind="absent", excuse="illness"), comment="x")

    assert errors(made) == {"comment": ["A coordinator has excused this absence. Tell the coordinator what to note."]}


@pytest.mark.parametrize("reason", ["", "  "])
def test_after_closing_a_change_needs_a_reason(reason: str) -> None:
    closed = session(closed_at="2026-03-10T22:00Z")

    made = form("present", on=closed, correction=reason)

    assert errors(made) == {"correction": ["This session is closed. Say why the mark is corrected."]}


def test_after_closing_the_reason_goes_along() -> None:
    closed = session(closed_at="2026-03-10T22:00Z")

    made = form("present", on=closed, correction="I mixed up two men.")

    assert errors(made) == {}
    assert made.for_action["correction"] == "I mixed up two men."


def test_before_closing_nothing_is_a_correction() -> None:
    made = form("present", correction="x")

    assert errors(made) == {}
    assert made.for_action["correction"] == ""


@pytest.mark.parametrize(
    ("choice", "comment", "nothing"),
    [("present", "Mine.", True), ("present", "Another.", False), ("absent", "Mine.", False), ("note", "Mine.", True)],
)
def test_knows_when_nothing_changes(choice: str, comment: str, nothing: bool) -> None:
    made = form(choice, seen=mark(), own="Mine.", comment=comment)

    assert errors(made) == {}
    assert made.changes_nothing is nothing


def test_a_first_mark_always_changes_something() -> None:
    made = form("present")

    assert made.is_valid()
    assert made.changes_nothing is False


def test_a_row_that_asks_again_knows_which_button_it_was() -> None:
    assert (form("late 300").chosen, MarkForm(session=session()).chosen) == ("late", "")


# --- closing


@pytest.mark.django_db
def test_closing_begins_with_what_was_planned() -> None:
    evening = SessionFactory(minutes=90)

    made = CloseForm(session=evening)

    assert (made["taught"].value(), made["minutes_held"].value()) == (evening.module_id, 90)


@pytest.mark.django_db
def test_closing_takes_any_week_of_the_same_curriculum() -> None:
    evening = SessionFactory()
    other = ModuleFactory(curriculum=evening.module.curriculum)

    made = CloseForm({"taught": other.pk, "minutes_held": "75"}, session=evening)

    assert errors(made) == {}
    assert made.cleaned_data == {"taught": other, "minutes_held": 75}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"taught": ""}, {"taught": ["Choose the week that was taught."]}),
        ({"taught": "x"}, {"taught": ["Choose the week that was taught."]}),
        ({"taught": "9" * 30}, {"taught": ["Choose the week that was taught."]}),
        ({"minutes_held": ""}, {"minutes_held": ["Give the minutes as a whole number."]}),
        ({"minutes_held": "an hour"}, {"minutes_held": ["Give the minutes as a whole number."]}),
        ({"minutes_held": "0"}, {"minutes_held": ["Give the minutes, from 1 to 600."]}),
        ({"minutes_held": "601"}, {"minutes_held": ["Give the minutes, from 1 to 600."]}),
    ],
)
def test_closing_says_what_is_wrong(data: dict[str, str], wrong: dict[str, list[str]]) -> None:
    evening = SessionFactory()

    made = CloseForm({"taught": evening.module_id, "minutes_held": "90", **data}, session=evening)

    assert errors(made) == wrong


@pytest.mark.django_db
def test_a_week_of_another_curriculum_is_none_to_choose() -> None:
    made = CloseForm({"taught": ModuleFactory().pk, "minutes_held": "90"}, session=SessionFactory())

    assert errors(made) == {"taught": ["Choose the week that was taught."]}


@pytest.mark.django_db
def test_a_form_writes_nothing() -> None:
    seen = MarkFactory()

    with nothing_written():
        assert form("absent", on=seen.session, seen=seen).is_valid()
