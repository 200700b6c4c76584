"""Lists on their way in that wait for somebody, or that went wrong."""

from courts.models import ListUpload
from office import words
from office.subjects import page, rows
from office.today import Line
from office.waiting.making import AT_MOST, key_of

State = ListUpload.State
SAID = {
    State.MAPPING: ("Name the columns of a list", "Name the columns"),
    State.PREVIEWED: ("A list to look at", "Look at it"),
    State.FAILED: ("A list went wrong", "Look at it"),
}


def lines() -> list[Line]:
    waiting = rows(ListUpload).filter(state__in=SAID, emptied_at=None).order_by("id")[:AT_MOST]
    return [_line(one) for one in waiting]


def _line(one: ListUpload) -> Line:
    what, button = SAID[State(one.state)]
    return Line(
        key=key_of("list", one),
        what=what,
        whom=one.court.name if one.court else "Several courts",
        why=one.why if one.state == State.FAILED else f"Sent by {one.uploaded_by.name}.",
        button=button,
        url=page(one),
        since=words.local_day(one.uploaded_at),
        broken=one.state == State.FAILED,
        of=one.uploaded_by_id,
    )
