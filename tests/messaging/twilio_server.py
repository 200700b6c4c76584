"""A server on loopback that speaks Twilio's REST API: sends, lists, redacts; well or badly. It keeps what it took."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tools.servers import HOST

SID, TOKEN, FROM = "AC0123", "a-token-that-only-the-tests-use", "+12065550199"


@dataclass
class Twilio:
    """`refuses`: number → error code. `mood`: how it answers a POST of a text."""

    refuses: dict[str, int] = field(default_factory=dict)
    # An id → the status with which it refuses to blank that text.
    clings: dict[str, int] = field(default_factory=dict)
    # "well", "busy" (429), "broken" (500), "slow" (takes it, answers late), "half" (takes it, hangs up midway),
    # "deaf" (takes it, hangs up without a word), "babbling" (answers without an end), "html" (no JSON),
    # "leading" (elsewhere, before it takes anything).
    mood: str = "well"
    # Of the account's one number.
    sms_url: str = "https://onus.notices.example/texts/in/"
    sms_application_sid: str = ""
    # Of a messaging service: where it posts what comes in itself; or that each of its numbers does; how many it has.
    inbound_request_url: str | None = "https://onus.notices.example/texts/in/"
    use_inbound_webhook_on_number: bool = False
    numbers: int = 1
    texts: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 18, 0, tzinfo=UTC))

    def take(self, said: dict[str, str]) -> dict[str, Any]:
        text = {
            "sid": f"SM{len(self.texts):032x}",
            "to": said["To"],
            "from": said.get("From", ""),
            "body": said["Body"],
            "callback": said.get("StatusCallback", ""),
            "direction": "outbound-api",
            "status": "queued",
            "date_created": f"{self.at:%a, %d %b %Y %H:%M:%S +0000}",
        }
        self.texts.append(text)
        return text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    twilio: Twilio

    def do_POST(self) -> None:
        said = {name: values[0] for name, values in parse_qs(self._body(), keep_blank_values=True).items()}
        self._note()
        if not self.path.endswith("/Messages.json"):
            return self._redact(said)
        if self.twilio.mood == "busy":
            return self._answer(429, {"code": 20429, "message": "Too many requests"})
        if code := self.twilio.refuses.get(said["To"]):
            return self._answer(400, {"code": code, "message": f"no: {said['To']}"})
        if self.twilio.mood == "broken":
            return self._answer(500, {})
        if self.twilio.mood == "leading":
            return self._answer(302, {}, {"Location": "/elsewhere"})
        return self._after_taking(self.twilio.take(said))

    def _after_taking(self, text: dict[str, Any]) -> None:
        mood = self.twilio.mood
        if mood == "slow":
            time.sleep(1.5)
        if mood in {"half", "deaf"}:
            if mood == "half":
                self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n{")
            self.close_connection = True
            return
        if mood == "babbling":
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 99999999\r\n\r\n")
            self._babble()
            return
        self._answer(201, None if mood == "html" else text)

    def _babble(self) -> None:
        self.close_connection = True
        try:
            for _ in range(200):
                self.wfile.write(b" " * 16_384)
        except OSError:
            return

    def do_GET(self) -> None:
        self._note()
        to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
        if self.twilio.mood == "broken":
            return self._answer(500, {})
        if "/Services/" in self.path:
            return self._answer(200, self._service())
        if "/IncomingPhoneNumbers" in self.path:
            number = {"sms_url": self.twilio.sms_url, "sms_application_sid": self.twilio.sms_application_sid}
            one = "/IncomingPhoneNumbers/" in self.path
            return self._answer(200, number if one else {"incoming_phone_numbers": [number]})
        return self._answer(200, {"messages": [text for text in self.twilio.texts if text["to"] == to]})

    def _service(self) -> dict[str, Any]:
        if urlsplit(self.path).path.endswith("/PhoneNumbers"):
            return {"phone_numbers": [{"sid": f"PN{number}"} for number in range(self.twilio.numbers)]}
        return {
            "inbound_request_url": self.twilio.inbound_request_url,
            "use_inbound_webhook_on_number": self.twilio.use_inbound_webhook_on_number,
        }

    def _redact(self, said: dict[str, str]) -> None:
        sid = self.path.rpartition("/")[2].removesuffix(".json")
        found = [text for text in self.twilio.texts if text["sid"] == sid]
        if status := self.twilio.clings.get(sid):
            return self._answer(status, {"code": 20009})
        if self.twilio.mood == "broken":
            return self._answer(503, {})
        if not found:
            return self._answer(404, {"code": 20404})
        found[0]["body"] = said["Body"]
        return self._answer(200, found[0])

    def _note(self) -> None:
        self.twilio.asked.append(f"{self.command} {urlsplit(self.path).path}")
        self.twilio.authorizations.add(self.headers.get("Authorization", ""))

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def _answer(self, status: int, said: dict[str, Any] | None, heads: dict[str, str] | None = None) -> None:
        content = b"<html>It works.</html>" if said is None else json.dumps(said).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | (heads or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Nothing on the terminal."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up."""


@contextmanager
def speaking(twilio: Twilio) -> Iterator[str]:
    """Its address."""
    handler = type("Handler", (_Handler,), {"twilio": twilio})
    server = _Quiet((HOST, 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
