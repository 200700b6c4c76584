"""By what he, or his case, is found in what somebody typed: whole names and whole numbers, however they are spelled."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from courts.models import Referral
from courts.numbers import normalized_number
from participants.models import ContactPoint, OtherName, Participant
from participants.names import folded, pieces

# A number of fewer letters and digits stands in too many others: it is looked for as a word.
LONG_ENOUGH = 5
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Sought:
    """`words`: folded, each with a blank between two words; `numbers`: letters and digits only.

    `last_names`: alone they stand for others, too: looked for in what somebody typed, not in lists of many.
    """

    words: frozenset[str] = frozenset()
    last_names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    def __or__(self, other: "Sought") -> "Sought":
        return Sought(self.words | other.words, self.last_names | other.last_names, self.numbers | other.numbers)

    def by_more_than_a_last_name(self) -> "Sought":
        return replace(self, last_names=frozenset())

    def stands_in(self, text: str) -> bool:
        plain = unquote_plus(text)
        said = f" {' '.join(filter(None, map(folded, _BETWEEN_WORDS.split(plain))))} "
        if any(f" {word} " in said for word in self.words | self.last_names):
            return True
        run, words = normalized_number(plain), said.split()
        return any(number in run if len(number) >= LONG_ENOUGH else _as_words(number, words) for number in self.numbers)

    def stands_in_file(self, content: bytes) -> bool:
        """Also inside a workbook, which is a packed folder."""
        if any(self.stands_in(content.decode(code, "ignore")) for code in ("utf-8", "utf-16", "latin-1")):
            return True
        if not zipfile.is_zipfile(io.BytesIO(content)):
            return False
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(self.stands_in(packed.read(one).decode("utf-8", "ignore")) for one in packed.namelist())


def _as_words(number: str, words: list[str]) -> bool:
    """A short number, also where a dash or a blank stands in it."""
    starts = range(len(words))
    return any("".join(words[at : at + many]) == number for at in starts for many in range(1, LONG_ENOUGH))


def of_case(referral: Referral) -> Sought:
    return Sought(numbers=_numbers(referral.numbers))


def of_men(men: Iterable[Participant]) -> Sought:
    """By last names, other names and whole names in either order, and by where they were reached."""
    his = list(men)
    names = [one for man in his for one in _whole_names(man)]
    names += OtherName.objects.filter(participant__in=his).values_list("name", flat=True)
    values = ContactPoint.objects.filter(participant__in=his).values_list("value", flat=True)
    last = of_names(*(man.last_name for man in his)).words
    return of_names(*names) | Sought(last_names=last, numbers=_numbers(values))


def _whole_names(man: Participant) -> Iterator[str]:
    firsts = {man.first_name, f"{man.first_name} {man.middle_name}", man.preferred_name} - {""}
    for first in sorted(firsts):
        yield f"{first} {man.last_name}"
        yield f"{man.last_name} {first}"


def of_names(*names: str) -> Sought:
    return Sought(words=frozenset(one for name in names for one in (" ".join(pieces(name)), folded(name)) if one))


def _numbers(said: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normalized_number, said)))
