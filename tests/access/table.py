"""Who may open what: one row for each URL of the whole house, walked by real requests in test_table.py.

A page of yours: write `Row`s into `ROWS` of tests/access/rows/<app>.py. What stands under many URLs of one kind is
written as a comprehension. `name` is what `reverse` takes, with its namespace.

    Row("court:report", own=lambda scene, user: [scene.report.pk], other=lambda scene, user: [scene.elsewhere.pk],
        get=only(Role.CLERK), get_other=only(Role.CLERK, status=404), post=only(Role.CLERK, status=405), …)

`own` and `other` give the URL's arguments for the person who asks; records come from tests/access/scene.py, where you
add yours as `cached_property`. Who is meant, and what comes back:

    everybody(200)                  whoever asks, signed in or not
    anyone_in(200)                  each of the five roles; the others are asked to sign in
    only(Role.CLERK)                these roles get `status`, the other roles 403 (or `others=404`)
    by(IN, 403, 200, 200, 403, 403) signed out, then as the roles stand in `Role`: when nothing else fits

`IN` is the way to the sign-in page; 302 leads anywhere else. A POST sends `data` (nothing by default: a form then
comes back with 200 and its errors). Whatever it writes is rolled back.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from accounts.models import User
from accounts.roles import Role
from tests.access.scene import Scene

IN = "to the sign-in page"
Status = int | str
Arguments = Callable[[Scene, User | None], Sequence[Any]]
SIGNED_OUT = "signed out"
PERSONAS = (SIGNED_OUT, *Role)


class Expected(NamedTuple):
    signed_out: Status
    administrator: Status
    coordinator: Status
    facilitator: Status
    clerk: Status
    partner: Status

    def of(self, persona: str) -> Status:
        return self[PERSONAS.index(persona)]


by = Expected


def everybody(status: Status) -> Expected:
    return Expected(*[status] * len(PERSONAS))


def anyone_in(status: Status) -> Expected:
    return everybody(status)._replace(signed_out=IN)


def only(*roles: Role, status: Status = 200, others: Status = 403) -> Expected:
    return anyone_in(others)._replace(**{role.value: status for role in roles})


def _nothing(scene: Scene, user: User | None) -> Sequence[Any]:
    return []


@dataclass(frozen=True, kw_only=True)
class _Row:
    get: Expected
    post: Expected
    own: Arguments = _nothing
    other: Arguments | None = None
    get_other: Expected | None = None
    post_other: Expected | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row(_Row):
    name: str

    def __post_init__(self) -> None:
        given = [self.other, self.get_other, self.post_other]
        assert all(given) or not any(given), f"{self.name}: another's record, and what both requests get"


ROWS: list[Row] = [
    row
    for path in sorted((Path(__file__).parent / "rows").glob("*.py"))
    for row in importlib.import_module(f"tests.access.rows.{path.stem}").ROWS
]
