"""/sessions/<id>/sheet/: what of the evening lies open on a table."""

import pytest

from audit.models import Event
from tests.courts.pdf import bare, opened, text_of
from tests.programs.evening import asked, at, clock_at, evening
from tests.refusals import told

pytestmark = pytest.mark.django_db


def test_is_made_of_first_names_and_initials() -> None:
    tonight = evening(0)
    tonight.scene.seated(
        participant__first_name="Robert", participant__preferred_name="Bo", participant__last_name="Reyes"
    )
    tonight.scene.seated(participant__first_name="José", participant__last_name="Moreno")
    tonight.scene.seated(participant__first_name="Jose", participant__last_name="Maki")
    before = Event.objects.count()

    with clock_at(at(tonight.session, -20)):
        response = tonight.client.get(f"{tonight.address}sheet/")

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="sheet-2026-03-10.pdf"'
    assert bare(text_of(response.content)) == bare(
        "Sign-in sheet Week 1, Tue, Mar 10, 6:00 pm Name Signature Bo R. Jose Ma. José Mo. 1 / 1"
    )
    record = f"programs.Session:{tonight.session.pk}"
    assert told(after=before) == [(f"user:{tonight.scene.leader.pk}", "session.sheet_made", record)]


def test_gives_nothing_away() -> None:
    tonight = evening(1)
    module = tonight.session.module
    module.theme = "Consent"
    module.save()

    with clock_at(at(tonight.session, 5)):
        pdf = tonight.client.get(f"{tonight.address}sheet/").content

    with opened(pdf) as file:
        words = bare(text_of(pdf)) + str(dict(file.docinfo.items()))
    for secret in ("Consent", tonight.scene.program.name, "Tuesdays", tonight.men[0].participant.last_name):
        assert bare(secret) not in words


def test_costs_the_same_for_three_and_twelve() -> None:
    counts = set()
    for men in (3, 12):
        tonight = evening(men)
        with clock_at(at(tonight.session, 5)), asked() as queries:
            tonight.client.get(f"{tonight.address}sheet/")
        counts.add(len(queries))
    assert counts == {5}
