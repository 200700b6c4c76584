"""A hole that is known is said; where nobody could be asked, that is said, and it isn't taken for good news."""

import json
import os
from pathlib import Path

import pytest

from tools import advisories

GOOD = {"name": "django", "version": "5.2.8", "vulns": []}
HOLED = {"name": "x", "version": "1.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["1.1", "2.0"]}]}
UNFIXED = {"name": "y", "version": "1.0", "vulns": [{"id": "CVE-2026-2", "fix_versions": []}]}
UNKNOWN = {"name": "z", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        ([GOOD], []),
        ([GOOD, HOLED], ["x 1.0: CVE-2026-1, fixed in 1.1, 2.0"]),
        ([UNFIXED], ["y 1.0: CVE-2026-2, fixed in nothing yet"]),
        ([GOOD, UNKNOWN], ["z was not looked up: not found"]),
    ],
)
def test_holes(packages: list[object], said: list[str]) -> None:
    assert list(advisories.holes(json.dumps({"dependencies": packages, "fixes": []}))) == said


@pytest.mark.parametrize("answer", ["", "ERROR: no network", "[]", '{"dependencies": []}'])
def test_no_answer_is_no_good_news(answer: str) -> None:
    with pytest.raises(advisories.NotReached):
        list(advisories.holes(answer))


def test_nor_is_one_that_knows_nothing() -> None:
    with pytest.raises(advisories.NotReached):
        list(advisories.holes(json.dumps({"dependencies": [UNKNOWN]})))


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A uv that says what stands in `answer` beside it, and exits with 1."""
    made = tmp_path / "uv"
    made.write_text(f"#!/bin/sh\ncat {tmp_path}/answer 2>/dev/null\nexit 1\n")
    made.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert os.access(made, os.X_OK)
    return tmp_path


def test_where_nobody_can_be_asked_it_says_what_to_do(uv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (advisories.main(uv), capsys.readouterr().out) == (2, advisories.NOT_REACHED + "\n")


@pytest.mark.parametrize(("package", "status"), [(GOOD, 0), (HOLED, 1)])
def test_the_exit_code_is_the_answer(uv: Path, package: object, status: int) -> None:
    (uv / "answer").write_text(json.dumps({"dependencies": [package]}))

    assert advisories.main(uv) == status
