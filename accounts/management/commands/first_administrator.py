from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import invite
from accounts.actors import Task
from accounts.models import RoleGrant
from accounts.roles import Role
from core import clock
from core.refusal import Refusal


class Command(BaseCommand):
    help = "Print the link by which a new installation's first administrator sets a name and a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        if RoleGrant.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
            raise CommandError("There is an administrator already. Ask that person for an invitation.")
        by = Task("manage.py first_administrator")
        try:
            invited = invite(email=email, roles=[Role.ADMINISTRATOR, Role.COORDINATOR], by=by, now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Open this once, by {invited.invitation.expires_at:%B %d}: {invited.link}")
