from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import DatabaseError

from courts.actions.life import last_step
from courts.actions.signing import our_fingerprints
from courts.models import IssuedDocument
from courts.signing_key import certificates_in, fingerprint
from courts.verdict import Verdict, verify

UNKNOWN = "not of a file that was issued here"


class Command(BaseCommand):
    help = (
        "Say whether a PDF is a report as it was signed here; exit 1 if it is not. "
        "From the file and the certificate alone; where a database is at hand, with what it knows of the file."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--certificate", type=Path, help="trust those of this PEM file, and no others")

    def handle(self, *args: Any, file: Path, certificate: Path | None, **options: Any) -> None:
        self.style = no_style()
        try:
            content = file.read_bytes()
            trusted = _in(certificate) if certificate else our_fingerprints()
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        verdict = verify(content, trusted=trusted)
        self.stdout.write(verdict.why_not or "Genuine: signed here, and not one byte changed since.")
        for label, said in [*_told(verdict), ("Our records", _on_record(content))]:
            self.stdout.write(f"  {label}: {said}")
        if not verdict.genuine:
            raise SystemExit(1)


def _in(certificate: Path) -> frozenset[str]:
    return frozenset(map(fingerprint, certificates_in(certificate.read_bytes())))


def _told(verdict: Verdict) -> list[tuple[str, str]]:
    at, stamped = verdict.signed_at, verdict.stamped_at
    told = [
        ("Signed by", verdict.subject),
        ("Certificate", verdict.fingerprint),
        ("Signed at", at and f"{at:%Y-%m-%d %H:%M:%S %Z}"),
        ("Time stamp", stamped and f"{stamped:%Y-%m-%d %H:%M:%S %Z} by {verdict.stamped_by}"),
    ]
    return [(label, said) for label, said in told if said]


def _on_record(content: bytes) -> str:
    """By its SHA-256 alone: number and state, and nothing of what stands in it."""
    issued = IssuedDocument.objects.defer("content", "snapshot").select_related("report", "number__program")
    try:
        document = issued.filter(sha256=sha256(content).hexdigest()).first()
        if document is None:
            return UNKNOWN
        step = last_step(document.report)
        return f"{document.number.text}, {str(step).replace('_', ' ')}"
    except DatabaseError:
        return "not asked, for no database answers"
