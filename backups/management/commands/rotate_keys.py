from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.origin import coming_from
from backups.turning import turn_keys
from core import clock
from vault.rotation import Turned

SAY_EVERY = 10_000


class Command(BaseCommand):
    help = (
        "Put every key under the newest of ONUS_MASTER_KEYS, while people work. It may be stopped and run again. "
        "Exit 1 while keys are left under an older one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with coming_from("manage.py rotate_keys"):
            done, factors, older = turn_keys(now=clock.now(), say=self._say)
        self.stdout.write(f"{done.anew:,} keys and {factors:,} second factors were put under the newest master key.")
        if done.lost:
            raise CommandError(
                f"{done.lost:,} keys are opened by none of the master keys that are set: what stands under them can't "
                "be read. Add the older master key to ONUS_MASTER_KEYS, after the newest, and run this again."
            )
        if older:
            raise CommandError(
                f"{older:,} keys were made under an older master key meanwhile: a process still has the old "
                "environment. Restart web, worker and beat, then run this again."
            )
        rest = "Only the newest is needed now." if len(settings.VAULT_MASTER_KEYS) > 1 else "There is only one."
        self.stdout.write(f"0 keys are left under an older one. {rest}")

    def _say(self, done: Turned) -> None:
        if done.seen % SAY_EVERY == 0:
            self.stdout.write(f"{done.seen:,} looked at, {done.anew:,} put under the newest …")
