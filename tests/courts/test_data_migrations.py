"""What was here before a column or a table is filled in by its migration: rows before, what they are found by after."""

from importlib import import_module

import pytest
from django.apps import apps

from courts.models import NumberToken, Report
from courts.numbers import tokens as runs_of
from courts.steps import Step
from participants.models import NameToken
from participants.names import tokens as words_of
from tests.factories.courts import ReferralFactory, ReportFactory
from tests.factories.participants import OtherNameFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def fill(migration: str) -> None:
    import_module(migration).fill(apps, None)


def test_names_by_which_a_man_was_known() -> None:
    known = ParticipantFactory(first_name="José", last_name="García-López", preferred_name="Pepe")
    OtherNameFactory(participant=known, name="Joe Garza")
    other = ParticipantFactory(first_name="Bram", last_name="OShea")
    NameToken.objects.all().delete()

    fill("participants.migrations.0003_fill_name_tokens")

    assert set(known.name_tokens.values_list("token", flat=True)) == words_of(
        "José", "García-López", "Pepe", "Joe Garza"
    )
    assert set(other.name_tokens.values_list("token", flat=True)) == words_of("Bram", "OShea")


def test_more_people_than_are_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("participants.migrations.0003_fill_name_tokens"), "BATCH", 2)
    people = ParticipantFactory.create_batch(5)
    NameToken.objects.all().delete()

    fill("participants.migrations.0003_fill_name_tokens")

    assert set(NameToken.objects.values_list("participant", flat=True)) == {man.pk for man in people}


def test_numbers_of_the_cases_that_were_here() -> None:
    case = ReferralFactory(case_number="26-0413", incident_number="K-77")
    NumberToken.objects.all().delete()

    fill("courts.migrations.0005_fill_number_tokens")

    assert set(case.number_tokens.values_list("token", flat=True)) == runs_of("26-0413", "K-77")


def test_the_newest_step_of_the_reports_that_were_here() -> None:
    new = ReportFactory()
    reviewed = ReportFactory(steps=[Step.PROPOSED, Step.IN_REVIEW])
    withdrawn = ReportFactory(steps=[Step.PROPOSED, Step.IN_REVIEW, Step.WITHDRAWN])
    Report.objects.update(last_step=None)

    fill("courts.migrations.0007_report_last_step")

    found = dict(Report.objects.values_list("pk", "last_step"))
    assert found == {new.pk: None, reviewed.pk: Step.IN_REVIEW, withdrawn.pk: Step.WITHDRAWN}
