import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.roles import OFFICE, Role


def lowered(email: str) -> str:
    """As addresses stand here: whoever signs in is looked up by it, whatever capitals were typed."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=lowered(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in: staff, or a court's clerk. The e-mail is the name."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        # With `unique` this is one person an address, however it was typed.
        constraints = [
            models.CheckConstraint(name="accounts_user_email_in_small_letters", condition=Q(email=Lower("email")))
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> set[Role]:
        """Asked once for this object, which lives as long as the request; an action asks anew, by `has_role`."""
        return self.grants.current().roles()

    @property
    def is_staff(self) -> bool:
        """What the admin calls those who may come in."""
        return bool(self.roles & OFFICE)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        backends: list[Any] = get_backends()
        return any(backend.has_module_perms(self, app_label) for backend in backends)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self) -> "RoleGrantQuerySet":
        return self.filter(ended_at=None)

    def roles(self) -> set[Role]:
        return {Role(role) for role in self.current().values_list("role", flat=True)}


class RoleGrant(models.Model):
    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=[(role, role) for role in Role])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(ended_at=None), name="accounts_rolegrant_once"
            ),
            models.CheckConstraint(
                name="accounts_rolegrant_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("began_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


def grant(user: User, roles: Iterable[Role], *, now: datetime) -> None:
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role, began_at=now) for role in roles)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, expires_at__gt=now)

    def by_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=hashed(token))


class Invitation(models.Model):
    """The only way in: whoever holds the token sets a name and a password for this address."""

    email = models.EmailField(max_length=254)
    roles = models.JSONField()
    # None: the command line, which invites the first administrator.
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.OneToOneField(User, models.PROTECT, null=True, related_name="invitation")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_invitation_accepted",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_invitation_expires_later", condition=Q(expires_at__gte=models.F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @classmethod
    def new(
        cls, *, email: str, roles: Iterable[Role], by: User | None, now: datetime, token: str = ""
    ) -> tuple["Invitation", str]:
        """Not yet saved, with the token, of which only a hash is kept."""
        token = token or secrets.token_urlsafe(32)
        made = cls(
            email=lowered(email),
            roles=sorted(roles),
            invited_by=by,
            made_at=now,
            expires_at=now + timedelta(days=settings.INVITATION_DAYS),
            token_hash=hashed(token),
        )
        return made, token


class DeviceQuerySet(models.QuerySet["Device"]):
    def by_token(self, token: str) -> "DeviceQuerySet":
        return self.filter(token_hash=hashed(token))

    def seen_since(self, when: datetime) -> "DeviceQuerySet":
        return self.filter(last_at__gte=when)

    def known(self, *, email: str, token: str, address: str, since: datetime) -> "DeviceQuerySet":
        """From which, or from where, this person signed in since then."""
        of_theirs = self.seen_since(since).filter(user__email=lowered(email))
        return of_theirs.filter(Q(token_hash=hashed(token)) | Q(address=address))


class Device(models.Model):
    """A browser from which somebody has signed in, told by a cookie of which a hash is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="devices")
    token_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    agent = models.CharField(max_length=300, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "token_hash"], name="accounts_device_once"),
            models.CheckConstraint(
                name="accounts_device_last_after_first", condition=Q(last_at__gte=models.F("first_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.pk}"


def hashed(token: str) -> str:
    """Without salt or stretching: it is 256 bits of chance."""
    return hashlib.sha256(token.encode()).hexdigest()
