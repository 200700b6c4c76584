"""The kinds of report and the steps a report takes, as data."""

from enum import StrEnum


class ReportKind(StrEnum):
    ENROLLMENT = "enrollment"
    NOT_ACCEPTED = "not_accepted"
    DID_NOT_BEGIN = "did_not_begin"
    PROGRESS = "progress"
    MORE_TIME = "more_time"
    NONCOMPLIANCE = "noncompliance"
    COMPLETION = "completion"
    WITHOUT_FAULT = "without_fault"
    DISCHARGE = "discharge"
    DUPLICATE_CERTIFICATE = "duplicate_certificate"


class OtherProposal(StrEnum):
    """What is proposed to the coordinator beside reports."""

    WARN = "warn"
    CALL = "call"
    MAKE_UP = "make_up"
    CHANGED_DATA = "changed_data"


PROPOSALS = [*ReportKind, *OtherProposal]


class Step(StrEnum):
    PROPOSED = "proposed"
    IN_REVIEW = "in_review"
    ISSUED = "issued"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    CORRECTION_ASKED = "correction_asked"
    STANDS = "stands"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


# From a step (None: the report is new) to those that may follow it.
FOLLOWS: dict[Step | None, frozenset[Step]] = {
    None: frozenset({Step.PROPOSED}),
    Step.PROPOSED: frozenset({Step.IN_REVIEW, Step.WITHDRAWN}),
    Step.IN_REVIEW: frozenset({Step.ISSUED, Step.WITHDRAWN}),
    # The court may answer while a copy is still on its way to somebody else.
    Step.ISSUED: frozenset({Step.DELIVERED, Step.CORRECTION_ASKED, Step.SUPERSEDED, Step.WITHDRAWN}),
    Step.DELIVERED: frozenset({Step.ACKNOWLEDGED, Step.CORRECTION_ASKED, Step.SUPERSEDED, Step.WITHDRAWN}),
    Step.ACKNOWLEDGED: frozenset({Step.CORRECTION_ASKED, Step.SUPERSEDED, Step.WITHDRAWN}),
    Step.CORRECTION_ASKED: frozenset({Step.STANDS, Step.SUPERSEDED, Step.WITHDRAWN}),
    Step.STANDS: frozenset({Step.ACKNOWLEDGED, Step.CORRECTION_ASKED, Step.SUPERSEDED, Step.WITHDRAWN}),
    Step.SUPERSEDED: frozenset(),
    Step.WITHDRAWN: frozenset(),
}


# After these nothing more of a report goes to anybody.
CALLED_BACK = (Step.WITHDRAWN, Step.SUPERSEDED)


# It lies with the court, which hasn't answered: as it was delivered, or after it was told that the report stands.
WITH_THE_COURT = (Step.DELIVERED, Step.STANDS)


def may_follow(last: Step | None, step: Step) -> bool:
    return step in FOLLOWS[last]
