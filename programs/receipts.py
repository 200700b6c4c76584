"""A receipt that may lie on any kitchen table: it tells who paid how much and when, never what for. No Django."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, TypedDict, cast

import typst

from core import typeset
from programs.fees import dollars
from programs.kinds import PaidBy

TEMPLATE = Path(__file__).parent / "typst" / "receipt.typ"
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]


class Receipt(NamedTuple):
    """`left`: what he owed once this was entered; below nothing, he has paid ahead. `name` "": he was forgotten.

    `refund`: he got it back. `copy`: it was handed out before. `taken_back_on` None: it counts.
    """

    language: str
    sender: str
    callback_number: str
    year: int
    number: int
    on: date
    name: str
    amount: Decimal
    paid_by: PaidBy
    left: Decimal
    refund: bool = False
    copy: bool = False
    taken_back_on: date | None = None


class Sheet(TypedDict):
    """`rows`: a label and its value each; every value is printed as it stands."""

    language: str
    sender: str
    title: str
    notes: list[str]
    rows: list[list[str]]
    questions: str


class Words(TypedDict):
    receipt: str
    refund: str
    number: str
    day: str
    received_from: str
    paid_back_to: str
    amount: str
    how: str
    left: str
    ahead: str
    copy: str
    taken_back: str
    questions: str
    file: str


ENGLISH: Words = {
    "receipt": "Receipt",
    "refund": "Receipt of a refund",
    "number": "Number",
    "day": "Date",
    "received_from": "Received from",
    "paid_back_to": "Paid back to",
    "amount": "Amount",
    "how": "Paid by",
    "left": "Left to pay",
    "ahead": "Paid ahead",
    "copy": "Copy of a receipt that was given before.",
    "taken_back": "This receipt no longer counts. It was taken back on {day}.",
    "questions": "Questions? Call {number}.",
    "file": "receipt",
}
SPANISH: Words = {
    "receipt": "Recibo",
    "refund": "Recibo de una devolución",
    "number": "Número",
    "day": "Fecha",
    "received_from": "Recibido de",
    "paid_back_to": "Devuelto a",
    "amount": "Cantidad",
    "how": "Forma de pago",
    "left": "Queda por pagar",
    "ahead": "Pagado por adelantado",
    "copy": "Copia de un recibo que ya se entregó.",
    "taken_back": "Este recibo ya no es válido. Se anuló el {day}.",
    "questions": "¿Preguntas? Llame al {number}.",
    "file": "recibo",
}
FORMAS = {
    PaidBy.CASH: "Efectivo",
    PaidBy.CHECK: "Cheque",
    PaidBy.MONEY_ORDER: "Giro postal",
    PaidBy.TRANSFER: "Transferencia bancaria",
    PaidBy.OTHER: "Otra",
}
MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def number_of(year: int, number: int) -> str:
    return f"{year}-{number:05}"


def file_name(receipt: Receipt) -> str:
    return f"{_words(receipt)['file']}-{number_of(receipt.year, receipt.number)}.pdf"


def sheet(receipt: Receipt) -> Sheet:
    words = _words(receipt)
    number = number_of(receipt.year, receipt.number)
    notes = [words["copy"]] if receipt.copy else []
    if receipt.taken_back_on:
        notes.append(words["taken_back"].format(day=_day(receipt, receipt.taken_back_on)))
    return {
        "language": _language(receipt),
        "sender": receipt.sender,
        "title": f"{words['refund' if receipt.refund else 'receipt']} {number}",
        "notes": notes,
        "rows": [
            [words["number"], number],
            [words["day"], _day(receipt, receipt.on)],
            *([[words["paid_back_to" if receipt.refund else "received_from"], receipt.name]] if receipt.name else []),
            [words["amount"], dollars(receipt.amount)],
            [words["how"], _paid_by(receipt)],
            [words["left" if receipt.left >= 0 else "ahead"], dollars(abs(receipt.left))],
        ],
        "questions": words["questions"].format(number=receipt.callback_number),
    }


def render(receipt: Receipt) -> bytes:
    """As PDF/A, tagged, on US Letter."""
    facts = typeset.printable(sheet(receipt))
    # Bytes, for no output path is given, and a PDF is never a list of pages.
    return cast(bytes, typeset.compiler(TEMPLATE, facts).compile(format="pdf", pdf_standards=STANDARDS))


def _language(receipt: Receipt) -> str:
    return "es" if receipt.language == "es" else "en"


def _words(receipt: Receipt) -> Words:
    return SPANISH if _language(receipt) == "es" else ENGLISH


def _paid_by(receipt: Receipt) -> str:
    return FORMAS[receipt.paid_by] if _language(receipt) == "es" else receipt.paid_by.label


def _day(receipt: Receipt, day: date) -> str:
    if _language(receipt) == "es":
        return f"{day.day} de {MESES[day.month - 1]} de {day.year}"
    return f"{day:%B} {day.day}, {day.year}"
