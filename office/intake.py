"""The page of an intake: its sheet, kept as it is typed, and finished in one go."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core import clock, prints
from core.refusal import Refusal
from core.templatetags import days
from courts.actions import intake as actions
from office.conflicts import Both, Side, worded
from office.doing import find
from office.forms.intake import IntakeForm
from office.history import last_change
from office.looking import looked_at
from office.site import office
from office.subjects import rows, subject
from participants.kinds import AppointmentKind, AppointmentState, ContactKind
from participants.models import Appointment, IntakeSheet

# Both can be answered: the one at the browser isn't told to load anything anew.
CLASH = 409


def intake(request: HttpRequest, pk: int) -> HttpResponse:
    appointment = _appointment(pk)
    looked_at(request, appointment)
    if request.method == "POST":
        return _sent(request, appointment)
    return _page(request, appointment, _form(appointment, actions.answers_of(appointment)))


@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """As it is typed, for the page's script."""
    appointment = _appointment(pk)
    form = _form(appointment, actions.answers_of(appointment), request.POST)
    try:
        saved = _save(request, appointment, form)
    except actions.ChangedMeanwhile as clash:
        return JsonResponse(_told(form, clash), status=CLASH)
    except Refusal as refusal:
        return JsonResponse({"said": str(refusal), "over": True}, status=CLASH)
    return JsonResponse(
        {
            "said": f"Saved {days.hour(saved.sheet.changed_at)}",
            "version": saved.sheet.version,
            "as_it_was": _written(form, saved.answers),
            "theirs": {name: saved.answers.get(name, "") for name in sorted(saved.theirs)},
            "who": saved.other.name if saved.other and saved.theirs else "",
        }
    )


def _appointment(pk: int) -> Appointment:
    appointment: Appointment = get_object_or_404(rows(Appointment), pk=pk)
    if appointment.kind != AppointmentKind.INTAKE:
        raise Http404
    return appointment


def _form(appointment: Appointment, answers: dict[str, Any], sent: Any = None) -> IntakeForm:
    points = appointment.participant.contact_points.in_use().exclude(kind=ContactKind.POSTAL).order_by("id")
    enrollment = actions.enrollment_of(appointment)
    checklist = enrollment.program.eligibility.all() if enrollment else ()
    return IntakeForm(sent, initial=answers, points=points, checklist=checklist)


def _save(request: HttpRequest, appointment: Appointment, form: IntakeForm) -> actions.Saved:
    was = prints.read(request.POST.get("as_it_was", "")) or {}
    by: Any = request.user
    return actions.save(appointment=appointment, answers=form.raw(), was=was, by=by, now=clock.now())


def _written(form: IntakeForm, answers: dict[str, Any]) -> str:
    """For the page: what each of its fields said when it was made."""
    return prints.written(dict.fromkeys(form.fields, "") | answers)


def _told(form: IntakeForm, clash: actions.ChangedMeanwhile) -> dict[str, Any]:
    last = last_change(clash.sheet)
    sides = [
        {"name": name, "label": str(form.fields[name].label), "now": worded(form.fields[name], clash.now.get(name, "")),
         "value": clash.now.get(name, ""), "yours": worded(form.fields[name], form.raw()[name])}
        for name in form.fields if name in clash.seen.both
    ]  # fmt: skip
    said = f"{last.who}, {days.hour(last.at)}" if last else ""
    theirs = {name: clash.now.get(name, "") for name in sorted(clash.seen.theirs)}
    return {"said": said, "sides": sides, "theirs": theirs, "as_it_was": _written(form, clash.now)}


# --- Without a script, and finishing


def _sent(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    form = _form(appointment, actions.answers_of(appointment), request.POST)
    finishing = "finish" in request.POST
    try:
        if not finishing:
            _save(request, appointment, form)
            messages.success(request, "Saved. Nothing follows from it until you finish the intake.")
            return redirect(request.path)
        if form.is_valid():
            return _finished(request, appointment, form)
    except actions.ChangedMeanwhile as clash:
        return _both(request, appointment, form, clash)
    except Refusal as refusal:
        return _page(request, appointment, form, refused=str(refusal))
    return _page(request, appointment, form)


def _finished(request: HttpRequest, appointment: Appointment, form: IntakeForm) -> HttpResponse:
    was = prints.read(request.POST.get("as_it_was", "")) or {}
    by: Any = request.user
    done = actions.finish(
        appointment=appointment, intake=form.intake(), answers=form.raw(), was=was, by=by, now=clock.now()
    )
    messages.success(request, " ".join(done))
    return redirect(subject(appointment).url)


def _both(
    request: HttpRequest, appointment: Appointment, form: IntakeForm, clash: actions.ChangedMeanwhile
) -> HttpResponse:
    typed, seen = form.raw(), clash.seen
    sides = [
        Side(
            str(field.label),
            worded(field, clash.now.get(name, "")),
            worded(field, typed[name]) if name in seen.both else None,
        )
        for name, field in form.fields.items()
        if name in seen.both or name in seen.theirs
    ]
    stands = clash.now | {name: value for name, value in typed.items() if name not in seen.theirs}
    again = _form(appointment, stands)
    conflict = Both(sides, last_change(clash.sheet))
    return _page(request, appointment, again, conflict=conflict, as_it_was=_written(again, clash.now), status=CLASH)


def _page(
    request: HttpRequest, appointment: Appointment, form: IntakeForm, *, status: int = 200, **said: Any
) -> HttpResponse:
    sheet = IntakeSheet.objects.select_related("changed_by", "finished_by").filter(appointment=appointment).first()
    stands = request.POST.get("as_it_was") if form.is_bound else _written(form, actions.answers_of(appointment))
    settle, again = find("appointment", "settle"), find("appointment", "again")
    told = {
        "appointment": appointment,
        "about": subject(appointment),
        "form": form,
        "sheet": sheet,
        "enrollment": actions.enrollment_of(appointment),
        "as_it_was": stands,
        "once": uuid.uuid4(),
        "begun": appointment.starts_at <= clock.now(),
        "planned": appointment.state == AppointmentState.PLANNED,
        "missed": appointment.state == AppointmentState.MISSED,
        "settle_url": settle.url(appointment) if settle else "",
        "again_url": again.url(appointment) if again else "",
        "answers": _answers(form) if sheet and sheet.finished_at else [],
    }
    return render(request, "office/intake.html", office.each_context(request) | told | said, status=status)


def _answers(form: IntakeForm) -> list[tuple[str, list[tuple[str, str]]]]:
    """A finished sheet, to be read: only what was answered."""
    sections = (
        (one.title, [(str(field.label), worded(field.field, field.initial)) for field in one.fields if field.initial])
        for one in form.sections
    )
    return [(title, said) for title, said in sections if said]
