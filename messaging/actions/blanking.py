"""Words that are no longer needed: blanked here and at the provider. What was said can be proved by its hash."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from messaging.gateways import ProviderSilent, TextGateway, TextRefused, gateway
from messaging.models import Channel, InboundText, Message

logger = logging.getLogger(__name__)

KEPT = timedelta(days=90)
# So much longer a provider is asked that doesn't answer, as when the office has left it; then the words go here.
PATIENCE = timedelta(days=30)
AT_ONCE = 500
# So many in a row without an answer, and the others wait for the next minute.
ENOUGH_SILENCE = 3

AT_THE_PROVIDER = Q(channel=Channel.TEXT) & ~Q(provider_id="")
# Which row, the provider's id for it, since when it is there.
Worded = tuple[int, str, datetime | None]


def blank(*, now: datetime, at_most: int = AT_ONCE) -> int:
    """How many messages and texts were blanked. What the provider doesn't let go of keeps its words, and no other."""
    then = now - KEPT
    ours = Message.objects.worded_before(then).order_by("sent_at")
    theirs = InboundText.objects.worded_before(then).order_by("came_at")
    known = ours.filter(AT_THE_PROVIDER).values_list("pk", "provider_id", "sent_at")
    gone = [
        *ours.exclude(AT_THE_PROVIDER).values_list("pk", flat=True)[:at_most],
        *_redacted(known[:at_most], then),
    ]
    came = _redacted(theirs.values_list("pk", "provider_id", "came_at")[:at_most], then)
    blanked = Message.objects.filter(pk__in=gone, blanked_at=None)
    texts = InboundText.objects.filter(pk__in=came, blanked_at=None)
    words = {"body": "", "blanked_at": now}
    return blanked.update(address="", subject="", **words) + texts.update(number="", **words)


def _redacted(texts: Iterable[Worded], then: datetime) -> list[int]:
    """Those whose words may go here."""
    provider, gone, silence = gateway(), list[int](), 0
    try:
        for pk, provider_id, at in texts:
            asked = silence < ENOUGH_SILENCE
            answered = asked and _let_go(provider, provider_id)
            silence = 0 if answered else silence + asked
            if answered or (at and at < then - PATIENCE):
                gone.append(pk)
    finally:
        provider.hang_up()
    return gone


def _let_go(provider: TextGateway, provider_id: str) -> bool:
    """Whether it answered. One that it refuses to blank it will refuse tomorrow: ours needn't stay for that."""
    try:
        provider.redact(provider_id)
    except TextRefused as refusal:
        logger.error("text %s: the provider refuses to blank it (%s); do it by hand there", provider_id, refusal.code)
    except ProviderSilent as silence:
        logger.warning("text %s: not blanked at the provider (%s)", provider_id, str(silence))
        return False
    return True
