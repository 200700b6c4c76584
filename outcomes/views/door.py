"""Who stands before the questions: by the token in the address, and by what his browser keeps of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.strangers import for_strangers, may_try
from core import clock
from core.refusal import Refusal
from outcomes.actions import answering, tickets
from outcomes.actions.codes import ASKED_IN
from outcomes.actions.sheets import Questions
from outcomes.kinds import State, Way
from outcomes.models import Ticket
from vault.models import KeyLost

# Of addresses that are none: no number of tries finds one, and none costs us more than this.
LIMITS = {"unknown": "60/h/ip"}
_PREFIX = "__Secure-" if settings.SESSION_COOKIE_SECURE else ""
SECRET, SITTING, WORDS = f"{_PREFIX}answers", f"{_PREFIX}sitting", f"{_PREFIX}words"
# In which language he reads it.
WORDS_LAST = timedelta(days=2)
# Nobody touched the page for so long: whoever opens it next isn't shown what was chosen.
SITS_FOR = timedelta(minutes=20)
_SIGNER = TimestampSigner(salt="outcomes.sitting")
_MADE = re.compile(r"[\w-]{32}", re.ASCII)  # it becomes a cookie


class NotBegun(Exception):
    """By this browser: it is shown the first page."""


@dataclass(slots=True)
class Door:
    """`secret` "": this browser hasn't begun. `sits`: it is the one that has been answering just now."""

    request: HttpRequest
    ticket: Ticket
    token: str
    secret: str
    sits: bool
    language: str
    now: datetime

    @property
    def is_tablet(self) -> bool:
        return self.ticket.way == Way.TABLET

    def to(self, page: str, *args: Any) -> HttpResponse:
        return redirect(self.url(page, *args))

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"questions:{page}", args=[self.token, *args])

    def look(self) -> tuple[tickets.Sitting, Questions]:
        if not self.secret:
            raise NotBegun
        return answering.look(token=self.token, secret=self.secret, now=self.now)

    def page(self, template: str, said: dict[str, Any], status: int = 200) -> HttpResponse:
        told = {"door": self, "token": self.token, "other": other(self.language)}
        response = render(self.request, f"outcomes/{template}.html", told | said, status=status)
        if self.is_tablet:
            # When it locks itself, what was on it goes, too.
            seconds = int(tickets.TABLET_OPEN_FOR.total_seconds()) + 5
            response["Refresh"] = f"{seconds}; url={self.url('start')}"
        return response


View = Callable[..., HttpResponse]


def by_token(view: View) -> View:
    """Finds the ticket; where it is of no use, a sentence."""

    @login_not_required
    @for_strangers
    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        language = _language(request, token)
        with translation.override(language):
            try:
                return view(_door(request, token, language), **kwargs)
            except NotBegun:
                return redirect("questions:start", token)
            except (tickets.UnknownTicket, tickets.TicketOver) as refusal:
                return _pressed_twice(request, token) or _refused(request, token, refusal, language)
            except KeyLost:
                said = _("This can't be opened just now; what you answered is kept. Try it again later.")
                return over(request, said, language, status=503, on_tablet=_is_tablet(token))

    return found


def _pressed_twice(request: HttpRequest, token: str) -> HttpResponse | None:
    """By the browser that ended it just now: what the first did. None: it wasn't that one, or it ended otherwise."""
    found = tickets.ended(token=token) if request.method == "POST" and _sits(request, token) else None
    return redirect("questions:thanks", token, thanks_for(*found)) if found else None


def thanks_for(way: Way, state: State) -> str:
    """What the last page thanks him for."""
    what = "no" if state is State.DECLINED else "done"
    return f"tablet-{what}" if way is Way.TABLET else what


def _refused(request: HttpRequest, token: str, refusal: Refusal, language: str) -> HttpResponse:
    if isinstance(refusal, tickets.UnknownTicket):
        return _unknown(request, str(refusal), language)
    return over(request, str(refusal), language, on_tablet=_is_tablet(token))


def _is_tablet(token: str) -> bool:
    return tickets.way_of(token=token) == Way.TABLET


def over(request: HttpRequest, said: str, language: str, status: int = 410, *, on_tablet: bool = False) -> HttpResponse:
    told = {"said": said, "other": other(language), "on_tablet": on_tablet}
    return render(request, "outcomes/over.html", told, status=status)


def _unknown(request: HttpRequest, said: str, language: str) -> HttpResponse:
    if may_try(request, app="outcomes", action="unknown", limits=LIMITS, by_get=True):
        return over(request, said, language, status=404)
    return over(request, _("Too many tries. Wait some minutes, then try again."), language, status=429)


def _door(request: HttpRequest, token: str, language: str) -> Door:
    now = clock.now()
    ticket = tickets.find(token=token, now=now)
    if ticket.way == Way.PAPER:
        raise tickets.UnknownTicket(tickets.unknown())
    secret = request.COOKIES.get(SECRET, "")
    return Door(request, ticket, token, secret, bool(secret) and _sits(request, token), language, now)


def _language(request: HttpRequest, token: str) -> str:
    """What he chose on this page; else his own; else, of an address that is none, his browser's."""
    chosen = request.COOKIES.get(WORDS) or tickets.language_of(token=token)
    if chosen is None:
        chosen = translation.get_language_from_request(request)[:2]
    return chosen if chosen in ASKED_IN else ASKED_IN[0]


def other(language: str) -> str:
    return next(one for one in ASKED_IN if one != language)


# --- What his browser keeps


def secret_from(page: str) -> str:
    """The one that the page had along; empty: nothing that we made."""
    return page if _MADE.fullmatch(page) else ""


def begins(response: HttpResponse, door: Door, secret: str) -> HttpResponse:
    """A link's browser may be closed and opened again as long as it stands: no other can go on with what it began. A
    tablet's forgets it when it is closed."""
    lasts = None if door.is_tablet else int((door.ticket.expires_at - door.now).total_seconds())
    _keep(response, door.token, SECRET, secret, lasts)
    return goes_on(response, door)


def goes_on(response: HttpResponse, door: Door) -> HttpResponse:
    _keep(response, door.token, SITTING, _SIGNER.sign(door.token), None)
    return response


def leaves(response: HttpResponse, token: str, *, all_of_it: bool = True) -> HttpResponse:
    """`all_of_it`: nothing is left to open, and a second tap is known by `SITTING`. Else he may go on later, and isn't
    shown then what he chose before."""
    response.delete_cookie(SECRET if all_of_it else SITTING, path=_path(token), samesite="Lax")
    return response


def speaks(response: HttpResponse, token: str, language: str) -> HttpResponse:
    _keep(response, token, WORDS, language, int(WORDS_LAST.total_seconds()))
    return response


def _keep(response: HttpResponse, token: str, name: str, value: str, lasts: int | None) -> None:
    """`lasts` None: until the browser is closed."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=lasts, path=_path(token), secure=secure, httponly=True, samesite="Lax")


def _path(token: str) -> str:
    return reverse("questions:start", args=[token])


def _sits(request: HttpRequest, token: str) -> bool:
    try:
        return bool(_SIGNER.unsign(request.COOKIES.get(SITTING, ""), max_age=SITS_FOR) == token)
    except BadSignature:
        return False
