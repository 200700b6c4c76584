"""What can be done about a proposal, a report, a copy on its way."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from courts.actions import changes, corrections, deliveries, proposals, reminding, reports, reviews
from courts.models import Court, Delivery, Proposal, Recipient, Report
from courts.steps import WITH_THE_COURT, OtherProposal, ReportKind, Step, may_follow
from office.doing import Deed, Done, declare
from office.forms import referrals as forms
from office.forms import reports as report_forms
from office.subjects import home, session
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


def _book(proposal: Proposal, *, by: User, now: datetime) -> Done:
    booked = proposals.book(proposal=proposal, by=by, now=now)
    named = "; ".join(session(one.session) for one in booked)
    return Done(f"Booked: {named}.")


def _see(proposal: Proposal, *, by: User, now: datetime) -> Done:
    proposals.see(proposal=proposal, by=by, now=now)
    return Done("Seen. It doesn't stand under Today any more.")


def _take_over(proposal: Proposal, *, by: User, now: datetime) -> Done:
    changes.take_over(proposal=proposal, by=by, now=now)
    return Done("Taken over: the file says now what the list says.")


def _write(report: Report, *, words: dict[str, str], by: User, now: datetime) -> Done:
    reviews.write(report=report, words=words, by=by, now=now)
    return Done("Written. Read the pages again.", then=home(report))


def _looked(report: Report, *, by: User, now: datetime, **said: Any) -> Done:
    reviews.review(report=report, by=by, now=now, **said)
    return Done("Noted that you have read it. Confirm it tomorrow, or later.", then=home(report))


def _issue(report: Report, *, facts_sha256: str, signer: Signer, by: User, now: datetime) -> Done:
    reports.may_issue(report, signer=signer, now=now)
    reviews.review(report=report, facts_sha256=facts_sha256, signer=signer, to_issue=True, by=by, now=now)
    document = reports.issue(report=report, signer=signer, by=by, now=now)
    copies = document.deliveries.count()
    return Done(f"{document.number.text} is issued; {copies} {'copy is' if copies == 1 else 'copies are'} on the way.")


def _withdraw(report: Report, *, why: str, by: User, now: datetime) -> Done:
    reports.withdraw(report=report, why=why, by=by, now=now)
    return Done("Withdrawn.")


def _asked(report: Report, *, text: str, by: User, now: datetime) -> Done:
    corrections.ask(report=report, text=text, by=by, now=now)
    return Done("Noted. Answer that it stands, or correct it.")


def _stands(report: Report, *, answer: str, by: User, now: datetime) -> Done:
    corrections.stand(report=report, answer=answer, by=by, now=now)
    return Done("Noted: it stands, and the court was answered.")


def _correct(report: Report, *, what_changed: str, by: User, now: datetime) -> Done:
    made = corrections.correct(report=report, what_changed=what_changed, by=by, now=now)
    return Done("In review. When it is issued, the one that it corrects is superseded.", then=home(made))


def _duplicate(report: Report, *, by: User, now: datetime) -> Done:
    made = reports.duplicate(report=report, by=by, now=now)
    return Done("In review. It cites the certificate that it repeats.", then=home(made))


def _replied(report: Report, *, by: User, now: datetime) -> Done:
    deliveries.acknowledge_for(report=report, by=by, now=now)
    return Done("Acknowledged.")


def _remind(report: Report, *, by: User, now: datetime) -> Done:
    told = reminding.remind(report=report, by=by, now=now)
    return Done(f"{told} {'e-mail goes' if told == 1 else 'e-mails go'} to the court.")


def _delivered(delivery: Delivery, *, envelope: str = "", by: User, now: datetime) -> Done:
    deliveries.deliver(delivery=delivery, envelope=envelope, by=by, now=now)
    return Done("Marked as delivered.")


def _failed(delivery: Delivery, *, by: User, now: datetime, **said: Any) -> Done:
    deliveries.deliver_failed(delivery=delivery, by=by, now=now, **said)
    return Done("Noted. What the report met is owed again until it is sent.")


def _open(proposal: Proposal) -> bool:
    return proposal.state == Proposal.State.OPEN


def _names_makeups(proposal: Proposal) -> bool:
    return _open(proposal) and proposal.kind == OtherProposal.MAKE_UP and bool(proposal.facts.get("makeups"))


def _gone_unseen(proposal: Proposal) -> bool:
    by_a_task = proposal.state == Proposal.State.WITHDRAWN and proposal.settled_by_id is None
    return by_a_task and proposal.seen_at is None


def _state(report: Any) -> str:
    """Its newest step, which `rows` reads with it; empty: none yet."""
    return str(report.state or "")


def _to_withdraw(report: Report) -> bool:
    return _state(report) not in (Step.SUPERSEDED, Step.WITHDRAWN)


def _by_reply(report: Report) -> bool:
    court = report.referral.court
    answers = court is not None and court.acknowledges == Court.Acknowledges.REPLY
    return answers and may_follow(Step(_state(report)), Step.ACKNOWLEDGED)


def _unread(report: Report) -> bool:
    court = report.referral.court
    return court is not None and court.acknowledges == Court.Acknowledges.PORTAL and _state(report) in WITH_THE_COURT


def _in_review(report: Report) -> bool:
    return _state(report) == Step.IN_REVIEW


def _may_take(step: Step) -> Callable[[Report], bool]:
    return lambda report: bool(_state(report)) and may_follow(Step(_state(report)), step)


def _to_duplicate(report: Report) -> bool:
    return report.kind == ReportKind.COMPLETION and _may_take(Step.SUPERSEDED)(report)


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
        name="book",
        label="Book this make-up",
        do=_book,
        offered=_names_makeups,
        first=True,
    ),
    Deed(
        noun=Proposal,
        name="done",
        label="It is done",
        do=_done,
        offered=lambda one: _open(one) and one.kind in TO_BE_DONE and not _names_makeups(one),
        first=True,
    ),
    Deed(noun=Proposal, name="done-otherwise", label="It is done otherwise", do=_done, offered=_names_makeups),
    Deed(noun=Proposal, name="dismiss", label="Dismiss", do=_dismiss, offered=_open),
    Deed(noun=Proposal, name="see", label="I have seen it", do=_see, offered=_gone_unseen, first=True),
    Deed(
        noun=Report,
        name="words",
        label="Save what is written",
        form=report_forms.Words,
        do=_write,
        offered=lambda report: _in_review(report) and bool(reviews.fields_of(report)),
        within=True,
    ),
    Deed(
        noun=Report,
        name="looked",
        label="I have read it",
        form=report_forms.LookedAt,
        do=_looked,
        offered=_in_review,
        within=True,
    ),
    Deed(
        noun=Report,
        name="issue",
        label="Issue and deliver",
        form=report_forms.LookedAt,
        do=_issue,
        offered=_in_review,
        within=True,
        warning="What is issued stays as it is. It gets a number, and goes to everyone confirmed.",
    ),
    Deed(
        noun=Report,
        name="replied",
        label="The court has acknowledged",
        do=_replied,
        offered=_by_reply,
        first=True,
    ),
    Deed(
        noun=Report,
        name="remind",
        label="Remind the clerk",
        do=_remind,
        offered=_unread,
        first=True,
    ),
    Deed(
        noun=Report,
        name="stands",
        label="It stands: note the answer",
        form=report_forms.Answer,
        do=_stands,
        offered=_may_take(Step.STANDS),
    ),
    Deed(
        noun=Report,
        name="correct",
        label="Begin a corrected report",
        form=report_forms.Correct,
        do=_correct,
        offered=_may_take(Step.SUPERSEDED),
        warning="This one stays as it is until the corrected one is issued; then it is superseded.",
        aside=True,
    ),
    Deed(
        noun=Report,
        name="correction-asked",
        label="The court asks for a correction",
        form=report_forms.Asked,
        do=_asked,
        offered=_may_take(Step.CORRECTION_ASKED),
        aside=True,
    ),
    Deed(
        noun=Report,
        name="duplicate",
        label="Begin a duplicate of the certificate",
        do=_duplicate,
        offered=_to_duplicate,
        aside=True,
    ),
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
        # By e-mail it counts when its message has gone.
        offered=lambda copy: copy.state != Delivery.State.SENT and copy.channel != Recipient.Channel.EMAIL,
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
