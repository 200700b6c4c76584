"""A tap on one row: one form, one action, and the row comes back."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import roles_only
from accounts.models import User
from core import clock
from core.refusal import Refusal
from programs.actions.marks import MarkChanged, record_mark
from programs.models import Enrollment, Mark, Seat, Session
from programs.views import roster
from programs.views.rows import Row, rules_for
from programs.views.staff import STAFF, own_session, person


@require_http_methods(["GET", "POST"])
@roles_only(*STAFF)
def mark(request: HttpRequest, pk: int, person_pk: int) -> HttpResponse:
    """POST: a tap. GET: the row as it stands now, for who rather keeps a colleague's mark."""
    user = person(request)
    session = own_session(user, pk)
    if request.method == "GET":
        return _answer(request, as_it_stands(session, user, person_pk))
    row, status = tapped(session, user, person_pk, request.POST, now=clock.now())
    return _answer(request, row, status=status)


def tapped(
    session: Session, user: User, person_pk: int, data: Any, *, now: datetime, tapped_at: datetime | None = None
) -> tuple[Row, int]:
    """The row that a tap leaves, and how it went: 200 saved, 409 it asks first, 422 refused.

    `tapped_at`: when, if it had to wait for a line.
    """
    row = _seen(session, user, person_pk, data.get("seen", ""))
    row.data = data
    if not row.form.is_valid():
        return row, 422
    try:
        return _save(row, now=now, tapped_at=tapped_at), 200
    except MarkChanged as changed:
        asking = _asking(row, changed.current)
        return asking, 409 if asking.changed else 200
    except Refusal as refusal:
        row.refused = str(refusal)
        return row, 422


def _seen(session: Session, user: User, person_pk: int, seen: str) -> Row:
    """The row as the tap knew it."""
    if seen:
        if not seen.isdecimal():
            raise Http404
        shown = get_object_or_404(session.marks.for_roster(), pk=int(seen), enrollment=person_pk)
        return _row_of(shown, session, user)
    seat = Seat.objects.for_roster(session).filter(enrollment=person_pk).last()
    if seat:
        return Row(seat.enrollment, session, user, seat.cohort.policy.rules, None)
    him = get_object_or_404(Enrollment.objects.on_roster(session).for_roster(), pk=person_pk)
    return Row(him, session, user, rules_for(him, session), None)


def as_it_stands(session: Session, user: User, person_pk: int) -> Row:
    current = session.marks.current().for_roster().filter(enrollment=person_pk).first()
    return _row_of(current, session, user) if current else _seen(session, user, person_pk, "")


def _row_of(shown: Mark, session: Session, user: User) -> Row:
    return Row(shown.enrollment, session, user, rules_for(shown, session), shown)


def _save(row: Row, *, now: datetime, tapped_at: datetime | None) -> Row:
    """The row with its new mark. Raises MarkChanged, and what `record_mark` raises."""
    if row.mark and row.form.changes_nothing:
        _must_stand(row.mark, row)
        return Row(row.enrollment, row.session, row.viewer, row.rules, row.mark)
    said = row.form.for_action
    made = record_mark(
        enrollment=row.enrollment, session=row.session, tapped_at=tapped_at, by=row.viewer, now=now, **said
    )
    if made.at != now or made.enrollment_id != row.enrollment.pk or not row.form.made(made):
        # The key had made that mark before: whoever came back to an old page and chose anew is asked.
        _must_stand(made, row)
    return Row(made.enrollment, row.session, row.viewer, row.rules, made)


def _must_stand(made: Mark, row: Row) -> None:
    current = row.session.marks.current().filter(enrollment=row.enrollment).first()
    if current is None:
        raise Http404
    if current.pk != made.pk or not row.form.made(made):
        raise MarkChanged(current)


def _asking(row: Row, current: Mark) -> Row:
    """Whose mark stands, and whether it is to stay. Where both say the same, there is nothing to ask."""
    same = row.form.made(current) and row.form.cleaned_data["comment"] == row.own_note
    data: Any = None if same else row.data
    asking = Row(row.enrollment, row.session, row.viewer, row.rules, current, data=data, changed=not same)
    if asking.changed:
        asking.form.is_valid()
    return asking


def _answer(request: HttpRequest, row: Row, *, status: int = 200) -> HttpResponse:
    address = reverse("sessions:roster", args=[row.session.pk])
    if not request.headers.get("HX-Request"):
        if status == 200:
            return redirect(f"{address}#person-{row.enrollment.pk}")
        return roster.page(request, row.session, clock.now(), row=row, status=status)
    return HttpResponse(row_html(request, row), status=status)


def row_html(request: HttpRequest, row: Row) -> str:
    # Without the context processors: a row shows nothing of them, and they ask the database.
    context = {"row": row, "session": row.session, "csrf_token": get_token(request)}
    with timezone.override(row.session.program.zone):
        return render_to_string("programs/parts/mark.html", context)
