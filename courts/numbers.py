"""Comparing case and incident numbers. Courts choose any format: none is ever checked against a pattern."""

import re
import unicodedata


def normalized_number(text: str) -> str:
    """Letters and digits only, in one case. Leading zeros stay: to a court they are part of the number."""
    # NFKC once more after casefold, which may take letters apart again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, folded))


LONGEST_TOKEN = 100
_RUN = re.compile(r"[0-9]+|[a-z]+")


def tokens(*numbers: str) -> set[str]:
    """What numbers are found by: each run of letters or digits, with all that follows it, and the digits alone.

    "K 0413-7 KPD" is found by "k0413", "0413", "413", "0413-7", "kpd".
    """
    found: set[str] = set()
    for number in numbers:
        runs = _runs(number)
        found |= {*runs, *("".join(runs[at:]) for at in range(len(runs)))}
        found.add("".join(filter(str.isdigit, runs)))
        found |= {one.lstrip("0") for one in found if one.isdigit()}
    return {one[:LONGEST_TOKEN] for one in found if one}


def sought(text: str) -> str:
    """A number as its tokens begin: small letters and digits; letters of other scripts are left out."""
    return "".join(one for one in normalized_number(text) if one.isascii())


def _runs(number: str) -> list[str]:
    """As it was typed: between its dashes, and between letters and digits."""
    apart = "".join(one if one.isalnum() else " " for one in unicodedata.normalize("NFKC", number))
    return [run for word in apart.split() for run in _RUN.findall(sought(word))]
