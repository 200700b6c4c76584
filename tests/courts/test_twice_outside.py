"""What those outside the office notice of two files that become one: the clerk nothing, the man no second message."""

import re
from datetime import timedelta

import pytest

from courts.actions.twice import put_together, take_apart
from messaging.models import Message
from participants.kinds import ContactKind, ContactResult
from participants.models import Participant
from programs.actions.calling import reached_since
from programs.actions.reminders import plan_reminders
from tests.access.people import signed_in
from tests.courts.deskside import clerk_of
from tests.courts.test_twice import two
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.participants import ContactAttemptFactory, ContactPointFactory, ParticipantFactory
from tests.factories.programs import EnrollmentFactory, SeatFactory, SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
LATER = NOW + timedelta(hours=1)
# Made anew for every answer.
OF_ITS_OWN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"')


def test_nothing_that_a_clerk_sees_changes() -> None:
    kept, left = two()
    by, court = UserFactory(), CourtFactory()
    for man in (kept, left):
        enrollment = EnrollmentFactory(participant=man, state="seated")
        case = {"participant": man, "court": court, "enrollment": enrollment, "program": enrollment.program}
        ReferralFactory(state="enrolled", name_as_charged=man.legal_name.upper(), **case)
    client = signed_in(clerk_of(court))

    def seen() -> list[str]:
        return [
            OF_ITS_OWN.sub("", client.get(f"/court/{path}").getvalue().decode())
            for path in ("", "referrals/", "referrals/csv")
        ]

    before = seen()
    assert "JOSE GARZIA" in before[1]
    merge = put_together(kept=kept, left=left, chosen={"last_name": "Garzia"}, by=by, now=LATER)
    assert seen() == before
    take_apart(merge=merge, by=by, now=LATER)
    assert seen() == before


def reminded(left: Participant) -> None:
    ContactPointFactory(safe=True, participant=left, kind=ContactKind.EMAIL, value="his@mail.example")
    seat = SeatFactory(enrollment=EnrollmentFactory(participant=left, state="seated"))
    SessionFactory(cohort=seat.cohort, starts_at=NOW + timedelta(days=1))


def test_nobody_is_reminded_twice() -> None:
    kept, left = two()
    reminded(left)
    assert plan_reminders(now=NOW) == 1
    merge = put_together(kept=kept, left=left, by=UserFactory(), now=NOW)
    assert plan_reminders(now=NOW) == 0
    take_apart(merge=merge, by=UserFactory(), now=NOW)
    assert plan_reminders(now=NOW) == 0


def test_nor_of_what_was_sent_meanwhile() -> None:
    kept, left = two()
    reminded(left)
    merge = put_together(kept=kept, left=left, by=UserFactory(), now=NOW)
    assert plan_reminders(now=NOW) == 1
    Message.objects.update(state="sent", sent_at=NOW, contact_point=kept.contact_points.get())
    take_apart(merge=merge, by=UserFactory(), now=NOW)
    assert plan_reminders(now=NOW) == 0


def test_who_was_reached_under_his_other_number_was_reached() -> None:
    kept, left = two()
    ContactAttemptFactory(participant=left, result=ContactResult.REACHED, at=NOW)
    assert reached_since(kept.pk, NOW) is None
    put_together(kept=kept, left=left, by=UserFactory(), now=NOW)
    assert reached_since(kept.pk, NOW) == "was reached"
    assert reached_since(ParticipantFactory().pk, NOW) is None
