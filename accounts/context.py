from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import staying
from accounts.models import User
from core import clock


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """What every page's head and menu show."""
    user = getattr(request, "user", None)
    told: dict[str, Any] = {"demo": settings.DEMO, "roles": set(), "account_links": []}
    if isinstance(user, User):
        told |= {
            "roles": user.roles,
            "staying_seconds": int(staying.left(request.session, clock.now())),
            "idle_minutes": settings.IDLE_MINUTES,
            "account_links": [
                {"url": reverse("account_change_password"), "label": _("Password")},
                {"url": reverse("mfa_index"), "label": _("Second step")},
                {"url": reverse("signed_in_places"), "label": _("Where you are signed in")},
                {"url": reverse("sign_out_everywhere"), "label": _("Sign out everywhere")},
            ],
        }
    return told
