"""All that the house can show, made once: with the longest name, and with something of every kind."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from courts.actions import deliveries
from programs.models import Cohort, Session
from tests.courts import cases
from tests.courts.cases import Case
from tests.factories.accounts import UserFactory
from tests.factories.courts import ChargeFactory, ClerkshipFactory, CourtFactory, DeadlineFactory, RecipientFactory
from tests.factories.participants import (
    AppointmentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    NoteFactory,
    ParticipantFactory,
)
from tests.factories.programs import EligibilityItemFactory, SessionLeaderFactory, SignerFactory

# As long as people's and courts' names get.
LONGEST = ("Maximiliano-Alejandro Bartholomew", "Featherstonehaugh-Wolfeschlegelsteinhausen-Áñonuevo")
LONG_COURT = "Municipal Court of the City of Saint Bartholomew-upon-the-Sound, Northern Division"
LONG_NUMBER = "26-CR-0004130000917-NORTHERN-DIVISION-B"
# A quarter of an hour before the clock of all these pages.
BEGUN = cases.AFTER - timedelta(minutes=15)


class Town:
    """It is `cases.AFTER` in it."""

    def __init__(self) -> None:
        self.coordinator: User = UserFactory.create(name="Dana Kessler", roles=[Role.COORDINATOR])
        self.facilitator: User = UserFactory.create(name="Marcus Bell", roles=[Role.FACILITATOR])
        self.clerk: User = UserFactory.create(name="Ines Calder", roles=[Role.CLERK])
        self.program = cases.program(name="Harbor Program")
        self.court = CourtFactory.create(name=LONG_COURT)
        ClerkshipFactory(court=self.court, user=self.clerk)
        SignerFactory(program=self.program, user=self.coordinator)
        self.cohort = cases.cohort(self.program, name="Tuesdays")
        self.tonight = cases.cohort(self.program, first=BEGUN, name="Wednesdays")
        for session in Session.objects.all():
            SessionLeaderFactory(session=session, user=self.facilitator)
        self.delivered = self._delivered()
        self.in_review = self._seated("Tobias", "Penhale", self._another("Thursdays")).complete().in_review()
        self.proposal = self._seated("Ansel", "Okonjo", self._another("Fridays")).complete().proposed()
        self.new = cases.received(**self._man(*LONGEST, case_number=LONG_NUMBER))
        for first, last in (LONGEST, ("Renzo", "Tamura"), ("Ilya", "Lindqvist")):
            self._seated(first, last, self.tonight)
        EligibilityItemFactory(program=self.program)
        self._surround(self.delivered)

    @property
    def evening(self) -> Session:
        """It has begun, and nobody has a mark."""
        return self.tonight.sessions.earliest("starts_at")

    def _another(self, name: str) -> Cohort:
        """Of his own: nobody joins one that is over."""
        return cases.cohort(self.program, name=name)

    def _man(self, first: str, last: str, **fields: Any) -> dict[str, Any]:
        man = ParticipantFactory.create(first_name=first, last_name=last)
        return {"participant": man, "program": self.program, "court": self.court, **fields}

    def _seated(self, first: str, last: str, cohort: Any = None) -> Case:
        case = cases.accepted(**self._man(first, last))
        case.cohort = cohort or self.cohort
        RecipientFactory(referral=case.referral)
        return case.seat()

    def _delivered(self) -> Case:
        case = self._seated(*LONGEST).complete()
        document = case.issue(case.in_review())
        for delivery in document.deliveries.all():
            deliveries.deliver(delivery=delivery, by=case.by, now=cases.AFTER)
        return case

    def _surround(self, case: Case) -> None:
        man = case.referral.participant
        ContactPointFactory(participant=man)
        ContactPointFactory(participant=man, safe=True)
        ContactAttemptFactory(participant=man, by=self.coordinator)
        NoteFactory(participant=man, by=self.coordinator)
        AppointmentFactory(participant=man, with_whom=self.coordinator, starts_at=cases.AFTER)
        ChargeFactory(referral=case.referral)
        DeadlineFactory(referral=self.in_review.referral, due_on=cases.AFTER.date())
