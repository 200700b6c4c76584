"""What must be so before anything is said to a participant."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  Django calls it so
from django.core.exceptions import ImproperlyConfigured

from core.checks import STARTING
from messaging import mail_events
from messaging.discretion import given_away
from messaging.gateways import gateway

# What an e-mail provider by django-anymail may be told under, and never is to be told "yes".
_TRACKS = ("track_opens", "track_clicks")


@register(STARTING)
def no_texts_where_a_stop_is_not_heard(**_: Any) -> list[CheckMessage]:
    """A warning: Onus starts, and skips texts until it is so."""
    try:
        why = gateway().deaf()
    except (ImportError, ImproperlyConfigured):
        return [
            Error(f"There is no text gateway {settings.TEXT_GATEWAY}.", hint="Mend ONUS_TEXT_GATEWAY.", id="onus.E020")
        ]
    said = "No texts go out: whoever answers STOP would not be heard."
    return [Warning(said, hint=why, id="onus.W021")] if why else []


@register(STARTING)
def what_became_of_a_mail_is_told_by_its_provider_alone(**_: Any) -> list[CheckMessage]:
    """A warning: mail goes out, and nobody hears of what came back."""
    said = f"What {settings.MAIL_PROVIDER} tells of e-mails isn't heard: anybody could say that an address is closed."
    hint = 'Put "WEBHOOK_SECRET": "name:a long random word" into ONUS_ANYMAIL, and both into the address it tells.'
    return [Warning(said, hint=hint, id="onus.W025")] if mail_events.deaf() else []


@register(STARTING)
def no_mail_tells_that_it_was_read(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{where} has {name} on: each e-mail would tell that it was opened, and its links would lead elsewhere.",
            hint=f"Take {name} out, and turn tracking off at the provider too.",
            id="onus.E022",
        )
        for where, name in _tracking()
    ]


def _tracking() -> Iterator[tuple[str, str]]:
    told = getattr(settings, "ANYMAIL", {})
    for where, defaults in told.items():
        if str(where).endswith("SEND_DEFAULTS") and isinstance(defaults, dict):
            yield from ((f"ANYMAIL {where}", name) for name in _TRACKS if _is_on(defaults, name))


def _is_on(defaults: dict[str, Any], name: str) -> bool:
    """Also as a provider's own word for it: TrackOpens, o:tracking-opens, open_tracking."""
    one = name.removeprefix("track_").removesuffix("s")
    extra = defaults.get("esp_extra", {})
    theirs = [value for key, value in extra.items() if "track" in key.casefold() and one in key.casefold()]
    return bool(defaults.get(name)) or any(value not in (False, "no", "None", "") for value in theirs)


@register(STARTING)
def the_envelope_is_neutral(**_: Any) -> list[CheckMessage]:
    found = given_away(" ".join(settings.RETURN_ADDRESS))
    said = f"The return address on envelopes says “{found[0]}”." if found else ""
    hint = "Set ONUS_RETURN_ADDRESS to lines that give nothing away, a | between them."
    return [Warning(said, hint=hint, id="onus.W023")] if found else []


@register(STARTING)
def addresses_say_nothing(**_: Any) -> list[CheckMessage]:
    """What stands behind the @ of each e-mail, and in each link."""
    said = {
        "ONUS_NEUTRAL_DOMAIN": settings.NEUTRAL_DOMAIN,
        "ONUS_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "ONUS_SITE_URL": settings.SITE_URL,
    }
    return [
        Warning(
            f"{name} says “{words[0]}” to whoever reads along.",
            hint="Choose an address that names neither what you do nor who you are.",
            id="onus.W024",
        )
        for name, value in said.items()
        if (words := given_away(value))
    ]
