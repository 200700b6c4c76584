"""Somebody at the office's desk: opens pages, presses buttons, reads what they say."""

import html
import re
import uuid
from typing import Any, Protocol

from django.db.models import Model
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from office.doing import find
from tests.access.people import signed_in
from tests.factories.accounts import UserFactory

TAG = re.compile(r"<[^>]+>")


class Answer(Protocol):
    status_code: int
    content: bytes

    def __getitem__(self, name: str) -> str: ...


class Desk:
    def __init__(self, *roles: Role) -> None:
        self.user: User = UserFactory.create(roles=roles or [Role.COORDINATOR])
        self.client: Client = signed_in(self.user)

    def get(self, url: str) -> Any:
        return self.client.get(url)

    def button(self, record: Model, name: str) -> str:
        """Where the button leads."""
        deed = find(str(record._meta.model_name), name)
        assert deed is not None, f"no {name} for {record._meta.label}"
        return deed.url(record)

    def press(self, record: Model, name: str, /, *, once: str | None = None, **said: Any) -> Any:
        """Open the button's form and send it, each time a new one unless `once` says that it is the same.

        Whatever goes through leaves an event: every deed that is pressed in a test is held to that.
        """
        said = {"as_it_was": self.as_it_was(record, name)} | said
        before = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        answer = self.client.post(self.button(record, name), said | {"once": once or str(uuid.uuid4())})
        if answer.status_code == 302 and once is None:
            told = Event.objects.filter(pk__gt=before).exclude(verb__endswith=".looked_at")
            assert told.exists(), f"{name} of {record._meta.label} was done, and no event says so"
        return answer

    def as_it_was(self, record: Model, name: str) -> str:
        """The prints on a page that was made just now."""
        deed = find(str(record._meta.model_name), name)
        assert deed is not None, f"no {name} for {record._meta.label}"
        fresh = type(record)._default_manager.get(pk=record.pk)
        return deed.form(record=fresh).as_it_was

    def notice(self, answer: Any) -> str:
        """What the page after it says; it must have gone through."""
        assert answer.status_code == 302, text(answer)
        page = self.client.get(answer["Location"])
        found = re.findall(r'<p class="notice notice-success">(.*?)</p>', page.content.decode(), re.DOTALL)
        assert found != []
        return html.unescape(found[-1])


def text(answer: Any) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(TAG.sub(" ", answer.content.decode())).split())


def refusals(answer: Any) -> list[str]:
    """What stands on the form because the action said no."""
    assert answer.status_code == 200
    return list(answer.context["form"].non_field_errors())


def buttons(answer: Any) -> list[str]:
    """The names of the deeds that the page offers, in its order."""
    return re.findall(r'href="/office/do/[a-z]+/[0-9]+/([a-z-]+)/', answer.content.decode())
