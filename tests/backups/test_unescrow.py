import subprocess
import sys
from pathlib import Path

import pytest

from backups import papers, unescrow
from tests.house import ROOT

SECRET = b"ONUS_MASTER_KEYS=one,two\nONUS_BACKUP_KEY=three\n"


@pytest.fixture
def typed(tmp_path: Path) -> list[str]:
    paths = []
    for share in papers.split(SECRET):
        paths.append(tmp_path / f"{share.sheet}.txt")
        paths[-1].write_text("\n".join(papers.printed(share)))
    return [str(path) for path in paths]


def test_gives_the_lines_for_the_environment(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert unescrow.main(typed) == 0
    assert capsys.readouterr() == (SECRET.decode(), "")


def test_needs_python_and_nothing_else(typed: list[str]) -> None:
    """On the day that it is wanted there may be no Onus left: -S leaves out whatever was installed."""
    command = [sys.executable, "-S", "-m", "backups.unescrow", *typed]

    assert subprocess.check_output(command, cwd=ROOT, env={}) == SECRET


@pytest.mark.parametrize(
    ("names", "status", "said"),
    [
        pytest.param([], 2, "python -m backups.unescrow", id="none"),
        pytest.param(["A", "A"], 1, "Both of these are sheet A", id="the same twice"),
        pytest.param(["A", "gone"], 1, "can't be read: No such file", id="no such file"),
        pytest.param(["A", "other"], 1, "This is no sheet", id="no sheet"),
    ],
)
def test_says_what_is_wrong(
    typed: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], names: list[str], status: int, said: str
) -> None:
    (tmp_path / "other.txt").write_text("a shopping list")

    assert unescrow.main([str(tmp_path / f"{name}.txt") for name in names]) == status
    out, error = capsys.readouterr()
    assert (out, said in error) == ("", True)
