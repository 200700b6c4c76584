"""What a roster says to the phone that is to keep it: whose it is, for how long, and to which key taps are sealed."""

import base64
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse

from accounts.models import User
from programs.models import Session
from vault.sealed import public_key

# After the session's end.
KEPT = timedelta(hours=2)


def owner_tag(user: User) -> str:
    """Tells one user of a phone from another, and nobody who they are."""
    digest = hmac.digest(settings.FINGERPRINT_KEY.encode(), f"phone of {user.pk}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:15]).decode()


def page_facts(user: User) -> dict[str, str]:
    return {"owner": owner_tag(user), "seal_to": base64.b64encode(public_key()).decode()}


def keepable(response: HttpResponse, session: Session, user: User, now: datetime) -> HttpResponse:
    """With whose it is and for how many seconds it may be kept, by our clock: the phone's may be wrong."""
    response["X-Onus-Owner"] = owner_tag(user)
    left = session.starts_at + timedelta(minutes=session.minutes) + KEPT - now
    response["X-Onus-Keep-For"] = str(max(0, int(left.total_seconds())))
    return response
