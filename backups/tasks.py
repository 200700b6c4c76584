from celery import shared_task

from backups import ledgers
from core import clock
from core.heartbeat import beating


@shared_task(name="backups.keep_ledger")
def keep_ledger() -> None:
    with beating("backups.keep_ledger"):
        ledgers.keep_ledger(now=clock.now())
