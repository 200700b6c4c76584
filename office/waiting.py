"""Finds what waits for a person: one query a kind of line."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse, reverse_lazy

from core.templatetags.days import hour
from courts.actions import deadlines, signing
from courts.actions.deliveries import ON_PAPER
from courts.actions.proposals import OWED_BY
from courts.deadlines import DeadlineKind, add_business_days
from courts.models import Court, Deadline, Delivery, Extension, Hold, Proposal, Recipient, Referral, Report
from courts.moves import OVER, State
from courts.steps import CALLED_BACK, WITH_THE_COURT, OtherProposal, ReportKind, Step
from office import proposed, words
from office.doing import offered
from office.subjects import case, home, page, rows, session, subject
from office.today import Line
from participants.kinds import AppointmentKind
from participants.models import Appointment, NonAssociation
from programs.actions.changes import LASTS, calls_about
from programs.models import Enrollment, Seat, Session, SessionNote

AHEAD = timedelta(days=7)
# Working days of the court after which it is asked whether it has a report, and asked again.
UNANSWERED = (3, 7)
MOST_COUNTED = 100
# Of each kind; a longer list is no list for today.
AT_MOST = 200

MET_BY_SITTING = (DeadlineKind.ENROLL_BY, DeadlineKind.START_BY)

# The date that a proposed report stands for.
ITS_DATE: dict[str, DeadlineKind] = {**OWED_BY, ReportKind.NOT_ACCEPTED: DeadlineKind.PROOF_DUE_BY}

# So long after its end a session may stay open until the office sees it.
LEFT_OPEN = timedelta(hours=48)

TO_PRINT = {"button": "Print", "url": reverse_lazy("office:to_print")}

Due = dict[tuple[int, str], Deadline]


def lines(*, now: datetime, today: date) -> list[Line]:
    due = _deadlines(today)
    # These take their own dates out of what is due; the rest are lines of their own.
    found = [*_proposals(due), *_reports(due), *_waiting_for_a_seat(due), *_deliveries(), *_gone()]
    found += [*_corrections_asked(), *_not_acknowledged(now)]
    return [
        *found,
        *_to_decide(),
        *_on_hold(today),
        *_told_by_word_of_mouth(),
        *_in_one_group(),
        *_appointments(today),
        *_without_intake(),
        *_incidents(),
        *_not_logged(now),
        *_to_call(now),
        *_signing(now),
        *map(_deadline, due.values()),
    ]


def _line(record: Any, **said: Any) -> Line:
    """With whom it is about, and the first button that is offered for it, unless `said` names another."""
    about = subject(record)
    deed = next((deed for deed in offered(record) if deed.first), None)
    button = {"button": deed.label, "url": deed.url(record)} if deed else {"button": "Open", "url": home(record)}
    return Line(**{"whom": about.whom or about.what, "whom_url": about.url, **button, **said})


def _deadlines(today: date) -> Due:
    """By referral and kind; a report that is already proposed takes its own out."""
    soon = rows(Deadline).filter(state=Deadline.State.OPEN, due_on__lte=today + AHEAD)
    loud = soon.exclude(referral__state=State.ON_HOLD).exclude(kind=DeadlineKind.HEARING, due_on__lt=today)
    return {(one.referral_id, one.kind): one for one in loud.order_by("due_on")[:AT_MOST]}


def _deadline(one: Deadline) -> Line:
    return _line(
        one,
        what=DeadlineKind(one.kind).label,
        why=f"{words.day(one.due_on)} · {case(one.referral)}",
        due_on=one.due_on,
        button="Open the case",
        url=home(one),
    )


def _owed(due: Due, referral_id: int, kind: str) -> date | None:
    owed = due.pop((referral_id, ITS_DATE[kind]), None) if kind in ITS_DATE else None
    return owed.due_on if owed else None


def _proposals(due: Due) -> Iterator[Line]:
    """Who has no seat yet can make up nothing: he stands among those who wait."""
    new = rows(Proposal).filter(state=Proposal.State.OPEN, opened_at=None)
    seatless = Q(kind=OtherProposal.MAKE_UP) & ~Q(referral__enrollment__state=Enrollment.State.SEATED)
    for one in new.exclude(seatless).order_by("made_at")[:AT_MOST]:
        yield _line(
            one,
            what=proposed.title(one),
            why=f"{proposed.ground(one)} {case(one.referral)}".strip(),
            due_on=_owed(due, one.referral_id, one.kind),
            since=words.local_day(one.made_at),
            button="Look",
            url=page(one),
        )


def _gone() -> Iterator[Line]:
    """What was proposed and no longer holds, until somebody has seen it."""
    for one in rows(Proposal).filter(pk__in=Proposal.objects.gone_unseen()).order_by("settled_at")[:AT_MOST]:
        yield _line(
            one,
            what=f"No longer holds: {proposed.title(one).lower()}",
            why=f"It rested on this: {proposed.ground(one)} {case(one.referral)}",
            since=words.local_day(one.settled_at),
            button="Look",
            url=page(one),
        )


def _reports(due: Due) -> Iterator[Line]:
    for one in rows(Report).filter(state=Step.IN_REVIEW).order_by("made_at")[:AT_MOST]:
        yield _line(
            one,
            what=f"In review: {words.plain(one.kind).lower()} report",
            why=case(one.referral),
            due_on=_owed(due, one.referral_id, ReportKind(one.kind)),
            since=words.local_day(one.made_at),
            button="Go on with it",
            url=page(one),
        )


def _corrections_asked() -> Iterator[Line]:
    """Until it was answered that the report stands, or a corrected one is issued."""
    for one in rows(Report).filter(state=Step.CORRECTION_ASKED).prefetch_related("steps").order_by("id")[:AT_MOST]:
        yield _line(
            one,
            what=f"Correction asked: {words.plain(one.kind).lower()} report",
            why=case(one.referral),
            since=words.local_day(_at(one, Step.CORRECTION_ASKED)),
            button="Answer it",
            url=page(one),
            broken=True,
        )


def _at(report: Report, step: Step) -> datetime:
    """When it last took that step."""
    return max(one.at for one in report.steps.all() if one.step == step)


def _not_acknowledged(now: datetime) -> Iterator[Line]:
    """After three working days of the court, and louder after seven. Some courts never answer: no line then."""
    answers = Q(referral__court__acknowledges=Court.Acknowledges.REPLY) | Q(
        referral__court__acknowledges=Court.Acknowledges.PORTAL, pk__in=_unread_on_the_pages()
    )
    found = rows(Report).filter(answers, state__in=WITH_THE_COURT).prefetch_related("steps")
    longest_ago = now - timedelta(days=UNANSWERED[0])
    for one in found.filter(made_at__lte=longest_ago).order_by("id")[:AT_MOST]:
        told_at = max(step.at for step in one.steps.all() if step.step in WITH_THE_COURT)
        told_on = told_at.astimezone(one.referral.zone).date()
        gone = _working_days(one, told_on, now)
        if gone < UNANSWERED[0]:
            continue
        yield _line(
            one,
            what="Not acknowledged",
            why=f"The court has had it for {gone} working days: ask it. {case(one.referral)}",
            since=told_on,
            broken=gone >= UNANSWERED[1],
        )


def _unread_on_the_pages() -> Any:
    laid = Delivery.objects.filter(channel=Recipient.Channel.PORTAL, state=Delivery.State.SENT, acknowledged_at=None)
    return laid.values("document__report")


def _working_days(report: Report, since: date, now: datetime) -> int:
    """Of the court, since that day; no more are counted than one needs to know."""
    today = deadlines.today_at(report.referral, now)
    holidays = deadlines.holidays_of(report.referral, since)
    return max((n for n in range(1, MOST_COUNTED) if add_business_days(since, n, holidays) <= today), default=0)


def _deliveries() -> Iterator[Line]:
    """By hand, by mail, by fax; the courts' pages are served by a task, unless it failed there too.

    Of a court without a clerk nobody would ever see it there.
    """
    standing = rows(Delivery).exclude(state=Delivery.State.SENT)
    on_the_pages = Q(state=Delivery.State.QUEUED, channel=Recipient.Channel.PORTAL)
    by_hand = standing.exclude(on_the_pages, pk__in=Delivery.objects.with_a_clerk())
    called_back = Report.objects.in_state(*CALLED_BACK)
    # An e-mail goes by itself.
    by_itself = Q(state=Delivery.State.QUEUED, channel=Recipient.Channel.EMAIL)
    for one in by_hand.exclude(by_itself).exclude(document__report__in=called_back).order_by("id")[:AT_MOST]:
        broken = one.state != Delivery.State.QUEUED
        if not broken and one.channel == Recipient.Channel.PORTAL:
            yield _without_a_clerk(one)
            continue
        yield _line(
            one,
            what=f"Delivery {one.get_state_display().lower()}" if broken else "Deliver a copy",
            why=f"{subject(one).what} · {case(one.document.report.referral)}",
            since=words.local_day(one.document.issued_at),
            broken=broken,
            **(TO_PRINT if one.channel in ON_PAPER else {}),
        )


def _without_a_clerk(one: Delivery) -> Line:
    return _line(
        one,
        what="Waits for a clerk",
        why=f"Nobody at this court can sign in yet: invite its clerk. {case(one.document.report.referral)}",
        since=words.local_day(one.document.issued_at),
        button="Open the case",
        url=home(one),
    )


def _to_decide() -> Iterator[Line]:
    for one in rows(Referral).filter(state=State.RECEIVED).order_by("received_on")[:AT_MOST]:
        yield _line(one, what="Referral to decide", why=case(one), since=one.received_on)


def _on_hold(today: date) -> Iterator[Line]:
    """From the day on which somebody meant to look again: nothing else there makes a sound."""
    forgotten = rows(Hold).filter(ended_at=None, referral__state=State.ON_HOLD, review_on__lte=today)
    for one in forgotten.order_by("review_on")[:AT_MOST]:
        yield _line(one.referral, what="On hold: look again", why=case(one.referral), due_on=one.review_on)


def _told_by_word_of_mouth() -> Iterator[Line]:
    """The court's word, of which no paper has come yet."""
    oral = rows(Extension).filter(pk__in=Extension.objects.unconfirmed()).exclude(old__referral__state__in=OVER)
    for one in oral.order_by("made_at")[:AT_MOST]:
        yield _line(
            one,
            what="Oral extension to confirm",
            why=subject(one).what,
            since=words.local_day(one.made_at),
        )


def _in_one_group() -> Iterator[Line]:
    """Two who must not meet, where it was only said after both had been seated."""
    beside = Q(cohort__seats__to_on=None, cohort__seats__enrollment__participant=OuterRef("other"))
    shared = Seat.objects.taken().filter(beside, enrollment__participant=OuterRef("one"))
    pairs = rows(NonAssociation).filter(ended_at=None).annotate(group=Subquery(shared.values("cohort__name")[:1]))
    for one in pairs.exclude(group=None).order_by("made_at")[:AT_MOST]:
        yield _line(
            one,
            what="Must not share a group",
            whom=f"{one.one.legal_name}, {one.other.legal_name}",
            why=f"Both sit in {one.group}. Move one of them to another cohort.",
            since=words.local_day(one.made_at),
            button="Open the case",
            url=home(one),
            broken=True,
        )


def _appointments(today: date) -> Iterator[Line]:
    """Today's, and those of which nobody has said what became of them."""
    due = rows(Appointment).filter(state="planned", starts_at__date__lte=today).order_by("starts_at")
    for one in due[:AT_MOST]:
        on = words.local_day(one.starts_at)
        why = f"With {one.with_whom.name}{f', {one.place}' if one.place else ''}"
        yield _line(one, what=f"{words.plain(one.kind)} {hour(one.starts_at)}", why=why, due_on=on)


def _without_intake() -> Iterator[Line]:
    planned = Appointment.objects.planned().filter(participant=OuterRef("participant"), kind=AppointmentKind.INTAKE)
    new = rows(Enrollment).filter(~Exists(planned), state=Enrollment.State.INTAKE, silent=False)
    for one in new.order_by("opened_at")[:AT_MOST]:
        yield _line(
            one,
            what="No intake planned",
            why="Accepted, and nobody has given him a time.",
            since=words.local_day(one.opened_at),
            button="Open the case",
            url=home(one),
        )


def _waiting_for_a_seat(due: Due) -> Iterator[Line]:
    """With the day by which the court wants him seated, where it set one that is near."""
    waiting = rows(Enrollment).filter(state=Enrollment.State.WAITING, silent=False)
    for one in waiting.order_by(F("finish_by").asc(nulls_last=True), "opened_at")[:AT_MOST]:
        near = [key for key, date in due.items() if date.referral.enrollment_id == one.pk and key[1] in MET_BY_SITTING]
        seat_by = min((due.pop(key).due_on for key in near), default=None)
        by = f"To finish by {words.day(one.finish_by)}." if one.finish_by else "No date binds him."
        yield _line(
            one,
            what="Needs a seat",
            why=by,
            due_on=seat_by,
            since=words.local_day(one.opened_at),
            button="Place him",
            url=reverse("office:place", args=[one.pk]),
        )


def _incidents() -> Iterator[Line]:
    """What a facilitator wrote down for the coordinator, until somebody has seen it; the words stand on its page."""
    related = ("enrollment__participant", "session__cohort", "session__module", "session__program")
    unseen = SessionNote.objects.unseen_incidents().select_related(*related).order_by("id")
    for one in unseen[:AT_MOST]:
        man = one.enrollment.participant if one.enrollment else None
        evening = session(one.session)
        yield Line(
            what="Incident note",
            whom=man.legal_name if man else evening,
            whom_url=page(man or one.session),
            why=evening if man else "",
            since=words.local_day(one.at),
            button="Read it",
            url=reverse("office:incident", args=[one.pk]),
        )


def _not_logged(now: datetime) -> Iterator[Line]:
    """Its leader was reminded a day before."""
    begun = rows(Session).filter(state=Session.State.PLANNED, starts_at__lte=now - LEFT_OPEN).order_by("starts_at")
    for one in begun[:AT_MOST]:
        if one.ends_at + LEFT_OPEN <= now:
            yield _line(
                one,
                what="Session not closed",
                whom=session(one),
                due_on=words.local_day(one.starts_at),
                button="Open the session",
                url=page(one),
            )


def _to_call(now: datetime) -> Iterator[Line]:
    """Sessions that were canceled or moved, where somebody has no safe way to be told."""
    # What is told of a session is told while it is to come, or within a week after it.
    near = rows(Session).filter(starts_at__gt=now - 2 * LASTS)
    for one, whom in calls_about(near, now=now)[:AT_MOST]:
        people = "1 person" if len(whom) == 1 else f"{len(whom)} people"
        changed = "session canceled" if one.state == Session.State.CANCELED else "session changed"
        yield _line(
            one,
            what=f"Call {people}: {changed}",
            whom=session(one),
            why=", ".join(enrollment.participant.called for enrollment in whom),
            due_on=words.local_day(now),
            button="Open the session",
            url=reverse("sessions:roster", args=[one.pk]),
        )


def _signing(now: datetime) -> Iterator[Line]:
    """Reports that can't be signed now, or not in a month; whoever looks can tell an administrator."""
    line = partial(Line, button="See the reports", url=reverse("office:courts_report_changelist"))
    if why := signing.why_nothing_is_issued(now=now):
        yield line(what="No report can be issued", why=why, broken=True)
    elif ends_at := signing.ends_soon(now=now):
        why = "Until then an administrator puts a new one in place, or no report can be issued."
        yield line(what="The certificate that signs reports ends", why=why, due_on=words.local_day(ends_at))
