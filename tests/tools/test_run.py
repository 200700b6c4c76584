"""Onus really started, on a free port, with a demonstration that has only its program and staff."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools import run, servers

PATIENCE = 60


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    number = servers.free_port()
    for name in [name for name in os.environ if name.startswith("ONUS_")] + ["DATABASE_URL", "REDIS_URL", "DEMO"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    monkeypatch.setenv("ONUS_VAR", str(tmp_path))
    monkeypatch.setenv("PORT", str(number))
    return number


@contextmanager
def started() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tools.run", "--bare"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def until(process: subprocess.Popen[str], end: str) -> list[str]:
    """What it says, up to that line."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.rstrip().endswith(end):
            return lines
    assert process.stderr is not None
    raise AssertionError("\n".join([*lines, process.stderr.read()]))


def descendants(pid: int) -> set[int]:
    """As the kernel has them; a process that lost its parent is found by its session."""
    parents = {int(path.parent.name): stat(path) for path in Path("/proc").glob("[0-9]*/stat")}
    found, size = {pid}, 0
    while len(found) > size:
        size = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def stat(path: Path) -> int:
    try:
        return int(path.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}/cmdline").is_file() and command_of(pid)}


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def ready(port: int) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        said: dict[str, str] = json.load(answer)
        return said


@pytest.mark.sqlite_only
def test_serves_until_it_is_told_to_end_and_leaves_nothing_behind(port: int, tmp_path: Path) -> None:
    with started() as first:
        said = until(first, "Ctrl-C ends it.")
        family = descendants(first.pid)
        assert ready(port)["status"] == "ok"
        first.send_signal(signal.SIGINT)
        assert first.wait(PATIENCE) == 0

    assert said[0].startswith("Making the demonstration, once")
    assert f"Onus is at http://localhost:{port}" in said
    assert [line for line in said if "coordinator@example.org" in line] != []
    # gunicorn and its two workers, Celery's worker and its beat
    assert len(family) == 5
    assert alive(family) == set()
    made = (tmp_path / "onus.sqlite3").stat().st_ino

    with started() as second:
        said = until(second, "Ctrl-C ends it.")
        family = descendants(second.pid)
        worker = next(pid for pid in family if "celery" in command_of(pid) and os.getsid(pid) == pid)
        os.kill(worker, signal.SIGKILL)
        assert second.wait(PATIENCE) == 1
        assert second.stderr is not None
        complaint = second.stderr.read()

    assert "A program is here already; nothing was added." in said
    assert (tmp_path / "onus.sqlite3").stat().st_ino == made
    assert complaint.startswith("The worker ended by itself (status -9). The end of ")
    assert alive(family) == set()


@pytest.mark.sqlite_only
def test_told_to_end_while_the_demonstration_is_made(port: int, tmp_path: Path) -> None:
    with started() as process:
        until(process, "half a minute.")
        family = descendants(process.pid)
        process.terminate()
        assert process.wait(PATIENCE) == 0

    assert alive(family) == set()
    assert not (tmp_path / "onus.sqlite3").exists()


@pytest.mark.usefixtures("port")
def test_a_port_that_is_taken(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", port)):
        assert run.main([]) == 1

    assert capsys.readouterr().err == (
        f"Port {port} is taken. Stop what listens there, or take another one: make run PORT=8001\n"
    )


def test_what_is_handed_on_to_each_process(port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    handed = run.surroundings()
    assert {name: handed[name] for name in handed if name == "DEMO" or name.startswith("ONUS_")} == {
        "DEMO": "1",
        "ONUS_DEMO_WITHOUT_SECOND_FACTOR": "1",
        "ONUS_VAR": str(tmp_path),
        "ONUS_SITE_URL": f"http://localhost:{port}",
        "ONUS_BIND": f"127.0.0.1:{port}",
    }

    monkeypatch.setenv("ONUS_DEMO_WITHOUT_SECOND_FACTOR", "0")
    assert run.surroundings()["ONUS_DEMO_WITHOUT_SECOND_FACTOR"] == "0"


def test_a_demonstration_that_fails_is_not_served(
    port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["--no-such-flag"]) == 1

    assert capfd.readouterr().err.endswith("The demonstration could not be made.\n")
    assert not (tmp_path / "onus.sqlite3").exists()


def child(tmp_path: Path, *command: str) -> run.Child:
    log = tmp_path / "web.log"
    log.write_text("\n".join(f"line {n}" for n in range(1, 31)))
    return run.Child("web", log, subprocess.Popen(command, start_new_session=True))


def test_a_child_that_ended_is_named_with_its_last_words(tmp_path: Path) -> None:
    ended = child(tmp_path, "sh", "-c", "exit 3")
    ended.process.wait()

    with pytest.raises(run.Ended) as complaint:
        ended.check()
    first, *words = str(complaint.value).splitlines()
    assert re.fullmatch(r"The web ended by itself \(status 3\)\. The end of \S+/web\.log:", first)
    assert words == [f"line {n}" for n in range(11, 31)]


def test_a_child_that_does_not_listen_is_killed_with_its_own(tmp_path: Path) -> None:
    deaf = child(tmp_path, "sh", "-c", "trap '' TERM; sleep 300 & sleep 300")
    time.sleep(0.3)
    family = descendants(deaf.process.pid) | {deaf.process.pid}

    deaf.check()
    deaf.ask_to_end()
    deaf.see_it_gone(time.monotonic() + 0.2)

    assert len(family) == 3
    time.sleep(0.1)
    assert alive(family) == set()


def test_gives_up_on_a_web_server_that_never_answers(
    port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "PATIENCE_SECONDS", 0.2)
    mute = child(tmp_path, "sleep", "300")

    with pytest.raises(run.Ended, match=r"^The web server did not get ready within 0\.2 seconds\. See \S+web\.log\.$"):
        run.wait_until_ready([mute])
    mute.see_it_gone(time.monotonic())
