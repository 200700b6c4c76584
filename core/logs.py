"""What a log may say: ids, kinds and places in our own code, never a value.

Databases quote the row that they refuse, mail servers the address, Typst and the readers of lists the text itself, so
no exception's message is written. A library's words are written where somebody here has looked at what they can hold.
"""

import logging
import logging.config
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from core.tokens import without_tokens

FORMAT = "{asctime} {levelname} {name} {message}"
HOUSE = Path(__file__).resolve().parent.parent
OURS = frozenset({"config"}) | {path.parent.name for path in HOUSE.glob("*/apps.py")}
# What they say of their own starting, connecting and stopping; of trouble, only the words in their source.
ROUTINE = ("celery", "kombu", "gunicorn")
TASK_FACTS = ("name", "id", "runtime")
MOST_FRAMES = 6
MOST_CAUSES = 5

_SQLITE = re.compile(r"(?:UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: [\w.]+(?:, [\w.]+)*)?$", re.ASCII)
_WARNED = re.compile(r"\S+:\d+: \w+(?=:)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_QUERY = re.compile(r"\?[^\s\"']*")


class Discreet(logging.Filter):
    """Rewrites each record before it is written, so that whatever handler comes after has no more than this either."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "is_discreet"):
            self._rewrite(record)
        return True

    def _rewrite(self, record: Any) -> None:
        record.is_discreet = True
        try:
            said = without_tokens(_said(record))
        except Exception:
            # Words and arguments that don't fit: a filter that fails would stop the work, and Python print them both.
            said = _place(record)
        error = record.exc_info[1] if record.exc_info else None
        record.msg = f"{said} [{told(error)}]" if error else said
        record.args = record.exc_info = record.exc_text = record.stack_info = None
        # What came with the request; and Celery's copy of a task's arguments, result, error and traceback.
        for held in ("request", "data"):
            record.__dict__.pop(held, None)


class Line(logging.Formatter):
    """One line a record, in UTC: what somebody typed can't begin another."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", super().format(record))


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: logging, and what Python itself would print of an error that nobody caught."""
    logging.config.dictConfig(config)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_a_thread


def _uncaught(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, frames)
    else:
        logging.getLogger(__name__).critical("ended by an error", exc_info=(kind, error, frames))


def _uncaught_in_a_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and found.exc_type is not SystemExit:
        _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


# --- what was said


def _said(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return _with(record.msg, record.args, _argument)
    if hasattr(record, "request"):
        return _request(record)
    if record.name == "py.warnings":
        found = _WARNED.match(record.getMessage())
        return found[0] if found else "a warning"
    if record.name == "django.server":
        return _QUERY.sub("", record.getMessage()) if _is_request_line(record) else _place(record)
    return _of_a_library(record)


def _of_a_library(record: logging.LogRecord) -> str:
    if isinstance(record.args, Mapping) and "name" in record.args:
        facts = (f"{fact} {record.args[fact]}" for fact in TASK_FACTS if fact in record.args)
        return f"{_place(record)}: task {', '.join(facts)}"
    if record.name.startswith(ROUTINE) and record.levelno <= logging.INFO:
        return _QUERY.sub("", record.getMessage())
    return _place(record)


def _place(record: logging.LogRecord) -> str:
    return f"{record.module}:{record.lineno} {record.funcName}"


def _request(record: Any) -> str:
    """Django puts the address of a page into its words, and an error's text; one that isn't ours may be anything."""
    request = record.request
    if getattr(request, "resolver_match", None) is None:
        return f"{getattr(record, 'status_code', '')} {request.method} an address that isn't ours".strip()
    return f"{getattr(record, 'status_code', '')} {request.method} {request.path}".strip()


def _is_request_line(record: logging.LogRecord) -> bool:
    """Its other records are of broken connections, with whatever came."""
    return hasattr(record, "status_code") and isinstance(record.args, tuple) and len(record.args) == 3


def _with(message: Any, arguments: Any, shown: Any) -> str:
    if isinstance(message, BaseException):
        return str(shown(message))
    if isinstance(arguments, Mapping):
        return str(message) % {name: shown(value) for name, value in arguments.items()}
    return str(message) % tuple(map(shown, arguments)) if arguments else str(message)


def _argument(value: Any) -> Any:
    if isinstance(value, BaseException):
        return told(value)
    if hasattr(value, "_meta") and hasattr(value, "pk"):
        return f"{value._meta.label} {value.pk}"
    return value


# --- an error


def told(error: BaseException) -> str:
    """Its kind, what the database calls the rule that it broke, where in our code, and the same of what caused it."""
    return "; from ".join(_one(each) for each in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < MOST_CAUSES:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    frames = _frames(error.__traceback__)
    return " ".join([name, *_facts(error), *(["at", " > ".join(frames)] if frames else [])])


def _facts(error: BaseException) -> Iterator[str]:
    """Numbers and names of rules, from the libraries whose errors carry them apart from their text."""
    library = type(error).__module__.partition(".")[0]
    if library == "psycopg":
        yield from _of_postgresql(error)
    elif library == "sqlite3" and (found := _SQLITE.match(str(error))):
        yield found[0]
    elif library == "smtplib" and isinstance(code := getattr(error, "smtp_code", None), int):
        yield str(code)
    elif isinstance(error, OSError) and isinstance(error.errno, int):
        yield f"errno {error.errno}"
    elif isinstance(error, ImportError) and error.name:
        yield error.name
    elif isinstance(error, ImproperlyConfigured):
        # Whoever starts it has to read what to set; ours quotes no value.
        yield str(error)


def _of_postgresql(error: Any) -> Iterator[str]:
    diag = getattr(error, "diag", None)
    names = (getattr(diag, name, None) for name in ("constraint_name", "table_name", "column_name"))
    yield from (str(each) for each in (getattr(error, "sqlstate", None), *names) if each)


def _frames(frame: Any) -> list[str]:
    """Where it went through our own code, and at last where it arose.

    Walked by hand: Celery hands on copies that Python's own traceback module doesn't take.
    """
    places = []
    while frame is not None:
        places.append((Path(frame.tb_frame.f_code.co_filename), frame.tb_lineno, frame.tb_frame.f_code.co_name))
        frame = frame.tb_next
    ours = [each for each in places if _is_ours(each[0])][-MOST_FRAMES:]
    arose = [] if ours[-1:] == places[-1:] else places[-1:]
    return [f"{_short(path)}:{line} {function}" for path, line, function in [*ours, *arose]]


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(HOUSE) and ".venv" not in path.parts


def _short(path: Path) -> str:
    return str(path.relative_to(HOUSE)) if _is_ours(path) else "/".join(path.parts[-2:])
