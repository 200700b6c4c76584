"""Signing in and what belongs to it. Everybody's own: nobody comes to another person's."""

from collections.abc import Sequence

from accounts.models import User
from tests.access.scene import Scene
from tests.access.table import IN, Row, anyone_in, by, everybody

# For whoever isn't signed in yet; the others are sent to their first page.
OUTSIDE = by(200, 302, 302, 302, 302, 302)
# In the midst of signing in only.
MIDWAY = by(IN, 302, 302, 302, 302, 302)
NO_POST = anyone_in(405)


def passkey(scene: Scene, user: User | None) -> Sequence[int]:
    return [scene.passkey_of(user).pk]


def strangers_passkey(scene: Scene, user: User | None) -> Sequence[int]:
    return [scene.passkey_of(scene.stranger).pk]


ROWS = [
    Row("home", get=anyone_in(302), post=NO_POST),
    Row("account_login", get=OUTSIDE, post=OUTSIDE),
    Row("account_confirm_login_code", get=MIDWAY, post=MIDWAY),
    Row("account_logout", get=anyone_in(200), post=everybody(IN)),
    Row("sign_out_everywhere", get=anyone_in(200), post=anyone_in(IN)),
    Row("account_staying", get=everybody(200), post=everybody(200)),
    Row("account_signed_in_again", get=anyone_in(200), post=NO_POST),
    # Nothing of theirs came too late.
    Row("account_kept", get=anyone_in(302), post=anyone_in(302)),
    Row("signed_in_places", get=anyone_in(200), post=anyone_in(302)),
    Row("account_inactive", get=everybody(200), post=everybody(405)),
    # Who has a second factor shows that one again, not the password.
    Row("account_reauthenticate", get=anyone_in(302), post=anyone_in(302)),
    Row(
        "accept_invitation",
        own=lambda scene, user: [scene.invitation_token],
        other=lambda scene, user: ["unknown"],
        get=everybody(200),
        get_other=everybody(404),
        post=everybody(200),
        post_other=everybody(404),
    ),
    Row("account_change_password", get=anyone_in(200), post=anyone_in(200)),
    Row("account_set_password", get=anyone_in(302), post=anyone_in(302)),
    Row("account_reset_password", get=everybody(200), post=everybody(200)),
    Row("account_reset_password_done", get=everybody(200), post=everybody(405)),
    Row(
        "account_reset_password_from_key",
        own=lambda scene, user: ["1", "made-up"],
        get=everybody(200),
        post=everybody(200),
    ),
    Row("account_reset_password_from_key_done", get=everybody(200), post=everybody(405)),
    Row("mfa_index", get=anyone_in(200), post=NO_POST),
    Row("mfa_authenticate", get=MIDWAY, post=MIDWAY),
    Row("mfa_reauthenticate", get=anyone_in(200), post=anyone_in(200)),
    # They have one; a second app can't be set up beside it.
    Row("mfa_activate_totp", get=anyone_in(302), post=anyone_in(302)),
    Row("mfa_deactivate_totp", get=anyone_in(200), post=anyone_in(302)),
    Row("mfa_view_recovery_codes", get=anyone_in(200), post=NO_POST),
    Row("mfa_generate_recovery_codes", get=anyone_in(200), post=anyone_in(302)),
    Row("mfa_list_webauthn", get=anyone_in(200), post=NO_POST),
    Row("mfa_add_webauthn", get=anyone_in(200), post=anyone_in(200)),
    Row("mfa_login_webauthn", get=MIDWAY, post=MIDWAY),
    Row("mfa_reauthenticate_webauthn", get=anyone_in(302), post=anyone_in(302)),
    Row(
        "mfa_edit_webauthn",
        own=passkey,
        other=strangers_passkey,
        get=anyone_in(200),
        get_other=anyone_in(404),
        post=anyone_in(302),
        post_other=anyone_in(404),
        data={"name": "Phone"},
    ),
    Row(
        "mfa_remove_webauthn",
        own=passkey,
        other=strangers_passkey,
        get=anyone_in(200),
        get_other=anyone_in(404),
        post=anyone_in(302),
        post_other=anyone_in(404),
    ),
]
