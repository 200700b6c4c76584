import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.origin import coming_from
from core import clock
from office.actions import tick


class Command(BaseCommand):
    help = "Do once what the beat asks for each minute: plan, propose, send, sweep, seal. Prints JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="ISO-8601", help="work as if it were then; with DEMO=1 only")

    def handle(self, *args: Any, at: str | None = None, **options: Any) -> None:
        now = clock.now() if at is None else _time(at)
        with coming_from("manage.py tick"):
            self.stdout.write(json.dumps(tick(now=now)))


def _time(text: str) -> datetime:
    if not settings.DEMO:
        raise CommandError("--at is for demonstrations: start with DEMO=1, or leave it out.")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError("--at wants a time such as 2026-03-03T18:00:00-08:00.") from None
    if at.tzinfo is None:
        raise CommandError("--at wants a time with its offset, such as 2026-03-03T18:00:00-08:00.")
    return at
