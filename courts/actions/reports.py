"""A report's life up to the moment it is issued."""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.actors import Actor, Task, person
from accounts.models import User
from audit.actions import event, record, record_all
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions import deadlines, proposals
from courts.actions.facts import completion_facts
from courts.actions.locks import locked
from courts.document import CompletionFacts, DocumentNotRendered, LetterNotPrintable, check_letters, render
from courts.models import Delivery, IssuedDocument, NumberLedger, Proposal, Recipient, Referral, Report, ReportStep
from courts.moves import OVER, State
from courts.proposing import BY_ITSELF
from courts.steps import SET_BY_ONUS, ReportKind, Step, may_follow
from programs.models import Program, Signer

ABANDONED_AFTER = timedelta(hours=1)
# What follows from where he stands is proposed by itself.
BEGUN_BY_A_PERSON = tuple(kind for kind in ReportKind if kind not in BY_ITSELF)
SWEEPER = Task("courts.propose")


class StepNotPossible(Refusal):
    pass


class NotAReport(Refusal):
    pass


class NotYetWritten(Refusal):
    """There is no document for that kind yet."""


class SetByOnus(Refusal):
    """It isn't written by hand."""


class OnHoldOrOver(Refusal):
    pass


class NotPrintable(Refusal):
    pass


class NumberGone(Refusal):
    pass


class NobodyToReceive(Refusal):
    pass


class NotConfirmed(Refusal):
    """A party would be left out."""


class NotASigner(Refusal):
    pass


def last_step(report: Report) -> Step | None:
    newest = _newest(report)
    return Step(newest.step) if newest else None


def _newest(report: Report) -> ReportStep | None:
    return report.steps.order_by("-number").first()


def add_step(report: Report, step: Step, *, note: str = "", by: Actor, now: datetime) -> None:
    """Append a step. Raises StepNotPossible, also when somebody took another step at the same time."""
    newest = _newest(report)
    last = Step(newest.step) if newest else None
    if not may_follow(last, step):
        raise StepNotPossible(f"This report is {_said(last)}. It can't be {_said(step)} from there.")
    # Numbered after the very step that was looked at: whoever is faster takes the number.
    number = newest.number + 1 if newest else 1
    try:
        with transaction.atomic():
            ReportStep.objects.create(report=report, number=number, step=step, note=note, at=now, by=person(by))
    except IntegrityError:
        raise StepNotPossible("Somebody has gone on with this report since. Look at it again.") from None
    record(by=by, now=now, verb=f"report.{step}", on=report, facts={"kind": report.kind})


def _said(step: Step | None) -> str:
    return step.replace("_", " ") if step else "new"


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
    if referral.state in OVER and (referral.state, kind) != (State.DECLINED, ReportKind.NOT_ACCEPTED):
        raise OnHoldOrOver("The referral is over. Open it again, then begin the report.")
    proposal = proposals.propose(referral=referral, kind=kind, facts={}, by=by, now=now)
    return open_review(proposal=proposal, by=by, now=now)


def recipients_of(report: Report, *, now: datetime) -> list[Recipient]:
    """Those confirmed who want this kind, and whose release, where there is one, runs today."""
    today = deadlines.today_at(report.referral, now)
    confirmed = report.referral.recipients.confirmed().order_by("id")
    return [one for one in confirmed if one.wants(ReportKind(report.kind)) and one.may_be_told_on(today)]


def issue(*, report: Report, signer: Signer, by: User, now: datetime) -> IssuedDocument:
    """Number, render, and put it on its way. The number is taken first, in a transaction of its own, and is
    void if the rest fails: the ledger has no gap, and rendering holds no lock.

    Raises StepNotPossible, NotYetWritten, OnHoldOrOver, NotASigner, NobodyToReceive, NotConfirmed,
    NotPrintable, and what `completion_facts` raises.
    """
    _may_issue(report, signer)
    recipients = recipients_of(report, now=now)
    if not recipients:
        raise NobodyToReceive("Nobody is confirmed to receive this report. Confirm an address by calling back.")
    _all_confirmed(report)
    # Before a number is taken: whoever isn't through, or can't be printed, gets none.
    facts = completion_facts(report.referral, signer=signer, recipients=recipients, now=now)
    _may_print(facts)
    number = reserve_number(report=report, now=now)
    facts["number"] = facts["certificate_number"] = number.text
    try:
        content = _rendered(facts)
        return _put_on_its_way(report, number, facts, content, signer, recipients, by, now)
    except Exception as error:
        void(number=number, reason=type(error).__name__, by=by, now=now)
        raise


def _may_issue(report: Report, signer: Signer) -> None:
    if report.kind not in SET_BY_ONUS:
        kind = report.kind.replace("_", " ")
        raise NotYetWritten(
            f"Onus can't set a {kind} report yet. Write it and deliver it by hand, then note here that you did."
        )
    last = last_step(report)
    if last is not Step.IN_REVIEW:
        raise StepNotPossible(f"This report is {_said(last)}. Only one in review can be issued.")
    state = Referral.objects.values_list("state", flat=True).get(pk=report.referral_id)
    if state == State.ON_HOLD:
        raise OnHoldOrOver("The referral is on hold. Take it up again, then issue the report.")
    if state in OVER:
        raise OnHoldOrOver("The referral is over. Open it again, then issue the report.")
    if signer.ended_at is not None or signer.program_id != report.referral.program_id:
        raise NotASigner("This person doesn't sign for the program. Choose another signer.")


def _all_confirmed(report: Report) -> None:
    """All parties are copied: none is left out because nobody has called back yet."""
    unconfirmed = report.referral.recipients.to_be_confirmed().order_by("id")
    left_out = [one for one in unconfirmed if one.wants(ReportKind(report.kind))]
    roles = list(dict.fromkeys(one.get_role_display() for one in left_out))
    if not roles:
        return
    named = " and ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
    raise NotConfirmed(
        f"{named} {'is' if len(roles) == 1 else 'are'} not confirmed yet. "
        "Call back and confirm each address, or end the one that no longer applies."
    )


def _may_print(facts: CompletionFacts) -> None:
    try:
        check_letters(facts)
    except LetterNotPrintable as error:
        raise NotPrintable(str(error)) from error


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


def _rendered(facts: CompletionFacts) -> bytes:
    try:
        return render("completion", facts)
    except (LetterNotPrintable, DocumentNotRendered) as error:
        raise NotPrintable(str(error)) from error


@transaction.atomic
def _put_on_its_way(
    report: Report,
    number: NumberLedger,
    facts: CompletionFacts,
    content: bytes,
    signer: Signer,
    recipients: list[Recipient],
    by: User,
    now: datetime,
) -> IssuedDocument:
    add_step(report, Step.ISSUED, by=by, now=now)
    reserved = NumberLedger.objects.filter(pk=number.pk, settled=None)
    if not reserved.update(settled=NumberLedger.Settled.USED):
        raise NumberGone("Making the document took so long that its number was given up. Issue it again.")
    document = IssuedDocument.objects.create(
        report=report,
        number=number,
        snapshot=facts,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
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


@transaction.atomic
def note_handwritten(*, report: Report, by: User, now: datetime) -> None:
    """Of a kind that Onus can't set yet: it was written, signed and delivered without it. It has no number here.

    Raises SetByOnus, StepNotPossible.
    """
    if report.kind in SET_BY_ONUS:
        raise SetByOnus("Onus sets this report itself. Issue it here.")
    referral = locked(report.referral)
    last = last_step(report)
    if last is not Step.IN_REVIEW:
        raise StepNotPossible(f"This report is {_said(last)}. Only one in review can be noted as delivered.")
    for step in (Step.ISSUED, Step.DELIVERED):
        add_step(report, step, note="Written and delivered by hand.", by=by, now=now)
    proposals.take(Proposal.objects.select_related("referral").get(report=report), by=by, now=now)
    deadlines.meet(referral, deadlines.MET_BY_REPORT.get(report.kind, ()), by=by, now=now)


@transaction.atomic
def withdraw(*, report: Report, why: str, by: User, now: datetime) -> None:
    """What it met is owed again. Copies that haven't gone yet stay where they are. Raises StepNotPossible."""
    referral = locked(report.referral)
    add_step(report, Step.WITHDRAWN, note=why, by=by, now=now)
    proposal = Proposal.objects.select_related("referral").get(report=report)
    if proposal.state == Proposal.State.OPEN:
        proposals.drop(proposal, by=by, now=now)
        return
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
