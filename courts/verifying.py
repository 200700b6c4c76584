"""A report's number and code, by which anybody can ask whether it is genuine. No Django."""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from courts.steps import Step
from courts.told import VerifyFacts

# Crockford's: no I, L, O or U, so that nothing in it is mistaken for something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Of five random bits each: eighty. Nobody guesses one, not even at a million tries a second.
LETTERS = 16
_MISREAD = str.maketrans("OIL", "011")
_DASHES = re.compile(r"[\s\u002D\u00AD\u2010-\u2015\u2212]+")
_NUMBER = re.compile(r"(?P<prefix>.{1,20})-(?P<year>[0-9]{4})-(?P<n>[0-9]{1,9})")


class Answer(StrEnum):
    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Number:
    """K-2026-00017, taken apart."""

    prefix: str
    year: int
    n: int


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))


def grouped(code: str) -> str:
    """In fours, to be typed: 7K3M-Q0XZ-9T4B-HR2C."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(text: str) -> str:
    """As it was made, however it was typed; "" for what can't be a code."""
    plain = _DASHES.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_MISREAD)
    return plain if len(plain) == LETTERS and set(plain) <= set(ALPHABET) else ""


def read_number(text: str) -> Number | None:
    """None: this can't be a number of ours."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip()).upper()
    found = _NUMBER.fullmatch(plain)
    return Number(found["prefix"], int(found["year"]), int(found["n"])) if found else None


def digest(code: str) -> str:
    """What is kept of it: of eighty random bits a plain hash gives nothing back."""
    return sha256(code.encode()).hexdigest()


def hash_of(facts: VerifyFacts | None) -> str:
    """Of the code that is printed; "" where none is."""
    return digest(read_code(facts["code"])) if facts else ""


def is_same(code: str, kept: str) -> bool:
    """Takes as long for a wrong one; "" is the code of nothing."""
    return hmac.compare_digest(digest(code), kept) and bool(code)


def printed(*, site: str, number: str, code: str) -> VerifyFacts:
    """After the # a browser keeps it to itself: no server, no log and no proxy sees it."""
    return {"url": f"{site}/verify/#{number}.{code}", "code": grouped(code)}


def of_a_draft(*, site: str) -> VerifyFacts:
    """Takes the same room on the page, and verifies nothing: a draft has no code."""
    return {"url": f"{site}/verify/", "code": "comes when it is issued"}


def answer_of(step: str | None) -> Answer:
    """By the report's newest step."""
    match step:
        case Step.SUPERSEDED:
            return Answer.SUPERSEDED
        case Step.WITHDRAWN:
            return Answer.WITHDRAWN
        case None:
            return Answer.UNKNOWN
    return Answer.GENUINE
