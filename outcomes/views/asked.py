"""The questions as he sees them: a first page, whether he agrees, one after the other or all at once, and the end."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.strangers import for_strangers
from outcomes.actions import answering, tickets
from outcomes.actions.codes import ASKED_IN
from outcomes.actions.sheets import Questions, Step
from outcomes.forms import BEFORE, Agree, Items
from outcomes.kinds import State, Way
from outcomes.views.door import WORDS as CHOSEN_LANGUAGE
from outcomes.views.door import Door, begins, by_token, goes_on, leaves, other, secret_from, speaks, thanks_for

SHOWN = require_http_methods(["GET", "HEAD", "POST"])
# Where the other language may lead back to.
PAGES = frozenset(f"questions:{name}" for name in ("start", "agree", "item", "all", "end"))


@SHOWN
@by_token
def start(door: Door) -> HttpResponse:
    """Whoever opens it changes nothing: the button takes it."""
    if door.request.method == "POST":
        return _begin(door)
    if door.ticket.is_taken and not door.secret:
        raise tickets.TakenElsewhere(tickets.elsewhere(door.ticket))
    page = door.page("start", {"once": tickets.new_secret()})
    # Who comes back to the first page goes on from there, and is shown nothing of before.
    return leaves(page, door.token, all_of_it=False) if door.secret else page


def _begin(door: Door) -> HttpResponse:
    secret = _taken(door)
    door.secret = secret
    _, asked = door.look()
    where = door.to("agree") if answering.needs_asking(door.ticket.asking) else _next(door, asked)
    return speaks(begins(where, door, secret), door.token, door.language)


def _taken(door: Door) -> str:
    if door.secret:
        try:
            return answering.come_back(token=door.token, secret=door.secret, now=door.now)
        except tickets.TakenElsewhere:
            pass  # what this browser keeps is of another time
    secret = secret_from(door.request.POST.get("once", ""))
    return answering.begin(token=door.token, now=door.now, secret=secret)


@require_POST
@by_token
def words(door: Door) -> HttpResponse:
    """The other language; back to where he was."""
    chosen = door.request.POST.get("language", "")
    response = redirect(_where(door, door.request.POST.get("next", "")))
    return speaks(response, door.token, chosen if chosen in ASKED_IN else door.language)


def _where(door: Door, path: str) -> str:
    """Built anew from what the path names, so that it leads to no other page than his."""
    try:
        match = resolve(path)
    except Resolver404:
        return door.url("start")
    if match.view_name in PAGES and match.kwargs["token"] == door.token:
        return reverse(match.view_name, kwargs=match.kwargs)
    return door.url("start")


@SHOWN
@by_token
def agree(door: Door) -> HttpResponse:
    _, asked = door.look()
    if not answering.needs_asking(door.ticket.asking):
        return _next(door, asked) if door.sits else door.to("start")
    form = Agree(door.request.POST if door.request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return goes_on(door.page("agree", {"form": form, "before": BEFORE}), door)
    statistics, follow_up = form.said
    said = {"statistics": statistics, "follow_up": follow_up}
    if not answering.agree(token=door.token, secret=door.secret, **said, now=door.now):
        return leaves(door.to("thanks", thanks_for(Way(door.ticket.way), State.DECLINED)), door.token)
    return goes_on(_next(door, asked), door)


@SHOWN
@by_token
def item(door: Door, place: int) -> HttpResponse:
    """One question; "back" keeps what was chosen, too."""
    sitting, asked = door.look()
    if astray := _astray(door, sitting, asked, place):
        return astray
    before = max((one for one in range(place) if one not in sitting.hidden), default=None)
    posted = door.request.POST if door.request.method == "POST" else None
    form = Items(posted, steps={place: asked.steps[place]}, answers=asked.answers, language=door.language)
    back = posted is not None and posted.get("go") == "back" and before is not None
    if posted is not None:
        is_right = form.is_valid()
        asked = _kept(door, asked, form)
        if not door.sits:
            return _comes_back(door, asked)
        if is_right or (back and not posted.get(form.items[0][2].html_name)):
            return goes_on(door.to("item", before) if back else _after(door, asked, place), door)
    said = {"form": form, "place": place, "asked": asked, "before": before, "intro": _intro(door, asked, place)}
    return goes_on(door.page("item", said), door)


@SHOWN
@by_token
def every(door: Door) -> HttpResponse:
    """All that is left on one page; what isn't right or left out is named, and the rest is kept."""
    sitting, asked = door.look()
    left = [place for place in range(len(asked.steps)) if place not in sitting.hidden]
    if astray := _astray(door, sitting, asked, min(left, default=len(asked.steps))):
        return astray
    steps = {place: asked.steps[place] for place in left}
    posted = door.request.POST if door.request.method == "POST" else None
    form = Items(posted, steps=steps, answers=asked.answers, language=door.language)
    if posted is not None:
        is_right = form.is_valid()
        asked = _kept(door, asked, form)
        if not door.sits:
            return _comes_back(door, asked, page="all")
        if is_right:
            return goes_on(_next(door, asked), door)
    items = [(place, step, field, _intro(door, asked, place)) for place, step, field in form.items]
    return goes_on(door.page("all", {"form": form, "items": items, "asked": asked}), door)


@SHOWN
@by_token
def end(door: Door) -> HttpResponse:
    sitting, asked = door.look()
    sent = door.request.method == "POST"
    # What is sent counts also where the page lay open long: it shows nothing that was chosen.
    if not asked.is_whole or not (door.sits or sent):
        return _next(door, asked) if door.sits else door.to("start")
    if not sent:
        last = max((place for place in range(len(asked.steps)) if place not in sitting.hidden), default=None)
        return goes_on(door.page("end", {"last": last}), door)
    answering.finish(token=door.token, secret=door.secret, now=door.now)
    return leaves(door.to("thanks", thanks_for(Way(door.ticket.way), State.DONE)), door.token)


HOW = ("done", "no", "tablet-done", "tablet-no")


@login_not_required
@for_strangers
@require_safe
def thanks(request: HttpRequest, token: str, how: str) -> HttpResponse:
    """Looks at nothing: there is nothing left to look at."""
    if how not in HOW:
        raise Http404
    chosen = request.COOKIES.get(CHOSEN_LANGUAGE) or translation.get_language_from_request(request)[:2]
    with translation.override(chosen if chosen in ASKED_IN else ASKED_IN[0]):
        said = {"on_tablet": how.startswith("tablet"), "no": how.endswith("no"), "other": other(chosen)}
        return render(request, "outcomes/thanks.html", said)


# --- Where one goes on


def _next(door: Door, asked: Questions) -> HttpResponse:
    return door.to("end") if asked.is_whole else door.to("item", asked.next)


def _after(door: Door, asked: Questions, place: int) -> HttpResponse:
    return _next(door, asked) if place + 1 >= len(asked.steps) else door.to("item", place + 1)


def _astray(door: Door, sitting: tickets.Sitting, asked: Questions, place: int) -> HttpResponse | None:
    """None: he is where he may be. What is sent is kept also where the page lay open long."""
    if answering.needs_asking(door.ticket.asking):
        return door.to("agree")
    if not door.sits and door.request.method != "POST":
        return door.to("start")
    if place in sitting.hidden or place > min(asked.next, len(asked.steps) - 1):
        return _next(door, asked)
    return None


def _kept(door: Door, asked: Questions, form: Items) -> Questions:
    if not form.given:
        return asked
    return answering.save(token=door.token, secret=door.secret, given=form.given, now=door.now)


def _comes_back(door: Door, asked: Questions, page: str = "") -> HttpResponse:
    """The page had lain open long: its answer is kept, and nobody who holds it now goes back to what was chosen."""
    answering.come_back(token=door.token, secret=door.secret, now=door.now)
    return goes_on(door.to(page) if page and not asked.is_whole else _next(door, asked), door)


def _intro(door: Door, asked: Questions, place: int) -> tuple[str, str, str] | None:
    """Title, a word before, and their language, where a part begins."""
    step: Step = asked.steps[place]
    if place and asked.steps[place - 1].instrument == step.instrument:
        return None
    language = step.document.language(door.language)
    return step.document.titles[language], step.document.intros.get(language, ""), language
