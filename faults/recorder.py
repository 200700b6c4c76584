"""A mail server and a provider of texts, on loopback, in a process of their own: they keep what arrives.

As little as such a server can do, so that it is never what is waited for. `POST /behave` tells it to be a bad one.
"""

import asyncio
import json
import re
import sys
from dataclasses import dataclass, field
from typing import Any

from tools.servers import HOST

MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(rb"<([^>]*)>")
END = b"\r\n.\r\n"


@dataclass(slots=True)
class State:
    """What arrived, as (channel, to, id), and how to behave.

    `mail`: good, closed, hanging, or three digits; `text`: good, mute or 500.
    """

    arrived: list[tuple[str, str, str]] = field(default_factory=list)
    mail: str = "good"
    text: str = "good"
    # Seconds until something is answered; in the middle of them it is taken, if whoever brought it is still there.
    delay: float = 0.0
    # Whoever lives there is refused for good.
    gone: str = "gone.example"


class Mail(asyncio.Protocol):
    def __init__(self, state: State) -> None:
        self.state, self.buffer, self.to, self.in_data = state, b"", b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.state.mail == "closed":
            transport.abort()
        elif self.state.mail != "hanging":
            self._say(b"220 recorder")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.state.mail == "hanging":
            return
        while self._took_one():
            pass

    def _took_one(self) -> bool:
        end = END if self.in_data else b"\r\n"
        one, found, rest = self.buffer.partition(end)
        if not found:
            return False
        self.buffer = rest
        if self.in_data:
            self._take(one)
        else:
            self._answer(one)
        return True

    def _answer(self, line: bytes) -> None:
        command = line[:4].upper()
        if command == b"RCPT":
            self._recipient(line)
        elif command == b"DATA":
            self.in_data = True
            self._say(b"354 go on")
        elif command == b"QUIT":
            self._say(b"221 bye")
            self.transport.close()
        else:
            self._say(b"250 yes")

    def _recipient(self, line: bytes) -> None:
        match = ADDRESS.search(line)
        self.to = match[1] if match else b""
        gone = self.to.endswith(self.state.gone.encode())
        self._say(b"550 nobody here" if gone else b"250 yes")

    def _take(self, content: bytes) -> None:
        self.in_data = False
        if self.state.mail.isdigit():
            return self._say(f"{self.state.mail} not so".encode())
        match = MESSAGE_ID.search(content)
        arrival = ("email", self.to.decode(), match[1].decode() if match else "")
        if self.state.delay:
            asyncio.get_running_loop().call_later(self.state.delay / 2, self._write_down, arrival)
        else:
            self._write_down(arrival)
        return None

    def _write_down(self, arrival: tuple[str, str, str]) -> None:
        """Before it is answered: a server that took a mail delivers it, whoever hangs up after that."""
        if self.transport.is_closing():
            return
        self.state.arrived.append(arrival)
        if self.state.delay:
            asyncio.get_running_loop().call_later(self.state.delay / 2, self._say, b"250 taken")
        else:
            self._say(b"250 taken")

    def _say(self, words: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(words + b"\r\n")


async def web(state: State, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request a connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        status, answer = await asked(state, head.split()[1], json.loads(body or b"null"), reader)
        said = json.dumps(answer).encode()
        writer.write(b"HTTP/1.1 %d x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status, len(said)) + said)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def asked(state: State, path: str, said: Any, reader: asyncio.StreamReader) -> tuple[int, Any]:
    if path == "/texts":
        return await taken_text(state, said, reader)
    if path == "/behave":
        for name, value in said.items():
            setattr(state, name, value)
        return 200, None
    if path == "/count":
        return 200, len(state.arrived)
    return 200, state.arrived


async def taken_text(state: State, said: dict[str, str], reader: asyncio.StreamReader) -> tuple[int, Any]:
    if state.text == "500":
        return 503, "not now"
    await asyncio.sleep(state.delay / 2)
    if reader.at_eof():
        raise ConnectionAbortedError
    state.arrived.append(("text", said["to"], said["reference"]))
    if state.text == "mute":
        await asyncio.sleep(3_600)
    number = len(state.arrived)
    await asyncio.sleep(state.delay / 2)
    return 200, f"recorded-{number}"


async def main(mail_port: int, web_port: int) -> None:
    state, loop = State(), asyncio.get_running_loop()
    mail = await loop.create_server(lambda: Mail(state), HOST, mail_port, backlog=1000)
    texts = await asyncio.start_server(lambda r, w: web(state, r, w), HOST, web_port)
    async with mail, texts:
        await asyncio.gather(mail.serve_forever(), texts.serve_forever())


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:3])))
