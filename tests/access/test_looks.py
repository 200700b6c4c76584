"""What is seen of people leaves an event, and what is refused: by real requests, over every URL of the access table."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from office.admin import office
from office.subjects import MAN
from participants.models import Participant
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import PERSONAS, ROWS, SIGNED_OUT, Row

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BY_NAME = {row.name: row for row in ROWS}

# By page: what it writes when it is read, or when its form is sent (POST).
LOOKS: dict[str, dict[str, str]] = {
    "office:person": {"get": "person.looked_at"},
    "office:looks": {"get": "person.looked_at"},
    "office:compare": {"get": "person.looked_at"},
    "office:do": {"get": "person.looked_at"},
    "office:place": {"get": "enrollment.looked_at"},
    "office:intake": {"get": "appointment.looked_at"},
    "office:day": {"get": "day.looked_at"},
    "office:incident": {"get": "incident.looked_at"},
    "office:paper": {"get": "paper.read"},
    "office:list_one": {"get": "listupload.looked_at"},
    "office:proof": {"get": "proof.looked_at"},
    "office:report_proof": {"get": "proof.looked_at"},
    "office:proof_pdf": {"get": "proof.printed"},
    "office:report_proof_pdf": {"get": "proof.printed"},
    "office:report_pdf": {"get": "issueddocument.looked_at"},
    "office:receipt": {"get": "receipt.given"},
    "office:print_one": {"post": "delivery.looked_at"},
    "office:numbers_file": {"get": "figures.downloaded"},
    "office:change_file": {"get": "figures.downloaded"},
    "office:funder_file": {"get": "funder_report.downloaded"},
    "office:trail": {"post": "trail.searched"},
    "sessions:roster": {"get": "session.roster_looked_at"},
    "sessions:sheet": {"get": "session.sheet_made"},
    "court:report": {"get": "report.looked_at"},
    "court:file": {"get": "report.downloaded"},
    "court:referrals_csv": {"get": "referrals.exported"},
    "court:refer_sent": {"get": "submission.looked_at"},
    "court:refer_paper": {"get": "paper.looked_at"},
}
# What a form needs to be sent for what it exports or finds: name, then the fields.
SENT: dict[str, tuple[str, dict[str, str]]] = {
    "office:search": ("search.made", {"q": "Alvarez"}),
    "office:export": ("list.exported", {"kind": "csv", "why": "for the auditor", "columns": "1"}),
    "office:books_export": ("list.exported", {"why": "for the bookkeeper"}),
}


def lists() -> dict[str, dict[str, str]]:
    """The office's list of each noun that is about a man, and the page of each one."""
    about_men = [model for model, _ in office.nouns() if model in MAN]
    names = {model: f"office:{model._meta.app_label}_{model._meta.model_name}" for model in about_men}
    return {
        "office:participants_participant_changelist": {"get": "list.shown"},
        **{f"{name}_changelist": {"get": "list.shown"} for name in names.values()},
        **{f"{name}_change": {"get": f"{model._meta.model_name}.looked_at"} for model, name in names.items()},
    }


WRITTEN = LOOKS | lists()
# The scene's are a message to staff and a text from a number that nobody here has: no look at a man.
ABOUT_NOBODY = {"office:messaging_message_change", "office:messaging_inboundtext_change"}


@pytest.fixture
def scene(now: datetime) -> Scene:
    cache.clear()
    made = Scene()
    assert made.report, "somebody whom a page could name"
    return made


def reader(row: Row, way: str) -> str:
    """Who may: the first of the roles."""
    expected = getattr(row, way)
    return next(role for role in Role if expected.of(role) in (200, 302))


def address(scene: Scene, row: Row, persona: str, *, other: bool = False) -> str:
    arguments = row.other if other else row.own
    assert arguments is not None
    return reverse(row.name, args=list(arguments(scene, scene.person(persona))))


def asked(scene: Scene, row: Row, way: str, persona: str, where: str, **data: str) -> HttpResponseBase:
    client = signed_in(scene.person(persona), again=True)
    response: HttpResponseBase = client.post(where, {**row.data, **data}) if way == "post" else client.get(where)
    return response


def written(persona: str, scene: Scene, after: int) -> list[str]:
    mine = Event.objects.filter(actor=f"user:{scene.person(persona).pk}", pk__gt=after)
    return list(mine.order_by("pk").values_list("verb", flat=True))


def newest() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_reading_it_is_an_event(scene: Scene) -> None:
    asks = [(name, way, verb) for name, ways in WRITTEN.items() for way, verb in ways.items()]

    unseen = {name for name, way, verb in asks if verb not in events_of(scene, BY_NAME[name], way)}
    assert unseen == ABOUT_NOBODY


def test_what_is_searched_for_or_leaves_is_an_event(scene: Scene) -> None:
    found = {name: events_of(scene, BY_NAME[name], "post", **data) for name, (_, data) in SENT.items()}

    assert [name for name, (verb, _) in SENT.items() if verb not in found[name]] == []


def events_of(scene: Scene, row: Row, way: str, **data: str) -> list[str]:
    """What one request writes; it is rolled back."""
    persona = reader(row, way)
    where = address(scene, row, persona)
    with transaction.atomic():
        after = newest()
        asked(scene, row, way, persona, where, **data)
        found = written(persona, scene, after)
        transaction.set_rollback(True)
    return found


# Pages that show people and write nothing, and why.
DESKS = "where whoever works there begins: names beside what waits, and each of them opens by a look"
TYPED = "what this person is typing just then, of nobody who is here yet"
KEPT_FOR_ALL = "the same lines are read, and written down, where they come from"
UNSEEN = {
    "office:index": DESKS,
    "office:line": DESKS,
    "office:money": DESKS,
    "office:to_print": DESKS,
    "office:letters": DESKS,
    "court:inbox": DESKS,
    "court:referrals": DESKS,
    "court:refer": TYPED,
    "court:refer_step": TYPED,
    "court:refer_check": TYPED,
    "court:refer_discard": TYPED,
}


def test_every_other_page_names_nobody(scene: Scene) -> None:
    """A page that shows one of the people who are here, and writes nothing, is found."""
    showing: list[str] = []
    for row in ROWS:
        personas = [role for role in Role if row.get.of(role) == 200]
        if row.name in (WRITTEN | UNSEEN) or not personas:
            continue
        where = address(scene, row, personas[0])
        with transaction.atomic():
            after = newest()
            response = asked(scene, row, "get", personas[0], where)
            names = {man.last_name for man in Participant.objects.all()}
            text = response.content.decode(errors="replace") if isinstance(response, HttpResponse) else ""
            if any(name in text for name in names) and not written(personas[0], scene, after):
                showing.append(row.name)
            transaction.set_rollback(True)

    assert showing == []


# --- refused


def refusals() -> list[tuple[str, str, bool, str]]:
    """Of each page one person of each kind of refusal: by the role, and by the record."""
    found: list[tuple[str, str, bool, str]] = []
    for row in ROWS:
        for way, other in (("get", False), ("post", False), ("get", True), ("post", True)):
            expected = getattr(row, f"{way}_other" if other else way)
            persona = expected and next((role for role in Role if expected.of(role) in (403, 404)), None)
            if persona:
                found.append((row.name, way, other, persona))
    return found


def test_every_refused_request_is_an_event(scene: Scene) -> None:
    asks = refusals()

    assert len(asks) > 150
    assert [ask for ask in asks if not refused_and_written(scene, *ask)] == []


def refused_and_written(scene: Scene, name: str, way: str, other: bool, persona: str) -> bool:
    user, row = scene.person(persona), BY_NAME[name]
    where = address(scene, row, persona, other=other)
    with transaction.atomic():
        after = newest()
        status = asked(scene, row, way, persona, where).status_code
        events = list(Event.objects.filter(verb="request.refused", pk__gt=after))
        transaction.set_rollback(True)
    facts = {"page": name, "method": way.upper(), "status": status}
    said = [(one.actor, {key: one.facts.get(key) for key in facts}) for one in events]
    return said == [(f"user:{user.pk}", facts)]


def test_who_isn_t_signed_in_is_nobody_to_write_down(scene: Scene) -> None:
    """The proxy's log has the request."""
    after = newest()

    assert Client().get(reverse("letter:letter", args=["no-such-link"])).status_code == 404
    assert list(Event.objects.filter(pk__gt=after)) == []
    assert SIGNED_OUT in PERSONAS
