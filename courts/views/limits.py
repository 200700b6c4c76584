"""How often a stranger may try. Counted in the cache, as signing in is."""

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

LIMITS = {
    # By the network address first: whoever is stopped there uses up no number's tries.
    "verify": "20/5m/ip,60/h/key",
    "letter_code": "20/h/ip,5/h/key",
    "letter_open": "30/h/ip",
}
TOO_MANY = "Too many tries. Wait some minutes, then try again."


def allowed(request: HttpRequest, action: str, key: str = "") -> bool:
    return consume(request, app="courts", action=action, config=LIMITS, key=key) is not None
