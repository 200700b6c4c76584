"""Who takes part, and the clock that the story hands in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.roles import Role
from courts.models import Clerkship, Court
from demo.dates import STORY, ZONE, Dates, at
from demo.people import appear
from office.actions import tick
from programs.models import Cohort, Curriculum, EligibilityItem, Module, Policy, Program, Signer

THEMES = (
    "Why we are here",
    "What she wants you to believe",
    "Growing up a man",
    "Entitlement and empathy",
    "What it costs her",
    "Sex, intimacy and buying",
    "Needs, habits and choices",
    "Families and partners",
    "The law and accountability",
    "From here on",
)
ELIGIBILITY = (
    ("adult", "Is he eighteen or older?", True),
    ("statute", "Is the offense one that the program is for?", True),
    ("language", "Can he follow in a language that the program teaches?", True),
    ("minor", "Does the offense concern a minor?", False),
)


class Curtain(Exception):
    """The clock has reached the real now: the play breaks off."""


@dataclass(slots=True)
class Stage:
    program: Program
    curriculum: Curriculum
    policy: Policy
    signer: Signer
    administrator: User
    coordinator: User
    facilitators: list[User]
    now: datetime
    tell: Callable[[str], None]
    dates: Dates = STORY
    clerks: dict[int, User] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    # What the office does each working day at nine.
    morning: Callable[["Stage"], None] = lambda stage: None

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def breaks_off(self) -> bool:
        """A demonstration is left in the middle, with work for whoever looks at it."""
        return self.dates.until is not None

    def over_by(self, when: datetime) -> None:
        """Raises Curtain, at the real now, where that comes before `when`."""
        if self.dates.until and self.dates.until < when:
            self.go_to(self.dates.until)
            raise Curtain

    def say(self, text: str) -> None:
        local = self.now.astimezone(ZONE)
        self.tell(f"{local:%a %b} {local.day:>2} {local:%H:%M}  {text}")

    def go_to(self, when: datetime) -> None:
        """Let the time pass: the background jobs at eight and at five, the office at nine. Raises Curtain."""
        if when != self.dates.until:
            self.over_by(when)
        day = self.today
        while day <= when.astimezone(ZONE).date():
            for hour in (8, 9, 17):
                if self.now < at(day, hour) <= when:
                    self.now = at(day, hour)
                    self._hour(hour)
            day += timedelta(days=1)
        self.now = when

    def _hour(self, hour: int) -> None:
        if hour != 9:
            self.tick()
        elif self.today.weekday() < 5:
            self.morning(self)

    def tick(self) -> dict[str, int]:
        return tick(now=self.now)


def set_stage(tell: Callable[[str], None], dates: Dates = STORY) -> Stage:
    now = at(dates.begins, 7, 30)
    administrator = appear("Ruth Okafor", "administrator", Role.ADMINISTRATOR, now)
    coordinator = appear("Dana Kessler", "coordinator", Role.COORDINATOR, now)
    facilitators = [
        appear(name, f"facilitator{n}", Role.FACILITATOR, now)
        for n, name in enumerate(("Marcus Bell", "Elena Ríos", "Tom Whitfield"), start=1)
    ]
    program = Program.objects.create(
        name="Crossroads Education, King County",
        state="WA",
        time_zone=ZONE.key,
        letterhead="Crossroads Education\n1200 Fifth Avenue, Suite 1400\nSeattle, Washington 98101",
        neutral_sender="Appointments",
        callback_number="206-555-0142",
        number_prefix="K",
    )
    EligibilityItem.objects.bulk_create(
        EligibilityItem(program=program, code=code, question=question, must_be=must_be, position=position)
        for position, (code, question, must_be) in enumerate(ELIGIBILITY, start=1)
    )
    curriculum = Curriculum.objects.create(program=program, version=1, name="Ten weeks")
    Module.objects.bulk_create(
        Module(curriculum=curriculum, week=week, theme=theme) for week, theme in enumerate(THEMES, start=1)
    )
    return Stage(
        program=program,
        curriculum=curriculum,
        policy=Policy.objects.create(program=program, version=1),
        signer=Signer.objects.create(program=program, user=coordinator, title="Program coordinator"),
        administrator=administrator,
        coordinator=coordinator,
        facilitators=facilitators,
        now=now,
        tell=tell,
        dates=dates,
    )


def appoint_clerks(stage: Stage) -> None:
    """A clerk for each court that has referred anybody."""
    for number, court in enumerate(Court.objects.filter(referrals__isnull=False).distinct(), start=1):
        clerk = appear(f"Clerk of {court.name}", f"clerk{number}", Role.CLERK, stage.now)
        Clerkship.objects.create(court=court, user=clerk, began_at=stage.now)
        stage.clerks[court.pk] = clerk
