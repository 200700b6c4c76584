"""What Twilio posts to us. Signed, or it is nobody's; and whoever it is about is answered alike."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from messaging.actions import inbound, outcomes
from messaging.twilio import is_signed

View = Callable[..., HttpResponse]
# Many times what they ever post.
AT_MOST = 64 * 1024
# TwiML that says nothing: what is to be answered goes by way of the outbox.
SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
DELIVERED, NOT_DELIVERED = "delivered", frozenset({"undelivered", "failed"})


def from_twilio(view: View) -> View:
    """Open to nobody who can't sign; read only when it is small."""

    @login_not_required
    @csrf_exempt
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if _length(request) > AT_MOST:
            return HttpResponse(status=413)
        # As they know our address: behind a proxy the request itself knows another.
        url = settings.SITE_URL.rstrip("/") + request.get_full_path()
        posted = dict(request.POST.lists())
        if not is_signed(request.headers.get("X-Twilio-Signature", ""), url, posted):
            return HttpResponse(status=403)
        return view(request, *args, **kwargs)

    return guarded


def _length(request: HttpRequest) -> int:
    """One without a length is too long."""
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else AT_MOST + 1


@from_twilio
def came_in(request: HttpRequest) -> HttpResponse:
    said = request.POST
    provider_id, number = said.get("MessageSid", ""), said.get("From", "")
    if not (0 < len(provider_id) <= 64 and 0 < len(number) <= 32):
        raise BadRequest("A text has an id and a number.")
    inbound.came_in(provider_id=provider_id, number=number, body=said.get("Body", ""), now=clock.now())
    return HttpResponse(SILENCE, content_type="text/xml; charset=utf-8")


@from_twilio
def became(request: HttpRequest, reference: str) -> HttpResponse:
    """In any order, and as often as they like: the first word about where a text ended counts."""
    said = request.POST
    status, provider_id = said.get("MessageStatus", ""), said.get("MessageSid", "")[:64]
    message = outcomes.by_provider(provider_id, reference)
    if message and (status == DELIVERED or status in NOT_DELIVERED):
        outcomes.note_outcome(
            message=message,
            delivered=status == DELIVERED,
            code=said.get("ErrorCode", "")[:10],
            provider_id=provider_id,
            now=clock.now(),
        )
    return HttpResponse(status=204)
