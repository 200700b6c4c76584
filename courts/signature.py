"""Sign a report: PAdES B-B, B-T where time is stamped, in one increment. No clock; key and time are handed in."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Event, Lock
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import BaseStampStyle

from courts.signing_key import NoTimestamp, SigningKey

FIELD = "Signature"
# What is read aloud for the field; by whom it is signed stands as text in the frame, which is read next.
SPOKEN = "Electronic signature"
# As courts/typst/letter.typ says it: page, left, top, width, height, in points.
PLACED = re.compile(r"Signature field (\d+)" + r" ([\d.]+)" * 4)


class NoFrame(ValueError):
    """The document has no frame for the signature."""


_first, _ready = Lock(), Event()


def sign(pdf: bytes, *, key: SigningKey, at: datetime) -> bytes:
    """The same document and one increment, which certifies that no change is allowed. Any thread may call it.

    Raises NoFrame, NoTimestamp.
    """
    if _ready.is_set():
        return _signed(pdf, key, at)
    # The first one of a process fills tables of names that it then reads: alone, or another finds them half filled.
    with _first:
        try:
            made = _signed(pdf, key, at)
        except NoTimestamp:
            # All but the stamp was made; who waits for the service that gives it doesn't wait one after the other.
            _ready.set()
            raise
        _ready.set()
        return made


def _signed(pdf: bytes, key: SigningKey, at: datetime) -> bytes:
    # Typst ends with `%%EOF` and no end of line, and an object must begin on a line of its own (PDF/A).
    writer = _Increment(BytesIO(pdf + b"\n"))
    _lay_field(writer)
    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = _Signer(about, key.for_one_signature(), timestamper=key.timestamper, stamp_style=_NoStamp())
    signer.at = at
    signing = signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=key.room)
    try:
        signed: BytesIO = _ended(signing)
    except TimestampRequestError as error:
        raise NoTimestamp(f"no time stamp: {type(error).__name__}") from error
    return signed.getvalue()


class _Increment(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Metadata stay as Typst wrote them: they say what PDF/A and PDF/UA the file is, and nothing new."""


class _Signer(PdfSigner):
    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """None: for the curve P-256 it would declare PDF 2.0, and PDF/A-2 and PDF/UA-1 are PDF 1.7."""


class _NoStamp(BaseStampStyle):
    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> Any:
        """The appearance stays empty: Typst has drawn the frame and set its text, with fonts and tags."""


def _ended(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Its result; in a thread of its own where this one runs a loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


@dataclass(frozen=True)
class _Frame:
    element: IndirectObject  # the figure that Typst left for it
    page: int
    left: float
    top: float
    width: float
    height: float

    def box(self, page_height: float) -> tuple[float, float, float, float]:
        top = page_height - self.top
        return self.left, top - self.height, self.left + self.width, top


def _lay_field(writer: IncrementalPdfFileWriter) -> None:
    """The field on the frame, and in the structure: a widget that no element names breaks PDF/UA."""
    tree = writer.root["/StructTreeRoot"]
    frame = _frame(tree)
    page_ref, _ = writer.find_page_for_modification(frame.page)
    page = page_ref.get_object()
    page[pdf_name("/Tabs")] = pdf_name("/S")
    place: Any = frame.box(float(page["/MediaBox"][3]))
    spec = SigFieldSpec(FIELD, on_page=frame.page, box=place, readable_field_name=SPOKEN)
    append_signature_field(writer, spec)
    field_ref = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    _make_it_a_form(writer, frame.element.get_object(), field_ref, page_ref)
    field_ref.get_object()[pdf_name("/StructParent")] = _listed_parent(writer, tree, frame.element)


def _frame(tree: DictionaryObject) -> _Frame:
    for element in _from_the_end(tree):
        placed = PLACED.fullmatch(str(element.get_object().get("/Alt", "")))
        if placed:
            page, left, top, width, height = placed.groups()
            return _Frame(element, int(page) - 1, float(left), float(top), float(width), float(height))
    raise NoFrame("The document has no frame for the signature.")


def _from_the_end(element: DictionaryObject) -> Iterator[IndirectObject]:
    """Each structure element below, the last first: it is signed near the end."""
    kids = element.raw_get("/K") if "/K" in element else []
    for kid in reversed(kids if isinstance(kids, ArrayObject) else [kids]):
        if isinstance(kid, IndirectObject):
            yield from _from_the_end(kid.get_object())
            yield kid


def _make_it_a_form(writer: BasePdfFileWriter, element: DictionaryObject, field_ref: Any, page_ref: Any) -> None:
    points_at = {"/Type": pdf_name("/OBJR"), "/Obj": field_ref, "/Pg": page_ref}
    element[pdf_name("/S")] = pdf_name("/Form")
    element[pdf_name("/Alt")] = pdf_string(SPOKEN)
    element[pdf_name("/Pg")] = page_ref
    element[pdf_name("/K")] = DictionaryObject({pdf_name(name): value for name, value in points_at.items()})
    writer.update_container(element)


def _listed_parent(writer: BasePdfFileWriter, tree: DictionaryObject, element: IndirectObject) -> NumberObject:
    """The number under which the tree lists the element as the parent of the widget."""
    key = int(tree["/ParentTreeNextKey"])
    # Typst writes one flat list. A tree of lists would have none here, and the KeyError says so.
    numbered = tree["/ParentTree"]["/Nums"]
    numbered.extend([NumberObject(key), element])
    writer.update_container(numbered)
    tree[pdf_name("/ParentTreeNextKey")] = NumberObject(key + 1)
    writer.update_container(tree)
    return NumberObject(key)
