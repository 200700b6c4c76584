"""Whose pages these are: a desk is one court that a clerk serves, or one office that a partner works for."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from accounts.models import User
from accounts.roles import Role
from courts.models import Agency, Clerkship, Court, Delivery, Membership, Referral
from courts.models.delivery import DeliveryQuerySet
from courts.models.referral import ReferralQuerySet


@dataclass(frozen=True, slots=True)
class Desk:
    """Of a court or of an agency, never of both. Everything that it shows is reached through it."""

    court: Court | None = None
    agency: Agency | None = None

    @property
    def _place(self) -> Court | Agency:
        place = self.court or self.agency
        assert place is not None, "a desk is somewhere"
        return place

    @property
    def key(self) -> str:
        """As the session keeps it: "court-3"."""
        return f"{'court' if self.court else 'agency'}-{self._place.pk}"

    @property
    def label(self) -> str:
        """A superior court sits in several cities under one name."""
        return f"{self._place.name}, {self._place.city}" if self._place.city else self._place.name

    @property
    def zone(self) -> ZoneInfo:
        return self._place.zone

    @property
    def deliveries(self) -> DeliveryQuerySet:
        """What lies on its pages."""
        laid = Delivery.objects.laid()
        return laid.for_court(self.court) if self.court else laid.for_agency(self.agency)

    @property
    def referrals(self) -> ReferralQuerySet:
        """Filed with this court; or made by this agency, filed or not."""
        if self.court:
            return Referral.objects.shown_to_court(self.court)
        return Referral.objects.filter(agency=self.agency, agency__isnull=False).known()

    def people(self) -> list[int]:
        """Who works there today."""
        return list(self._seats().order_by("id").values_list("user", flat=True))

    def is_served_by(self, user: User) -> bool:
        """Asked anew, for an action that rests on it."""
        return self._seats().filter(user=user).exists()

    def _seats(self) -> models.QuerySet[Any]:
        if self.court:
            return Clerkship.objects.current().filter(court=self.court)
        return Membership.objects.current().filter(agency=self.agency)


def desks_of(user: User) -> list[Desk]:
    """As the rows stand now; the courts first, each by name."""
    desks: list[Desk] = []
    if Role.CLERK in user.roles:
        desks += [Desk(court=court) for court in Court.objects.served_by(user).order_by("name", "city", "pk")]
    if Role.PARTNER in user.roles:
        desks += [Desk(agency=one) for one in Agency.objects.served_by(user).order_by("name", "city", "pk")]
    return desks
