"""programs: what its tables refuse."""

from datetime import date

from programs.kinds import MarkKind
from programs.models import Seat
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.participants import AppointmentFactory
from tests.factories.programs import (
    BookingFactory,
    CalendarFeedFactory,
    CohortFactory,
    CurriculumFactory,
    DayOffFactory,
    EligibilityItemFactory,
    EnrollmentFactory,
    MarkFactory,
    ModuleFactory,
    PolicyFactory,
    ProgramFactory,
    RequirementFactory,
    SeatFactory,
    SessionFactory,
    SessionLeaderFactory,
    SessionNoteFactory,
    SignerFactory,
    VisitorFactory,
)


def held(**fields: object) -> object:
    """A session held, but for what `fields` take away."""
    whole = {"taught": ModuleFactory(), "minutes_held": 120, "closed_at": NOW, "closed_by": UserFactory()}
    return SessionFactory(state="held", **{**whole, **fields})


def closed_seat(**fields: object) -> Seat:
    whole = {"to_on": date(2026, 3, 10), "closed_at": NOW, "closed_by": UserFactory()}
    return SeatFactory(**{**whole, **fields})


def two_marks_that_supersede_one() -> None:
    first = MarkFactory()
    for _ in range(2):
        MarkFactory(enrollment=first.enrollment, session=first.session, supersedes=first)


def one_appointment_for_two() -> None:
    appointment = AppointmentFactory()
    for _ in range(2):
        RequirementFactory(appointment=appointment)


REFUSED: Listed = [
    ("programs.Program.name", lambda: again(ProgramFactory, "name")),
    ("programs.Program.number_prefix", lambda: again(ProgramFactory, "number_prefix")),
    ("programs_signer_once", lambda: again(SignerFactory, "program", "user")),
    ("programs_dayoff_once", lambda: again(DayOffFactory, "program", "on")),
    ("programs_eligibility_code_once", lambda: again(EligibilityItemFactory, "program", "code")),
    ("programs_eligibility_position_once", lambda: again(EligibilityItemFactory, "program", "position")),
    ("programs_curriculum_version_once", lambda: again(CurriculumFactory, "program", "version")),
    ("programs_module_week_once", lambda: again(ModuleFactory, "curriculum", "week")),
    ("programs_module_week_from_one", lambda: ModuleFactory(week=0)),
    ("programs_policy_version_once", lambda: again(PolicyFactory, "program", "version")),
    ("programs_policy_asks_for_sessions", lambda: PolicyFactory(sessions_required=0)),
    (
        "programs_policy_warns_before_it_notifies",
        lambda: PolicyFactory(unexcused_warn_at=3, unexcused_notice_at=2),
    ),
    ("programs_policy_needs_someone_there", lambda: PolicyFactory(least_present=0)),
    ("programs_cohort_name_once", lambda: again(CohortFactory, "program", "name")),
    ("programs_cohort_weekday", lambda: CohortFactory(weekday=7)),
    ("programs_cohort_least_fits", lambda: CohortFactory(capacity=4, least=5)),
    ("programs_cohort_least_fits", lambda: CohortFactory(least=0)),
    ("programs_cohort_meets_somewhere", lambda: CohortFactory(place="", link="")),
    ("programs_cohort_lasts", lambda: CohortFactory(minutes=0)),
    ("programs_session_week_once", lambda: again(SessionFactory, "cohort", "module")),
    ("programs_session_held_is_confirmed", lambda: held(taught=None)),
    ("programs_session_held_is_confirmed", lambda: held(minutes_held=None)),
    ("programs_session_held_is_confirmed", lambda: held(closed_at=None)),
    ("programs_session_held_is_confirmed", lambda: held(closed_by=None)),
    ("programs_session_held_is_confirmed", lambda: SessionFactory(minutes_held=120)),
    ("programs_session_canceled_says_why", lambda: SessionFactory(state="canceled")),
    ("programs_session_canceled_says_why", lambda: SessionFactory(canceled_why="weather")),
    ("programs_session_lasts", lambda: SessionFactory(minutes=0)),
    ("programs_sessionleader_once", lambda: again(SessionLeaderFactory, "session", "user")),
    ("programs_enrollment_one_open", lambda: again(EnrollmentFactory, "participant", "program")),
    ("programs_enrollment_closed_when_over", lambda: EnrollmentFactory(finished=True, closed_at=None)),
    ("programs_enrollment_closed_when_over", lambda: EnrollmentFactory(closed_at=NOW)),
    ("programs_enrollment_ended_says_why", lambda: EnrollmentFactory(ended=True, ended_why="")),
    ("programs_enrollment_ended_says_why", lambda: EnrollmentFactory(ended_why="discharged")),
    ("programs_seat_one_taken", lambda: again(SeatFactory, "enrollment")),
    ("programs_seat_closed_at_and_by", lambda: closed_seat(closed_by=None)),
    ("programs_seat_closed_at_and_by", lambda: closed_seat(closed_at=None)),
    ("programs_seat_closed_at_and_by", lambda: closed_seat(to_on=None)),
    ("programs_seat_in_order", lambda: closed_seat(to_on=date(2026, 3, 2))),
    ("programs_booking_once", lambda: again(BookingFactory, "enrollment", "session")),
    ("programs_booking_canceled_at_and_by", lambda: BookingFactory(canceled_at=NOW)),
    ("programs_booking_canceled_at_and_by", lambda: BookingFactory(canceled_by=UserFactory())),
    ("programs_requirement_once", lambda: again(RequirementFactory, "enrollment", "kind")),
    ("programs.Requirement.appointment", one_appointment_for_two),
    ("programs_mark_one_first", lambda: again(MarkFactory, "enrollment", "session")),
    ("programs_mark_minutes", lambda: MarkFactory(kind=MarkKind.LATE)),
    ("programs_mark_minutes", lambda: MarkFactory(kind=MarkKind.LEFT_EARLY, minutes=0)),
    ("programs_mark_minutes", lambda: MarkFactory(kind=MarkKind.PRESENT, minutes=5)),
    ("programs_mark_sent_home_names_the_rule", lambda: MarkFactory(kind=MarkKind.SENT_HOME)),
    ("programs_mark_sent_home_names_the_rule", lambda: MarkFactory(kind=MarkKind.PRESENT, rule="7")),
    ("programs_mark_excuses_an_absence", lambda: MarkFactory(kind=MarkKind.PRESENT, excuse="illness")),
    ("programs_mark_took_part_if_there", lambda: MarkFactory(kind=MarkKind.ABSENT, took_part=False)),
    ("programs_mark_took_part_if_there", lambda: MarkFactory(kind=MarkKind.ABSENT, homework=True)),
    ("programs.Mark.supersedes", two_marks_that_supersede_one),
    ("programs.Mark.idempotency_key", lambda: again(MarkFactory, "idempotency_key")),
    ("programs_cohort_merged_is_closed", lambda: CohortFactory(merged_into=CohortFactory())),
    ("programs.SessionNote.idempotency_key", lambda: again(SessionNoteFactory, "idempotency_key")),
    ("programs_sessionnote_private_is_not_seen", lambda: SessionNoteFactory(seen_at=NOW)),
    ("programs_visitor_taken_back_at_and_by", lambda: VisitorFactory(taken_back_at=NOW)),
    ("programs_visitor_taken_back_at_and_by", lambda: VisitorFactory(taken_back_by=UserFactory())),
    ("programs.CalendarFeed.user", lambda: again(CalendarFeedFactory, "user")),
    ("programs.CalendarFeed.token_hash", lambda: again(CalendarFeedFactory, "token_hash")),
]


def snow_day_and_its_replacement() -> object:
    canceled = SessionFactory(state="canceled", canceled_why="weather")
    return SessionFactory(cohort=canceled.cohort, module=canceled.module)


def a_correction() -> object:
    first = MarkFactory(kind=MarkKind.ABSENT)
    return MarkFactory(enrollment=first.enrollment, session=first.session, supersedes=first)


def transferred() -> object:
    old = closed_seat()
    return SeatFactory(enrollment=old.enrollment, from_on=date(2026, 3, 10))


ALLOWED: Listed = [
    ("programs_signer_once", lambda: again(SignerFactory, "program", "user", ended_at=NOW)),
    ("programs_session_week_once", snow_day_and_its_replacement),
    ("programs_enrollment_one_open", lambda: again(EnrollmentFactory, "participant", "program", ended=True)),
    ("programs_seat_one_taken", transferred),
    (
        "programs_booking_once",
        lambda: again(BookingFactory, "enrollment", "session", canceled_at=NOW, canceled_by=UserFactory()),
    ),
    ("programs_mark_one_first", a_correction),
    ("programs_session_held_is_confirmed", held),
    ("programs_cohort_meets_somewhere", lambda: CohortFactory(place="", link="https://meet.example/a")),
]
