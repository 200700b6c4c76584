"""Whatever is looked for finds what is called that and nobody else: in a query each word is a word and no more."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from office.admin import office
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.attacks import hostile

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "Quillfeather"
# What widens a question to everybody where it is pasted into SQL, or breaks it.
SQL = [
    hostile.LETTERS["sql"], "' OR '1'='1", "') OR 1=1 --", "' UNION SELECT name FROM accounts_user --",
    "%", "_", "%%", "\\", '"', "';", "x' ESCAPE '", "1) OR (1=1",
]  # fmt: skip
Ask = Callable[[Client, str], HttpResponse]


def posted(name: str, field: str) -> Ask:
    return lambda client, text: client.post(reverse(name), {field: text}, follow=True)  # type: ignore[return-value]


def listed(name: str) -> Ask:
    return lambda client, text: client.get(reverse(name), {"q": text}, follow=True)  # type: ignore[return-value]


PAGES: dict[str, tuple[Role, Ask]] = {
    "the office": (Role.ADMINISTRATOR, posted("office:search", "q")),
    "the trail, about": (Role.ADMINISTRATOR, posted("office:trail", "about")),
    "the trail, by": (Role.ADMINISTRATOR, posted("office:trail", "who")),
    "the trail, what": (Role.ADMINISTRATOR, posted("office:trail", "what")),
    "reports of a court": (Role.CLERK, posted("court:inbox", "q")),
    "referrals of a court": (Role.CLERK, posted("court:referrals", "q")),
}


@pytest.fixture
def scene(now: datetime) -> Scene:
    made = Scene()
    referral = made.report.referral
    type(referral).objects.filter(pk=referral.pk).update(name_as_charged=HERE)
    type(referral.participant).objects.filter(pk=referral.participant_id).update(last_name=HERE)
    return made


@pytest.mark.parametrize("page", PAGES)
def test_finds_nobody_whom_it_doesnt_name(page: str, scene: Scene) -> None:
    role, ask = PAGES[page]
    client = signed_in(scene.person(role), again=True)
    answers = [(text, ask(client, text)) for text in SQL]

    assert [text for text, answer in answers if answer.status_code != 200] == []
    assert [text for text, answer in answers if HERE in answer.content.decode()] == []


def lists() -> list[str]:
    found = [(model._meta, admin) for model, admin in office.nouns() if admin.search_fields]
    return [f"office:{meta.app_label}_{meta.model_name}_changelist" for meta, _ in found]


def test_no_list_breaks_at_it(scene: Scene) -> None:
    client = signed_in(scene.person(Role.ADMINISTRATOR))
    asked = [(name, text, listed(name)(client, text)) for name in lists() for text in SQL]

    assert len(lists()) > 4
    assert [(name, text) for name, text, answer in asked if answer.status_code != 200] == []


@pytest.mark.parametrize("page", ["reports of a court", "referrals of a court"])
def test_what_it_does_name_is_found(page: str, scene: Scene) -> None:
    role, ask = PAGES[page]

    assert HERE in ask(signed_in(scene.person(role)), HERE.lower()).content.decode()
