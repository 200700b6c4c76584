"""One signed completion report against bare Typst and a bare signature; a thousand of them in two processes."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

from bench.report import bare_typst, facts
from bench.row import Row, at_most
from courts.certificates import self_signed
from courts.document import render
from courts.signature import sign
from courts.signing_key import SigningKey
from courts.verdict import verify

AT = datetime(2026, 3, 12, tzinfo=UTC)
EACH, EARLY = 500, 100  # reports of each of two processes: a thousand, against the first two hundred


def rows() -> list[Row]:
    ours, typst, signature = seconds_of(report, bare_typst_of, bare_signature_of)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        held = list(processes.map(half, range(2)))
    early, late = (max(each) for each in zip(*held, strict=True))
    bare, held_by = (typst + signature) * 1000, "signed reports: peak MB after 1,000 by two processes, to 200"
    return [
        at_most(2.5, "signed report: ms, to bare Typst + bare signature", ours=ours * 1000, reference=bare),
        at_most(1.1, held_by, ours=late, reference=early),
    ]


@cache
def key() -> SigningKey:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "key.pem"
        path.write_bytes(self_signed("Bench", of=AT, until=AT + timedelta(days=9)))
        return SigningKey.load(path)


def report(number: int) -> None:
    sign(render("completion", facts(number)), key=key(), at=AT)


def bare_typst_of(number: int) -> None:
    bare_typst(facts(number))


@cache
def unsigned() -> bytes:
    return render("completion", facts(0))


def bare_signature_of(_: int) -> None:
    """As pyHanko's manual has it: no frame, no place in the structure, its own guess of the room."""
    sign_pdf(IncrementalPdfFileWriter(BytesIO(unsigned())), PdfSignatureMetadata(field_name="S"), key().signer)


def seconds_of(*jobs: Callable[[int], None], rounds: int = 25) -> list[float]:
    """Median of each, in turn, so that a busy moment of the machine falls on all; a first round warms up.

    No two calls get the same number: Typst would take the second document out of its cache.
    """
    taken: list[list[float]] = [[] for _ in jobs]
    numbers = count(1)
    for _ in range(rounds + 1):
        for job, times in zip(jobs, taken, strict=True):
            number = next(numbers)
            start = time.perf_counter()
            job(number)
            times.append(time.perf_counter() - start)
    return [median(times[1:]) for times in taken]


def half(process: int) -> tuple[float, float]:
    """Megabytes at most that this process held after its first hundred, and after all; the last one is looked at."""
    for number in range(EARLY):
        report(process * EACH + number)
    early = peak()
    for number in range(EARLY, EACH):
        report(process * EACH + number)
    late = peak()
    last = sign(render("completion", facts(process)), key=key(), at=AT)
    assert verify(last, trusted={key().fingerprint}).genuine
    return early, late


def peak() -> float:
    """Not `ru_maxrss`: a process that is spawned begins with that of the one that spawned it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
