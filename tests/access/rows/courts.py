"""The court's own pages: of the courts that a clerk serves, and of no other."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from tests.access.scene import Scene
from tests.access.table import Row, anyone_in, everybody, only

CLERK = only(Role.CLERK)
NOT_FOUND = only(Role.CLERK, status=404)
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
    Row("court:inbox", get=CLERK, post=NO_SUCH_METHOD),
    *(
        Row(
            name,
            own=own,
            other=other,
            get=CLERK,
            get_other=NOT_FOUND,
            post=NO_SUCH_METHOD,
            post_other=NO_SUCH_METHOD,
        )
        for name in ("court:report", "court:file")
    ),
    Row(
        "court:acknowledge",
        own=own,
        other=other,
        get=NO_SUCH_METHOD,
        get_other=NO_SUCH_METHOD,
        post=only(Role.CLERK, status=302),
        post_other=NOT_FOUND,
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
