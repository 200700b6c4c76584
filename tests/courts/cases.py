"""One man's case, each step taken by the action that the office takes; a program of three Tuesday evenings."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from accounts.models import User
from courts.actions import deliveries, proposals, reports, reviews, seating, states
from courts.models import Delivery, IssuedDocument, Proposal, Recipient, Referral, Report, Review
from courts.moves import Closing, State
from courts.steps import ReportKind
from programs.actions import enrollments
from programs.actions.standing import reassess
from programs.kinds import MarkKind, RequirementKind
from programs.models import Cohort, Enrollment, Program, Session, Signer
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import (
    ClerkshipFactory,
    RecipientFactory,
    ReferralFactory,
    ReferralMoveFactory,
    ReportFactory,
)
from tests.factories.programs import (
    CohortFactory,
    CurriculumFactory,
    MarkFactory,
    PolicyFactory,
    ProgramFactory,
    SessionFactory,
    SignerFactory,
)
from tests.house import our_models

FIRST = datetime(2026, 3, 11, 1, tzinfo=UTC)  # Tuesday, March 10, at 18:00 in Seattle
WEEKS = 3
# The morning after the last evening.
AFTER = datetime(2026, 3, 25, 17, tzinfo=UTC)


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in our_models()}


def program(**fields: Any) -> Program:
    """With a curriculum of three weeks, and a policy that asks for them, the intake and the exit interview."""
    made: Program = ProgramFactory.create(**fields)
    CurriculumFactory(program=made, version=1, weeks=WEEKS)
    PolicyFactory(program=made, version=1, sessions_required=WEEKS, requires=["intake", "exit_interview"])
    return made


def cohort(of: Program, *, first: datetime = FIRST, **fields: Any) -> Cohort:
    curriculum, policy = of.curricula.get(), of.policies.get()
    made: Cohort = CohortFactory.create(program=of, curriculum=curriculum, policy=policy, starts_at=time(18), **fields)
    for number, module in enumerate(curriculum.modules.all()):
        SessionFactory(cohort=made, module=module, starts_at=first + timedelta(weeks=number))
    return made


def received(**fields: Any) -> Referral:
    referral: Referral = ReferralFactory.create(**fields)
    ReferralMoveFactory(referral=referral)
    return referral


@dataclass
class Case:
    referral: Referral
    by: User

    @classmethod
    def of(cls, referral: Referral) -> "Case":
        return cls(referral=referral, by=UserFactory.create())

    @property
    def enrollment(self) -> Enrollment:
        self.referral.refresh_from_db()
        assert self.referral.enrollment is not None
        return self.referral.enrollment

    @cached_property
    def cohort(self) -> Cohort:
        return cohort(self.referral.program)

    def accept(self, referral: Referral | None = None, now: datetime = NOW) -> Enrollment:
        return states.accept(referral=referral or self.referral, answers={}, by=self.by, now=now)

    def seat(self, now: datetime = NOW) -> "Case":
        if self.enrollment.state == Enrollment.State.INTAKE:
            self.meet(RequirementKind.INTAKE, now.date(), now)
        seating.place(enrollment=self.enrollment, cohort=self.cohort, by=self.by, now=now)
        return self

    def meet(self, kind: RequirementKind, on: date, now: datetime = NOW) -> None:
        enrollments.meet_requirement(enrollment=self.enrollment, kind=kind, on=on, by=self.leader, now=now)

    def attend(self, *weeks: int, kind: MarkKind = MarkKind.PRESENT, **fields: Any) -> "Case":
        for session in self.cohort.sessions.filter(module__week__in=weeks):
            self.mark(session, kind=kind, **fields)
        return self

    def mark(self, session: Session, *, kind: MarkKind = MarkKind.PRESENT, **fields: Any) -> None:
        over = session.starts_at + timedelta(hours=2)
        if session.state == Session.State.PLANNED:
            session.state, session.taught, session.minutes_held = Session.State.HELD, session.module, 120
            session.closed_at, session.closed_by = over, self.by
            session.save()
        MarkFactory(enrollment=self.enrollment, session=session, kind=kind, by=self.leader, **fields)
        reassess(enrollment=self.enrollment, by=self.by, now=over)

    def complete_requirements(self) -> None:
        """The exit interview, the morning after the last evening."""
        self.meet(RequirementKind.EXIT_INTERVIEW, AFTER.date(), AFTER)

    def complete(self) -> "Case":
        """Nothing is proposed yet."""
        self.attend(1, 2, 3)
        self.complete_requirements()
        return self

    def proposed(self, kind: str = ReportKind.COMPLETION, now: datetime = AFTER) -> Proposal:
        proposals.propose_unread(now=now)
        return Proposal.objects.open().get(referral=self.referral, kind=kind)

    def in_review(self) -> Report:
        return reports.open_review(proposal=self.proposed(), by=self.by, now=AFTER)

    @cached_property
    def leader(self) -> User:
        """Who holds the sessions and the interviews: somebody else than who issues the reports."""
        made: User = UserFactory.create()
        return made

    @cached_property
    def signer(self) -> Signer:
        made: Signer = SignerFactory.create(program=self.referral.program, user__name="Denise Kowalski")
        return made

    def review(self, report: Report, now: datetime = AFTER) -> Review:
        """He looks at what would be issued, and finds it right."""
        told, _ = reviews.facts_of(report, signer=self.signer, now=now)
        looked_at = reviews.digest(told)
        return reviews.review(report=report, facts_sha256=looked_at, signer=self.signer, by=self.by, now=now)

    def issue(self, report: Report, now: datetime = AFTER) -> IssuedDocument:
        reports.may_issue(report, signer=self.signer, now=now)
        self.review(report, now)
        return reports.issue(report=report, signer=self.signer, by=self.by, now=now)

    def close(self, closing: Closing, now: datetime = AFTER, **others: Any) -> None:
        states.close(referral=self.referral, closing=closing, by=self.by, now=now, **others)

    def state(self) -> State:
        self.referral.refresh_from_db()
        return State(self.referral.state)


def accepted(**fields: Any) -> Case:
    """`program__name="…"` and the like go to a program of his own."""
    own = {name: fields.pop(name) for name in list(fields) if name.startswith("program__")}
    of = fields.pop("program", None) or program(**{name.partition("__")[2]: own[name] for name in own})
    case = Case.of(received(program=of, **fields))
    case.accept()
    return case


def seated(**fields: Any) -> Case:
    return accepted(**fields).seat()


def completed(**fields: Any) -> Case:
    """In the end he has all; the clerk, who can sign in, gets it on the court's pages."""
    case = seated(**fields).complete()
    if case.referral.court is not None:
        ClerkshipFactory.create(court=case.referral.court)
    RecipientFactory.create(referral=case.referral)
    return case


def issued(**fields: Any) -> tuple[Case, IssuedDocument]:
    case = completed(**fields)
    return case, case.issue(case.in_review())


def delivered(**fields: Any) -> Case:
    case, document = issued(**fields)
    for delivery in document.deliveries.all():
        deliveries.deliver(delivery=delivery, by=case.by, now=AFTER)
    return case


def delivered_report(referral: Referral, kind: ReportKind) -> Report:
    """Of a kind that can't be made here yet: its steps only."""
    made: Report = ReportFactory.create(
        referral=referral,
        kind=kind,
        proposal__state=Proposal.State.TAKEN,
        proposal__settled_at=NOW,
        proposal__settled_by=UserFactory.create(),
        steps=["proposed", "in_review", "issued", "delivered"],
    )
    return made


def copy_to(case: Case, role: Recipient.Role, channel: Recipient.Channel, **fields: Any) -> Recipient:
    made: Recipient = RecipientFactory.create(
        referral=case.referral,
        role=role,
        channel=channel,
        confirmed_at=NOW,
        confirmed_by=case.by,
        **fields,
    )
    return made


def delivery_by(document: IssuedDocument, channel: Recipient.Channel) -> Delivery:
    return document.deliveries.get(channel=channel)
