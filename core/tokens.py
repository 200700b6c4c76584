"""Addresses that are keys themselves: whoever reads the log must not be able to use one."""

import logging
import re

_AFTER = re.compile(r"(/(?:calendar|invitation|letter|reset/key)/)[^/\s?.\"']+")


def without_tokens(text: str) -> str:
    return _AFTER.sub(r"\1…", text)


class WithoutTokens(logging.Filter):
    """Django logs the path of whatever it answers with 4xx or 5xx."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (shown := without_tokens(said)) != said:
            record.msg, record.args = shown, None
        return True
