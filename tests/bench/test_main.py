import json
from types import SimpleNamespace

import pytest

from bench import __main__ as bench
from bench.row import at_least, at_most

QUICK = at_most(6, "import, s", ours=3.0, reference=1.0)
SLOW = at_least(5, "reports a second", ours=80.0, reference=20.0)


@pytest.fixture
def measured(monkeypatch, tmp_path):
    modules = {
        name: SimpleNamespace(rows=lambda row=row: [row]) for name, row in {"quick": QUICK, "slow": SLOW}.items()
    }
    monkeypatch.setattr(bench, "modules", lambda: modules)
    monkeypatch.setattr(bench, "OUT", tmp_path / "bench.json")
    return tmp_path / "bench.json"


@pytest.mark.parametrize(
    ("row", "ok"),
    [
        pytest.param(at_most(2, "s", ours=2.0, reference=1.0), True, id="at most, just"),
        pytest.param(at_most(2, "s", ours=2.1, reference=1.0), False, id="at most, over"),
        pytest.param(at_least(2, "a second", ours=2.0, reference=1.0), True, id="at least, just"),
        pytest.param(at_least(2, "a second", ours=1.9, reference=1.0), False, id="at least, under"),
    ],
)
def test_limit(row, ok):
    assert row.ok is ok


def test_one_row_out_of_its_limit_fails_the_whole(measured, capsys):
    assert bench.main([]) == 1
    assert json.loads(measured.read_text()) == [QUICK.as_json(), SLOW.as_json()]
    assert capsys.readouterr().out == (
        "name               ours  reference  ratio  limit  ok\n"
        "import, s          3.00       1.00   3.00    ≤ 6  ok\n"
        "reports a second  80.00      20.00   4.00    ≥ 5  NOT OK\n"
    )


def test_some_by_name(measured):
    assert bench.main(["quick"]) == 0
    assert json.loads(measured.read_text()) == [QUICK.as_json()]


def test_a_name_that_is_none(measured, capsys):
    assert bench.main(["quickly"]) == 2
    assert capsys.readouterr().err == "No such bench: quickly. There are: quick, slow.\n"
