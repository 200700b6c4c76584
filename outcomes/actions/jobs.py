"""What the beat asks for: who is to be asked, whose time went by, and which links go."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.actions import event, record_all
from core.months import months_after, months_before
from messaging.addresses import reachable_by
from outcomes.actions.asking import BY, send_next
from outcomes.actions.codes import destroy_link
from outcomes.actions.instruments import ensure_shipped
from outcomes.actions.locks import hold, hold_askings
from outcomes.actions.years import close_years
from outcomes.kinds import ENDED_FOR, LINK_MONTHS, MONTHS_AFTER, OPEN_FOR, Moment, Purpose, State, Way
from outcomes.models import Agreement, Asking, FollowUpDue, Instrument, Link, Ticket
from programs.models import Enrollment, Program
from vault.models import KeyLost

# At once; the next tick goes on.
AT_ONCE = 200
# February is three days shorter, and another zone may have another day: the true one is looked at row by row.
NEAR = timedelta(days=4)


def ask_next(*, now: datetime) -> int:
    """Whoever has come to a moment after his program, and nothing is in his hands; again, while its time isn't over,
    whom nobody reached or who left it unfinished."""
    asked, lost = 0, None
    for moment in MONTHS_AFTER:
        for enrollment, due_on in islice(_come_to(moment, now), AT_ONCE):
            try:
                asked += send_next(enrollment=enrollment, moment=moment, due_on=due_on, now=now)
            except KeyLost as missing:
                # One whose key isn't there doesn't hold up the others; it is said all the same.
                lost = missing
    if lost:
        raise lost
    return asked


def _come_to(moment: Moment, now: datetime) -> Iterator[tuple[Enrollment, date]]:
    """Of those to whose code something leads; who was asked too late to answer isn't asked at all."""
    finished = Enrollment.objects.filter(state=Enrollment.State.FINISHED, pk__in=Link.objects.values("enrollment"))
    earliest = months_before(now.date(), MONTHS_AFTER[moment]) - timedelta(days=OPEN_FOR[moment])
    latest = months_before(now.date(), MONTHS_AFTER[moment]) + NEAR
    near = finished.filter(closed_at__date__gte=earliest, closed_at__date__lte=latest)
    near = near.alias(counted=Agreement.objects.said(Purpose.STATISTICS)).filter(counted=True)
    waiting = _waiting(near, moment, now)
    reached = reachable_by([one.participant_id for one in waiting if one.was_tried])
    for enrollment in waiting:
        assert enrollment.closed_at is not None, "it is finished"
        if enrollment.was_tried and enrollment.participant_id not in reached:
            continue
        due_on = months_after(enrollment.closed_at.astimezone(enrollment.program.zone).date(), MONTHS_AFTER[moment])
        if due_on <= now.astimezone(enrollment.program.zone).date():
            yield enrollment, due_on


def _waiting(near: QuerySet[Enrollment], moment: Moment, now: datetime) -> list[Any]:
    """Who agreed to be asked and has nothing in his hands, and of whom nothing is noted yet.

    `was_tried`: that he is to be asked stands there already.
    """
    his = Asking.objects.filter(enrollment=OuterRef("pk"), moment=moment)
    out = Ticket.objects.just_out(now).filter(asking__enrollment=OuterRef("pk"), asking__moment=moment)
    first = Asking.objects.first_done().filter(enrollment=OuterRef("pk"))
    wanted = Q(Exists(first), ~Exists(his.closed()), ~Exists(out), again=True)
    if moment is not Moment.AFTER:
        # That needs no word of his.
        wanted |= Q(~Exists(FollowUpDue.objects.filter(enrollment=OuterRef("pk"), moment=moment)))
    near = near.annotate(was_tried=Exists(his)).alias(again=Agreement.objects.said(Purpose.FOLLOW_UP))
    return list(near.filter(wanted).select_related("program").order_by("pk"))


def close_missed(*, now: datetime) -> int:
    """Those whose time went by: what was answered without handing it in doesn't count."""
    # What lies on paper may still be typed in.
    on_paper = Ticket.objects.filter(asking=OuterRef("pk"), way=Way.PAPER, expires_at__gt=now).exclude(sealed=b"")
    over = Asking.objects.over(now.date() - timedelta(days=1)).exclude(Exists(on_paper))
    found = list(over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    with transaction.atomic():
        # Handed in at this moment, it is none of them any more.
        missed = hold_askings(over.filter(pk__in=found).select_related("enrollment"))
        Ticket.objects.filter(asking__in=missed).update(sealed=b"")
        record_all(
            event(by=BY, now=now, verb="asking.missed", on=one.enrollment, facts={"moment": one.moment})
            for one in missed
        )
        return Asking.objects.filter(pk__in=[one.pk for one in missed]).update(state=State.MISSED)


def destroy_links(*, now: datetime) -> int:
    """Of whose last measure is over, of who ended without completing a while ago, and of all after thirteen months."""
    done = 0
    for found in _maybe_over(now):
        with transaction.atomic():
            enrollment = hold(found)
            if _is_over(enrollment, now):
                destroy_link(enrollment, now=now)
                done += 1
    return done


def _maybe_over(now: datetime) -> QuerySet[Enrollment]:
    """Few: whose last word was said, who ended long enough ago without completing, and whose time is up."""
    said = FollowUpDue.objects.filter(enrollment=OuterRef("pk"), moment=Moment.TWELVE, is_said=True)
    latest = months_before(now.date(), LINK_MONTHS) + NEAR
    ended = Q(state=Enrollment.State.ENDED, closed_at__lte=now - ENDED_FOR)
    over = Q(closed_at__date__lte=latest) | ended | Exists(said)
    closed = Enrollment.objects.filter(closed_at__isnull=False, pk__in=Link.objects.values("enrollment"))
    return closed.filter(over).select_related("program").order_by("closed_at", "pk")[:AT_ONCE]


def _is_over(enrollment: Enrollment, now: datetime) -> bool:
    """By the row as it stands now: a case that was taken up again isn't.

    What is out may still come back; who completed is asked until somebody has said what is known.
    """
    if enrollment.closed_at is None:
        return False
    zone = enrollment.program.zone
    if now.astimezone(zone).date() >= months_after(enrollment.closed_at.astimezone(zone).date(), LINK_MONTHS):
        return True
    if Asking.objects.filter(enrollment=enrollment).open().exists():
        return False
    if enrollment.state == Enrollment.State.ENDED:
        return enrollment.closed_at <= now - ENDED_FOR
    return FollowUpDue.objects.filter(enrollment=enrollment, moment=Moment.TWELVE, is_said=True).exists()


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
