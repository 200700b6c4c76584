from enum import StrEnum


class Role(StrEnum):
    """What a person may be here; several at once. Who may do what is code, not rows that somebody can edit."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    CLERK = "clerk"
