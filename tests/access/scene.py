"""The records that the access table asks for, made when a row first asks."""

from functools import cached_property
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from accounts.models import User
from accounts.roles import Role
from core import clock
from courts.actions import links
from courts.models import Agency, Court, Delivery, Report
from programs.actions.feeds import make_feed
from programs.models import Session
from tests.access.people import stored_password, with_authenticator
from tests.courts.cases import delivered
from tests.courts.letters import a_page
from tests.factories.accounts import InvitationFactory, UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, ClerkshipFactory, CourtFactory, DeliveryFactory, MembershipFactory
from tests.factories.programs import EnrollmentFactory, SeatFactory, SessionFactory, SessionLeaderFactory
from tests.factories.registry import by_model


class Scene:
    def __init__(self) -> None:
        self._people: dict[str, User] = {}
        self._rows: dict[type[Any], Any] = {}

    def person(self, role: str) -> User:
        """The one person of this role who asks."""
        if role not in self._people:
            user = self._people[role] = UserFactory(roles=[Role(role)], password=stored_password())
            with_authenticator(user)
            RecoveryCodes.activate(user)
            self._seat(user)
        return self._people[role]

    def _seat(self, user: User) -> None:
        """A clerk serves a court, a partner works for an agency: without a desk nothing of the courts' is found."""
        if Role.CLERK in user.roles:
            ClerkshipFactory(court=self.court, user=user)
        if Role.PARTNER in user.roles:
            MembershipFactory(agency=self.agency, user=user)

    @cached_property
    def court(self) -> Court:
        """Which the clerk serves."""
        made: Court = CourtFactory()
        return made

    @cached_property
    def agency(self) -> Agency:
        """For which the partner works."""
        made: Agency = AgencyFactory()
        return made

    def passkey_of(self, user: User | None) -> Authenticator:
        return Authenticator.objects.create(
            user=user or self.stranger, type="webauthn", data={"name": "Laptop", "credential": {}}
        )

    @cached_property
    def stranger(self) -> User:
        """Who has nothing to do with whoever asks."""
        made: User = UserFactory(roles=list(Role))
        return made

    @cached_property
    def invitation_token(self) -> str:
        InvitationFactory(token="open-invitation")
        return "open-invitation"

    def row(self, model: type[Any]) -> Any:
        """Any row of this model."""
        if model not in self._rows:
            self._rows[model] = by_model()[model]()
        return self._rows[model]

    @cached_property
    def report(self) -> Report:
        """On the pages of the court that the clerk serves."""
        return delivered(court=self.court).referral.reports.get()

    @cached_property
    def letter(self) -> Delivery:
        """A copy that goes on paper."""
        confirmed = {"confirmed_at": NOW, "confirmed_by": self.stranger}
        made: Delivery = DeliveryFactory(
            document__content=a_page(), recipient__channel="paper", recipient__address="12 Pier Street",
            **{f"recipient__{name}": value for name, value in confirmed.items()},
        )  # fmt: skip
        return made

    @cached_property
    def letter_token(self) -> str:
        """By which a letter is opened that went by e-mail."""
        now = clock.now()
        delivery = DeliveryFactory(
            recipient__channel="email", recipient__address="records@pinewater.example",
            recipient__confirmed_at=NOW, recipient__confirmed_by=self.stranger,
        )  # fmt: skip
        return links.token_of(links.make(delivery, now=now))

    @cached_property
    def report_elsewhere(self) -> Report:
        """On another court's pages."""
        return delivered(case_number="ELSEWHERE-1").referral.reports.get()

    @cached_property
    def session(self) -> Session:
        """Which the facilitator leads, with somebody on its roster."""
        session: Session = SessionFactory(starts_at=NOW)
        SessionLeaderFactory(session=session, user=self.person(Role.FACILITATOR))
        return session

    @cached_property
    def session_elsewhere(self) -> Session:
        """Which somebody else leads."""
        session: Session = SessionFactory(starts_at=NOW)
        SessionLeaderFactory(session=session, user=self.stranger)
        return session

    @cached_property
    def calendar_token(self) -> str:
        """By which a facilitator's evenings are read."""
        return make_feed(by=self.person(Role.FACILITATOR), now=NOW)

    def expected_at(self, session: Session) -> int:
        """Somebody on its roster."""
        him = EnrollmentFactory(program=session.program, state="seated")
        SeatFactory(enrollment=him, cohort=session.cohort)
        return int(him.pk)
