"""Whatever goes wrong with somebody's name in hand, no log and no mail has the name."""

import csv
import io
import logging
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import typst
from celery import Celery, current_app
from django import forms
from django.core import mail
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import send_mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.urls import path
from gunicorn.config import Config
from openpyxl.utils.exceptions import IllegalCharacterError
from pytest_django import Settings

from accounts.models import User
from config import gunicorn
from core import typeset
from core.logs import FORMAT, Discreet, Line, told
from tests.factories.accounts import UserFactory
from tests.messaging.mail_servers import Refusing, serving
from tests.messaging.test_tasks import worker
from tools.servers import HOST

MARK = "xqzwvmark"
SITE: dict[str, Any] = {"HTTP_HOST": "testserver"}


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """What the house's own handler wrote, and what is left in the records for whoever comes after it."""
    (console,) = (each for each in logging.getLogger().handlers if any(isinstance(f, Discreet) for f in each.filters))
    assert isinstance(console, logging.StreamHandler)
    before, stream = console.stream, io.StringIO()
    console.setStream(stream)

    def read() -> str:
        left = [f"{record.__dict__!r} {record.getMessage()}" for record in caplog.records]
        return "\n".join([stream.getvalue(), *left, caplog.text])

    yield read
    console.setStream(before)


# --- what is provoked


def a_second_with_his_address() -> None:
    for _ in range(2):
        UserFactory.create(email=f"{MARK}@x.example")


def an_address_that_the_check_refuses() -> None:
    UserFactory.create(email=f"{MARK}.UPPER@x.example")


def a_row_without_its_address() -> None:
    User.objects.bulk_create([User(email=None, name=MARK)])  # type: ignore[misc]


def a_value_of_another_kind() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MARK}")


def a_mail_server_that_refuses() -> None:
    with serving(Refusing(550, of=f"{MARK}@x.example")) as port:
        send_mail("x", "x", None, [f"{MARK}@x.example"], connection=_smtp(port))


def an_address_that_no_mail_can_have() -> None:
    send_mail(f"{MARK}\nBcc: all@x.example", "x", None, ["a@x.example"])


def a_report_that_does_not_set() -> None:
    folder = Path(os.environ["ONUS_VAR"])
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / "panics.typ"
    template.write_text("#panic(sys.inputs.facts)")
    typeset.compiler(template, {"name": MARK}).compile(format="pdf")


def a_list_s_cell() -> None:
    (row,) = csv.reader([f"{MARK},1"])
    int(row[0])


def a_list_that_is_too_wide() -> None:
    before = csv.field_size_limit(5)
    try:
        list(csv.DictReader(["name", MARK]))
    finally:
        csv.field_size_limit(before)


def a_workbook_s_cell() -> None:
    openpyxl.Workbook().active.append([f"{MARK}\x00"])  # type: ignore[union-attr]


def a_template() -> None:
    Template(f"{{{{ him|{MARK} }}}}").render(Context())


def a_form() -> None:
    forms.ChoiceField(choices=[("a", "A")]).clean(MARK)


def an_error_of_our_own_from_one_of_theirs() -> None:
    empty: dict[str, str] = {}
    try:
        empty[MARK]
    except KeyError as error:
        raise RuntimeError(f"nothing known of {MARK}") from error


def an_error_while_another_is_handled() -> None:
    try:
        MARK.encode().decode("utf-16")
    finally:
        raise ValueError(MARK)


PROVOKED: dict[Callable[[], None], type[Exception]] = {
    a_second_with_his_address: IntegrityError,
    an_address_that_the_check_refuses: IntegrityError,
    a_row_without_its_address: IntegrityError,
    a_value_of_another_kind: DatabaseError,
    a_mail_server_that_refuses: smtplib.SMTPException,
    an_address_that_no_mail_can_have: ValueError,
    a_report_that_does_not_set: typst.TypstError,
    a_list_s_cell: ValueError,
    a_list_that_is_too_wide: csv.Error,
    a_workbook_s_cell: IllegalCharacterError,
    a_template: TemplateSyntaxError,
    a_form: ValidationError,
    an_error_of_our_own_from_one_of_theirs: RuntimeError,
    an_error_while_another_is_handled: ValueError,
}
each_of_them = pytest.mark.parametrize("provoke", PROVOKED, ids=lambda each: each.__name__)


def _smtp(port: int) -> Any:
    return mail.get_connection("django.core.mail.backends.smtp.EmailBackend", host=HOST, port=port)


# --- where it is written


@pytest.mark.django_db
@each_of_them
def test_an_error_that_we_log(provoke: Callable[[], None], written: Callable[[], str], capfd: Any) -> None:
    with pytest.raises(PROVOKED[provoke]) as caught, transaction.atomic():
        provoke()
    logging.getLogger("office.bulk").error("bulk %s", caught.value, exc_info=caught.value)

    said = written()
    assert f"ERROR office.bulk bulk {told(caught.value)} [{told(caught.value)}]\n" in said
    assert f" {provoke.__name__}" in told(caught.value)
    assert MARK not in said + "".join(capfd.readouterr())


@pytest.mark.django_db(transaction=True)
@each_of_them
def test_a_page_that_fails(
    provoke: Callable[[], None], settings: Settings, written: Callable[[], str], capfd: Any
) -> None:
    settings.ROOT_URLCONF, settings.ADMINS = __name__, [("Admin", "admin@onus.example")]
    _pages["provoke"] = provoke
    response = Client(raise_request_exception=False).post(f"/provoked/?name={MARK}", {"name": MARK}, **SITE)

    said = written()
    assert response.status_code == 500
    assert "ERROR django.request 500 POST /provoked/ [" in said
    assert mail.outbox == []
    assert MARK not in said + "".join(capfd.readouterr()) + response.content.decode()


@pytest.mark.django_db
@each_of_them
def test_a_task_that_fails(provoke: Callable[[], None], written: Callable[[], str], capfd: Any) -> None:
    app = Celery("apart", set_as_current=False)

    @app.task(name="provoked")
    def task(name: str) -> None:
        with transaction.atomic():
            provoke()

    assert task.apply(args=[MARK], kwargs={}).state == "FAILURE"

    said = written()
    assert "ERROR celery.app.trace trace:" in said
    assert ": task name provoked, id " in said
    assert MARK not in said + "".join(capfd.readouterr())


@pytest.mark.django_db(transaction=True)
def test_a_worker_s_log(tmp_path: Path) -> None:
    """A process of its own, asked for a task with a name that it can't use, and for one that isn't there."""
    with worker(1, tmp_path / "log"):
        current_app.send_task("messaging.send_due", args=[MARK])
        current_app.send_task(f"{MARK}.unknown", args=[MARK])
        said = _until(tmp_path / "log", "TypeError", "on_unknown_task")

    assert MARK not in said


def _until(log: Path, *words: str) -> str:
    until = time.monotonic() + 90
    while not all(word in log.read_text() for word in words):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
    return log.read_text()


@pytest.mark.parametrize("how", ["raise error", "threading.Thread(target=fail).start()"])
def test_what_nobody_caught(how: str) -> None:
    program = f"""
import django, threading
django.setup()
error = ValueError("{MARK}"[:4] + "{MARK}"[4:])
def fail():
    raise error
{how}
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )
    assert ("CRITICAL core.logs ended by an error [ValueError" in ended.stderr, MARK in ended.stderr) == (True, False)


def _gone(request: HttpRequest) -> HttpResponse:
    _pages["provoke"]()
    return HttpResponse()


_gone.login_required = False  # type: ignore[attr-defined]
_gone.csrf_exempt = True  # type: ignore[attr-defined]
_pages: dict[str, Callable[[], None]] = {}
urlpatterns = [path("provoked/", _gone)]


# --- what libraries say


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(
            {"path": f"/nobody/{MARK}/?name={MARK}"}, "404 GET an address that isn't ours", id="nothing there"
        ),
        pytest.param(
            {"path": f"/office/?name={MARK}", "HTTP_HOST": f"{MARK}.example"},
            "400 GET an address that isn't ours [django.core.exceptions.DisallowedHost at ",
            id="another host",
        ),
    ],
)
def test_a_request_that_is_refused(asked: dict[str, str], said: str, written: Callable[[], str]) -> None:
    Client().get(**{**SITE, **asked})

    assert said in written()
    assert MARK not in written()


@pytest.mark.django_db
def test_a_forged_form(written: Callable[[], str]) -> None:
    asked: dict[str, Any] = SITE | {"HTTP_ORIGIN": f"https://{MARK}.example"}
    response = Client(enforce_csrf_checks=True).post("/account/sign-in/", {"login": MARK}, **asked)

    assert response.status_code == 403
    assert "django.security.csrf 403 POST /account/sign-in/" in written()
    assert MARK not in written()


def record(name: str, level: int, message: str, *arguments: object, **also: object) -> str:
    made = logging.LogRecord(name, level, "/x/library.py", 7, message, arguments, None, "work")
    made.__dict__.update(also)
    assert Discreet().filter(made)
    return made.getMessage()


@pytest.mark.parametrize(
    ("name", "level", "message", "arguments", "said"),
    [
        ("unknown.library", logging.INFO, f"reads {MARK}", (), "library:7 work"),
        ("django.db.backends", logging.DEBUG, "(%.3f) %s", (0.1, f"SELECT '{MARK}'"), "library:7 work"),
        ("celery.worker.consumer", logging.WARNING, "unknown: %s", (MARK,), "library:7 work"),
        ("celery.beat", logging.INFO, "Sending due task %s", ("audit.seal",), "Sending due task audit.seal"),
        ("gunicorn.error", logging.WARNING, f"Invalid request: GET /{MARK}", (), "library:7 work"),
        ("gunicorn.access", logging.INFO, f"GET /office/?name={MARK} 200", (), "GET /office/ 200"),
        ("gunicorn.error", logging.INFO, "Listening at: %s", ("http://127.0.0.1:8000",), None),
        ("django.server", logging.ERROR, "code 400, %s", (MARK,), "library:7 work"),
        ("py.warnings", logging.WARNING, "%s", (f"a.py:3: UserWarning: {MARK}",), "a.py:3: UserWarning"),
        ("core.nudge", logging.WARNING, "letter %s", (7,), "letter 7"),
    ],
)
def test_a_library_s_words(name: str, level: int, message: str, arguments: Any, said: str | None) -> None:
    assert record(name, level, message, *arguments) == (said or "Listening at: http://127.0.0.1:8000")


def test_the_development_server_leaves_out_what_was_asked_for() -> None:
    line = f"GET /office/?q={MARK} HTTP/1.1"

    assert record("django.server", logging.INFO, '"%s" %s %s', line, "200", "17", status_code=200) == (
        '"GET /office/ HTTP/1.1" 200 17'
    )


@pytest.mark.django_db
def test_a_row_is_its_number(written: Callable[[], str]) -> None:
    user = UserFactory.create(name=MARK, email=f"{MARK}@x.example")
    logging.getLogger("office.x").warning("%s and %s", user, {"a": 1})

    assert f"accounts.User {user.pk} and {{'a': 1}}" in written()
    assert MARK not in written()


def test_an_address_that_is_a_key_is_left_out() -> None:
    assert record("gunicorn.access", logging.INFO, "GET /sessions/calendar/Zk3x.ics 200") == (
        "GET /sessions/calendar/….ics 200"
    )


def test_gunicorn_s_own_handlers_are_ours(capfd: Any) -> None:
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", gunicorn.access_log_format)
    logger = gunicorn.Logger(config)
    try:
        raise ValueError(MARK)
    except ValueError:
        logger.exception("Error handling request %s", f"/office/?q={MARK}")
    asked = SimpleNamespace(method="GET", uri="", path="/office/", headers=[])
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": f"/office/?q={MARK}", "PATH_INFO": "/office/", "QUERY_STRING": MARK}
    took = SimpleNamespace(seconds=0, microseconds=5000, days=0)
    answered = SimpleNamespace(status="200 OK", sent=17, headers=[])
    logger.access(answered, asked, environ | {"SERVER_PROTOCOL": "HTTP/1.1"}, took)

    out, err = capfd.readouterr()
    assert "gunicorn.access GET /office/ 200 17 5ms\n" in out
    assert "[ValueError at tests/core/test_logs.py:" in err
    assert MARK not in out + err
    for log in (logger.error_log, logger.access_log):
        log.handlers.clear()


# --- an error in a line


@pytest.mark.django_db
def test_a_broken_rule_is_named() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        an_address_that_the_check_refuses()

    name = "accounts_user_email_in_small_letters"
    said = {
        "sqlite": f"sqlite3.IntegrityError CHECK constraint failed: {name}",
        "postgresql": f"psycopg.errors.CheckViolation 23514 {name} accounts_user",
    }
    assert told(caught.value).partition("; from ")[2].partition(" at ")[0] == said[connection.vendor]


def test_a_mail_server_s_number_is_kept() -> None:
    assert told(smtplib.SMTPDataError(554, MARK.encode())) == "smtplib.SMTPDataError 554"
    assert told(OSError(28, MARK)) == "OSError errno 28"


def test_who_starts_it_reads_what_to_set() -> None:
    assert told(ImproperlyConfigured("Set X.")) == "django.core.exceptions.ImproperlyConfigured Set X."


def test_errors_that_cause_each_other_come_to_an_end() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one

    assert told(one) == "ValueError; from KeyError"


def test_a_line_is_one_line_and_in_utc() -> None:
    made = logging.LogRecord("x", logging.INFO, "", 1, "a\nERROR forged\u2028b\x1b[1m", (), None)
    made.created, made.msecs = 1_772_539_200.25, 250.0

    assert Line(FORMAT, style="{").format(made) == (
        "2026-03-03T12:00:00.250Z INFO x a\\x0aERROR forged\\x2028b\\x1b[1m"
    )
