from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core.grants import statements


class Command(BaseCommand):
    help = "Print the SQL that lets ROLE, as which web and worker connect, do its work and no more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite knows no roles: whoever may write the file may change every row.")
        for statement in statements(connection, role):
            self.stdout.write(statement)
