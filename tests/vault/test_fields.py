from datetime import datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.db.models import Model
from pytest_django import Settings

from core.refusal import Refusal
from courts.models import Extension, IssuedDocument
from participants.models import Note, Participant
from tests.factories.courts import ExtensionFactory, IssuedDocumentFactory
from tests.factories.participants import ContactAttemptFactory, NoteFactory, ParticipantFactory
from vault.fields import FORGOTTEN, Ciphertext, EncryptedTextField, Forgotten
from vault.models import Key, KeyDestroyed

pytestmark = pytest.mark.django_db
PLAIN = "He is afraid of Marek Brzezik, žluťoučký kůň 🙂"


def raw(row: Model, column: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def forget(row: Any, now: datetime) -> None:
    assert Key.objects.filter(participant__notes=row).destroy(now=now) == 1


# --- reading what was written


def test_a_text_comes_back() -> None:
    note = NoteFactory(text=PLAIN)

    assert note.text == PLAIN
    assert Note.objects.get().text == PLAIN


def test_json_and_bytes_come_back() -> None:
    snapshot = {"name": "José", "weeks": [1, 2], "finished": None}
    IssuedDocumentFactory(snapshot=snapshot, content=b"\x00%PDF\xff")

    document = IssuedDocument.objects.get()

    assert (document.snapshot, document.content) == (snapshot, b"\x00%PDF\xff")


@pytest.mark.parametrize("told_by", [None, "", "the bailiff"], ids=repr)
def test_empty_is_not_null(told_by: str | None) -> None:
    extension = ExtensionFactory(told_by=told_by)

    assert Extension.objects.get().told_by == told_by
    assert (raw(extension, "told_by") is None) == (told_by is None)
    assert Extension.objects.filter(told_by=None).exists() == (told_by is None)


def test_a_field_that_is_not_given_is_empty_text() -> None:
    attempt = ContactAttemptFactory()

    assert attempt.note == ""
    attempt.refresh_from_db()
    assert attempt.note == ""


def test_a_deferred_field_is_read_when_it_is_asked_for() -> None:
    NoteFactory(text=PLAIN)

    note = Note.objects.defer("text").get()

    assert note.get_deferred_fields() == {"text"}
    assert note.text == PLAIN


def test_read_again_from_the_database() -> None:
    note = NoteFactory(text=PLAIN)

    note.refresh_from_db()

    assert note.text == PLAIN


def test_the_class_gives_the_field_and_not_a_value() -> None:
    assert isinstance(Note.text.field, EncryptedTextField)


def test_many_at_once() -> None:
    participant = ParticipantFactory()
    texts = ["first", "", PLAIN]
    made = [NoteFactory.build(participant=participant, text=text, by=NoteFactory().by) for text in texts]
    Note.objects.bulk_create(made)

    assert [note.text for note in participant.notes.order_by("id")] == texts


# --- what stands in the database


@pytest.mark.parametrize("text", [PLAIN, "x" * 5_000], ids=["short", "long"])
def test_the_database_never_holds_the_plain_text(text: str) -> None:
    stored = raw(NoteFactory(text=text), "text")

    assert stored is not None
    assert text.encode() not in stored
    assert text[:9].encode() not in stored


def test_no_text_of_an_issued_document_stands_there_in_the_clear() -> None:
    document = IssuedDocumentFactory(snapshot={"name": "Dorian Halloway"}, content=b"%PDF Dorian Halloway")

    for column in ("snapshot", "content"):
        assert b"Halloway" not in (raw(document, column) or b"Halloway")


def test_values_give_ciphertext_for_there_is_no_row_to_take_the_key_from() -> None:
    note = NoteFactory(text=PLAIN)

    value: Any = Note.objects.values_list("text", flat=True).get()

    assert (type(value), bytes(value)) == (Ciphertext, raw(note, "text"))


def test_equal_texts_of_two_people_do_not_look_alike() -> None:
    one, other = NoteFactory(text=PLAIN), NoteFactory(text=PLAIN)

    assert raw(one, "text") != raw(other, "text")


def test_a_row_saved_again_untouched_keeps_its_ciphertext() -> None:
    extension = ExtensionFactory(judge="Judge Ada Quill")
    before = raw(extension, "judge")

    Extension.objects.get().save()

    assert raw(extension, "judge") == before


# --- ways around the key are refused


@pytest.mark.parametrize(
    "write",
    [
        lambda: Extension.objects.update(told_by=PLAIN),
        lambda: Extension.objects.filter(told_by=PLAIN).exists(),
        lambda: Extension.objects.bulk_update([ExtensionFactory(told_by=PLAIN)], ["told_by"]),
    ],
    ids=["update", "filter", "bulk_update"],
)
def test_plain_text_reaches_no_statement(write: Any) -> None:
    extension = ExtensionFactory(told_by="the bailiff")

    with pytest.raises(TypeError, match="told_by is encrypted under"), transaction.atomic():
        write()

    assert Extension.objects.get(pk=extension.pk).told_by == "the bailiff"


def test_a_path_that_leads_to_no_key_is_an_error() -> None:
    field = EncryptedTextField(key="participant")
    field.set_attributes_from_name("text")

    with pytest.raises(TypeError, match="participant doesn't lead from"):
        field.pre_save(NoteFactory.build(text=PLAIN), add=True)


def test_migrations_keep_the_path() -> None:
    _, path, args, kwargs = EncryptedTextField(key="enrollment__participant__key", null=True).deconstruct()

    assert (path, args) == ("vault.fields.EncryptedTextField", [])
    assert kwargs == {"key": "enrollment__participant__key", "null": True}


def test_a_forms_text_is_the_value_and_no_base64() -> None:
    note = NoteFactory(text=PLAIN)

    note.full_clean()

    assert note.text == PLAIN


# --- forgetting


def test_once_the_key_is_destroyed_it_is_forgotten(now: datetime) -> None:
    note, other = NoteFactory(text=PLAIN), NoteFactory(text="of somebody else")

    forget(note, now)

    text = Note.objects.get(pk=note.pk).text
    assert (text, type(text)) == (FORGOTTEN, Forgotten)
    assert Note.objects.get(pk=other.pk).text == "of somebody else"


def test_a_forgotten_report_is_forgotten_in_each_field(now: datetime) -> None:
    made = IssuedDocumentFactory()
    Key.objects.filter(pk=made.report.referral.key_id).destroy(now=now)

    document = IssuedDocument.objects.get()

    read: list[Any] = [document.snapshot, document.content]
    assert read == [FORGOTTEN, FORGOTTEN]
    assert len(document.sha256) == 64


def test_null_is_still_nothing_after_forgetting(now: datetime) -> None:
    made = ExtensionFactory(told_by=None, judge="Judge Ada Quill")
    Key.objects.filter(pk=made.old.referral.key_id).destroy(now=now)

    extension = Extension.objects.get()

    assert (extension.told_by, extension.judge) == (None, FORGOTTEN)


def test_nothing_is_written_under_a_destroyed_key(now: datetime) -> None:
    note = NoteFactory()
    forget(note, now)
    participant = Note.objects.get().participant

    with pytest.raises(KeyDestroyed), transaction.atomic():
        NoteFactory(participant=participant)

    assert Note.objects.count() == 1


@pytest.mark.parametrize("read_again", [False, True])
def test_a_row_with_forgotten_values_can_still_be_saved(now: datetime, read_again: bool) -> None:
    made = ExtensionFactory(judge="Judge Ada Quill")
    before = raw(made, "judge")
    Key.objects.filter(pk=made.old.referral.key_id).destroy(now=now)
    extension = Extension.objects.get()
    if read_again:
        extension.refresh_from_db()

    extension.basis = Extension.Basis.MINUTE_ENTRY
    extension.save()

    assert Extension.objects.get().basis == "minute_entry"
    assert raw(extension, "judge") == before


# --- the master key


def test_a_rotated_master_key_still_reads(settings: Settings) -> None:
    NoteFactory(text=PLAIN)

    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_MASTER_KEYS]

    assert Note.objects.get().text == PLAIN


class TestWithoutTheMasterKey:
    def test_it_reads_dots_and_is_there_again_with_the_key(self, settings: Settings) -> None:
        row, was = NoteFactory(text="He has a new job."), settings.VAULT_MASTER_KEYS
        settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

        lost = Note.objects.get(pk=row.pk)
        assert (lost.text, isinstance(lost.text, Forgotten)) == ("…", True)

        settings.VAULT_MASTER_KEYS = was
        assert Note.objects.get(pk=row.pk).text == "He has a new job."

    def test_nothing_is_written_and_a_sentence_says_so(self, settings: Settings) -> None:
        man = NoteFactory().participant
        settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

        with pytest.raises(Refusal, match="nothing can be added"), transaction.atomic():
            NoteFactory(participant=Participant.objects.get(pk=man.pk))
        assert Note.objects.count() == 1
