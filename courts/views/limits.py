"""How often a stranger may try."""

from django.http import HttpRequest

from accounts.strangers import may_try

LIMITS = {
    # By the network address first: whoever is stopped there uses up no number's tries.
    "verify": "20/5m/ip,60/h/key",
    "letter_code": "20/h/ip,5/h/key",
    "letter_open": "30/h/ip",
}
TOO_MANY = "Too many tries. Wait some minutes, then try again."


def allowed(request: HttpRequest, action: str, key: str = "") -> bool:
    return may_try(request, app="courts", action=action, limits=LIMITS, key=key)
