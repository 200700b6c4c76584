"""An evening at the door: a group, its leader signed in, the clock five minutes after the start."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import time_machine
from django.db import connection
from django.test import Client

from programs.models import Enrollment, Mark, Session
from tests.access.people import signed_in
from tests.programs.scene import Scene, at, scene

HTMX = {"HX-Request": "true"}
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@dataclass(frozen=True, slots=True)
class Evening:
    scene: Scene
    session: Session
    men: list[Enrollment]
    client: Client

    @property
    def address(self) -> str:
        return f"/sessions/{self.session.pk}/"

    def row(self, him: Enrollment) -> str:
        return f"{self.address}people/{him.pk}/"

    def tap(self, him: Enrollment, choice: str, *, client: Client | None = None, **fields: Any) -> Any:
        """By htmx, with a key of its own and the mark that stands as seen, unless told otherwise."""
        current = self.current(him)
        data = {"choice": choice, "key": str(uuid.uuid4()), "seen": current.pk if current else "", **fields}
        return (client or self.client).post(self.row(him), data, headers=HTMX)

    def post(self, him: Enrollment, choice: str, **fields: Any) -> Any:
        """As a browser without JavaScript does."""
        current = self.current(him)
        data = {"choice": choice, "key": str(uuid.uuid4()), "seen": current.pk if current else "", **fields}
        return self.client.post(self.row(him), data)

    def current(self, him: Enrollment) -> Mark | None:
        return Mark.objects.current().filter(session=self.session, enrollment=him).first()


def evening(men: int = 3, **said: Any) -> Evening:
    running = scene(**said)
    seated = [running.seated() for _ in range(men)]
    return Evening(running, running.session(1), seated, signed_in(running.leader))


def clock_at(when: datetime) -> time_machine.travel:
    return time_machine.travel(when, tick=False)


def text_of(response: Any) -> str:
    """What the page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@contextmanager
def asked() -> Iterator[list[str]]:
    """What is asked of the database.

    Without the marks of a transaction: a test's own is around it, so that its beginning shows as a savepoint.
    """
    said: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(TRANSACTION):
            said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield said


__all__ = ["HTMX", "Evening", "asked", "at", "clock_at", "evening", "text_of"]
