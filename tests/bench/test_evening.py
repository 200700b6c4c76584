import pytest

from bench import evening
from bench.evening import Standing, Tap, at_once, failed, lost

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def two_people_and_three_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evening, "FACILITATORS", 1)
    monkeypatch.setattr(evening, "MARKS", 3)


def tap(man: int, status: int = 200, *, kind: str = "present", key: str = "") -> Tap:
    return Tap(man, kind, key or f"key-{man}", status, 0.1)


CONFLICT = tap(1, 409, kind="absent", key="of another")
TAPS = [tap(1), CONFLICT, tap(2), tap(2), tap(3)]
STANDING = [Standing(man, "present", f"key-{man}") for man in (1, 2, 3)]


def test_a_good_evening() -> None:
    assert failed(TAPS) == 0
    assert lost(TAPS, 3, STANDING) == 0


@pytest.mark.parametrize(
    ("taps", "count"),
    [
        pytest.param([*TAPS, tap(3, 500)], 1, id="an error"),
        pytest.param([*TAPS, tap(3, 0), tap(3, 0)], 2, id="no answer"),
        pytest.param([tap(1), tap(1, key="of another")], 1, id="two hands, and nobody was asked"),
    ],
)
def test_failed(taps: list[Tap], count: int) -> None:
    assert failed(taps) == count


@pytest.mark.parametrize(
    ("marks", "standing", "count"),
    [
        pytest.param(3, [*STANDING[:2], Standing(3, "absent", "key-3")], 1, id="another mark stands"),
        pytest.param(3, [*STANDING[:2], Standing(3, "present", "another")], 1, id="of another tap"),
        pytest.param(2, STANDING[:2], 4, id="no mark: it is gone, and missing in each count"),
        pytest.param(4, STANDING, 1, id="one too many, though corrected"),
        pytest.param(4, [*STANDING, Standing(3, "present", "twice")], 2, id="two stand of one"),
    ],
)
def test_lost(marks: int, standing: list[Standing], count: int) -> None:
    assert lost(TAPS, marks, standing) == count


def test_a_roster_is_read() -> None:
    page = '<form id="mark-7"> <input name="csrfmiddlewaretoken" value="abc1"> <input name="key" value="1f-2"></form>'
    assert (evening.TOKEN.findall(page), evening.KEY.findall(page)) == (["abc1"], [("7", "1f-2")])


def test_at_once_gives_back_in_order_and_raises() -> None:
    assert at_once([lambda: 1, lambda: 2]) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        at_once([lambda: 1, lambda: 1 // 0])
