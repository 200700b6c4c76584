"""A second counting, in plain Python over all rows there are: written from the sentences in `definitions`, not from the
queries. It asks the database for whole tables only; who is in a figure and in which group is decided here."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from courts.models import Closure, Deadline, Proposal, Referral, ReferralMove, ReportStep
from messaging.models import Message
from office.figures.kinds import Cell, Dimension
from participants.models import ContactAttempt, Participant
from programs.models import Enrollment, FeeEntry, Mark, Program, Requirement, Seat, StandingChange
from programs.schedule import state_holidays

# By figure, dimension and key of the group ("" of the total).
Counted = dict[tuple[str, Dimension, str], Cell]
REPORTS = ("progress_report", "completion_report", "noncompliance_report", "no_show_report")
TIMES = (Dimension.MONTH, Dimension.QUARTER)


@dataclass
class Fact:
    """One thing that is counted: whose, in which groups, and its row."""

    man: int
    groups: dict[Dimension, set[str]]
    row: Any


@dataclass
class Figures:
    """How a figure comes out of facts: one that is in it, one of which it is a share, a number of days or dollars."""

    facts: list[Fact]
    counted: Counted

    def groups(self) -> Iterator[tuple[Dimension, str, list[Fact]]]:
        found: dict[tuple[Dimension, str], list[Fact]] = defaultdict(list)
        for fact in self.facts:
            for by, keys in fact.groups.items():
                for key in keys:
                    found[by, key].append(fact)
        found[Dimension.TOTAL, ""] = self.facts
        yield from ((by, key, facts) for (by, key), facts in found.items())

    def count(self, code: str, has: Callable[[Any], bool] = lambda row: True) -> None:
        for by, key, facts in self.groups():
            inside = [one for one in facts if has(one.row)]
            self.counted[code, by, key] = Cell(len(inside), None, men(inside))

    def different(self, code: str, what: Callable[[Fact], Any]) -> None:
        for by, key, facts in self.groups():
            self.counted[code, by, key] = Cell(len({what(one) for one in facts}), None, men(facts))

    def share(self, code: str, has: Callable[[Any], bool], of: Callable[[Any], bool] = lambda row: True) -> None:
        for by, key, facts in self.groups():
            whole = [one for one in facts if of(one.row)]
            inside = [one for one in whole if has(one.row)]
            rest = [one for one in whole if not has(one.row)]
            self.counted[code, by, key] = Cell(len(inside), len(whole), men(inside), men(rest))

    def median(self, code: str, days: Callable[[Any], int | None]) -> None:
        for by, key, facts in self.groups():
            known = [(one, took) for one in facts if (took := days(one.row)) is not None]
            value = statistics.median(Decimal(took) for _, took in known) if known else None
            self.counted[code, by, key] = Cell(value, len(known), men(one for one, _ in known))

    def dollars(self, code: str, amount: Callable[[Any], Decimal | None]) -> None:
        for by, key, facts in self.groups():
            known = [(one, paid) for one in facts if (paid := amount(one.row)) is not None]
            self.counted[code, by, key] = Cell(sum(paid for _, paid in known), None, men(one for one, _ in known))


def men(facts: Iterable[Fact]) -> int:
    return len({one.man for one in facts})


class Oracle:
    def __init__(self, program: Program, begins: date, ends: date, today: date) -> None:
        self.program, self.begins, self.ends, self.today = program, begins, ends, today
        self.zone = ZoneInfo(program.time_zone)
        self.people = {one.pk: one for one in Participant.objects.all()}
        self.referrals = list(Referral.objects.select_related("court"))
        self.enrollments = {one.pk: one for one in Enrollment.objects.all()}
        self.seats: dict[int, list[Seat]] = defaultdict(list)
        for seat in Seat.objects.order_by("id"):
            self.seats[seat.enrollment_id].append(seat)
        self.counted: Counted = {}

    # --- Days and groups

    def day(self, at: datetime, zone: str = "") -> date:
        return at.astimezone(ZoneInfo(zone) if zone else self.zone).date()

    def is_in(self, day: date) -> bool:
        return self.begins <= day <= self.ends

    def man(self, pk: int) -> int:
        return self.people[pk].merged_into_id or pk

    def first_seat(self, enrollment: int | None) -> date | None:
        return min((one.from_on for one in self.seats[enrollment or 0]), default=None)

    def cohort(self, enrollment: int | None) -> str:
        """Of the seat that he took last."""
        seats = self.seats[enrollment or 0]
        return str(seats[-1].cohort_id) if seats else ""

    def by_time(self, day: date) -> dict[Dimension, set[str]]:
        first = day.month - (day.month - 1) % 3
        return {Dimension.MONTH: {f"{day:%Y-%m}"}, Dimension.QUARTER: {f"{day.year}-{first:02}"}}

    def of_referral(self, one: Referral, day: date, row: Any) -> Fact:
        groups = self.by_time(day) | {
            Dimension.COURT: {str(one.court_id or "")}, Dimension.KIND: {str(one.kind)},
            Dimension.LANGUAGE: {self.people[one.participant_id].language},
            Dimension.COHORT: {self.cohort(one.enrollment_id)},
        }  # fmt: skip
        return Fact(self.man(one.participant_id), groups, row)

    def of_enrollment(self, one: Enrollment, day: date, row: Any, cohort: str | None = None) -> Fact:
        """Under each court and kind for which it counts; one that counts for none stands under none."""
        its = [r for r in self.referrals if r.enrollment_id == one.pk and r.closing not in ("by_mistake", "moved")]
        groups = self.by_time(day) | {
            Dimension.COURT: {str(r.court_id or "") for r in its} or {""},
            Dimension.KIND: {str(r.kind) for r in its} or {""},
            Dimension.LANGUAGE: {self.people[one.participant_id].language},
            Dimension.COHORT: {self.cohort(one.pk) if cohort is None else cohort},
        }
        return Fact(self.man(one.participant_id), groups, row)

    def is_real(self, one: Enrollment) -> bool:
        """Not all of its referrals were entered by mistake, nor did all go over to another enrollment."""
        its = [r for r in self.referrals if r.enrollment_id == one.pk]
        if not its:
            return one.ended_why != "no_referral_left"
        return any(r.closing != "by_mistake" for r in its)

    def real(self) -> list[Enrollment]:
        return [one for one in self.enrollments.values() if one.program_id == self.program.pk and self.is_real(one)]

    # --- Section by section

    def figures(self) -> Counted:
        for count in (self.received, self.stays, self.beginnings, self.endings, self.evenings, self.reminders,
                      self.dates, self.violations, self.money):  # fmt: skip
            count()
        return self.counted

    def received(self) -> None:
        moved_to = {one.moved_to_id: one for one in self.referrals if one.moved_to_id}
        tries: dict[int, list[tuple[date, str]]] = defaultdict(list)
        for attempt in ContactAttempt.objects.all():
            tries[self.man(attempt.participant_id)].append((self.day(attempt.at), attempt.result))
        intakes = {one.enrollment_id: one.met_on for one in Requirement.objects.filter(kind="intake")}
        facts = []
        for one in self.referrals:
            if one.program_id != self.program.pk or one.closing in ("by_mistake", "moved"):
                continue
            first = one
            while first.pk in moved_to:
                first = moved_to[first.pk]
            came = first.received_on
            if self.is_in(came):
                tried = [(on, said) for on, said in tries[self.man(one.participant_id)] if on >= came]
                facts.append(self.of_referral(one, came, {
                    "referral": one, "came": came, "seat": self.first_seat(one.enrollment_id),
                    "tried": min((on for on, _ in tried), default=None),
                    "reached": min((on for on, said in tried if said == "reached"), default=None),
                    "intake": intakes.get(one.enrollment_id or 0),
                }))  # fmt: skip
        self.of_received(Figures(facts, self.counted))

    def of_received(self, figures: Figures) -> None:
        def declined(row: Any) -> bool:
            return row["referral"].state == "declined" or row["referral"].closing == "not_accepted"

        def began(row: Any) -> bool:
            return bool(row["seat"]) and row["seat"] <= self.today and row["referral"].state != "received"

        figures.count("referred")
        figures.different("referred_people", lambda fact: fact.man)
        figures.share("declined", declined)
        figures.share("undecided", lambda row: row["referral"].state == "received")
        figures.share("accepted", lambda row: row["referral"].enrollment_id is not None and not declined(row)
                      and row["referral"].state != "received")  # fmt: skip
        figures.share("closed_early", lambda row: row["referral"].state == "closed" and not declined(row)
                      and row["referral"].enrollment_id is None)  # fmt: skip
        for code in ("tried", "reached", "intake", "seat"):
            figures.median(f"{code}_days", lambda row, code=code: since(row["came"], row[code]))  # type: ignore[misc]
        figures.share("began", began)
        figures.share("through", lambda row: row["referral"].closing == "completed", began)
        figures.share("running", lambda row: row["referral"].state not in ("closed", "declined"), began)

    def stays(self) -> None:
        by_pk = {one.pk: one for one in self.referrals}
        moves = {(one.referral_id, one.number): one for one in ReferralMove.objects.all()}
        facts = []
        for (pk, number), move in moves.items():
            one, on = by_pk[pk], self.day(move.at)
            if one.program_id == self.program.pk and one.closing != "by_mistake" and number > 1 and self.is_in(on):
                took = (on - self.day(moves[pk, number - 1].at)).days
                facts.append(self.of_referral(one, on, (move.old, took)))
        figures = Figures(facts, self.counted)
        for state in ("received", "accepted", "enrolled", "on_hold"):
            code = f"days_{state}"
            figures.median(code, lambda row, state=state: row[1] if row[0] == state else None)  # type: ignore[misc]

    def beginnings(self) -> None:
        made = [self.of_enrollment(one, self.day(one.opened_at), one) for one in self.real()
                if self.is_in(self.day(one.opened_at))]  # fmt: skip
        Figures(made, self.counted).count("opened")
        facts = []
        for one in self.real():
            first = self.first_seat(one.pk)
            if first and self.is_in(first) and first <= self.today:
                facts.append(self.of_enrollment(one, first, (one, first)))
        figures = Figures(facts, self.counted)
        figures.count("begun")
        figures.share("completed", lambda row: row[0].state == "finished")
        figures.share("left", lambda row: row[0].state == "ended")
        figures.share("still_in", lambda row: row[0].closed_at is None)
        figures.count("over", lambda row: row[0].closed_at is not None)
        figures.share("completed_of_over", lambda row: row[0].state == "finished", lambda row: bool(row[0].closed_at))
        figures.median("days_to_complete", lambda row: (self.day(row[0].closed_at) - row[1]).days
                       if row[0].state == "finished" else None)  # fmt: skip

    def endings(self) -> None:
        facts = [self.of_enrollment(one, self.day(one.closed_at), one) for one in self.real()
                 if one.closed_at and self.is_in(self.day(one.closed_at))]  # fmt: skip
        figures = Figures(facts, self.counted)
        figures.count("finished", lambda one: one.state == "finished")
        figures.count("discharged", lambda one: one.ended_why == "discharged")
        figures.count("without_fault", lambda one: one.ended_why == "without_fault")
        figures.count("other_end", lambda one: one.ended_why in ("did_not_begin", "no_referral_left"))

    def evenings(self) -> None:
        sent = Message.objects.filter(kind="session_reminder", state="sent")
        told = {(one.participant_id, one.about) for one in sent}
        marks = list(Mark.objects.select_related("session"))
        corrected = {one.supersedes_id for one in marks}
        facts = []
        for mark in marks:
            session, enrollment = mark.session, self.enrollments[mark.enrollment_id]
            on = self.day(session.starts_at)
            stands = mark.pk not in corrected and mark.kind != "not_provided" and session.state != "canceled"
            if stands and session.program_id == self.program.pk and self.is_in(on) and self.is_real(enrollment):
                was_told = (enrollment.participant_id, f"programs.Session:{session.pk}") in told
                cohort = str(session.cohort_id or "")
                facts.append(self.of_enrollment(enrollment, on, (mark, was_told), cohort))
        figures = Figures(facts, self.counted)
        figures.different("evenings", lambda fact: fact.row[0].session_id)
        figures.count("expected")
        figures.share("attended", lambda row: row[0].kind in ("present", "late", "left_early"))
        figures.share("excused", lambda row: row[0].kind == "absent" and row[0].excuse != "")
        figures.share("unexcused", lambda row: row[0].kind == "absent" and row[0].excuse == "")
        figures.share("sent_home", lambda row: row[0].kind == "sent_home")
        figures.share("reminded", lambda row: row[1])
        figures.share("not_reminded", lambda row: not row[1])
        figures.share("absent_reminded", lambda row: row[0].kind == "absent", lambda row: row[1])
        figures.share("absent_not_reminded", lambda row: row[0].kind == "absent", lambda row: not row[1])

    def reminders(self) -> None:
        here = {one.participant_id for one in self.enrollments.values() if one.program_id == self.program.pk}
        facts = []
        for one in Message.objects.filter(kind__in=["session_reminder", "appointment_reminder"], state="sent"):
            assert one.sent_at, "it went"
            on = self.day(one.sent_at)
            if one.participant_id in here and self.is_in(on):
                language = {Dimension.LANGUAGE: {self.people[one.participant_id].language}}
                facts.append(Fact(self.man(one.participant_id), self.by_time(on) | language, one))
        Figures(facts, self.counted).count("reminders")

    def dates(self) -> None:
        facts = []
        for one in Deadline.objects.select_related("referral__court"):
            referral = one.referral
            owed = one.state == "open" and one.due_on < self.today and referral.state != "on_hold"
            counts = owed or one.state == "met"
            ours = referral.program_id == self.program.pk and referral.closing != "by_mistake"
            if counts and ours and self.is_in(one.due_on) and one.kind in (*REPORTS, "proof_due_by"):
                met_on = self.day(one.settled_at, self.zone_of(referral)) if one.settled_at else None
                facts.append(self.of_referral(referral, one.due_on, (one, met_on)))
        figures = Figures(facts, self.counted)
        for whole, code, kinds in (
            ("reports_due", "on_time", REPORTS), ("notices_due", "notices_on_time", ("noncompliance_report",)),
            ("proofs_due", "proof_on_time", ("proof_due_by",)),
        ):  # fmt: skip

            def of(row: Any, kinds: Any = kinds) -> bool:
                return row[0].kind in kinds

            figures.count(whole, of)
            figures.share(code, lambda row: row[1] is not None and row[1] <= row[0].due_on, of)

        def is_report(row: Any) -> bool:
            return row[0].kind in REPORTS

        figures.share("late", lambda row: row[1] is not None and row[1] > row[0].due_on, is_report)
        figures.share("not_delivered", lambda row: row[1] is None, is_report)

    def zone_of(self, referral: Referral) -> str:
        return referral.court.time_zone if referral.court else self.program.time_zone

    def violations(self) -> None:
        proposals = list(Proposal.objects.filter(kind="noncompliance").select_related("from_change").order_by("pk"))
        by_pk = {one.pk: one for one in self.referrals}
        facts = []
        for one in proposals:
            referral = by_pk[one.referral_id]
            if (one.state == "withdrawn" or referral.program_id != self.program.pk
                    or referral.closing == "by_mistake"):  # fmt: skip
                continue
            at = self.found_at(one, proposals)
            zone = self.zone_of(referral)
            on = self.day(at, zone)
            if self.is_in(on):
                told_at = self.told_at(referral, at)
                took = self.business_days(referral, on, self.day(told_at, zone)) if told_at else None
                facts.append(self.of_referral(referral, on, (one, took)))
        figures = Figures(facts, self.counted)
        figures.count("violations")
        figures.share("violations_told", lambda row: row[1] is not None)
        figures.share("violations_dismissed", lambda row: row[0].state == "dismissed")
        figures.median("violation_days", lambda row: row[1])

    def found_at(self, one: Proposal, proposals: list[Proposal]) -> datetime:
        """The first mark that put him beyond the policy, unless a notice of that was settled since."""
        if one.from_change is None:
            return one.made_at
        changes = StandingChange.objects.filter(enrollment=one.from_change.enrollment_id).order_by("pk")
        beyond = [c for c in changes if c.new == "policy_exceeded" and c.old != c.new and c.pk <= one.from_change.pk]
        if not beyond:
            return one.from_change.at
        began = beyond[-1].at
        before = [p for p in proposals if p.referral_id == one.referral_id and p.pk < one.pk]
        return one.from_change.at if any(p.state != "withdrawn" and p.made_at >= began for p in before) else began

    def told_at(self, referral: Referral, since: datetime) -> datetime | None:
        steps = ReportStep.objects.filter(report__referral=referral, step="delivered").select_related("report")
        told = [one.at for one in steps if one.report.kind in ("noncompliance", "discharge") and one.at >= since
                and one.report.last_step != "withdrawn"]  # fmt: skip
        return min(told, default=None)

    def business_days(self, referral: Referral, begins: date, ends: date) -> int:
        state = referral.court.state if referral.court else self.program.state
        shut = {one.on for one in Closure.objects.filter(ended_at=None)
                if one.court_id == referral.court_id or (one.court_id is None and one.state == state)}  # fmt: skip
        shut |= set(state_holidays(state, range(begins.year, ends.year + 1)))
        days = [begins + timedelta(days=n) for n in range(1, (ends - begins).days + 1)]
        return sum(day.weekday() < 5 and day not in shut for day in days)

    def money(self) -> None:
        facts = [self.of_enrollment(self.enrollments[one.enrollment_id], one.on, one)
                 for one in FeeEntry.objects.select_related("reverses")
                 if one.program_id == self.program.pk and self.is_in(one.on)]  # fmt: skip
        figures = Figures(facts, self.counted)
        figures.dollars("assessed", lambda row: signed(row, plus="assessed"))
        figures.dollars("collected", lambda row: signed(row, plus="paid", minus="refunded"))
        figures.dollars("waived", lambda row: signed(row, plus="waived"))


def since(came: date, day: date | None) -> int | None:
    return (day - came).days if day and day >= came else None


def signed(row: FeeEntry, plus: str, minus: str = "nothing") -> Decimal | None:
    """What is taken back counts the other way round."""
    kind, sign = (row.kind, 1) if row.kind != "reversed" else (row.reverses.kind if row.reverses else "", -1)
    return {plus: sign * row.amount, minus: -sign * row.amount}.get(kind)
