import pytest
from hypothesis import given
from hypothesis import strategies as st

from backups import papers

SECRET = b"ONUS_MASTER_KEYS=b25seS1mb3ItdGVzdHM=\nONUS_BACKUP_KEY=x\n" * 3


def sheets(secret: bytes = SECRET) -> tuple[str, str]:
    one, other = ("\n".join(papers.printed(share)) for share in papers.split(secret))
    return one, other


def joined(one: str, other: str) -> bytes:
    return papers.join(papers.read(one), papers.read(other))


@given(st.binary(max_size=400))
def test_both_give_back_what_was_printed(secret: bytes) -> None:
    assert joined(*sheets(secret)) == secret


def test_in_either_order_in_small_letters_and_among_other_words() -> None:
    one, other = sheets()

    assert joined("KEYS OF ONUS\n\n" + other.lower().replace("  ", " ") + "\n\n1 cup of sugar", one) == SECRET


def test_letters_that_look_alike_are_taken_for_each_other() -> None:
    one, other = sheets()
    head, *lines = one.splitlines()
    misread = [line[:4] + line[4:].replace("0", "O").replace("1", "l") for line in lines]

    assert misread != lines
    assert joined("\n".join([head, *misread]), other) == SECRET


def test_one_alone_says_nothing() -> None:
    """The first is what chance gave; the second is as far from the secret, whatever the secret is."""
    pad = bytes(range(7, 7 + len(SECRET) + papers.DIGEST))
    one, other = papers.split(SECRET, random=lambda count: pad[:count])

    assert one.content == pad
    assert bytes(a ^ b for a, b in zip(other.content, pad, strict=True))[: -papers.DIGEST] == SECRET


def test_each_wrong_letter_is_found_and_its_line_named() -> None:
    one, _ = sheets()
    lines = one.splitlines()
    third = lines[3]
    tried = 0
    for place in range(4, len(third)):
        if third[place] != " ":
            wrong = "X" if third[place] != "X" else "Y"
            lines[3] = third[:place] + wrong + third[place + 1 :]
            with pytest.raises(papers.Mistyped, match=r"Line 3 of sheet A was mistyped"):
                papers.read("\n".join(lines))
            tried += 1

    assert tried == papers.IN_A_LINE + papers.CHECK


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(lambda lines: lines[1:], "This is no sheet", id="no head"),
        pytest.param(lambda lines: [*lines[:2], *lines[3:]], "Line 2 of sheet A is missing", id="a line left out"),
        pytest.param(lambda lines: lines[:-3], "Lines are missing at the end of sheet A", id="no end"),
        pytest.param(lambda lines: [*lines[:-2], lines[-1]], "Lines are missing at the end of sheet A", id="last line"),
        pytest.param(
            lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "Line 1 of sheet A is missing", id="swap"
        ),
    ],
)
def test_what_is_missing_is_named(change, sentence) -> None:
    one, _ = sheets()

    with pytest.raises(papers.Mistyped, match=sentence):
        papers.read("\n".join(change(one.splitlines())))


def test_however_many_lines_are_missing_at_its_end() -> None:
    """Of some lengths the letters left over would be taken for a whole sheet's."""
    head, *lines, count = sheets()[0].splitlines()

    for left in range(len(lines)):
        with pytest.raises(papers.Mistyped, match="Lines are missing at the end of sheet A"):
            papers.read("\n".join([head, *lines[:left], count]))


def test_the_same_sheet_twice() -> None:
    one, _ = sheets()

    with pytest.raises(papers.DoNotBelongTogether, match="Both of these are sheet A"):
        joined(one, one)


def test_sheets_of_two_printings() -> None:
    one, other = sheets()[0], sheets()[1]

    with pytest.raises(papers.DoNotBelongTogether, match="not printed together"):
        joined(one, other)


def test_what_gives_other_keys_than_were_printed() -> None:
    one, other = papers.split(SECRET)
    changed = papers.Share(other.sheet, other.pair, bytes([other.content[0] ^ 1]) + other.content[1:])

    with pytest.raises(papers.DoNotBelongTogether, match="don't give the keys"):
        papers.join(one, changed)
