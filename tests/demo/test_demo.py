from datetime import date, timedelta
from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db.models import Count
from pytest_django.fixtures import Settings

from accounts.models import User
from audit.models import Event
from courts.actions.desks import Desk
from courts.models import CourtPaper, Delivery, Proposal, Referral, Report, Submission
from courts.steps import ReportKind, Step
from demo import present
from demo.courtside import clerk_with_work
from demo.dates import at
from demo.people import PASSWORD
from messaging.models import Message
from participants.models import Appointment, Participant
from programs.models import Enrollment, Program, Session


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(current_app.conf, "broker_url", current_app.conf.broker_url)


def demo(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.django_db
def test_only_a_demonstration_gets_invented_people(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match=r"^A demonstration's people are invented: start it with DEMO=1\.$"):
        demo()
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_is_made_once_and_says_who_signs_in() -> None:
    said = demo("--bare")
    events = Event.objects.count()

    assert [line.split() for line in said] == [
        ["coordinator", "coordinator@example.org", "/office/"],
        ["facilitator", "facilitator1@example.org", "/sessions/"],
        ["court", "clerk", "clerk1@example.org", "/court/"],
        ["prosecutor", "prosecutor@example.org", "/court/"],
        ["administrator", "administrator@example.org", "/office/"],
        ["password", PASSWORD],
    ]
    assert demo("--bare") == ["A program is here already; nothing was added.", *said]
    assert (Program.objects.count(), Event.objects.count()) == (1, events)


# A Sunday night between the holidays: nothing may fall as it was written.
SUNDAY = at(date(2027, 1, 3), 23, 45)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_leaves_work_for_everybody() -> None:
    stage = present.play(now=SUNDAY, tell=lambda text: None)
    on_the_way = Session.objects.filter(state=Session.State.PLANNED, starts_at__lt=SUNDAY + timedelta(days=7))

    assert stage.now == SUNDAY
    # The courts
    delivered = Delivery.objects.filter(channel="portal")
    assert delivered.filter(acknowledged_at=None).count() >= 3
    assert delivered.exclude(acknowledged_at=None).count() >= 3
    assert Report.objects.in_state(Step.IN_REVIEW).count() == 1
    assert set(Proposal.objects.open().values_list("kind", flat=True)) > {ReportKind.COMPLETION, "make_up"}
    assert list(CourtPaper.objects.unread().values_list("referral__state", flat=True)) == ["received"]
    assert [one.by.name for one in Submission.objects.drafts().filter(court=None)] == ["Imogen Castellane"]
    (clerk,) = {one.by for one in Submission.objects.exclude(court=None)}
    assert clerk == clerk_with_work()
    assert Desk(court=clerk.clerkships.get().court).deliveries.waiting().exists()
    # The office
    assert Referral.objects.awaiting_decision().count() == 3
    assert Enrollment.objects.waiting().count() >= 5
    (intake,) = Appointment.objects.planned()
    assert SUNDAY < intake.starts_at < SUNDAY + timedelta(minutes=15)
    # The door
    open_ones = on_the_way.annotate(marked=Count("marks")).values_list("cohort__name", "marked")
    assert ("Cohort B", 10) in open_ones
    assert ("Cohort A", 0) in open_ones
    # Nothing bursts out at the first minute
    assert Message.objects.due(SUNDAY).count() == 0
    assert Message.objects.filter(state="failed").count() == 0
    assert Event.objects.filter(at__gt=SUNDAY).count() == 0
    # The story's, the one whom a clerk has just referred, and one who may be here twice.
    assert Participant.objects.count() == 54 + 2
