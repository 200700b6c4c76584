"""What sends in a process of its own for `bench.sending`: `python -m bench.rivals.senders WHO`."""

import os
import sys
from collections.abc import Callable

from bench.rivals.mails import ADDRESS, BODY, SUBJECT


def ours() -> None:
    """One worker's part: what its task does each minute, until nothing is due."""
    import django

    django.setup()
    from core import clock
    from messaging.actions import send_due

    _wait()
    while send_due(now=clock.now()).sent:
        pass


def post_office() -> None:
    """django-post-office by its own command's function, with its defaults and two processes."""
    import django
    from django.conf import settings

    settings.configure(**_bare_settings(INSTALLED_APPS=["django.contrib.contenttypes", "post_office"]))
    django.setup()
    from django.core.management import call_command
    from post_office.mail import send_many, send_queued_mail_until_done

    call_command("migrate", verbosity=0)
    count = int(os.environ["BENCH_COUNT"])
    mails = [{"subject": SUBJECT, "message": BODY, "sender": ADDRESS.format(0)} for _ in range(count)]
    send_many([{**mail, "recipients": [ADDRESS.format(number)]} for number, mail in enumerate(mails)])
    _wait()
    send_queued_mail_until_done(os.environ["BENCH_LOCK"], 2)


def _bare_settings(**more: object) -> dict[str, object]:
    from environ import Env

    return {
        "DATABASES": {"default": Env().db("DATABASE_URL")},
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": int(os.environ["BENCH_MAIL_PORT"]),
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        # Its mails are templates, also where none is used.
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        **more,
    }


def _wait() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    who: dict[str, Callable[[], None]] = {"ours": ours, "post_office": post_office}
    who[sys.argv[1]]()
