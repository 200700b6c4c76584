from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.verification import Broken, verify
from core import clock

WHAT_TO_DO = (
    "Stop the web processes, keep this database as it is, restore the newest backup beside it, and compare the two: "
    "docs/operations.md, “When the trail is broken”."
)
UNSEALED = "Look whether beat and a worker run: each minute's events are sealed by audit.seal."


class Command(BaseCommand):
    help = (
        "Read the whole audit trail and say whether it is as it was written; exit 1 at the first event or seal that "
        "isn't. --head: a digest from a mail of an earlier day, which must be in the chain, or its tail was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", metavar="MAC")

    def handle(self, *args: Any, head: str, **options: Any) -> None:
        try:
            sound = verify(now=clock.now(), head=head.strip().lower())
        except Broken as broken:
            raise CommandError(f"{broken} {WHAT_TO_DO}", returncode=1) from None
        self.stdout.write(f"{sound.events:,} events, {sound.seals:,} seals: all as they were written.")
        self.stdout.write(f"Head: {sound.head or 'nothing is sealed yet'}")
        if sound.waiting:
            raise CommandError(
                f"{sound.waiting:,} events have no seal since over ten minutes. {UNSEALED}", returncode=1
            )
