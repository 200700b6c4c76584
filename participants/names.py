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


# A word of a name is a token, and so is each word together with all that follow it, so that "de la Cruz" is found by
# "cruz", "la cruz" and "delacruz".
LONGEST_TOKEN, MOST_WORDS = 100, 8


def tokens(*names: str) -> set[str]:
    """What names are found by: small letters and digits, none empty."""
    found: set[str] = set()
    for words in (pieces(name) for name in names):
        found |= {*words, *("".join(words[at:]) for at in range(len(words)))}
    return {one[:LONGEST_TOKEN] for one in found}


def pieces(name: str) -> list[str]:
    """Its words, each folded: "O'Neil-Muñoz" is "o", "neil", "munoz"."""
    apart = "".join(letter if _in_a_word(letter) else " " for letter in name)
    return [word for one in apart.split() if (word := _plain_letters(folded(one)))][:MOST_WORDS]


def readings(text: str) -> list[list[str]]:
    """What somebody may mean by it: each word of its own, or two neighbors as one ("o neil" is "oneil", too)."""
    words = [one[:LONGEST_TOKEN] for one in pieces(text)]
    joined = ([*words[:at], words[at] + words[at + 1], *words[at + 2 :]] for at in range(len(words) - 1))
    return [words, *joined] if words else []


def until(beginning: str) -> str | None:
    """The first token after all those that begin so; None: all that come after do.

    Digits stand before letters and letters in their order, whichever collation a database has.
    """
    kept = beginning.rstrip("z")
    return kept[:-1] + ("a" if kept[-1] == "9" else chr(ord(kept[-1]) + 1)) if kept else None


def _in_a_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"


def _plain_letters(word: str) -> str:
    """Letters of other scripts by their code points: databases don't agree on their order."""
    return "".join(one if one.isascii() and one.isalnum() else f"{ord(one):05x}" for one in word)
