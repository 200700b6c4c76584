import logging
from datetime import datetime

from messaging.actions.blanking import blank
from messaging.actions.outcomes import look_up_unknown
from messaging.actions.sweeping import miss_letters
from messaging.gateways import ProviderSilent, gateway

logger = logging.getLogger(__name__)


def tend(*, now: datetime) -> int:
    """Beside sending: ask about texts that may have gone, let old words and late letters go; how many."""
    return look_up_unknown(now=now) + blank(now=now) + miss_letters(now=now)


def listen(*, now: datetime) -> None:
    """Once an hour: somebody may have pointed the number elsewhere, and then nobody hears a STOP."""
    if now.minute:
        return
    asked = gateway()
    try:
        elsewhere = asked.elsewhere()
    except ProviderSilent as silence:
        # Our own words, a number at most: what an exception of another says isn't logged.
        logger.warning("where texts that come in go: not said (%s)", str(silence))
    else:
        if elsewhere:
            logger.error("texts that come in go to %s, and not here: nobody hears a STOP", elsewhere)
    finally:
        asked.hang_up()
