"""How often a password may be tried, so that a guesser is stopped and nobody is locked out by one: docs/adr/0019.

Who counts together: the tries at one person's password
- from a browser they signed in with before: those alone, whatever others do;
- from anywhere else: those of the same network address; and, unless they signed in from that address before,
  those of all strangers together.
"""

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.http import HttpRequest

APP = "accounts"
# Each as allauth writes it: how often, within how long, and `key`: whatever is counted together.
RATES = {"browser": "10/15m/key", "address": "5/5m/key", "strangers": "30/1h/key", "everybody": "20/1m/ip"}


def taken(request: HttpRequest, *, email: str, token: str, known: tuple[bool, bool]) -> RateLimitUsage | None:
    """One try more, which is given back when it succeeds. None: no more for now."""
    by_browser, by_address = known
    if by_browser:
        return _each(request, {"browser": f"{email}:{token}"})
    counted = {"everybody": "", "address": f"{email}:{ratelimit.get_ip(request)}"}
    return _each(request, counted if by_address else counted | {"strangers": email})


def forgive_strangers(request: HttpRequest, *, email: str) -> None:
    """After a new password by mail: whoever has that mail is no stranger, and may be at a new desk."""
    ratelimit.clear(request, app=APP, action="strangers", config=RATES, key=email)


def _each(request: HttpRequest, counted: dict[str, str]) -> RateLimitUsage | None:
    usage = RateLimitUsage(usage=[])
    for action, key in counted.items():
        more = ratelimit.consume(request, app=APP, action=action, config=RATES, key=key)
        if more is None:
            return None
        usage.usage += more.usage
    return usage
