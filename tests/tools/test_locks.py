from pathlib import Path

import pytest

from tools import locks

LOCKED = "django==5.2.8 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via -r requirements.in\n"


@pytest.mark.parametrize(
    ("asked", "locked", "expected"),
    [
        pytest.param("Django~=5.2", LOCKED, [], id="pinned, with hashes"),
        pytest.param("Django", "django==5.2.8\n", ["django has no hash"], id="no hash"),
        pytest.param("Django", "django>=5 --hash=sha256:aa\n", ["django is not pinned"], id="not pinned"),
        pytest.param("Django\ncelery[redis]", LOCKED, ["celery is asked for and not locked"], id="forgotten"),
        pytest.param("# why\n-c requirements.txt\ndjango", LOCKED, [], id="comments and constraints"),
        pytest.param("factory_boy", "factory-boy==1 --hash=sha256:aa", [], id="spelled otherwise"),
    ],
)
def test_faults(asked, locked, expected):
    assert locks.faults(asked, locked) == expected


def test_our_own_locks_are_whole(capsys):
    assert locks.main(Path(__file__).parents[2]) == 0
    assert capsys.readouterr().out == "Both locks pin every package by hash.\n"
