"""The rows that figures are counted from: one query each, a row for each thing that is counted, and columns that say
of it yes, no, or how many days. Whatever was entered by mistake isn't among them."""

from collections.abc import Callable
from datetime import date, tzinfo
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Least, NullIf, Trunc, TruncDate

from courts.deadlines import DeadlineKind
from courts.models import Deadline, Proposal, Referral, ReferralMove, ReportStep
from courts.moves import OVER, Closing, State
from courts.steps import ReportKind, Step
from messaging.models import Message
from messaging.models import State as MessageState
from office.figures.kinds import TIMES, Dimension
from office.figures.period import Period
from office.figures.sql import DayAt, days_between, flag
from participants.kinds import ContactResult
from participants.models import ContactAttempt
from programs.actions.reminders import APPOINTMENT, SESSION
from programs.kinds import EntryKind, MarkKind, RequirementKind, Standing
from programs.models import Enrollment, FeeEntry, Mark, Requirement, Seat, Session, StandingChange
from programs.models.enrollment import last_seat

# A query set whose columns are annotated by name, of which no type tells.
Rows = Any
# A case that moved stands where it stands now.
ELSEWHERE = (Closing.BY_MISTAKE, Closing.MOVED)
# So often a case is followed back to the court at which it came first.
MOVES = 3
# Later than anything that was.
NEVER = Value(date.max, output_field=DateField())
REPORTS = (
    DeadlineKind.PROGRESS_REPORT,
    DeadlineKind.COMPLETION_REPORT,
    DeadlineKind.NONCOMPLIANCE_REPORT,
    DeadlineKind.NO_SHOW_REPORT,
)
TELLS_OF_A_VIOLATION = (ReportKind.NONCOMPLIANCE, ReportKind.DISCHARGE)


def _man(participant: str) -> Coalesce:
    """Two who were found to be one are one."""
    return Coalesce(f"{participant}__merged_into", participant)


# --- By what they are grouped. 0 or "": of no court, in no cohort


def _or_none(found: Any) -> Coalesce:
    return Coalesce(found, 0, output_field=IntegerField())


def _time(by: Dimension, field: str, zone: tzinfo | None = None) -> Trunc:
    """The first day of its month or quarter; `zone`: of a moment."""
    return Trunc(field, "quarter" if by is Dimension.QUARTER else "month", tzinfo=zone, output_field=DateField())


def _by_referral(found: Rows, by: Dimension, time: Any, referral: str) -> Rows:
    """Rows that belong to one referral; `referral`: the way to it."""
    keys: dict[Dimension, Any] = {
        Dimension.COURT: _or_none(f"{referral}court"),
        Dimension.KIND: F(f"{referral}kind"),
        Dimension.LANGUAGE: F(f"{referral}participant__language"),
    }
    if by is Dimension.COHORT:
        return found.annotate(group=_or_none(last_seat(f"{referral}enrollment", "cohort")))
    return found.annotate(group=time if by in TIMES else keys[by])


def _by_enrollment(found: Rows, by: Dimension, time: Any, enrollment: str, cohort: Any = None) -> Rows:
    """Rows that belong to an enrollment: under each court, and each kind, for which it counts, once."""
    way = f"{enrollment}__" if enrollment else ""
    if by in TIMES:
        return found.annotate(group=time)
    if by is Dimension.LANGUAGE:
        return found.annotate(group=F(f"{way}participant__language"))
    if by is Dimension.COHORT:
        return found.annotate(group=cohort or _or_none(last_seat(enrollment or "pk", "cohort")))
    fulfilled = FilteredRelation(f"{way}referrals", condition=~Q(**{f"{way}referrals__closing__in": ELSEWHERE}))
    # Its key as a column: asked for by name within a condition it would be joined once more.
    found = found.annotate(its_case=fulfilled, its_pk=F("its_case__pk"))
    its = Referral.objects.exclude(closing__in=ELSEWHERE)
    if by is Dimension.COURT:
        found, its = found.annotate(group=_or_none("its_case__court")), its.alias(group=_or_none("court"))
    else:
        found, its = found.annotate(group=Coalesce("its_case__kind", Value(""))), its.alias(group=F("kind"))
    # Two of one court: the first one stands for both.
    earlier = its.filter(enrollment=OuterRef(enrollment or "pk"), pk__lt=OuterRef("its_pk"))
    found = found.filter(~Exists(earlier.filter(group=OuterRef("group"))))
    # In total it counts where its first referral stands.
    return found.annotate(once=~Exists(earlier))


def _real(found: Rows, enrollment: str) -> Rows:
    """Without enrollments all of whose referrals were entered by mistake, and without the empty one of two that were
    put together: its referrals are fulfilled by the other."""
    its = Referral.objects.filter(enrollment=OuterRef(enrollment))
    wrong = Exists(its.filter(closing=Closing.BY_MISTAKE))
    way = "" if enrollment == "pk" else f"{enrollment}__"
    empty = Q(**{f"{way}ended_why": Enrollment.Ended.NO_REFERRAL_LEFT}) & ~Exists(its)
    return found.exclude(wrong & ~Exists(its.exclude(closing=Closing.BY_MISTAKE))).exclude(empty)


# --- What is counted


def referrals(period: Period, by: Dimension) -> Rows:
    """Those received in the period; of a case that moved, on the day on which it came first."""
    zone = period.program.zone
    came = Coalesce("remains__came_on", *(f"{'moved_from__' * times}received_on" for times in range(MOVES, -1, -1)))
    tries = ContactAttempt.objects.annotate(on=TruncDate("at", tzinfo=zone)).filter(on__gte=OuterRef("came"))
    intake = Requirement.objects.filter(enrollment=OuterRef("enrollment"), kind=RequirementKind.INTAKE)
    found = Referral.objects.filter(program=period.program).exclude(closing__in=ELSEWHERE).annotate(came=came)
    found = found.filter(came__range=period.days).annotate(
        man=_man("participant"),
        tried=_first_try(tries),
        reached=_first_try(tries.filter(result=ContactResult.REACHED)),
        intake=_first(intake.filter(met_on__gte=OuterRef("came")), "met_on", "enrollment"),
        seat=_first(Seat.objects.filter(enrollment=OuterRef("enrollment")), "from_on", "enrollment"),
    )
    declined = Q(state=State.DECLINED) | Q(closing=Closing.NOT_ACCEPTED)
    accepted = Q(enrollment__isnull=False) & ~Q(state=State.RECEIVED) & ~declined
    began = Q(seat__lte=period.today) & ~Q(state=State.RECEIVED)
    return (found if by is Dimension.TOTAL else _by_referral(found, by, _time(by, "came"), "")).annotate(
        accepted=flag(accepted),
        declined=flag(declined),
        undecided=flag(Q(state=State.RECEIVED)),
        closed_early=flag(Q(state=State.CLOSED, enrollment=None) & ~Q(closing=Closing.NOT_ACCEPTED)),
        tried_days=_or_remains("tried_days", days_between(F("came"), F("tried"))),
        reached_days=_or_remains("reached_days", days_between(F("came"), F("reached"))),
        intake_days=_or_remains("intake_days", days_between(F("came"), F("intake"))),
        seat_days=_or_remains("seat_days", _when(Q(seat__gte=F("came")), days_between(F("came"), F("seat")))),
        began=flag(began),
        through=flag(began & Q(closing=Closing.COMPLETED)),
        running=flag(began & ~Q(state__in=OVER)),
    )


def _or_remains(days: str, counted: Any) -> Case:
    """Of a case that was forgotten the days are kept, and its dates say the month only."""
    kept = When(remains__shrunk=True, then=F(f"remains__{days}"))
    return Case(kept, default=counted, output_field=IntegerField())


def _first_try(tries: Rows) -> NullIf:
    """A try stays in the file in which it was written, be it one that was left aside for his.

    Two questions, each by an index: for one with an "or" in it every try there ever was is read.
    """
    here = _first(tries.filter(participant=OuterRef("participant")), "on", "participant")
    aside = _first(tries.filter(participant__merged_into=OuterRef("participant")), "on", "participant__merged_into")
    return NullIf(Least(Coalesce(here, NEVER), Coalesce(aside, NEVER)), NEVER)


def _first(found: Rows, field: str, of: str) -> Subquery:
    return Subquery(found.order_by().values(of).annotate(first=Min(field)).values("first"))


def _when(condition: Q, value: Any) -> Any:
    return Case(When(condition, then=value), default=None, output_field=IntegerField())


def stays(period: Period, by: Dimension) -> Rows:
    """Those in a status that ended in the period."""
    zone = period.program.zone
    before = ReferralMove.objects.filter(referral=OuterRef("referral"), number=OuterRef("number") - 1)
    found = ReferralMove.objects.filter(referral__program=period.program, number__gt=1, **period.within("at"))
    found = found.exclude(referral__closing=Closing.BY_MISTAKE).annotate(
        man=_man("referral__participant"),
        day=TruncDate("at", tzinfo=zone),
        since=TruncDate(Subquery(before.values("at")), tzinfo=zone),
    )
    lasted = {
        f"days_{state}": _when(Q(old=state), days_between(F("since"), F("day")))
        for state in (State.RECEIVED, State.ACCEPTED, State.ENROLLED, State.ON_HOLD)
    }
    if by is not Dimension.TOTAL:
        found = _by_referral(found, by, _time(by, "at", zone), "referral__")
    return found.annotate(**lasted)


def opened(period: Period, by: Dimension) -> Rows:
    found = Enrollment.objects.filter(program=period.program, **period.within("opened_at"))
    found = _real(found, "pk").annotate(man=_man("participant"))
    time = _time(by, "opened_at", period.program.zone)
    return found if by is Dimension.TOTAL else _by_enrollment(found, by, time, "")


def begun(period: Period, by: Dimension) -> Rows:
    """Enrollments whose first seat began in the period, and has begun by today."""
    seats = Seat.objects.filter(enrollment=OuterRef("pk"))
    until = min(period.ends, period.today)
    found = Enrollment.objects.filter(
        Exists(seats.filter(from_on__range=(period.begins, until))), program=period.program
    )
    found = found.exclude(Exists(seats.filter(from_on__lt=period.begins)))
    found = _real(found, "pk").annotate(man=_man("participant"), first=_first(seats, "from_on", "enrollment"))
    if by is not Dimension.TOTAL:
        found = _by_enrollment(found, by, _time(by, "first"), "")
    finished, ended = Q(state=Enrollment.State.FINISHED), Q(state=Enrollment.State.ENDED)
    closed_on = TruncDate("closed_at", tzinfo=period.program.zone)
    return found.annotate(
        completed=flag(finished),
        left=flag(ended),
        over=flag(finished | ended),
        still_in=flag(~(finished | ended)),
        days_to_complete=_when(finished, days_between(F("first"), closed_on)),
    )


def ended(period: Period, by: Dimension) -> Rows:
    found = Enrollment.objects.filter(program=period.program, **period.within("closed_at"))
    found = _real(found, "pk").annotate(man=_man("participant"))
    if by is not Dimension.TOTAL:
        found = _by_enrollment(found, by, _time(by, "closed_at", period.program.zone), "")
    why = Enrollment.Ended
    return found.annotate(
        finished=flag(Q(state=Enrollment.State.FINISHED)),
        discharged=flag(Q(ended_why=why.DISCHARGED)),
        without_fault=flag(Q(ended_why=why.WITHOUT_FAULT)),
        other_end=flag(Q(ended_why__in=[why.DID_NOT_BEGIN, why.NO_REFERRAL_LEFT])),
    )


def marks(period: Period, by: Dimension) -> Rows:
    """Those that count, at evenings in the period."""
    # Not `current()`: PostgreSQL takes its outer join for one that leaves a single row, and plans for that.
    corrected = Mark.objects.filter(supersedes=OuterRef("pk"))
    found = Mark.objects.filter(~Exists(corrected), session__program=period.program)
    found = found.filter(**period.within("session__starts_at"))
    found = found.exclude(kind=MarkKind.NOT_PROVIDED).exclude(session__state=Session.State.CANCELED)
    told = Message.objects.filter(
        about=Concat(Value(f"{Session._meta.label}:"), Cast(OuterRef("session"), CharField())),
        participant=OuterRef("enrollment__participant"), kind=SESSION, state=MessageState.SENT,
    )  # fmt: skip
    found = _real(found, "enrollment").annotate(
        man=_man("enrollment__participant"), evening=F("session"), told=Exists(told)
    )
    if by is not Dimension.TOTAL:
        time = _time(by, "session__starts_at", period.program.zone)
        found = _by_enrollment(found, by, time, "enrollment", cohort=_or_none("session__cohort"))
    absent = Q(kind=MarkKind.ABSENT)
    there = Q(kind__in=[MarkKind.PRESENT, MarkKind.LATE, MarkKind.LEFT_EARLY])
    return found.annotate(
        attended=flag(there),
        excused=flag(absent & ~Q(excuse="")),
        unexcused=flag(absent & Q(excuse="")),
        absent=flag(absent),
        untold=flag(Q(told=False)),
        sent_home=flag(Q(kind=MarkKind.SENT_HOME)),
    )


def reminders(period: Period, by: Dimension) -> Rows:
    """Those that went out in the period to men of the program; an appointment's knows no cohort and no court."""
    his = Enrollment.objects.filter(participant=OuterRef("participant"), program=period.program)
    found = Message.objects.filter(
        Exists(his), kind__in=[SESSION, APPOINTMENT], state=MessageState.SENT, **period.within("sent_at")
    ).annotate(man=_man("participant"))
    if by in TIMES:
        return found.annotate(group=_time(by, "sent_at", period.program.zone))
    return found.annotate(group=F("participant__language")) if by is Dimension.LANGUAGE else found


def deadlines(period: Period, by: Dimension) -> Rows:
    """Due in the period: met, or owed and over. The day of the court's calendar on which it was met counts."""
    owed = Q(state=Deadline.State.OPEN, due_on__lt=period.today) & ~Q(referral__state=State.ON_HOLD)
    kinds = [*REPORTS, DeadlineKind.PROOF_DUE_BY]
    zone = Coalesce("referral__court__time_zone", Value(period.program.time_zone))
    found = Deadline.objects.filter(
        Q(state=Deadline.State.MET) | owed, kind__in=kinds, due_on__range=period.days, referral__program=period.program
    )
    found = found.exclude(referral__closing=Closing.BY_MISTAKE).annotate(
        man=_man("referral__participant"), met_on=DayAt("settled_at", zone)
    )
    if by is not Dimension.TOTAL:
        found = _by_referral(found, by, _time(by, "due_on"), "referral__")
    # Of a case that was forgotten the due date says the month only.
    kept = Q(remains__isnull=False)
    in_time, report = (~kept & Q(met_on__lte=F("due_on"))) | Q(remains__in_time=True), Q(kind__in=REPORTS)
    met = Q(state=Deadline.State.MET)
    notice, proof = Q(kind=DeadlineKind.NONCOMPLIANCE_REPORT), Q(kind=DeadlineKind.PROOF_DUE_BY)
    return found.annotate(
        report=flag(report), on_time=flag(report & in_time), late=flag(report & met & ~in_time),
        not_delivered=flag(report & ~met), notice=flag(notice), notices_on_time=flag(notice & in_time),
        proof=flag(proof), proof_on_time=flag(proof & in_time),
    )  # fmt: skip


def violations(period: Period, by: Dimension) -> Rows:
    """A court's man was found beyond the policy, by the court's calendar; what no longer held isn't one.

    A proposal that gave way to a newer one, before anybody settled it, is the same violation: it counts from the
    first mark that put him there.
    """
    zone = Coalesce("referral__court__time_zone", Value(period.program.time_zone))
    changes = StandingChange.objects.filter(
        enrollment=OuterRef("from_change__enrollment"), new=Standing.POLICY_EXCEEDED
    )
    beyond = changes.exclude(old=Standing.POLICY_EXCEEDED).filter(pk__lte=OuterRef("from_change"))
    same = Proposal.objects.filter(referral=OuterRef("referral"), kind=ReportKind.NONCOMPLIANCE, pk__lt=OuterRef("pk"))
    settled = same.exclude(state=Proposal.State.WITHDRAWN).filter(made_at__gte=OuterRef("went_beyond"))
    notices = ReportStep.objects.filter(
        report__referral=OuterRef("referral"), report__kind__in=TELLS_OF_A_VIOLATION, step=Step.DELIVERED,
        at__gte=OuterRef("found_at"),
    ).exclude(report__last_step=Step.WITHDRAWN)  # fmt: skip
    found: Rows = Proposal.objects.filter(kind=ReportKind.NONCOMPLIANCE, referral__program=period.program)
    found = found.exclude(state=Proposal.State.WITHDRAWN).exclude(referral__closing=Closing.BY_MISTAKE)
    found = found.annotate(went_beyond=Subquery(beyond.order_by("-pk").values("at")[:1]))
    found = found.annotate(found_at=_either(Exists(settled), F("from_change__at"), F("went_beyond"), F("made_at")))
    found = found.annotate(found_on=DayAt("found_at", zone)).filter(found_on__range=period.days)
    found = found.annotate(
        man=_man("referral__participant"), told_on=DayAt(_first(notices, "at", "report__referral"), zone)
    )
    if by is not Dimension.TOTAL:
        found = _by_referral(found, by, _time(by, "found_on"), "referral__")
    return found.annotate(
        violations_told=flag(Q(told_on__isnull=False)),
        violations_dismissed=flag(Q(state=Proposal.State.DISMISSED)),
        at_court=_or_none("referral__court"),
        in_state=Coalesce("referral__court__state", Value(period.program.state)),
    )


def _either(condition: Any, then: Any, other: Any, last: Any) -> Coalesce:
    return Coalesce(Case(When(condition, then=then), default=other), last)


def entries(period: Period, by: Dimension) -> Rows:
    """Lines of the ledger by the day that the books count; what is taken back counts on its own day.

    All of them, as `programs.books` has them: what was paid was paid, be the case entered by mistake.
    """
    found = FeeEntry.objects.filter(program=period.program, on__range=period.days)
    found = found.annotate(man=_man("enrollment__participant"))
    if by is not Dimension.TOTAL:
        found = _by_enrollment(found, by, _time(by, "on"), "enrollment")

    def dollars(more: EntryKind, less: EntryKind | None = None) -> Any:
        plus, minus = Q(kind=more), Q(reverses__kind=more)
        if less:
            plus, minus = plus | Q(reverses__kind=less), minus | Q(kind=less)
        ways = When(plus, then=F("amount")), When(minus, then=-F("amount"))
        return Case(*ways, default=None, output_field=DecimalField(max_digits=12, decimal_places=2))

    return found.annotate(
        assessed=dollars(EntryKind.ASSESSED),
        collected=dollars(EntryKind.PAID, EntryKind.REFUNDED),
        waived=dollars(EntryKind.WAIVED),
    )


SOURCES: dict[str, Callable[[Period, Dimension], Rows]] = {
    one.__name__: one
    for one in (referrals, stays, opened, begun, ended, marks, reminders, deadlines, violations, entries)
}
