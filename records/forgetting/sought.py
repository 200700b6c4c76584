"""By what he, or his case, is found in what somebody typed: whole names and whole numbers, however they are spelled."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
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
    """`words`: folded, each with a blank between two words; `numbers`: letters and digits only."""

    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    def __or__(self, other: "Sought") -> "Sought":
        return Sought(self.words | other.words, self.numbers | other.numbers)

    def stands_in(self, text: str) -> bool:
        plain = unquote_plus(text)
        said = f" {' '.join(filter(None, map(folded, _BETWEEN_WORDS.split(plain))))} "
        if any(f" {word} " in said for word in self.words):
            return True
        run = normalized_number(plain)
        return any(number in run if len(number) >= LONG_ENOUGH else f" {number} " in said for number in self.numbers)

    def stands_in_file(self, content: bytes) -> bool:
        """Also inside a workbook, which is a packed folder."""
        if any(self.stands_in(content.decode(code, "ignore")) for code in ("utf-8", "utf-16", "latin-1")):
            return True
        if not zipfile.is_zipfile(io.BytesIO(content)):
            return False
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(self.stands_in(packed.read(one).decode("utf-8", "ignore")) for one in packed.namelist())


def of_case(referral: Referral) -> Sought:
    return Sought(numbers=_numbers(referral.numbers))


def of_men(men: Iterable[Participant]) -> Sought:
    """By last names, other names and whole names, and by where they were reached."""
    his = list(men)
    names = [one for man in his for one in (man.last_name, f"{man.first_name} {man.last_name}", man.preferred_name)]
    names += OtherName.objects.filter(participant__in=his).values_list("name", flat=True)
    values = ContactPoint.objects.filter(participant__in=his).values_list("value", flat=True)
    return of_names(*names) | Sought(numbers=_numbers(values))


def of_names(*names: str) -> Sought:
    return Sought(words=frozenset(one for name in names for one in (" ".join(pieces(name)), folded(name)) if one))


def _numbers(said: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normalized_number, said)))
