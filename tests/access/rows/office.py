"""The office: for coordinators and administrators. Each noun has its list and its one, and nothing is written there."""

from collections.abc import Iterator
from typing import Any

from accounts.roles import OFFICE, Role
from office.admin import office
from participants.models import Participant
from programs.models import Enrollment, Program, SessionNote
from tests.access.table import Row, only
from tests.factories.programs import SessionNoteFactory

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


def incident(scene: Any, user: Any) -> list[int]:
    return [SessionNoteFactory(kind=SessionNote.Kind.INCIDENT).pk]


def private_note(scene: Any, user: Any) -> list[int]:
    return [SessionNoteFactory().pk]


ROWS = [
    Row("office:index", get=SEEN, post=SEEN),
    Row("office:settings", get=SEEN, post=SEEN),
    Row("office:to_print", get=SEEN, post=only(*OFFICE, status=405)),
    Row(
        "office:print_one",
        own=lambda scene, user: [scene.letter.pk],
        other=nobody,
        get=only(*OFFICE, status=405),
        get_other=only(*OFFICE, status=405),
        post=SEEN,
        post_other=NOT_FOUND,
    ),
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
        "office:place",
        own=lambda scene, user: [scene.row(Enrollment).pk],
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
        "office:day",
        own=lambda scene, user: [scene.row(Program).pk, "2026-03-10"],
        other=lambda scene, user: [0, "2026-03-10"],
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
    Row(
        "office:incident",
        own=incident,
        other=private_note,
        get=SEEN,
        get_other=NOT_FOUND,
        post=only(*OFFICE, status=302),
        post_other=NOT_FOUND,
    ),
    *nouns(),
]
