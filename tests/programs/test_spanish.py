"""The facilitators' pages in Spanish: whatever they can show, no English stands in it. The office reads English."""

import ast
import re
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from operator import attrgetter
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.roles import Role
from participants.kinds import ContactKind
from programs import schedule
from programs.actions.cohorts import close_session
from programs.actions.marks import record_mark
from programs.actions.schedules.canceling import cancel_session
from programs.kinds import MarkKind
from programs.models import Session, SessionNote
from programs.views import canceled
from tests.access.people import signed_in
from tests.catalog import Entry, entries
from tests.courts.pdf import bare
from tests.courts.pdf import text_of as printed
from tests.factories.accounts import UserFactory
from tests.factories.participants import ContactPointFactory, NonAssociationFactory
from tests.factories.programs import SessionNoteFactory, VisitorFactory
from tests.house import ROOT
from tests.programs.evening import HTMX, Evening, at, clock_at, evening, text_of
from tests.programs.test_views_offline import letter, sent
from tests.programs.test_views_unlisted import add, look, of_that_name
from tools.messages import PO

pytestmark = pytest.mark.django_db

SPANISH = {"accept-language": "es-US,es;q=0.9,en;q=0.8"}
SPOKEN = ("aria-label", "alt", "placeholder", "title")
# Words that no Spanish sentence has.
_PLAIN = """
    the is of and you your this was to not with who from for that his has have been be it an or by are him they
    nobody somebody session sessions mark saved week weeks minutes late absent present weather
"""
ENGLISH = frozenset(_PLAIN.split())
# A name of the world, said in its own language: what the calendar shows, and the other language itself.
OWN_NAMES = re.compile(r"“Appointment”|\bEnglish\b|\bOnus\b")


# --- finding English


class _Words(HTMLParser):
    """What a page says: its texts, and the attributes that are read out or that a script shows."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        self.said += [value for name, value in attrs if value and (name in SPOKEN or _for_a_script(name, value))]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.silent:
            self.said.append(" ".join(data.split()))


def _for_a_script(name: str, value: str) -> bool:
    return name.startswith("data-") and " " in value


def said(html: str) -> list[str]:
    words = _Words()
    words.feed(html)
    return words.said


def _pieces(entry: Entry) -> Iterator[str]:
    """What of an English sentence stands between its placeholders, where that is more than a word."""
    for text in filter(None, (entry.msgid, entry.plural)):
        yield from (piece.strip(" .,:") for piece in re.split(r"%\(\w+\)[sd]|#|“|”", text) if len(piece.split()) > 1)


CATALOG = entries(PO)
SENTENCES = {piece for entry in CATALOG for piece in _pieces(entry)}
# One word alone is English only where it is all that is said, and Spanish says it otherwise.
WORDS = {entry.msgid for entry in CATALOG if entry.said != [entry.msgid]}


def english_in(text: str) -> list[str]:
    text = OWN_NAMES.sub("", text)
    found = [piece for piece in SENTENCES if re.search(rf"\b{re.escape(piece)}\b", text)]
    return [*found, *({text} & WORDS), *(ENGLISH & set(re.findall(r"\w+", text.lower())))]


def english(html: str) -> list[str]:
    return [f"{text}: {found}" for text in said(html) if (found := english_in(text))]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Close the session</p>",
        "<p>Lista: Nobody is expected.</p>",
        "<button>Present</button>",
        '<button aria-label="10 minutes">10</button>',
        '<b data-many="# of 3 have a mark"></b>',
        "<p>Weather was bad</p>",
    ],
)
def test_english_is_found(html: str) -> None:
    assert english(html) != []
    assert english("<p>Cerrar la lista</p><script>of the</script><p>“Appointment” (cita)</p>") == []


# --- an evening whose names are of no language


@pytest.fixture
def tonight() -> Any:
    running = evening(4)
    running.scene.curriculum.modules.update(theme="Tema")
    running.scene.cohort.name = running.session.cohort.name = "Martes"  # type: ignore[union-attr]
    running.scene.cohort.save()
    Session.objects.update(place="Calle 12")
    with clock_at(at(running.session, 64)):
        yield running


def spanish(tonight: Evening, path: str = "", data: dict[str, Any] | None = None, **said: Any) -> str:
    """The answer's page, of which no English is left; `client`, `status`, `htmx`."""
    client: Client = said.get("client", tonight.client)
    headers = {**SPANISH, **(HTMX if said.get("htmx") else {})}
    address = path if path.startswith("/") else f"{tonight.address}{path}"
    response = client.get(address, headers=headers) if data is None else client.post(address, data, headers=headers)
    assert response.status_code == said.get("status", 200), address
    page = response.content.decode()
    assert english(page) == [], address
    return page


def tap(tonight: Evening, number: int, choice: str, *, status: int = 200, htmx: bool = True, **fields: Any) -> str:
    current = tonight.current(tonight.men[number])
    data = {"choice": choice, "key": str(uuid.uuid4()), "seen": current.pk if current else "", **fields}
    return spanish(tonight, tonight.row(tonight.men[number]), data, status=status, htmx=htmx)


# --- each page


def test_the_list(tonight: Evening) -> None:
    tonight.scene.makeup(2, tonight.session.starts_at + timedelta(days=1), place="")
    with clock_at(at(tonight.session, 60 * 24 * 9)):
        page = spanish(tonight, "/sessions/")
        assert "3 sesiones sin registrar" in page
        assert "Sesión de recuperación" in page
    for week in (1, 2):
        close(tonight, week)
    with clock_at(at(tonight.session, 60 * 24 * 50)):
        assert "Marzo de 2026" in spanish(tonight, "/sessions/?before=2026-04")
    nobody = signed_in(UserFactory(roles=[Role.FACILITATOR, Role.CLERK, Role.COORDINATOR]))
    Session.objects.filter(pk__gt=0).update(place="")
    spanish(tonight, "/sessions/", client=nobody)
    assert "Todavía no hay nada aquí" in spanish(
        tonight, "/sessions/", client=signed_in(UserFactory(roles=[Role.FACILITATOR]))
    )


def close(tonight: Evening, week: int) -> None:
    session = tonight.scene.session(week)
    for him in tonight.men:
        if not session.marks.filter(enrollment=him).exists():
            _present(session, him, tonight)
    taught, now = session.module, session.starts_at + timedelta(hours=2)
    close_session(session=session, taught=taught, minutes_held=120, by=tonight.scene.leader, now=now)


def _present(session: Session, him: Any, tonight: Evening) -> None:
    now = session.starts_at + timedelta(minutes=5)
    record_mark(
        enrollment=him, session=session, kind=MarkKind.PRESENT, idempotency_key=uuid.uuid4(),
        by=tonight.scene.leader, now=now,
    )  # fmt: skip


def test_the_roster_before_it_opens_and_without_anybody(tonight: Evening) -> None:
    with clock_at(at(tonight.session, -60)):
        page = spanish(tonight)
    assert "mar, 10 de mar" in page
    assert "5:30\N{NO-BREAK SPACE}p.\N{NO-BREAK SPACE}m." in page
    nobody = tonight.scene.makeup(2, tonight.session.starts_at, link="https://video.example/1")
    assert "No se espera a nadie" in spanish(tonight, f"/sessions/{nobody.pk}/")


def test_every_mark(tonight: Evening) -> None:
    assert "0 de 4 tienen marca" in spanish(tonight)
    for number, choice in enumerate(("present", "late 10", "left_early 30", "gave_reason")):
        tap(tonight, number, choice)
    tap(tonight, 0, "took_part yes")
    assert "4 de 4 tienen marca" in spanish(tonight)
    tap(tonight, 1, "late 90")
    for choice in ("absent", "sent_home", "not_provided", "note"):
        tap(tonight, 3, choice, rule="Regla 4", comment="Dijo algo.")
    assert "Guardado 7:04" in spanish(tonight)


@pytest.mark.parametrize(
    ("choice", "fields"),
    [
        ("", {}), ("late", {}), ("late", {"late_minutes": "x"}), ("left_early 900", {}), ("sent_home", {}),
        ("took_part perhaps", {}), ("homework yes", {}), ("note", {}), ("present", {"key": ""}),
        ("present", {"comment": "a" * 2001}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("htmx", [True, False])
def test_a_tap_that_is_refused(tonight: Evening, choice: str, fields: dict[str, str], *, htmx: bool) -> None:
    tap(tonight, 0, choice, status=422, htmx=htmx, **fields)


def test_a_tap_on_what_a_colleague_has_changed(tonight: Evening) -> None:
    tap(tonight, 0, "late 10")
    colleague = signed_in(tonight.scene.coordinator)
    for client in (colleague, tonight.client):
        for htmx in (True, False):
            data = {"choice": "absent", "key": str(uuid.uuid4()), "seen": ""}
            spanish(tonight, tonight.row(tonight.men[0]), data, status=409, htmx=htmx, client=client)


def test_closing(tonight: Evening) -> None:
    taught = tonight.session.module_id
    for data in ({"taught": taught, "minutes_held": "120"}, {}, {"taught": taught, "minutes_held": "900"}):
        spanish(tonight, "close/", data, status=422)
    for number in range(1, 4):
        tap(tonight, number, "absent")
    assert "Una persona todavía no tiene marca" in spanish(
        tonight, "close/", {"taught": taught, "minutes_held": "120"}, status=422
    )
    tap(tonight, 0, "present")
    spanish(tonight, "close/", {"taught": taught, "minutes_held": "5"}, status=422)
    with clock_at(at(tonight.session, -5)):
        spanish(tonight, "close/", {"taught": taught, "minutes_held": "120"}, status=422)


def test_a_closed_evening(tonight: Evening) -> None:
    close(tonight, 1)
    with clock_at(at(tonight.session, 130)):
        page = spanish(tonight)
        assert "Lista cerrada por" in page
        tap(tonight, 0, "absent", status=422)
        tap(tonight, 0, "absent", correction="Fue un error")
        assert "Corregido" in spanish(tonight)
        taught = tonight.session.module_id
        spanish(tonight, "close/", {"taught": taught, "minutes_held": "120"}, status=422)
        spanish(tonight, "unlisted/", LOOK, status=422)


LOOK = {"first_name": "Dorian", "last_name": "Halloway", "born": "4/27/1988"}


def test_an_evening_that_does_not_happen(tonight: Evening) -> None:
    ContactPointFactory.create(safe=True, participant=tonight.men[0].participant, kind=ContactKind.EMAIL)
    coordinator = signed_in(tonight.scene.coordinator)
    with clock_at(at(tonight.session, -60)):
        assert "Esta sesión no se realizará" in spanish(tonight, "canceled/")
    spanish(tonight, "canceled/", {}, status=422)
    done = tonight.client.post(
        f"{tonight.address}canceled/", {"why": "weather", "following": "move"}, headers=SPANISH, follow=True
    )
    assert english(done.content.decode()) == []
    assert "La nueva fecha de esta semana: mar, 17 de mar" in text_of(done)
    for client in (tonight.client, coordinator):
        assert "3 personas por llamar" in spanish(tonight, "canceled/", client=client)
        assert "Esta sesión se canceló: el clima." in spanish(tonight, client=client)
    tap(tonight, 0, "present", status=422)


@pytest.mark.parametrize("why", Session.Canceled.values)
def test_every_reason_for_it(tonight: Evening, why: str) -> None:
    cancel_session(
        session=tonight.session, why=Session.Canceled(why), by=tonight.scene.leader, now=at(tonight.session, 5)
    )
    spanish(tonight)
    assert "Nadie recibió un mensaje" in spanish(tonight, "canceled/")


def test_no_day_left_for_the_last_one(tonight: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: Any) -> None:
        raise schedule.NoPossibleDay("Every Tuesday for a year is a day off.")

    monkeypatch.setattr(canceled, "cancel_session", refused)
    spanish(tonight, "canceled/", {"why": "weather", "following": "move"}, status=422)


def test_someone_who_is_not_listed(tonight: Evening) -> None:
    spanish(tonight, "unlisted/")
    for data in ({}, {**LOOK, "born": "x"}):
        spanish(tonight, "unlisted/", data, status=422)
    assert "Nadie en este programa coincide" in spanish(tonight, "unlisted/", LOOK)
    him = of_that_name(tonight)
    assert "Le falta el crédito de esta semana." in spanish(tonight, "unlisted/", LOOK)
    found = look(tonight)
    spanish(tonight, "unlisted/add/", {"who": "x"}, status=422)
    one, other = sorted((him.participant, tonight.men[0].participant), key=attrgetter("pk"))
    NonAssociationFactory(one=one, other=other)
    (who,) = re.findall(r'name="who" value="([^"]+)"', found.content.decode())
    assert "No se le puede agregar aquí." in spanish(tonight, "unlisted/add/", {"who": who}, status=422)
    with clock_at(at(tonight.session, -60)):
        spanish(tonight, "unlisted/", LOOK, status=422)


def test_someone_who_was_added(tonight: Evening) -> None:
    of_that_name(tonight)
    add(tonight, look(tonight))
    assert "Ya está en la lista de asistencia." in spanish(tonight, "unlisted/", LOOK)


def test_someone_who_has_this_week_already(tonight: Evening) -> None:
    him = of_that_name(tonight)
    own = him.seats.get().cohort.sessions.get(module__week=1)
    own.starts_at = tonight.session.starts_at - timedelta(days=6)
    own.save()
    him.seats.update(from_on=date(2026, 3, 1))
    Evening(tonight.scene, own, [him], signed_in(tonight.scene.coordinator)).tap(him, "present")
    assert "Ya tiene esta semana." in spanish(tonight, "unlisted/", LOOK)


def test_notes(tonight: Evening) -> None:
    leader, him = tonight.scene.leader, tonight.men[0]
    first = SessionNoteFactory(session=tonight.session, by=leader, text="Una.")
    SessionNoteFactory(session=tonight.session, by=leader, text="Dos.", kind="incident", enrollment=him)
    seen = SessionNoteFactory(session=tonight.session, by=leader, text="Tres.", kind="incident")
    SessionNote.objects.filter(pk=seen.pk).update(seen_at=at(tonight.session, 60))
    assert "vista por la coordinación: 7:00" in spanish(tonight)
    key = str(uuid.uuid4())
    for data in (
        {"kind": "private", "key": key}, {"kind": "incident", "text": "x", "about": "0", "key": key},
        {"kind": "x", "text": "x"}, {"kind": "private", "text": "a" * 4001, "key": key},
    ):  # fmt: skip
        spanish(tonight, "notes/", data, status=422)
    other, data = tonight.scene.session(2), {"kind": "private", "text": "x", "key": str(first.idempotency_key)}
    with clock_at(at(other, 5)):
        spanish(tonight, f"/sessions/{other.pk}/notes/", data, status=422, client=signed_in(leader))


def test_others_in_the_room(tonight: Evening) -> None:
    for role in ("interpreter", "observer", "speaker"):
        VisitorFactory(session=tonight.session, role=role, alias="Ola", agreement_signed=role == "speaker")
    spanish(tonight)
    for data in ({}, {"role": "speaker", "alias": "ola"}, {"role": "speaker", "alias": "a" * 61}):
        spanish(tonight, "visitors/", data, status=422)


def test_the_calendar(tonight: Evening) -> None:
    spanish(tonight, "/sessions/calendar/")
    assert "Copie esta dirección ahora." in spanish(tonight, "/sessions/calendar/", {})
    assert "Usted tiene una dirección desde: mié, 11 de mar." in spanish(tonight, "/sessions/calendar/")


def test_taps_that_waited(tonight: Evening) -> None:
    spanish_client = tonight.client
    spanish_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    tap(tonight, 0, "absent")
    stale = letter(tonight, tonight.men[0], "present")
    elsewhere = letter(tonight, tonight.men[1], "present", row=0)
    another = letter(tonight, tonight.men[2], "present", by=tonight.scene.coordinator)
    unknown = letter(tonight, tonight.men[2], "present", session=0)
    answers = sent(tonight, stale, elsewhere, another, unknown)
    assert [one["state"] for one in answers] == ["asks", "refused", "refused", "refused"]
    assert answers[0]["tap"] == "Presente"
    assert [english(one["html"]) + english_in(one["tap"]) + english_in(one.get("why", "")) for one in answers] == [
        []
    ] * 4
    assert all(one["html"] or one["why"] for one in answers)


def test_the_kept_copy_and_the_page_without_a_line(tonight: Evening) -> None:
    worker = tonight.client.get("/sw.js", headers=SPANISH).content.decode()

    words = dict(re.findall(r'const (NO_LINE|TITLE|AGAIN) = "([^"]+)"', worker))
    assert (words["TITLE"], words["AGAIN"]) == ("Sin conexión", "Intentar de nuevo")
    assert english_in(words["NO_LINE"]) == []
    assert 'lang="es-US"' in worker


def test_the_sheet_to_sign(tonight: Evening) -> None:
    page = printed(tonight.client.get(f"{tonight.address}sheet/", headers=SPANISH).content)

    assert bare("Hoja de firmas Semana 1, mar, 10 de mar, 6:00") in bare(page)
    assert bare("Nombre Firma") in bare(page)


def test_pages_that_are_not_there_or_not_open(tonight: Evening) -> None:
    assert "No hay nada en esta dirección" in spanish(tonight, "/sessions/0/", status=404)
    clerk = signed_in(UserFactory(roles=[Role.CLERK]))
    assert "Esto no está abierto para usted" in spanish(tonight, "/sessions/", client=clerk, status=403)
    strict = signed_in(tonight.scene.leader, client=Client(enforce_csrf_checks=True))
    assert "Esta página estuvo abierta demasiado tiempo" in spanish(tonight, "close/", {}, client=strict, status=403)
    response = tonight.client.post("/sessions/unsent/", "x", content_type="application/json", headers=SPANISH)
    assert response.status_code == 400


# --- and no other page


@pytest.mark.parametrize("path", ["/office/", "/office/programs/session/", "/account/password/change/", "/"])
def test_the_office_reads_english(tonight: Evening, path: str) -> None:
    coordinator = signed_in(tonight.scene.coordinator)
    in_english = coordinator.get(path, follow=True)
    spanish_browser = signed_in(tonight.scene.coordinator)
    spanish_browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    asked = spanish_browser.get(path, headers=SPANISH, follow=True)

    assert asked.status_code == 200
    assert said_alike(asked) == said_alike(in_english)


def said_alike(response: Any) -> list[str]:
    return said(response.content.decode())


def test_djangos_own_errors_stay_english_there(tonight: Evening) -> None:
    asked = [Client().post("/account/sign-in/", {"login": "x"}, headers=headers) for headers in (SPANISH, {})]

    assert asked[0].context["form"].errors == asked[1].context["form"].errors
    assert asked[0].context["form"].errors["password"]


# --- what an action refuses at the door


OFFICE_ONLY = {
    "Only a coordinator can excuse an absence.",
    "Only an absence can be excused.",
    "An incident note goes to the coordinator. Ask there.",
    "This note is for whoever wrote it, and for nobody else.",
    # Pressed twice, the second finds it done.
    "That line was taken back already. Look at the list again.",
}


@pytest.mark.parametrize("module", ["door", "leading", "marks", "notes", "visitors"])
def test_what_the_door_refuses_is_marked_for_translation(module: str) -> None:
    tree = ast.parse((ROOT / f"programs/actions/{module}.py").read_text())
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    plain = [ast.unparse(arg) for call in raised for arg in call.args if isinstance(arg, ast.Constant | ast.JoinedStr)]
    assert [text for text in plain if ast.literal_eval(text) not in OFFICE_ONLY] == []
