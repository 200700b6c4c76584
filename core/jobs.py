"""What a job that the beat asks for consists of: parts with a name each, done one after the other."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

logger = logging.getLogger(__name__)

# Takes `now=`, and says how much it did.
Part = Callable[..., int]


def do_each(parts: Mapping[str, Part], *, now: datetime) -> dict[str, int]:
    """How much of each was done. One that fails doesn't hold up the others; the first failure is raised at last."""
    done, failures = dict.fromkeys(parts, 0), []
    for name, part in parts.items():
        try:
            done[name] = part(now=now)
        except Exception as error:
            logger.error("%s: %s", name, type(error).__name__)
            failures.append(error)
    if failures:
        raise failures[0]
    return done
