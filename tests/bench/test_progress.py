import pytest

from bench.progress import MODULES, assessed, grouped, seconds_of, thirty_marks
from programs.kinds import Standing

pytestmark = pytest.mark.pure


def test_ten_modules_and_thirty_marks_that_say_something() -> None:
    found = assessed(thirty_marks())

    assert [credit.week for credit in found.credited] == MODULES
    assert len(found.unexcused) == 10
    assert found.standing is Standing.COMPLETED


def test_the_bare_loop_groups_all_of_them() -> None:
    assert {module: len(marks) for module, marks in grouped(thirty_marks()).items()} == {
        week.module: 3 for week in MODULES
    }


def test_each_job_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.progress.ROUNDS", 3)
    calls: list[str] = []

    taken = seconds_of(lambda: calls.append("one"), lambda: calls.append("other"))

    assert (len(taken), calls.count("one"), calls.count("other")) == (2, 150, 150)
