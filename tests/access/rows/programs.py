"""Sessions and their rosters: a facilitator sees those that he or she leads, the office all of them."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from tests.access.scene import Scene
from tests.access.table import Row, anyone_in, only

STAFF = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.FACILITATOR)
SEEN = only(*STAFF)
# Another's: not there for a facilitator.
SEEN_ELSEWHERE = SEEN._replace(facilitator=404)
# Nothing was filled in: the page comes again and says so.
REFUSED = only(*STAFF, status=422)
REFUSED_ELSEWHERE = REFUSED._replace(facilitator=404)
NO_SUCH_METHOD = anyone_in(405)


def own(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.session.pk]


def other(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.session_elsewhere.pk]


def somebody(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.session.pk, scene.expected_at(scene.session)]


def somebody_elsewhere(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.session_elsewhere.pk, scene.expected_at(scene.session_elsewhere)]


ROWS = [
    Row("sessions:list", get=SEEN, post=NO_SUCH_METHOD),
    Row(
        "sessions:roster",
        own=own,
        other=other,
        get=SEEN,
        get_other=SEEN_ELSEWHERE,
        post=NO_SUCH_METHOD,
        post_other=NO_SUCH_METHOD,
    ),
    Row(
        "sessions:mark",
        own=somebody,
        other=somebody_elsewhere,
        get=only(*STAFF, status=302),
        get_other=only(*STAFF, status=302)._replace(facilitator=404),
        post=REFUSED,
        post_other=REFUSED_ELSEWHERE,
    ),
    Row(
        "sessions:close",
        own=own,
        other=other,
        get=NO_SUCH_METHOD,
        get_other=NO_SUCH_METHOD,
        post=REFUSED,
        post_other=REFUSED_ELSEWHERE,
    ),
]
