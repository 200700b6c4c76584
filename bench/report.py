"""One unsigned completion report: against bare Typst, against WeasyPrint, and 1,500 in one process."""

import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import typst

from bench.row import Row
from core.typeset import FONTS
from courts.document import STANDARDS, TEMPLATES, render
from courts.told import CompletionFacts
from tests.courts.completion import completion_facts

EARLY, LATE = 300, 1500  # reports
# The machine's own serif: with our variable font WeasyPrint takes ten times as long, which would flatter us.
STYLE = """
@page { size: letter; margin: 0.8in 1in; @bottom-left { content: string(number) }
        @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
body { font: 9pt/1.2 serif } table { width: 100%; border-collapse: collapse; margin-bottom: 0.6em }
th, td { text-align: left; vertical-align: top; padding: 0.1em 0 }
.ruled th, .ruled td { border-bottom: 0.25pt solid } .number { string-set: number content() }
h1 { font-size: 15pt } h2 { font-size: 10.5pt; margin: 0.7em 0 0.3em }
.sheet { break-before: page }
"""


def rows() -> list[Row]:
    ours, bare, weasy = seconds_of(lambda facts: render("completion", facts), bare_typst, weasyprint)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        early, late = process.submit(memory).result()
    held = f"report: MB held after {LATE}, to {EARLY}"
    rate = "report: so many a second, to WeasyPrint"
    return [
        Row(name="report: ms, to bare typst.compile", ours=ours * 1000, reference=bare * 1000, limit=1.5),
        Row(name=rate, ours=1 / ours, reference=1 / weasy, limit=5, at_least=True),
        Row(name=held, ours=late, reference=early, limit=1.1),
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
    """The report's words, tables and rows, in the order in which the template has them."""
    court, copies = told["court"], [[it["role"], it["name"]] for it in told["distribution"]]
    dates = [[name, str(value)] for name, value in told.items() if name.endswith(("_on", "_by")) and value]
    met = [[it["label"], str(it["met_on"])] for it in told["requirements"]]
    sessions = [[str(it["week"]), it["on"], str(it["minutes"]), it["note"]] for it in told["sessions"]]
    number = f"{court['number_label']} No. {told['case_number']}"
    parts = (
        table([["<br>".join(told["letterhead"]["lines"]), f"{told['number']}<br>{told['issued_on']}"]]),
        f"<hr><p align=center><b>{court['caption']}</b></p>",
        table([[told["plaintiff"], "Plaintiff, v.", number], [told["defendant"], "Defendant.", ""]]),
        f"<h1>Completion report</h1><p>{told['defendant']} completed the program: "
        "<b>10 of 10 required sessions</b> (20 hours attended). Each requirement below is met.</p>",
        f"<h2>Referral and program</h2>{table(dates)}",
        table([["Program", told["program_name"]], ["Fee", str(told["fee_standing"])]]),
        f"<h2>Requirements</h2>{table(met, ['Requirement', 'Met on'])}",
        f"<h2>Credited sessions</h2>{table(sessions, ['Week', 'Date', 'Minutes', 'Note'])}",
        f"<p>{told['statement']}</p><hr>{table([[told['signer']['name'], told['issued_on']]])}",
        f"<p>{told['signer']['title']}</p><h2>Distribution</h2>{table(copies)}",
        f"<p class=number>Report {told['number']} · {number}</p>",
        certificate(told),
    )
    return f"<html lang=en-US><title>{told['number']}</title><style>{STYLE}</style>{''.join(parts)}"


def certificate(told: CompletionFacts) -> str:
    """Its second sheet."""
    done, signer = told["completed"], told["signer"]
    lines = "".join(
        f"<p align=center>{line}</p>"
        for line in (
            f"<b>{told['letterhead']['lines'][0]}</b>",
            "<h2>Certificate of completion</h2>",
            f"No. <b>{told['certificate_number']}</b>",
            "This certifies that",
            f"<b>{told['defendant']}</b>",
            "completed",
            f"<b>{told['program_name']}</b>",
            f"{done['sessions']} of {told['required']['sessions']} required sessions, {done['minutes'] // 60} hours "
            f"attended,<br>from <b>{done['first_on']}</b> to <b>{done['last_on']}</b>",
            "This certificate states attendance and requirements only. It is not a risk assessment.",
            f"Issued {told['issued_on']} by {signer['name']}, {signer['title']},<br>"
            f"who signed report {told['number']} electronically; this sheet is part of it.",
            f"To verify it, call {told['letterhead']['callback_number']} and give the number above.",
        )
    )
    return f"<div class=sheet>{lines}</div>"


def table(lines: list[list[str]], header: list[str] | None = None) -> str:
    head = "".join(f"<th>{cell}</th>" for cell in header or [])
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    if not header:
        return f"<table>{body}</table>"
    return f"<table class=ruled><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def facts(number: int) -> CompletionFacts:
    told = completion_facts()
    told["number"] = f"K-2026-{number:05}"
    told["defendant"] = f"Roberto Álvarez-O’Neil {number}"
    told["case_number"] = f"26-{number:05}"
    return told
