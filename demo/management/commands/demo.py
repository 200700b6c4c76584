import gc
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from audit.origin import coming_from
from core import clock
from demo import present
from demo.courtside import PROSECUTOR, clerk_with_work
from demo.people import DOMAIN, PASSWORD
from demo.stage import set_stage
from programs.models import Program, Session


class Command(BaseCommand):
    help = "Fill an empty database with a program in its ninth week, once; then say who can sign in."
    # The tables may not stand yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bare", action="store_true", help="only the program and its staff")

    def handle(self, *args: Any, bare: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("A demonstration's people are invented: start it with DEMO=1.")
        call_command("migrate", verbosity=0)
        if Program.objects.exists():
            self.stdout.write("A program is here already; nothing was added.")
        else:
            with coming_from("manage.py demo"):
                self._fill(bare, tell=self._tell(options["verbosity"]))
        for line in sign_ins():
            self.stdout.write(line)

    def _fill(self, bare: bool, tell: Any) -> None:
        # Nobody is listening yet: what is nudged now would only lie in the broker's folder.
        current_app.conf.broker_url = "memory://"
        quicken()
        if bare:
            set_stage(tell)
        else:
            present.play(now=clock.now(), tell=tell)

    def _tell(self, verbosity: int) -> Any:
        return self.stdout.write if verbosity > 1 else lambda text: None


def quicken() -> None:
    """Less collecting of garbage; and a power cut may take what is still being made: it is begun again."""
    gc.set_threshold(100_000, 50, 50)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def sign_ins() -> list[str]:
    """One a role; the clerk has a report to acknowledge, the facilitator an evening to log."""
    clerk = clerk_with_work()
    open_one = Session.objects.not_logged(clock.now()).values_list("led__user__email", flat=True).first()
    leader = open_one or Session.objects.from_now(clock.now()).values_list("led__user__email", flat=True).first()
    who = (
        ("coordinator", f"coordinator@{DOMAIN}", "/office/"),
        ("facilitator", leader or f"facilitator1@{DOMAIN}", "/sessions/"),
        ("court clerk", clerk.email if clerk else f"clerk1@{DOMAIN}", "/court/"),
        ("prosecutor", f"{PROSECUTOR}@{DOMAIN}", "/court/"),
        ("administrator", f"administrator@{DOMAIN}", "/office/"),
    )
    return [*(f"  {role:<14} {email:<28} {page}" for role, email, page in who), f"  password       {PASSWORD}"]
