"""The office: for coordinators and administrators. Each noun has its list and its one, and nothing is written there."""

from collections.abc import Iterator
from typing import Any

from accounts.roles import OFFICE, Role
from courts.models import Court
from office.admin import office
from outcomes.models import Instrument
from participants.models import Participant, Restriction
from programs.models import Enrollment, Program, SessionNote
from records.models import OwnFile, Release, ReleaseItem
from tests.access.table import Row, only
from tests.factories.clock import NOW
from tests.factories.lists import ListUploadFactory
from tests.factories.money import FeeEntryFactory
from tests.factories.office import SavedFilterFactory
from tests.factories.outcomes import InstrumentFactory
from tests.factories.participants import AppointmentFactory, RestrictionNameFactory
from tests.factories.programs import SessionNoteFactory

SEEN = only(*OFFICE)
NOT_FOUND = only(*OFFICE, status=404)
FORBIDDEN = only()
# Who signs in here, and as what, who looked at whom, and what is disposed of: the administrator's alone.
STAFF_SEEN = only(Role.ADMINISTRATOR)


def open_to_user(scene: Any, user: Any) -> list[int]:
    """A restricted file that names whoever asks."""
    return [RestrictionNameFactory(user=user or scene.stranger).restriction_id]


def shut(scene: Any, user: Any) -> int:
    """The man of a file that names others alone."""
    return int(RestrictionNameFactory(user=scene.stranger).restriction.participant_id)


def shut_man(scene: Any, user: Any) -> list[int]:
    return [shut(scene, user)]


# Noted by whoever takes the call; administrators let it out.
ASKED_FOR = (OwnFile, Release, ReleaseItem)


def nouns() -> Iterator[Row]:
    for model in office._registry:
        name = f"office:{model._meta.app_label}_{model._meta.model_name}"
        own_only = model._meta.app_label in ("accounts", "audit", "records") and model not in ASKED_FOR
        seen = STAFF_SEEN if own_only else SEEN
        yield Row(f"{name}_changelist", get=seen, post=seen)
        if model is Participant:
            continue  # his page is office:person
        yield Row(
            f"{name}_change",
            own=open_to_user if model is Restriction else lambda scene, user, model=model: [scene.row(model).pk],  # type: ignore[misc]
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


def an_intake(scene: Any, user: Any) -> list[int]:
    return [AppointmentFactory(kind="intake").pk]


def a_receipt(scene: Any, user: Any) -> list[int]:
    return [FeeEntryFactory(paid=True).pk]


def list_on_its_way(scene: Any, user: Any) -> list[int]:
    return [ListUploadFactory().pk]


def private_note(scene: Any, user: Any) -> list[int]:
    return [SessionNoteFactory().pk]


ROWS = [
    Row("office:index", get=SEEN, post=SEEN),
    Row("office:settings", get=SEEN, post=SEEN),
    Row("office:new_program", get=STAFF_SEEN, post=STAFF_SEEN),
    Row("office:keeping", get=STAFF_SEEN, post=only(*OFFICE, status=405)),
    Row("office:public_records", get=SEEN, post=only(*OFFICE, status=405)),
    *(
        Row(
            name,
            own=lambda scene, user, model=model: [scene.row(model).pk],  # type: ignore[misc]
            other=nobody,
            get=STAFF_SEEN,
            get_other=only(Role.ADMINISTRATOR, status=404),
            # Nobody has approved that anything goes.
            post=only(Role.ADMINISTRATOR, status=409),
            post_other=only(Role.ADMINISTRATOR, status=404),
        )
        for name, model in (("office:own_file_made", OwnFile), ("office:release_made", Release))
    ),
    Row("office:search", get=SEEN, post=SEEN),
    Row("office:list_send", get=SEEN, post=SEEN),
    Row(
        "office:list_one",
        own=list_on_its_way,
        other=nobody,
        get=SEEN,
        get_other=NOT_FOUND,
        post=only(*OFFICE, status=405),
        post_other=only(*OFFICE, status=405),
    ),
    *(
        Row(
            name,
            own=list_on_its_way,
            other=nobody,
            get=only(*OFFICE, status=405),
            get_other=only(*OFFICE, status=405),
            post=post,
            post_other=NOT_FOUND,
        )
        for name, post in (
            # Nothing was said of its columns; nothing was refused.
            ("office:list_columns", only(*OFFICE, status=422)),
            ("office:list_refused", only(*OFFICE, status=302)),
        )
    ),
    # Nothing waits for the printer: one is told so.
    Row("office:letters", get=SEEN, post=only(*OFFICE, status=302)),
    *(
        Row(
            name,
            own=lambda scene, user, of=of: [of(scene)],  # type: ignore[misc]
            other=nobody,
            get=SEEN,
            get_other=NOT_FOUND,
            post=only(*OFFICE, status=405),
            post_other=only(*OFFICE, status=405),
        )
        for name, of in (
            ("office:proof", lambda scene: scene.report.referral.participant_id),
            ("office:proof_pdf", lambda scene: scene.report.referral.participant_id),
            ("office:report_proof", lambda scene: scene.report.pk),
            ("office:report_proof_pdf", lambda scene: scene.report.pk),
        )
    ),
    Row(
        "office:export",
        own=lambda scene, user: ["courts.referral"],
        other=lambda scene, user: ["courts.nothing"],
        get=SEEN,
        get_other=NOT_FOUND,
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    Row(
        "office:bulk",
        own=lambda scene, user: ["courts.report"],
        other=lambda scene, user: ["courts.nothing"],
        get=only(*OFFICE, status=405),
        get_other=only(*OFFICE, status=405),
        post=NOT_FOUND,
        post_other=NOT_FOUND,
    ),
    Row(
        "office:save_filter",
        own=lambda scene, user: ["courts.referral"],
        other=lambda scene, user: ["courts.nothing"],
        get=only(*OFFICE, status=405),
        get_other=only(*OFFICE, status=405),
        post=only(*OFFICE, status=302),
        post_other=NOT_FOUND,
    ),
    Row(
        "office:delete_filter",
        own=lambda scene, user: [SavedFilterFactory(user=user or scene.stranger).pk],
        other=lambda scene, user: [SavedFilterFactory().pk],
        get=only(*OFFICE, status=405),
        get_other=only(*OFFICE, status=405),
        post=only(*OFFICE, status=302),
        post_other=NOT_FOUND,
    ),
    Row("office:money", get=SEEN, post=SEEN),
    *(
        Row(
            name,
            own=lambda scene, user, more=more: [scene.row(Program).pk, *more],  # type: ignore[misc]
            other=lambda scene, user, more=more: [0, *more],  # type: ignore[misc]
            get=SEEN,
            get_other=NOT_FOUND,
            post=SEEN,
            post_other=NOT_FOUND,
        )
        for name, more in (
            ("office:books_year", [2026]),
            ("office:books_month", [2026, 3]),
            ("office:books_export", [2026, 3]),
        )
    ),
    Row(
        "office:receipt",
        own=a_receipt,
        other=nobody,
        get=SEEN,
        get_other=NOT_FOUND,
        post=only(*OFFICE, status=405),
        post_other=only(*OFFICE, status=405),
    ),
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
        "office:looks",
        own=lambda scene, user: [scene.report.referral.participant_id],
        other=shut_man,
        get=SEEN,
        get_other=NOT_FOUND,
        post=only(*OFFICE, status=405),
        post_other=only(*OFFICE, status=405),
    ),
    Row("office:trail", get=STAFF_SEEN, post=STAFF_SEEN),
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
        "office:intake",
        own=an_intake,
        other=nobody,
        get=SEEN,
        get_other=NOT_FOUND,
        post=only(*OFFICE, status=302),
        post_other=NOT_FOUND,
    ),
    Row(
        "office:intake_save",
        own=an_intake,
        other=nobody,
        get=only(*OFFICE, status=405),
        get_other=only(*OFFICE, status=405),
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    *(
        Row(
            name,
            own=lambda scene, user, model=model: [scene.row(model).pk],  # type: ignore[misc]
            other=nobody,
            get=SEEN,
            get_other=NOT_FOUND,
            post=SEEN,
            post_other=NOT_FOUND,
        )
        for name, model in (("office:printed_program", Program), ("office:printed_court", Court))
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
    Row("office:wording", get=SEEN, post=only(*OFFICE, status=405)),
    Row("office:instruments", get=SEEN, post=only(*OFFICE, status=405)),
    Row(
        "office:instrument",
        own=lambda scene, user: [scene.row(Instrument).pk],
        other=lambda scene, user: [InstrumentFactory.create(retired_at=NOW).pk],
        get=SEEN,
        get_other=NOT_FOUND,
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    Row(
        "office:reword",
        own=lambda scene, user: ["reminder", "text", "en"],
        other=lambda scene, user: ["deadline_alert", "email", "en"],
        get=SEEN,
        get_other=NOT_FOUND,
        post=SEEN,
        post_other=NOT_FOUND,
    ),
    # Without a key it is no line.
    Row("office:line", get=NOT_FOUND, post=NOT_FOUND),
    Row("office:shortcuts", get=SEEN, post=SEEN),
    Row(
        "office:compare",
        own=lambda scene, user: [scene.report.referral.participant_id, scene.row(Participant).pk],
        other=lambda scene, user: [scene.report.referral.participant_id, shut(scene, user)],
        get=SEEN,
        get_other=NOT_FOUND,
        # Without what the page showed of the two nothing is done: they are shown once more.
        post=only(*OFFICE, status=409),
        post_other=NOT_FOUND,
    ),
    *nouns(),
]
