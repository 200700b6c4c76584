"""The story counts what came out, by figures that somebody worked out on paper."""

from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max

from audit.models import Event, Seal
from courts.kinds import ReferralKind
from courts.models import Court, Deadline, Delivery, IssuedDocument, NumberLedger, Referral, Report
from courts.moves import State
from courts.steps import Step
from demo import money
from demo.stage import Stage
from messaging.models import Message
from participants.models import Participant
from programs.models import Mark, Session

HERE = Path(__file__).parent
# The columns of the list that name who gets a copy, beside the court itself.
PARTIES = ("prosecutor_email", "attorney_email", "probation_email")


@dataclass(frozen=True, slots=True)
class Check:
    what: str
    found: int
    expected: int

    @property
    def holds(self) -> bool:
        return self.found == self.expected


def all_checks(stage: Stage) -> list[Check]:
    return [*_counts(), *_invariants(stage)]


def _counts() -> Iterator[Check]:
    """56 rows less one that joins. Of 52 men 36 find a seat; one is dismissed, one has two referrals.

    One is discharged with four evenings to come, the day after his report was mailed, so before Saturday's make-up;
    and one of those who wait is no longer available. So 35 reports are of a completion; the other kinds come once
    each, progress twice, as the first is corrected.
    """
    yield Check("courts", Court.objects.count(), 199)
    yield Check("referrals received", Referral.objects.count(), 55)
    yield Check("men", Participant.objects.count(), 54)
    yield Check("declined", Referral.objects.filter(state=State.DECLINED).count(), 2)
    yield Check("closed", Referral.objects.filter(state=State.CLOSED).count(), 38)
    yield Check("reports issued", IssuedDocument.objects.count(), 45)
    yield Check("kinds of report", Report.objects.filter(document__isnull=False).values("kind").distinct().count(), 10)
    yield Check("corrected reports", Report.objects.in_state(Step.SUPERSEDED).count(), 1)
    yield Check("sessions held", Session.objects.filter(state=Session.State.HELD).count(), 37)
    yield Check("marks", Mark.objects.count(), 360)


def _invariants(stage: Stage) -> Iterator[Check]:
    """What must be so whatever the list says."""
    acknowledged = Report.objects.in_state(Step.ACKNOWLEDGED, Step.SUPERSEDED).count()
    portal = Delivery.objects.filter(channel="portal").count()
    yield Check("reports on the courts' pages, settled", acknowledged, portal)
    yield Check("copies delivered", Delivery.objects.filter(state="sent").count(), _copies_by_the_list())
    yield Check("copies not delivered", Delivery.objects.not_sent().count(), 0)
    yield Check("open dates of closed referrals", _open_dates_of_closed(), 0)
    numbers = NumberLedger.objects.all()
    yield Check("numbers without a gap", numbers.aggregate(last=Max("n"))["last"] or 0, numbers.count())
    yield Check("cents by which ledgers and books differ", int(money.off_by(stage.program) * 100), 0)
    yield Check("messages still waiting", Message.objects.due(stage.now).count(), 0)
    yield Check("messages failed", Message.objects.filter(state="failed").count(), 0)
    yield Check("notices to clerks, sent", Message.objects.filter(kind="report_waiting", state="sent").count(), portal)
    yield Check("events without a seal", Event.objects.unsealed().count(), 0)
    yield Check("events sealed", sum(Seal.objects.values_list("events", flat=True)), Event.objects.count())


def _copies_by_the_list() -> int:
    """By the list as it came, not by what was made of it: to each party that a man's row names, and to his court."""
    with (HERE / "referrals.csv").open(newline="") as file:
        named = {
            _row(one["last_name"], one["case_number"]): sum(bool(one[at]) for at in PARTIES) for one in DictReader(file)
        }
    told = Referral.objects.filter(reports__document__isnull=False).select_related("participant")
    return sum(
        named[_row(one.participant.last_name, one.case_number)] + (one.kind != ReferralKind.PREFILING_DIVERSION)
        for one in told
    )


def _row(last_name: str, case_number: str) -> tuple[str, str]:
    return last_name.strip().casefold(), case_number.strip()


def _open_dates_of_closed() -> int:
    return Deadline.objects.open().filter(referral__state=State.CLOSED).count()
