"""By what a row of a list is known again: its own fingerprint, or what it says of whose case it is."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from courts.lists import Joined, Row, fingerprint_parts
from courts.models import Court, Referral
from courts.moves import OVER
from courts.numbers import normalized_number
from participants.names import folded

# A fingerprint; or kind of number, court, number, name, and the suffix or the birth date that goes with it.
Mark = str | tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """A row with its court, and all by which it is compared, worked out once."""

    said: Joined
    court: Court | None
    fingerprint: str
    name: str  # folded
    seeks: tuple[Mark, ...]  # a referral that has one of these is his
    offers: tuple[Mark, ...]  # by these he is found himself, once he stands

    @property
    def row(self) -> Row:
        return self.said.row

    @property
    def who(self) -> tuple[str, date] | None:
        """Name and birth date. None: without one nobody is taken for somebody we know from elsewhere."""
        return (self.name, self.row.date_of_birth) if self.row.date_of_birth else None


def coming(said: Joined, court: Court | None) -> Coming:
    row = said.row
    court_id = court.pk if court else None
    name = folded(f"{row.first_name} {row.last_name}")
    numbers = normalized_number(row.case_number), normalized_number(row.incident_number)
    seeks, offers = _marks(court_id, *numbers, name, folded(row.suffix), row.date_of_birth)
    return Coming(said, court, fingerprint(row, court_id), name, seeks, offers)


def fingerprint(row: Row, court_id: int | None) -> str:
    """Keyed, so that the column alone says nothing about who was referred where."""
    parts = fingerprint_parts(row, "" if court_id is None else court_id)
    if not parts[1] and not parts[3]:
        # Neither number nor birth date: only how to reach him tells him from another man of his name.
        parts += (row.phone, row.email, row.address)
    return hmac.digest(settings.FINGERPRINT_KEY.encode(), "\x1f".join(parts).encode(), "sha256").hex()


def refingerprint(referral: Referral) -> None:
    """After its data changed: by what the list says of it from now on. Saves it."""
    man = referral.participant
    row = Row(
        line=0,
        raw={},
        case_number=referral.case_number,
        incident_number=referral.incident_number,
        last_name=man.last_name,
        first_name=man.first_name,
        suffix=man.suffix,
        date_of_birth=man.date_of_birth,
        ordered_on=referral.ordered_on,
    )
    now_said = fingerprint(row, referral.court_id)
    if referral.fingerprint and not Referral.objects.filter(fingerprint=now_said).exists():
        referral.fingerprint = now_said
        referral.save(update_fields=["fingerprint"])


def _marks(
    court_id: int | None, case: str, incident: str, name: str, suffix: str, born: date | None
) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """What he seeks and what he offers.

    A suffix tells father from son who share a number, but lists give it one week and leave it out the next:
    the same birth date is as good. An incident number means him only while one of the two has no case number:
    one incident may become two cases.
    """
    whose = (suffix, born) if born else (suffix,)

    def of(kind: str, number: str) -> tuple[Mark, ...]:
        return tuple((kind, court_id, number, name, one) for one in whose) if number else ()

    by_case, by_incident, uncharged = of("case", case), of("incident", incident), of("uncharged", incident)
    if case:
        return by_case + uncharged, by_case + by_incident
    return by_incident, by_incident + uncharged


@dataclass(frozen=True, slots=True)
class Known:
    """The referrals that rows of one batch may mean."""

    standing: dict[Mark, Referral]
    over: dict[Mark, Referral]

    def meant_by(self, one: Coming) -> Referral | None:
        """The one with his fingerprint, open or over; else the oldest open one that is like it.

        The oldest, because it was there when this very row came for the first time.
        """
        if one.fingerprint in self.standing:
            return self.standing[one.fingerprint]
        like = [self.standing[mark] for mark in one.seeks if mark in self.standing]
        return min(like, key=lambda referral: referral.pk, default=None)

    def earlier(self, one: Coming) -> Referral | None:
        """The newest one that is over, under the same number and name: he was referred again."""
        like = [self.over[mark] for mark in one.seeks if mark in self.over]
        return max(like, key=lambda referral: referral.pk, default=None)


RELATED = (
    "hearings",
    "charges",
    "recipients",
    "participant__other_names",
    "participant__contact_points",
)


def known(batch: Sequence[Coming]) -> Known:
    found = Known({}, {})
    for referral in _candidates(batch):
        offers = _offered(referral)
        if referral.state in OVER:
            found.over.update(dict.fromkeys(offers, referral))
        else:
            for mark in offers:
                found.standing.setdefault(mark, referral)
        if referral.fingerprint:
            found.standing[referral.fingerprint] = referral
    return found


def _offered(referral: Referral) -> list[Mark]:
    """By each of his names: a court's list goes on with the one that it knows."""
    man = referral.participant
    numbers = referral.normalized_case_number, referral.normalized_incident_number
    names = [man.folded_name, *(other.folded for other in man.other_names.all())]
    found = (_marks(referral.court_id, *numbers, name, folded(man.suffix), man.date_of_birth)[1] for name in names)
    return [mark for offers in found for mark in offers]


def _candidates(batch: Sequence[Coming]) -> Iterable[Referral]:
    cases = {normalized_number(one.row.case_number) for one in batch} - {""}
    incidents = {normalized_number(one.row.incident_number) for one in batch} - {""}
    here = Q(court__in={one.court.pk for one in batch if one.court})
    meant = Q(fingerprint__in=[one.fingerprint for one in batch])
    meant |= here & Q(normalized_case_number__in=cases)
    meant |= Q(normalized_incident_number__in=incidents)
    related = Referral.objects.select_related("court", "program", "key", "participant__key")
    return related.filter(meant).prefetch_related(*RELATED).order_by("id")
