"""From a court's list to a seat: the first week."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

from core.refusal import Refusal
from courts import court_list, lists
from courts.actions import deadlines, recipients, seating, states
from courts.actions.court_imports import import_courts
from courts.actions.imports import Outcome, import_list
from courts.deadlines import DeadlineKind
from courts.models import Extension, Recipient, Referral
from demo import money
from demo.dates import STORY, at, shifted
from demo.stage import Stage, appoint_clerks
from participants import actions as participants
from participants.kinds import AppointmentKind, ConsentHow, ContactChannel, ContactKind, ContactResult
from participants.models import Appointment, ContactPoint, Participant
from programs.actions import cohorts, enrollments
from programs.kinds import RequirementKind
from programs.models import Cohort, Enrollment

HERE = Path(__file__).parent
MISSES_HIS_INTAKE = "Strickland"
TAUGHT = {"en", "es"}
# Those who get along in English, as they said on the phone; one does not, and there is no interpreter for him.
NO_COMMON_LANGUAGE = "pl"


def take_in_courts(stage: Stage) -> None:
    result = import_courts(rows=court_list.read(HERE / "courts.csv"), by=stage.administrator, now=stage.now)
    stage.say(f"{result.added} courts added from demo/courts.csv.")


def rows(stage: Stage) -> Iterator[lists.Row]:
    """The court's list, its dates moved to where the play begins."""
    read = lists.read(HERE / "referrals.csv", today=STORY.begins)
    return (shifted(row, by=stage.dates.begins - STORY.begins) for row in read)


def take_in_list(stage: Stage) -> Outcome:
    refused: list[str] = []
    outcome = import_list(
        rows=lists.joined(row for row in rows(stage) if row.last_name not in stage.dates.held_back),
        program=stage.program,
        default_court=None,
        sha256="demo",
        refuse=lambda row, reason: refused.append(f"line {row.line}: {reason}"),
        by=stage.coordinator,
        now=stage.now,
    )
    stage.say(
        f"List taken in: {outcome.added} referrals added, {outcome.known} known, {outcome.changed} changed, "
        f"{outcome.flagged} with a value to ask for, {outcome.refused} refused."
    )
    for reason in refused:
        stage.say(f"  refused {reason}")
    return outcome


def decide(stage: Stage) -> None:
    """Accept or decline each referral by the checklist."""
    appoint_clerks(stage)
    for referral in Referral.objects.awaiting_decision().select_related("participant").order_by("id"):
        answers = {
            "adult": True,
            "statute": True,
            "language": referral.participant.language != NO_COMMON_LANGUAGE,
            "minor": any("minor" in charge.text for charge in referral.charges.all()),
        }
        try:
            states.accept(referral=referral, answers=answers, by=stage.coordinator, now=stage.now)
        except states.NotEligible as refusal:
            states.decline(referral=referral, why=str(refusal), by=stage.coordinator, now=stage.now)
            stage.say(f"{referral.name_as_charged} is declined. {refusal}")
    accepted = Enrollment.objects.open()
    stage.say(f"{accepted.count()} men accepted; {Referral.objects.awaiting_intake().count()} referrals.")
    _extend_what_has_gone_by(stage)


def _extend_what_has_gone_by(stage: Stage) -> None:
    """One list gave a date that had passed: the court is asked, tells by phone, and confirms by an order."""
    late = Referral.objects.awaiting_intake().get(complete_by__lt=stage.today)
    later = stage.dates.day(165)
    for kind, day in (
        (DeadlineKind.COMPLETE_BY, later),
        (DeadlineKind.PROOF_DUE_BY, later + timedelta(weeks=1)),
    ):
        extension = deadlines.extend(
            deadline=late.deadlines.open().get(kind=kind),
            due_on=day,
            basis=Extension.Basis.ORAL,
            judge="Hon. J. Whitlatch",
            told_by="the clerk, by phone",
            told_on=stage.today,
            by=stage.coordinator,
            now=stage.now,
        )
        deadlines.confirm_extension(extension=extension, by=stage.coordinator, now=stage.now + timedelta(minutes=30))
    until = f"{later:%B} {later.day}"
    stage.say(f"{late.name_as_charged}: the court extends to {until}, first by phone, then by an order.")


def call_and_invite(stage: Stage) -> None:
    """Call each man, ask what is safe, and give him an intake appointment."""
    start = at(stage.today + timedelta(days=1), 9)
    men = Participant.objects.filter(enrollments__in=Enrollment.objects.open()).order_by("id")
    for number, man in enumerate(men):
        participants.log_contact_attempt(
            participant=man,
            channel=ContactChannel.PHONE,
            result=ContactResult.REACHED,
            by=stage.coordinator,
            now=stage.now,
        )
        _make_safe(stage, man, consents=number % 5 != 4)
        day, slot = divmod(number, 18)
        participants.plan_appointment(
            participant=man,
            kind=AppointmentKind.INTAKE,
            starts_at=start + timedelta(days=day, minutes=25 * slot),
            with_whom=stage.coordinator,
            place="Room 2",
            minutes=25,
            by=stage.coordinator,
            now=stage.now,
        )
    stage.say(f"{len(men)} men called, each with an intake appointment in the next three days.")


def _make_safe(stage: Stage, man: Participant, *, consents: bool) -> None:
    for point in ContactPoint.objects.in_use().filter(participant=man).exclude(kind=ContactKind.POSTAL):
        participants.mark_safe(contact_point=point, by=stage.coordinator, now=stage.now)
        if point.kind == ContactKind.PHONE and consents:
            participants.record_consent(
                contact_point=point, given=True, how=ConsentHow.ORAL, by=stage.coordinator, now=stage.now
            )


def hold_intakes(stage: Stage) -> None:
    """Those whose time has come, but one, come."""
    due = Appointment.objects.planned().filter(kind=AppointmentKind.INTAKE, starts_at__lte=stage.now)
    missed = 0
    for appointment in due.select_related("participant").order_by("starts_at"):
        first_time = not appointment.participant.appointments.exclude(pk=appointment.pk).exists()
        kept = not (first_time and appointment.participant.last_name == MISSES_HIS_INTAKE)
        missed += not kept
        hold_intake(stage, appointment, kept=kept)
    stage.say(f"Intakes held; {missed} man did not come.")


def hold_intake(stage: Stage, appointment: Appointment, *, kept: bool) -> None:
    enrollment = appointment.participant.enrollments.open().get()
    seating.settle_appointment(
        appointment=appointment, enrollment=enrollment, kept=kept, by=stage.coordinator, now=stage.now
    )
    if kept:
        enrollments.meet_requirement(
            enrollment=enrollment,
            kind=RequirementKind.AGREEMENT,
            on=stage.today,
            by=stage.coordinator,
            now=stage.now,
        )
        money.assess(stage, enrollment)
    else:
        participants.plan_appointment(
            participant=appointment.participant,
            kind=AppointmentKind.INTAKE,
            starts_at=at(stage.today + timedelta(days=5), 10),
            with_whom=stage.coordinator,
            place="Room 2",
            by=stage.coordinator,
            now=stage.now,
        )


def confirm_recipients(stage: Stage) -> None:
    """Each is called back, so that no party is left out of a report. Without an e-mail it goes on paper."""
    unconfirmed = list(Recipient.objects.to_be_confirmed().order_by("id"))
    for recipient in unconfirmed:
        recipients.confirm(recipient=recipient, by=stage.coordinator, now=stage.now)
    stage.say(f"{len(unconfirmed)} parties' addresses confirmed by calling back.")


def open_cohorts(stage: Stage) -> None:
    plan = (("A", time(19, 0), "en"), ("B", time(18, 30), "es"), ("C", time(19, 0), "en"))
    for number, (name, starts_at, language) in enumerate(plan):
        first_on = stage.dates.first_nights[name]
        cohort = cohorts.generate_cohort(
            curriculum=stage.curriculum,
            policy=stage.policy,
            name=f"Cohort {name}",
            first_on=first_on,
            starts_at=starts_at,
            language=language,
            place="516 Fourth Avenue, second floor",
            leaders=[stage.facilitators[number]],
            by=stage.coordinator,
            now=stage.now,
        )
        stage.cohorts[name] = cohort
        last = cohort.sessions.last()
        assert last is not None, "a cohort has sessions"
        stage.say(f"{cohort.name}: {cohort.sessions.count()} sessions from {first_on} to {last.on}, in {language}.")


def seat_all(stage: Stage) -> None:
    """The most pressing first; co-defendants apart; who finds no seat waits."""
    brannigan, desrosiers = (Participant.objects.get(last_name=name) for name in ("Brannigan", "Desrosiers"))
    participants.keep_apart(
        one=brannigan, other=desrosiers, reason="co-defendants", by=stage.coordinator, now=stage.now
    )
    for enrollment in Enrollment.objects.waiting().select_related("participant"):
        seat_somewhere(stage, enrollment)
    for cohort in stage.cohorts.values():
        stage.say(f"{cohort.name}: {cohort.seats.taken().count()} of {cohort.capacity} seats taken.")
    stage.say(f"{Enrollment.objects.waiting().count()} men wait for a seat.")


def seat_somewhere(stage: Stage, enrollment: Enrollment) -> Cohort | None:
    language = enrollment.participant.language
    # The one that begins first is filled first.
    for name in sorted(stage.cohorts, key=lambda name: stage.dates.first_nights[name]):
        cohort = stage.cohorts[name]
        if cohort.language == (language if language in TAUGHT else "en"):
            try:
                seating.place(
                    enrollment=enrollment,
                    cohort=cohort,
                    # With an interpreter, where nobody teaches in his language.
                    anyway=language not in TAUGHT,
                    by=stage.coordinator,
                    now=stage.now,
                )
            except enrollments.MustNotShareAGroup as refusal:
                stage.say(f"{enrollment.participant.called} {refusal}")
            except Refusal:
                continue
            else:
                return cohort
    return None
