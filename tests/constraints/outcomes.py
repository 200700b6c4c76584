"""outcomes: what its tables refuse."""

from datetime import date, timedelta

from outcomes.kinds import Moment
from tests.constraints.writing import Listed, again
from tests.factories.clock import NOW
from tests.factories.outcomes import (
    AskingFactory,
    DraftFactory,
    FollowUpDueFactory,
    FollowUpFactory,
    InstrumentFactory,
    LinkFactory,
    SheetFactory,
    SubjectFactory,
    TicketFactory,
    YearOfChangeFactory,
)

TODAY = NOW.date()

REFUSED: Listed = [
    ("outcomes_instrument_version", lambda: again(InstrumentFactory, "program", "version", retired_at=NOW)),
    ("outcomes_instrument_one_current", lambda: again(InstrumentFactory, "program")),
    ("outcomes_draft_one", lambda: again(DraftFactory, "program")),
    ("outcomes_asking_once", lambda: again(AskingFactory, "enrollment")),
    ("outcomes_asking_in_order", lambda: AskingFactory(due_on=TODAY, closes_on=TODAY - timedelta(days=1))),
    ("outcomes.Subject.key", lambda: again(SubjectFactory, "key")),
    ("outcomes.Link.enrollment", lambda: again(LinkFactory, "enrollment")),
    ("outcomes.Link.key", lambda: again(LinkFactory, "key")),
    ("outcomes_sheet_once", lambda: again(SheetFactory, "subject", "instrument")),
    ("outcomes_sheet_month", lambda: SheetFactory(month=date(2026, 3, 2))),
    ("outcomes.Ticket.token_hash", lambda: again(TicketFactory, "token_hash")),
    ("outcomes_ticket_one_of_an_asking", lambda: again(TicketFactory, "asking")),
    ("outcomes_followupdue_once", lambda: again(FollowUpDueFactory, "enrollment")),
    ("outcomes_followupdue_said_is_empty", lambda: FollowUpDueFactory(is_said=True)),
    ("outcomes_followupdue_moment", lambda: FollowUpDueFactory(moment=Moment.INTAKE)),
    ("outcomes_followup_once", lambda: again(FollowUpFactory, "subject")),
    ("outcomes_followup_month", lambda: FollowUpFactory(month=date(2026, 3, 2))),
    ("outcomes_followup_moment", lambda: FollowUpFactory(moment=Moment.AFTER)),
    ("outcomes_year_once", lambda: again(YearOfChangeFactory, "program")),
]


def a_new_version() -> None:
    old = InstrumentFactory(retired_at=NOW)
    InstrumentFactory(program=old.program)


ALLOWED: Listed = [
    ("outcomes_instrument_one_current", a_new_version),
    ("outcomes_followupdue_said_is_empty", lambda: FollowUpDueFactory(is_said=True, sealed=b"")),
]
