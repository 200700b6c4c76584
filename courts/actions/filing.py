"""A case that was nobody's but the prosecutor's, or the attorney's, is filed with a court at last."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from courts import cells
from courts.actions import disposed, finding, recipients
from courts.actions.locks import locked
from courts.kinds import NOT_FOR_COURTS, ReferralKind
from courts.lists import LONGEST
from courts.models import Court, Recipient, Referral
from courts.moves import OVER
from courts.numbers import normalized_number

FILED_KINDS = tuple(kind for kind in ReferralKind if kind not in NOT_FOR_COURTS)


class NotToBeFiled(Refusal):
    """It is filed already, it is over, or no court ever has it."""


class NumberNotFit(Refusal):
    pass


class NumberTaken(Refusal):
    """The court has referred him itself meanwhile."""


def may_be_filed(referral: Referral) -> bool:
    """By its own fields."""
    unfiled = referral.court_id is None or referral.kind == ReferralKind.PREFILING_DIVERSION
    return unfiled and referral.kind != ReferralKind.SELF and referral.state not in OVER


@transaction.atomic
def file(
    *,
    referral: Referral,
    court: Court,
    kind: ReferralKind,
    case_number: str,
    plaintiff: str = "",
    ordered_on: date | None = None,
    by: User,
    now: datetime,
) -> None:
    """From now on the court's clerk sees it, and is told by its reports; who referred him keeps his view.

    What went out before stays with whom it went to. `ordered_on`: of the court's own order, from which its reports
    begin. Raises NotToBeFiled, NumberNotFit, NumberTaken, StaysOut.
    """
    referral = locked(referral)
    if not may_be_filed(referral) or kind not in FILED_KINDS:
        raise NotToBeFiled("This referral is filed already, or it is over. Open it again before you change it.")
    referral.court, referral.kind = court, kind
    referral.case_number = _read(case_number)
    referral.normalized_case_number = normalized_number(referral.case_number)
    referral.plaintiff = plaintiff or referral.plaintiff
    referral.ordered_on = ordered_on or referral.ordered_on
    _check_free(referral)
    fields = ["court", "kind", "case_number", "normalized_case_number", "plaintiff", "ordered_on"]
    referral.save(update_fields=fields)
    finding.lay([referral])
    record(
        by=by,
        now=now,
        verb="referral.filed",
        on=referral,
        key=referral.key,
        personal={"number": referral.case_number},
        facts={"court": court.pk, "kind": kind},
    )
    _lay_on_its_pages(referral, by, now)


def _read(case_number: str) -> str:
    number, reason = cells.number(case_number, LONGEST["case_number"])
    if reason or not normalized_number(number):
        raise NumberNotFit("Give the number under which the court has it, with a letter or a digit in it.")
    return number


def _check_free(referral: Referral) -> None:
    same = Referral.objects.open().numbered(referral.court, referral.normalized_case_number)
    disposed.refuse_of(referral, referral.case_number)
    if same.filter(participant=referral.participant_id).exclude(pk=referral.pk).exists():
        raise NumberTaken(
            "This court has referred him under this number already. Close this referral as moved to that one."
        )


def _lay_on_its_pages(referral: Referral, by: User, now: datetime) -> None:
    """By a new row: a copy that waits for an earlier one is none of the court's business."""
    portal, clerk = Recipient.Channel.PORTAL, Recipient.Role.CLERK
    for earlier in referral.recipients.in_use().filter(channel=portal, agency=None):
        recipients.end(recipient=earlier, by=by, now=now)
    recipients.add(referral=referral, role=clerk, name="", channel=portal, address="", by=by, now=now)
