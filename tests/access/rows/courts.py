"""The courts' own pages: of the desk at which a clerk or a partner sits, and of no other."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from tests.access.scene import Scene
from tests.access.table import Row, anyone_in, everybody, only

DESK = only(Role.CLERK, Role.PARTNER)
MOVED_ON = only(Role.CLERK, Role.PARTNER, status=302)
NOT_HERE = only(Role.CLERK, Role.PARTNER, status=404)
# A clerk's own; what lies there isn't the partner's.
CLERK = only(Role.CLERK)._replace(partner=404)
NO_SUCH_METHOD = anyone_in(405)


def own(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.report.pk]


def other(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.report_elsewhere.pk]


def link(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.letter_token]


def no_link(scene: Scene, user: User | None) -> Sequence[Any]:
    return ["no-such-link"]


ROWS = [
    *(Row(name, get=DESK, post=MOVED_ON, data={"q": "Alvarez"}) for name in ("court:inbox", "court:referrals")),
    Row("court:referrals_csv", get=DESK, post=NO_SUCH_METHOD),
    Row("court:desk", get=NO_SUCH_METHOD, post=NOT_HERE, data={"desk": "court-0"}),
    *(Row(name, get=NO_SUCH_METHOD, post=MOVED_ON) for name in ("court:acknowledge_many", "court:packet")),
    *(
        Row(
            name,
            own=own,
            other=other,
            get=CLERK,
            get_other=NOT_HERE,
            post=NO_SUCH_METHOD,
            post_other=NO_SUCH_METHOD,
        )
        for name in ("court:report", "court:file")
    ),
    *(
        Row(
            name,
            own=own,
            other=other,
            get=NO_SUCH_METHOD,
            get_other=NO_SUCH_METHOD,
            post=CLERK._replace(clerk=302),
            post_other=NOT_HERE,
            data={"text": "His name is spelled with one l."},
        )
        for name in ("court:acknowledge", "court:correction")
    ),
    # Open to anybody who has the paper, or the link; a link that is none is found by nobody.
    Row("verify", get=everybody(200), post=everybody(200)),
    Row(
        "letter:letter",
        own=link,
        other=no_link,
        get=everybody(200),
        get_other=everybody(404),
        post=everybody(200),
        post_other=everybody(404),
    ),
    Row(
        "letter:code",
        own=link,
        other=no_link,
        get=everybody(405),
        get_other=everybody(404),
        post=everybody(302),
        post_other=everybody(404),
    ),
    # Without the code nothing is shown, and nothing can be said.
    Row(
        "letter:file",
        own=link,
        other=no_link,
        get=everybody(302),
        get_other=everybody(404),
        post=everybody(405),
        post_other=everybody(404),
    ),
    Row(
        "letter:received",
        own=link,
        other=no_link,
        get=everybody(405),
        get_other=everybody(404),
        post=everybody(404),
        post_other=everybody(404),
    ),
]
