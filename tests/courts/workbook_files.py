"""Workbooks as courts save them, and as somebody breaks them."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from courts.tables import Held

HEADER = ("case_number", "last_name", "first_name", "referral_kind")


def man(number: int) -> tuple[Any, ...]:
    return (f"26-{number:04}", f"Halloway{number}", "Dorian", "diversion")


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(*rows: Sequence[Any], header: Sequence[Any] = HEADER, above: Sequence[Sequence[Any]] = ()) -> bytes:
    book = Workbook()
    for row in (*above, header, *rows):
        book.worksheets[0].append(list(row))
    return saved(book)


def held(content: bytes) -> Held:
    return Held("This file", content)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with one of its parts exchanged, or one more."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return file.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return file.read(name)


def locked_zip(content: bytes) -> bytes:
    """With the bit set that says a part is encrypted."""
    marked = bytearray(content)
    at = marked.find(b"PK\x01\x02")
    while at >= 0:
        marked[at + 8] |= 1
        at = marked.find(b"PK\x01\x02", at + 4)
    return bytes(marked)


def locked_by_excel() -> bytes:
    """What Excel saves with a password: an OLE container with the encrypted workbook in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
