from typing import Any

import pytest

from programs.actions.policies import FIELDS
from programs.models import Policy, Program
from tests.courts.cases import cohort, program
from tests.factories.programs import PolicyFactory
from tests.office.desk import Desk, refusals, text
from tests.refusals import nothing_written


@pytest.fixture
def of(desk: Desk) -> Program:
    """Three weeks, and a policy that asks for them."""
    return program()


def filled(desk: Desk, record: Any, name: str) -> dict[str, Any]:
    """What the form is filled with, as a browser would send it."""
    form = desk.get(desk.button(record, name)).context["form"]
    asked = {key: form[key].value() for key in form.fields}
    return {key: value for key, value in asked.items() if value is not False}


def test_the_form_is_filled_with_the_newest(desk: Desk, of: Program) -> None:
    PolicyFactory(program=of, version=2, sessions_required=3, late_limit=7, requires=["intake"])
    first = of.policies.get(version=1)
    stands = filled(desk, first, "version")

    assert (stands["late_limit"], stands["requires"], stands["after"]) == (7, ["intake"], 2)
    assert set(stands) == {*FIELDS, "after"}
    assert filled(desk, of, "policy") == stands


def test_saved_it_is_the_next_version_and_its_page_says_what_differs(desk: Desk, of: Program) -> None:
    running, first = cohort(of), of.policies.get()
    answer = desk.press(first, "version", **filled(desk, first, "version") | {"late_limit": 5, "least_present": 2})

    made = Policy.objects.get(version=2)
    assert answer["Location"] == f"/office/programs/policy/{made.pk}/"
    shown = text(desk.get(answer["Location"]))
    assert "Version 2 is written. Cohorts that run keep theirs." in shown
    assert (
        "What changed since version 1 Rule Before In this version What can be done"
        " Minutes late with credit 15 5 Least present 1 2" in shown
    )
    assert "No cohort goes by it. One that is opened now begins with the newest version." in shown
    assert running.name in text(desk.get(f"/office/programs/policy/{first.pk}/"))


def test_the_first_version_has_nothing_before_it(desk: Desk, of: Program) -> None:
    shown = text(desk.get(f"/office/programs/policy/{of.policies.get().pk}/"))

    assert "Nothing: it is the first." in shown


def test_each_week_no_longer_required(desk: Desk, of: Program) -> None:
    stands = filled(desk, of, "policy")
    desk.press(of, "policy", **{key: value for key, value in stands.items() if key != "each_module_required"})

    assert Policy.objects.get(version=2).each_module_required is False


def test_nothing_but_sessions(desk: Desk, of: Program) -> None:
    desk.press(of, "policy", **filled(desk, of, "policy") | {"requires": []})

    assert Policy.objects.get(version=2).requires == []


def test_one_that_nobody_can_meet_is_refused(desk: Desk, of: Program) -> None:
    stands = filled(desk, of, "policy")
    with nothing_written():
        answer = desk.press(of, "policy", **stands | {"sessions_required": 4})

    assert refusals(answer) == [
        "This asks for 4 sessions, and Ten weeks v1 has 3 weeks. "
        "Ask for 3 or fewer, or write a longer curriculum first."
    ]


def test_reported_before_he_is_warned_is_said_at_the_field(desk: Desk, of: Program) -> None:
    stands = filled(desk, of, "policy")
    with nothing_written():
        answer = desk.press(of, "policy", **stands | {"unexcused_warn_at": 3})

    assert "Unexcused absences: warn him at: Warn him at the same number as the notice, or sooner." in text(answer)


@pytest.mark.parametrize(
    ("field", "value"), [("late_limit", "-1"), ("sessions_required", "0"), ("last_week_to_join", "x"), ("few", "1000")]
)
def test_what_is_no_number_of_theirs(desk: Desk, of: Program, field: str, value: str) -> None:
    stands = filled(desk, of, "policy")
    with nothing_written():
        answer = desk.press(of, "policy", **stands | {field: value})

    assert list(answer.context["form"].errors) == [field]


def test_of_two_who_write_the_second_is_told(desk: Desk, of: Program) -> None:
    stands = filled(desk, of, "policy")
    desk.press(of, "policy", **stands | {"late_limit": 5})
    with nothing_written():
        answer = desk.press(of, "policy", **stands | {"late_limit": 6})

    assert refusals(answer) == [
        "Somebody has written a newer version since. Load the page again and look at what it says."
    ]


def test_the_programs_page_lists_its_versions(desk: Desk, of: Program) -> None:
    PolicyFactory(program=of, version=2, sessions_required=3)
    shown = text(desk.get(f"/office/programs/program/{of.pk}/"))

    panel = shown.partition("Policy, by version")[2]
    assert panel.index("Version 2") < panel.index("Version 1")
