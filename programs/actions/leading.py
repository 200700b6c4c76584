"""Who may write about an evening: who leads it, or was named as a substitute, and the office."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import OFFICE
from programs.actions.marks import NotYourSession
from programs.models import Session


def must_lead(session: Session, by: User) -> None:
    """Raises NotYourSession."""
    if not session.led.filter(user=by).exists() and not by.grants.current().filter(role__in=OFFICE).exists():
        raise NotYourSession(_("You don't lead this session. Ask the coordinator to name you as a substitute."))
