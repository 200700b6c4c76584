"""A receipt as whoever finds it on a kitchen table reads it."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from messaging.discretion import given_away
from programs.kinds import PaidBy
from programs.receipts import Receipt, file_name, number_of, render, sheet
from tests.courts.pdf import bare, opened, structure, text_of

RECEIPT = Receipt(
    language="en",
    sender="Appointments",
    callback_number="206-555-0142",
    year=2026,
    number=17,
    on=date(2026, 3, 3),
    name="José Muñoz",
    amount=Decimal("1150.5"),
    paid_by=PaidBy.MONEY_ORDER,
    left=Decimal(450),
)
EACH = [
    RECEIPT._replace(language=language, refund=refund, paid_by=paid_by, left=Decimal(left), copy=True, taken_back_on=on)
    for language, refund, paid_by, left, on in product(
        ("en", "es"), (False, True), PaidBy, (0, -5), (None, date(2026, 3, 9))
    )
]


def test_says_who_paid_how_much_and_nothing_else() -> None:
    assert bare(text_of(render(RECEIPT))) == bare(
        "Appointments Receipt 2026-00017 Number 2026-00017 Date March 3, 2026 Received from José Muñoz "
        "Amount $1,150.50 Paid by Money order Left to pay $450.00 Questions? Call 206-555-0142."
    )


def test_in_his_language() -> None:
    spanish = RECEIPT._replace(language="es", refund=True, left=Decimal(-5), copy=True, taken_back_on=date(2026, 3, 9))

    assert bare(text_of(render(spanish))) == bare(
        "Appointments Recibo de una devolución 2026-00017 Copia de un recibo que ya se entregó. "
        "Este recibo ya no es válido. Se anuló el 9 de marzo de 2026. Número 2026-00017 Fecha 3 de marzo de 2026 "
        "Devuelto a José Muñoz Cantidad $1,150.50 Forma de pago Giro postal Pagado por adelantado $5.00 "
        "¿Preguntas? Llame al 206-555-0142."
    )


def test_whose_language_nobody_wrote_gets_it_in_english() -> None:
    assert sheet(RECEIPT._replace(language="vi")) == sheet(RECEIPT)


@pytest.mark.parametrize("receipt", EACH, ids=lambda one: f"{one.language} {one.paid_by} {one.refund} {one.left}")
def test_gives_nothing_away(receipt: Receipt) -> None:
    assert given_away(str(sheet(receipt))) == []
    assert given_away(file_name(receipt)) == []


def test_a_copy_and_one_that_no_longer_counts_say_so() -> None:
    told = sheet(RECEIPT._replace(copy=True, taken_back_on=date(2026, 3, 9)))

    assert told["notes"] == [
        "Copy of a receipt that was given before.",
        "This receipt no longer counts. It was taken back on March 9, 2026.",
    ]
    assert sheet(RECEIPT)["notes"] == []


def test_its_number_and_its_file_are_named_alike() -> None:
    assert number_of(2026, 17) == "2026-00017"
    assert [file_name(RECEIPT), file_name(RECEIPT._replace(language="es"))] == [
        "receipt-2026-00017.pdf",
        "recibo-2026-00017.pdf",
    ]


def test_a_letter_that_the_typeface_lacks_is_written_by_hand_and_markup_is_a_name() -> None:
    assert "_*#eval*" in bare(text_of(render(RECEIPT._replace(name="漢\u200d *#eval*"))))


@pytest.mark.parametrize("language", ["en", "es"])
def test_is_tagged_on_letter_paper(language: str) -> None:
    with opened(render(RECEIPT._replace(language=language))) as file:
        assert bool(file.Root.MarkInfo.Marked)
        assert str(file.Root.Lang) == language
        assert file.docinfo["/Title"] == sheet(RECEIPT._replace(language=language))["title"]
        assert [float(edge) for edge in file.pages[0].MediaBox] == [0, 0, 612, 792]
        assert {"/H1", "/Table", "/TD"} <= set(structure(file))
        with file.open_metadata() as xmp:
            assert (xmp["pdfuaid:part"], xmp["pdfaid:part"]) == ("1", "2")
