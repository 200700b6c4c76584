"""How people are told apart in a room where nobody's last name is said."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from participants.names import folded


class Name(NamedTuple):
    """`first`: the name he goes by."""

    first: str
    last: str


def called(names: Sequence[Name]) -> list[str]:
    """First name and last initial, in the order given.

    A second letter where two would look alike, but never the last letter of a name: that would be the whole of it.
    Those who still look alike are numbered.
    """
    short = [_with_letters(name, 1) for name in names]
    alike = Counter(map(folded, short))
    longer = [
        _with_letters(name, 2) if alike[folded(said)] > 1 else said for name, said in zip(names, short, strict=True)
    ]
    return _numbered(longer)


def _with_letters(name: Name, wanted: int) -> str:
    letters = [letter for letter in unicodedata.normalize("NFC", name.last) if letter.isalpha()]
    shown = "".join(letters[: min(wanted, max(len(letters) - 1, 0))])
    return f"{name.first} {shown}." if shown else name.first


def _numbered(said: Sequence[str]) -> list[str]:
    alike = Counter(map(folded, said))
    given: Counter[str] = Counter()
    numbered = []
    for each in said:
        key = folded(each)
        given[key] += 1
        numbered.append(f"{each} ({given[key]})" if alike[key] > 1 else each)
    return numbered
