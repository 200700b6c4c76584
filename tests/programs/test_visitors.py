"""Others in the room, by the name used there."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.roles import Role
from audit.models import Event
from programs.actions import visitors
from programs.actions.marks import NotYourSession
from programs.actions.visitors import AliasMissing, ListedAlready, TakenBackAlready
from programs.models import Session, Visitor
from tests.factories.accounts import UserFactory
from tests.factories.programs import VisitorFactory
from tests.programs.scene import Scene, at, scene
from tests.refusals import refuses, told

pytestmark = pytest.mark.django_db
Said = Callable[..., dict[str, Any]]


@pytest.fixture
def running() -> Scene:
    return scene()


@pytest.fixture
def session(running: Scene) -> Session:
    return running.session(1)


@pytest.fixture
def said(running: Scene, session: Session) -> Said:
    def made(**fields: object) -> dict[str, Any]:
        whole = {
            "session": session,
            "role": Visitor.Role.SPEAKER,
            "alias": "River",
            "agreement_signed": True,
            "by": running.leader,
            "now": at(session, 5),
        }
        return {**whole, **fields}

    return made


def test_is_listed(running: Scene, session: Session, said: Said) -> None:
    before = Event.objects.count()

    made = visitors.note_visitor(**said(alias=" River "))

    stored = Visitor.objects.get()
    assert (stored, stored.session, stored.role, stored.alias) == (made, session, "speaker", "River")
    assert (stored.agreement_signed, stored.noted_by, stored.noted_at) == (True, running.leader, at(session, 5))
    assert told(after=before) == [(f"user:{running.leader.pk}", "visitor.noted", f"programs.Visitor:{made.pk}")]
    facts = Event.objects.get(verb="visitor.noted").facts
    assert facts == {"session": session.pk, "role": "speaker", "agreement_signed": True}


def test_the_longest_alias(said: Said) -> None:
    assert visitors.note_visitor(**said(alias="a" * 60)).alias == "a" * 60
    refuses(AliasMissing, visitors.note_visitor, **said(alias="b" * 61))


def test_a_coordinator_lists_too(running: Scene, said: Said) -> None:
    assert visitors.note_visitor(**said(by=running.coordinator)).noted_by == running.coordinator


@pytest.mark.parametrize("alias", ["", "  "])
def test_not_without_a_name(said: Said, alias: str) -> None:
    refuses(AliasMissing, visitors.note_visitor, **said(alias=alias))


def test_not_twice(said: Said) -> None:
    visitors.note_visitor(**said())

    assert str(refuses(ListedAlready, visitors.note_visitor, **said(alias="river"))).startswith("river is listed")
    assert visitors.note_visitor(**said(role=Visitor.Role.OBSERVER)).alias == "River"


def test_not_by_one_who_does_not_lead(said: Said) -> None:
    stranger = UserFactory(roles=[Role.FACILITATOR])

    refuses(NotYourSession, visitors.note_visitor, **said(by=stranger))


def test_taken_back_it_stays_in_the_file(running: Scene, session: Session, said: Said) -> None:
    made = visitors.note_visitor(**said())
    before = Event.objects.count()

    visitors.take_back_visitor(visitor=made, by=running.leader, now=at(session, 9))

    stored = Visitor.objects.get()
    assert (stored.taken_back_at, stored.taken_back_by) == (at(session, 9), running.leader)
    assert list(session.visitors.standing()) == []
    assert told(after=before) == [(f"user:{running.leader.pk}", "visitor.taken_back", f"programs.Visitor:{made.pk}")]
    assert visitors.note_visitor(**said()) != made


def test_is_not_taken_back_twice_nor_by_a_stranger(running: Scene, session: Session) -> None:
    made = VisitorFactory(session=session)
    stranger = UserFactory(roles=[Role.FACILITATOR])
    refuses(NotYourSession, visitors.take_back_visitor, visitor=made, by=stranger, now=at(session, 9))

    visitors.take_back_visitor(visitor=made, by=running.leader, now=at(session, 9))

    refuses(TakenBackAlready, visitors.take_back_visitor, visitor=made, by=running.leader, now=at(session, 9))
