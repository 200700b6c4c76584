from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts import cells
from courts.numbers import normalized_number
from participants.names import folded

TODAY = date(2026, 1, 5)
MARCH_3 = date(2026, 3, 3)


@pytest.mark.parametrize(
    "raw",
    [
        *("2026-03-03", "2026/3/3", "20260303", "3/3/2026", "03/03/26", "3-3-2026", " 3/3/2026 "),
        *("Mar 3, 2026", "March 3 2026", "mar. 3rd, 2026", "3-Mar-26", "3 March 2026", "03MAR2026 "),
        *("Tuesday, March 3, 2026", "2026-03-03 00:00:00", "2026-03-03T09:30:00", "3/3/2026 9:00 AM"),
    ],
)
def test_reads_a_day(raw):
    raw = raw.replace("03MAR2026", "03 MAR 2026")
    assert cells.day(raw, TODAY) == (MARCH_3, "")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("02/30/2026", "This is no date. Write month/day/year, or year-month-day."),
        ("13/02/2026", "This is no date. Write month/day/year, or year-month-day."),
        ("3/3/20261", "This is no date. Write month/day/year, or year-month-day."),
        ("3/3/2026 or so", "This is no date. Write month/day/year, or year-month-day."),
        ("Foo 3, 2026", "This is no date. Write month/day/year, or year-month-day."),
        ("soon", "This is no date. Write month/day/year, or year-month-day."),
        ("٣/٣/٢٠٢٦", "This is no date. Write month/day/year, or year-month-day."),
        (
            "46084",
            "This is a spreadsheet's number for a day. Format the column as a date and export it again.",
        ),
        (
            "46084.5",
            "This is a spreadsheet's number for a day. Format the column as a date and export it again.",
        ),
        ("0001-01-01", "The year 1 can't be right. Ask the court."),
        ("12/31/9999", "The year 9999 can't be right. Ask the court."),
    ],
)
def test_no_such_day(raw, why):
    assert cells.day(raw, TODAY) == (None, why)


def test_an_order_to_come_is_kept_and_pointed_at():
    assert cells.past_day("3/3/2026", TODAY) == (MARCH_3, "This date is still to come. Ask the court.")
    assert cells.past_day("1/5/2026", TODAY) == (TODAY, "")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("5/6/75", (date(1975, 5, 6), ""), id="two digits are the last century's"),
        pytest.param("5/6/1975", (date(1975, 5, 6), ""), id="four digits"),
        pytest.param("1/5/2008", (date(2008, 1, 5), ""), id="18 today"),
        pytest.param(
            "1/6/2008",
            (
                date(2008, 1, 6),
                "By this date he is 17 years old, and the program is for adults. Ask the court.",
            ),
            id="18 tomorrow",
        ),
        pytest.param(
            "2/1/2026",
            (date(2026, 2, 1), "This date of birth is in the future. Ask the court."),
            id="in the future",
        ),
        pytest.param("1/1/1875", (None, "By this date he would be 151 years old. Ask the court."), id="too old"),
        pytest.param("2/29/2000", (date(2000, 2, 29), ""), id="leap day"),
        pytest.param("unknown", (None, "This is no date. Write month/day/year, or year-month-day."), id="a word"),
    ],
)
def test_date_of_birth(raw, expected):
    assert cells.date_of_birth(raw, TODAY) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-03-03 09:00", ((datetime(2026, 3, 3, 9), True), "")),  # noqa: DTZ001
        ("3/3/2026 9:00 AM", ((datetime(2026, 3, 3, 9), True), "")),  # noqa: DTZ001
        ("3/3/2026 at 1:30 p.m.", ((datetime(2026, 3, 3, 13, 30), True), "")),  # noqa: DTZ001
        ("3/3/2026, 12 PM", ((datetime(2026, 3, 3, 12), True), "")),  # noqa: DTZ001
        ("2026-03-03T13:30:00", ((datetime(2026, 3, 3, 13, 30), True), "")),  # noqa: DTZ001
        ("3/3/2026", ((datetime(2026, 3, 3), False), "")),  # noqa: DTZ001
        ("2026-03-03 00:00:00", ((datetime(2026, 3, 3), False), "")),  # noqa: DTZ001
        (
            "3/3/2026 25:00",
            (
                (datetime(2026, 3, 3), False),  # noqa: DTZ001
                "The day can be read, the time of day can't. Write it like 9:00 AM.",
            ),
        ),
        (
            "3/3/2026 13:00 PM",
            (
                (datetime(2026, 3, 3), False),  # noqa: DTZ001
                "The day can be read, the time of day can't. Write it like 9:00 AM.",
            ),
        ),
        ("tomorrow", ((None, False), "This is no date. Write month/day/year, or year-month-day.")),
    ],
)
def test_hearing(raw, expected):
    assert cells.moment(raw, TODAY) == expected


@given(st.dates(date(1990, 1, 1), date(2055, 12, 31)), st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y"]))
def test_any_day_is_read_back(day, form):
    assert cells.day(day.strftime(form), TODAY) == (day, "")


@pytest.mark.parametrize(
    "raw",
    ["206-555-0101", "(206) 555-0101", "2065550101", "+1 206 555 0101", "1.206.555.0101", "206 555-0101 "],
)
def test_reads_a_phone(raw):
    assert cells.phone(raw) == ("+12065550101", "")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+52 55 5123 4567", ("+525551234567", "")),
        ("206-555-0101 x12", ("+12065550101", "The extension was left out.")),
        ("(617) 782-6540, Press 5", ("+16177826540", "The words beside the number were left out.")),
        ("555-0101", ("", "There is no such phone number. Ask for the right one.")),
        ("000-000-0000", ("", "There is no such phone number. Ask for the right one.")),
        (
            "206-555-0101 / 206-555-0102",
            ("", "This is no phone number that we can read. Write ten digits, one number only."),
        ),
        (
            "none",
            ("", "This is no phone number that we can read. Write ten digits, one number only."),
        ),
    ],
)
def test_other_phones(raw, expected):
    assert cells.phone(raw) == expected


def test_email_is_lower_case():
    assert cells.email(" Jo.Doe+x@Example.ORG ") == ("jo.doe+x@example.org", "")


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "jo",
            "jo@",
            "@example.org",
            "jo@example",
            "jo..doe@example.org",
            ".jo@example.org",
            "a b@example.org",
        ),
        *("jo@example.org, mo@example.org", "jo@example.org\nBcc: all@example.org", "jo@-example.org"),
        *("jö@example.org", "<jo@example.org>", "a" * 65 + "@example.org", "jo@" + "a." * 130 + "org"),
    ],
)
def test_no_email(raw):
    assert cells.email(raw) == ("", "This is no e-mail address. Write one address, such as name@example.org.")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        *(
            ("Spanish", "es"),
            ("español", "es"),
            ("es", "es"),
            ("SPA", "es"),
            ("ESPANOL", "es"),
            ("es-MX", "es"),
        ),
        *(("en_US", "en"), ("English", "en"), ("Tiếng Việt", "vi"), ("Korean", "ko"), ("Mandarin", "zh")),
        *(
            ("中文", "zh"),
            ("русский", "ru"),
            ("Somali", "so"),
            ("አማርኛ", "am"),
            ("Tigrinya", "ti"),
            ("ukr", "uk"),
        ),
        *(("Arabic", "ar"), ("Punjabi", "pa"), ("Tagalog", "tl"), ("fil", "tl"), ("French", "fr")),
        *(("Portuguese", "pt"), ("japanese", "ja")),
    ],
)
def test_language(raw, code):
    assert cells.language(raw) == (code, "")


def test_what_is_spoken_matters_to_an_interpreter():
    assert cells.language("Cantonese") == ("zh", "Look to it that an interpreter speaks just this one.")


def test_unknown_language():
    assert cells.language("Klingon") == (
        "",
        "We don't know this language. Write its English name, such as Spanish.",
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *((said, (True, "")) for said in ("yes", "Y", "1", "x", "TRUE", "Sí")),
        *((said, (False, "")) for said in ("no", "N", "0", "", "false", "-")),
        ("maybe", (False, "This is neither yes nor no.")),
    ],
)
def test_yes(raw, expected):
    assert cells.yes(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Ed Sorensen; Eddie S.", ("Ed Sorensen", "Eddie S.")),
        ("Ed | Eddie", ("Ed", "Eddie")),
        ("Ed aka Eddie a.k.a. Edo", ("Ed", "Eddie", "Edo")),
        ("Zakaria", ("Zakaria",)),
        ("Ed; Ed;;", ("Ed",)),
    ],
)
def test_aliases(raw, expected):
    assert cells.names(raw, 300) == (expected, "")


HIDDEN = "Hidden control letters were taken out. Compare it with the court's papers."


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("  Jo \t Ann ", ("Jo Ann", ""), id="white space"),
        pytest.param("JO", ("JO", ""), id="capitals stay"),
        pytest.param("Jose\u0301", ("José", ""), id="accent joined to its letter"),
        pytest.param("Jo\x07hn", ("John", HIDDEN), id="bell"),
        pytest.param("Jo\u202ehn", ("John", HIDDEN), id="bidi override"),
        pytest.param("Jo\u200bhn", ("John", HIDDEN), id="zero width space"),
        pytest.param("\u202e", ("", HIDDEN), id="nothing else"),
        pytest.param(
            "Jo\ufffd",
            ("", "A letter was lost on the way. Ask the court for its right spelling."),
            id="lost letter",
        ),
        pytest.param(
            "Jo\nAnn",
            ("Jo Ann", "This ran over several lines. See whether another row was swallowed."),
            id="two lines",
        ),
        pytest.param("x" * 21, ("", "This is longer than 20 letters. Shorten it."), id="too long"),
        pytest.param("\ufdfa" * 2, ("", "This is longer than 20 letters. Shorten it."), id="unfolds to too long"),
    ],
)
def test_text(raw, expected):
    assert cells.text(raw, 20) == expected


def test_an_address_keeps_its_lines():
    assert cells.lines_of_text(" 12 Main St \r\n\r\nApt  4", 100) == ("12 Main St\nApt 4", "")


@pytest.mark.parametrize("raw", ["N/A", "none", "TBD", "--", "Pending"])
def test_no_number(raw):
    assert cells.number(raw, 100) == ("", "This is no number.")


@given(st.text(max_size=25) | st.text(st.sampled_from("\ufdfa\u1e9eﬃ№Å"), max_size=25))
def test_what_is_compared_by_fits_too(raw):
    assert len(folded(cells.text(raw, 20)[0])) <= 20
    assert len(normalized_number(cells.number(raw, 20)[0])) <= 20


@given(st.text(max_size=50))
def test_what_reads_empty_says_why(raw):
    for value, why in (
        cells.text(raw, 20),
        cells.day(raw, TODAY),
        cells.date_of_birth(raw, TODAY),
        cells.phone(raw),
        cells.email(raw),
        cells.language(raw),
    ):
        assert value or why or not raw.strip()
