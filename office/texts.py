"""The words of the messages that men are sent: all side by side, and one to be worded anew."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core import clock, prints
from core.refusal import Refusal
from messaging import rewording
from messaging.models import Channel, Wording
from messaging.rendering import Facts, Words, shipped, spoken, words_of
from messaging.rewording import CHANNELS, LONGEST, wrong_with
from messaging.segments import Weight, plain, weigh
from messaging.wording import BY_TEMPLATE, TEXTS, Text
from office.conflicts import Both, Side
from office.history import Change
from office.site import office
from programs.models import Cohort, Program

LANGUAGES = (("en", "English"), ("es", "Spanish"))
HOW = {Channel.EMAIL: "E-mail", Channel.TEXT: "Text"}
USUAL_PLACE = "12 Pier Street, second floor"


@dataclass(frozen=True, slots=True)
class Sample:
    """As it would arrive. `weight` None: an e-mail, which weighs nothing."""

    language: str
    subject: str
    body: str
    weight: Weight | None
    version: int
    url: str
    wrong: list[str]
    draft: bool = False


@require_safe
def wording(request: HttpRequest) -> HttpResponse:
    facts = _facts()
    lines = [
        {"text": text, "how": HOW[channel], "samples": [_sample(text, channel, code, facts) for code, _ in LANGUAGES]}
        for text in TEXTS
        for channel in CHANNELS
    ]
    said = {"lines": lines, "languages": [name for _, name in LANGUAGES], "facts": facts}
    return render(request, "office/wording.html", office.each_context(request) | said)


@require_http_methods(["GET", "HEAD", "POST"])
def reword(request: HttpRequest, template: str, channel: str, language: str) -> HttpResponse:
    """One text in one language: saved, looked at beforehand, or given back."""
    if not rewording.is_worded(template, channel, language):
        raise Http404
    stands, versions = words_of(template, channel, language), rewording.versions(template, channel, language)
    newest = versions.first()
    after = newest.version if newest else 0
    form = Rewording(request.POST or None, channel=channel, stands=stands, after=after)
    conflict = None
    if form.is_bound and form.data.get("after") != str(after) and "preview" not in request.POST:
        conflict, form = _both(form, stands, newest), Rewording(None, channel=channel, stands=form.words, after=after)
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        try:
            return _done(request, form, template, channel, language)
        except rewording.NotSendable as refusal:
            for sentence in refusal.wrong:
                form.add_error(None, sentence)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    text, facts = BY_TEMPLATE[template], _facts()
    other = next(code for code, _ in LANGUAGES if code != language)
    said = {
        "text": text,
        "how": HOW[Channel(channel)],
        "in_language": dict(LANGUAGES)[language],
        "form": form,
        "conflict": conflict,
        "sample": _sample(text, channel, language, facts, form.words if form.is_bound else None),
        "other": _sample(text, channel, other, facts),
        "other_language": dict(LANGUAGES)[other],
        "versions": versions,
        "is_ours": stands.version == 0,
        "shipped": shipped(template, channel, language),
    }
    return render(request, "office/reword.html", office.each_context(request) | said, status=409 if conflict else 200)


def _both(form: "Rewording", stands: Words, newest: Wording | None) -> Both:
    """Somebody else worded it since: what goes out now, beside what was typed; the form keeps that."""
    sides = [
        Side(str(form.fields[name].label), getattr(stands, name), getattr(form.words, name))
        for name in ("subject", "body")
        if name in form.fields and prints.plain(getattr(stands, name)) != prints.plain(getattr(form.words, name))
    ]
    last = Change(newest.at, newest.by.name, "", "") if newest else None
    return Both(sides, last)


def _done(request: HttpRequest, form: "Rewording", template: str, channel: str, language: str) -> HttpResponse:
    assert isinstance(request.user, User), "the office lets nobody else in"
    which = {"template": template, "channel": channel, "language": language, "after": form.cleaned_data["after"]}
    which |= {"by": request.user, "now": clock.now()}
    if "restore" in request.POST:
        rewording.restore(**which)
        messages.success(request, "From now on it goes out as Onus brings it along.")
    else:
        made = rewording.reword(**which, subject=form.words.subject, body=form.words.body)
        messages.success(request, f"Version {made.version} goes out from now on.")
    return redirect("office:reword", template, channel, language)


class Rewording(forms.Form):
    subject = forms.CharField(label="Subject", max_length=200)
    body = forms.CharField(label="Text", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, channel: str, stands: Words, after: int) -> None:
        super().__init__(data, initial={"subject": stands.subject, "body": stands.body, "after": after})
        if channel == Channel.TEXT:
            del self.fields["subject"]

    @property
    def words(self) -> Words:
        return Words(str(self.data.get("subject", "")).strip(), str(self.data.get("body", "")).strip())


def _sample(text: Text, channel: str, language: str, facts: Facts, words: Words | None = None) -> Sample:
    """Of what stands; or of what somebody is just writing."""
    stands = words_of(text.template, channel, language) if words is None else words
    if channel == Channel.TEXT:
        stands = replace(stands, subject="", body=plain(stands.body))
    made = spoken(stands, channel, language, facts)
    return Sample(
        language,
        made.subject,
        made.body,
        weigh(made.body) if channel == Channel.TEXT else None,
        stands.version,
        reverse("office:reword", args=[text.template, channel, language]),
        wrong_with(text.template, channel, language, stands),
        draft=words is not None,
    )


def _facts() -> Facts:
    """The longest day, and the longest place where a group of the first program meets."""
    program = Program.objects.order_by("id").first()
    if program is None:
        return Facts(number="206-555-0100", at=LONGEST, place=USUAL_PLACE, zone=LONGEST.tzinfo)  # type: ignore[arg-type]
    places = Cohort.objects.open().filter(program=program).exclude(place="").values_list("place", flat=True)
    place = max([*places], key=len, default=USUAL_PLACE)
    return Facts(number=program.callback_number, at=LONGEST, place=place, zone=program.zone)
