from datetime import timedelta
from enum import StrEnum


class Moment(StrEnum):
    """When he is asked. Six and twelve months count from the end of his program."""

    INTAKE = "intake"
    AFTER = "after"
    SIX = "six_months"
    TWELVE = "twelve_months"


class Kind(StrEnum):
    MEASURE = "measure"  # the same items each time: it can tell of a change
    QUESTIONNAIRE = "questionnaire"  # asked once, at intake


class Purpose(StrEnum):
    """What he is asked for, each by itself. Whatever he says, the program goes on."""

    STATISTICS = "statistics"
    FOLLOW_UP = "follow_up"


class State(StrEnum):
    """Of an asking; it is all that the office sees."""

    PLANNED = "planned"
    HANDED = "handed"  # a link, a tablet or a sheet of paper is out
    DONE = "done"
    DECLINED = "declined"
    MISSED = "missed"  # its time went by


class Way(StrEnum):
    LINK = "link"
    TABLET = "tablet"
    PAPER = "paper"


class Arrest(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


# From the end of his program to the day on which he is asked.
MONTHS_AFTER = {Moment.AFTER: 0, Moment.SIX: 6, Moment.TWELVE: 12}
# How long an asking stays open, in days. The last one's must end before the link goes.
OPEN_FOR = {Moment.INTAKE: 28, Moment.AFTER: 28, Moment.SIX: 28, Moment.TWELVE: 27}
# What was in his hand has been over so long before a link goes: once a day at most, and never two at one time.
LINK_AFTER = timedelta(days=1)
# From the end of his program, then nothing leads from him to his answers any more.
LINK_MONTHS = 13
# Who ended without completing: by mistake, or because two files were put together, which may be taken apart at any
# time. Whoever notices does so within weeks; until then what he answered before may still make a pair.
ENDED_FOR = timedelta(days=60)
LEAST = 10

MOMENT_LABELS = {
    Moment.INTAKE: "At intake",
    Moment.AFTER: "After the last week",
    Moment.SIX: "Six months later",
    Moment.TWELVE: "Twelve months later",
}
ARREST_LABELS = {Arrest.YES: "Yes", Arrest.NO: "No", Arrest.NOT_KNOWN: "Not known"}
