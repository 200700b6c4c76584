"""Fields encrypted under the key of the row's own subject. "" and NULL stay two things."""

import json
from functools import reduce
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from vault.models import Key, KeyDestroyed, KeyLost


class Ciphertext(bytes):
    """As it stands in the database; `.values()` gives it out so, for it has no row to take the key from."""


class Forgotten(str):
    """Where a value was whose key is gone; with the ciphertext, so that the row can be saved."""

    ciphertext: Ciphertext | None = None


FORGOTTEN = Forgotten("forgotten")
# Not forgotten: the key is there, and the master key that opens it isn't.
LOST = Forgotten("…")


class _Revealed(DeferredAttribute):
    """Decrypts on reading. It defines `__set__`, or the instance's own dict would answer before it."""

    field: "EncryptedField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Ciphertext):
            return value
        return self.field.reveal(instance, value)

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.BinaryField):
    """`key` is the path from the row to its vault.Key, such as "enrollment__participant__key"."""

    descriptor_class = _Revealed

    def __init__(self, *args: Any, key: str = "key", **kwargs: Any) -> None:
        self.key = key
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"key": self.key}

    def to_python(self, value: Any) -> Any:
        # A form's text is the value itself; BinaryField would take it for base64.
        return value

    def to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def to_value(self, plain: bytes) -> Any:
        raise NotImplementedError

    def reveal(self, instance: models.Model, token: Ciphertext) -> Any:
        try:
            return self.to_value(self._key(instance).reveal(bytes(token)))
        except KeyDestroyed as gone:
            forgotten = Forgotten(LOST if isinstance(gone, KeyLost) else FORGOTTEN)
            forgotten.ciphertext = token
            return forgotten

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Ciphertext | None:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Forgotten):
            return value.ciphertext
        if value is None or isinstance(value, Ciphertext):
            return value
        return Ciphertext(self._key(model_instance).encrypt(self.to_bytes(value)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Ciphertext):
            raise TypeError(f"{self.name} is encrypted under its row's key: write it by save() or bulk_create().")
        return super().get_db_prep_value(None if value is None else bytes(value), connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        # dumpdata would write in clear text what the row keeps under a key.
        raise TypeError(f"{self.name} is encrypted, and isn't dumped. Back up the database instead.")

    def _key(self, instance: models.Model) -> Key:
        key = reduce(getattr, self.key.split("__"), instance)
        if not isinstance(key, Key):
            raise TypeError(f"{self.key} doesn't lead from {instance!r} to a key.")
        return key


class EncryptedTextField(EncryptedField):
    # What the type checker is told a row takes and gives: not BinaryField's bytes.
    _pyi_private_set_type: str
    _pyi_private_get_type: str  # type: ignore[assignment]
    empty_values = [None, ""]

    def get_default(self) -> Any:
        default = super().get_default()
        return "" if default == b"" else default

    def to_bytes(self, value: str) -> bytes:
        return value.encode()

    def to_value(self, plain: bytes) -> str:
        return plain.decode()


class EncryptedJSONField(EncryptedField):
    # What the type checker is told a row takes and gives: not BinaryField's bytes.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    empty_strings_allowed = False

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False).encode()

    def to_value(self, plain: bytes) -> Any:
        return json.loads(plain)


class EncryptedBytesField(EncryptedField):
    def to_bytes(self, value: bytes) -> bytes:
        return value

    def to_value(self, plain: bytes) -> bytes:
        return plain
