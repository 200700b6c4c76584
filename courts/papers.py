"""What sort of file somebody sent, by its content and not by its name, and whether it can be kept. No Django.

Nothing is taken for harmless because it is small: what a file unpacks to is counted, and stopped where it is too
much. A PDF is opened in a process of its own that may use so much memory and time and no more: `courts.pdfs`.
"""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from core.refusal import Refusal

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
MB = 1024 * 1024
MOST_BYTES = 10 * MB
# A sheet of legal paper at 600 dots an inch is 43 million.
MOST_PIXELS, LONGEST_EDGE = 120_000_000, 20_000

# What `courts.pdfs` may use of a processor; by the clock on the wall it may take longer, beside other work.
SECONDS = 15
ANSWER_TIME = 3 * SECONDS
# Its answers.
FIT, NO = "fit", "no: "

EMPTY = "This file is empty. Choose another one."
TOO_BIG = "This file is larger than 10 MB. Scan it again in black and white, or send it in parts."
NO_SUCH_KIND = "This is no PDF, JPEG or PNG, whatever its name says. Save it as a PDF, or take a picture of it."
BROKEN = "This file can't be opened: a part of it is missing or damaged. Save it again, then attach it once more."
TOO_MUCH = "This file unpacks to far more than a paper needs. Print it to a new PDF, or scan it again."


class UnfitPaper(Refusal):
    """It can't be kept. Its text says why and what to do."""


def media_type(content: bytes) -> str:
    """Of a file that was looked through and found fit. Raises UnfitPaper."""
    if not content:
        raise UnfitPaper(EMPTY)
    if len(content) > MOST_BYTES:
        raise UnfitPaper(TOO_BIG)
    for kind, (begins, check) in _KINDS.items():
        if content.startswith(begins):
            check(content)
            return kind
    raise UnfitPaper(NO_SUCH_KIND)


# --- Pictures


def _check_jpeg(content: bytes) -> None:
    """Its segments up to the picture itself, whose size stands in one of them."""
    at, size = 2, None
    while True:
        marker, start, end = _segment(content, at)
        if marker == 0xDA:  # from here on it is the picture
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if end - start < 6:
                raise UnfitPaper(BROKEN)
            height, width = struct.unpack(">HH", content[start + 1 : start + 5])
            size = (width, height)
        at = end
    if size is None or content.rfind(b"\xff\xd9", at) < 0:
        raise UnfitPaper(BROKEN)
    _check_size(*size)


def _segment(content: bytes, at: int) -> tuple[int, int, int]:
    """Its marker, and where its data begins and ends."""
    if content[at : at + 1] != b"\xff":
        raise UnfitPaper(BROKEN)
    while content[at : at + 1] == b"\xff":
        at += 1
    length = int.from_bytes(content[at + 1 : at + 3])
    if length < 2 or at + 1 + length > len(content):
        raise UnfitPaper(BROKEN)
    return content[at], at + 3, at + 1 + length


def _check_png(content: bytes) -> None:
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise UnfitPaper(BROKEN)
    width, height, depth, color = struct.unpack(">IIBB", chunks[0][1][:10])
    _check_size(width, height)
    # So many bytes a row at most, with the one that names its filter; a picture in seven passes has some more rows.
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(color)
    if samples is None or depth not in (1, 2, 4, 8, 16):
        raise UnfitPaper(BROKEN)
    most = 2 * height * (2 + (width * samples * depth + 7) // 8) + 64
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    if not 0 < _unpacked(packed, most) <= most:
        raise UnfitPaper(BROKEN)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        told = content[at + 8 + length : at + 12 + length]
        if len(told) < 4 or zlib.crc32(name + data) != int.from_bytes(told):
            raise UnfitPaper(BROKEN)
        yield name, data
        at += 12 + length


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise UnfitPaper(BROKEN)
    if max(width, height) > LONGEST_EDGE or width * height > MOST_PIXELS:
        raise UnfitPaper(TOO_MUCH)


def _unpacked(packed: bytes, most: int) -> int:
    """How many bytes it unpacks to, counted piece by piece; more than `most`: just one more is enough to know."""
    reader, count, left = zlib.decompressobj(), 0, packed
    try:
        while left and not reader.eof and count <= most:
            count += len(reader.decompress(left, MB))
            left = reader.unconsumed_tail
    except zlib.error:
        raise UnfitPaper(BROKEN) from None
    return count


# --- PDF


def _check_pdf(content: bytes) -> None:
    """What brings that process down doesn't bring down the pages; and it is told none of our keys."""
    command, here = [sys.executable, "-m", "courts.pdfs"], Path(__file__).parent.parent
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=ANSWER_TIME, check=False, cwd=here, env={}
        )
    except subprocess.TimeoutExpired:
        raise UnfitPaper(TOO_MUCH) from None
    said = done.stdout.decode(errors="replace")
    if said.startswith(NO):
        raise UnfitPaper(said.removeprefix(NO))
    if said != FIT:
        # It was stopped at its bounds, or it fell.
        raise UnfitPaper(TOO_MUCH)


_KINDS: dict[str, tuple[bytes, Callable[[bytes], None]]] = {
    PDF: (b"%PDF-", _check_pdf),
    JPEG: (b"\xff\xd8\xff", _check_jpeg),
    PNG: (b"\x89PNG\r\n\x1a\n", _check_png),
}
