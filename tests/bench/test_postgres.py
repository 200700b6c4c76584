import pytest

from bench import postgres
from tools import servers
from tools.debian import Missing


@pytest.fixture
def without_servers(monkeypatch):
    def missing(stack):
        raise Missing("There is no PostgreSQL.")

    monkeypatch.setattr(servers, "postgres", missing)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return monkeypatch


def test_without_postgresql_it_is_on_sqlite_and_says_so(without_servers, capsys):
    with postgres.servers_if_any() as urls:
        assert urls == {}

    assert capsys.readouterr().err == "measured on SQLite, for want of PostgreSQL: There is no PostgreSQL.\n"


def test_but_not_where_one_was_named(without_servers):
    without_servers.setenv("DATABASE_URL", "postgres://127.0.0.1:1/onus")

    with pytest.raises(Missing), postgres.servers_if_any():
        pytest.fail("it was measured elsewhere than was said")
