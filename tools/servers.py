"""Find or start PostgreSQL and Redis for a command: `python -m tools.servers run -- COMMAND…`.

In this order: what DATABASE_URL and REDIS_URL name, the servers on this machine's standard ports,
throw-away servers of our own. The command gets both variables; what was started is stopped after it.
"""

import getpass
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from tools import debian
from tools.debian import Missing

HOST = "127.0.0.1"
DATABASE = "onus"
# Number 0 of a shared Redis is where everybody's own keys are.
SHARED_REDIS_NUMBER = 9
PATIENCE_SECONDS = 30
WARES = {"postgresql": ("initdb", "pg_ctl"), "redis-server": ("redis-server",)}
# A cluster that is thrown away need not survive a power cut.
POSTGRES_OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def say(sentence: str) -> None:
    print(f"servers: {sentence}", file=sys.stderr, flush=True)


# --- Asking a port what is behind it, without a driver


def address(url: str, *, schemes: tuple[str, ...], port: int) -> tuple[str, int]:
    """Host and port of a URL. Raises Missing when it is of another kind."""
    parts = urlsplit(url)
    if parts.scheme not in schemes:
        raise Missing(f"{parts.scheme or url}:// is not {schemes[0]}://: this column needs such a server.")
    return unquote(parts.hostname or HOST), parts.port or port


def listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def answers_as_redis(port: int) -> bool:
    """True when Redis is there and asks for no password."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def may_create_databases(port: int, user: str) -> bool:
    """True when PostgreSQL is there, lets `user` in without a password and lets him create databases."""
    query = b"SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolcreatedb OR rolsuper)\0"
    try:
        with (
            socket.create_connection((HOST, port), timeout=2) as connection,
            connection.makefile("rb") as answer,
        ):
            connection.sendall(_startup(user))
            if b"Z" not in dict(_messages(answer)):
                return False
            connection.sendall(b"Q" + struct.pack("!i", len(query) + 4) + query)
            return b"D" in dict(_messages(answer))
    except (OSError, EOFError):
        return False


def _startup(user: str) -> bytes:
    body = struct.pack("!i", 196608) + b"user\0" + user.encode() + b"\0database\0postgres\0\0"
    return struct.pack("!i", len(body) + 4) + body


def _messages(answer: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The server's messages until it is ready (Z), refuses (E) or asks for a password (R, not 0)."""
    while True:
        head = answer.read(5)
        if len(head) < 5:
            raise EOFError
        kind, body = head[:1], answer.read(struct.unpack("!i", head[1:])[0] - 4)
        yield kind, body
        if kind in b"ZE" or (kind == b"R" and body[:4] != b"\0\0\0\0"):
            return


# --- Servers that are there already


def given(name: str, *, schemes: tuple[str, ...], port: int) -> str | None:
    """The URL in the environment, or None. Raises Missing when nothing listens there."""
    url = os.environ.get(name)
    if not url:
        return None
    where = address(url, schemes=schemes, port=port)
    if not listens(*where):
        raise Missing(f"{name} names {where[0]}:{where[1]}, and nothing listens there.")
    say(f"{schemes[0]} at {where[0]}:{where[1]}, as {name} says")
    return url


def standard_postgres(port: int = 5432) -> str | None:
    users = dict.fromkeys([os.environ.get("PGUSER"), getpass.getuser(), "postgres"])
    for user in filter(None, users):
        if may_create_databases(port, user):
            say(f"PostgreSQL on the standard port {port}, as {user}")
            return postgres_url(port, user)
    return None


def standard_redis(port: int = 6379) -> str | None:
    if not answers_as_redis(port):
        return None
    say(f"Redis on the standard port {port}, number {SHARED_REDIS_NUMBER}, as it may be shared")
    return f"redis://{HOST}:{port}/{SHARED_REDIS_NUMBER}"


def postgres_url(port: int, user: str) -> str:
    return f"postgres://{user}@{HOST}:{port}/{DATABASE}"


# --- Servers of our own


def program(name: str) -> str | None:
    """Where a server's program lies; Debian keeps PostgreSQL's off the path, one folder a version."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    return str(newest) if newest else shutil.which(name)


def programs(package: str) -> list[str]:
    """The programs of a package, installed first where they are missing. Raises Missing."""
    if None in map(program, WARES[package]):
        debian.install([package], why=f"No server at its URL or its standard port, and no {package} here")
    found = [program(name) for name in WARES[package]]
    if None in found:
        raise Missing(f"{package} is installed, but {' and '.join(WARES[package])} were not found.")
    return [path for path in found if path]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def unprivileged() -> pwd.struct_passwd | None:
    """Whom root lends a server to, since PostgreSQL refuses to run as root. None: we are nobody special."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that goes when we do. Root's is outside the checkout, which others may be unable to reach."""
    owner = unprivileged()
    above = None if owner else Path("var/servers").resolve()
    if above:
        above.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onus-", dir=above, ignore_cleanup_errors=True) as name:
        if owner:
            os.chown(name, owner.pw_uid, owner.pw_gid)
        yield Path(name)


def lent(folder: Path) -> dict[str, Any]:
    """What Popen needs to run a server as the folder's owner."""
    owner = unprivileged()
    common: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL}
    return common | ({"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {})


@contextmanager
def own_postgres() -> Iterator[str]:
    initdb, pg_ctl = programs("postgresql")
    with own_folder() as folder:
        port, data = free_port(), folder / "data"
        who = ["-U", DATABASE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        _run([initdb, "-D", data, *who], folder)
        options = " ".join(f"-c {key}='{value}'" for key, value in POSTGRES_OPTIONS.items())
        _run([pg_ctl, "-D", data, "-w", "-l", folder / "log", "-o", f"-p {port} {options}", "start"], folder)
        say(f"PostgreSQL of our own on port {port}")
        try:
            yield postgres_url(port, DATABASE)
        finally:
            _run([pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"], folder)


def _run(command: Sequence[str | Path], folder: Path) -> None:
    # To a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
    said = folder / "said"
    with said.open("wb") as output:
        status = subprocess.call(command, stdout=output, stderr=subprocess.STDOUT, **lent(folder))
    if status:
        raise Missing(f"{Path(command[0]).name} failed: {said.read_text(errors='replace').strip()}")


@contextmanager
def own_redis() -> Iterator[str]:
    (redis_server,) = programs("redis-server")
    with own_folder() as folder:
        port = free_port()
        command = [redis_server, "--port", str(port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        output = (folder / "log").open("wb")
        # Its own session: Ctrl-C is for the command, and the server outlives it until we stop it.
        with (
            output,
            subprocess.Popen(command, stdout=output, start_new_session=True, **lent(folder)) as server,
        ):
            try:
                _wait_for_redis(port, server)
                say(f"Redis of our own on port {port}")
                yield f"redis://{HOST}:{port}/0"
            finally:
                server.terminate()


def _wait_for_redis(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not answers_as_redis(port):
        if server.poll() is not None or time.monotonic() > end:
            raise Missing(f"redis-server did not answer on port {port}.")
        time.sleep(0.05)


# --- The command


def postgres(stack: ExitStack) -> str:
    schemes = ("postgres", "postgresql", "psql", "pgsql")
    return (
        given("DATABASE_URL", schemes=schemes, port=5432) or standard_postgres() or stack.enter_context(own_postgres())
    )


def redis(stack: ExitStack) -> str:
    return (
        given("REDIS_URL", schemes=("redis", "rediss"), port=6379)
        or standard_redis()
        or stack.enter_context(own_redis())
    )


def run(command: list[str]) -> int:
    with ExitStack() as stack:
        urls = {"DATABASE_URL": postgres(stack), "REDIS_URL": redis(stack)}
        return subprocess.call(command, env=os.environ | urls)


def main(arguments: list[str]) -> int:
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        print("usage: python -m tools.servers run -- COMMAND…", file=sys.stderr)
        return 2
    # A polite end stops the servers too; without this, SIGTERM would leave them running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(arguments[2:])
    except Missing as reason:
        print(f"PostgreSQL and Redis are needed here. {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
