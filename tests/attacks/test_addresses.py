"""Each id in each address swapped for one that is nobody's, and every field filled with what no form would send."""

import functools
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import RoleGrant, User
from accounts.roles import Role
from courts.models import Report
from programs.models import Session
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS, SIGNED_OUT, Row
from tests.attacks import hostile
from tests.factories.participants import RestrictionNameFactory
from tests.house import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DOOR = "/account/sign-in/"
SWAPPED = ("0", "-1", str(2**63), "9" * 60, "x", "٣", "1%00")
# A form is sent to fewer: it is found, or not, as a page is.
SENT_TO = ("0", "9" * 60)
# A place among his own questions leads to his first page; the page that says thank you looks at nothing.
NO_ID = {("questions:item", "place"), ("questions:thanks", "token")}
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def scene(now: datetime) -> Scene:
    cache.clear()
    return Scene()


def person(scene: Scene, persona: str) -> User | None:
    return None if persona == SIGNED_OUT else scene.person(persona)


def _put(said: dict[str, str], found: re.Match[str]) -> str:
    return said[found[1]]


def swapped(row: Row, arguments: list[Any]) -> Iterator[tuple[str, str]]:
    """Each argument by each wrong one, the others as they were: the wrong one, and the address."""
    match = resolve(reverse(row.name, args=arguments))
    assert match.route is not None
    for name in PLACE.findall(match.route):
        if (row.name, name) in NO_ID:
            continue
        for wrong in SWAPPED:
            said = {**{key: quote(str(value), safe="") for key, value in match.kwargs.items()}, name: wrong}
            yield wrong, "/" + PLACE.sub(functools.partial(_put, said), match.route)


@pytest.mark.parametrize("persona", [SIGNED_OUT, Role.COORDINATOR, Role.FACILITATOR, Role.CLERK])
def test_an_id_that_is_nobodys_is_not_found(persona: str, scene: Scene) -> None:
    user = person(scene, persona)
    client = signed_in(user, again=True) if user else Client()
    found = []
    for row in ROWS:
        arguments = list(row.own(scene, user))
        if not arguments:
            continue
        for wrong, url in swapped(row, arguments):
            for method in ("get", "post") if wrong in SENT_TO else ("get",):
                answer = getattr(client, method)(url)
                if not is_shut(answer):
                    found.append((row.name, method, url, answer.status_code))
    assert found == []


def is_shut(answer: HttpResponse) -> bool:
    return answer.status_code in (403, 404, 405) or answer.headers.get("Location", "").startswith(DOOR)


def of_clerk(scene: Scene) -> tuple[int, list[int]]:
    """Their one report, beside others: of another court, withdrawn from view, of a man whose file is shut."""
    RestrictionNameFactory(restriction__participant=scene.report_elsewhere.referral.participant)
    return scene.report.pk, list(Report.objects.values_list("pk", flat=True))


def of_leader(scene: Scene) -> tuple[int, list[int]]:
    return scene.session.pk, [scene.session_elsewhere.pk, *Session.objects.values_list("pk", flat=True)]


EACH_ID = [
    *((Role.CLERK, f"court:{name}", of_clerk) for name in ("report", "file")),
    *((Role.FACILITATOR, f"sessions:{name}", of_leader) for name in ("roster", "sheet", "canceled", "unlisted")),
]


@pytest.mark.parametrize(("role", "name", "ids"), EACH_ID, ids=[name for _, name, _ in EACH_ID])
def test_of_all_that_are_there_ones_own_alone_opens(role: Role, name: str, ids: Any, scene: Scene) -> None:
    client = signed_in(scene.person(role))
    own, every = ids(scene)
    status = {pk: client.get(reverse(name, args=[pk])).status_code for pk in every}

    assert len(status) > 1
    assert {pk for pk, got in status.items() if got != 404} == {own}


# --- what no form would send


LOOKED_FOR = re.compile(r"\.get(?:list)?\(\"([a-z_]+)\"")
DECLARED = re.compile(r"^    ([a-z_]+) = (?:forms\.|\w*Field|Choose|Lines|words|\w+\()", re.MULTILINE)
FLOORS = ("office", "courts", "programs", "accounts", "messaging", "core")


@functools.cache
def asked_for() -> list[str]:
    """Every name under which a view or a form may look for something."""
    sources = [path.read_text() for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    return sorted({name for source in sources for found in (LOOKED_FOR, DECLARED) for name in found.findall(source)})


def junk(step: int) -> dict[str, list[str]]:
    """Each name with something else, and never with the same twice in a row."""
    return {
        name: [hostile.ALL[(place * 7 + step) % len(hostile.ALL)].encode("utf-8", "replace").decode()] * (1 + step % 2)
        for place, name in enumerate(asked_for())
    }


def test_many_names_are_asked_for() -> None:
    assert {"once", "choice", "q", "back", "pk", "minutes_held", "why"} <= set(asked_for())


@pytest.mark.parametrize("step", range(2))
@pytest.mark.parametrize("persona", [Role.ADMINISTRATOR, Role.FACILITATOR, Role.CLERK, SIGNED_OUT])
def test_whatever_is_sent_there_is_an_answer(persona: str, step: int, scene: Scene) -> None:
    """Never an error: a test client raises what a page raises. And what comes back of it is words."""
    user = person(scene, persona)
    said = junk(step)
    for row in ROWS:
        url = reverse(row.name, args=list(row.own(scene, user)))
        for method in ("get", "post"):
            with transaction.atomic():
                client = signed_in(user, again=True) if user else Client()
                try:
                    answer = getattr(client, method)(url, said)
                except Exception as error:
                    raise AssertionError(f"{method} {row.name}, {type(error).__name__}") from error
                transaction.set_rollback(True)
            assert answer.status_code < 500 or answer.status_code == 503, f"{method} {row.name}"
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                assert f"<{hostile.MARK}" not in answer.content.decode(), f"{method} {row.name}"


# --- fields that aren't on the form

MORE = {
    "is_superuser": "1", "is_staff": "1", "is_active": "0", "role": "administrator", "roles": "administrator",
    "state": "closed", "court": "1", "program": "1", "participant": "1", "user": "1", "by": "1", "pk": "1", "id": "1",
    "version": "99", "now": "2000-01-01", "record": "1", "email": "taken@over.example",
}  # fmt: skip


@pytest.mark.parametrize("persona", [Role.COORDINATOR, Role.FACILITATOR, Role.CLERK, Role.PARTNER])
def test_nobody_grants_himself_anything_by_more_fields(persona: str, scene: Scene) -> None:
    user = scene.person(persona)
    before = rights(user)
    for row in ROWS:
        url = reverse(row.name, args=list(row.own(scene, user)))
        with transaction.atomic():
            signed_in(user, again=True).post(url, {**MORE, **row.data})
            assert rights(user) == before, row.name
            transaction.set_rollback(True)


def rights(user: User) -> list[Any]:
    """All that says who may do what."""
    grants = list(RoleGrant.objects.filter(user=user).order_by("pk").values_list("role", "ended_at"))
    return [grants, *User.objects.filter(pk=user.pk).values_list("email", "is_active", "password", "name")]
