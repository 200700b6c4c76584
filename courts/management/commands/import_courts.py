from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, OperationalError

from accounts.actors import Task
from audit.origin import origin
from core import clock
from courts import court_list
from courts.actions.court_imports import import_courts
from courts.management.busy import BUSY


class Command(BaseCommand):
    help = "Add the courts of a list (name, kind, code, county, state, street, city, zip, phone, timezone)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        token = origin.set("command import_courts")
        try:
            rows = court_list.read(file)
            result = import_courts(rows=rows, by=Task("courts.import_courts"), now=clock.now())
        except court_list.UnreadableList as error:
            raise CommandError(str(error)) from None
        except (OperationalError, IntegrityError):  # another list of courts came in beside this one
            raise CommandError(BUSY) from None
        finally:
            origin.reset(token)
        for line, reason in result.refused:
            self.stderr.write(f"Line {line}: {reason}")
        self.stdout.write(f"{result.added} added, {result.known} known already, {len(result.refused)} refused.")
