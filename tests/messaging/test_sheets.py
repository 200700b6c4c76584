import pytest

from messaging import sheets
from tests.messaging.papers import words_of


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("12 Pier Street, Kent, WA 98032", ["12 Pier Street", "Kent, WA 98032"]),
        ("12 Pier Street, Apt 4, Kent, WA 98032-1234", ["12 Pier Street", "Apt 4", "Kent, WA 98032-1234"]),
        ("PO Box 19", ["PO Box 19"]),
        ("12 Pier Street, Kent, Washington", ["12 Pier Street", "Kent", "Washington"]),
        ("WA 98032", ["WA 98032"]),
        (" , ", []),
    ],
)
def test_an_address_as_the_window_shows_it(address: str, lines: list[str]):
    assert sheets.address_lines("Marco Diaz", address) == ["Marco Diaz", *lines]


def test_paragraphs():
    assert sheets.paragraphs("Please call\n206-555-0100.\n\n \nThank you.\n") == [
        "Please call 206-555-0100.",
        "Thank you.",
    ]


def letter(**more: object) -> sheets.Letter:
    made: sheets.Letter = {
        "to": ["Marco Díaz", "12 Pier Street", "Kent, WA 98032"],
        "sender": ["Pier Street Office", "PO Box 19"],
        "on": "March 3, 2026",
        "subject": "Please call",
        "body": ["Please call 206-555-0100."],
        "language": "en",
    }
    return made | more  # type: ignore[return-value]


def test_each_letter_begins_on_a_sheet_of_its_own():
    pdf = sheets.letters([letter(), letter(to=["Tom Nguyen"]), letter(body=["A long one."] * 80)])

    pages = words_of(pdf)
    assert [page[:18] for page in pages[:3]] == ["Pier Street Office"] * 3
    assert ["Marco Díaz" in page for page in pages[:3]] == [True, False, True]
    assert len(pages) > 3


def test_a_letter_that_can_t_be_printed_holds_nothing_up():
    assert "?? Street" in words_of(sheets.letters([letter(to=["日本 Street"])]))[0]


def test_the_affidavit_tells_each_message_and_leaves_a_line_to_sign_on():
    told: sheets.Told = {
        "number": 1, "what": "Session reminder", "channel": "Text", "to": "+12065550100",
        "planned": "Mar 1, 2026, 9:00 am",
        "sent": "Mar 1, 2026, 9:00 am", "became": "Not delivered", "why": "code 30003", "wording": "wording 2",
        "hash": "ab" * 32, "plain": False,
    }  # fmt: skip
    pdf = sheets.affidavit(
        {
            "whom": "Marco Díaz", "about": "All messages", "office": ["Pier Street", "PO Box 19"],
            "made_on": "Mar 3, 2026",
            "zone": "America/Los_Angeles", "lines": [told],
        }
    )  # fmt: skip
    said = words_of(pdf)[0]

    assert b"pdfaid" in pdf, "PDF/A"
    for word in (
        "Marco Díaz",
        "Session reminder",
        "wording 2",
        "+12065550100",
        "Not delivered: code 30003",
        "Signature",
        "keyed " + "ab" * 8,
    ):
        assert word in said
    assert "of the file" not in said


def test_the_affidavit_tells_which_hash_is_a_file_s():
    told: sheets.Told = {
        "number": 1, "what": "Report itself", "channel": "E-mail", "to": "Judge", "planned": "x", "sent": "x",
        "became": "Delivered", "why": "", "wording": "H-2026-1", "hash": "cd" * 32, "plain": True,
    }  # fmt: skip
    facts: sheets.Affidavit = {
        "whom": "x", "about": "x", "office": ["x"], "made_on": "x", "zone": "x",
        "lines": [told, told | {"hash": "ab" * 32, "plain": False}, told | {"hash": ""}],
    }  # fmt: skip
    said = words_of(sheets.affidavit(facts))[0]

    assert (said.count("of the file cdcd"), said.count("keyed abab"), said.count("of the file")) == (1, 1, 1)
    assert "the plain SHA-256 of its file" in said


def test_an_affidavit_of_nothing_says_so():
    facts: sheets.Affidavit = {
        "whom": "x", "about": "x", "office": ["x"], "made_on": "x", "zone": "x", "lines": [],
    }  # fmt: skip
    assert "There are no messages." in words_of(sheets.affidavit(facts))[0]
