"""What a facilitator saw of one person in one session."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.actors import has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import event, record_all
from core.refusal import Refusal
from programs.actions.standing import look_again
from programs.kinds import MarkKind
from programs.models import Enrollment, Mark, Session

# People come to the door before it begins.
DOOR_OPENS = timedelta(minutes=30)
WITH_MINUTES = (MarkKind.LATE, MarkKind.LEFT_EARLY)
THERE = (MarkKind.PRESENT, MarkKind.LATE, MarkKind.LEFT_EARLY)


class NotYet(Refusal):
    pass


class SessionCanceled(Refusal):
    pass


class NotYourSession(Refusal):
    pass


class NotOnTheRoster(Refusal):
    pass


class MinutesWrong(Refusal):
    pass


class RuleMissing(Refusal):
    pass


class ReasonMissing(Refusal):
    pass


class NothingToExcuse(Refusal):
    pass


class MarkChanged(Refusal):
    """Somebody marked him since the roster was loaded; `current` is that mark."""

    def __init__(self, current: Mark) -> None:
        self.current = current
        super().__init__("Somebody has marked him since you opened this page. Look at that mark, then decide.")


@transaction.atomic
def record_mark(
    *,
    enrollment: Enrollment,
    session: Session,
    kind: MarkKind,
    seen: Mark | None = None,
    minutes: int | None = None,
    rule: str = "",
    gave_reason: bool = False,
    took_part: bool | None = None,
    homework: bool | None = None,
    comment: str = "",
    correction: str = "",
    idempotency_key: uuid.UUID,
    tapped_at: datetime | None = None,
    by: User,
    now: datetime,
) -> Mark:
    """Append a mark. `seen` is the one it corrects, as the roster showed it (None: it showed none).

    `tapped_at`: by the phone's clock, where the tap had to wait for a line.

    The same idempotency key again gives back the mark it made. Raises NotYet, SessionCanceled, NotYourSession,
    NotOnTheRoster, MinutesWrong, RuleMissing, ReasonMissing, MarkChanged; nothing is written then.
    """
    enrollment = _locked(enrollment.pk, session, by)
    history = _history(enrollment, idempotency_key)
    if made := _made_by(idempotency_key, history):
        return made
    session = _as_it_is_now(session, history)
    _may_be_marked(enrollment, session, now)
    _makes_sense(session, kind, minutes, rule, correction)
    mark = Mark(
        enrollment=enrollment,
        session=session,
        kind=kind,
        minutes=minutes,
        rule=rule,
        gave_reason=gave_reason,
        took_part=took_part if kind in THERE else None,
        homework=homework if kind in THERE else None,
        comment=comment,
        correction=correction,
        idempotency_key=idempotency_key,
        at=now,
        tapped_at=tapped_at,
        by=by,
    )
    return _append(mark, seen, history)


@transaction.atomic
def excuse(*, mark: Mark, excuse: Mark.Excuse, idempotency_key: uuid.UUID, by: User, now: datetime) -> Mark:
    """A coordinator excuses an absence: a new mark supersedes it.

    Raises NotYourSession, NothingToExcuse, MarkChanged.
    """
    if not has_role(by, Role.COORDINATOR, Role.ADMINISTRATOR):
        raise NotYourSession("Only a coordinator can excuse an absence.")
    enrollment = _locked(mark.enrollment_id, mark.session, by)
    history = _history(enrollment, idempotency_key)
    if made := _made_by(idempotency_key, history):
        return made
    if mark.kind != MarkKind.ABSENT:
        raise NothingToExcuse("Only an absence can be excused.")
    excused = Mark(
        enrollment=enrollment,
        session=mark.session,
        kind=MarkKind.ABSENT,
        gave_reason=mark.gave_reason,
        excuse=excuse,
        comment=mark.comment,
        correction="excused" if mark.session.closed_at else "",
        idempotency_key=idempotency_key,
        at=now,
        by=by,
    )
    return _append(excused, mark, history)


def _locked(enrollment_id: int, session: Session, by: User) -> Enrollment:
    """Him, with whether he is expected there and whether `by` may mark him."""
    oversees = by.grants.current().filter(role__in=(Role.COORDINATOR, Role.ADMINISTRATOR))
    # Lock the parent, not the current mark: with the latter most of many taps at once fail on the unique index.
    return (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("participant__key", "program")
        .annotate(
            expected=Exists(Enrollment.objects.on_roster(session).filter(pk=OuterRef("pk"))),
            may=Exists(session.led.filter(user=by)) | Exists(oversees),
        )
        .get(pk=enrollment_id)
    )


def _history(enrollment: Enrollment, idempotency_key: uuid.UUID) -> list[Mark]:
    """All his marks, and the one that the key made, whosever it is: asked for together, for a tap must be quick."""
    his = Q(enrollment=enrollment) | Q(idempotency_key=idempotency_key)
    return list(Mark.objects.filter(his).select_related("session__program").order_by("id"))


def _made_by(idempotency_key: uuid.UUID, history: list[Mark]) -> Mark | None:
    return next((mark for mark in history if mark.idempotency_key == idempotency_key), None)


def _as_it_is_now(session: Session, history: list[Mark]) -> Session:
    """It may have been closed since it was read; then he has a mark in it, and with that came the newest state."""
    return next((each.session for each in history if each.session_id == session.pk), session)


def _append(mark: Mark, seen: Mark | None, history: list[Mark]) -> Mark:
    superseded = {each.supersedes_id for each in history}
    standing = [each for each in history if each.pk not in superseded]
    current = next((each for each in standing if each.session_id == mark.session_id), None)
    if current is not None and (seen is None or seen.pk != current.pk):
        raise MarkChanged(current)
    mark.supersedes = current
    mark.save(force_insert=True)
    facts = {"kind": mark.kind, "session": mark.session_id, "supersedes": mark.supersedes_id}
    recorded = event(by=mark.by, now=mark.at, verb="mark.recorded", on=mark, facts=facts)
    others = [each for each in standing if each is not current]
    _, reassessed = look_again(mark.enrollment, [*others, mark], by=mark.by, now=mark.at)
    record_all([recorded, *reassessed])
    return mark


def _may_be_marked(enrollment: Any, session: Session, now: datetime) -> None:
    if session.state == Session.State.CANCELED:
        raise SessionCanceled(_("This session was canceled. Nobody can be marked in it."))
    if now < session.starts_at - DOOR_OPENS:
        raise NotYet(_("This session hasn't begun. Mark people from half an hour before its start."))
    if not enrollment.may:
        raise NotYourSession(_("You don't lead this session. Ask the coordinator to name you as a substitute."))
    if not enrollment.expected:
        raise NotOnTheRoster(_("He isn't expected at this session. Add him as a make-up first."))


def _makes_sense(session: Session, kind: MarkKind, minutes: int | None, rule: str, correction: str) -> None:
    if session.closed_at is not None and not correction:
        raise ReasonMissing(_("This session is closed. Say why the mark is corrected."))
    if kind in WITH_MINUTES and not 0 < (minutes or 0) <= session.minutes:
        raise MinutesWrong(_("Give the minutes, from 1 to %(longest)d.") % {"longest": session.minutes})
    if kind not in WITH_MINUTES and minutes is not None:
        raise MinutesWrong(_("Minutes belong to someone who came late or left early."))
    if (kind is MarkKind.SENT_HOME) == (not rule):
        raise RuleMissing(
            _("A rule belongs to someone sent home.") if rule else _("Say by which rule he was sent home.")
        )
