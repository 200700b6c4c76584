"""`make_signing_key` and `verify_report`, from the files to what the terminal shows."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from core import clock
from courts.actions import reports
from courts.signing_key import SigningKey, certificates_in, fingerprint
from courts.verdict import NOT_OURS
from tests.courts.cases import AFTER, issued
from tests.courts.signing import NAME, key, key_file, signed

GENUINE = "Genuine: signed here, and not one byte changed since."


@pytest.fixture
def ours(settings: Settings, tmp_path: Path) -> str:
    settings.SIGNING_KEY = str(key_file(tmp_path / "ours.pem", of=AFTER))
    return SigningKey.load(tmp_path / "ours.pem").fingerprint


def verified(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, list[str]]:
    code = 0
    try:
        call_command("verify_report", *map(str, args))
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.django_db
class TestVerifying:
    def test_an_issued_report(self, ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        case, document = issued()
        file = tmp_path / "report.pdf"
        file.write_bytes(bytes(document.content))
        told = [GENUINE, f"  Signed by: {NAME}", f"  Certificate: {ours}", "  Signed at: 2026-03-25 17:00:00 UTC"]
        number = document.number.text

        assert verified(capsys, file) == (0, [*told, f"  Our records: {number}, issued"])

        reports.withdraw(report=document.report, why="wrong man", by=case.by, now=AFTER)
        assert verified(capsys, file) == (0, [*told, f"  Our records: {number}, withdrawn"])

    def test_a_changed_one(self, ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        _, document = issued()
        content = bytearray(document.content)
        content[9_000] ^= 1
        (tmp_path / "report.pdf").write_bytes(content)
        code, told = verified(capsys, tmp_path / "report.pdf")
        assert (code, told[0]) == (1, "The file was changed after it was signed.")
        assert told[-1] == "  Our records: not of a file that was issued here"

    def test_one_of_another_program(self, ours: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        (tmp_path / "report.pdf").write_bytes(signed())
        code, told = verified(capsys, tmp_path / "report.pdf")
        assert (code, told[0]) == (1, NOT_OURS)
        assert f"  Certificate: {key().fingerprint}" in told

    def test_one_whose_key_was_stolen_since(
        self, ours: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        """Its certificate is trusted no more, and the records say still which files were issued."""
        _, document = issued()
        (tmp_path / "report.pdf").write_bytes(bytes(document.content))
        settings.SIGNING_KEY = str(key_file(tmp_path / "new.pem", of=AFTER))
        code, told = verified(capsys, tmp_path / "report.pdf")
        assert (code, told[0]) == (1, NOT_OURS)
        assert told[-1] == f"  Our records: {document.number.text}, issued"

    @pytest.mark.parametrize("missing", ["report.pdf", "certificate.pem"])
    def test_a_file_that_is_not_there(self, tmp_path: Path, missing: str):
        for name in ("report.pdf", "certificate.pem"):
            if name != missing:
                (tmp_path / name).write_bytes(b"")
        with pytest.raises(CommandError):
            call_command("verify_report", str(tmp_path / "report.pdf"), certificate=tmp_path / "certificate.pem")


def test_verifies_without_a_database_and_by_the_certificate_alone(tmp_path: Path):
    (tmp_path / "report.pdf").write_bytes(signed())
    (tmp_path / "ours.crt").write_bytes(_certificate_of(tmp_path))
    command = ["manage.py", "verify_report", str(tmp_path / "report.pdf"), "--certificate", str(tmp_path / "ours.crt")]
    nowhere = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "ONUS_SIGNING_KEY": ""}
    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, env=nowhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        GENUINE,
        f"  Signed by: {NAME}",
        f"  Certificate: {key().fingerprint}",
        "  Signed at: 2026-03-12 18:00:00 UTC",
        "  Our records: not asked, for no database answers",
    ]


def _certificate_of(folder: Path) -> bytes:
    from asn1crypto import pem

    armored: bytes = pem.armor("CERTIFICATE", key().certificate.dump())
    return armored


class TestMakingAKey:
    def test_makes_one_that_signs_and_the_certificate_to_give_away(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ):
        monkeypatch.setattr(clock, "now", lambda: AFTER)
        file = tmp_path / "signing.pem"
        call_command("make_signing_key", str(file), "--name", NAME)

        made = SigningKey.load(file)
        assert capsys.readouterr().out.splitlines() == [
            f"ONUS_SIGNING_KEY={file}",
            f"{NAME}, until 2029-03-24",
            made.fingerprint,
        ]
        assert made.may_sign_at(AFTER)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        given = (tmp_path / "signing.pem.crt").read_bytes()
        assert [fingerprint(one) for one in certificates_in(given)] == [made.fingerprint]
        assert b"PRIVATE" not in given

    def test_encrypts_it_where_there_is_a_password(self, settings: Settings, tmp_path: Path):
        settings.SIGNING_PASSWORD = "s3cret"
        call_command("make_signing_key", str(tmp_path / "key.pem"), "--name", NAME)
        assert b"ENCRYPTED" in (tmp_path / "key.pem").read_bytes()
        assert SigningKey.load(tmp_path / "key.pem", password="s3cret").subject == NAME

    @pytest.mark.parametrize("there", ["key.pem", "key.pem.crt"])
    def test_never_replaces_one(self, tmp_path: Path, there: str):
        (tmp_path / there).write_bytes(b"precious")
        with pytest.raises(CommandError, match="File exists"):
            call_command("make_signing_key", str(tmp_path / "key.pem"), "--name", NAME)
        assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [(there, b"precious")]

    @pytest.mark.parametrize(("name", "years"), [("", 3), ("x" * 65, 3), (NAME, 0), (NAME, 21)])
    def test_wants_a_name_and_a_term(self, tmp_path: Path, name: str, years: int):
        with pytest.raises(CommandError):
            call_command("make_signing_key", str(tmp_path / "key.pem"), "--name", name, "--years", str(years))
        assert list(tmp_path.iterdir()) == []
