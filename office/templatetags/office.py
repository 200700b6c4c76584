"""Dates, buttons and cells for the office's templates."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from courts.actions.imports import same_as
from courts.models import Flag, Referral
from office import doing, keeping, proposed, words
from office.subjects import rows

register = template.Library()
register.filter("day", words.day)
register.filter("moment", words.moment)
register.filter("span", words.span)
register.filter("born", words.born)
register.filter("language", words.language)
register.filter("proposed", proposed.title)
register.filter("plain", words.plain)
register.filter("job", words.job)


@register.filter
def beside(flag: Flag) -> str:
    """Where its man and the one whom it takes for the same stand side by side. Empty: it names none, or not for him."""
    named = same_as(flag)
    other = rows(Referral).filter(pk=named).first() if named else None
    men = [flag.referral.participant_id, other.participant_id] if other else []
    return reverse("office:compare", args=men) if len(set(men)) == 2 else ""


@register.simple_tag
def sorted_out(adminform: Any) -> dict[str, list[Any]]:
    """The facts of a record that say something, each with its words, and the labels of those that say nothing."""
    told = [
        (str(field.field["label"]), field.contents()) for fieldset in adminform for line in fieldset for field in line
    ]
    return {
        "noted": [(label, said) for label, said in told if said != words.NOTHING],
        "not_noted": [label for label, said in told if said == words.NOTHING],
    }


@register.simple_tag
def labeled(cells: Sequence[str], headers: Sequence[dict[str, Any]]) -> SafeString:
    """A list's row whose cells say, for a narrow page, which column each is; the box and what the row is need no label.

    `cells`: as the admin made them, escaped already.
    """
    named = 1 + ("field-chosen" in cells[0])
    rest = zip(cells[named:], headers[named:], strict=True)
    return format_html_join("", "{}", ((cell,) for cell in [*cells[:named], *(_with_label(*one) for one in rest)]))


def _with_label(cell: str, header: dict[str, Any]) -> SafeString:
    label = format_html(' data-label="{}"', capfirst(strip_tags(header["text"])))
    nothing = " data-nothing" if strip_tags(cell) == words.NOTHING else ""
    return SafeString(f"{cell[:3]}{label}{nothing}{cell[3:]}")


@register.inclusion_tag("office/buttons.html", takes_context=True)
def buttons(context: Any, record: Model, kind: str = "") -> dict[str, Any]:
    """What can be done to the record now; each leads to a page that repeats whom and what, and comes back here."""
    here = context["request"].get_full_path()
    offered = doing.offered(record, context["request"].user.roles)
    deeds = [deed for deed in offered if not (deed.aside and kind == "row")]
    return {"deeds": [(deed, deed.url(record)) for deed in deeds], "back": here, "kind": kind}


@register.inclusion_tag("office/keeping_notices.html", takes_context=True)
def kept(context: Any, record: Model) -> dict[str, Any]:
    """That it is held, is to be disposed of, or was; for administrators."""
    request = context["request"]
    return {"notices": keeping.notices(record, request.user.roles), "request": request}


@register.simple_tag(takes_context=True)
def deed_link(context: Any, record: Model, name: str, label: str, of: str) -> SafeString | str:
    """One deed where the eye is, in few words; nothing where it isn't offered. `of`: for who can't see the row."""
    deed = doing.find(str(record._meta.model_name), name)
    if deed is None or not deed.offered(record):
        return ""
    url, back = deed.url(record), context["request"].path
    return format_html('<a href="{}?back={}">{}<span class="visually-hidden">: {}</span></a>', url, back, label, of)
