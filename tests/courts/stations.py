"""Cases brought by the office's actions to where a test of `states` begins."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection

from courts.actions import deliveries, states
from courts.models import Hold, Recipient, Referral, Report
from courts.moves import Closing
from tests.courts.cases import (
    Case,
    copy_to,
    program,
    received,
    seated,
)
from tests.factories.clock import NOW

LATER = NOW + timedelta(days=1)
REVIEW = date(2026, 4, 3)


def hold(case: Case, **fields: Any) -> Hold:
    usual: dict[str, Any] = {"reason": "competency evaluation", "review_on": REVIEW, "keeps_seat": True}
    return states.hold(referral=case.referral, by=case.by, now=LATER, **usual | fields)


def close(case: Case, closing: Closing = Closing.RECALLED, **others: Any) -> None:
    case.close(closing, now=LATER, **others)


def resume(case: Case) -> None:
    states.resume(referral=case.referral, by=case.by, now=LATER)


def reopen(case: Case) -> None:
    states.reopen(referral=case.referral, why="closed too soon", by=case.by, now=LATER)


def decline(case: Case) -> None:
    states.decline(referral=case.referral, why="no common language", by=case.by, now=LATER)


def tell(case: Case, report: Report) -> None:
    """Issued and delivered on paper, to the only one who gets it."""
    copy_to(case, Recipient.Role.CLERK, Recipient.Channel.PAPER)
    document = case.issue(report, now=LATER)
    deliveries.deliver(delivery=document.deliveries.get(), by=case.by, now=LATER)


def untouched() -> Case:
    return Case.of(received(program=program()))


def declined() -> Case:
    case = untouched()
    decline(case)
    return case


def on_hold(make: Callable[[], Case] = seated, **fields: Any) -> Case:
    case = make()
    hold(case, **fields)
    return case


def closed(make: Callable[[], Case] = seated) -> Case:
    case = make()
    close(case)
    return case


def joined(case: Case, **fields: Any) -> Referral:
    """Another court's referral of the same man, accepted."""
    other = received(program=case.referral.program, participant=case.referral.participant, **fields)
    case.accept(other)
    other.refresh_from_db()
    return other


def closed_beside_another() -> Case:
    """His seat stands, for another court's referral still runs."""
    case = seated()
    joined(case)
    close(case)
    return case


def stored_in_clear(text: str) -> list[str]:
    """Tables that hold the text as anybody could read it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            values = [value for row in cursor.fetchall() for value in row]
            raw = [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values]
            if any(text.encode() in value for value in raw):
                found.append(table)
    return found
