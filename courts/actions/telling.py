"""Whom of the office a mail about somebody goes to: of a man whose file is shut, those to whom it opens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.models import RoleGrant
from accounts.roles import Role
from participants.models import Restriction


@dataclass(frozen=True, slots=True)
class Office:
    """`readers`: by man whose file is shut, to whom it opens. Once nobody named administers, each administrator may."""

    coordinators: frozenset[int]
    administrators: frozenset[int]
    readers: Mapping[int, frozenset[int]]

    def told(self, man: int) -> frozenset[int]:
        """The coordinators to whom his file opens; where there is none, the administrators."""
        return self._open_to(man, self.coordinators) or self._open_to(man, self.administrators)

    def all_told(self, man: int) -> frozenset[int]:
        return self._open_to(man, self.coordinators | self.administrators)

    def is_shut(self, man: int, user: int | None) -> bool:
        return man in self.readers and user not in self.readers[man]

    def _open_to(self, man: int, these: frozenset[int]) -> frozenset[int]:
        return these & self.readers.get(man, these)


def office(men: Collection[int] | None = None) -> Office:
    """As it is now. `men`: of whom one asks; None: of all whose files are shut."""
    readers = Restriction.objects.readers(men)
    opens_to = {man: frozenset(users) for man, users in readers.items()}
    return Office(having(Role.COORDINATOR), having(Role.ADMINISTRATOR), opens_to)


def having(role: Role) -> frozenset[int]:
    granted = RoleGrant.objects.current().filter(role=role, user__is_active=True)
    return frozenset(granted.values_list("user", flat=True))
