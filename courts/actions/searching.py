"""A desk looks for one of its own: by case number, by the report's number, or by the name as charged."""

import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from courts.models.delivery import DeliveryQuerySet
from courts.models.referral import ReferralQuerySet
from courts.moves import OVER
from courts.numbers import normalized_number
from courts.verifying import read_number

MOST_WORDS = 8
REFERRAL = "document__report__referral__"


def find_deliveries(
    among: DeliveryQuerySet, *, q: str, kind: str, since: date | None, until: date | None, zone: ZoneInfo
) -> DeliveryQuerySet:
    """`since` and `until`: days of the desk's own calendar, both counted."""
    found = among
    if kind:
        found = found.filter(document__report__kind=kind)
    if since:
        found = found.filter(sent_at__gte=_begins(since, zone))
    if until:
        found = found.filter(sent_at__lt=_begins(until + timedelta(days=1), zone))
    return found.filter(_named(q, REFERRAL) | _of_report(q)) if q else found


def find_referrals(among: ReferralQuerySet, *, q: str, over: bool | None) -> ReferralQuerySet:
    """`over`: None for all."""
    found = among.filter(_named(q)) if q else among
    if over is None:
        return found
    return found.filter(state__in=OVER) if over else found.open()


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _named(q: str, path: str = "") -> Q:
    """Any part of a number; or each word somewhere in the name."""
    words = _shown(q).split()[:MOST_WORDS]
    # Of signs alone nothing is left to look for.
    found = Q(pk__in=[]) if not words else Q()
    for word in words:
        found &= Q(**{f"{path}name_as_charged__icontains": word})
    if number := normalized_number(q):
        found |= Q(**{f"{path}normalized_case_number__contains": number})
        found |= Q(**{f"{path}normalized_incident_number__contains": number})
    return found


def _shown(text: str) -> str:
    """Without marks of direction and the like, which a copied name brings along."""
    return "".join(one for one in text if unicodedata.category(one) != "Cf")


def _of_report(q: str) -> Q:
    number = read_number(q)
    if number is None:
        return Q(pk__in=[])
    return Q(
        document__number__program__number_prefix__iexact=number.prefix,
        document__number__year=number.year,
        document__number__n=number.n,
    )
