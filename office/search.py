"""Finding people, cases, reports, groups and courts by what somebody remembers of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Prefetch, Q

from courts.models import Court, NumberLedger, NumberToken, Referral
from courts.moves import OVER
from courts.numbers import sought
from office.subjects import rows
from office.undone import without_undone
from participants.models import NameToken, OtherName, Participant
from participants.names import pieces, readings, tokens
from programs.models import Cohort, Program

SHOWN = 25
# So many tokens are looked at for one reading; those that fit exactly come first.
LOOKED_AT = 200
LEAST = 2
REPORT = re.compile(r"(?:[a-z]+-)?(\d{4})-(\d{1,5})", re.IGNORECASE)
DAYS = ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, taken apart: words of a name, runs of a number, a day of birth."""

    text: str
    names: str = ""
    numbers: tuple[str, ...] = ()
    born: date | None = None

    @property
    def enough(self) -> bool:
        """One letter fits half of all."""
        longest = max(map(len, (*pieces(self.names), *self.numbers)), default=0)
        return self.born is not None or longest >= LEAST


@dataclass(slots=True)
class Found:
    people: list[Participant] = field(default_factory=list)
    reports: list[NumberLedger] = field(default_factory=list)
    cohorts: list[Cohort] = field(default_factory=list)
    courts: list[Court] = field(default_factory=list)
    # More fit than are shown.
    more: bool = False

    @property
    def count(self) -> int:
        return len(self.people) + len(self.reports) + len(self.cohorts) + len(self.courts)


class Candidate(NamedTuple):
    man: int
    token: str
    open: bool


def asked(text: str) -> Asked:
    """A word with a digit in it belongs to a number, a day is when he was born, the rest is a name."""
    words = text.split()
    born = next((day for word in words if (day := _day(word))), None)
    others = [word for word in words if _day(word) is None]
    numbers = tuple(run for word in others if any(map(str.isdigit, word)) and (run := sought(word)))
    names = " ".join(word for word in others if not any(map(str.isdigit, word)))
    return Asked(text=text, names=names, numbers=numbers, born=born)


def _day(word: str) -> date | None:
    for form in DAYS:
        try:
            return datetime.strptime(word, form).date()  # noqa: DTZ007  a day of birth has no zone
        except ValueError:
            continue
    return None


def find(said: Asked) -> Found:
    if not said.enough:
        return Found()
    best = _best(said, [*_by_number(said), *_by_name(said)])
    return Found(
        people=_people(said, best[:SHOWN]),
        reports=_reports(said.text),
        cohorts=_cohorts(said.text),
        courts=list(
            rows(Court).filter(Q(name__icontains=said.text) | Q(city__iexact=said.text)).order_by("name")[:SHOWN]
        ),
        more=len(best) > SHOWN,
    )


def _by_name(said: Asked) -> list[Candidate]:
    found = [one for words in readings(said.names) for one in _reading(words, said)]
    if found or said.names or said.born is None:
        return found
    born = Participant.objects.themselves().filter(date_of_birth=said.born).annotate(open=_open("pk"))
    return [Candidate(*one) for one in born.values_list("pk", "folded_name", "open").order_by("pk")[:LOOKED_AT]]


def _reading(words: list[str], said: Asked) -> Iterable[Candidate]:
    """Whose names begin with all of these; in the order of the longest, so that exact ones come first."""
    longest = max(words, key=len)
    his = {"participant": OuterRef("participant")}
    found = NameToken.objects.beginning(longest)
    for word in words:
        if word != longest:
            found = found.filter(Exists(NameToken.objects.beginning(word).filter(**his)))
    for run in said.numbers:
        numbered = NumberToken.objects.beginning(run).filter(referral__participant=OuterRef("participant"))
        found = found.filter(Exists(numbered))
    if said.born is not None:
        found = found.filter(participant__date_of_birth=said.born)
    found = found.annotate(open=_open("participant")).order_by("token", "participant")
    return (Candidate(*one) for one in found.values_list("participant", "token", "open")[:LOOKED_AT])


def _by_number(said: Asked) -> list[Candidate]:
    """By all that was typed as one number: courts put letters and spaces into theirs, too."""
    whole = sought(said.text)
    if len(whole) < LEAST or not any(map(str.isdigit, whole)) or said.born is not None:
        return []
    found = NumberToken.objects.beginning(whole).order_by("token", "referral")
    told = found.values_list("referral__participant", "token", "referral__state")[:LOOKED_AT]
    return [Candidate(man, token, state not in OVER) for man, token, state in told]


def _open(way: str) -> Exists:
    return Exists(Referral.objects.open().filter(participant=OuterRef(way)))


def _best(said: Asked, found: Iterable[Candidate]) -> list[int]:
    """Each man once: whom a word fits exactly before whom it begins, open cases before closed."""
    words = {word for reading in readings(said.names) for word in reading} | {*said.numbers, sought(said.text)}
    rank: dict[int, tuple[bool, bool]] = {}
    for one in found:
        new = (one.token not in words, not one.open)
        rank[one.man] = min(rank.get(one.man, new), new)
    return sorted(rank, key=lambda man: rank[man])


def _people(said: Asked, best: list[int]) -> list[Participant]:
    cases = Prefetch("referrals", rows(Referral).order_by("-received_on", "-id"))
    people = without_undone(rows(Participant)).filter(pk__in=best).prefetch_related("other_names", cases)
    order = {man: place for place, man in enumerate(best)}
    return sorted(people, key=lambda man: (-_fits(said, man), order[man.pk]))


def _fits(said: Asked, man: Participant) -> int:
    """How many of the words are words of his, and not only their beginning."""
    others: Iterable[OtherName] = man.other_names.all()
    his = tokens(*man.names, *(one.name for one in others))
    return max((len(his.intersection(words)) for words in readings(said.names)), default=0)


def _reports(text: str) -> list[NumberLedger]:
    """By the number as printed, its prefix or its zeros left out or not."""
    if not (printed := REPORT.fullmatch(text)):
        return []
    year, n = map(int, printed.groups())
    found = rows(NumberLedger).filter(program__in=Program.objects.values("pk"), year=year, n=n)
    return list(found.order_by("pk")[:SHOWN]) if year < 32_768 else []


def _cohorts(text: str) -> list[Cohort]:
    named = rows(Cohort).filter(name__icontains=text)
    return list(named.order_by(F("closed_at").desc(nulls_first=True), "name")[:SHOWN])
