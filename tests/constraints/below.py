"""core, vault, accounts, audit: what their tables refuse."""

from datetime import timedelta

from accounts.actors import Task
from accounts.roles import Role
from audit.actions import event
from tests.constraints.writing import Listed, again
from tests.factories.accounts import DeviceFactory, InvitationFactory, RoleGrantFactory, UserFactory
from tests.factories.audit import SealFactory
from tests.factories.clock import NOW
from tests.factories.vault import KeyFactory


def event_with(**fields: object) -> None:
    made = event(by=Task("programs.plan"), now=NOW, verb="mark.recorded", on="programs.Mark:1")
    for name, value in fields.items():
        setattr(made, name, value)
    made.save(force_insert=True)


def two_accepted_by_one() -> None:
    user = UserFactory()
    for _ in range(2):
        InvitationFactory(accepted_at=NOW, accepted_by=user)


REFUSED: Listed = [
    ("accounts_device_once", lambda: again(DeviceFactory, "user", "token_hash")),
    ("accounts_device_last_after_first", lambda: DeviceFactory(last_at=NOW - timedelta(seconds=1))),
    ("vault_key_destroyed_is_empty", lambda: KeyFactory(destroyed_at=NOW)),
    ("vault_key_destroyed_is_empty", lambda: KeyFactory(wrapped=b"")),
    ("accounts.User.email", lambda: again(UserFactory, "email")),
    ("accounts_user_email_in_small_letters", lambda: UserFactory(email="A@x.example")),
    ("accounts_invitation_accepted", lambda: InvitationFactory(accepted_at=NOW)),
    ("accounts_invitation_expires_later", lambda: InvitationFactory(expires_at=NOW - timedelta(seconds=1))),
    ("accounts.Invitation.accepted_by", two_accepted_by_one),
    ("accounts.Invitation.token_hash", lambda: again(InvitationFactory, "token_hash")),
    ("accounts_rolegrant_once", lambda: again(RoleGrantFactory, "user", role=Role.CLERK)),
    ("accounts_rolegrant_ends_after_it_began", lambda: RoleGrantFactory(ended_at=NOW - timedelta(seconds=1))),
    ("audit_event_has_an_actor", lambda: event_with(actor="")),
    ("audit_event_personal_has_a_key", lambda: event_with(personal=b"cipher")),
    ("audit.Seal.previous", lambda: again(SealFactory, "previous")),
]

ALLOWED: Listed = [
    ("accounts_rolegrant_once", lambda: again(RoleGrantFactory, "user", role=Role.CLERK, ended_at=NOW)),
]
