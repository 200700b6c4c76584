from collections.abc import Iterable
from datetime import timedelta

import factory

from accounts.models import Device, Invitation, RoleGrant, User, hashed
from accounts.roles import Role
from tests.factories.clock import NOW


class UserFactory(factory.django.DjangoModelFactory[User]):
    """`UserFactory(roles=[Role.COORDINATOR])` grants them too."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"staff{n}@onus.example")
    name = factory.Sequence(lambda n: f"Robin Ashdown {n}")
    password = "!"

    @factory.post_generation
    def roles(self: User, create: bool, extracted: Iterable[Role] | None) -> None:
        for role in extracted or ():
            RoleGrantFactory(user=self, role=role)


class RoleGrantFactory(factory.django.DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.COORDINATOR
    began_at = NOW


class DeviceFactory(factory.django.DjangoModelFactory[Device]):
    """Its cookie is "device-" and its number: `DeviceFactory(token="…")` sets another."""

    class Meta:
        model = Device

    class Params:
        token = factory.Sequence(lambda n: f"device-{n}")

    user = factory.SubFactory(UserFactory)
    token_hash = factory.LazyAttribute(lambda o: hashed(o.token))
    address = "192.0.2.7"
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    first_at = NOW
    last_at = NOW


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """Its token is "token-" and its number: `InvitationFactory(token="…")` sets another."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    email = factory.Sequence(lambda n: f"invited{n}@onus.example")
    roles = [Role.COORDINATOR]
    invited_by = factory.SubFactory(UserFactory)
    made_at = NOW
    expires_at = NOW + timedelta(days=7)
    token_hash = factory.LazyAttribute(lambda o: hashed(o.token))
