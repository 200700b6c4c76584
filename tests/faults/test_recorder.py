"""The recorder in its own process, asked by those who ask it in the faults: smtplib and http."""

import smtplib
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from faults.recording import Recorder, recording
from tools.servers import HOST

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(autouse=True)
def good_again(recorder: Recorder) -> Iterator[None]:
    yield
    recorder.behave(mail="good", text="good", delay=0)


def send(recorder: Recorder, to: str, *, times: int = 1, wait: float = 1) -> None:
    mail = EmailMessage()
    mail["Message-ID"] = f"<{to}>"
    mail.set_content("Please call.\n.\nA dot on its own ends nothing.")
    with smtplib.SMTP(HOST, recorder.mail_port, timeout=wait) as server:
        for _ in range(times):
            server.send_message(mail, "office@notices.example", [to])


def test_keeps_what_arrives_on_one_connection(recorder: Recorder) -> None:
    send(recorder, "two@inbox.example", times=2)

    came = [arrival for arrival in recorder.arrived() if arrival[1] == "two@inbox.example"]
    assert came == [("email", "two@inbox.example", "<two@inbox.example>")] * 2


def test_keeps_texts(recorder: Recorder) -> None:
    before = recorder.count()

    assert recorder.text("+1", "<1>", timeout=1) == (200, f"recorded-{before + 1}")
    assert recorder.arrived()[-1] == ("text", "+1", "<1>")
    assert recorder.count() == before + 1


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("451", smtplib.SMTPDataError),
        ("hanging", smtplib.SMTPServerDisconnected),
        ("closed", OSError),
    ],
)
def test_a_bad_server_takes_nothing(recorder: Recorder, how: str, error: type[Exception]) -> None:
    recorder.behave(mail=how)
    before = recorder.count()

    with pytest.raises(error):
        send(recorder, "one@inbox.example")

    assert recorder.count() == before


def test_nobody_lives_there(recorder: Recorder) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(recorder, "one@gone.example")


def test_a_provider_that_fails_took_nothing_and_a_mute_one_did(recorder: Recorder) -> None:
    before = recorder.count()
    recorder.behave(text="500")
    assert recorder.text("+1", "<1>", timeout=1)[0] == 503
    assert recorder.count() == before

    recorder.behave(text="mute")
    with pytest.raises(TimeoutError):
        recorder.text("+1", "<1>", timeout=0.3)
    assert recorder.count() == before + 1


def test_what_was_hung_up_on_before_it_was_taken_did_not_arrive(recorder: Recorder) -> None:
    """As when a worker is killed: half of the delay is before it is written down, half after."""
    before = recorder.count()
    recorder.behave(delay=2)
    with pytest.raises(TimeoutError):
        recorder.text("+1", "<1>", timeout=0.3)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(recorder, "one@inbox.example", wait=0.3)
    recorder.behave(delay=0)
    time.sleep(1.2)

    assert recorder.count() == before


def test_what_was_taken_arrived_whoever_hangs_up_after_it(recorder: Recorder) -> None:
    before = recorder.count()
    recorder.behave(delay=1.2)
    with pytest.raises(TimeoutError):
        recorder.text("+1", "<1>", timeout=0.9)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(recorder, "one@inbox.example", wait=0.9)

    assert recorder.count() == before + 2
