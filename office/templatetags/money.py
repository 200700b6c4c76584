"""Dollars, and the buttons that stand under Money alone."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.db.models import Model

from office import doing, months, words
from office.subjects import case

register = template.Library()
register.filter("dollars", words.money)
register.filter("case_said", case)
register.filter("month", months.named)


@register.filter
def at(words: Sequence[str], place: int) -> str:
    return words[place]


@register.inclusion_tag("office/buttons.html", takes_context=True)
def money_buttons(context: Any, record: Model, names: Sequence[str] | str, kind: str = "") -> dict[str, Any]:
    """The deeds of these names, to who may; they come back to the place where they stood."""
    request = context["request"]
    found = [doing.find(str(record._meta.model_name), name) for name in ([names] if isinstance(names, str) else names)]
    deeds = [deed for deed in found if deed and deed.roles & request.user.roles and deed.offered(record)]
    back = f"{request.get_full_path()}#more"
    return {"deeds": [(deed, deed.url(record)) for deed in deeds], "back": back, "kind": kind}
