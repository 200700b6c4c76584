import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as loaded
from django.core.management import CommandError, call_command
from pytest_django import Settings

from audit.models import Event
from backups import actions, papers, stream, unescrow
from core.models import Heartbeat
from tests.factories.vault import KeyFactory
from vault.models import Key


def said(*command: object, **options: Any) -> str:
    out = StringIO()
    call_command(*map(str, command), stdout=out, **options)
    return out.getvalue()


class TestEscrow:
    def test_the_two_sheets_give_back_all_that_a_new_machine_needs(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = said("escrow", tmp_path / "sheets")

        sheets = [tmp_path / "sheets" / f"sheet-{which}.txt" for which in papers.SHEETS]
        assert [sheet.stat().st_mode & 0o777 for sheet in sheets] == [0o600, 0o600]
        assert unescrow.main([str(sheet) for sheet in sheets]) == 0
        keys = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
        recipient = stream.recipient_of(keys.pop("ONUS_BACKUP_KEY"))
        assert keys == {
            "ONUS_MASTER_KEYS": loaded.VAULT_MASTER_KEYS[0],
            "ONUS_AUDIT_KEY": loaded.AUDIT_KEY,
            "ONUS_FINGERPRINT_KEY": loaded.FINGERPRINT_KEY,
        }
        assert told.splitlines()[-1] == f"ONUS_BACKUP_RECIPIENT={recipient}"

    def test_neither_the_sheets_nor_the_screen_show_a_key(self, tmp_path: Path) -> None:
        shown = said("escrow", tmp_path) + "".join(path.read_text() for path in tmp_path.iterdir())

        assert [key for key in (*loaded.VAULT_MASTER_KEYS, loaded.AUDIT_KEY) if key in shown] == []

    def test_never_over_a_sheet_that_is_there(self, tmp_path: Path) -> None:
        (tmp_path / "sheet-B.txt").write_text("not yet printed")

        with pytest.raises(CommandError, match="print it and delete it"):
            said("escrow", tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["sheet-B.txt"]


@pytest.mark.django_db
class TestRotateKeys:
    def test_says_what_it_did_and_that_none_is_left(self, settings: Settings) -> None:
        KeyFactory.create_batch(3)
        settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_MASTER_KEYS]

        assert said("rotate_keys").splitlines() == [
            "3 keys and 0 second factors were put under the newest master key.",
            "0 keys are left under an older one. Only the newest is needed now.",
        ]
        event = Event.objects.get(verb="keys.turned")
        assert (event.actor, event.origin) == ("task:backups.rotate_keys", "manage.py rotate_keys")
        assert event.facts == {"keys": 3, "second_factors": 0, "under_older": 0, "lost": 0}

    def test_a_process_still_makes_keys_under_the_older(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("backups.turning.under_older", lambda: 2)

        with pytest.raises(CommandError, match="2 keys were made under an older master key meanwhile"):
            said("rotate_keys")

    def test_keys_that_none_opens(self, settings: Settings) -> None:
        KeyFactory()
        settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

        with pytest.raises(CommandError, match="1 keys are opened by none"):
            said("rotate_keys")
        assert Key.objects.living().count() == 1


@pytest.mark.django_db(transaction=True)
class TestBackupAndRestore:
    def test_a_backup_says_where_it_is_and_beats(self, settings: Settings, tmp_path: Path) -> None:
        settings.BACKUP_RECIPIENT = stream.recipient_of(stream.new_key())

        told = said("backup", folder=tmp_path)

        (path,) = tmp_path.glob(actions.PATTERN)
        assert told == f"{path}: {path.stat().st_size:,} bytes, read again and whole.\n"
        assert Heartbeat.objects.get(job="backups.backup").came_through_at is not None

    def test_a_folder_that_can_not_be_written(self, settings: Settings, tmp_path: Path) -> None:
        settings.BACKUP_RECIPIENT = stream.recipient_of(stream.new_key())
        (tmp_path / "full").write_text("")

        with pytest.raises(CommandError, match=r"could not be written.*The last one is still good"):
            said("backup", folder=tmp_path / "full")
        assert Heartbeat.objects.get(job="backups.backup").came_through_at is None

    def test_without_pg_dump(self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from backups import databases

        monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(databases.ProgramMissing, match="apt-get install postgresql-client"):
            databases._program("pg_dump")

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            pytest.param(["/nowhere/onus.backup"], "isn't empty", id="not empty"),
            pytest.param(["--finish"], "There is no restore to finish", id="nothing to finish"),
        ],
    )
    def test_a_restore_that_is_refused(self, settings: Settings, arguments: list[str], sentence: str) -> None:
        settings.BACKUP_KEY = stream.new_key()

        with pytest.raises(CommandError, match=rf"{sentence}.*Nothing was restored\."):
            said("restore", *arguments)

    def test_a_file_that_is_not_there(self, settings: Settings, tmp_path: Path) -> None:
        from backups import ledgers
        from core import clock
        from tests.backups.elsewhere import empty_database

        settings.BACKUP_KEY, settings.KEY_LEDGER = stream.new_key(), str(tmp_path / "destroyed")
        ledgers.keep_ledger(now=clock.now())

        with empty_database(tmp_path), pytest.raises(CommandError, match="could not be read"):
            said("restore", os.fspath(tmp_path / "gone"))
