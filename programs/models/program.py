from dataclasses import fields
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from programs.kinds import NoCredit, RequirementKind
from programs.progress import Rules


class ProgramQuerySet(models.QuerySet["Program"]):
    def office_zone(self) -> ZoneInfo:
        """By whose clock the office goes: the first program's; the house's own, where there is none yet."""
        name = self.order_by("id").values_list("time_zone", flat=True).first()
        return ZoneInfo(name or settings.TIME_ZONE)


class Program(models.Model):
    """An organization's program: how it shows itself to courts, and how it hides itself from everyone else."""

    name = models.CharField(max_length=150, unique=True)
    # The state whose holidays it keeps, as in "WA".
    state = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    # What stands at the head of a report to a court, a line each.
    letterhead = models.TextField()
    # What a participant's phone or mailbox shows as the sender: never the service's name.
    neutral_sender = models.CharField(max_length=60)
    callback_number = models.CharField(max_length=20)
    # Before the year in a report's number: "K" gives K-2026-00017.
    number_prefix = models.CharField(max_length=8, unique=True)

    objects = ProgramQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Signer(models.Model):
    """Who may sign a program's reports, and with which title."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="signers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "user"], condition=Q(ended_at=None), name="programs_signer_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.program_id}"


class DayOff(models.Model):
    """A day the program keeps free beside its state's holidays."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="days_off")
    on = models.DateField()
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "on"], name="programs_dayoff_once")]

    def __str__(self) -> str:
        return f"{self.on}"


class EligibilityItem(models.Model):
    """A question of the checklist, answered by yes or no only: what lies behind an answer isn't kept."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="eligibility")
    code = models.SlugField(max_length=40)
    question = models.CharField(max_length=200)
    must_be = models.BooleanField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="programs_eligibility_code_once"),
            models.UniqueConstraint(fields=["program", "position"], name="programs_eligibility_position_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Curriculum(models.Model):
    """A version of what is taught; a cohort keeps the version it began with."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="curricula")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "version"], name="programs_curriculum_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Module(models.Model):
    """One week of a curriculum."""

    curriculum = models.ForeignKey(Curriculum, models.PROTECT, related_name="modules")
    week = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=150)

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "week"], name="programs_module_week_once"),
            models.CheckConstraint(name="programs_module_week_from_one", condition=Q(week__gte=1)),
        ]

    def __str__(self) -> str:
        return f"week {self.week}"


def required_by_default() -> list[str]:
    return sorted(Rules().requires)


class Policy(models.Model):
    """A version of the program's rules: the same fields as `progress.Rules`, where each is explained."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="policies")
    version = models.PositiveSmallIntegerField()
    sessions_required = models.PositiveSmallIntegerField(default=10)
    each_module_required = models.BooleanField(default=True)
    late_limit = models.PositiveSmallIntegerField(default=15)
    early_limit = models.PositiveSmallIntegerField(default=15)
    no_credit_counts_as = models.CharField(max_length=12, choices=NoCredit.choices(), default=NoCredit.MISSED_WEEK)
    excused_allowed = models.PositiveSmallIntegerField(default=2)
    unexcused_warn_at = models.PositiveSmallIntegerField(default=1)
    unexcused_notice_at = models.PositiveSmallIntegerField(default=2)
    in_a_row_call_at = models.PositiveSmallIntegerField(default=2)
    makeups_allowed = models.PositiveSmallIntegerField(default=3)
    makeups_per_week = models.PositiveSmallIntegerField(default=1)
    longest_break_days = models.PositiveSmallIntegerField(default=30)
    # Kinds of requirement that completion asks for beside sessions; money is off by default.
    requires = models.JSONField(default=required_by_default)
    # Whoever joins a running cohort must do so by this week.
    last_week_to_join = models.PositiveSmallIntegerField(default=2)
    # With fewer there, an evening doesn't count as held.
    least_present = models.PositiveSmallIntegerField(default=1)
    # A session lasts at least `least_minutes`; with `few` present or fewer, at least `least_minutes_for_few`.
    least_minutes = models.PositiveSmallIntegerField(default=90)
    few = models.PositiveSmallIntegerField(default=3)
    least_minutes_for_few = models.PositiveSmallIntegerField(default=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "version"], name="programs_policy_version_once"),
            models.CheckConstraint(name="programs_policy_asks_for_sessions", condition=Q(sessions_required__gte=1)),
            models.CheckConstraint(
                name="programs_policy_warns_before_it_notifies",
                condition=Q(unexcused_warn_at__lte=F("unexcused_notice_at")),
            ),
            models.CheckConstraint(name="programs_policy_needs_someone_there", condition=Q(least_present__gte=1)),
        ]

    def __str__(self) -> str:
        return f"policy v{self.version}"

    @property
    def rules(self) -> Rules:
        same = {
            f.name: getattr(self, f.name) for f in fields(Rules) if f.name not in ("requires", "no_credit_counts_as")
        }
        return Rules(
            no_credit_counts_as=NoCredit(self.no_credit_counts_as),
            requires=frozenset(RequirementKind(kind) for kind in self.requires),
            **same,
        )
