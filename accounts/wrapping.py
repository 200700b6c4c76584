"""Secrets of second factors stand under the master key itself."""

from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction

from vault.models import master
from vault.rotation import is_newest


def wrap_second_factors_anew() -> int:
    """How many stood under an older master key. Row by row under a lock: somebody may be using a code just then."""
    return sum(_anew(pk) for pk in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _anew(pk: int) -> bool:
    found = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        return False
    data = {name: _under_newest(value) for name, value in found.data.items()}
    if data == found.data:
        return False
    Authenticator.objects.filter(pk=pk).update(data=data)
    return True


def _under_newest(value: Any) -> Any:
    """What is no secret of ours stays as it is."""
    if isinstance(value, list):
        return [_under_newest(one) for one in value]
    if not isinstance(value, str) or is_newest(value.encode()):
        return value
    try:
        return master().rotate(value).decode()
    except InvalidToken:
        return value
