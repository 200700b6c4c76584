"""A neutral cover sheet before a letter, as one file for the printer. No Django."""

from io import BytesIO
from pathlib import Path
from typing import TypedDict, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter

from core import typeset

TEMPLATE = Path(__file__).parent / "typst" / "cover.typ"
# Of a page: what it looks like. Its way back to the whole file, forms and tags are left behind.
LOOKS = tuple(map(generic.pdf_name, ("/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate")))


class CoverFacts(TypedDict):
    """`pages` with the cover; `fax` and `address` are "" where they don't apply."""

    to: str
    address: str
    fax: str
    sender: str
    number: str
    on: str
    pages: int


def pages_of(pdf: bytes) -> int:
    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def cover(facts: CoverFacts) -> bytes:
    """A name that the typeface can't print stands on it as far as it can."""
    can = typeset.letters()
    printable = {
        name: "".join(one if one in can else "?" for one in value) if isinstance(value, str) else value
        for name, value in typeset.normalized(dict(facts)).items()
    }
    return cast(bytes, typeset.compiler(TEMPLATE, printable).compile(format="pdf"))


def joined(*pdfs: bytes) -> bytes:
    """For the printer only: a signature doesn't outlast it, the letter as issued keeps its own."""
    out = PdfFileWriter()
    for pdf in pdfs:
        reader = PdfFileReader(BytesIO(pdf))
        for number in range(int(reader.root["/Pages"]["/Count"])):
            page = reader.find_page_for_modification(number)[0].get_object()
            looks = {name: out.import_object(page.raw_get(name)) for name in LOOKS if name in page}
            out.insert_page(generic.DictionaryObject(looks))
    made = BytesIO()
    out.write(made)
    return made.getvalue()
