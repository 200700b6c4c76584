from dataclasses import replace

import pytest

from faults.tally import Row, Tally, tally

pytestmark = pytest.mark.pure

MAIL = Row("1@inbox.example", "email", "sent", "", "<1@n>")
TEXT = Row("+2", "text", "sent", "", "<2@n>")
CAME = ("email", "1@inbox.example", "<1@n>")
RANG = ("text", "+2", "<2@n>")


def test_each_came_once() -> None:
    found = tally([MAIL, TEXT], [CAME, RANG])

    assert found == Tally(due=2)
    assert found.ok


@pytest.mark.parametrize("state", ["sent", "queued", "sending"])
def test_what_did_not_come_and_is_not_listed_is_lost(state: str) -> None:
    found = tally([replace(MAIL, state=state), TEXT], [RANG])

    assert (found.lost, found.ok) == (1, False)


def test_what_came_and_is_queued_still_would_come_again() -> None:
    assert tally([replace(MAIL, state="queued")], [CAME]).lost == 1


@pytest.mark.parametrize(
    ("state", "reason"), [("failed", "SMTPDataError"), ("unknown", "interrupted"), ("skipped", "moved"), ("missed", "")]
)
def test_what_is_listed_with_its_reason_is_not_lost(state: str, reason: str) -> None:
    found = tally([replace(TEXT, state=state, reason=reason)], [])

    assert (found.lost, found.listed, found.ok) == (0, 1, True)


def test_what_is_listed_without_a_reason_is_wrong() -> None:
    assert tally([replace(MAIL, state="failed")], []).wrong == ("email 1@inbox.example is failed without a reason",)


def test_a_text_whose_fate_is_unknown_may_have_come() -> None:
    assert tally([replace(TEXT, state="unknown", reason="interrupted")], [RANG]).ok


def test_what_is_listed_as_not_sent_and_came_is_wrong() -> None:
    found = tally([replace(TEXT, state="skipped", reason="no consent to texts")], [RANG])

    assert found.wrong == ("text +2 is skipped, and came all the same",)


def test_a_text_that_came_twice_is_never_right() -> None:
    found = tally([TEXT], [RANG, RANG], kills=9, may_double=9)

    assert (found.doubled_texts, found.ok) == (1, False)


@pytest.mark.parametrize(("may_double", "ok"), [(1, True), (0, False)])
def test_a_mail_may_come_twice_once_a_kill(may_double: int, ok: bool) -> None:
    found = tally([MAIL], [CAME, CAME], may_double=may_double)

    assert (found.doubled_mails, found.ok) == (1, ok)


@pytest.mark.parametrize(
    ("may_list", "wrong"),
    [
        (None, ()),
        (1, ()),
        (0, ("1 are listed, and no more than 0 were interrupted",)),
    ],
)
def test_no_more_may_be_listed_than_were_interrupted(may_list: int | None, wrong: tuple[str, ...]) -> None:
    assert tally([replace(TEXT, state="unknown", reason="interrupted")], [], may_list=may_list).wrong == wrong


def test_a_mail_that_came_again_with_another_id_is_wrong() -> None:
    found = tally([MAIL], [CAME, ("email", "1@inbox.example", "<9@n>")], may_double=9)

    assert found.wrong == ("email 1@inbox.example: something came with an id that no row has",)


def test_a_man_may_get_several_texts() -> None:
    assert tally([TEXT, replace(TEXT, message_id="<3@n>")], [RANG, ("text", "+2", "<3@n>")]).ok


def test_what_another_fault_sent_is_none_of_ours() -> None:
    assert tally([MAIL], [CAME, RANG]) == Tally(due=1)


def test_is_printed_and_read_again() -> None:
    whole = Tally(kills=1, due=2, lost=3, doubled_texts=4, doubled_mails=5, listed=6)

    assert str(whole) == "1 kills, 2 due, lost 3, doubled texts 4, doubled mails 5, listed 6"
    assert Tally.read(str(whole)) == whole


def test_adds_up() -> None:
    both = Tally(kills=1, due=2, wrong=("a",)) + Tally(kills=3, due=4, listed=5, wrong=("b",))

    assert both == Tally(kills=4, due=6, listed=5, wrong=("a", "b"))
