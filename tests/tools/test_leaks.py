"""A secret that lies among the files is found; what only looks like one stands in a list, with a reason."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tools import leaks

HEX, LETTERS = "0123456789abcdef" * 2, "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Yz3"
# Put together here: whole, this file would be found.
PLANTED = {
    "a private key": "-----BEGIN " + "EC PRIVATE KEY-----",
    "a Fernet key": Fernet.generate_key().decode(),
    "a key of AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "a key of Google": "AIza" + LETTERS[:35],
    "a token of GitHub": "ghp_" + LETTERS[:36],
    "a token of Slack": "xoxb-" + "1234567890-abc",
    "a key of Stripe": "sk_live_" + LETTERS[:20],
    "a key of Twilio": "AC" + HEX,
    "a signed token": ".".join(["eyJ" + LETTERS[:12], "eyJ" + LETTERS[:12], LETTERS[:12]]),
    "a password in an address": "postgres://onus:" + "s3cret-word@db.example/onus",
    "a value for a secret": "PASSWORD" + '="correct-horse-battery"',
}


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_found(kind: str) -> None:
    found = list(leaks.finds("a.py", f"one\nx = {PLANTED[kind]} # y\n"))

    assert [(find.line, find.kind) for find in found] == [(2, kind)]


def test_every_kind_has_one_planted() -> None:
    assert set(PLANTED) == set(leaks.KINDS)


@pytest.mark.parametrize(
    "harmless",
    [
        'password = env.str("ONUS_SIGNING_PASSWORD", default="")',
        "postgres://onus_app:…@host/onus",
        "sha256=" + "a" * 64,
        "-----BEGIN CERTIFICATE-----",
        'f"postgres://{user}:{password}@{host}/"',
    ],
)
def test_what_only_speaks_of_one_is_none(harmless: str) -> None:
    assert list(leaks.finds("a.py", harmless)) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "tools").mkdir()
    (tmp_path / leaks.ALLOWED).write_text("# none\n")
    (tmp_path / ".gitignore").write_text("var/\n")
    return tmp_path


def test_a_planted_one_fails(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "new.env").write_text(f"KEY={PLANTED['a Fernet key']}\n")

    assert leaks.main(checkout) == 1
    said = capsys.readouterr().out
    assert said.startswith("new.env:1: looks like a Fernet key (")
    assert PLANTED["a Fernet key"] not in said


def test_none_is_said(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "picture.png").write_bytes(b"\x89PNG\0" + PLANTED["a Fernet key"].encode())
    (checkout / "var").mkdir()
    (checkout / "var" / "key").write_text(PLANTED["a Fernet key"])

    assert (leaks.main(checkout), capsys.readouterr().out) == (0, "No secrets in 3 files.\n")


def test_with_a_reason_it_may_stand_until_it_is_gone(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = hashlib.sha256(PLANTED["a key of AWS"].encode()).hexdigest()[:12]
    (checkout / leaks.ALLOWED).write_text(f"a.py {digest} an example\n")
    (checkout / "a.py").write_text(PLANTED["a key of AWS"])
    assert leaks.main(checkout) == 0

    (checkout / "a.py").write_text("")
    capsys.readouterr()
    assert leaks.main(checkout) == 1
    assert capsys.readouterr().out == f"tools/no_secrets.txt names {digest} of a.py, which isn't there any more\n"


def test_without_a_reason_nothing_may_stand() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        leaks.allowed("a.py 0123456789ab\n")
