"""Looking through a PDF that somebody sent: locked, scripted, packed with files, or far too much of it. No Django.

It runs by itself, `python -m courts.pdfs`, with bounds on memory and time: a file comes in, a word goes out. Nothing
here may be called where the bounds aren't set.
"""

import contextlib
import resource
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from courts.papers import BROKEN, FIT, MB, MOST_BYTES, NO, SECONDS, TOO_MUCH, UnfitPaper

MOST_PAGES, MOST_OBJECTS, DEEPEST = 1_000, 100_000, 60
# What its streams may unpack to, each and all together.
MOST_OF_ONE, MOST_OF_ALL = 192 * MB, 512 * MB
MEMORY = 1024 * MB

LOCKED = "This PDF is protected by a password or by restrictions. Save a copy without them, or print and scan it."
ACTIVE = "This PDF does something when it is opened: a script, or another program. Print it to a new PDF, or scan it."
CARRIES = "Other files are packed into this PDF. Attach each one by itself."
TOO_MANY_PAGES = f"This PDF has more than {MOST_PAGES:,} pages. Attach only the order."

# A link to a page of the same file, or to the web, does nothing by itself; these do.
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie", "/Sound"}
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent"}
_ACTIVE_SUBTYPES = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_CARRYING_KEYS = {"/EmbeddedFiles", "/EF", "/AF", "/Collection"}


def main() -> None:
    """Says FIT, or NO and the sentence; nothing where the bounds ended it."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with contextlib.suppress(ValueError, OSError):  # macOS has no such bound
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        look_through(sys.stdin.buffer.read(MOST_BYTES + 1))
    except UnfitPaper as refusal:
        sys.stdout.write(f"{NO}{refusal}")
    except MemoryError:
        sys.stdout.write(f"{NO}{TOO_MUCH}")
    else:
        sys.stdout.write(FIT)


def look_through(content: bytes) -> None:
    """Raises UnfitPaper."""
    pikepdf.settings.set_qpdf_limits(
        parser_max_container_size=MOST_OBJECTS,
        max_stream_filters=4,
        dct_max_memory=MOST_OF_ONE,
        flate_max_memory=MOST_OF_ONE,
        png_max_memory=MOST_OF_ONE,
        run_length_max_memory=MOST_OF_ONE,
        tiff_max_memory=MOST_OF_ONE,
    )
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            _look_at_all(pdf)
    except pikepdf.PasswordError:
        raise UnfitPaper(LOCKED) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RuntimeError, ValueError, TypeError, KeyError):
        raise UnfitPaper(BROKEN) from None


def _look_at_all(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise UnfitPaper(LOCKED)
    if len(pdf.objects) > MOST_OBJECTS:
        raise UnfitPaper(TOO_MUCH)
    if len(pdf.pages) > MOST_PAGES:
        raise UnfitPaper(TOO_MANY_PAGES)
    if not len(pdf.pages):
        raise UnfitPaper(BROKEN)
    total = 0
    for one in (*pdf.objects, pdf.trailer):
        for part in _parts(one, 0):
            _look_at(part)
        if isinstance(one, pikepdf.Stream):
            total += _unpacked(one, MOST_OF_ALL - total)


def _parts(one: Any, depth: int) -> Iterator[pikepdf.Object]:
    """Itself and what stands directly in it; what it only points to comes by itself."""
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
        return
    if depth > DEEPEST:
        raise UnfitPaper(TOO_MUCH)
    yield one
    within = one if isinstance(one, pikepdf.Array) else [value for _, value in one.items()]
    for other in within:
        if not getattr(other, "is_indirect", False):
            yield from _parts(other, depth + 1)


def _look_at(one: Any) -> None:
    if isinstance(one, pikepdf.Array):
        return
    keys = set(one.keys())
    if keys & _ACTIVE_KEYS or _name(one, "/S") in _ACTIONS or _name(one, "/Subtype") in _ACTIVE_SUBTYPES:
        raise UnfitPaper(ACTIVE)
    carries = _name(one, "/Type") == "/EmbeddedFile" or _name(one, "/Subtype") == "/FileAttachment"
    if carries or keys & _CARRYING_KEYS:
        raise UnfitPaper(CARRIES)


def _name(one: Any, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _unpacked(stream: Any, most: int) -> int:
    """How many bytes, as far as it can be told without drawing it. Raises UnfitPaper past `most`."""
    filters = _filters(stream)
    if filters == ["/FlateDecode"]:
        # Counted piece by piece: no reader of ours ever holds it.
        count = _inflated(stream.read_raw_bytes(), min(most, MOST_OF_ONE))
    elif filters and set(filters) <= {
        "/LZWDecode",
        "/RunLengthDecode",
        "/ASCIIHexDecode",
        "/ASCII85Decode",
        "/FlateDecode",
    }:
        count = len(stream.read_bytes())
    else:
        count = len(stream.read_raw_bytes())
    if count > min(most, MOST_OF_ONE):
        raise UnfitPaper(TOO_MUCH)
    return count


def _filters(stream: Any) -> list[str]:
    said = stream.get("/Filter")
    if isinstance(said, pikepdf.Array):
        return [str(one) for one in said]
    return [] if said is None else [str(said)]


def _inflated(packed: bytes, most: int) -> int:
    reader, count, left = zlib.decompressobj(), 0, packed
    try:
        while left and not reader.eof and count <= most:
            count += len(reader.decompress(left, MB))
            left = reader.unconsumed_tail
    except zlib.error:
        pass  # a page that lost its end is a page all the same
    return count


if __name__ == "__main__":
    main()
