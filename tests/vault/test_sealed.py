import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from tests.vault.sealing import seal
from vault.sealed import CannotBeOpened, open_sealed, public_key

BOUND = b"owner|5|12|key"


def letter(plain: bytes = b"present") -> bytes:
    return seal(public_key(), bound=BOUND, plain=plain)


def test_what_was_sealed_opens() -> None:
    assert open_sealed(letter(), bound=BOUND) == b"present"


def test_the_point_is_an_uncompressed_one_and_stays() -> None:
    assert (len(public_key()), public_key()[:1]) == (65, b"\x04")
    assert public_key() == public_key()


def test_two_letters_have_nothing_in_common() -> None:
    one, other = letter(), letter()

    assert one[1:66] != other[1:66]
    assert one[66:] != other[66:]


def test_it_opens_only_as_what_it_was_bound_to() -> None:
    with pytest.raises(CannotBeOpened):
        open_sealed(letter(), bound=b"another|5|12|key")


@pytest.mark.parametrize("place", [0, 1, 40, 66, 78, -1])
def test_a_letter_that_was_changed_does_not_open(place: int) -> None:
    changed = bytearray(letter())
    changed[place] ^= 1

    with pytest.raises(CannotBeOpened):
        open_sealed(bytes(changed), bound=BOUND)


@pytest.mark.parametrize("length", [0, 1, 66, 93])
def test_a_letter_that_was_cut_does_not_open(length: int) -> None:
    with pytest.raises(CannotBeOpened):
        open_sealed(letter()[:length], bound=BOUND)


def test_after_the_keys_have_turned_an_older_letter_still_opens(settings: Settings) -> None:
    old, before = letter(), public_key()
    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_MASTER_KEYS]

    assert public_key() != before
    assert open_sealed(old, bound=BOUND) == b"present"
    assert open_sealed(letter(b"late"), bound=BOUND) == b"late"


def test_once_the_older_key_is_gone_it_does_not(settings: Settings) -> None:
    old = letter()
    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CannotBeOpened):
        open_sealed(old, bound=BOUND)
