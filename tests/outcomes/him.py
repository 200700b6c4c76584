"""A man with a browser, and an address in it."""

import html
import re
from datetime import timedelta
from typing import Any

from django.test import Client

from outcomes.actions.tickets import token_of
from outcomes.kinds import Way
from outcomes.models import Sheet, Ticket
from programs.models import Enrollment
from tests.factories.clock import NOW
from tests.outcomes.people import enrolled, ticket

ALL = 19  # sixteen items and the three of the questionnaire


class Him:
    """With a browser, and an address in it."""

    def __init__(self, token: str, client: Client | None = None) -> None:
        self.token, self.client = token, client or Client()
        self.pages: list[str] = []

    def url(self, page: str = "") -> str:
        return f"/q/{self.token}/{page}"

    def get(self, page: str = "") -> Any:
        return self._seen(self.client.get(self.url(page)))

    def post(self, page: str = "", **said: Any) -> Any:
        return self._seen(self.client.post(self.url(page), said))

    def _seen(self, answer: Any) -> Any:
        self.pages.append(answer.content.decode())
        return answer

    def begin(self) -> Any:
        return self.post(once=self.get().context["once"])

    def agrees(self) -> "Him":
        self.begin()
        assert self.post("agree/", statistics="yes", follow_up="yes")["Location"] == self.url("0/")
        return self

    def answers(self, place: int, value: object, **said: Any) -> Any:
        asked = self.get(f"{place}/").context["form"].print
        return self.post(f"{place}/", **{f"q{place}": value, "asked": asked, "go": "next"} | said)

    def answers_all(self, value: object = 1, first: int = 0) -> None:
        for place in range(first, ALL):
            assert self.answers(place, value).status_code == 302

    def another_browser(self, *kept: str) -> "Him":
        """That has no more of his cookies than these."""
        client = Client()
        for name in kept:
            client.cookies[name] = self.client.cookies[name].value
        return Him(self.token, client)


def him(way: Way = Way.LINK, *, enrollment: Enrollment | None = None) -> Him:
    """A link is asked for by a job, in months; in a test it is the same ticket by another way."""
    made = ticket(enrollment or enrolled(), now=NOW)
    if way is Way.LINK:
        Ticket.objects.filter(pk=made.pk).update(way=way)
        Ticket.objects.filter(pk=made.pk).update(expires_at=NOW + timedelta(days=28))
    return Him(token_of(made))


def text(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def kept() -> dict[str, int | None]:
    return {code: value for sheet in Sheet.objects.all() for code, value in sheet.answers.items()}
