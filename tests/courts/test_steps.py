import pytest

from courts.steps import FOLLOWS, PROPOSALS, OtherProposal, ReportKind, Step, may_follow

LAST = {Step.SUPERSEDED, Step.WITHDRAWN}


def test_each_step_says_what_may_follow():
    assert FOLLOWS.keys() == {None, *Step}


def test_a_report_begins_as_proposed_and_never_returns_there():
    assert [step for step in Step if may_follow(None, step)] == [Step.PROPOSED]
    assert [last for last in Step if may_follow(last, Step.PROPOSED)] == []


def test_only_what_was_reviewed_is_issued_and_only_what_was_issued_is_delivered():
    assert [last for last in Step if may_follow(last, Step.ISSUED)] == [Step.IN_REVIEW]
    assert [last for last in Step if may_follow(last, Step.DELIVERED)] == [Step.ISSUED]


def test_acknowledged_is_what_was_delivered_or_stands_after_a_correction_was_asked():
    assert [last for last in Step if may_follow(last, Step.ACKNOWLEDGED)] == [Step.DELIVERED, Step.STANDS]


@pytest.mark.parametrize("step", Step)
def test_everything_but_the_end_can_be_withdrawn(step: Step):
    assert may_follow(step, Step.WITHDRAWN) is (step not in LAST)


@pytest.mark.parametrize("step", Step)
def test_nothing_follows_itself(step: Step):
    assert not may_follow(step, step)


def test_superseded_is_only_what_a_court_may_have():
    assert {last for last in Step if may_follow(last, Step.SUPERSEDED)} == (
        set(Step) - LAST - {Step.PROPOSED, Step.IN_REVIEW}
    )


def test_proposals_are_reports_and_other_things_once_each():
    assert set(PROPOSALS) == {*ReportKind, *OtherProposal}
    assert len(PROPOSALS) == len(set(PROPOSALS))
