from core.privacy import PERSON, SECRET, register

# No man of ours.
STAFF = "of somebody who works here, or at a court's desk"


def register_fields() -> None:
    register(
        "accounts.User", plain="id last_login is_active title", apart=STAFF, email=PERSON, name=PERSON, password=SECRET
    )
    register("accounts.RoleGrant", plain="id user role began_at ended_at")
    register(
        "accounts.Device",
        plain="id user first_at last_at",
        apart=STAFF,
        address=PERSON,
        agent=PERSON,
        token_hash=SECRET,
    )
    register(
        "accounts.Invitation",
        plain="id roles invited_by made_at expires_at accepted_at accepted_by",
        apart=STAFF,
        email=PERSON,
        token_hash=SECRET,
    )
