"""Comparing names however they were spelled."""

import unicodedata

# Letters that Unicode doesn't take apart into a base letter and an accent.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"})


def folded(name: str) -> str:
    """The name without accents, case, punctuation and spaces: for comparing, never for showing.

    "O'Neil", "ONEIL" and "O Neil" are one; so are "Muñoz-Ibáñez" and "MUNOZ IBANEZ".
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name)).lower()
    bare = _without_accents(_without_accents(name).casefold()).translate(_PLAIN)
    return "".join(letter for letter in bare if letter.isalnum() or unicodedata.category(letter)[0] == "M")


def _without_accents(text: str) -> str:
    # Only marks with a combining class: the vowel signs of Indic scripts have none, and tell names apart.
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
