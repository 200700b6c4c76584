"""Read a report back: its text as a reader would copy it, its tags, its pages as pictures."""

import re
import unicodedata
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

from courts import document

PPI = 50


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def letters_by_code(font: pikepdf.Object) -> dict[int, str]:
    """A font's ToUnicode map: what a reader copies for each glyph."""
    cmap = font.ToUnicode.read_bytes().decode("ascii")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return found


def drawn(page: pikepdf.Page) -> str:
    """The page's text in the order in which it is drawn, as a reader would copy it."""
    maps = {name: letters_by_code(font) for name, font in page.Resources.Font.items()}
    text: list[str] = []
    codes: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "Tf":
                codes = maps[str(operands[0])]
            case "Tj" | "TJ":
                parts = operands if isinstance(operands[0], pikepdf.String) else list(operands[0])
                text += [shown(bytes(part), codes) for part in parts if isinstance(part, pikepdf.String)]
    return "".join(text)


def shown(glyphs: bytes, codes: dict[int, str]) -> str:
    return "".join(codes[int.from_bytes(glyphs[at : at + 2], "big")] for at in range(0, len(glyphs), 2))


def text_of(pdf: bytes) -> str:
    with opened(pdf) as document_:
        return "".join(drawn(page) for page in document_.pages)


def bare(text: str) -> str:
    """Without spaces: where lines break, the space isn't drawn."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def tags(element: Any) -> list[str]:
    """Each structure element's type, depth first."""
    if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
        return []
    return [str(element.S), *(tag for kid in kids(element) for tag in tags(kid))]


def kids(element: Any) -> list[Any]:
    found = element.get("/K", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def structure(pdf: pikepdf.Pdf) -> list[str]:
    return [tag for kid in kids(pdf.Root.StructTreeRoot) for tag in tags(kid)]


def pictures(facts: Any, kind: str = "completion") -> list[Image.Image]:
    """The pages of the same template as gray pictures."""
    return [Image.open(BytesIO(page)).convert("L") for page in document.pictures(kind, facts, ppi=PPI)]


def ink(picture: Image.Image) -> int:
    return sum(picture.histogram()[:250])
