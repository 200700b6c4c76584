from types import SimpleNamespace
from typing import Any

import pytest

from config import gunicorn

pytestmark = pytest.mark.pure


def server(*addresses: Any) -> SimpleNamespace:
    return SimpleNamespace(cfg=SimpleNamespace(address=list(addresses)))


THIS_MACHINE = [("127.0.0.1", 8000), ("localhost", 8000), ("::1", 8000, 0, 0), "/run/onus.sock"]


@pytest.mark.parametrize("demo", ["1", "true", "YES"])
@pytest.mark.parametrize("address", [("0.0.0.0", 8000), ("10.0.0.5", 80), ("::", 8000), ("", 8000)])
def test_a_demonstration_is_not_served_to_others(monkeypatch: pytest.MonkeyPatch, demo: str, address: Any) -> None:
    monkeypatch.setenv("DEMO", demo)

    with pytest.raises(SystemExit, match=r"^DEMO=1 answers on this machine only, not at "):
        gunicorn.on_starting(server(*THIS_MACHINE, address))


def test_a_demonstration_is_served_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "1")

    gunicorn.on_starting(server(*THIS_MACHINE))


@pytest.mark.parametrize("demo", ["", "0", "false"])
def test_production_binds_where_it_is_told(monkeypatch: pytest.MonkeyPatch, demo: str) -> None:
    monkeypatch.setenv("DEMO", demo)

    gunicorn.on_starting(server(("0.0.0.0", 8000)))


def test_is_never_forked_from_a_process_that_may_have_rendered() -> None:
    assert gunicorn.preload_app is False
