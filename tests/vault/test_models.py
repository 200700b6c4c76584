from datetime import datetime, timedelta

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from pytest_django import Settings

from tests.factories.vault import KeyFactory
from vault.models import Key, KeyDestroyed, KeyLost

pytestmark = pytest.mark.django_db


def another_master() -> str:
    return Fernet.generate_key().decode()


def test_what_a_key_encrypts_it_reads_again(now: datetime) -> None:
    key = KeyFactory()

    token = key.encrypt(b"Dorian Halloway")

    assert Key.objects.get().decrypt(token) == b"Dorian Halloway"


def test_a_new_key_is_usable_before_it_is_saved(now: datetime) -> None:
    key = Key.new(Key.Kind.REFERRAL, now=now)
    token = key.encrypt(b"26-CR-00017")
    assert Key.objects.count() == 0

    key.save()

    assert (key.kind, key.made_at) == ("referral", now)
    assert Key.objects.get().decrypt(token) == b"26-CR-00017"


def test_another_key_reads_nothing() -> None:
    one, other = KeyFactory(), KeyFactory()

    with pytest.raises(InvalidToken):
        other.decrypt(one.encrypt(b"Dorian Halloway"))


def test_the_same_text_is_never_the_same_twice() -> None:
    key = KeyFactory()

    assert key.encrypt(b"Dorian") != key.encrypt(b"Dorian")


def test_a_key_stands_wrapped_in_the_database() -> None:
    key = KeyFactory()
    token = key.encrypt(b"Dorian Halloway")

    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM vault_key")
        wrapped = bytes(cursor.fetchone()[0])

    assert len(wrapped) > 0
    with pytest.raises(ValueError, match="32 url-safe base64"):
        Fernet(wrapped).decrypt(token)


def test_destroyed_it_reads_and_writes_no_more(now: datetime) -> None:
    key = KeyFactory()
    token = key.encrypt(b"Dorian Halloway")

    Key.objects.filter(pk=key.pk).destroy(now=now)

    destroyed = Key.objects.get()
    assert (bytes(destroyed.wrapped), destroyed.destroyed_at) == (b"", now)
    for use in (destroyed.decrypt, destroyed.encrypt):
        with pytest.raises(KeyDestroyed):
            use(token)


def test_destroys_the_living_ones_only_and_says_how_many(now: datetime) -> None:
    KeyFactory.create_batch(2)
    stays = KeyFactory()
    asked = Key.objects.exclude(pk=stays.pk)

    assert asked.destroy(now=now) == 2
    assert asked.destroy(now=now + timedelta(days=1)) == 0

    assert set(asked.values_list("destroyed_at", flat=True)) == {now}
    assert list(Key.objects.living()) == [stays]


def test_one_that_was_in_use_notices_when_it_is_read_again(now: datetime) -> None:
    key = KeyFactory()
    token = key.encrypt(b"Dorian Halloway")
    Key.objects.all().destroy(now=now)

    key.refresh_from_db()

    with pytest.raises(KeyDestroyed):
        key.decrypt(token)


def test_an_older_master_key_still_unwraps(settings: Settings) -> None:
    token = KeyFactory().encrypt(b"Dorian Halloway")

    settings.VAULT_MASTER_KEYS = [another_master(), *settings.VAULT_MASTER_KEYS]

    assert Key.objects.get().decrypt(token) == b"Dorian Halloway"


def test_the_newest_master_key_wraps(settings: Settings) -> None:
    newest = another_master()
    settings.VAULT_MASTER_KEYS = [newest, *settings.VAULT_MASTER_KEYS]
    token = KeyFactory().encrypt(b"Dorian Halloway")

    settings.VAULT_MASTER_KEYS = [newest]

    assert Key.objects.get().decrypt(token) == b"Dorian Halloway"


def test_a_wrong_master_key_is_a_loss_and_not_forgetting(settings: Settings) -> None:
    token, was = KeyFactory().encrypt(b"Dorian Halloway"), settings.VAULT_MASTER_KEYS

    settings.VAULT_MASTER_KEYS = [another_master()]

    with pytest.raises(KeyLost):
        Key.objects.get().decrypt(token)
    settings.VAULT_MASTER_KEYS = was
    assert Key.objects.get().decrypt(token) == b"Dorian Halloway"


def test_is_named_by_its_kind_only(now: datetime) -> None:
    key = KeyFactory()

    assert str(key) == f"person {key.pk}"
