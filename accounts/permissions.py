from accounts.actors import Actor, Task
from accounts.roles import Role


def has_role(by: Actor, *roles: Role) -> bool:
    """Whether the person has one of these roles just now. A task has whatever it was written to do."""
    return isinstance(by, Task) or by.grants.current().filter(role__in=roles).exists()
