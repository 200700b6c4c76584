from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import User
from participants.models import Appointment, Participant
from programs.kinds import RequirementKind, Standing
from programs.models.cohort import Cohort, Session
from programs.models.program import Program
from vault.fields import EncryptedTextField


def last_seat(enrollment: str, field: str) -> Subquery:
    """A field of the seat taken last by the enrollment that `enrollment` leads to; null: he never had one."""
    return Subquery(Seat.objects.filter(enrollment=OuterRef(enrollment)).order_by("-id").values(field)[:1])


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def open(self) -> "EnrollmentQuerySet":
        return self.filter(closed_at=None)

    def on_roster(self, session: Session) -> "EnrollmentQuerySet":
        """Those expected there: seated in its cohort on that day, or booked into it."""
        booked = Booking.objects.standing().filter(session=session).values("enrollment")
        if session.cohort_id is None:
            return self.filter(pk__in=booked)
        seated = Seat.objects.filter(cohort=session.cohort_id).on(session.on).values("enrollment")
        # Not "one or the other": that PostgreSQL would ask of every enrollment there ever was.
        return self.filter(pk__in=seated.union(booked))

    def for_roster(self) -> "EnrollmentQuerySet":
        """With all that a roster shows of them, and by whose rules their marks count."""
        return self.select_related("participant__key", "program").annotate(
            policy_id=last_seat("pk", "cohort__policy"), curriculum_id=last_seat("pk", "cohort__curriculum")
        )

    def waiting(self) -> "EnrollmentQuerySet":
        """The wait list: by the date that presses most, then by who came first."""
        return self.filter(state=Enrollment.State.WAITING).order_by(
            F("finish_by").asc(nulls_last=True), "opened_at", "id"
        )


class Enrollment(models.Model):
    """A participant in a program, made at acceptance. He may enroll again; never twice at one time."""

    class State(models.TextChoices):
        INTAKE = "intake"
        WAITING = "waiting"
        SEATED = "seated"
        FINISHED = "finished"
        ENDED = "ended"

    class Ended(models.TextChoices):
        """As far as the program needs to know; what a court is told stands on its referral."""

        DISCHARGED = "discharged"
        WITHOUT_FAULT = "without_fault"
        DID_NOT_BEGIN = "did_not_begin"
        NO_REFERRAL_LEFT = "no_referral_left"

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="enrollments")
    program = models.ForeignKey(Program, models.PROTECT, related_name="enrollments")
    state = models.CharField(max_length=8, choices=State, default=State.INTAKE)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=16, choices=Ended, blank=True)
    # Written by the courts' actions: here it is a date, whose it is stands there. None: no date binds.
    finish_by = models.DateField(null=True)
    standing = models.CharField(max_length=24, choices=Standing.choices(), default=Standing.ON_TRACK)
    # While a court holds his case he gets no reminders.
    silent = models.BooleanField(default=False)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["program", "state"], name="programs_enrollment_by_state"),
            # Of all programs: whoever waits, and a list of them, the newest first.
            models.Index(fields=["state", "id"], name="programs_enrollment_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "program"],
                condition=Q(closed_at=None),
                name="programs_enrollment_one_open",
            ),
            models.CheckConstraint(
                name="programs_enrollment_closed_when_over",
                condition=Q(state__in=["finished", "ended"], closed_at__isnull=False)
                | ~Q(state__in=["finished", "ended"]) & Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="programs_enrollment_ended_says_why",
                condition=Q(state="ended") & ~Q(ended_why="") | ~Q(state="ended") & Q(ended_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"enrollment {self.pk}"


class SeatQuerySet(models.QuerySet["Seat"]):
    def taken(self) -> "SeatQuerySet":
        return self.filter(to_on=None)

    def on(self, day: date) -> "SeatQuerySet":
        """Seats held on that day; the last day counts."""
        return self.filter(Q(to_on=None) | Q(to_on__gte=day), from_on__lte=day)

    def for_roster(self, session: Session) -> "SeatQuerySet":
        """All seats of those expected there, in the order in which they were taken, with whose they are."""
        expected = self.filter(enrollment__in=Enrollment.objects.on_roster(session)).order_by("id")
        return expected.select_related("enrollment__participant__key", "enrollment__program", "cohort__policy")


class Seat(models.Model):
    """A place in a cohort, from a day to a day. A transfer closes one and opens another."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="seats")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="seats")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SeatQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["cohort"], name="programs_seat_taken", condition=Q(to_on=None))]
        constraints = [
            models.UniqueConstraint(fields=["enrollment"], condition=Q(to_on=None), name="programs_seat_one_taken"),
            models.CheckConstraint(
                name="programs_seat_closed_at_and_by",
                condition=Q(to_on=None, closed_at=None, closed_by=None)
                | Q(to_on__isnull=False, closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(name="programs_seat_in_order", condition=Q(to_on=None) | Q(to_on__gte=F("from_on"))),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"


class BookingQuerySet(models.QuerySet["Booking"]):
    def standing(self) -> "BookingQuerySet":
        return self.filter(canceled_at=None)


class Booking(models.Model):
    """A place in one session outside his own cohort, to make up a week."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="bookings")
    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    canceled_at = models.DateTimeField(null=True)
    canceled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Why a coordinator booked it on a day on which he has another session; else empty.
    one_a_day_waived_why = models.CharField(max_length=200, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "session"], condition=Q(canceled_at=None), name="programs_booking_once"
            ),
            models.CheckConstraint(
                name="programs_booking_canceled_at_and_by",
                condition=Q(canceled_at=None, canceled_by=None)
                | Q(canceled_at__isnull=False, canceled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.pk}"


class Requirement(models.Model):
    """What completion asks for beside sessions, met on a day. No row: still open."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="requirements")
    kind = models.CharField(max_length=16, choices=RequirementKind.choices())
    met_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "kind"], name="programs_requirement_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.enrollment_id}"


class BreakApproval(models.Model):
    """Append-only: an administrator lets him be away for longer than the policy's longest break, until a day.

    The newest one counts, also where it ends sooner: so a day typed wrong is mended.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="break_approvals")
    until = models.DateField()
    why = EncryptedTextField(key="enrollment__participant__key")
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"break of {self.enrollment_id}"


class StandingChangeQuerySet(models.QuerySet["StandingChange"]):
    def unread(self) -> "StandingChangeQuerySet":
        return self.filter(taken_at=None).order_by("id")


class StandingChange(models.Model):
    """Append-only: what a reassessment found. Programs knows no court; whoever must act on it reads the unread ones."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="standing_changes")
    old = models.CharField(max_length=24, choices=Standing.choices())
    new = models.CharField(max_length=24, choices=Standing.choices())
    # The assessment as found then: weeks and days, no name.
    facts = models.JSONField()
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    objects = StandingChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id"], name="programs_change_unread", condition=Q(taken_at=None))]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
