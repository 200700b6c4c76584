"""Onus on this machine, without a service: `python -m tools.run [--bare]`. Ctrl-C ends all of it.

Makes the demonstration once, then keeps the web server and the worker (with its beat) together:
when one of them ends by itself, so does the other.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE_SECONDS = 90
# A worker finishes the task in hand; one that hangs is not waited for any longer.
GRACE_SECONDS = 10
LAST_WORDS = 20
COMMANDS = {
    "web": ("gunicorn", "-c", "config/gunicorn.py", "config.wsgi"),
    "worker": ("celery", "-A", "config", "worker", "-P", "threads", "-c", "2", "-B", "-l", "INFO"),
}


class Ended(Exception):
    """There is nothing left to serve; the message says why. Without one: somebody asked for it."""


@dataclass(slots=True)
class Child:
    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def check(self) -> None:
        """Raises Ended once it has ended."""
        status = self.process.poll()
        if status is not None:
            words = "\n".join(self.log.read_text(errors="replace").splitlines()[-LAST_WORDS:])
            raise Ended(f"The {self.name} ended by itself (status {status}). The end of {self.log}:\n{words}")

    def ask_to_end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def see_it_gone(self, by: float) -> None:
        """With all that it started: the group is its own."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(0.0, by - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


# Set by a signal, and looked at where nothing is half done: an exception could strike between two lines anywhere.
asked_to_end = threading.Event()


def pause(seconds: float) -> None:
    """Raises Ended as soon as somebody asks for it."""
    if asked_to_end.wait(seconds):
        raise Ended


def say(sentence: str) -> None:
    print(sentence, flush=True)


def port() -> int:
    return int(os.environ.get("PORT") or 8000)


def folder() -> Path:
    return Path(os.environ.get("ONUS_VAR") or "var").resolve()


def surroundings() -> dict[str, str]:
    """What the environment says already stands."""
    ours = {
        "DEMO": "1",
        "ONUS_DEMO_WITHOUT_SECOND_FACTOR": "1",
        "ONUS_VAR": str(folder()),
        "ONUS_SITE_URL": f"http://localhost:{port()}",
        "ONUS_BIND": f"{HOST}:{port()}",
    }
    return ours | dict(os.environ)


def is_free(number: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
        except OSError:
            return False
    return True


# --- The demonstration


def demonstration(arguments: Sequence[str]) -> list[str]:
    """The sign-ins. Made beside the file that serves, so that one which was interrupted is never served."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    there, draft = folder() / "onus.sqlite3", folder() / "new.sqlite3"
    if os.environ.get("DATABASE_URL") or there.exists():
        return demo(arguments, {})
    say("Making the demonstration, once: ten weeks of a program. This takes about half a minute.")
    for tail in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + tail).unlink(missing_ok=True)
    said = demo(arguments, {"DATABASE_URL": f"sqlite:///{draft}"})
    draft.rename(there)
    return said


def demo(arguments: Sequence[str], over: dict[str, str]) -> list[str]:
    """Raises Ended when it can't be made."""
    command = [sys.executable, "manage.py", "demo", *arguments]
    said = folder() / "said"
    with (
        said.open("wb") as output,
        subprocess.Popen(command, env=surroundings() | over, stdout=output, start_new_session=True) as making,
    ):
        try:
            while making.poll() is None:
                pause(0.1)
        finally:
            making.kill()
    if making.returncode:
        raise Ended("The demonstration could not be made.")
    return said.read_text().splitlines()


# --- Web and worker


@contextmanager
def children() -> Iterator[list[Child]]:
    started: list[Child] = []
    try:
        for name in COMMANDS:
            started.append(start(name))  # noqa: PERF401  one by one: what stands is ended when the next one fails
        yield started
    finally:
        for child in started:
            child.ask_to_end()
        until = time.monotonic() + GRACE_SECONDS
        for child in started:
            child.see_it_gone(until)


def start(name: str) -> Child:
    log = folder() / "log" / f"{name}.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    program, *arguments = COMMANDS[name]
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    with log.open("wb") as output:
        # Its own session: Ctrl-C is for us, and we end it in good order.
        process = subprocess.Popen(
            command,
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(name, log, process)


def wait_until_ready(started: Sequence[Child]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not answers(f"http://{HOST}:{port()}/readyz"):
        for child in started:
            child.check()
        if time.monotonic() > until:
            raise Ended(f"The web server did not get ready within {PATIENCE_SECONDS} seconds. See {started[0].log}.")
        pause(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(started: Sequence[Child]) -> None:
    while True:
        for child in started:
            child.check()
        pause(0.5)


# --- The command


def run(arguments: Sequence[str]) -> None:
    """Serves until something ends it. Raises Ended."""
    if not is_free(port()):
        raise Ended(f"Port {port()} is taken. Stop what listens there, or take another one: make run PORT=8001")
    sign_ins = demonstration(arguments)
    with children() as started:
        wait_until_ready(started)
        say(f"\nOnus is at http://localhost:{port()}\n")
        say("\n".join(sign_ins))
        say(f"\nEvery person in it is invented. Logs are in {folder() / 'log'}. Ctrl-C ends it.")
        watch(started)


def main(arguments: Sequence[str]) -> int:
    os.umask(0o077)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda *_: asked_to_end.set())
    try:
        run(arguments)
    except Ended as reason:
        if not str(reason):
            say("\nOnus has ended.")
            return 0
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
