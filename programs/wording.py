"""The sentences that an assessment's reasons become, in English and Spanish. For the office, never a text."""

from collections.abc import Callable, Sequence
from datetime import date

from programs.kinds import RequirementKind
from programs.reasons import Code, Reason

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MESES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def sentence(reason: Reason, language: str) -> str:
    """Spanish for "es" and its regions; English for every other language."""
    words = _SPANISH if language.lower().split("-")[0].split("_")[0] == "es" else _ENGLISH
    return words[reason.code](reason)


def english_date(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def spanish_date(day: date) -> str:
    return f"{day.day} de {_MESES[day.month - 1]} de {day.year}"


def _listed(words: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


# ------------------------------------------------------------------------------------------------- English
def _weeks(reason: Reason, *, times: bool = False) -> str:
    """Either "week 3", "weeks 3 and 5", "week 3 (2 times)", or, where no week is known, "2 sessions"."""
    if not reason.weeks:
        return "1 session" if reason.count == 1 else f"{reason.count} sessions"
    noun = "week" if len(reason.weeks) == 1 else "weeks"
    text = f"{noun} {_listed([str(week) for week in reason.weeks], 'and')}"
    again = times and reason.count is not None and reason.count > len(reason.weeks)
    return f"{text} ({reason.count} times)" if again else text


def _on(reason: Reason) -> str:
    return english_date(reason.on) if reason.on else "a date not yet known"


def _by(reason: Reason) -> str:
    return f" by {english_date(reason.by)}" if reason.by else ""


def _cannot_finish(reason: Reason) -> str:
    if reason.by is None:
        return "Cannot finish with the sessions now planned."
    earliest = f"the earliest day is {_on(reason)}" if reason.on else "no planned sessions lead to completion"
    return f"Cannot finish{_by(reason)}; {earliest}."


_REQUIREMENTS = {
    RequirementKind.INTAKE: "The intake has not been done.",
    RequirementKind.EXIT_INTERVIEW: "The exit interview has not been done.",
    RequirementKind.AGREEMENT: "The agreement has not been signed.",
    RequirementKind.ASSIGNMENTS: "The assignments have not been handed in.",
    RequirementKind.FEE: "The fee is neither settled, nor waived, nor on a plan.",
}

_ENGLISH: dict[Code, Callable[[Reason], str]] = {
    Code.COMPLETED: lambda r: f"Completed on {_on(r)}.",
    Code.COMPLETED_LATE: lambda r: f"Completed on {_on(r)}, but was to finish{_by(r)}.",
    Code.ON_TRACK: lambda r: f"Can finish on {_on(r)} with the sessions he already has.",
    Code.NEEDS_MAKEUPS: lambda r: f"Needs to make up {_weeks(r)}; can then finish on {_on(r)}.",
    Code.CANNOT_FINISH: _cannot_finish,
    Code.DATE_PASSED: lambda r: f"Was to finish{_by(r)}; that day has passed.",
    Code.NO_SESSION: lambda r: f"No session that he can attend covers {_weeks(r)}{_by(r)}.",
    Code.SESSIONS_CLASH: lambda r: (
        f"The sessions left{_by(r)} do not go together: at most one a day, and {_makeups(r.allowed)} a week."
    ),
    Code.POLICY_UNMEETABLE: lambda r: (
        f"The policy requires {r.count} sessions, but the curriculum has only {r.allowed} modules."
    ),
    Code.UNEXCUSED_EXCEEDED: lambda r: f"Missed {_weeks(r, times=True)} unexcused; the policy allows {r.allowed}.",
    Code.UNEXCUSED_WARNING: lambda r: (
        f"Missed {_weeks(r, times=True)} unexcused; the policy allows {r.allowed}: warn him."
    ),
    Code.EXCUSED_EXCEEDED: lambda r: f"Missed {_weeks(r, times=True)} excused; the policy allows {r.allowed}.",
    Code.MAKEUPS_EXCEEDED: lambda r: f"Missed {_weeks(r)}; the policy lets {r.allowed} be made up.",
    Code.LONG_BREAK: lambda r: (
        f"A break of more than {r.allowed} days since {_on(r)} needs the administrator's approval."
    ),
    Code.BREAK_AHEAD: lambda r: (
        f"A break of more than {r.allowed} days lies ahead, from {_on(r)} on; it needs the administrator's approval."
    ),
    Code.IN_A_ROW: lambda r: f"Missed {r.count} sessions in a row: call him.",
    Code.REASON_GIVEN: lambda r: f"Gave a reason for {_weeks(r)}; nobody has decided on it yet.",
    Code.NO_CREDIT: lambda r: f"Came to {_weeks(r, times=True)}, but not for long enough to earn credit.",
    Code.NOT_PROVIDED: lambda r: f"The program did not provide {_weeks(r)}; that is no absence.",
    Code.REQUIREMENT_OPEN: lambda r: _REQUIREMENTS[r.requirement or RequirementKind.INTAKE],
}


def _makeups(number: int | None) -> str:
    return "1 make-up" if number == 1 else f"{number} make-ups"


# ------------------------------------------------------------------------------------------------- Spanish
def _semanas(reason: Reason, *, times: bool = False) -> str:
    if not reason.weeks:
        return "1 sesión" if reason.count == 1 else f"{reason.count} sesiones"
    noun = "la semana" if len(reason.weeks) == 1 else "las semanas"
    text = f"{noun} {_listed([str(week) for week in reason.weeks], 'y')}"
    again = times and reason.count is not None and reason.count > len(reason.weeks)
    return f"{text} ({reason.count} veces)" if again else text


def _el(reason: Reason) -> str:
    return f"el {spanish_date(reason.on)}" if reason.on else "en una fecha aún desconocida"


def _hasta(reason: Reason) -> str:
    return f" a más tardar el {spanish_date(reason.by)}" if reason.by else ""


def _no_puede(reason: Reason) -> str:
    if reason.by is None:
        return "No puede terminar con las sesiones previstas hasta ahora."
    if reason.on is None:
        return f"No puede terminar{_hasta(reason)}; las sesiones previstas no bastan."
    return f"No puede terminar{_hasta(reason)}; lo más pronto sería {_el(reason)}."


def _recuperaciones(number: int | None) -> str:
    return "1 recuperación" if number == 1 else f"{number} recuperaciones"


_REQUISITOS = {
    RequirementKind.INTAKE: "Falta la entrevista inicial.",
    RequirementKind.EXIT_INTERVIEW: "Falta la entrevista final.",
    RequirementKind.AGREEMENT: "Falta firmar el acuerdo.",
    RequirementKind.ASSIGNMENTS: "Falta entregar las tareas.",
    RequirementKind.FEE: "La cuota no está pagada ni exonerada, ni hay un plan de pagos.",
}

_SPANISH: dict[Code, Callable[[Reason], str]] = {
    Code.COMPLETED: lambda r: f"Completó el programa {_el(r)}.",
    Code.COMPLETED_LATE: lambda r: f"Completó el programa {_el(r)}, pero debía terminar{_hasta(r)}.",
    Code.ON_TRACK: lambda r: f"Puede terminar {_el(r)} con las sesiones que ya tiene.",
    Code.NEEDS_MAKEUPS: lambda r: f"Necesita reponer {_semanas(r)}; así puede terminar {_el(r)}.",
    Code.CANNOT_FINISH: _no_puede,
    Code.DATE_PASSED: lambda r: f"Debía terminar{_hasta(r)}; esa fecha ya pasó.",
    Code.NO_SESSION: lambda r: f"Ninguna sesión a la que pueda asistir cubre {_semanas(r)}{_hasta(r)}.",
    Code.SESSIONS_CLASH: lambda r: (
        f"Las sesiones que quedan{_hasta(r)} no son compatibles: "
        f"como máximo una por día y {_recuperaciones(r.allowed)} por semana."
    ),
    Code.POLICY_UNMEETABLE: lambda r: (
        f"El reglamento exige {r.count} sesiones, pero el plan de estudios solo tiene {r.allowed} módulos."
    ),
    Code.UNEXCUSED_EXCEEDED: lambda r: (
        f"Faltó a {_semanas(r, times=True)} sin justificación; el reglamento permite {r.allowed}."
    ),
    Code.UNEXCUSED_WARNING: lambda r: (
        f"Faltó a {_semanas(r, times=True)} sin justificación; el reglamento permite {r.allowed}: hay que advertirle."
    ),
    Code.EXCUSED_EXCEEDED: lambda r: (
        f"Faltó a {_semanas(r, times=True)} con justificación; el reglamento permite {r.allowed}."
    ),
    Code.MAKEUPS_EXCEEDED: lambda r: f"Perdió {_semanas(r)}; el reglamento permite reponer {r.allowed}.",
    Code.LONG_BREAK: lambda r: (
        f"Una interrupción de más de {r.allowed} días desde {_el(r)} requiere la aprobación del administrador."
    ),
    Code.BREAK_AHEAD: lambda r: (
        f"Habrá una interrupción de más de {r.allowed} días desde {_el(r)}; requiere la aprobación del administrador."
    ),
    Code.IN_A_ROW: lambda r: f"Faltó a {r.count} sesiones seguidas: hay que llamarlo.",
    Code.REASON_GIVEN: lambda r: f"Dio un motivo por {_semanas(r)}; aún no se ha decidido.",
    Code.NO_CREDIT: lambda r: f"Vino a {_semanas(r, times=True)}, pero no el tiempo suficiente para el crédito.",
    Code.NOT_PROVIDED: lambda r: f"El programa no ofreció {_semanas(r)}; no cuenta como falta.",
    Code.REQUIREMENT_OPEN: lambda r: _REQUISITOS[r.requirement or RequirementKind.INTAKE],
}
