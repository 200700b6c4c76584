"""Whoever is asked, and what he holds in his hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from outcomes.actions import answering, asking
from outcomes.actions.sheets import Questions, questions
from outcomes.actions.tickets import sitting, token_of
from outcomes.kinds import Moment, Way
from outcomes.models import Asking, Subject, Ticket
from programs.models import Enrollment
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.programs import EnrollmentFactory

YES = {"statistics": True, "follow_up": True}


@dataclass
class Browser:
    """That has taken a ticket."""

    token: str
    secret: str

    def agree(self, *, now: datetime, **said: bool) -> bool:
        return answering.agree(token=self.token, secret=self.secret, **{**YES, **said}, now=now)

    def save(self, given: dict[int, int | None], *, now: datetime) -> Questions:
        return answering.save(token=self.token, secret=self.secret, given=given, now=now)

    def finish(self, *, now: datetime) -> None:
        answering.finish(token=self.token, secret=self.secret, now=now)

    def subject(self, *, now: datetime) -> Subject:
        return sitting(token=self.token, secret=self.secret, now=now).subject


def enrolled(**fields: Any) -> Enrollment:
    return EnrollmentFactory.create(**fields)


def attended(enrollment: Enrollment) -> Enrollment:
    """He sits in a group, and nothing is left to attend."""
    enrollment.state, enrollment.standing = Enrollment.State.SEATED, "requirements_open"
    enrollment.save(update_fields=["state", "standing"])
    return enrollment


def ticket(enrollment: Enrollment, moment: Moment = Moment.INTAKE, way: Way = Way.TABLET, *, now: datetime) -> Ticket:
    return asking.hand(enrollment=enrollment, moment=moment, way=way, by=UserFactory.create(), now=now)


def begun(
    enrollment: Enrollment, moment: Moment = Moment.INTAKE, *, now: datetime = NOW, agreed: bool = True
) -> Browser:
    token = token_of(ticket(enrollment, moment, now=now))
    made = Browser(token, answering.begin(token=token, now=now))
    if agreed and answering.needs_asking(Asking.objects.get(enrollment=enrollment, moment=moment)):
        made.agree(now=now)
    return made


def asked(browser: Browser, *, now: datetime = NOW) -> Questions:
    told = sitting(token=browser.token, secret=browser.secret, now=now)
    return questions(told.ticket.asking, told.subject)


def answered(enrollment: Enrollment, moment: Moment = Moment.INTAKE, value: int = 2, *, now: datetime = NOW) -> Subject:
    """All of it, each with the same answer; handed in."""
    browser = begun(enrollment, moment, now=now)
    subject = browser.subject(now=now)
    browser.save(dict.fromkeys(range(len(asked(browser, now=now).steps)), value), now=now)
    browser.finish(now=now)
    return subject
