"""A referral that somebody writes on the court's pages becomes one of ours, once."""

import re
from datetime import timedelta
from typing import Any

import pytest

from audit.models import Event, name_of
from courts.actions import jobs, papers, submissions
from courts.actions.desks import Desk
from courts.actions.submissions import Incomplete, NoDraft, NotYours, SentBefore
from courts.kinds import ReferralKind, Referrer
from courts.models import Agency, CourtPaper, Deadline, Flag, Recipient, Referral, Submission
from courts.moves import State
from participants.models import ContactPoint, Participant
from tests.courts import paper_files as files
from tests.courts.referring import CASE, UNFILED, WHO, clerk, draft, partner, sent
from tests.factories.clock import NOW
from tests.factories.courts import AgencyFactory, CourtFactory, ReferralFactory
from tests.factories.participants import ParticipantFactory
from tests.factories.programs import ProgramFactory
from vault.models import KeyDestroyed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def program() -> Any:
    return ProgramFactory.create()


class TestDraft:
    def test_keeps_each_step_beside_the_others(self) -> None:
        by, desk = clerk()
        made = submissions.begin(desk=desk, by=by, now=NOW)
        submissions.keep(submission=made, answers=WHO, by=by, now=NOW)
        submissions.keep(submission=made, answers={"case_number": "7"}, by=by, now=NOW)
        assert Submission.objects.get(pk=made.pk).answers == {**WHO, "case_number": "7"}

    def test_is_encrypted_under_a_key_of_its_own(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        (stored,) = Submission.objects.filter(pk=made.pk).values_list("answers", flat=True)
        assert b"Halloway" not in bytes(stored)
        assert made.key.kind == "referral"

    def test_has_a_reference_that_counts_nothing_and_can_be_said(self) -> None:
        by, desk = clerk()
        found = {draft(by, desk).reference for _ in range(30)}
        assert len(found) == 30
        assert all(re.fullmatch(r"([CFHJKLRWXY2346789]{3}-){2}[CFHJKLRWXY2346789]{3}", one) for one in found)

    def test_begun_twice_and_left_empty_is_one(self) -> None:
        by, desk = clerk()
        colleague, _ = clerk(desk.court)
        first = submissions.begin(desk=desk, by=by, now=NOW)
        assert submissions.begin(desk=desk, by=colleague, now=NOW) != first
        assert submissions.begin(desk=desk, by=by, now=NOW) == first
        submissions.keep(submission=first, answers={"last_name": ""}, by=by, now=NOW)
        assert submissions.begin(desk=desk, by=by, now=NOW) != first

    def test_is_nobody_elses(self) -> None:
        by, desk = clerk()
        colleague, _ = clerk(desk.court)
        with pytest.raises(NotYours):
            submissions.keep(submission=draft(by, desk), answers={"last_name": "X"}, by=colleague, now=NOW)

    def test_is_nobodys_who_has_left(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        by.clerkships.update(ended_at=NOW)
        with pytest.raises(NotYours):
            submissions.send(submission=made, by=by, now=NOW)
        with pytest.raises(NotYours):
            submissions.begin(desk=desk, by=by, now=NOW)

    def test_thrown_away_it_can_not_be_read_any_more(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        paper = papers.attach(submission=made, name="o.pdf", content=files.pdf(), by=by, now=NOW)
        submissions.discard(submission=made, by=by, now=NOW)
        gone = Submission.objects.select_related("key").get(pk=made.pk)
        with pytest.raises(KeyDestroyed):
            gone.key.decrypt(b"")
        assert (gone.answers, CourtPaper.objects.get(pk=paper.pk).name) == ("forgotten", "forgotten")
        assert not Submission.objects.drafts_of(by).exists()
        with pytest.raises(NoDraft):
            submissions.send(submission=made, by=by, now=NOW)


class TestClearing:
    AFTER_30_DAYS = NOW + submissions.KEPT_FOR + timedelta(seconds=1)

    def test_what_nobody_changed_for_thirty_days_is_thrown_away(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        paper = papers.attach(submission=made, name="o.pdf", content=files.pdf(), by=by, now=NOW)

        assert submissions.clear_forgotten(now=NOW + submissions.KEPT_FOR) == 0
        assert submissions.clear_forgotten(now=self.AFTER_30_DAYS) == 1

        gone = Submission.objects.select_related("key").get(pk=made.pk)
        assert (gone.discarded_at, gone.answers) == (self.AFTER_30_DAYS, "forgotten")
        assert str(CourtPaper.objects.select_related("key").get(pk=paper.pk).content) == "forgotten"
        event = Event.objects.on(made).latest("id")
        assert (event.actor, event.verb) == ("task:courts.plan", "submission.discarded")
        assert submissions.clear_forgotten(now=self.AFTER_30_DAYS) == 0

    def test_what_was_changed_since_or_was_sent_stays(self) -> None:
        by, desk = clerk()
        kept, referral = draft(by, desk), sent(by, desk, case_number="26-9")
        later = NOW + timedelta(days=29)
        submissions.keep(submission=kept, answers={"case_number": "7"}, by=by, now=later)

        assert submissions.clear_forgotten(now=self.AFTER_30_DAYS) == 0

        assert Submission.objects.get(pk=kept.pk).answers["case_number"] == "7"
        assert Submission.objects.get(referral=referral).discarded_at is None

    def test_is_a_part_of_the_minutes_work(self) -> None:
        assert submissions.clear_forgotten in jobs.PLAN.values()


class TestSending:
    def test_makes_what_a_list_would_have_made(self) -> None:
        by, desk = clerk()
        made = sent(by, desk, attorney="Ann Counsel", attorney_email="ann@law.example", statute="9A.88.110")
        assert (made.court, made.kind, made.referrer, made.state) == (
            desk.court, ReferralKind.SENTENCE, Referrer.COURT, State.RECEIVED,
        )  # fmt: skip
        assert (made.name_as_charged, made.normalized_case_number) == ("Bernard Halloway", "26cr0413")
        assert str(made.complete_by) == "2026-08-31"
        assert [charge.statute for charge in made.charges.all()] == ["9A.88.110"]
        assert sorted(made.recipients.values_list("role", "channel")) == [("clerk", "portal"), ("defense", "email")]
        assert Deadline.objects.filter(referral=made, kind="complete_by").count() == 1
        assert ContactPoint.objects.get(participant=made.participant).value == "+12065550143"
        assert [move.new for move in made.moves.all()] == [State.RECEIVED]
        assert Event.objects.on(made).filter(verb="referral.received").count() == 1

    def test_takes_the_drafts_key_over_with_its_papers(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        kept = papers.attach(submission=made, name="o.pdf", content=files.pdf(), by=by, now=NOW)
        gone = papers.attach(submission=made, name="x.png", content=files.png(), by=by, now=NOW)
        papers.remove(paper=gone, by=by, now=NOW)
        assert list(CourtPaper.objects.unread()) == []
        referral = submissions.send(submission=made, by=by, now=NOW)
        assert referral.key_id == made.key_id
        assert [one.pk for one in referral.papers.all()] == [kept.pk]
        assert [one.pk for one in CourtPaper.objects.unread()] == [kept.pk]

    def test_twice_makes_one(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        first = submissions.send(submission=made, by=by, now=NOW)
        assert submissions.send(submission=made, by=by, now=NOW) == first
        assert Referral.objects.count() == 1
        assert Event.objects.filter(record=name_of(made), verb="submission.sent").count() == 1

    def test_without_a_name_or_a_number_writes_nothing(self) -> None:
        by, desk = clerk()
        for missing in ("last_name", "case_number"):
            with pytest.raises(Incomplete):
                sent(by, desk, **{missing: ""})
        assert (Referral.objects.count(), Participant.objects.count()) == (0, 0)

    def test_into_the_program_that_was_chosen(self) -> None:
        second = ProgramFactory.create()
        by, desk = clerk()
        assert sent(by, desk, program=str(second.pk)).program == second

    def test_a_minor_by_his_birthday_is_flagged_for_the_office(self) -> None:
        by, desk = clerk()
        made = sent(by, desk, date_of_birth="2012-01-01")
        assert [flag.field for flag in made.flags.all()] == ["date_of_birth"]


class TestKnownAlready:
    def test_a_man_we_know_from_elsewhere_is_recognized_and_nothing_says_so(self) -> None:
        known = ParticipantFactory.create(first_name="Bernard", last_name="Halloway", folded_name="bernardhalloway",
                                          date_of_birth="1981-04-09")  # fmt: skip
        by, desk = clerk()
        made = sent(by, desk)
        assert made.participant_id == known.pk
        assert made.again_after is None

    def test_referred_again_after_the_first_one_is_over_it_names_it(self) -> None:
        by, desk = clerk()
        first = sent(by, desk)
        Referral.objects.filter(pk=first.pk).update(state=State.DECLINED)
        second = sent(by, desk, ordered_on="2026-02-27")
        assert (second.again_after_id, second.participant_id) == (first.pk, first.participant_id)

    def test_one_that_stands_at_the_same_desk_is_a_sentence(self) -> None:
        by, desk = clerk()
        sent(by, desk)
        colleague, _ = clerk(desk.court)
        with pytest.raises(SentBefore, match="under 26-CR-0413 already"):
            sent(colleague, desk)
        assert Referral.objects.count() == 1

    def test_the_same_order_once_more_after_it_is_over_asks_for_the_new_one(self) -> None:
        by, desk = clerk()
        Referral.objects.filter(pk=sent(by, desk).pk).update(state=State.DECLINED)
        with pytest.raises(SentBefore, match="is over"):
            sent(by, desk)

    def test_under_another_courts_number_it_is_another_referral(self) -> None:
        by, desk = clerk()
        other, elsewhere = clerk()
        first, second = sent(by, desk), sent(other, elsewhere)
        assert first.participant_id == second.participant_id
        assert not Flag.objects.exists()

    def test_a_prosecutors_unfiled_one_is_not_told_to_the_court(self) -> None:
        """Same man, same incident, same court: the clerk's is taken in, and the office compares them."""
        by, desk = clerk()
        hidden = ReferralFactory.create(
            court=desk.court, kind=ReferralKind.PREFILING_DIVERSION, case_number="", incident_number="PD-77-1",
            participant__first_name="Bernard", participant__last_name="Halloway",
            participant__folded_name="bernardhalloway", participant__date_of_birth="1981-04-09",
        )  # fmt: skip
        made = sent(by, desk, case_number="", incident_number="PD-77-1")
        assert made.participant_id != hidden.participant_id
        assert made.fingerprint is None
        assert [flag.reason for flag in made.flags.all()] == [
            f"Referral {hidden.pk} has the same number and name. Compare the two before you accept this one."
        ]

    def test_the_courts_own_one_is_not_told_to_an_agency(self) -> None:
        by, desk = clerk()
        first = sent(by, desk)
        officer, office = partner(AgencyFactory.create(kind="probation"))
        second = sent(officer, office, court=str(desk.court.pk))  # type: ignore[union-attr]
        assert second.pk != first.pk
        assert second.flags.count() == 1
        with pytest.raises(SentBefore):
            sent(officer, office, court=str(desk.court.pk))  # type: ignore[union-attr]


class TestAgency:
    def test_a_prosecutor_refers_unfiled_and_no_clerk_is_told(self) -> None:
        by, desk = partner(AgencyFactory.create(kind="prosecutor"))
        made = sent(by, desk, **UNFILED)
        assert (made.court, made.agency, made.referrer) == (None, desk.agency, Referrer.PROSECUTOR)
        assert [(one.role, one.agency, one.channel) for one in made.recipients.all()] == [
            (Recipient.Role.PROSECUTOR, desk.agency, Recipient.Channel.PORTAL)
        ]

    @pytest.mark.parametrize(
        ("kind", "referrer", "role"),
        [
            (Agency.Kind.PROSECUTOR, Referrer.PROSECUTOR, Recipient.Role.PROSECUTOR),
            (Agency.Kind.PROBATION, Referrer.PROBATION, Recipient.Role.PROBATION),
            (Agency.Kind.DEFENSE, Referrer.ATTORNEY, Recipient.Role.DEFENSE),
        ],
    )
    def test_filed_it_goes_to_the_agency_and_to_the_clerk(self, kind: str, referrer: str, role: str) -> None:
        by, desk = partner(AgencyFactory.create(kind=kind))
        court = CourtFactory.create()
        made = sent(by, desk, court=str(court.pk))
        assert (made.court, made.referrer) == (court, referrer)
        assert {(one.role, one.agency) for one in made.recipients.all()} == {("clerk", None), (role, desk.agency)}
        assert Desk(court=court).referrals.filter(pk=made.pk).exists()


class TestPapers:
    def test_are_kept_encrypted_with_what_they_are(self) -> None:
        by, desk = clerk()
        content, name = files.pdf(), "C:\\x\\order\u202e 1.pdf"
        made = papers.attach(submission=draft(by, desk), name=name, content=content, by=by, now=NOW)
        (stored,) = CourtPaper.objects.values_list("content", flat=True)
        assert b"%PDF" not in bytes(stored)
        found = CourtPaper.objects.get(pk=made.pk)
        assert (bytes(found.content), found.name, found.size) == (content, "order 1.pdf", len(content))

    def test_the_same_one_twice_is_one(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        one, other = (papers.attach(submission=made, name=n, content=files.png(), by=by, now=NOW) for n in "ab")
        assert one == other

    def test_no_more_than_ten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(papers, "MOST", 1)
        by, desk = clerk()
        made = draft(by, desk)
        papers.attach(submission=made, name="a", content=files.png(), by=by, now=NOW)
        with pytest.raises(papers.TooMany):
            papers.attach(submission=made, name="b", content=files.jpeg(), by=by, now=NOW)

    def test_taken_away_nothing_of_it_stays(self) -> None:
        by, desk = clerk()
        made = papers.attach(submission=draft(by, desk), name="a", content=files.png(), by=by, now=NOW)
        papers.remove(paper=made, by=by, now=NOW)
        found = CourtPaper.objects.get(pk=made.pk)
        assert (bytes(found.content), found.name, found.removed_at) == (b"", "", NOW)

    def test_of_what_was_sent_is_not_taken_away(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        paper = papers.attach(submission=made, name="a", content=files.png(), by=by, now=NOW)
        submissions.send(submission=made, by=by, now=NOW)
        with pytest.raises(NoDraft):
            papers.remove(paper=CourtPaper.objects.get(pk=paper.pk), by=by, now=NOW)

    def test_read_counts_from_the_first_time_and_each_is_a_look(self) -> None:
        by, desk = clerk()
        made = draft(by, desk)
        paper = papers.attach(submission=made, name="a", content=files.png(), by=by, now=NOW)
        submissions.send(submission=made, by=by, now=NOW)
        for _ in range(2):
            papers.read(paper=paper, by=by, now=NOW)
        assert list(CourtPaper.objects.unread()) == []
        assert Event.objects.on(paper).filter(verb="paper.read").count() == 2


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({}, [], id="nothing odd"),
        pytest.param({"complete_by": "2026-01-31"}, 2, id="over, and before its order"),
        pytest.param({"proof_due_by": "2026-08-01"}, 1, id="proof before the end"),
        pytest.param({"start_by": "2026-09-30"}, 1, id="start after the end"),
        pytest.param({"hearing_on": "2026-02-01"}, 1, id="a hearing before the order"),
        pytest.param({"date_of_birth": "2012-02-01"}, 1, id="a minor"),
        pytest.param({"complete_by": ""}, 1, id="no date"),
    ],
)
def test_odd_dates_are_asked_about_and_not_refused(answers: dict[str, str], expected: Any) -> None:
    from courts.doubts import doubts

    by, desk = clerk()
    made = draft(by, desk, **answers)
    found = doubts(submissions.row_of(made, NOW), today=NOW.date())
    assert len(found) == (expected or 0)
    assert submissions.send(submission=made, by=by, now=NOW).pk
    assert CASE["case_number"]
