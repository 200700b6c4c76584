"""How the office says dates and states."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language_info

from core import clock
from core.templatetags import days, phones

NOTHING = "–"
# Spoken where we work, and unknown to Django.
OTHERS = {
    "am": "Amharic", "lo": "Lao", "om": "Oromo", "prs": "Dari", "ps": "Pashto", "sm": "Samoan", "so": "Somali",
    "ti": "Tigrinya", "tl": "Tagalog", "yue": "Cantonese", "zh": "Chinese",
}  # fmt: skip
# Stored words that are read otherwise than they are stored.
READ_AS = {
    "email": "E-mail", "Email": "E-mail", "please_call_case": "Please call", "application/pdf": "PDF",
    "Minute Entry": "Minute entry",
}  # fmt: skip


def today() -> date:
    """By the clock on the office's wall: every page is shown in its program's time zone."""
    return local_day(clock.now())


def day(on: date | None) -> str:
    return NOTHING if on is None else days.day(on)


def local_day(at: datetime) -> date:
    """On which day it was, by the office's calendar."""
    return at.astimezone(timezone.get_current_timezone()).date()


def month_of(on: date | datetime) -> str:
    """March 2026, by the office's calendar."""
    return days.month(local_day(on) if isinstance(on, datetime) else on)


def moment(at: datetime | None) -> str:
    """With its day, also when that is today: a file is read later too."""
    return NOTHING if at is None else f"{days.day(at)}, {days.hour(at)}"


def span(on: date) -> str:
    """How far it is: "in 9 days", "2 days late"."""
    ahead = (on - today()).days
    near = {0: "today", 1: "tomorrow", -1: "1 day late"}
    return near.get(ahead) or (f"in {ahead} days" if ahead > 0 else f"{-ahead} days late")


def due(on: date) -> str:
    """The day, and how far it is."""
    return f"{day(on)}, {span(on)}"


def born(on: date | None) -> str:
    return NOTHING if on is None else f"{on:%b} {on.day}, {on.year}"


def language(code: str) -> str:
    """Its English name; the code, where we don't know one."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return OTHERS.get(code, code)


def reached_at(kind: str, value: str) -> str:
    """A contact as one reads it: a phone's number by its groups."""
    return phones.phone(value) if kind == "phone" else value


def contact(kind: str, value: str) -> str:
    return f"{'Address' if kind == 'postal' else plain(kind)} {reached_at(kind, value)}"


def plain(stored: str) -> str:
    """A stored word as one reads it: "on_hold" becomes "On hold"."""
    return READ_AS.get(stored) or str(capfirst(stored.replace("_", " ").replace(".", " ")))


# What the office calls a background job.
JOBS = {
    "participants.compare": "Who may be here twice",
    "programs.reassess": "Where everybody stands",
    "courts.propose": "What is proposed",
    "programs.plan": "Reminders",
    "courts.plan": "Alerts about dates",
    "courts.lists": "Lists coming in",
    "courts.deliver": "Reports to the courts’ pages",
    "office.plan": "What the office is told by e-mail",
    "messaging.send_due": "Messages going out",
    "messaging.sweep": "Messages left behind",
    "messaging.tend": "What became of texts and letters",
    "records.plan": "What is due to be disposed of",
    "backups.keep_ledger": "Ledger of destroyed keys",
    "audit.seal": "Seal of the audit trail",
}


def money(amount: Decimal) -> str:
    """US dollars, to the cent."""
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def job(name: str) -> str:
    return JOBS.get(name) or plain(name)
