import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.db import connection
from pytest_django import Settings

from audit.actions import record
from audit.models import Event
from audit.verification import verify
from backups import actions, archive, databases, ledgers, papers, stream
from backups.actions import AnotherIsAtWork, NoRecipient, OtherKind, Restored, back_up, finish, restore
from backups.archive import AT_ONCE
from core import immutable
from participants.models import Note, Participant
from tests.backups.elsewhere import all_rows, empty_database
from tests.factories.participants import NoteFactory
from tests.factories.vault import KeyFactory
from tests.house import ROOT
from vault import ledger
from vault.models import Key

pytestmark = pytest.mark.django_db(transaction=True)
KEY = stream.new_key()
# Written by a restore itself, or left out of a backup.
OWN = {"audit_event", "audit_event_id_seq", *databases.LEFT_OUT}


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.KEY_LEDGER = str(tmp_path / "destroyed")
    settings.BACKUP_RECIPIENT = stream.recipient_of(KEY)
    settings.SIGNING_KEY = str(tmp_path / "signing.pem")
    (tmp_path / "signing.pem").write_text("PRIVATE")
    (tmp_path / "signing.pem.crt").write_text("CERTIFICATE")
    return tmp_path / "backups"


@pytest.fixture
def note(now: datetime) -> Note:
    ledgers.keep_ledger(now=now)
    return NoteFactory(participant__first_name="Dorian", text="He has a new job.")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[None]:
    """Asked for last: from then on, the connection means an empty database."""
    with empty_database(tmp_path):
        yield


def restored(path: Path, tmp_path: Path, *, key: str = KEY, now: datetime) -> Restored:
    return restore(path=path, key=key, ledger_path=tmp_path / "destroyed", papers_to=tmp_path / "papers", now=now)


def opened(path: Path) -> tuple[list[str], bytes]:
    """Its parts' names, and all that lies in it."""
    with path.open("rb") as file:
        pieces = list(archive.contents(file, key=KEY))
    return [one.content.decode() for one in pieces if one.kind == archive.PART], b"".join(one.content for one in pieces)


class TestMakingOne:
    def test_is_whole_sealed_and_ours_alone(self, folder: Path, now: datetime, note: Note) -> None:
        made = back_up(folder=folder, now=now)

        assert (made.path.name, made.bytes, made.expired) == (
            "onus-20260303T120000Z.backup",
            made.path.stat().st_size,
            0,
        )
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
        assert b"Dorian" not in made.path.read_bytes()
        assert sorted(path.name for path in folder.iterdir()) == [".lock", made.path.name]
        event = Event.objects.get(verb="backup.made")
        assert event.facts == {"name": made.path.name, "bytes": made.bytes, "expired": 0}

    def test_opened_it_holds_none_of_the_keys(
        self, folder: Path, now: datetime, note: Note, settings: Settings
    ) -> None:
        """Nor what signs, nor who is signed in."""
        Session.objects.create(session_key="signed-in-as-dorian", session_data="x", expire_date=now)
        parts, held = opened(back_up(folder=folder, now=now).path)
        keys = [*settings.VAULT_MASTER_KEYS, settings.SECRET_KEY, settings.AUDIT_KEY, settings.FINGERPRINT_KEY, KEY]

        assert parts == ["database", "signing.pem.crt"]
        assert b"Dorian" in held
        assert [one for one in [*keys, "PRIVATE", "signed-in-as-dorian"] if str(one).encode() in held] == []

    def test_nobody_was_named_to_read_it(self, settings: Settings, folder: Path, now: datetime) -> None:
        settings.BACKUP_RECIPIENT = settings.BACKUP_KEY = ""

        with pytest.raises(NoRecipient, match=r"manage\.py escrow"):
            back_up(folder=folder, now=now)
        assert not folder.exists()

    def test_one_at_a_time(self, folder: Path, now: datetime) -> None:
        folder.mkdir()
        with actions._alone(folder), pytest.raises(AnotherIsAtWork, match="Wait for its end"):
            back_up(folder=folder, now=now)

    def test_what_is_damaged_as_it_is_written_is_no_backup(
        self, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = back_up(folder=folder, now=now)
        flush = os.fsync

        def flips_a_bit(handle: int) -> None:
            if stat.S_ISREG(os.fstat(handle).st_mode) and os.fstat(handle).st_size > 5_000:
                os.pwrite(handle, b"?!", 3_000)
            flush(handle)

        monkeypatch.setattr(os, "fsync", flips_a_bit)

        with pytest.raises(stream.Damaged):
            back_up(folder=folder, now=now + timedelta(days=40))
        assert sorted(path.name for path in folder.iterdir()) == [".lock", good.path.name]

    def test_goes_after_35_days_and_not_before_another_is_whole(self, folder: Path, now: datetime) -> None:
        first = back_up(folder=folder, now=now - timedelta(days=35, seconds=1))
        second = back_up(folder=folder, now=now - timedelta(days=35))
        for name in ("onus-of-another.backup", "notes.txt"):
            (folder / name).write_text("not ours to delete")

        third = back_up(folder=folder, now=now)

        assert third.expired == 1
        assert sorted(path.name for path in folder.iterdir()) == sorted(
            [".lock", second.path.name, third.path.name, "onus-of-another.backup", "notes.txt"]
        )
        assert not first.path.exists()

    def test_killed_in_the_middle_the_last_one_is_good(
        self, folder: Path, tmp_path: Path, now: datetime, note: Note
    ) -> None:
        good = back_up(folder=folder, now=now)
        before = good.path.read_bytes()

        _kill_in_the_middle(folder, tmp_path)

        left = {path.name for path in folder.iterdir()} - {".lock", good.path.name}
        assert len(left) == 1 and left.pop().startswith(".onus-")  # noqa: PT018
        assert good.path.read_bytes() == before
        with empty_database(tmp_path):
            restored(good.path, tmp_path, now=now)
            assert Note.objects.get().text == "He has a new job."
        after = back_up(folder=folder, now=now + timedelta(hours=1))
        assert sorted(path.name for path in folder.iterdir()) == sorted([".lock", good.path.name, after.path.name])


MIDDLE = """
import sys, time, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[3]
from backups import actions, stream
from core import clock
from pathlib import Path
write = stream.Writer.write
def stops(self, chunk, *, last=False):
    write(self, chunk, last=last)
    self._file.flush()
    if self._number == 3:
        Path(sys.argv[2]).touch()
        time.sleep(600)
stream.Writer.write = stops
actions.back_up(folder=Path(sys.argv[1]), now=clock.now())
"""


def _kill_in_the_middle(folder: Path, tmp_path: Path) -> None:
    """The process itself, at once: no handler, no `finally`."""
    middle, name = tmp_path / "in the middle", connection.settings_dict["NAME"]
    command = [sys.executable, "-c", MIDDLE, str(folder), str(middle), str(name)]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"ONUS_BACKUP_RECIPIENT": stream.recipient_of(KEY)}
    ) as it:
        while not middle.exists():
            assert it.poll() is None, "it ended by itself"
            with pytest.raises(subprocess.TimeoutExpired):
                it.wait(timeout=0.05)
        it.send_signal(signal.SIGKILL)
    assert it.returncode == -signal.SIGKILL


class TestRestoringOne:
    def test_row_by_row_what_it_was_with_the_key_from_the_two_sheets(
        self, folder: Path, tmp_path: Path, now: datetime, note: Note, settings: Settings
    ) -> None:
        secret = f"{KEY} {settings.VAULT_MASTER_KEYS[0]}".encode()
        one, other = ("\n".join(papers.printed(share)) for share in papers.split(secret))
        record(by=ledgers.BY, now=now, verb="tested", on="vault.Key", facts={"n": 1})
        before, events = all_rows(), set(Event.objects.values_list("pk", "mac"))
        made = back_up(folder=folder, now=now)
        key, master = papers.join(papers.read(other), papers.read(one)).decode().split()
        settings.VAULT_MASTER_KEYS = [master]

        with empty_database(tmp_path):
            done = restored(made.path, tmp_path, key=key, now=now)
            after = all_rows()

            assert done == Restored(now.isoformat(), 0, 0)
            assert {table: rows for table, rows in after.items() if table not in OWN} == {
                table: rows for table, rows in before.items() if table not in OWN
            }
            assert sum(map(len, after.values())) > 100
            assert set(Event.objects.exclude(verb="backup.restored").values_list("pk", "mac")) == events
            assert Note.objects.get().text == "He has a new job."
            assert immutable.missing(connection) == []
            assert databases.unfinished() is False
            assert verify(now=now).events == len(events) + 1
            event = Event.objects.get(verb="backup.restored")
            assert event.facts == {"made_at": now.isoformat(), "destroyed_again": 0, "unsure": 0}
            NoteFactory(participant=note.participant)  # numbers go on where they were
        assert {path.name: path.read_text() for path in (tmp_path / "papers").iterdir()} == {
            "signing.pem.crt": "CERTIFICATE"
        }

    def test_who_was_forgotten_since_stays_forgotten(
        self, folder: Path, tmp_path: Path, now: datetime, note: Note
    ) -> None:
        made, later = back_up(folder=folder, now=now), now + timedelta(days=1)
        unsure = KeyFactory()
        again = back_up(folder=folder, now=now + timedelta(seconds=1))
        Key.objects.filter(pk=note.participant.key_id).destroy(now=later)
        ledger.tell(ledger.BEGUN, [unsure.pk], now=later)

        for path, unsure_of in ((made.path, 0), (again.path, 1)):
            with empty_database(tmp_path):
                done = restored(path, tmp_path, now=later + timedelta(days=1))

                assert (done.destroyed_again, done.unsure) == (1, unsure_of)
                gone = Key.objects.get(pk=note.participant.key_id)
                assert (bytes(gone.wrapped), gone.destroyed_at) == (b"", later)
                assert Note.objects.get().text == "forgotten"
            (tmp_path / "elsewhere.sqlite3").unlink(missing_ok=True)

    def test_without_the_master_key_it_reads_dots_and_states_stay(
        self, folder: Path, tmp_path: Path, now: datetime, note: Note, settings: Settings
    ) -> None:
        made = back_up(folder=folder, now=now)
        was = settings.VAULT_MASTER_KEYS
        settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

        with empty_database(tmp_path):
            restored(made.path, tmp_path, now=now)

            assert Note.objects.get().text == "…"
            assert Participant.objects.get().first_name == "Dorian"
            # It isn't forgotten: with the key it is there again.
            settings.VAULT_MASTER_KEYS = was
            assert Note.objects.get().text == "He has a new job."


def _with_one_bit_changed(content: bytes) -> bytes:
    return content[:-20] + bytes([content[-20] ^ 1]) + content[-19:]


class TestRefusing:
    @pytest.fixture
    def made(self, folder: Path, now: datetime, note: Note) -> Path:
        return back_up(folder=folder, now=now).path

    def test_over_a_database_that_is_not_empty(self, made: Path, tmp_path: Path, now: datetime) -> None:
        before = all_rows()

        with pytest.raises(databases.NotEmpty, match="isn't empty"):
            restored(made, tmp_path, now=now)
        assert all_rows() == before

    @pytest.mark.parametrize(
        ("spoil", "refusal"),
        [
            pytest.param(lambda content: content[: len(content) // 2], stream.Damaged, id="cut"),
            pytest.param(lambda content: content[:-1], stream.Damaged, id="a byte short"),
            pytest.param(_with_one_bit_changed, stream.Damaged, id="changed at its end"),
            pytest.param(lambda content: content[:100], stream.Damaged, id="the beginning only"),
            pytest.param(lambda content: b"PGDMP" + content, stream.NotABackup, id="something else"),
        ],
    )
    def test_what_is_not_as_it_was_written(
        self, made: Path, tmp_path: Path, now: datetime, elsewhere: None, spoil, refusal
    ) -> None:
        made.write_bytes(spoil(made.read_bytes()))

        with pytest.raises(refusal):
            restored(made, tmp_path, now=now)
        assert databases.tables() == []

    @pytest.mark.parametrize("key", ["", stream.new_key()], ids=["none", "another"])
    def test_a_wrong_key(self, made: Path, tmp_path: Path, now: datetime, elsewhere: None, key: str) -> None:
        with pytest.raises(stream.WrongKey):
            restored(made, tmp_path, key=key, now=now)
        assert databases.tables() == []

    def test_without_the_ledger(self, made: Path, tmp_path: Path, now: datetime, elsewhere: None) -> None:
        (tmp_path / "destroyed").unlink()

        with pytest.raises(ledger.LedgerOutOfReach):
            restored(made, tmp_path, now=now)
        assert databases.tables() == []

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            pytest.param(lambda known: known[:3], "of a newer version", id="newer"),
            pytest.param(lambda known: [*known, "core.0999_more"], "has no core.0999_more", id="older"),
        ],
    )
    def test_of_another_version(
        self, made: Path, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch, change, sentence
    ) -> None:
        known = change(databases.known())
        monkeypatch.setattr(databases, "known", lambda: known)

        with empty_database(tmp_path):
            with pytest.raises(OtherKind, match=sentence):
                restored(made, tmp_path, now=now)
            assert databases.tables() == []

    def test_of_the_other_database(
        self, folder: Path, tmp_path: Path, now: datetime, note: Note, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(actions, "connection", type("Other", (), {"vendor": "oracle"}))
            made = back_up(folder=folder, now=now).path

        with empty_database(tmp_path):
            with pytest.raises(OtherKind, match="This backup is of oracle"):
                restored(made, tmp_path, now=now)
            assert databases.tables() == []

    def test_what_the_database_itself_refuses_leaves_nothing(
        self, made: Path, tmp_path: Path, now: datetime, elsewhere: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Good to the last byte, and no database."""
        real = archive.contents

        def garbled(*args, **kwargs):
            for piece in real(*args, **kwargs):
                yield piece._replace(content=b"\0" * AT_ONCE) if piece.kind == b"D" else piece

        monkeypatch.setattr(actions, "contents", garbled)

        with pytest.raises(databases.DatabaseFailed):
            restored(made, tmp_path, now=now)
        assert databases.tables() == []


@pytest.mark.postgres_only
class TestStoppedAfterItWasFilled:
    def test_it_is_said_and_finished(
        self, folder: Path, tmp_path: Path, now: datetime, note: Note, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from backups.checks import no_restore_is_unfinished

        made = back_up(folder=folder, now=now).path
        Key.objects.filter(pk=note.participant.key_id).destroy(now=now)
        with empty_database(tmp_path):
            with monkeypatch.context() as patch:
                patch.setattr(actions, "finish", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
                with pytest.raises(KeyboardInterrupt):
                    restored(made, tmp_path, now=now)

            assert [error.id for error in no_restore_is_unfinished(databases=["default"])] == ["onus.E006"]
            with pytest.raises(databases.NotEmpty, match="--finish"):
                restored(made, tmp_path, now=now)
            assert finish(told=ledger.read(), made_at="then", now=now).destroyed_again == 1
            assert no_restore_is_unfinished(databases=["default"]) == []
            assert Note.objects.get().text == "forgotten"
