"""Offices that refer and are told, beside the courts."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from courts.models import Agency


class AgencyThere(Refusal):
    pass


class NotAnAdministrator(Refusal):
    pass


@transaction.atomic
def add_agency(
    *, kind: Agency.Kind, name: str, city: str, state: str, phone: str, time_zone: str, by: User, now: datetime
) -> Agency:
    """Raises NotAnAdministrator, AgencyThere."""
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotAnAdministrator("Only an administrator adds an agency.")
    said = {"name": name, "city": city, "state": state, "phone": phone, "time_zone": time_zone}
    try:
        with transaction.atomic():
            made = Agency.objects.create(kind=kind, made_at=now, **said)
    except IntegrityError:
        raise AgencyThere("An agency of this name is there already. Open that one, or add the city.") from None
    record(by=by, now=now, verb="agency.added", on=made)
    return made
