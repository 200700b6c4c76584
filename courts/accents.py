"""Whether words are read in the encoding in which they were written: it shows where a sign stands as a letter would.

A list that a Mac saved has "Muñoz" in bytes that are "Mu–oz" on Windows, "MUÑOZ" as "MU„OZ", "Hernández" as
"Hern‡ndez".
"""

import re
from itertools import pairwise

_LETTER = r"[^\W\d_]"
# Words have an apostrophe and a dash; no other sign stands within one before a small letter, and some nowhere in one.
_SIGN = re.compile(rf"{_LETTER}(?:[‚„†‡ƒˆ‰‹€](?={_LETTER})|[^\w\s\x00-\x7f‘’“”–—](?=({_LETTER})))")
_DASH = re.compile(rf"{_LETTER}[–—](?=({_LETTER}))")
# "O’neil" has one, "driver’s" as well.
_APOSTROPHE = re.compile(rf"{_LETTER}{{3}}’(?!(?:s|t|d|m|ll|re|ve)\b)(?=({_LETTER}))")
_WORD = re.compile(rf"{_LETTER}+")


def is_misread(text: str) -> bool:
    """Whether some word of it can't be meant as it stands."""
    if any(found[1] is None or found[1].islower() for found in _SIGN.finditer(text)):
        return True
    return any(map(_is_mixed, _WORD.findall(text)))


def may_be_misread(text: str) -> bool:
    """Or also where a dash or an apostrophe may be meant for a letter: "Mu–oz", "Garc’a"."""
    doubts = (*_DASH.finditer(text), *_APOSTROPHE.finditer(text))
    return any(found[1].islower() for found in doubts) or is_misread(text)


def _is_mixed(word: str) -> bool:
    """A capital with an accent right after or before a small letter, but for a word's first; a small one between
    capitals."""
    for (before, letter), after in zip(pairwise(word), [*word[2:], ""], strict=False):
        if letter.isascii():
            continue
        if letter.isupper() and (before.islower() or after.islower()):
            return True
        if letter.islower() and before.isupper() and after.isupper():
            return True
    return False
