"""The button that notes that a case was filed."""

import pytest

from courts.models import Court, Referral
from courts.moves import State
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.office.desk import Desk, buttons, refusals
from tests.refusals import nothing_written

SAID = {"case_number": "26-CR-0777", "kind": "pretrial_diversion", "plaintiff": "City of Pinewater"}


@pytest.fixture
def unfiled() -> Referral:
    made: Referral = ReferralFactory.create(
        court=None, kind="prefiling_diversion", case_number="", incident_number="PD-77-1", ordered_on=None
    )
    return made


@pytest.fixture
def court(unfiled: Referral) -> Court:
    made: Court = CourtFactory.create(state=unfiled.program.state, name="Kent Municipal Court")
    return made


def test_files_it_with_the_court_that_was_chosen(desk: Desk, unfiled: Referral, court: Court) -> None:
    answer = desk.press(unfiled, "file", court=str(court.pk), ordered_on="2026-02-27", **SAID)

    assert desk.notice(answer) == "Filed. The clerk of Kent Municipal Court sees this referral from now on."
    unfiled.refresh_from_db()
    assert (unfiled.court, unfiled.case_number, unfiled.kind) == (court, "26-CR-0777", "pretrial_diversion")


def test_a_number_without_a_letter_or_a_digit_is_a_sentence(desk: Desk, unfiled: Referral, court: Court) -> None:
    with nothing_written():
        answer = desk.press(unfiled, "file", court=str(court.pk), **SAID | {"case_number": "--"})
        assert refusals(answer) == ["Give the number under which the court has it, with a letter or a digit in it."]


@pytest.mark.parametrize(
    ("fields", "offered"),
    [({}, 1), ({"court": CourtFactory}, 0), ({"state": State.DECLINED}, 0), ({"kind": "self"}, 0)],
    ids=["not filed", "filed already", "over", "his own"],
)
def test_is_offered_only_where_it_can_be(
    desk: Desk, unfiled: Referral, fields: dict[str, object], offered: int
) -> None:
    made = {name: value() if callable(value) else value for name, value in fields.items()}
    Referral.objects.update(**made | ({"kind": "sentence"} if "court" in made else {}))

    assert buttons(desk.get(f"/office/courts/referral/{unfiled.pk}/")).count("file") == offered
