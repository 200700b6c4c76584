"""What the beat asks for: who is to be asked, whose time went by, and which links go."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from audit.actions import event, record_all
from core.months import months_after, months_before
from outcomes.actions.asking import BY, send_next
from outcomes.actions.codes import destroy_link
from outcomes.actions.instruments import ensure_shipped
from outcomes.actions.years import close_years
from outcomes.kinds import LINK_MONTHS, MONTHS_AFTER, OPEN_FOR, Moment, Purpose, State, Way
from outcomes.models import Agreement, Asking, FollowUpDue, Instrument, Link, Ticket
from programs.models import Enrollment, Program
from vault.models import KeyLost

# At once; the next tick goes on.
AT_ONCE = 200


def ask_next(*, now: datetime) -> int:
    """Whoever has come to a moment after his program, and wasn't asked at it yet."""
    asked, lost = 0, None
    for moment in MONTHS_AFTER:
        for enrollment, due_on in _come_to(moment, now):
            try:
                asked += send_next(enrollment=enrollment, moment=moment, due_on=due_on, now=now)
            except KeyLost as missing:
                # One whose key isn't there doesn't hold up the others; it is said all the same.
                lost = missing
    if lost:
        raise lost
    return asked


def _agreed(purpose: Purpose) -> Subquery:
    """What he said last; null: he wasn't asked."""
    said = Agreement.objects.filter(enrollment=OuterRef("pk"), purpose=purpose).order_by("-pk")
    return Subquery(said.values("given")[:1])


def _come_to(moment: Moment, now: datetime) -> Iterator[tuple[Enrollment, date]]:
    """Of those to whose code something leads; who was asked too late to answer isn't asked at all."""
    finished = Enrollment.objects.filter(state=Enrollment.State.FINISHED, pk__in=Link.objects.values("enrollment"))
    asked = Exists(Asking.objects.filter(enrollment=OuterRef("pk"), moment=moment))
    noted = Exists(FollowUpDue.objects.filter(enrollment=OuterRef("pk"), moment=moment))
    done = asked if moment is Moment.AFTER else noted
    earliest = months_before(now.date(), MONTHS_AFTER[moment]) - timedelta(days=OPEN_FOR[moment])
    latest = months_before(now.date(), MONTHS_AFTER[moment]) + timedelta(days=1)
    near = finished.filter(closed_at__date__gte=earliest, closed_at__date__lte=latest).exclude(done)
    near = near.alias(counted=_agreed(Purpose.STATISTICS), again=_agreed(Purpose.FOLLOW_UP)).filter(counted=True)
    if moment is Moment.AFTER:
        # Later it is noted, too, whether a new arrest is known; that needs no word of his.
        near = near.filter(again=True)
    for enrollment in near.select_related("program").order_by("pk")[:AT_ONCE]:
        assert enrollment.closed_at is not None, "it is finished"
        due_on = months_after(enrollment.closed_at.astimezone(enrollment.program.zone).date(), MONTHS_AFTER[moment])
        if due_on <= now.astimezone(enrollment.program.zone).date():
            yield enrollment, due_on


def close_missed(*, now: datetime) -> int:
    """Those whose time went by: what was answered without handing it in doesn't count."""
    # What lies on paper may still be typed in.
    on_paper = Ticket.objects.filter(asking=OuterRef("pk"), way=Way.PAPER, expires_at__gt=now).exclude(sealed=b"")
    over = Asking.objects.over(now.date() - timedelta(days=1)).exclude(Exists(on_paper))
    with transaction.atomic():
        missed = list(over.select_related("enrollment").order_by("pk")[:AT_ONCE])
        Ticket.objects.filter(asking__in=missed).update(sealed=b"")
        record_all(
            event(by=BY, now=now, verb="asking.missed", on=one.enrollment, facts={"moment": one.moment})
            for one in missed
        )
        return Asking.objects.filter(pk__in=[one.pk for one in missed]).open().update(state=State.MISSED)


def destroy_links(*, now: datetime) -> int:
    """Of whose last measure is over, and of all whose program ended thirteen months ago."""
    done = 0
    for enrollment in _maybe_over(now):
        if _is_long_over(enrollment, now) or not _is_asked(enrollment):
            with transaction.atomic():
                destroy_link(enrollment, now=now)
            done += 1
    return done


def _maybe_over(now: datetime) -> QuerySet[Enrollment]:
    """Few: whose last word was said, who didn't complete and so isn't asked again, and whose time is up."""
    said = FollowUpDue.objects.filter(enrollment=OuterRef("pk"), moment=Moment.TWELVE, is_said=True)
    earliest = months_before(now.date(), LINK_MONTHS) + timedelta(days=1)
    over = Q(closed_at__date__lte=earliest) | ~Q(state=Enrollment.State.FINISHED) | Exists(said)
    closed = Enrollment.objects.filter(closed_at__isnull=False, pk__in=Link.objects.values("enrollment"))
    return closed.filter(over).select_related("program").order_by("closed_at", "pk")[:AT_ONCE]


def _is_long_over(enrollment: Enrollment, now: datetime) -> bool:
    assert enrollment.closed_at is not None, "only closed ones are looked at"
    zone = enrollment.program.zone
    return now.astimezone(zone).date() >= months_after(enrollment.closed_at.astimezone(zone).date(), LINK_MONTHS)


def _is_asked(enrollment: Enrollment) -> bool:
    """What is out may still come back; who completed is asked until somebody has said what is known."""
    if Asking.objects.filter(enrollment=enrollment).open().exists():
        return True
    last = FollowUpDue.objects.filter(enrollment=enrollment, moment=Moment.TWELVE, is_said=True)
    return enrollment.state == Enrollment.State.FINISHED and not last.exists()


def bring_along(*, now: datetime) -> int:
    """A program without an instrument begins with ours."""
    without = Program.objects.exclude(pk__in=Instrument.objects.values("program")).order_by("pk")
    for program in without:
        ensure_shipped(program, now=now)
    return len(without)


PLAN: Mapping[str, Callable[..., int]] = {
    "instruments": bring_along,
    "questions_asked": ask_next,
    "questions_missed": close_missed,
    "links_gone": destroy_links,
    "years_closed": close_years,
}
