"""Invented worlds of some men, with whatever may go right, wrong, on hold, to another court, or back again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from courts.kinds import ReferralKind
from courts.models import Referral
from courts.moves import OWING, Closing, State
from courts.steps import ReportKind
from participants.kinds import ContactResult
from participants.models import Participant
from programs.kinds import EntryKind, MarkKind, PaidBy, RequirementKind, Standing
from programs.models import Enrollment, Session
from tests.factories.accounts import UserFactory
from tests.factories.courts import (
    ClosureFactory,
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

BEGINS, ENDS, TODAY = date(2026, 1, 1), date(2026, 5, 31), date(2026, 5, 10)
# A court two hours to the east: its day begins earlier.
ZONES = ("America/Los_Angeles", "America/Chicago")
REPORTS = ("progress_report", "completion_report", "noncompliance_report", "no_show_report")
# Some more often than the others: they would come too rarely by chance alone.
DATES = (*REPORTS, *["proof_due_by"] * 3, "enroll_by")
KINDS = (*MarkKind, MarkKind.ABSENT, MarkKind.ABSENT)
CLOSINGS = (*Closing, *[Closing.COMPLETED] * 4)


class Invented:
    """`chance` makes each choice: the same seed gives the same world."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.by = UserFactory()
        self.program = ProgramFactory()
        self.elsewhere = ProgramFactory()
        self.courts = [CourtFactory(time_zone=zone) for zone in ZONES]
        self.cohorts = [CohortFactory(program=self.program, name=name) for name in ("Tuesdays", "Fridays")]
        self.schedule = FeeScheduleFactory(program=self.program, made_by=self.by)
        self.receipts = 0
        self.sessions = [self.session() for _ in range(chance.randint(2, 5))]
        if self.maybe():
            ClosureFactory(court=self.one_of([None, self.courts[0]]), on=self.day(), made_by=self.by)
        for _ in range(chance.randint(9, 14)):
            self.man()

    # --- By chance

    def maybe(self, times: int = 2) -> bool:
        return self.chance.randint(1, times) == 1

    def one_of(self, some: Any) -> Any:
        return self.chance.choice(list(some))

    def day(self) -> date:
        """Now and then on the edge of the period, or outside of it."""
        if self.maybe(5):
            edges = BEGINS, ENDS, BEGINS - timedelta(days=1), ENDS + timedelta(days=1), TODAY, TODAY - timedelta(days=1)
            return self.one_of(edges)
        return BEGINS + timedelta(days=self.chance.randint(-20, 170))

    def at(self, on: date | None = None) -> datetime:
        """Some hour of a day in Seattle; its last ones are the next day by UTC, and in Chicago."""
        hour = self.one_of((8, 13, 20, 31))
        return datetime.combine(on or self.day(), datetime.min.time(), UTC) + timedelta(hours=hour)

    # --- What there is

    def session(self) -> Session:
        cohort = self.one_of([*self.cohorts, None])
        more = {"cohort": cohort} if cohort else {"cohort": None, "program": self.program}
        state = {"state": "canceled", "canceled_why": "Snow."} if self.maybe(4) else {}
        return SessionFactory(starts_at=self.at(), **state, **more)

    def man(self) -> None:
        him = ParticipantFactory(language=self.one_of(["en", "es"]))
        files = [him]
        if self.maybe(3):
            files.append(ParticipantFactory(language=him.language, merged_into=him))
        for _ in range(self.chance.randint(0, 3)):
            result = self.one_of(ContactResult)
            ContactAttemptFactory(participant=self.one_of(files), at=self.at(), result=result, by=self.by)
        enrollments = self.enrollments(him)
        for _ in range(self.chance.randint(1, 3)):
            self.referral(him, self.one_of([None, *enrollments]))
        if self.maybe():
            self.message(him, "appointment_reminder", "participants.Appointment:1")

    def enrollments(self, him: Participant) -> list[Enrollment]:
        """None, one, or one after the other."""
        many = self.one_of([0, 1, 1, 2])
        found = []
        for number in range(many):
            is_open = number == many - 1 and self.maybe()
            program = self.elsewhere if self.maybe(8) else self.program
            found.append(self.enrollment(him, program, is_open=is_open))
        return found

    def enrollment(self, him: Participant, program: Any, *, is_open: bool) -> Enrollment:
        opened = self.at()
        over: dict[str, Any] = {"state": self.one_of(["intake", "waiting", "seated"])}
        if not is_open:
            finished = self.maybe()
            why = "" if finished else self.one_of(Enrollment.Ended)
            state = "finished" if finished else "ended"
            over = {"state": state, "ended_why": why, "closed_at": opened + timedelta(days=self.chance.randint(0, 90))}
        made = EnrollmentFactory(participant=him, program=program, opened_at=opened, **over)
        if self.maybe():
            RequirementFactory(enrollment=made, kind=RequirementKind.INTAKE, met_on=self.day(), recorded_by=self.by)
        self.seats(made)
        if program == self.program:
            for session in self.sessions:
                if self.maybe():
                    self.mark(made, session)
            for _ in range(self.chance.randint(0, 3)):
                self.fee(made)
        return made

    def seats(self, his: Enrollment) -> None:
        many, on = self.one_of([0, 1, 1, 2]), self.day()
        for number in range(many):
            last = number == many - 1
            closed = {} if last else {"to_on": on + timedelta(days=5), "closed_at": self.at(), "closed_by": self.by}
            SeatFactory(enrollment=his, cohort=self.one_of(self.cohorts), from_on=on, opened_by=self.by, **closed)
            on += timedelta(days=6)

    def mark(self, his: Enrollment, session: Session) -> None:
        first = self.marked(his, session)
        if self.maybe(4):
            self.marked(his, session, supersedes=first)
        if self.maybe():
            self.message(his.participant, "session_reminder", f"programs.Session:{session.pk}")

    def marked(self, his: Enrollment, session: Session, **more: Any) -> Any:
        kind = self.one_of(KINDS)
        if kind in (MarkKind.LATE, MarkKind.LEFT_EARLY):
            more["minutes"] = 15
        if kind == MarkKind.SENT_HOME:
            more["rule"] = "4"
        if kind == MarkKind.ABSENT:
            more["excuse"] = self.one_of(["", "", "illness"])
        return MarkFactory(enrollment=his, session=session, kind=kind, by=self.by, **more)

    def message(self, him: Participant, kind: str, about: str) -> None:
        state: dict[str, Any] = {"state": "sent", "sent_at": self.at()}
        if self.maybe(4):
            state = {"state": "skipped", "reason": "moved"}
        MessageFactory(kind=kind, about=about, user=None, participant=him, **state)

    def fee(self, his: Enrollment) -> None:
        kind = self.one_of([EntryKind.ASSESSED, EntryKind.PAID, EntryKind.WAIVED, EntryKind.REFUNDED])
        made = self.entry(his, kind, Decimal(self.chance.randint(1, 90_000)) / 100)
        if self.maybe(3):
            self.entry(his, EntryKind.REVERSED, made.amount, reverses=made)

    def entry(self, his: Enrollment, kind: EntryKind, amount: Decimal, **more: Any) -> Any:
        if kind in (EntryKind.PAID, EntryKind.REFUNDED):
            self.receipts += 1
            more |= {"receipt_year": 2026, "receipt_number": self.receipts, "paid_by": PaidBy.CASH}
        if kind == EntryKind.WAIVED:
            more["approved_by"] = self.by
        return FeeEntryFactory(enrollment=his, kind=kind, amount=amount, on=self.day(), schedule=self.schedule,
                               program=self.program, by=self.by, **more)  # fmt: skip

    # --- A case

    def referral(self, him: Participant, enrollment: Enrollment | None) -> None:
        program = enrollment.program if enrollment else self.program
        court = self.one_of([*self.courts, None])
        kind = self.one_of([ReferralKind.SENTENCE, ReferralKind.FELONY, ReferralKind.SELF])
        made: Referral = ReferralFactory(
            program=program, participant=him, court=court, kind=kind, received_on=self.day(), enrollment=enrollment,
            **self.fate(enrollment),
        )  # fmt: skip
        if self.maybe(3):
            self.close(made)
        self.moves(made)
        for _ in range(self.chance.randint(0, 2)):
            self.deadline(made)
        if enrollment and self.maybe():
            self.violation(made, enrollment)

    def fate(self, enrollment: Enrollment | None) -> dict[str, Any]:
        with_one = [State.RECEIVED, State.ACCEPTED, State.ENROLLED, State.ON_HOLD, State.DECLINED]
        return {"state": self.one_of(with_one if enrollment else [State.RECEIVED, State.DECLINED])}

    def close(self, made: Referral) -> None:
        made.state, made.closing, made.closed_at = State.CLOSED, self.one_of(CLOSINGS), self.at()
        if made.closing in OWING:
            made.closing_report = ReportFactory(referral=made)
        if made.closing == Closing.MOVED:
            made.moved_to = ReferralFactory(program=made.program, participant=made.participant, court=self.courts[1],
                                            received_on=self.day(), enrollment=made.enrollment)  # fmt: skip
        made.save()

    def moves(self, made: Referral) -> None:
        at, old = self.at(), ""
        for number in range(1, self.chance.randint(1, 5)):
            new = self.one_of([State.RECEIVED, State.ACCEPTED, State.ENROLLED, State.ON_HOLD])
            ReferralMoveFactory(referral=made, number=number, old=old, new=new, at=at)
            at, old = at + timedelta(days=self.chance.randint(0, 30)), new

    def deadline(self, made: Referral) -> None:
        state = self.one_of(["open", "met", "met", "waived", "extended"])
        due_on = self.day()
        late = timedelta(days=self.one_of((-3, 0, 0, 1, 9)))
        settled = None if state == "open" else self.at(due_on + late)
        # Two of one kind on one day can't both be open.
        if not made.deadlines.filter(due_on=due_on).exists():
            DeadlineFactory(referral=made, kind=self.one_of(DATES), due_on=due_on, state=state, settled_at=settled,
                            next_alert_on=None)  # fmt: skip

    def violation(self, made: Referral, his: Enrollment) -> None:
        at, old = self.at(), Standing.ON_TRACK
        for _ in range(self.chance.randint(1, 3)):
            change = StandingChangeFactory(enrollment=his, old=old, new=Standing.POLICY_EXCEEDED, at=at)
            old = self.one_of([Standing.POLICY_EXCEEDED, Standing.ON_TRACK])
            state = self.one_of(["taken", "dismissed", "withdrawn"])
            by = None if state == "withdrawn" else self.by
            one = ProposalFactory(referral=made, kind=ReportKind.NONCOMPLIANCE, from_change=change, state=state,
                                  made_at=at, settled_at=at, settled_by=by)  # fmt: skip
            if state == "taken":
                self.notice(made, one, at)
            at += timedelta(days=self.chance.randint(0, 12))

    def notice(self, made: Referral, proposal: Any, at: datetime) -> None:
        kind = self.one_of([ReportKind.NONCOMPLIANCE, ReportKind.DISCHARGE, ReportKind.PROGRESS])
        report = ReportFactory(referral=made, kind=kind, proposal=proposal)
        steps = self.one_of([["proposed"], ["proposed", "delivered"], ["proposed", "delivered", "withdrawn"]])
        for number, step in enumerate(steps, start=1):
            ReportStepFactory(report=report, number=number, step=step, at=at + timedelta(hours=11 * number))
