"""The recorder, from the side of those who start it and ask it what arrived."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from tools.servers import HOST, PATIENCE_SECONDS, free_port, listens


@dataclass(frozen=True, slots=True)
class Recorder:
    mail_port: int
    web_port: int

    def behave(self, **how: str | float) -> None:
        self._ask("POST", "/behave", how)

    def count(self) -> int:
        return int(self._ask("GET", "/count"))

    def arrived(self) -> list[tuple[str, str, str]]:
        """Channel, to whom, and the Message-ID or its like."""
        return [(channel, to, its_id) for channel, to, its_id in self._ask("GET", "/arrived")]

    def text(self, to: str, reference: str, *, timeout: float) -> tuple[int, Any]:
        return self._answered("POST", "/texts", {"to": to, "reference": reference}, timeout)

    def _ask(self, method: str, path: str, said: Any = None) -> Any:
        return self._answered(method, path, said, 10)[1]

    def _answered(self, method: str, path: str, said: Any, timeout: float) -> tuple[int, Any]:
        connection = HTTPConnection(HOST, self.web_port, timeout=timeout)
        try:
            connection.request(method, path, None if said is None else json.dumps(said))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def recording() -> Iterator[Recorder]:
    recorder = Recorder(free_port(), free_port())
    command = [sys.executable, "-m", "faults.recorder", str(recorder.mail_port), str(recorder.web_port)]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            end = time.monotonic() + PATIENCE_SECONDS
            while not listens(HOST, recorder.web_port):
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("The recorder did not start.")
                time.sleep(0.05)
            yield recorder
        finally:
            process.kill()
