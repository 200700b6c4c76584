"""A report's life up to the moment it is issued."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.actors import Actor, Task
from accounts.models import User
from audit.actions import event, record, record_all
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions import answers, deadlines, facts, proposals, reviews, signing
from courts.actions.life import StepNotPossible, add_step, last_step, said
from courts.actions.locks import locked
from courts.actions.reviews import NotPrintable
from courts.document import DocumentNotRendered, LetterNotPrintable, render
from courts.models import Delivery, IssuedDocument, NumberLedger, Proposal, Recipient, Referral, Report
from courts.moves import OVER, State
from courts.proposing import BY_ITSELF
from courts.signature import sign
from courts.signing_key import NoTimestamp, SigningKey
from courts.steps import ReportKind, Step
from courts.told import ReportFacts
from courts.verifying import hash_of, new_code, printed
from programs.models import Program, Signer

ABANDONED_AFTER = timedelta(hours=1)
# What follows from where he stands is proposed by itself.
BEGUN_BY_A_PERSON = tuple(kind for kind in ReportKind if kind not in BY_ITSELF)
# What may still be told once it is over: that he was declined; and a certificate may be lost.
TOLD_WHEN_OVER = {(State.DECLINED, ReportKind.NOT_ACCEPTED), (State.CLOSED, ReportKind.DUPLICATE_CERTIFICATE)}
SWEEPER = Task("courts.propose")


class NotAReport(Refusal):
    pass


class OnHoldOrOver(Refusal):
    pass


class NumberGone(Refusal):
    pass


class NotASigner(Refusal):
    pass


class NotStamped(Refusal):
    """The key and the certificate are well; the service that vouches for the time isn't."""


class NothingToDuplicate(Refusal):
    pass


@transaction.atomic
def open_review(*, proposal: Proposal, by: User, now: datetime) -> Report:
    """A person takes the proposal up: from now on it is a report, in review. Raises NotAReport, NoLongerOpen."""
    if proposal.kind not in list(ReportKind):
        raise NotAReport("This proposal is no report. Do what it says, or dismiss it.")
    # The proposal's row is the lock: of two people at once one opens the review.
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("referral__key").get(pk=proposal.pk)
    if locked.state != Proposal.State.OPEN:
        raise proposals.NoLongerOpen("Somebody has settled this proposal already. Look at it again.")
    report, new = Report.objects.get_or_create(
        proposal=locked, defaults={"referral": locked.referral, "kind": locked.kind, "made_at": now}
    )
    if new:
        Proposal.objects.filter(pk=locked.pk).update(opened_at=now)
        add_step(report, Step.PROPOSED, by=by, now=now)
        add_step(report, Step.IN_REVIEW, by=by, now=now)
    return report


@transaction.atomic
def begin(*, referral: Referral, kind: ReportKind, by: User, now: datetime) -> Report:
    """One that follows from no rule: that somebody is discharged, or couldn't begin, a person decides.

    Raises NotAReport, OnHoldOrOver, InReview.
    """
    if kind not in BEGUN_BY_A_PERSON:
        raise NotAReport("This report is proposed by itself, as soon as there is reason for it.")
    referral = locked(referral)
    if referral.state in OVER and (referral.state, kind) not in TOLD_WHEN_OVER:
        raise OnHoldOrOver("The referral is over. Open it again, then begin the report.")
    proposal = proposals.propose(referral=referral, kind=kind, facts={}, by=by, now=now)
    return open_review(proposal=proposal, by=by, now=now)


@transaction.atomic
def duplicate(*, report: Report, by: User, now: datetime) -> Report:
    """Begin a duplicate of the certificate that was issued with this report, also when the case is closed.

    Raises NothingToDuplicate, InReview.
    """
    standing = last_step(report) not in (None, Step.PROPOSED, Step.IN_REVIEW, Step.SUPERSEDED, Step.WITHDRAWN)
    if report.kind != ReportKind.COMPLETION or not standing:
        raise NothingToDuplicate("Only a certificate that was issued and still stands can be duplicated.")
    return begin(referral=report.referral, kind=ReportKind.DUPLICATE_CERTIFICATE, by=by, now=now)


def issue(*, report: Report, signer: Signer, by: User, now: datetime) -> IssuedDocument:
    """Number, render, sign, and put it on its way. The number is taken first, in a transaction of its own, and is
    void if the rest fails: the ledger has no gap, and neither rendering nor signing holds a lock.

    Raises StepNotPossible, OnHoldOrOver, NotASigner, NotStamped, and what `signing_key`, `reviews.facts_of` and
    `reviews.check` raise.
    """
    may_issue(report, signer=signer, now=now)
    key = signing.signing_key(now=now)
    # Before a number is taken: whoever isn't through, or can't be printed, gets none.
    told, recipients = reviews.facts_of(report, signer=signer, now=now)
    reviews.check(report, told, by=by, now=now)
    number = reserve_number(report=report, now=now)
    told = facts.numbered(told, number.text)
    told["verify"] = printed(site=settings.SITE_URL, number=number.text, code=new_code())
    try:
        content = _signed(_rendered(report.kind, told), key, now)
        return _put_on_its_way(report, number, told, content, signer, recipients, by, now)
    except Exception as error:
        void(number=number, reason=type(error).__name__, by=by, now=now)
        raise


def may_issue(report: Report, *, signer: Signer, now: datetime) -> None:
    """As far as can be said without its facts. Raises StepNotPossible, OnHoldOrOver, NotASigner, and for the key."""
    last = last_step(report)
    if last is not Step.IN_REVIEW:
        raise StepNotPossible(f"This report is {said(last)}. Only one in review can be issued.")
    goes_on(report, Referral.objects.values_list("state", flat=True).get(pk=report.referral_id))
    if signer.ended_at is not None or signer.program_id != report.referral.program_id:
        raise NotASigner("This person doesn't sign for the program. Choose another signer.")
    signing.signing_key(now=now)


def goes_on(report: Report, state: str) -> None:
    """Whether its court is told anything in that state of the referral. Raises OnHoldOrOver."""
    if state == State.ON_HOLD:
        raise OnHoldOrOver("The referral is on hold. Take it up again, then issue the report.")
    # What went out wrong is corrected also after the case is over.
    if state in OVER and report.supersedes_id is None and (state, report.kind) not in TOLD_WHEN_OVER:
        raise OnHoldOrOver("The referral is over. Open it again, then issue the report.")


@transaction.atomic(durable=True)
def reserve_number(*, report: Report, now: datetime) -> NumberLedger:
    """The next number of the program's year; the program's row is the lock under which it is counted."""
    program = Program.objects.select_for_update(no_key=True).get(pk=report.referral.program_id)
    year = now.astimezone(program.zone).year
    used = NumberLedger.objects.filter(program=program, year=year).aggregate(last=Max("n"))["last"] or 0
    return NumberLedger.objects.create(program=program, year=year, n=used + 1, report=report, reserved_at=now)


@transaction.atomic
def void(*, number: NumberLedger, reason: str, by: Actor, now: datetime) -> None:
    """The number stays in the ledger, with the reason why no document has it."""
    voided = NumberLedger.objects.filter(pk=number.pk, settled=None)
    if voided.update(settled=NumberLedger.Settled.VOID, void_reason=reason):
        record(by=by, now=now, verb="number.void", on=number, facts={"reason": reason})


def void_abandoned(*, now: datetime) -> int:
    """Numbers whose process died while the document was made; how many were voided."""
    abandoned = NumberLedger.objects.filter(settled=None, reserved_at__lt=now - ABANDONED_AFTER)
    for number in abandoned:
        void(number=number, reason="abandoned", by=SWEEPER, now=now)
    return len(abandoned)


def _rendered(kind: str, told: ReportFacts) -> bytes:
    try:
        return render(kind, told)
    except (LetterNotPrintable, DocumentNotRendered) as error:
        raise NotPrintable(str(error)) from error


def _signed(content: bytes, key: SigningKey, now: datetime) -> bytes:
    try:
        return sign(content, key=key, at=now)
    except NoTimestamp as error:
        raise NotStamped("The time stamp service doesn't answer. Nothing was issued; try again later.") from error


@transaction.atomic
def _put_on_its_way(
    report: Report,
    number: NumberLedger,
    told: ReportFacts,
    content: bytes,
    signer: Signer,
    recipients: list[Recipient],
    by: User,
    now: datetime,
) -> IssuedDocument:
    # While the document was made the court may have put the case on hold.
    goes_on(report, locked(report.referral).state)
    add_step(report, Step.ISSUED, by=by, now=now)
    if report.supersedes is not None:
        _supersede(report.supersedes, report, by, now)
    reserved = NumberLedger.objects.filter(pk=number.pk, settled=None)
    if not reserved.update(settled=NumberLedger.Settled.USED):
        raise NumberGone("Making the document took so long that its number was given up. Issue it again.")
    document = IssuedDocument.objects.create(
        report=report,
        number=number,
        snapshot=told,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        code_hash=hash_of(told["verify"]),
        signer=signer,
        issued_at=now,
        issued_by=by,
    )
    proposals.take(report.proposal, by=by, now=now)
    deliveries = Delivery.objects.bulk_create(
        Delivery(document=document, recipient=one, channel=one.channel) for one in recipients
    )
    record_all(
        event(by=by, now=now, verb="delivery.queued", on=one, facts={"report": report.pk, "channel": one.channel})
        for one in deliveries
    )
    nudge("courts.deliver")
    return document


def _supersede(old: Report, new: Report, by: User, now: datetime) -> None:
    """Its copies that haven't gone yet go no more; the case that it closed is closed by the new one."""
    add_step(old, Step.SUPERSEDED, by=by, now=now)
    Referral.objects.filter(closing_report=old).update(closing_report=new)


@transaction.atomic
def withdraw(*, report: Report, why: str, by: User, now: datetime) -> None:
    """What it met is owed again. Copies that haven't gone yet stay where they are. Raises StepNotPossible."""
    referral = locked(report.referral)
    add_step(report, Step.WITHDRAWN, note=why, by=by, now=now)
    proposal = Proposal.objects.select_related("referral").get(report=report)
    if proposal.state == Proposal.State.OPEN:
        proposals.drop(proposal, by=by, now=now)
        return
    answers.tell_withdrawn(report, now=now)
    if report.steps.filter(step=Step.DELIVERED).exists():
        _owe_again(referral, report, by, now)
    if referral.enrollment is not None:
        proposals.follow(referral.enrollment, by=by, now=now)


def _owe_again(referral: Referral, report: Report, by: User, now: datetime) -> None:
    kinds = deadlines.MET_BY_REPORT.get(report.kind, ())
    deadlines.unmeet(referral, kinds, by=by, now=now)
    if referral.state == State.CLOSED:
        # Nothing binds while it is closed; opened again, its dates are laid anew.
        deadlines.waive(referral, kinds, by=by, now=now)
