"""Typst with the shipped typeface: it sets reports to a court, and a sheet for the door. No file is written."""

import json
import struct
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

# Where the typeface lacks a letter.
BLANK = "_"
FONTS = Path(str(files("fontpkg_noto_serif") / "files"))


def compiler(template: Path, facts: Any) -> typst.Compiler:
    """One a call: a shared one raises "Already borrowed" in a second thread.

    The template reads `facts` as data; it may import what stands beside it, and nothing else.
    """
    return typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )


@cache
def fonts() -> typst.Fonts:
    """The shipped fonts only: what the machine has must not change a document."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def normalized(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [normalized(item) for item in value]
        case dict():
            return {key: normalized(item) for key, item in value.items()}
    return value


def printable(value: Any, *, keeps: str = "") -> Any:
    """Normalized, and without letters that the typeface lacks; `keeps`: line breaks and the like that may stay."""
    match value:
        case str():
            seen = (one for one in normalized(value) if one in keeps or not is_invisible(one))
            return "".join(one if one in keeps or one in letters() else BLANK for one in seen)
        case list():
            return [printable(item, keeps=keeps) for item in value]
        case dict():
            return {key: printable(item, keeps=keeps) for key, item in value.items()}
    return value


def is_invisible(letter: str) -> bool:
    """Controls, directions, joiners, line separators: a font may have them, and they change what is read."""
    category = unicodedata.category(letter)
    return category[0] == "C" or category in {"Zl", "Zp"}


@cache
def letters() -> frozenset[str]:
    """Every letter that each face of the shipped family can print."""
    return frozenset.intersection(*(_letters_of(path.read_bytes()) for path in FONTS.glob("*.ttf")))


def _letters_of(font: bytes) -> frozenset[str]:
    """Read the font's own map (OpenType `cmap`, format 12), so that coverage never lags behind the font."""
    cmap = _cmap(font)
    (groups,) = struct.unpack_from(">I", font, cmap + 12)
    return frozenset(
        chr(code)
        for first, last, glyph in struct.iter_unpack(">III", font[cmap + 16 : cmap + 16 + 12 * groups])
        for code in range(first, last + 1)
        if glyph + code - first != 0  # glyph 0 is the empty box
    )


def _cmap(font: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    directory = struct.iter_unpack(">4sIII", font[12 : 12 + 16 * tables])
    start: int = next(offset for tag, _, offset, _ in directory if tag == b"cmap")
    (encodings,) = struct.unpack_from(">H", font, start + 2)
    records = struct.iter_unpack(">HHI", font[start + 4 : start + 4 + 8 * encodings])
    full: int = next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 10))
    return start + full
