"""What was proposed and nobody has looked at, and what was proposed and no longer holds."""

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from courts.actions.proposals import OWED_BY
from courts.deadlines import DeadlineKind
from courts.models import Proposal
from courts.steps import OtherProposal, ReportKind
from office import proposed, words
from office.subjects import case, page, rows
from office.today import Line
from office.waiting.dates import Due
from office.waiting.making import about, gathered, more
from programs.models import Enrollment

# The date that a proposed report stands for.
ITS_DATE: dict[str, DeadlineKind] = {**OWED_BY, ReportKind.NOT_ACCEPTED: DeadlineKind.PROOF_DUE_BY}


def lines(due: Due) -> list[Line]:
    found = sorted(gathered(rows(Proposal), {"proposed": _new(), "gone": _gone()}), key=lambda one: one.made_at)
    url = reverse("office:courts_proposal_changelist")
    return [
        *(_proposed(one, due) if one.state == Proposal.State.OPEN else _gone_line(one) for one in found),
        *more(found, "proposed", "Proposals to look at", f"{url}?state__exact=open"),
        *more(found, "gone", "Proposals that no longer hold", f"{url}?state__exact=withdrawn"),
    ]


def _new() -> QuerySet[Proposal]:
    """Who has no seat yet can make up nothing: he stands among those who wait."""
    seatless = Q(kind=OtherProposal.MAKE_UP) & ~Q(referral__enrollment__state=Enrollment.State.SEATED)
    return rows(Proposal).filter(state=Proposal.State.OPEN, opened_at=None).exclude(seatless).order_by("made_at")


def _gone() -> QuerySet[Proposal]:
    """Until somebody has seen it."""
    return rows(Proposal).filter(pk__in=Proposal.objects.gone_unseen()).order_by("settled_at")


def _proposed(one: Proposal, due: Due) -> Line:
    return about(
        "proposed",
        one,
        what=proposed.title(one),
        why=f"{proposed.ground(one)} {case(one.referral)}".strip(),
        due_on=owed(due, one.referral_id, one.kind),
        since=words.local_day(one.made_at),
        button="Look",
        url=page(one),
    )


def _gone_line(one: Proposal) -> Line:
    assert one.settled_at is not None, "what no longer holds was settled"
    return about(
        "gone",
        one,
        what=f"No longer holds: {proposed.title(one).lower()}",
        why=f"It rested on this: {proposed.ground(one)} {case(one.referral)}",
        since=words.local_day(one.settled_at),
        button="Look",
        url=page(one),
    )


def owed(due: Due, referral: int, kind: str) -> date | None:
    """A report that is already proposed takes its own date out of what is due."""
    return due.take(referral, ITS_DATE[kind]) if kind in ITS_DATE else None
