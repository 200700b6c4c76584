"""records: what its tables refuse."""

from datetime import date, timedelta

from records.kinds import Basis, HandedBy, Kept, ShownBy
from tests.constraints.writing import Listed, again
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, SubmissionFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.records import (
    DeadlineRemainsFactory,
    DisposalFactory,
    LegalHoldFactory,
    OwnFileFactory,
    ReleaseFactory,
    ReleaseItemFactory,
    RemainsFactory,
    RetentionRuleFactory,
)

DIGEST = "a" * 64


def who() -> object:
    return UserFactory()


def identified(**fields: object) -> object:
    seen = {"identified_at": NOW, "identified_by": UserFactory(), "shown_by": ShownBy.PHOTO_ID}
    return OwnFileFactory(**{**seen, **fields})


def let_out_alone() -> None:
    one = UserFactory()
    identified(identified_by=one, approved_at=NOW, approved_by=one)


def released_alone() -> None:
    one = UserFactory()
    ReleaseFactory(first_at=NOW, first_by=one, second_at=NOW, second_by=one)


def handed(**fields: object) -> object:
    let_out = {"approved_at": NOW, "approved_by": UserFactory(), "pdf_sha256": DIGEST, "json_sha256": DIGEST}
    return identified(
        **{**let_out, "handed_at": NOW, "handed_by": UserFactory(), "handed_how": HandedBy.POST, **fields}
    )


def released(**fields: object) -> object:
    two = {"first_at": NOW, "first_by": UserFactory(), "second_at": NOW, "second_by": UserFactory(), "sha256": DIGEST}
    return ReleaseFactory(
        **{**two, "handed_at": NOW, "handed_by": UserFactory(), "handed_how": HandedBy.POST, **fields}
    )


def two_of_a_draft() -> object:
    return again(DisposalFactory, "submission", referral=None, submission=SubmissionFactory())


REFUSED: Listed = [
    ("records.Remains.referral", lambda: again(RemainsFactory, "referral")),
    ("records.DeadlineRemains.deadline", lambda: again(DeadlineRemainsFactory, "deadline")),
    ("records_disposal_by_order_says_which", lambda: DisposalFactory(by_order=True, proposed_by=None)),
    ("records_rule_one_of_a_kind", lambda: again(RetentionRuleFactory, "kind", kind=Kept.CASE)),
    ("records_rule_keeps_a_while", lambda: RetentionRuleFactory(months=0)),
    ("records_hold_lifted_at_and_by", lambda: LegalHoldFactory(lifted_at=NOW)),
    ("records_disposal_of_one_thing", lambda: DisposalFactory(participant=ParticipantFactory())),
    ("records_disposal_of_one_thing", lambda: DisposalFactory(referral=None)),
    ("records_disposal_by_order_says_which", lambda: DisposalFactory(basis=Basis.SEALED)),
    ("records_disposal_by_order_says_which", lambda: DisposalFactory(court=CourtFactory())),
    ("records_disposal_by_order_says_which", lambda: DisposalFactory(by_order=True, ordered_on=None)),
    ("records_disposal_first_at_and_by", lambda: DisposalFactory(first_at=NOW)),
    ("records_disposal_second_at_and_by", lambda: DisposalFactory(second_at=NOW, second_by=who())),
    ("records_disposal_refused_at_and_by", lambda: DisposalFactory(refused_at=NOW, refused_why="Still open")),
    ("records_disposal_refused_says_why", lambda: DisposalFactory(refused_at=NOW, refused_by=who())),
    ("records_disposal_done_when_approved", lambda: DisposalFactory(done_at=NOW)),
    (
        "records_disposal_done_when_approved",
        lambda: DisposalFactory(approved=True, done_at=NOW - timedelta(minutes=1)),
    ),
    ("records_disposal_one_open_referral", lambda: again(DisposalFactory, "referral")),
    (
        "records_disposal_one_open_participant",
        lambda: again(DisposalFactory, "participant", referral=None, participant=ParticipantFactory()),
    ),
    ("records_disposal_one_open_submission", two_of_a_draft),
    ("records_ownfile_identified_at_and_by", lambda: identified(identified_by=None)),
    ("records_ownfile_shown_when_identified", lambda: identified(shown_by="")),
    ("records_ownfile_approved_at_and_by", lambda: OwnFileFactory(approved_at=NOW, approved_by=who())),
    ("records_ownfile_by_two_people", let_out_alone),
    ("records_ownfile_handed_at_and_by", lambda: handed(approved_at=None, approved_by=None)),
    ("records_ownfile_handed_is_told", lambda: handed(json_sha256="")),
    ("records_ownfile_withdrawn_at_and_by", lambda: OwnFileFactory(withdrawn_at=NOW)),
    ("records_ownfile_one_open", lambda: again(OwnFileFactory, "participant")),
    ("records_release_first_at_and_by", lambda: ReleaseFactory(first_at=NOW)),
    ("records_release_second_at_and_by", lambda: ReleaseFactory(second_at=NOW, second_by=who())),
    ("records_release_by_two_people", released_alone),
    ("records_release_refused_at_and_by", lambda: ReleaseFactory(refused_at=NOW)),
    ("records_release_handed_at_and_by", lambda: released(second_at=None, second_by=None)),
    ("records_release_handed_is_told", lambda: released(sha256="")),
    ("records_releaseitem_once", lambda: again(ReleaseItemFactory, "release", "record")),
]


def one_after_the_other() -> None:
    done = DisposalFactory(refused_at=NOW, refused_by=UserFactory(), refused_why="An appeal is pending")
    DisposalFactory(referral=done.referral)


def ruled_anew() -> None:
    RetentionRuleFactory(kind=Kept.CASE, ended_at=NOW)
    RetentionRuleFactory(kind=Kept.CASE)


def gone_before(what: str, made: object) -> None:
    done = {"refused_at": NOW, "refused_by": UserFactory(), "refused_why": "An appeal is pending"}
    for more in (done, {}):
        DisposalFactory(**{"referral": None, what: made, **more})


ALLOWED: Listed = [
    ("records_disposal_one_open_participant", lambda: gone_before("participant", ParticipantFactory())),
    ("records_disposal_one_open_submission", lambda: gone_before("submission", SubmissionFactory())),
    ("records_rule_one_of_a_kind", ruled_anew),
    ("records_disposal_one_open_referral", one_after_the_other),
    (
        "records_disposal_by_order_says_which",
        lambda: DisposalFactory(by_order=True, approved=True, done_at=NOW, ordered_on=date(2026, 1, 5)),
    ),
    ("records_ownfile_one_open", lambda: [handed(), handed()]),
]
