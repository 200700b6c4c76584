"""Sessions and their rosters: a facilitator sees those that he or she leads, the office all of them."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from tests.access.scene import Scene
from tests.access.table import Row, anyone_in, everybody, only
from tests.factories.programs import VisitorFactory

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


def address(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.calendar_token]


def unknown_address(scene: Scene, user: User | None) -> Sequence[Any]:
    return ["unknown"]


def visitor(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.session.pk, VisitorFactory(session=scene.session).pk]


def visitor_elsewhere(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.session_elsewhere.pk, VisitorFactory(session=scene.session_elsewhere).pk]


ROWS = [
    Row("sessions:list", get=SEEN, post=NO_SUCH_METHOD),
    Row("sessions:calendar", get=only(Role.FACILITATOR), post=only(Role.FACILITATOR)),
    # A calendar program can't sign in: the address is the key.
    Row(
        "sessions:feed",
        own=address,
        other=unknown_address,
        get=everybody(200),
        get_other=everybody(404),
        post=everybody(405),
        post_other=everybody(405),
    ),
    Row(
        "sessions:canceled",
        own=own,
        other=other,
        get=SEEN,
        get_other=SEEN_ELSEWHERE,
        post=REFUSED,
        post_other=REFUSED_ELSEWHERE,
    ),
    # Back to the list, where no page is named.
    Row("sessions:language", get=NO_SUCH_METHOD, post=only(*STAFF, status=302)),
    Row("worker", get=everybody(200), post=everybody(405)),
    # Nothing that was sealed: no letters.
    Row("sessions:unsent", get=SEEN, post=only(*STAFF, status=400)),
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
    *(
        Row(
            f"sessions:{name}",
            own=own,
            other=other,
            get=NO_SUCH_METHOD,
            get_other=NO_SUCH_METHOD,
            post=REFUSED,
            post_other=REFUSED_ELSEWHERE,
        )
        # Nothing was written, nobody named, nobody looked for.
        for name in ("note", "visitor", "admit")
    ),
    Row(
        "sessions:visitor_back",
        own=visitor,
        other=visitor_elsewhere,
        get=NO_SUCH_METHOD,
        get_other=NO_SUCH_METHOD,
        post=only(*STAFF, status=302),
        post_other=only(*STAFF, status=302)._replace(facilitator=404),
    ),
    Row(
        "sessions:unlisted",
        own=own,
        other=other,
        get=SEEN,
        get_other=SEEN_ELSEWHERE,
        post=REFUSED,
        post_other=REFUSED_ELSEWHERE,
    ),
    Row(
        "sessions:sheet",
        own=own,
        other=other,
        get=SEEN,
        get_other=SEEN_ELSEWHERE,
        post=NO_SUCH_METHOD,
        post_other=NO_SUCH_METHOD,
    ),
]
