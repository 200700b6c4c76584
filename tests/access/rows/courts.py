"""The court's own pages: of the courts that a clerk serves, and of no other."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from accounts.roles import Role
from tests.access.scene import Scene
from tests.access.table import Row, anyone_in, only

CLERK = only(Role.CLERK)
NOT_FOUND = only(Role.CLERK, status=404)
NO_SUCH_METHOD = anyone_in(405)


def own(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.report.pk]


def other(scene: Scene, user: User | None) -> Sequence[Any]:
    return [scene.report_elsewhere.pk]


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
]
