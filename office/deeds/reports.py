"""What can be done about a proposal, a report, a copy on its way."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from courts.actions import changes, deliveries, proposals, reports
from courts.models import Court, Delivery, Proposal, Report
from courts.steps import SET_BY_ONUS, OtherProposal, ReportKind, Step
from office.doing import Deed, Done, declare
from office.forms import referrals as forms
from office.subjects import home
from programs.models import Signer


def _review(proposal: Proposal, *, by: User, now: datetime) -> Done:
    report = reports.open_review(proposal=proposal, by=by, now=now)
    return Done("In review. Read it, then issue it or withdraw it.", then=home(report))


def _dismiss(proposal: Proposal, *, by: User, now: datetime) -> Done:
    proposals.dismiss(proposal=proposal, by=by, now=now)
    return Done("Dismissed. It comes again only when something changes.")


@transaction.atomic
def _done(proposal: Proposal, *, by: User, now: datetime) -> Done:
    proposals.take(proposal, by=by, now=now)
    return Done("Noted as done.")


def _take_over(proposal: Proposal, *, by: User, now: datetime) -> Done:
    changes.take_over(proposal=proposal, by=by, now=now)
    return Done("Taken over: the file says now what the list says.")


def _issue(report: Report, *, signer: Signer, by: User, now: datetime) -> Done:
    document = reports.issue(report=report, signer=signer, by=by, now=now)
    copies = document.deliveries.count()
    return Done(f"{document.number.text} is issued; {copies} {'copy is' if copies == 1 else 'copies are'} on the way.")


def _handwritten(report: Report, *, by: User, now: datetime) -> Done:
    reports.note_handwritten(report=report, by=by, now=now)
    return Done("Noted: the court has it.")


def _withdraw(report: Report, *, why: str, by: User, now: datetime) -> Done:
    reports.withdraw(report=report, why=why, by=by, now=now)
    return Done("Withdrawn.")


def _replied(report: Report, *, by: User, now: datetime) -> Done:
    deliveries.acknowledge_for(report=report, by=by, now=now)
    return Done("Acknowledged.")


def _delivered(delivery: Delivery, *, envelope: str = "", by: User, now: datetime) -> Done:
    deliveries.deliver(delivery=delivery, envelope=envelope, by=by, now=now)
    return Done("Marked as delivered.")


def _failed(delivery: Delivery, *, by: User, now: datetime, **said: Any) -> Done:
    deliveries.deliver_failed(delivery=delivery, by=by, now=now, **said)
    return Done("Noted. What the report met is owed again until it is sent.")


def _open(proposal: Proposal) -> bool:
    return proposal.state == Proposal.State.OPEN


def _state(report: Any) -> str:
    """Its newest step, which `rows` reads with it."""
    return str(report.state)


def _to_withdraw(report: Report) -> bool:
    return _state(report) not in (Step.SUPERSEDED, Step.WITHDRAWN)


def _by_reply(report: Report) -> bool:
    court = report.referral.court
    answers = court is not None and court.acknowledges == Court.Acknowledges.REPLY
    return answers and _state(report) == Step.DELIVERED


IS_REPORT = frozenset(ReportKind)
TO_BE_DONE = frozenset({OtherProposal.WARN, OtherProposal.CALL, OtherProposal.MAKE_UP})

declare(
    Deed(
        noun=Proposal,
        name="review",
        label="Open the review",
        do=_review,
        offered=lambda one: _open(one) and one.kind in IS_REPORT,
        first=True,
    ),
    Deed(
        noun=Proposal,
        name="take-over",
        label="Take over the list's data",
        do=_take_over,
        offered=lambda one: _open(one) and one.kind == OtherProposal.CHANGED_DATA,
        first=True,
    ),
    Deed(
        noun=Proposal,
        name="done",
        label="It is done",
        do=_done,
        offered=lambda one: _open(one) and one.kind in TO_BE_DONE,
        first=True,
    ),
    Deed(noun=Proposal, name="dismiss", label="Dismiss", do=_dismiss, offered=_open),
    Deed(
        noun=Report,
        name="issue",
        label="Issue and deliver",
        form=forms.Issue,
        do=_issue,
        offered=lambda report: _state(report) == Step.IN_REVIEW and report.kind in SET_BY_ONUS,
        warning="What is issued stays as it is. It gets a number, and goes to everyone confirmed below.",
        first=True,
    ),
    Deed(
        noun=Report,
        name="handwritten",
        label="It was written and delivered by hand",
        do=_handwritten,
        offered=lambda report: _state(report) == Step.IN_REVIEW and report.kind not in SET_BY_ONUS,
        warning="The date that it was owed by counts as met. Note it only when everyone has it who gets it.",
        first=True,
    ),
    Deed(noun=Report, name="replied", label="The court has acknowledged", do=_replied, offered=_by_reply),
    Deed(
        noun=Report,
        name="withdraw",
        label="Withdraw",
        form=forms.Why,
        do=_withdraw,
        offered=_to_withdraw,
        aside=True,
    ),
    Deed(
        noun=Delivery,
        name="delivered",
        label="Mark as delivered",
        form=forms.Delivered,
        do=_delivered,
        offered=lambda copy: copy.state != Delivery.State.SENT,
        first=True,
    ),
    Deed(
        noun=Delivery,
        name="failed",
        label="Failed or returned",
        form=forms.NotDelivered,
        do=_failed,
        offered=lambda copy: copy.acknowledged_at is None,
    ),
)
