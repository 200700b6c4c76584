"""Onus as production serves it: gunicorn with its own configuration, hashed and compressed files, no DEMO."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from tools import servers

WORKERS = 2
# What a production reads, whatever the cookies are called here.
SESSION, CSRF = "__Host-session", "__Host-csrf"
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    cookies: Mapping[str, str]

    @property
    def text(self) -> str:
        """Of a body that was asked for as it is."""
        return self.body.decode()


@contextmanager
def served(urls: Mapping[str, str], database: str, folder: Path) -> Iterator[int]:
    """The port of loopback where it answers, on the database of that name."""
    port = servers.free_port()
    env = _environment(urls, database, folder, port)
    manage = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(manage, env=env, check=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi", "--log-level=warning"]
    # To a file: an evening's conflicts are no news.
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(gunicorn, env=env, stdout=said, stderr=said, start_new_session=True) as server,
    ):
        try:
            _wait_for(port, server, folder / "said")
            yield port
        finally:
            server.terminate()


def _environment(urls: Mapping[str, str], database: str, folder: Path, port: int) -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if "DEMO" not in name}
    at = urlsplit(urls["DATABASE_URL"])._replace(path=f"/{database}")
    return here | {
        "DATABASE_URL": urlunsplit(at),
        "REDIS_URL": urls["REDIS_URL"],
        "ONUS_SECRET_KEY": settings.SECRET_KEY,
        "ONUS_MASTER_KEYS": ",".join(settings.VAULT_MASTER_KEYS),
        "ONUS_AUDIT_KEY": settings.AUDIT_KEY,
        "ONUS_FINGERPRINT_KEY": settings.FINGERPRINT_KEY,
        "ONUS_ALLOWED_HOSTS": servers.HOST,
        "ONUS_NEUTRAL_DOMAIN": "notices.example.org",
        "ONUS_SITE_URL": "https://onus.example.org",
        # The proxy that would speak TLS is left out.
        "ONUS_REDIRECT_TO_HTTPS": "0",
        "ONUS_BIND": f"{servers.HOST}:{port}",
        "ONUS_WEB_WORKERS": str(WORKERS),
        "ONUS_VAR": str(folder / "var"),
        "ONUS_STATIC_ROOT": str(folder / "static"),
    }


def _wait_for(port: int, server: subprocess.Popen[bytes], said: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not (servers.listens(servers.HOST, port) and ask(port, "/readyz").status == 200):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"gunicorn did not answer on port {port}:\n{said.read_text()}")
        time.sleep(0.2)


def ask(
    port: int,
    path: str,
    *,
    cookies: Mapping[str, str] | None = None,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Answer:
    """Over a connection of its own, as a proxy asks. A body is posted as a form."""
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()), **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection = HTTPConnection(servers.HOST, port, timeout=timeout)
    try:
        connection.request("GET" if body is None else "POST", path, body, sent)
        response = connection.getresponse()
        given: SimpleCookie = SimpleCookie()
        for header in response.headers.get_all("Set-Cookie", []):
            given.load(header)
        cookies_now = {name: morsel.value for name, morsel in given.items()}
        return Answer(response.status, response.read(), cookies_now)
    finally:
        connection.close()
