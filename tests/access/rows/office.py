"""The office: for coordinators and administrators. Each noun has its list and its one, and nothing is written there."""

from collections.abc import Iterator
from typing import Any

from accounts.roles import OFFICE, Role
from office.admin import office
from participants.models import Participant
from tests.access.table import Row, only

SEEN = only(*OFFICE)
NOT_FOUND = only(*OFFICE, status=404)
FORBIDDEN = only()
# Who signs in here, and as what: the administrator's alone.
STAFF_SEEN = only(Role.ADMINISTRATOR)


def nouns() -> Iterator[Row]:
    for model in office._registry:
        name = f"office:{model._meta.app_label}_{model._meta.model_name}"
        own_only = model._meta.app_label == "accounts"
        seen = STAFF_SEEN if own_only else SEEN
        yield Row(f"{name}_changelist", get=seen, post=seen)
        if model is Participant:
            continue  # his page is office:person
        yield Row(
            f"{name}_change",
            own=lambda scene, user, model=model: [scene.row(model).pk],  # type: ignore[misc]
            other=lambda scene, user: [0],
            get=seen,
            get_other=only(Role.ADMINISTRATOR, status=404) if own_only else NOT_FOUND,
            post=FORBIDDEN,
            post_other=FORBIDDEN,
        )


def report(scene: Any, user: Any) -> list[int]:
    return [scene.report.pk]


def nobody(scene: Any, user: Any) -> list[int]:
    return [0]


ROWS = [
    Row("office:index", get=SEEN, post=SEEN),
    Row("office:settings", get=SEEN, post=SEEN),
    Row(
        "office:person",
        own=lambda scene, user: [scene.report.referral.participant_id],
        other=nobody,
        get=SEEN,
        get_other=NOT_FOUND,
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    Row(
        "office:do",
        own=lambda scene, user: ["participant", scene.report.referral.participant_id, "note"],
        other=lambda scene, user: ["participant", 0, "note"],
        get=SEEN,
        get_other=NOT_FOUND,
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    Row(
        "office:report_pdf",
        own=report,
        other=nobody,
        get=SEEN,
        get_other=NOT_FOUND,
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    *nouns(),
]
