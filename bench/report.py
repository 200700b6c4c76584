"""One unsigned completion report: against bare Typst, against WeasyPrint, and 1,500 in one process."""

import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from html import escape
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import typst

from bench.row import Row, at_least, at_most
from courts.document import FONTS, STANDARDS, TEMPLATES, CompletionFacts, render
from tests.courts.completion import completion_facts

EARLY, LATE = 300, 1500  # reports
# The machine's own serif: with our variable font WeasyPrint takes five times as long, which would flatter us.
STYLE = """
@page { size: letter; margin: 0.8in 1in; @bottom-right { content: counter(page) " of " counter(pages) } }
body { font: 10pt/1.35 serif } table { width: 100%; border-collapse: collapse }
th, td { text-align: left; border-bottom: 0.25pt solid; padding: 0.2em 0 }
"""


def rows() -> list[Row]:
    ours, bare, weasy = seconds_of(lambda facts: render("completion", facts), bare_typst, weasyprint)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        early, late = process.submit(memory).result()
    return [
        at_most(1.5, "report, ms, to bare typst.compile", ours=ours * 1000, reference=bare * 1000),
        at_least(5, "reports a second, to WeasyPrint", ours=1 / ours, reference=1 / weasy),
        at_most(1.1, f"MB held after {LATE} reports, to {EARLY}", ours=late, reference=early),
    ]


def seconds_of(*jobs: Callable[[CompletionFacts], bytes], rounds: int = 25) -> list[float]:
    """Median of each, in turn, so that a busy moment of the machine falls on all; a first round warms up.

    No two calls get the same facts: Typst would take the second document out of its cache.
    """
    taken: list[list[float]] = [[] for _ in jobs]
    numbers = count()
    for _ in range(rounds + 1):
        for job, times in zip(jobs, taken, strict=True):
            told = facts(next(numbers))
            start = time.perf_counter()
            job(told)
            times.append(time.perf_counter() - start)
    return [statistics.median(times[1:]) for times in taken]


def memory() -> tuple[float, float]:
    held = []
    for number in range(1, LATE + 1):
        render("completion", facts(number))
        if number in {EARLY, LATE}:
            held.append(resident())
    return held[0], held[1]


def resident() -> float:
    """Megabytes of memory that this process holds."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def bare_typst(told: CompletionFacts) -> bytes:
    return typst.compile(
        str(TEMPLATES / "completion.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(told)},
        pdf_standards=STANDARDS,
    )


def weasyprint(told: CompletionFacts) -> bytes:
    from weasyprint import HTML  # here, so that the process whose memory is measured doesn't load it

    pdf: bytes = HTML(string=page(told)).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def page(told: CompletionFacts) -> str:
    """As many words, tables and rows as the report has."""
    single = [[name, str(value)] for name, value in told.items() if isinstance(value, str)]
    met = [[it["label"], str(it["met_on"])] for it in told["requirements"]]
    sessions = [[str(it["week"]), it["on"], str(it["minutes"]), it["note"]] for it in told["sessions"]]
    copies = [[it["role"], it["name"]] for it in told["distribution"]]
    tables = (
        (["Fact", "Value"], single),
        (["Requirement", "Met on"], met),
        (["Week", "Date", "Minutes", "Note"], sessions),
        (["Copy to", "Name"], copies),
    )
    return (
        f"<html lang=en-US><title>{told['number']}</title><style>{STYLE}</style>"
        f"<h1>Completion report</h1><p>{told['court']['caption']}</p>"
        + "".join(f"<h2>{header[0]}</h2>{table(header, lines)}" for header, lines in tables)
    )


def table(header: list[str], lines: list[list[str]]) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def facts(number: int) -> CompletionFacts:
    told = completion_facts()
    told["number"] = f"K-2026-{number:05}"
    told["defendant"] = f"Roberto Álvarez-O’Neil {number}"
    told["case_number"] = f"26-{number:05}"
    return told
