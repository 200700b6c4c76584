import socket
from contextlib import ExitStack

import pytest

from tools import servers
from tools.debian import Missing


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "PGUSER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("postgres://onus@db.example:6543/onus", ("db.example", 6543), id="host and port"),
        pytest.param("postgresql://onus@db.example/onus", ("db.example", 5432), id="standard port"),
        pytest.param("postgres:///onus", ("127.0.0.1", 5432), id="no host"),
        pytest.param("postgres://u:p%40ss@[::1]:5433/onus", ("::1", 5433), id="IPv6 and a password"),
    ],
)
def test_address_of_a_url(url, expected):
    assert servers.address(url, schemes=("postgres", "postgresql"), port=5432) == expected


def test_a_url_of_another_kind_is_refused():
    with pytest.raises(Missing, match=r"^sqlite:// is not postgres://"):
        servers.address("sqlite:///var/onus.sqlite3", schemes=("postgres",), port=5432)


def test_the_environment_comes_first(monkeypatch, listening):
    url = f"postgres://onus@127.0.0.1:{listening}/onus"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setattr(servers, "standard_postgres", lambda: pytest.fail("asked the standard port"))

    assert servers.postgres(ExitStack()) == url


def test_a_url_where_nothing_listens_is_refused(monkeypatch):
    port = servers.free_port()
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}/0")

    with pytest.raises(Missing, match=rf"^REDIS_URL names 127\.0\.0\.1:{port}, and nothing listens there\.$"):
        servers.redis(ExitStack())


def test_the_standard_ports_come_second(monkeypatch):
    monkeypatch.setattr(servers, "may_create_databases", lambda port, user: user == "postgres")
    monkeypatch.setattr(servers, "answers_as_redis", lambda port: True)

    assert servers.postgres(ExitStack()) == "postgres://postgres@127.0.0.1:5432/onus"
    assert servers.redis(ExitStack()) == "redis://127.0.0.1:6379/9"


def test_pguser_is_tried_before_the_others(monkeypatch):
    tried = []
    monkeypatch.setenv("PGUSER", "clerk")
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    monkeypatch.setattr(servers, "may_create_databases", lambda port, user: tried.append(user))

    assert servers.standard_postgres() is None
    assert tried == ["clerk", "root", "postgres"]


def test_a_port_that_says_nothing_of_use_is_no_server(listening):
    closed = servers.free_port()

    assert not servers.may_create_databases(closed, "postgres")
    assert not servers.answers_as_redis(closed)


@pytest.mark.postgres_only
def test_the_servers_under_test_answer(settings):
    database = settings.DATABASES["default"]
    host, port = servers.address(settings.REDIS_URL, schemes=("redis", "rediss"), port=6379)

    assert servers.may_create_databases(int(database["PORT"] or 5432), database["USER"])
    assert not servers.may_create_databases(int(database["PORT"] or 5432), "nobody-of-this-name")
    assert servers.answers_as_redis(port)
    assert servers.listens(host, port)


def test_where_nothing_can_be_had_one_sentence_names_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(servers, "standard_postgres", lambda: None)
    monkeypatch.setattr(servers, "program", lambda name: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert servers.main(["run", "--", "true"]) == 1
    assert capsys.readouterr().err == (
        "PostgreSQL and Redis are needed here. No server at its URL or its standard port, "
        "and no postgresql here: install postgresql (on Debian: apt-get install postgresql), "
        "then run this again.\n"
    )


def test_the_command_gets_both_urls_and_its_exit_code_is_ours(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "postgres", lambda stack: "postgres://here")
    monkeypatch.setattr(servers, "redis", lambda stack: "redis://here")
    said = tmp_path / "said"
    command = ["sh", "-c", f'echo "$DATABASE_URL $REDIS_URL" > {said}; exit 7']

    assert servers.main(["run", "--", *command]) == 7
    assert said.read_text() == "postgres://here redis://here\n"


def test_how_it_is_called(capsys):
    assert servers.main(["start"]) == 2
    assert capsys.readouterr().err == "usage: python -m tools.servers run -- COMMAND…\n"
