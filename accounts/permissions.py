"""Which of the admin's permissions each role has. Code, not rows; nobody has add, change or delete: actions write."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from accounts.roles import Role

# Everything that tells of a case. `vault` isn't among it: nobody looks at keys.
CASEWORK = (
    *(f"{app}.view_*" for app in ("participants", "messaging", "programs", "courts", "core")),
    # Of the desk's own rows only the figures that left the program are a list.
    "office.view_funderreport",
    # What was asked for is noted by whoever takes the call; administrators let it out.
    "records.view_ownfile",
    "records.view_release*",
)

TABLE: dict[Role, tuple[str, ...]] = {
    # The trail is a log of who looked at whom: a coordinator has what was done to each man on his own page.
    Role.ADMINISTRATOR: (*CASEWORK, "accounts.view_*", "audit.view_*", "records.view_*"),
    Role.COORDINATOR: CASEWORK,
    # They have pages of their own, which show rows by their own scope.
    Role.FACILITATOR: (),
    Role.CLERK: (),
    Role.PARTNER: (),
}


def allowed(roles: Iterable[Role], permission: str) -> bool:
    """`permission` as Django writes it: "courts.view_referral"."""
    return any(fnmatchcase(permission, pattern) for pattern in _patterns(roles))


def reaches(roles: Iterable[Role], app: str) -> bool:
    """Whether these roles have any permission in the app."""
    return any(pattern.startswith(f"{app}.") for pattern in _patterns(roles))


def _patterns(roles: Iterable[Role]) -> set[str]:
    return {pattern for role in roles for pattern in TABLE[role]}
