"""Production as another process starts it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.keys import signing_key_made_once
from tests.house import ROOT

pytestmark = pytest.mark.pure


def production(var: Path, *command: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ONUS_", "DEMO", "DJANGO_"))}
    signing_key_made_once(var / "signing.pem", "Tests – not for use in court")
    told = {
        "ONUS_SIGNING_KEY": str(var / "signing.pem"),
        "ONUS_VAR": str(var),
        "ONUS_ALLOWED_HOSTS": "onus.example",
        "ONUS_SITE_URL": "https://onus.example",
        "DATABASE_URL": f"sqlite:///{var / 'onus.sqlite3'}",
        "ONUS_MASTER_KEYS": Fernet.generate_key().decode(),
        **{
            name: "of fifty signs or more, as secrets ought to be: " + name
            for name in ("ONUS_SECRET_KEY", "ONUS_AUDIT_KEY", "ONUS_FINGERPRINT_KEY")
        },
    }
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=ours | told, umask=0o022, capture_output=True, text=True, check=False
    )


def test_django_s_own_check_of_a_deployment_finds_nothing(tmp_path: Path) -> None:
    done = production(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


WRITES = "from pathlib import Path; Path('{}/written').write_text('x')"


@pytest.mark.parametrize("module", ["config.settings", "config.celery", "config"])
def test_what_a_process_writes_is_its_own_user_s_alone(tmp_path: Path, module: str) -> None:
    """By manage.py, a worker, the beat, the web server's workers: each imports `config`."""
    done = production(tmp_path, "-c", f"import {module}; {WRITES.format(tmp_path)}")

    assert stat.S_IMODE((tmp_path / "written").stat().st_mode) == 0o600, done.stderr


def test_nor_does_the_web_server_s_master_write_for_others(tmp_path: Path) -> None:
    done = production(tmp_path, "-c", f"exec(open('config/gunicorn.py').read()); {WRITES.format(tmp_path)}")

    assert stat.S_IMODE((tmp_path / "written").stat().st_mode) == 0o600, done.stderr
