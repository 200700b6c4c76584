"""The code under which a man answers, and the one way from him to it.

`code_of` is its only reader, with `subject_of` above it. Three call them, and a test holds that: send the next
(`asking`), forget (`forgetting`), and his own file (`own_file`).
"""

import uuid
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from accounts.actors import Task
from audit.actions import record
from outcomes.models import Agreement, FollowUpDue, Link, Subject, Ticket
from programs.models import Enrollment
from vault.fields import Forgotten
from vault.models import Key, KeyLost

BY = Task("outcomes.codes")
ASKED_IN = ("en", "es")


def month_of(enrollment: Enrollment, now: datetime) -> date:
    """Its first day, in the program's own time zone."""
    return now.astimezone(enrollment.program.zone).date().replace(day=1)


def code_of(enrollment: Enrollment) -> uuid.UUID | None:
    """None: he was never asked, or nothing leads to his answers any more. Raises vault.models.KeyLost."""
    link = Link.objects.select_related("key").filter(enrollment=enrollment, key__destroyed_at=None).first()
    if link and isinstance(link.code, Forgotten):
        raise KeyLost("The key that leads to his answers is missing. Tell an administrator; nothing was changed.")
    return uuid.UUID(link.code) if link else None


def leads() -> Exists:
    """In a query of enrollments: whether anything leads to his answers. It reads no code."""
    return Exists(Link.objects.filter(enrollment=OuterRef("pk"), key__destroyed_at=None))


def subject_of(enrollment: Enrollment) -> Subject | None:
    code = code_of(enrollment)
    return Subject.objects.select_related("key").filter(pk=code).first() if code else None


def new_code(enrollment: Enrollment, *, now: datetime) -> uuid.UUID:
    """The caller holds the enrollment locked, and found none."""
    at = now.astimezone(enrollment.program.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    own, between = Key.new(Key.Kind.SUBJECT, now=at), Key.new(Key.Kind.LINK, now=at)
    Key.objects.bulk_create([own, between])
    language = enrollment.participant.language if enrollment.participant.language in ASKED_IN else ASKED_IN[0]
    subject = Subject.objects.create(program=enrollment.program, key=own, language=language)
    Link.objects.create(enrollment=enrollment, key=between, code=str(subject.pk))
    return subject.pk


def destroy_link(enrollment: Enrollment, *, now: datetime, used: Ticket | None = None) -> None:
    """From now on nothing leads from him to his code: not the link, nor a ticket or a question of ours that is out.

    `used`: a ticket that opens nothing any more, and stays, so that a button pressed twice finds what the first did.
    """
    keys = list(Link.objects.filter(enrollment=enrollment).values_list("key", flat=True))
    out = Ticket.objects.filter(asking__enrollment=enrollment)
    (out.exclude(pk=used.pk) if used else out).delete()
    FollowUpDue.objects.filter(enrollment=enrollment).update(sealed=b"")
    Link.objects.filter(enrollment=enrollment).delete()
    if Key.objects.filter(pk__in=keys).destroy(now=now):
        record(by=BY, now=now, verb="outcomes.link_destroyed", on=enrollment)


def agreed(enrollment: Enrollment, purpose: str) -> bool:
    return Agreement.objects.newest(enrollment).get(purpose, False)
