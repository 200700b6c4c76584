from core.privacy import PERSON, SECRET, register


def register_fields() -> None:
    register("accounts.User", plain="id last_login is_active title", email=PERSON, name=PERSON, password=SECRET)
    register("accounts.RoleGrant", plain="id user role began_at ended_at")
    register(
        "accounts.Invitation",
        plain="id roles invited_by made_at expires_at accepted_at accepted_by",
        email=PERSON,
        token_hash=SECRET,
    )
