import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.keys import secret, signing_key_file, signing_key_made_once
from courts.certificates import DEMONSTRATION
from courts.signing_key import SigningKey
from tests.courts.signing import AT


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONUS_SIGNING_KEY", raising=False)


def test_a_demonstration_makes_its_own_signing_key_which_says_so(tmp_path: Path):
    path = Path(signing_key_file(Env(), made_in=tmp_path / "keys"))
    key = SigningKey.load(path)
    assert (path.parent, stat.S_IMODE(path.stat().st_mode)) == (tmp_path / "keys", 0o600)
    assert (key.subject, key.may_sign_at(AT)) == (DEMONSTRATION, True)
    again = signing_key_file(Env(), made_in=tmp_path / "keys")
    assert SigningKey.load(Path(again)).fingerprint == key.fingerprint


@pytest.mark.parametrize("made_in", [None, Path("keys")])
def test_one_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch, made_in: Path | None):
    monkeypatch.setenv("ONUS_SIGNING_KEY", "/etc/onus/signing.p12")
    assert signing_key_file(Env(), made_in=made_in) == "/etc/onus/signing.p12"


def test_production_makes_none():
    assert signing_key_file(Env(), made_in=None) == ""


@pytest.mark.parametrize("name", ["ONUS_SECRET_KEY", "ONUS_MASTER_KEYS", "ONUS_AUDIT_KEY", "ONUS_FINGERPRINT_KEY"])
def test_nor_does_it_start_without_the_others(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.delenv(name, raising=False)

    with pytest.raises(ImproperlyConfigured, match=f"^Set {name} in the environment"):
        secret(Env(), name, made_in=None)


def test_processes_that_start_at_once_have_one(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(signing_key_made_once, [tmp_path / "signing.pem"] * 8))
    assert [one.name for one in tmp_path.iterdir()] == ["signing.pem"]
    assert SigningKey.load(tmp_path / "signing.pem").subject == DEMONSTRATION
