"""A small world that was counted by hand: see each line of `world`, and of the tests that ask for its figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from courts.deadlines import DeadlineKind
from courts.kinds import ReferralKind
from courts.models import Court, Referral
from courts.moves import Closing, State
from courts.steps import ReportKind, Step
from participants.models import Participant
from programs.actions.reminders import APPOINTMENT, SESSION
from programs.kinds import EntryKind, MarkKind, PaidBy, RequirementKind, Standing
from programs.models import Cohort, Enrollment, Program, Session
from tests.factories.courts import (
    CourtFactory,
    DeadlineFactory,
    ProposalFactory,
    ReferralFactory,
    ReferralMoveFactory,
    ReportFactory,
    ReportStepFactory,
)
from tests.factories.messaging import MessageFactory
from tests.factories.money import FeeEntryFactory, FeeScheduleFactory
from tests.factories.participants import ContactAttemptFactory, ParticipantFactory
from tests.factories.programs import (
    CohortFactory,
    EnrollmentFactory,
    MarkFactory,
    ProgramFactory,
    RequirementFactory,
    SeatFactory,
    SessionFactory,
    StandingChangeFactory,
)

BEGINS, ENDS, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 15)


def noon(month: int, day: int, hour: int = 12) -> datetime:
    """In Seattle, in winter."""
    return datetime(2026, month, day, hour + 8, tzinfo=UTC) if hour < 16 else datetime(
        2026, month, day, hour - 16, tzinfo=UTC) + timedelta(days=1)  # fmt: skip


class World:
    """Two courts, two cohorts, and men whose first name says what becomes of each."""

    def __init__(self) -> None:
        self.program: Program = ProgramFactory()
        self.kent: Court = CourtFactory(name="Kent")
        self.renton: Court = CourtFactory(name="Renton")
        self.tuesdays: Cohort = CohortFactory(program=self.program, name="Tuesdays")
        self.fridays: Cohort = CohortFactory(program=self.program, name="Fridays", curriculum=self.tuesdays.curriculum,
                                             policy=self.tuesdays.policy)  # fmt: skip
        self.schedule = FeeScheduleFactory(program=self.program)

    def man(self, name: str, language: str = "en") -> Participant:
        return ParticipantFactory(first_name=name, language=language)

    def referral(self, him: Participant, court: Court | None, on: date, **more: Any) -> Referral:
        return ReferralFactory(program=self.program, participant=him, court=court, received_on=on, **more)

    def enrollment(self, him: Participant, on: datetime, **more: Any) -> Enrollment:
        return EnrollmentFactory(program=self.program, participant=him, opened_at=on, **more)

    def seat(self, enrollment: Enrollment, cohort: Cohort, on: date, **more: Any) -> None:
        SeatFactory(enrollment=enrollment, cohort=cohort, from_on=on, **more)

    def evening(self, cohort: Cohort, at: datetime, **more: Any) -> Session:
        return SessionFactory(cohort=cohort, starts_at=at, **more)


def world() -> World:
    here = World()
    alan, bela, carl = here.man("Alan"), here.man("Bela", "es"), here.man("Carl")
    dino, emil, finn, gary = here.man("Dino"), here.man("Emil", "es"), here.man("Finn"), here.man("Gary")

    # Alan: Kent, January; tried after 2 days, reached after 4, intake after 9, seat after 12; completed.
    alans = here.enrollment(alan, noon(1, 9), state="finished", closed_at=noon(3, 30))
    kent = here.referral(alan, here.kent, date(2026, 1, 5), enrollment=alans, state=State.ENROLLED)
    ContactAttemptFactory(participant=alan, at=noon(1, 3), result="reached")  # before he was referred
    ContactAttemptFactory(participant=alan, at=noon(1, 7), result="no_answer")
    ContactAttemptFactory(participant=alan, at=noon(1, 9), result="reached")
    RequirementFactory(enrollment=alans, kind=RequirementKind.INTAKE, met_on=date(2026, 1, 14))
    RequirementFactory(enrollment=alans, kind=RequirementKind.AGREEMENT, met_on=date(2026, 1, 6))
    here.seat(alans, here.tuesdays, date(2026, 1, 17))
    # And a second referral by Renton in February, while he is in it: the same enrollment fulfils both.
    here.referral(
        alan, here.renton, date(2026, 2, 10), enrollment=alans, state=State.ENROLLED, kind=ReferralKind.FELONY
    )
    _completed(kent)
    for number, (old, new, at) in enumerate(
        [("", "received", noon(1, 5)), ("received", "accepted", noon(1, 9)), ("accepted", "enrolled", noon(1, 17)),
         ("enrolled", "closed", noon(3, 31))], start=1,
    ):  # fmt: skip
        ReferralMoveFactory(referral=kent, number=number, old=old, new=new, at=at)

    # Bela: Kent, January; moved from Tuesdays to Fridays in February; discharged in March.
    belas = here.enrollment(bela, noon(1, 21), state="ended", ended_why="discharged", closed_at=noon(3, 20))
    here.referral(bela, here.kent, date(2026, 1, 20), enrollment=belas, state=State.ENROLLED)
    RequirementFactory(enrollment=belas, kind=RequirementKind.INTAKE, met_on=date(2026, 1, 23))
    here.seat(belas, here.tuesdays, date(2026, 1, 27), to_on=date(2026, 2, 10), closed_at=noon(2, 10),
              closed_by=here.schedule.made_by)  # fmt: skip
    here.seat(belas, here.fridays, date(2026, 2, 13))

    # Carl: Renton, February; on hold, after he took a seat in March.
    held = here.enrollment(carl, noon(2, 20), state="seated")
    on_hold = here.referral(carl, here.renton, date(2026, 2, 17), enrollment=held, state=State.ON_HOLD)
    here.seat(held, here.fridays, date(2026, 3, 6))
    for number, (old, new, at) in enumerate(
        [("", "received", noon(2, 17)), ("received", "accepted", noon(2, 20)), ("accepted", "enrolled", noon(3, 6)),
         ("enrolled", "on_hold", noon(3, 16))], start=1,
    ):  # fmt: skip
        ReferralMoveFactory(referral=on_hold, number=number, old=old, new=new, at=at)

    # Dino: declined. Emil: nobody has decided. Finn: recalled before anybody did; and a referral typed by mistake.
    here.referral(dino, here.kent, date(2026, 3, 2), declined=True)
    here.referral(emil, None, date(2026, 3, 31), kind=ReferralKind.SELF, case_number="")
    here.referral(finn, here.renton, date(2026, 3, 3), closed=True)
    here.referral(
        finn, here.kent, date(2026, 3, 4), state=State.CLOSED, closing=Closing.BY_MISTAKE, closed_at=noon(3, 5)
    )

    # Gary: Kent, January; alans case moved to Renton in April and goes on there. He began last year.
    moved = here.enrollment(gary, noon(1, 2), state="seated")
    now_at = here.referral(gary, here.renton, date(2026, 4, 8), enrollment=moved, state=State.ENROLLED)
    here.referral(gary, here.kent, date(2026, 1, 2), enrollment=moved, state=State.CLOSED, closing=Closing.MOVED,
                  moved_to=now_at, closed_at=noon(4, 8))  # fmt: skip
    here.seat(moved, here.tuesdays, date(2025, 12, 30))

    # Outside: the day before, the day after, another program.
    here.referral(here.man("Hugo"), here.kent, date(2025, 12, 31))
    here.referral(here.man("Ivan"), here.kent, date(2026, 4, 1))
    ReferralFactory(court=here.kent, received_on=date(2026, 2, 1))
    _evenings(here, alans, belas)
    _dates(here, kent, on_hold)
    _violations(here, Referral.objects.get(enrollment=belas), on_hold)
    _money(here, alans, belas)
    return here


def _completed(kent: Referral) -> None:
    report = ReportFactory(referral=kent, steps=[Step.PROPOSED, Step.IN_REVIEW, Step.ISSUED, Step.DELIVERED])
    kent.state, kent.closing, kent.closing_report, kent.closed_at = State.CLOSED, Closing.COMPLETED, report, noon(3, 31)
    kent.save()


def _evenings(here: World, alans: Enrollment, belas: Enrollment) -> None:
    """Alan: present, late, absent and excused, sent home, not provided. Bela: absent, corrected to present; absent."""
    first = here.evening(here.tuesdays, noon(1, 31, 19))
    for kind, session, more in (
        # By the clock of the program the last evening of January, though it is February in London.
        (MarkKind.PRESENT, first, {}),
        (MarkKind.LATE, here.evening(here.tuesdays, noon(2, 3, 18)), {"minutes": 40}),
        (MarkKind.ABSENT, here.evening(here.tuesdays, noon(2, 10, 18)), {"excuse": "illness"}),
        (MarkKind.SENT_HOME, here.evening(here.tuesdays, noon(2, 17, 18)), {"rule": "4"}),
        (MarkKind.NOT_PROVIDED, here.evening(here.tuesdays, noon(2, 24, 18)), {}),
    ):
        MarkFactory(enrollment=alans, session=session, kind=kind, **more)
    wrong = MarkFactory(enrollment=belas, session=first, kind=MarkKind.ABSENT)
    MarkFactory(enrollment=belas, session=first, kind=MarkKind.PRESENT, supersedes=wrong)
    friday = here.evening(here.fridays, noon(3, 6, 18))
    MarkFactory(enrollment=belas, session=friday, kind=MarkKind.ABSENT)
    MarkFactory(enrollment=belas, session=here.evening(here.fridays, noon(4, 3, 18)), kind=MarkKind.PRESENT)

    def told(session: Session, him: Enrollment, n: int, **more: Any) -> None:
        MessageFactory(
            key=f"reminder:{n}", kind=SESSION, about=f"programs.Session:{session.pk}", user=None,
            participant=him.participant, due_at=noon(1, 30), planned_at=noon(1, 30), **more,
        )  # fmt: skip

    told(first, alans, 1, state="sent", sent_at=noon(1, 30))
    told(first, alans, 2, state="sent", sent_at=noon(1, 31))
    told(friday, belas, 3, state="sent", sent_at=noon(3, 5))
    told(first, belas, 4, state="skipped", reason="moved")
    MessageFactory(kind=APPOINTMENT, user=None, participant=belas.participant, state="sent", sent_at=noon(2, 1))
    MessageFactory(kind=APPOINTMENT, user=None, participant=here.man("Karl"), state="sent", sent_at=noon(2, 1))


def _dates(here: World, kent: Referral, on_hold: Referral) -> None:
    def due(referral: Referral, kind: DeadlineKind, on: date, met: datetime | None, state: str = "met") -> None:
        DeadlineFactory(referral=referral, kind=kind, due_on=on, state=state, settled_at=met, next_alert_on=None)

    renton = Referral.objects.get(kind=ReferralKind.FELONY)
    # At eight in the evening of the due day: by UTC it is the day after.
    due(kent, DeadlineKind.PROGRESS_REPORT, date(2026, 2, 10), noon(2, 10, 20))
    due(renton, DeadlineKind.PROGRESS_REPORT, date(2026, 3, 10), noon(3, 11))
    due(renton, DeadlineKind.COMPLETION_REPORT, date(2026, 3, 31), None, "open")
    due(kent, DeadlineKind.PROOF_DUE_BY, date(2026, 3, 31), noon(3, 31))
    due(renton, DeadlineKind.PROOF_DUE_BY, date(2026, 3, 30), None, "open")
    # Not counted: on hold, waived, extended, due later.
    due(on_hold, DeadlineKind.PROGRESS_REPORT, date(2026, 3, 10), None, "open")
    due(kent, DeadlineKind.NONCOMPLIANCE_REPORT, date(2026, 3, 10), noon(3, 9), "waived")
    due(kent, DeadlineKind.PROOF_DUE_BY, date(2026, 2, 27), noon(2, 20), "extended")
    due(kent, DeadlineKind.PROGRESS_REPORT, date(2026, 4, 10), noon(4, 10))
    due(kent, DeadlineKind.COMPLETE_BY, date(2026, 3, 20), noon(3, 20))


def _violations(here: World, bela: Referral, on_hold: Referral) -> None:
    """Bela's on Friday, March 6, reported on Wednesday, March 11: three business days. Carl's was dismissed."""
    by = here.schedule.made_by
    beyond = StandingChangeFactory(enrollment=bela.enrollment, new=Standing.POLICY_EXCEEDED, at=noon(3, 6, 20))
    again = StandingChangeFactory(
        enrollment=bela.enrollment, old=Standing.POLICY_EXCEEDED, new=Standing.POLICY_EXCEEDED, at=noon(3, 9)
    )
    # It gave way to a newer one before anybody settled it: one violation, from the first mark on.
    ProposalFactory(
        referral=bela, kind=ReportKind.NONCOMPLIANCE, from_change=beyond, state="withdrawn", settled_at=noon(3, 9),
        made_at=noon(3, 6, 20),
    )  # fmt: skip
    taken = ProposalFactory(
        referral=bela, kind=ReportKind.NONCOMPLIANCE, from_change=again, state="taken", settled_at=noon(3, 10),
        settled_by=by, made_at=noon(3, 9),
    )  # fmt: skip
    notice = ReportFactory(referral=bela, kind=ReportKind.NONCOMPLIANCE, proposal=taken)
    ReportStepFactory(report=notice, number=1, step=Step.PROPOSED, at=noon(3, 10))
    ReportStepFactory(report=notice, number=2, step=Step.DELIVERED, at=noon(3, 11))
    alans = StandingChangeFactory(enrollment=on_hold.enrollment, new=Standing.POLICY_EXCEEDED, at=noon(3, 9))
    ProposalFactory(
        referral=on_hold, kind=ReportKind.NONCOMPLIANCE, from_change=alans, state="dismissed", settled_at=noon(3, 12),
        settled_by=by, made_at=noon(3, 9),
    )  # fmt: skip


def _money(here: World, alans: Enrollment, belas: Enrollment) -> None:
    def entry(enrollment: Enrollment, kind: EntryKind, amount: int, on: date, **more: Any) -> Any:
        receipt = {"receipt_year": 2026, "receipt_number": len(made) + 1, "paid_by": PaidBy.CASH}
        with_receipt = receipt if kind in (EntryKind.PAID, EntryKind.REFUNDED) else {}
        made.append(FeeEntryFactory(enrollment=enrollment, kind=kind, amount=Decimal(amount), on=on,
                                    schedule=here.schedule, **with_receipt, **more))  # fmt: skip
        return made[-1]

    made: list[Any] = []
    entry(alans, EntryKind.ASSESSED, 900, date(2026, 1, 14))
    entry(alans, EntryKind.PAID, 300, date(2026, 1, 14))
    entry(alans, EntryKind.PAID, 200, date(2026, 2, 3))
    entry(alans, EntryKind.REFUNDED, 50, date(2026, 3, 31))
    wrong = entry(belas, EntryKind.PAID, 400, date(2026, 2, 3))
    entry(belas, EntryKind.REVERSED, 400, date(2026, 2, 4), reverses=wrong)
    entry(belas, EntryKind.ASSESSED, 500, date(2026, 1, 23))
    entry(belas, EntryKind.WAIVED, 100, date(2026, 3, 2), approved_by=here.schedule.made_by)
    entry(belas, EntryKind.PAID, 70, date(2026, 4, 1))
