"""What an administrator should hear when Onus starts. It starts all the same: only reports wait."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004  Django calls it so

from core import clock
from core.checks import STARTING
from courts.actions import signing


@register(STARTING)
def reports_can_be_signed(**_: Any) -> list[CheckMessage]:
    now = clock.now()
    if why := signing.why_nothing_is_issued(now=now):
        hint = "Set ONUS_SIGNING_KEY: see docs/operations.md, Signing reports."
        return [Warning(why, hint=hint, id="onus.W001")]
    if ends_at := signing.ends_soon(now=now):
        hint = "Put a new one in place: see docs/operations.md, Signing reports."
        return [Warning(f"The certificate that signs reports ends on {ends_at:%Y-%m-%d}.", hint=hint, id="onus.W002")]
    return []
