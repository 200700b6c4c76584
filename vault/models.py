"""Data keys: one per person, one per referral. Destroying one forgets what was written under it."""

import uuid
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from core.refusal import Refusal
from vault import ledger

# Names in one statement.
AT_ONCE = 500


class KeyDestroyed(Exception):
    """What was written under this key has been forgotten, for good."""


class KeyLost(KeyDestroyed, Refusal):
    """No master key in the environment opens it: the database is here, and what unwraps it isn't. It may come back.

    To read is to see "…"; to write is refused.
    """


def master() -> MultiFernet:
    return _master(tuple(settings.VAULT_MASTER_KEYS))


@lru_cache(maxsize=4)
def _master(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


class KeyQuerySet(models.QuerySet["Key"]):
    def living(self) -> "KeyQuerySet":
        return self.filter(destroyed_at=None)

    def bonded(self, key: "Key") -> "KeyQuerySet":
        """The other keys of a man who was here twice."""
        ones, others = Bond.objects.filter(other=key).values("one"), Bond.objects.filter(one=key).values("other")
        return self.filter(Q(pk__in=ones) | Q(pk__in=others)).order_by("made_at", "pk")

    def destroy(self, *, now: datetime) -> int:
        """Destroy these keys; returns how many were living. The caller audits it: nothing brings them back.

        The ledger hears of it first, so that no backup brings them back. Raises vault.ledger.LedgerOutOfReach.
        """
        ids = list(dict.fromkeys(self.living().order_by("pk").values_list("pk", flat=True)))
        if not ids:
            return 0
        ledger.tell(ledger.BEGUN, ids, now=now)
        # Should it fail here, `backups.keep_ledger` says it within the minute.
        transaction.on_commit(partial(ledger.tell, ledger.DESTROYED, ids, now=now), using=self.db, robust=True)
        some = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        living = Key.objects.using(self.db).living()
        return sum(living.filter(pk__in=few).update(wrapped=b"", destroyed_at=now) for few in some)


class Key(models.Model):
    class Kind(models.TextChoices):
        PERSON = "person"
        REFERRAL = "referral"
        # What was written about an evening, and about nobody alone.
        SESSION = "session"
        # A court's list while it comes in: destroyed with the file.
        LIST = "list"
        # Of answers that stand under a code; `made_at` is their month, for the moment would tell whose they are.
        SUBJECT = "subject"
        # Of the one way from a man to that code.
        LINK = "link"

    # Of these `made_at` is the first of a month.
    UNTIMED = frozenset({Kind.SUBJECT, Kind.LINK})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8, choices=Kind)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        # Few are; who asks which aren't must not read through all of them.
        indexes = [models.Index(fields=["id"], name="vault_key_destroyed", condition=Q(destroyed_at__isnull=False))]
        constraints = [
            models.CheckConstraint(
                name="vault_key_destroyed_is_empty",
                condition=Q(destroyed_at=None) & ~Q(wrapped=b"") | Q(destroyed_at__isnull=False, wrapped=b""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @classmethod
    def new(cls, kind: str, *, now: datetime) -> "Key":
        """A fresh key, not yet saved: imports save hundreds at once."""
        plain = Fernet.generate_key()
        made = cls(kind=kind, made_at=now)
        made.wrapped = made._at_its_time(master(), plain)
        made._fernet = Fernet(plain)  # what was just wrapped needs no unwrapping
        return made

    @cached_property
    def _fernet(self) -> Fernet:
        if self.destroyed_at is not None:
            raise KeyDestroyed
        try:
            return Fernet(master().decrypt(bytes(self.wrapped)))
        except InvalidToken:
            raise KeyLost(
                "The key to what is written about this person is missing: nothing can be added. Tell an administrator."
            ) from None

    def encrypt(self, plain: bytes) -> bytes:
        return self._at_its_time(self._fernet, plain)

    def _at_its_time(self, lock: Fernet | MultiFernet, plain: bytes) -> bytes:
        """A token says in clear in which second it was made. Of answers that second would say whose they are."""
        if self.kind in self.UNTIMED:
            return lock.encrypt_at_time(plain, int(self.made_at.timestamp()))
        return lock.encrypt(plain)

    def decrypt(self, token: bytes) -> bytes:
        return self._fernet.decrypt(token)

    def reveal(self, token: bytes) -> bytes:
        """As `decrypt`, for a row that may have come from his other file: then it is written under a bonded key.

        Raises KeyDestroyed too where one of those is gone and none of the others opens it.
        """
        try:
            return self.decrypt(token)
        except InvalidToken:
            return self._by_another(token)

    def _by_another(self, token: bytes) -> bytes:
        forgotten = False
        for key in Key.objects.bonded(self):
            try:
                return key.decrypt(token)
            except KeyDestroyed:
                forgotten = True
            except InvalidToken:
                continue
        raise KeyDestroyed if forgotten else InvalidToken

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_fernet", None)
        super().refresh_from_db(*args, **kwargs)


class Bond(models.Model):
    """Two keys of one man who was here twice: what is written under one may stand in a row of the other.

    It stays when the two are told apart again, for what was written meanwhile.
    """

    one = models.ForeignKey(Key, models.PROTECT, related_name="+")
    other = models.ForeignKey(Key, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="vault_bond_once"),
            models.CheckConstraint(name="vault_bond_of_two", condition=~Q(one=F("other"))),
        ]

    def __str__(self) -> str:
        return f"bond {self.pk}"
