"""A court asks for a correction: the report stands, with an answer, or another one takes its place."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import words as free
from courts.actions import answers, proposals
from courts.actions.life import StepNotPossible, add_step, last_step, said
from courts.actions.locks import locked
from courts.actions.reviews import WordsNotFit
from courts.models import IssuedDocument, Proposal, Report
from courts.steps import ReportKind, Step, may_follow


class NothingSaid(Refusal):
    pass


class CorrectedAlready(Refusal):
    pass


class NoDocument(Refusal):
    """It was written by hand, before Onus could set its kind."""


@transaction.atomic
def ask(*, report: Report, text: str, by: User, now: datetime) -> None:
    """The court wants it otherwise; `text` is what it said. Raises NothingSaid, StepNotPossible."""
    _need(text, "Write down what the court asked for.")
    locked(report.referral)
    if last_step(report) is Step.CORRECTION_ASKED:
        raise StepNotPossible("A correction was asked for already. The program has yet to answer.")
    add_step(report, Step.CORRECTION_ASKED, note=text, by=by, now=now)


@transaction.atomic
def stand(*, report: Report, answer: str, by: User, now: datetime) -> None:
    """It is right as it is, and the court was answered so. Raises NothingSaid, StepNotPossible."""
    _need(answer, "Write down what the court was answered.")
    locked(report.referral)
    add_step(report, Step.STANDS, note=answer, by=by, now=now)
    answers.tell_answered(report, now=now)


def _need(text: str, sentence: str) -> None:
    if not text.strip():
        raise NothingSaid(sentence)


@transaction.atomic
def correct(*, report: Report, what_changed: str, by: User, now: datetime) -> Report:
    """Another one of its kind, in review; when that is issued, this one is superseded, and not before.

    Raises StepNotPossible, NoDocument, CorrectedAlready, WordsNotFit, InReview.
    """
    referral = locked(report.referral)
    last = last_step(report)
    if not may_follow(last, Step.SUPERSEDED):
        raise StepNotPossible(f"This report is {said(last)}. Only one that was issued can be corrected.")
    if not IssuedDocument.objects.filter(report=report).exists():
        raise NoDocument("This report was written by hand: correct it by hand, and withdraw it here.")
    _give_up_withdrawn(report, by, now)
    if Report.objects.filter(supersedes=report).exists():
        raise CorrectedAlready("A corrected report is being made already. Go on with that one.")
    kind = ReportKind(report.kind)
    words = (report.words or {}) | {"what_changed": what_changed.strip()}
    if why_not := free.why_not(kind, words, corrects=True):
        raise WordsNotFit(why_not)
    old = Proposal.objects.select_related("referral__key").get(report=report)
    proposal = proposals.propose(
        referral=referral, kind=kind, facts=old.facts, from_change=old.from_change, by=by, now=now
    )
    Proposal.objects.filter(pk=proposal.pk).update(opened_at=now)
    made = Report.objects.create(
        proposal=proposal, referral=referral, kind=kind, supersedes=report, words=words, made_at=now
    )
    add_step(made, Step.PROPOSED, by=by, now=now)
    add_step(made, Step.IN_REVIEW, by=by, now=now)
    record(by=by, now=now, verb="report.correction_begun", on=report, facts={"by_report": made.pk})
    return made


def _give_up_withdrawn(report: Report, by: User, now: datetime) -> None:
    """A correction that came to nothing corrects nothing, and doesn't stand in the way of the next."""
    for given_up in Report.objects.in_state(Step.WITHDRAWN).filter(supersedes=report):
        Report.objects.filter(pk=given_up.pk).update(supersedes=None)
        record(by=by, now=now, verb="report.correction_given_up", on=given_up, facts={"of": report.pk})
