from django import template

from outcomes.actions.sheets import Step

register = template.Library()


@register.filter
def spoken(step: Step, wanted: str) -> str:
    """The language in which it is asked, where it isn't there in the wanted one."""
    return step.document.language(wanted)
