from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts import permissions
from accounts.models import RoleGrant, User
from accounts.roles import Role


class Backend(AuthenticationBackend):
    """Who signs in, as allauth has it; what they may do, from `accounts.permissions` instead of Django's tables."""

    def get_user(self, user_id: int) -> User | None:
        """With the roles in the same question, which nearly every page asks next."""
        grants = list(RoleGrant.objects.current().filter(user=user_id).select_related("user"))
        if not grants:
            found: User | None = super().get_user(user_id)
            return found
        user = grants[0].user
        user.roles = {Role(grant.role) for grant in grants}
        return user if self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return _counts(user_obj) and permissions.allowed(user_obj.roles, perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return _counts(user_obj) and permissions.reaches(user_obj.roles, app_label)

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def _counts(user: Any) -> bool:
    return isinstance(user, User) and user.is_active
