"""Real mail servers on loopback, some of them bad ones. Each keeps what it accepted."""

import socket
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tools.servers import HOST, free_port


class Good:
    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802  the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.original_content or b""))
        return "250 taken"


class Refusing(Good):
    """Answers `code` to the recipient `of`; takes everybody else's."""

    def __init__(self, code: int, *, of: str) -> None:
        super().__init__()
        self.code, self.of = code, of

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.of:
            return f"{self.code} not here"
        envelope.rcpt_tos.append(address)
        return "250 go on"


class Spurning(Good):
    """Answers `code` to each whole message."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return f"{self.code} not so"


class Dropping(Good):
    """Takes the first message and hangs up without a word."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == 1:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return answer


@contextmanager
def serving(handler: Good) -> Iterator[int]:
    """Its port."""
    controller = Controller(handler, hostname=HOST, port=free_port())
    controller.start()
    handler.connections = 0  # the controller's own greeting is none of ours
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def hanging() -> Iterator[int]:
    """The port of a server that takes a call and never says a word."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]
