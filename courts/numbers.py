"""Comparing case and incident numbers. Courts choose any format: none is ever checked against a pattern."""

import unicodedata


def normalized_number(text: str) -> str:
    """Letters and digits only, in one case. Leading zeros stay: to a court they are part of the number."""
    # NFKC once more after casefold, which may take letters apart again.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, folded))
