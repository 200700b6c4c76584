"""Referring a person: three steps, then what was said once more, then a number to keep."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import record
from core import clock
from core.refusal import Refusal
from courts import outlook
from courts import papers as fitness
from courts.actions import papers, submissions
from courts.doubts import doubts
from courts.forms.refer import STEPS, Step
from courts.models import CourtPaper, Submission
from courts.views.answers import Answer, answers_of, outcome
from courts.views.desk import DeskRequest, at_a_desk
from courts.views.papers import sandboxed
from courts.views.uploads import bounded_upload, too_big

NEWEST = 20
KEPT = "Kept. Go on with it whenever you like, from “Refer a person”."
_RELATED = ("key", "court", "agency", "referral__program", "referral__key")


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def refer(request: DeskRequest) -> HttpResponse:
    """What was begun and what was sent; by POST a new one begins."""
    if request.method == "POST":
        made = submissions.begin(desk=request.desk, by=request.user, now=clock.now())
        return redirect("court:refer_step", made.reference, next(iter(STEPS)))
    drafts = _of_desk(request).drafts_of(request.user).select_related("key").order_by("-changed_at")
    sent = _of_desk(request).known().exclude(sent_at=None).select_related(*_RELATED).order_by("-sent_at")[:NEWEST]
    told = [(one, outlook.status(one.referral.state, one.referral.closing)) for one in sent]
    return render(request, "courts/refer.html", {"drafts": drafts, "sent": told})


# --- The steps


@bounded_upload
@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def step(request: DeskRequest, reference: str, name: str) -> HttpResponse:
    if _was_sent(request, reference):
        return redirect("court:refer_sent", reference)
    draft = _draft(request, reference)
    if name not in STEPS:
        raise Http404
    if request.method == "POST" and too_big(request):
        # Its length says so, and nothing of it was read.
        form = _form(draft, name, kept=True)
        form.add_error("order" if "order" in form.fields else None, fitness.TOO_BIG)
        return _step_page(request, draft, name, form, status=413)
    return _step(request, draft, name)


@sensitive_post_parameters()
@csrf_protect
def _step(request: DeskRequest, draft: Submission, name: str) -> HttpResponse:
    if request.method != "POST":
        return _step_page(request, draft, name, _form(draft, name))
    going_on = request.POST.get("go", "on")
    form = _form(draft, name, data=request.POST, files=request.FILES, later=going_on == "later")
    if too_big(request):
        form.add_error("order", fitness.TOO_BIG)
    if not form.is_valid() or not _kept(request, draft, form):
        return _step_page(request, draft, name, form)
    if going_on == "later":
        messages.success(request, KEPT)
        return redirect("court:refer")
    if going_on == "attach":
        return redirect("court:refer_step", reference=draft.reference, name=name)
    following = _following(draft, name)
    return redirect(f"court:refer_{'step' if following else 'check'}", draft.reference, *following)


def _kept(request: DeskRequest, draft: Submission, form: Step) -> bool:
    """The paper first: where it can't be taken, nothing of this step is kept, and the page says why."""
    now, order = clock.now(), form.cleaned_data.get("order")
    try:
        if order is not None:
            papers.attach(submission=draft, name=order.name, content=order.read(), by=request.user, now=now)
        kept = submissions.keep(submission=draft, answers=form.answers(), by=request.user, now=now)
    except Refusal as refusal:
        form.add_error("order" if order is not None else None, str(refusal))
        return False
    draft.answers = kept.answers
    return True


def _form(draft: Submission, name: str, *, kept: bool = False, **given: Any) -> Step:
    """`kept`: bound to what was kept, as if it were sent again."""
    desk = submissions.desk_of(draft)
    data = {"data": draft.answers} if kept else given or {"initial": draft.answers}
    return STEPS[name][1](desk=desk, today=clock.now().astimezone(desk.zone).date(), **data)


def _following(draft: Submission, name: str) -> list[str]:
    """The next step that still asks for something; none: everything was said."""
    names = list(STEPS)
    after = [*names[names.index(name) + 1 :], *names[: names.index(name)]]
    return [one for one in after if not _is_done(draft, one)][:1]


def _is_done(draft: Submission, name: str) -> bool:
    form = _form(draft, name, kept=True)
    was_sent = any(one in draft.answers for one in form.fields)
    return was_sent and form.is_valid()


def _step_page(request: DeskRequest, draft: Submission, name: str, form: Step, status: int = 200) -> HttpResponse:
    names = list(STEPS)
    at = names.index(name)
    steps = [
        {"label": label, "state": "current" if one == name else "done" if n < at else "ahead"}
        for n, (one, (label, _)) in enumerate(STEPS.items())
    ]
    told = {
        "draft": draft,
        "form": form,
        "steps": steps,
        "label": STEPS[name][0],
        "number": at + 1,
        "name": name,
        "before": names[at - 1] if at else "",
        "last": at == len(names) - 1,
        "papers": _papers(draft) if name == "contact" else (),
    }
    return render(request, "courts/refer_step.html", told, status=status)


# --- Once more, then it goes


@dataclass(frozen=True, slots=True)
class Part:
    """A step as it was answered."""

    name: str
    label: str
    answers: list[Answer]
    done: bool


@require_GET
@at_a_desk
def check(request: DeskRequest, reference: str) -> HttpResponse:
    if _was_sent(request, reference):
        return redirect("court:refer_sent", reference)
    return _check_page(request, _draft(request, reference))


def _check_page(request: DeskRequest, draft: Submission, refused: str = "") -> HttpResponse:
    now = clock.now()
    parts = [
        Part(name, label, answers_of(_form(draft, name), draft.answers), _is_done(draft, name))
        for name, (label, _) in STEPS.items()
    ]
    ready = all(part.done for part in parts)
    row = submissions.row_of(draft, now)
    told = {
        "draft": draft,
        "parts": parts,
        "ready": ready,
        "missing": next((part.name for part in parts if not part.done), ""),
        "papers": _papers(draft),
        "doubts": doubts(row, today=now.astimezone(request.desk.zone).date()) if ready else [],
        "refused": refused,
    }
    return render(request, "courts/refer_check.html", told, status=409 if refused else 200)


@require_POST
@at_a_desk
def send(request: DeskRequest, reference: str) -> HttpResponse:
    """Sent twice, from two tabs or by a double click, it leads both times to the one number."""
    own = _of_desk(request).filter(by=request.user, discarded_at=None).select_related(*_RELATED)
    found = get_object_or_404(own, reference=reference)
    if found.sent_at is None and (missing := [name for name in STEPS if not _is_done(found, name)]):
        return redirect("court:refer_step", reference, missing[0])
    try:
        submissions.send(submission=found, by=request.user, now=clock.now())
    except Refusal as refusal:
        return _check_page(request, found, refused=str(refusal))
    return redirect("court:refer_sent", reference)


@require_GET
@at_a_desk
def sent(request: DeskRequest, reference: str) -> HttpResponse:
    """What to keep, and what became of it; a colleague may look, and it is a look."""
    sent_ = _of_desk(request).known().exclude(sent_at=None).select_related(*_RELATED, "by")
    found = get_object_or_404(sent_, reference=reference)
    with transaction.atomic():
        record(by=request.user, now=clock.now(), verb="submission.looked_at", on=found)
    told = {"sent": found, "outcome": outcome(found), "papers": _papers(found)}
    return render(request, "courts/refer_sent.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_desk
def discard(request: DeskRequest, reference: str) -> HttpResponse:
    draft = _draft(request, reference)
    if request.method != "POST":
        return render(request, "courts/refer_discard.html", {"draft": draft})
    submissions.discard(submission=draft, by=request.user, now=clock.now())
    messages.success(request, "The draft is thrown away, with its papers.")
    return redirect("court:refer")


# --- Its papers


@require_GET
@at_a_desk
def paper(request: DeskRequest, reference: str, pk: int) -> HttpResponse:
    """As the sender's own copy; what the office makes of it is none of its business."""
    found = get_object_or_404(_of_desk(request).known().filter(discarded_at=None), reference=reference)
    if found.sent_at is None and found.by_id != request.user.pk:
        raise Http404
    shown = get_object_or_404(found.papers.filter(removed_at=None).select_related("key"), pk=pk)
    with transaction.atomic():
        record(by=request.user, now=clock.now(), verb="paper.looked_at", on=shown)
    return sandboxed(shown)


@require_POST
@at_a_desk
def remove_paper(request: DeskRequest, reference: str, pk: int) -> HttpResponse:
    draft = _draft(request, reference)
    gone = get_object_or_404(draft.papers.filter(removed_at=None).select_related("submission", "key"), pk=pk)
    papers.remove(paper=gone, by=request.user, now=clock.now())
    return redirect("court:refer_step", reference, "contact")


def _papers(of: Submission) -> list[CourtPaper]:
    return list(of.papers.filter(removed_at=None).select_related("key").defer("content").order_by("pk"))


def _of_desk(request: DeskRequest) -> Any:
    return Submission.objects.filter(court=request.desk.court, agency=request.desk.agency)


def _was_sent(request: DeskRequest, reference: str) -> bool:
    """By the person, at this desk: the browser's way back leads to how it stands, not to nothing."""
    own = _of_desk(request).known().filter(by=request.user, discarded_at=None, sent_at__isnull=False)
    return bool(own.filter(reference=reference).exists())


def _draft(request: DeskRequest, reference: str) -> Submission:
    """The person's own, at this desk; what is somebody else's, or was sent, is not found."""
    drafts = _of_desk(request).drafts_of(request.user).select_related(*_RELATED)
    found: Submission = get_object_or_404(drafts, reference=reference)
    return found
