import os

# Whatever a process of ours writes is its own user's alone: database, keys, mail, logs, a broker's folders.
os.umask(0o077)

from config.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
