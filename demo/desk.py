"""What came in over night, so that Today has a line of most kinds: made by the actions that make it in an office."""

from datetime import date, timedelta

from courts.actions import deadlines
from courts.deadlines import DeadlineKind
from courts.models import Deadline, Extension
from courts.moves import State
from demo.stage import Stage
from messaging.actions.inbound import came_in
from office import waiting
from office.actions import hand, snooze
from office.today import Line, sleeps_at_most
from participants import actions as participants
from participants.kinds import ContactKind, Unreachable
from participants.models import ContactPoint, Participant
from programs.models import Enrollment

# As a court spelled him, and as he was taken down at the telephone.
ON_THE_LIST = "Muñoz-Ibáñez"
HEARD = ("Jose", "Munoz Ibanes")
TEXTS = ("Can I come a bit later tonight? My shift ends at 6.", "STOP")


def lay_out(stage: Stage) -> None:
    texts_came_in(stage)
    a_number_reaches_nobody(stage)
    a_court_moved_a_date(stage)
    somebody_calls_who_is_here(stage)
    stage.tick()
    give_and_let_sleep(stage)


def texts_came_in(stage: Stage) -> None:
    for number, (point, body) in enumerate(zip(_phones(), TEXTS, strict=False)):
        came_in(provider_id=f"demo-{number}", number=point.value, body=body, now=stage.now)


def a_number_reaches_nobody(stage: Stage) -> None:
    point = _phones()[len(TEXTS)]
    participants.mark_unreachable(contact_point=point, why=Unreachable.LANDLINE, by=stage.coordinator, now=stage.now)


def _phones() -> list[ContactPoint]:
    """Of men who sit in a cohort, as the list brought them."""
    seated = Enrollment.objects.filter(state=Enrollment.State.SEATED).values("participant")
    safe = ContactPoint.objects.safe().filter(kind=ContactKind.PHONE, participant__in=seated)
    return list(safe.order_by("id")[: len(TEXTS) + 1])


def somebody_calls_who_is_here(stage: Stage) -> None:
    """Taken down anew, by ear; so that Today asks whether the two are one man."""
    known = Participant.objects.filter(last_name=ON_THE_LIST).order_by("id").first()
    if known is None:
        return
    heard = participants.add_participant(
        first_name=HEARD[0],
        last_name=HEARD[1],
        date_of_birth=known.date_of_birth,
        language=known.language,
        time_zone=known.time_zone,
        by=stage.coordinator,
        now=stage.now,
    )
    said = "Called to ask where he has to go. He has a letter from a court."
    participants.write_note(participant=heard, text=said, by=stage.coordinator, now=stage.now)


def a_court_moved_a_date(stage: Stage) -> None:
    """By word only: the order is still to come."""
    binding = Deadline.objects.open().filter(kind=DeadlineKind.COMPLETE_BY, due_on__gt=stage.today)
    one = binding.filter(referral__state=State.ENROLLED).order_by("-due_on", "id").first()
    if one:
        deadlines.extend(
            deadline=one,
            due_on=one.due_on + timedelta(weeks=3),
            basis=Extension.Basis.ORAL,
            told_by="the clerk, by phone",
            told_on=stage.today,
            by=stage.coordinator,
            now=stage.now,
        )


def give_and_let_sleep(stage: Stage) -> None:
    """One line is the administrator's, another sleeps for two days."""
    found = waiting.lines(now=stage.now, today=stage.today)
    if given := _first(found, "in_review"):
        hand(line=given, to=stage.administrator, by=stage.coordinator, now=stage.now)
    until = stage.today + timedelta(days=2)
    if resting := next((one for one in found if _of(one, "seat") and _may_sleep(one, stage, until)), None):
        why = "He is away until then; his sister said so."
        snooze(line=resting, until=until, why=why, today=stage.today, by=stage.coordinator, now=stage.now)


def _may_sleep(line: Line, stage: Stage, until: date) -> bool:
    last = sleeps_at_most(line, stage.today)
    return last is not None and last >= until


def _first(found: list[Line], kind: str) -> Line | None:
    return next((one for one in found if _of(one, kind)), None)


def _of(line: Line, kind: str) -> bool:
    return line.key.startswith(f"{kind}:")
