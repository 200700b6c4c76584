from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person may be here; several at once. Who may do what is code, not rows that somebody can edit."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    CLERK = "clerk"
    # A prosecutor, a probation officer, an attorney: courts call them justice partners.
    PARTNER = "partner"


OFFICE = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
# Whose roles an administrator gives and takes; the others come with a court or an agency.
STAFF = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.FACILITATOR})
# Who sees a court's or an agency's own pages, and nothing else.
AT_THE_COURTS = frozenset({Role.CLERK, Role.PARTNER})

# Where each role begins, and what it is called in a choice of several; in this order.
HOMES = {
    Role.ADMINISTRATOR: ("/office/", "The office"),
    Role.COORDINATOR: ("/office/", "The office"),
    Role.FACILITATOR: ("/sessions/", "Sessions and rosters"),
    Role.CLERK: ("/court/", "The court's reports"),
    Role.PARTNER: ("/court/", "The court's reports"),
}


def homes(roles: Iterable[Role]) -> dict[str, str]:
    """By path, what begins there."""
    held = set(roles)
    return dict(home for role, home in HOMES.items() if role in held)
