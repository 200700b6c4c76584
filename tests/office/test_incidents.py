"""An incident note goes to the coordinator, and to nobody else; a private note to nobody at all."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.roles import Role
from audit.models import Event
from courts.models import Clerkship
from office.admin import office
from office.waiting import lines
from programs.models import SessionNote
from tests.access.people import signed_in
from tests.courts.cases import delivered
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import SeatFactory, SessionFactory, SessionNoteFactory
from tests.house import our_models
from tests.office.desk import Desk, text
from tests.refusals import nothing_written, told

TODAY = date(2026, 3, 3)
MARKER = "Quetzal-marker"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def incident(**fields: Any) -> SessionNote:
    session = SessionFactory(starts_at=NOW - timedelta(hours=2))
    return SessionNoteFactory(session=session, kind=SessionNote.Kind.INCIDENT, text="He struck the door.", **fields)


def about_somebody() -> SessionNote:
    session = SessionFactory(starts_at=NOW - timedelta(hours=2))
    him = SeatFactory(cohort=session.cohort).enrollment
    key = him.participant.key
    return SessionNoteFactory(session=session, enrollment=him, key=key, kind="incident", text="He struck the door.")


def found() -> list[Any]:
    return [line for line in lines(now=NOW, today=TODAY) if line.what == "Incident note"]


# --- under Today


def test_stands_under_today_until_somebody_has_seen_it() -> None:
    note = about_somebody()
    man = note.enrollment.participant  # type: ignore[union-attr]

    (line,) = found()
    assert (line.whom, line.button, line.url) == (man.legal_name, "Read it", f"/office/incidents/{note.pk}/")
    assert (line.whom_url, line.since) == (f"/office/people/{man.pk}/", TODAY)
    assert "struck" not in str(line)

    desk = Desk()
    assert "struck" not in text(desk.get("/office/"))
    desk.get(line.url)
    assert len(found()) == 1
    desk.client.post(line.url)
    assert found() == []


def test_about_an_evening_it_says_which() -> None:
    note = incident()

    (line,) = found()

    assert line.whom == f"{note.session.cohort.name}, week {note.session.module.week}"  # type: ignore[union-attr]
    assert line.whom_url == f"/office/programs/session/{note.session.pk}/"


def test_a_private_note_is_no_line() -> None:
    SessionNoteFactory()

    assert found() == []


# --- its page


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_is_read_and_the_look_is_told(role: Role) -> None:
    note, desk = about_somebody(), Desk(role)
    before = Event.objects.count()

    page = desk.get(f"/office/incidents/{note.pk}/")

    man = note.enrollment.participant  # type: ignore[union-attr]
    assert f"About {man.legal_name} Written by {note.by.name}" in text(page)
    assert "Not yet He struck the door." in text(page)
    record = f"programs.SessionNote:{note.pk}"
    assert told(after=before) == [(f"user:{desk.user.pk}", "incident.looked_at", record)]


def test_is_marked_as_seen_once() -> None:
    note, desk = incident(), Desk()
    url = f"/office/incidents/{note.pk}/"

    answer = desk.client.post(url)

    assert desk.notice(answer) == "The incident note is marked as seen."
    assert SessionNote.objects.get().seen_at == NOW
    assert "Mark as seen" not in text(desk.get(url))
    assert Event.objects.filter(verb="incident.seen").count() == 1
    with nothing_written():
        desk.client.post(url)


# --- nobody else


@pytest.mark.parametrize("kind", SessionNote.Kind)
def test_no_page_of_the_office_shows_what_was_written(kind: SessionNote.Kind) -> None:
    """Each list, each one, the case file, the numbers: an incident stands on its own page only."""
    case = delivered()
    him = case.enrollment
    session = SessionFactory(program=him.program, cohort=him.seats.get().cohort)
    key = him.participant.key
    note = SessionNoteFactory(session=session, enrollment=him, key=key, kind=kind, text=MARKER)
    desk = Desk(Role.ADMINISTRATOR, Role.COORDINATOR)

    urls = ["/office/", "/office/settings/", f"/office/people/{him.participant.pk}/", f"/sessions/{session.pk}/"]
    for model in office._registry:
        name = f"/office/{model._meta.app_label}/{model._meta.model_name}/"
        urls += [name, *(f"{name}{pk}/" for pk in model._default_manager.values_list("pk", flat=True)[:50])]
    statuses = {url: desk.get(url) for url in urls}

    assert {url for url, page in statuses.items() if MARKER in page.content.decode()} == set()
    assert sum(page.status_code == 200 for page in statuses.values()) > 60
    own = desk.get(f"/office/incidents/{note.pk}/")
    assert (own.status_code, MARKER in own.content.decode()) == ((404, False), (200, True))[kind == "incident"]


@pytest.mark.parametrize("kind", SessionNote.Kind)
def test_no_page_of_the_clerks_shows_what_was_written(kind: SessionNote.Kind) -> None:
    case = delivered()
    him, court = case.enrollment, case.referral.court
    key = him.participant.key
    note = SessionNoteFactory(enrollment=him, key=key, kind=kind, text=MARKER)
    clerk = UserFactory(roles=[Role.CLERK])
    assert court
    Clerkship.objects.create(court=court, user=clerk, began_at=NOW)
    client = signed_in(clerk, shown="code")

    (report,) = case.referral.reports.all()
    pages = [client.get("/court/"), client.get(f"/court/reports/{report.pk}/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert not any(MARKER in page.content.decode() for page in pages)
    assert client.get(f"/office/incidents/{note.pk}/").status_code == 403
    assert MARKER.encode() not in bytes(report.document.content)


def test_nothing_keeps_it_in_clear() -> None:
    SessionNoteFactory(text=MARKER)

    rows = {model._meta.label: str(list(model._default_manager.values())) for model in our_models()}

    assert [label for label, said in rows.items() if MARKER in said] == []
