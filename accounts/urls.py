"""allauth's pages, under its names: only those that an invited person needs. Nobody signs up or changes an address."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path

from accounts import views

PASSWORD = [
    path("change/", account.password_change, name="account_change_password"),
    path("set/", account.password_set, name="account_set_password"),
    path("reset/", views.ForgotPassword.as_view(), name="account_reset_password"),
    path("reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
PASSKEYS = [
    path("", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("again/", views.turned(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
SECOND_STEP = [
    path("", mfa.index, name="mfa_index"),
    path("show/", mfa.authenticate, name="mfa_authenticate"),
    path("again/", views.turned(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("authenticator/", views.ActivateAuthenticator.as_view(), name="mfa_activate_totp"),
    path("authenticator/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/", include(PASSKEYS)),
]
ACCOUNT = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", views.MailedCode.as_view(), name="account_confirm_login_code"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-out/everywhere/", views.everywhere, name="sign_out_everywhere"),
    path("staying/", views.staying_on, name="account_staying"),
    path("staying/again/", views.signed_in_again, name="account_signed_in_again"),
    path("kept/", views.kept_post, name="account_kept"),
    path("places/", views.places, name="signed_in_places"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", views.turned(account.reauthenticate), name="account_reauthenticate"),
    path("invitation/<str:token>/", views.accept, name="accept_invitation"),
    path("password/", include(PASSWORD)),
    path("second-step/", include(SECOND_STEP)),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("account/", include(ACCOUNT)),
]
