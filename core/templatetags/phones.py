"""Telephone numbers as one reads them, and as one presses them."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_OURS = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


@register.filter
def phone(number: str) -> str:
    """+12065550142 as 206-555-0142; any other stays as it was given."""
    ours = _OURS.fullmatch(number)
    return "-".join(ours.groups()) if ours else number


@register.filter
def dial(number: str) -> SafeString:
    """The number as a link that calls it."""
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', re.sub(r"[^+\d]", "", number), phone(number))
