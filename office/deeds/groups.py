"""What can be done about a session, a mark, a break; and how a cohort begins."""

import uuid
from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.roles import Role
from core import clock
from office.doing import Deed, Done, declare
from office.forms import groups as forms
from office.subjects import page
from office.words import day
from programs.actions import cohorts, enrollments, marks
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, Program, Session


def _open_cohort(program: Program, *, by: User, now: datetime, **said: Any) -> Done:
    cohort = cohorts.generate_cohort(by=by, now=now, **said)
    days = [session.on for session in cohort.sessions.select_related("program")]
    return Done(f"{cohort.name} meets {len(days)} times, {day(days[0])} to {day(days[-1])}.", then=page(cohort))


def _approve_break(enrollment: Enrollment, *, until: date, why: str, by: User, now: datetime) -> Done:
    enrollments.approve_break(enrollment=enrollment, until=until, why=why, by=by, now=now)
    return Done(f"He may be away until {day(until)}.")


def _close(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    cohorts.close_session(session=session, by=by, now=now, **said)
    return Done("Closed. Everyone's standing is worked out anew.")


def _substitute(session: Session, *, user: User, anyway: bool, by: User, now: datetime) -> Done:
    cohorts.name_substitute(session=session, user=user, anyway=anyway, by=by, now=now)
    return Done(f"{user.name} stands in.")


def _excuse(mark: Mark, *, excuse: Mark.Excuse, by: User, now: datetime) -> Done:
    marks.excuse(mark=mark, excuse=excuse, idempotency_key=uuid.uuid4(), by=by, now=now)
    return Done("Excused.")


def _planned(session: Session) -> bool:
    return session.state == Session.State.PLANNED


def _begun(session: Session) -> bool:
    return _planned(session) and session.starts_at <= clock.now()


def _is_newest_absence(mark: Mark) -> bool:
    return mark.kind == MarkKind.ABSENT and not mark.excuse and not hasattr(mark, "superseded_by")


declare(
    Deed(noun=Program, name="cohort", label="Open a cohort", form=forms.OpenCohort, do=_open_cohort),
    Deed(
        noun=Session,
        name="close",
        label="Close the session",
        form=forms.CloseSession,
        do=_close,
        offered=_begun,
        first=True,
    ),
    Deed(
        noun=Session,
        name="substitute",
        label="Name a substitute",
        form=forms.NameSubstitute,
        do=_substitute,
        offered=_planned,
    ),
    Deed(
        noun=Enrollment,
        name="break",
        label="Approve a longer break",
        form=forms.ApproveBreak,
        do=_approve_break,
        offered=lambda one: one.closed_at is None,
        roles=frozenset({Role.ADMINISTRATOR}),
        aside=True,
    ),
    Deed(noun=Mark, name="excuse", label="Excuse", form=forms.Excuse, do=_excuse, offered=_is_newest_absence),
)
