"""Words that are no longer needed: blanked here and at the provider. What was said can be proved by its hash."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from messaging.gateways import ProviderSilent, gateway
from messaging.models import Channel, InboundText, Message

logger = logging.getLogger(__name__)

KEPT = timedelta(days=90)
AT_ONCE = 500


def blank(*, now: datetime, at_most: int = AT_ONCE) -> int:
    """How many messages and texts were blanked. What the provider doesn't let go of keeps its words till it does."""
    then = now - KEPT
    worded = Message.objects.worded_before(then).order_by("sent_at")
    ours = list(worded.values_list("pk", "channel", "provider_id")[:at_most])
    theirs = list(
        InboundText.objects.worded_before(then).order_by("came_at").values_list("pk", "provider_id")[:at_most]
    )
    at_provider = [(pk, provider_id) for pk, channel, provider_id in ours if channel == Channel.TEXT and provider_id]
    gone = [pk for pk, channel, provider_id in ours if not (channel == Channel.TEXT and provider_id)]
    gone += _redacted(at_provider)
    blanked = Message.objects.filter(pk__in=gone, blanked_at=None).update(
        address="", subject="", body="", blanked_at=now
    )
    return blanked + InboundText.objects.filter(pk__in=_redacted(theirs), blanked_at=None).update(
        number="", body="", blanked_at=now
    )


def _redacted(texts: Iterable[tuple[int, str]]) -> list[int]:
    """Those that the provider has blanked; after its first silence it is left in peace till the next minute."""
    done, provider = [], gateway()
    try:
        for pk, provider_id in texts:
            provider.redact(provider_id)
            done.append(pk)
    except ProviderSilent as silence:
        logger.warning("texts: not all blanked at the provider (%s)", silence)
    finally:
        provider.hang_up()
    return done
