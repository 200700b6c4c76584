from collections.abc import Iterable

import factory

from accounts.models import RoleGrant, User
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
    def roles(self: User, create: bool, extracted: Iterable[Role] | None) -> None:  # type: ignore[misc]
        for role in extracted or ():
            RoleGrantFactory(user=self, role=role)


class RoleGrantFactory(factory.django.DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.COORDINATOR
    began_at = NOW
