import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from pytest_django import Settings

from accounts.adapters import SecondFactorAdapter
from accounts.models import User
from accounts.wrapping import wrap_second_factors_anew
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def user() -> User:
    user = UserFactory()
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def test_codes_go_on_under_the_newest_alone(user: User, settings: Settings) -> None:
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    newest = Fernet.generate_key().decode()
    settings.VAULT_MASTER_KEYS = [newest, *settings.VAULT_MASTER_KEYS]

    assert [wrap_second_factors_anew(), wrap_second_factors_anew()] == [2, 0]

    settings.VAULT_MASTER_KEYS = [newest]
    found = Authenticator.objects.get(user=user, type="totp")
    assert SecondFactorAdapter().decrypt(found.data["secret"]) == SECRET
    assert Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes() == codes


def test_what_none_opens_is_left(user: User, settings: Settings) -> None:
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

    assert wrap_second_factors_anew() == 0
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before


def test_with_the_master_key_lost_no_code_is_right_and_nothing_fails(user: User, settings: Settings) -> None:
    found = Authenticator.objects.get(user=user, type="totp")
    settings.VAULT_MASTER_KEYS = [Fernet.generate_key().decode()]

    said = {SecondFactorAdapter().decrypt(found.data["secret"]) for _ in range(2)}
    assert len(said) == 2
    assert SECRET not in said
    assert found.wrap().validate_code("000000") is False
