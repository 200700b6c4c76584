"""The keys of an installation on two sheets of paper: with both they can be had again, with one nobody learns anything.

Each sheet holds the secret XOR a random string, or that string. It is printed in letters that can't be taken for one
another (Crockford's 32), five and five, twenty-five a line, with two letters that say whether the line was typed right.
Only Python is needed to read them.
"""

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zlib import crc32

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FROM_RFC = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", LETTERS)
TO_RFC = str.maketrans(LETTERS, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
# As somebody reads them who doesn't know that they don't occur.
MISREAD = str.maketrans("OIL", "011")
IN_A_LINE, IN_A_GROUP, CHECK, DIGEST, SET = 25, 5, 2, 8, 4
SHEETS = ("A", "B")
LINE = re.compile(r"^\s*(\d+)[.:]?\s+(.+?)\s*$")


class Mistyped(Exception):
    """Which line of which sheet, in a sentence."""


class DoNotBelongTogether(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Share:
    """One of two. `pair`: the same on both."""

    sheet: str
    pair: bytes
    content: bytes


def split(secret: bytes, *, random: Callable[[int], bytes] = os.urandom) -> tuple[Share, Share]:
    whole = secret + hashlib.sha256(secret).digest()[:DIGEST]
    pair, pad = random(SET), random(len(whole))
    return Share("A", pair, pad), Share("B", pair, _xor(whole, pad))


def join(one: Share, other: Share) -> bytes:
    """Raises DoNotBelongTogether."""
    if one.sheet == other.sheet:
        raise DoNotBelongTogether(f"Both of these are sheet {one.sheet}. It takes sheet A and sheet B.")
    if one.pair != other.pair or len(one.content) != len(other.content):
        raise DoNotBelongTogether(
            f"These two were not printed together: {one.pair.hex().upper()} stands on sheet {one.sheet}, "
            f"{other.pair.hex().upper()} on sheet {other.sheet}. Look for the sheet with the same number."
        )
    whole = _xor(one.content, other.content)
    secret, digest = whole[:-DIGEST], whole[-DIGEST:]
    if hashlib.sha256(secret).digest()[:DIGEST] != digest:
        raise DoNotBelongTogether("The two sheets don't give the keys that were printed. Compare them line by line.")
    return secret


def printed(share: Share) -> Iterator[str]:
    """The sheet's lines: which it is, then the letters."""
    yield f"Sheet {share.sheet} of two, number {share.pair.hex().upper()}"
    letters = base64.b32encode(share.content).decode().rstrip("=").translate(FROM_RFC)
    for number, start in enumerate(range(0, len(letters), IN_A_LINE), start=1):
        line = letters[start : start + IN_A_LINE]
        groups = " ".join(line[at : at + IN_A_GROUP] for at in range(0, len(line), IN_A_GROUP))
        yield f"{number:02}  {groups}  {_check(share, number, line)}"
    yield f"{0:02}  {_count(letters)}"


def read(text: str) -> Share:
    """As it was typed: small letters, spaces and what stands around it don't matter. Raises Mistyped."""
    head = re.search(r"Sheet\s+([AB])\s+of\s+two,\s+number\s+([0-9A-F]{8})", text, re.IGNORECASE)
    if not head:
        raise Mistyped("This is no sheet of Onus’s keys: the line “Sheet … of two, number …” is missing or mistyped.")
    share = Share(head[1].upper(), bytes.fromhex(head[2]), b"")
    letters = "".join(_lines(share, text[head.end() :]))
    try:
        content = base64.b32decode(letters.translate(TO_RFC) + "=" * (-len(letters) % 8))
    except ValueError:
        raise Mistyped(f"Lines are missing at the end of sheet {share.sheet}.") from None
    return Share(share.sheet, share.pair, content)


def _lines(share: Share, text: str) -> Iterator[str]:
    letters, expected = "", 1
    for found in filter(None, map(LINE.match, text.splitlines())):
        number, typed = int(found[1]), re.sub(r"\s", "", found[2]).upper().translate(MISREAD)
        if number == 0:
            if typed != _count(letters):
                raise Mistyped(f"Lines are missing at the end of sheet {share.sheet}.")
            return
        line, check = typed[:-CHECK], typed[-CHECK:]
        if number != expected:
            raise Mistyped(f"Line {expected} of sheet {share.sheet} is missing.")
        if check != _check(share, number, line):
            raise Mistyped(f"Line {number} of sheet {share.sheet} was mistyped. Compare it letter by letter.")
        letters, expected = letters + line, expected + 1
        yield line
    raise Mistyped(f"Lines are missing at the end of sheet {share.sheet}.")


def _check(share: Share, number: int, line: str) -> str:
    """Of this line, on this sheet, at this place. A mistake in a thousand goes unseen here, and is seen at the end."""
    value = crc32(f"{share.sheet}{share.pair.hex()}{number}{line}".encode())
    return LETTERS[value % 32] + LETTERS[value // 32 % 32]


def _count(letters: str) -> str:
    value = crc32(letters.encode())
    return f"{len(letters):03}" + LETTERS[value % 32] + LETTERS[value // 32 % 32]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
