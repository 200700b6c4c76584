"""What the office may write into a message: words, and placeholders in brackets. Nothing in it is ever run.

    Your appointment is on [when]{, [place]}. Questions? Call [number].

What stands in braces is left out where one of its placeholders is empty.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\[([^\[\]{}]*)\]")
_GROUP = re.compile(r"\{([^{}]*)\}")
# Nothing is left of a line of these once what stood in it is left out.
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Text:
    """One message that the office may word. `holds`: its placeholders."""

    template: str
    label: str
    holds: tuple[str, ...]


_AN_EVENING = ("when", "day", "time", "place", "number")
TEXTS = (
    Text("reminder", "Reminder of an appointment", _AN_EVENING),
    Text("welcome", "Welcome", ("number",)),
    Text("please_call", "Please call", ("number",)),
    Text("session_booked", "Appointment made", _AN_EVENING),
    Text("session_moved", "New time", _AN_EVENING),
    Text("session_place", "Another place", _AN_EVENING),
    Text("session_canceled", "Canceled", _AN_EVENING),
    Text("session_over", "Canceled, said afterwards", _AN_EVENING),
    Text("session_unbooked", "No longer expected", _AN_EVENING),
)
BY_TEMPLATE = {text.template: text for text in TEXTS}


def placeholders(text: str) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(found.strip() for found in _PLACEHOLDER.findall(text)))


def faults(text: str, holds: Container[str]) -> list[str]:
    """What is wrong with it, a sentence each."""
    unknown = [f"[{name}]" for name in placeholders(text) if name not in holds]
    found = [f"{', '.join(unknown)} is no placeholder of this message."] if unknown else []
    left = _PLACEHOLDER.sub("", _GROUP.sub(r"\1", text))
    if any(sign in left for sign in "[]{}"):
        found.append("A bracket or a brace stands alone. Each one that is opened is closed, and braces hold no braces.")
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """Values stay as they are: a bracket in one of them is no placeholder. What nobody knows stays as it stands."""
    parts = re.split(r"(\{[^{}]*\})", text)
    filled = "".join(_group(part, values) if part.startswith("{") else _filled(part, values) for part in parts)
    return _BLANKS.sub("\n\n", filled)


def _group(part: str, values: Mapping[str, str]) -> str:
    inner = part.removeprefix("{").removesuffix("}")
    return _filled(inner, values) if all(values.get(name, "") for name in placeholders(inner)) else ""


def _filled(part: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1].strip(), found[0]), part)
