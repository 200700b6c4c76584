import os
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from courts.certificates import self_signed
from courts.signing_key import NoKeyInFile, SigningKey

YEARS = 3


class Command(BaseCommand):
    help = (
        "Make a key on the curve P-256 and a certificate that it signs itself, for ONUS_SIGNING_KEY, "
        "and beside it FILE.crt, the certificate alone, to give away. ONUS_SIGNING_PASSWORD, if set, encrypts the key."
    )
    # It helps where others say that a key is missing.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, readable by its owner only")
        parser.add_argument("--name", required=True, help="whose reports it signs, as readers will show it")
        parser.add_argument("--years", type=int, default=YEARS, help=f"how long it is good for; {YEARS}")

    def handle(self, *args: Any, file: Path, name: str, years: int, **options: Any) -> None:
        if not 1 <= len(name) <= 64 or not 1 <= years <= 20:  # a common name holds 64 letters
            raise CommandError("A name has 1 to 64 letters, and a certificate is good for 1 to 20 years.")
        given = Path(f"{file}.crt")
        if there := [one for one in (file, given) if one.exists()]:
            raise CommandError(f"File exists: {there[0]}. Name a new one: a key that is replaced is gone.")
        now, password = clock.now(), settings.SIGNING_PASSWORD
        made = self_signed(name, of=now, until=now + timedelta(days=365 * years), password=password)
        try:
            _write_new(file, made, mode=0o600)
            _write_new(given, made[made.index(b"-----BEGIN CERTIFICATE") :], mode=0o644)
            key = SigningKey.load(file, password=password)
        except (OSError, NoKeyInFile) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"ONUS_SIGNING_KEY={file}\n{key.subject}, until {key.ends_at:%Y-%m-%d}\n{key.fingerprint}")


def _write_new(path: Path, content: bytes, *, mode: int) -> None:
    """Never over another, nor for anybody else to read, not even for a moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
