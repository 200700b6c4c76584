"""Who changed a record when, on its page."""

from typing import Any

from office.admin.base import Panel
from office.columns import worked_out
from office.history import changes
from office.words import moment

HISTORY_COLUMNS = (
    worked_out("at", "When", lambda one: moment(one.at)),
    worked_out("who", "Who", lambda one: one.who),
    worked_out("what", "What", lambda one: one.what),
    worked_out("said", "Before → now", lambda one: one.said),
)


def history(record: Any) -> Panel:
    return Panel(
        "History",
        changes(record),
        HISTORY_COLUMNS,
        "Nothing has been changed here since it was set up.",
        with_buttons=False,
    )
