"""Everything about one man, read in a number of queries that doesn't grow with what there is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.text import capfirst

from accounts.models import User
from audit.models import Event, name_of
from core import clock
from courts.actions.twice import why_not
from courts.deadlines import DeadlineKind
from courts.models import (
    CourtPaper,
    Deadline,
    Delivery,
    Extension,
    Flag,
    Imposed,
    Proposal,
    Recipient,
    Referral,
    Report,
)
from messaging.models import InboundText, Message
from office import words
from office.ledger import Account, accounts
from office.questions import Questions, questions
from office.squares import Seen, Square, squares
from office.subjects import rows
from office.timeline import Timeline, timeline
from participants.consent import ConsentEvent, may_text
from participants.models import (
    Appointment,
    Consent,
    ContactAttempt,
    ContactPoint,
    Merge,
    NonAssociation,
    Note,
    Participant,
    ParticipantQuerySet,
    Restriction,
    RestrictionName,
)
from programs.kinds import MarkKind, Standing
from programs.models import Booking, Enrollment, Mark, SessionNote, StandingChange
from programs.reasons import Reason
from programs.wording import sentence

# What a deadline's date is called on the line.
BINDING: dict[str, str] = {
    DeadlineKind.ENROLL_BY: "Enroll by",
    DeadlineKind.START_BY: "Start by",
    DeadlineKind.COMPLETE_BY: "Complete by",
    DeadlineKind.PROOF_DUE_BY: "Proof due",
}
NEWEST_EVENTS = 50
NEWEST_MESSAGES = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """A contact point, and what he said about it last."""

    point: ContactPoint
    consents: Sequence[Consent]

    @property
    def word(self) -> str:
        if self.point.unreachable_at:
            return f"Can't be reached there: {self.point.get_unreachable_why_display()}"
        return "Safe" if self.safe else "Not marked safe: nothing goes there"

    @property
    def safe(self) -> bool:
        return self.point.safe_at is not None and self.point.unreachable_at is None

    @property
    def consent(self) -> str:
        if not self.consents:
            return "nothing said yet"
        told = [ConsentEvent(c.pk, c.contact_point_id, c.given, c.at) for c in self.consents]
        newest = max(self.consents, key=lambda one: (one.at, one.pk))
        said = "agreed" if may_text(told, self.point.pk) else "said no"
        return f"{said} on {words.day(words.local_day(newest.at))}, {newest.get_how_display()}"


@dataclass(slots=True)
class Case:
    """A referral with what hangs on it."""

    referral: Referral
    deadlines: list[Deadline] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)

    @property
    def dates(self) -> list[tuple[str, date]]:
        one = self.referral
        named = (
            ("Ordered", one.ordered_on),
            ("Received", one.received_on),
            ("Enroll by", one.enroll_by),
            ("Start by", one.start_by),
            ("Complete by", one.complete_by),
            ("Proof due", one.proof_due_by),
        )
        return [(label, on) for label, on in named if on]

    @property
    def drawn(self) -> Timeline | None:
        """The dates on their line. None: one date is none."""
        unmet = {BINDING[one.kind] for one in self.deadlines if one.kind in BINDING}
        return timeline(self.dates, today=words.today(), unmet=unmet)

    @property
    def where(self) -> str:
        """Where today stands on it, in words."""
        drawn = self.drawn
        return drawn.where(words.today()) if drawn else ""

    @property
    def silent(self) -> bool:
        """Nothing hangs on it that waits for somebody."""
        return not (self.proposals or self.deadlines or self.extensions or self.flags)


@dataclass(slots=True)
class Course:
    """An enrollment with its weeks and where he stands."""

    enrollment: Enrollment
    bookings: list[Booking] = field(default_factory=list)
    questions: Questions | None = None

    @property
    def change(self) -> StandingChange | None:
        return next(iter(self.enrollment.standing_changes.all()), None)

    @property
    def standing(self) -> str:
        change = self.change
        return Standing(change.new).label if change else "Not assessed yet"

    @property
    def sentences(self) -> list[str]:
        """The first stands behind the word for where he stands: "Completed." isn't said twice."""
        facts = self.change.facts if self.change else {}
        said = [sentence(Reason.from_facts(one), "en") for one in facts.get("reasons", ())]
        first = capfirst(said[0].removeprefix(f"{self.standing} ")) if said else ""
        return [str(first), *said[1:]] if said else []

    @property
    def cohort(self) -> Any:
        """Where he sits now; None: nowhere."""
        return next((seat.cohort for seat in self.enrollment.seats.all() if seat.to_on is None), None)

    @property
    def squares(self) -> list[Square]:
        facts = self.change.facts if self.change else {}
        return squares(self._weeks(), facts.get("credited", ()), self._seen())

    def _weeks(self) -> list[int]:
        seats = list(self.enrollment.seats.all())
        curricula = list(self.enrollment.program.curricula.all())
        newest = max(curricula, key=lambda one: one.version, default=None)
        taught = seats[-1].cohort.curriculum if seats else newest
        return [module.week for module in taught.modules.all()] if taught else []

    def _seen(self) -> dict[int, Seen]:
        """By week; of several marks for a week the newest session's counts."""
        return {
            (mark.session.taught or mark.session.module).week: Seen(MarkKind(mark.kind), bool(mark.excuse))
            for mark in self.enrollment.marks.all()
        }


@dataclass(frozen=True, slots=True)
class Happened:
    at: Any
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Passed:
    """`kind`: what the page makes of `record`."""

    at: Any
    kind: str
    record: Any


class CaseFile:
    """`whole`: nothing is left out, as on paper; else of what grows without end the newest."""

    def __init__(self, man: Participant, *, whole: bool = False) -> None:
        self.man = man
        self.whole = whole
        # Whether there is more than is read.
        self.older = self.older_messages = self.older_texts = False

    @property
    def selves(self) -> ParticipantQuerySet:
        """He, and those who turned out to be he: notes and contacts stay where they were written."""
        return Participant.objects.selves(self.man)

    @cached_property
    def merged(self) -> list[tuple[Merge, str]]:
        """The files that became part of his; and of each why it can't be taken apart again, where it can't."""
        found = rows(Merge).filter(kept=self.man, undone_at=None).order_by("-at", "-id")
        return [(one, why_not(one)) for one in found]

    @cached_property
    def reach(self) -> list[Reach]:
        consents = Prefetch("consents", Consent.objects.order_by("at", "id"))
        points = rows(ContactPoint).filter(participant=self.man, ended_at=None).prefetch_related(consents)
        return [Reach(point, list(point.consents.all())) for point in points.order_by("id")]

    @cached_property
    def cases(self) -> list[Case]:
        """The newest first."""
        referrals = rows(Referral).filter(participant=self.man).prefetch_related("charges", "holds")
        cases = {one.pk: Case(one) for one in referrals.order_by("-received_on", "-id")}
        self._hang(cases)
        return list(cases.values())

    def _hang(self, cases: dict[int, Case]) -> None:
        mine = {"referral__in": list(cases)}
        for deadline in rows(Deadline).filter(**mine, state=Deadline.State.OPEN):
            cases[deadline.referral_id].deadlines.append(deadline)
        for recipient in rows(Recipient).filter(**mine, ended_at=None).order_by("id"):
            cases[recipient.referral_id].recipients.append(recipient)
        for proposal in rows(Proposal).filter(**mine, state=Proposal.State.OPEN).order_by("id"):
            cases[proposal.referral_id].proposals.append(proposal)
        for report in rows(Report).filter(**mine).order_by("-id"):
            cases[report.referral_id].reports.append(report)
        for extension in rows(Extension).filter(old__referral__in=list(cases), confirmed_at=None, basis="oral"):
            cases[extension.old.referral_id].extensions.append(extension)
        for flag in rows(Flag).filter(**mine, settled_at=None).order_by("id"):
            cases[flag.referral_id].flags.append(flag)
        for copy in rows(Delivery).filter(document__report__referral__in=list(cases)).order_by("id"):
            cases[copy.document.report.referral_id].deliveries.append(copy)

    @cached_property
    def courses(self) -> list[Course]:
        changes = StandingChange.objects.filter(enrollment__participant=self.man).order_by()
        newest = changes.values("enrollment").annotate(last=Max("pk")).values("last")
        marks = Mark.objects.current().select_related("session__taught", "session__module")
        enrollments = rows(Enrollment).prefetch_related(
            Prefetch("standing_changes", StandingChange.objects.filter(pk__in=newest)),
            Prefetch("marks", marks.order_by("session__starts_at")),
            "seats__cohort__curriculum__modules",
            "program__curricula__modules",
            "requirements",
        )
        mine = enrollments.filter(participant=self.man).order_by("-id")
        courses = {one.pk: Course(one) for one in mine}
        booked = rows(Booking).filter(enrollment__in=list(courses), canceled_at=None)
        for booking in booked.order_by("session__starts_at"):
            courses[booking.enrollment_id].bookings.append(booking)
        asked = questions([one.enrollment for one in courses.values()], now=clock.now())
        for pk, course in courses.items():
            course.questions = asked[pk]
        return list(courses.values())

    @cached_property
    def apart_from(self) -> list[Participant]:
        pairs = rows(NonAssociation).filter(Q(one=self.man) | Q(other=self.man), ended_at=None)
        return [pair.other if pair.one_id == self.man.pk else pair.one for pair in pairs]

    @cached_property
    def restriction(self) -> Restriction | None:
        """While his file opens to some only; whoever reads this is one of them."""
        names = Prefetch("names", RestrictionName.objects.filter(ended_at=None).select_related("user"))
        standing: Restriction | None = rows(Restriction).filter(participant=self.man, ended_at=None).first()
        if standing:
            prefetch_related_objects([standing], names)
        return standing

    @cached_property
    def appointments(self) -> list[Appointment]:
        return list(rows(Appointment).filter(participant=self.man).order_by("-starts_at"))

    @property
    def planned(self) -> list[Appointment]:
        return [one for one in self.appointments if one.settled_at is None]

    @cached_property
    def attempts(self) -> QuerySet[Any]:
        found = rows(ContactAttempt).filter(participant__in=self.selves.values("pk"))
        return found.order_by("-at")

    @cached_property
    def notes(self) -> QuerySet[Any]:
        return rows(Note).filter(participant__in=self.selves.values("pk")).order_by("-at")

    @cached_property
    def incidents(self) -> QuerySet[SessionNote]:
        """Without their words: reading one is an event."""
        found = SessionNote.objects.incidents().filter(enrollment__participant=self.man)
        return found.select_related("by").defer("text").order_by("-at")

    def _newest(self, found: QuerySet[Any], many: int) -> tuple[list[Any], bool]:
        """And whether there are older ones."""
        if self.whole:
            return list(found), False
        newest = list(found[: many + 1])
        return newest[:many], len(newest) > many

    @cached_property
    def messages(self) -> list[Message]:
        his = Message.objects.filter(participant=self.man).order_by("-due_at", "-id")
        newest, self.older_messages = self._newest(his, NEWEST_MESSAGES)
        return newest

    @cached_property
    def texts(self) -> list[InboundText]:
        """What he wrote to us."""
        his = rows(InboundText).filter(contact_point__participant=self.man).order_by("-came_at", "-id")
        newest, self.older_texts = self._newest(his, NEWEST_MESSAGES)
        return newest

    @cached_property
    def papers(self) -> list[CourtPaper]:
        """What the courts sent along."""
        found = rows(CourtPaper).filter(referral__participant=self.man, removed_at=None)
        return list(found.order_by("-at"))

    @cached_property
    def money(self) -> list[Account]:
        """An account for each enrollment."""
        return accounts([course.enrollment for course in self.courses])

    @cached_property
    def imposed(self) -> list[Imposed]:
        """What courts imposed: beside his money, and in no sum of it."""
        return list(rows(Imposed).filter(referral__participant=self.man, ended_at=None).order_by("id"))

    @cached_property
    def stream(self) -> list[Passed]:
        """Everything that passed between him and us, the newest first."""
        passed = [
            *(Passed(one.at, "attempt", one) for one in self.attempts),
            *(Passed(one.at, "note", one) for one in self.notes),
            *(Passed(one.at, "incident", one) for one in self.incidents),
            *(Passed(one.starts_at, "appointment", one) for one in self.appointments if one.settled_at),
            *(Passed(one.sent_at, "message", one) for one in self.messages if one.sent_at),
            *(Passed(one.came_at, "text", one) for one in self.texts),
            *(Passed(one.document.issued_at, "issued", one) for one in self.issued),
        ]
        return sorted(passed, key=lambda one: one.at, reverse=True)

    @cached_property
    def issued(self) -> list[Report]:
        """Of all his referrals, those that are documents by now."""
        return [one for case in self.cases for one in case.reports if hasattr(one, "document")]

    @cached_property
    def history(self) -> list[Happened]:
        """What was done, and who looked; personal words stay closed."""
        events, self.older = self._newest(Event.objects.filter(self._about_him()).order_by("-id"), NEWEST_EVENTS)
        names = _names(events)
        return [Happened(one.at, names[one.actor], words.plain(one.verb)) for one in events]

    def _about_him(self) -> Q:
        selves = list(self.selves)
        records: list[Any] = [*selves, *self.appointments, *(reach.point for reach in self.reach)]
        for course in self.courses:
            records += [course.enrollment, *course.bookings, *course.enrollment.requirements.all()]
        for case in self.cases:
            records += [case.referral, *case.deadlines, *case.recipients, *case.proposals, *case.reports]
            records += case.deliveries
        keys = [*(one.key_id for one in selves), *(case.referral.key_id for case in self.cases)]
        return Q(record__in=[name_of(one) for one in records]) | Q(key_id__in=keys)


def _names(events: Iterable[Event]) -> dict[str, str]:
    """By the actor that an event names: a person's name, or the task's."""
    actors = {event.actor for event in events}
    ids = [int(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")]
    users = {f"user:{pk}": name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}
    said = {actor: words.job(actor.removeprefix("task:")) for actor in actors}
    return defaultdict(str, said | users)
