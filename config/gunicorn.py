"""gunicorn -c config/gunicorn.py config.wsgi

Never preloaded: a process that is forked after Typst has rendered hangs in its own first rendering.
"""

import os
from typing import Any

from gunicorn import glogging

from core.logs import FORMAT, Discreet, Line

LOOPBACK = ("127.", "localhost", "::1")


class Logger(glogging.Logger):
    """Its own handlers would print an error with its text, and a request that can't be read."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(Discreet())
            handler.setFormatter(Line(FORMAT, style="{"))


logger_class = Logger
bind = os.environ.get("ONUS_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("ONUS_WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("ONUS_WEB_THREADS", "4"))
preload_app = False
# A report takes under a second; whoever takes a minute hangs.
timeout = 60
graceful_timeout = 20
# Whom we believe that a request came by https.
forwarded_allow_ips = os.environ.get("ONUS_PROXY_ADDRESSES", "127.0.0.1")
# Nobody reads a request's address but the audit trail; the proxy keeps its own log.
accesslog = None
# And who wants one has the address alone: what was asked for by name stands behind the question mark.
access_log_format = "%(m)s %(U)s %(s)s %(B)s %(M)sms"
errorlog = "-"
control_socket_disable = True
# What the master writes is its own user's alone; a socket for a proxy follows gunicorn's own setting of that name.
os.umask(0o077)
proc_name = "onus-web"


def on_starting(server: Any) -> None:
    """With the addresses that it will really listen at, wherever they were set."""
    demo = os.environ.get("DEMO", "").lower() in ("1", "true", "yes", "on", "y", "t", "ok")
    if demo and (open_to_others := [at for at in server.cfg.address if not _on_this_machine(at)]):
        raise SystemExit(
            f"DEMO=1 answers on this machine only, not at {open_to_others[0]}: unset it, or bind 127.0.0.1."
        )


def _on_this_machine(address: Any) -> bool:
    """A socket file is."""
    return isinstance(address, str) or address[0].startswith(LOOPBACK)
