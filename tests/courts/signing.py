"""Keys, files and a time stamp service for the tests of the signature."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import Any

from asn1crypto import keys, tsp, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from courts.certificates import self_signed
from courts.document import render
from courts.signature import sign
from courts.signing_key import SigningKey
from courts.told import CompletionFacts
from tests.courts.completion import completion_facts

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)
NAME = "Northwest Accountability Program"


def key_file(path: Path, *, name: str = NAME, days: int = 900, of: datetime = AT, password: str = "") -> Path:
    path.write_bytes(self_signed(name, of=of, until=of + timedelta(days=days), password=password))
    return path


@cache
def key(name: str = NAME) -> SigningKey:
    with NamedTemporaryFile() as file:
        return SigningKey.load(key_file(Path(file.name), name=name))


@cache
def unsigned() -> bytes:
    return render("completion", completion_facts())


@cache
def signed() -> bytes:
    return sign(unsigned(), key=key(), at=AT)


def of_pages(number: int) -> CompletionFacts:
    facts = completion_facts()
    facts["sessions"] *= 1 if number == 1 else 4 * (number - 1)
    return facts


def told(*command: str, pdf: bytes) -> str:
    """What one of poppler's commands says of the file."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run([*command, file.name], check=False, capture_output=True, text=True, timeout=60)
    return done.stdout


def pdfsig(pdf: bytes) -> str:
    return told("pdfsig", pdf=pdf)


@contextmanager
def timestamps(at: datetime, *, status: int = 200, asked: list[str] | None = None) -> Iterator[str]:
    """The address of a service on this machine that stamps that time on whatever it is sent.

    `status` 3xx: it leads to another address of its own. `asked`: the paths that it was asked for are added.
    """
    dummy = _dummy(at)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(dummy.request_tsa_response(asked).dump())

        def do_GET(self) -> None:
            self.send_error(404)

        def log_request(self, *_: object) -> None:
            (asked if asked is not None else []).append(self.path)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _dummy(at: datetime) -> DummyTimeStamper:
    private = rsa.generate_private_key(65537, 2048)
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "Clock of the tests")])
    stamps = certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    made = (
        certificates.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(stamps, critical=True)
        .sign(private, SHA256())
    )
    return DummyTimeStamper(
        x509.Certificate.load(made.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        fixed_dt=at,
    )
