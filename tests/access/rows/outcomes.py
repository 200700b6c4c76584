"""A few questions: open to whoever holds the address, which is a key; and what the office does about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.roles import OFFICE
from outcomes.actions import asking
from outcomes.actions.tickets import token_of
from outcomes.kinds import Moment, Way
from outcomes.models import Ticket
from tests.access.scene import Scene
from tests.access.table import Row, everybody, only
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import EnrollmentFactory

SEEN = only(*OFFICE)
NOT_FOUND = only(*OFFICE, status=404)
ONLY_READ = only(*OFFICE, status=405)


def out(way: Way) -> Ticket:
    man = EnrollmentFactory.create()
    return asking.hand(enrollment=man, moment=Moment.INTAKE, way=way, by=UserFactory.create(), now=NOW)


def token(scene: Scene, user: User | None) -> Sequence[Any]:
    return [token_of(out(Way.TABLET))]


def unknown(scene: Scene, user: User | None) -> Sequence[Any]:
    return ["unknown"]


def sheet(scene: Scene, user: User | None) -> Sequence[Any]:
    return [out(Way.PAPER).pk]


def no_sheet(scene: Scene, user: User | None) -> Sequence[Any]:
    return [UUID(int=0)]


ROWS = [
    Row(
        "questions:start",
        own=token,
        other=unknown,
        get=everybody(200),
        get_other=everybody(404),
        post=everybody(302),
        post_other=everybody(404),
    ),
    Row(
        "questions:words",
        own=token,
        other=unknown,
        get=everybody(405),
        get_other=everybody(405),
        post=everybody(302),
        post_other=everybody(404),
        data={"language": "es"},
    ),
    # Whoever hasn't begun is shown the first page.
    *(
        Row(
            f"questions:{name}",
            own=lambda scene, user, more=more: [*token(scene, user), *more],  # type: ignore[misc]
            other=lambda scene, user, more=more: ["unknown", *more],  # type: ignore[misc]
            get=everybody(302),
            get_other=everybody(404),
            post=everybody(302),
            post_other=everybody(404),
        )
        for name, more in (("agree", ()), ("all", ()), ("end", ()), ("item", (0,)))
    ),
    Row(
        "questions:thanks",
        own=lambda scene, user: ["whatever", "done"],
        other=lambda scene, user: ["whatever", "nothing"],
        get=everybody(200),
        get_other=everybody(404),
        post=everybody(405),
        post_other=everybody(405),
    ),
    # Nothing was put there to be shown.
    Row("questions:own", get=everybody(410), post=everybody(410)),
    Row("office:sheet_in", get=SEEN, post=SEEN),
    *(
        Row(
            name,
            own=sheet,
            other=no_sheet,
            get=SEEN,
            get_other=NOT_FOUND,
            post=ONLY_READ,
            post_other=ONLY_READ,
        )
        for name in ("office:sheet_made", "office:sheet_pdf")
    ),
]
