"""As tutorials have it: a Celery task a mail. `celery -A bench.rivals.task_a_mail worker`."""

import os

import django
from celery import Celery
from django.conf import settings
from django.core.mail import send_mail

from bench.rivals.mails import ADDRESS, BODY, SUBJECT

if not settings.configured:
    settings.configure(
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(os.environ["BENCH_MAIL_PORT"]),
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
    )
    django.setup()

app = Celery("bench", broker=os.environ["REDIS_URL"])
app.conf.update(task_ignore_result=True, task_default_queue=os.environ["BENCH_QUEUE"])


@app.task(name="bench.mail")
def mail(number: int) -> None:
    send_mail(SUBJECT, BODY, ADDRESS.format(0), [ADDRESS.format(number)])


if __name__ == "__main__":
    for number in range(int(os.environ["BENCH_COUNT"])):
        mail.delay(number)
