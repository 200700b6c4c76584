from datetime import date

import pytest

from programs.kinds import RequirementKind
from programs.reasons import Code, Reason
from programs.wording import english_date, sentence, spanish_date

ON, BY = date(2026, 3, 17), date(2026, 4, 1)

SENTENCES = [
    (
        Reason(code=Code.COMPLETED, on=ON, by=BY),
        "Completed on March 17, 2026.",
        "Completó el programa el 17 de marzo de 2026.",
    ),
    (
        Reason(code=Code.COMPLETED_LATE, on=BY, by=ON),
        "Completed on April 1, 2026, but was to finish by March 17, 2026.",
        "Completó el programa el 1 de abril de 2026, pero debía terminar a más tardar el 17 de marzo de 2026.",
    ),
    (
        Reason(code=Code.ON_TRACK, on=ON, by=BY),
        "Can finish on March 17, 2026 with the sessions he already has.",
        "Puede terminar el 17 de marzo de 2026 con las sesiones que ya tiene.",
    ),
    (
        Reason(code=Code.NEEDS_MAKEUPS, weeks=(3, 5, 6), count=3, on=ON, by=BY),
        "Needs to make up weeks 3, 5 and 6; can then finish on March 17, 2026.",
        "Necesita reponer las semanas 3, 5 y 6; así puede terminar el 17 de marzo de 2026.",
    ),
    (
        Reason(code=Code.CANNOT_FINISH, on=BY, by=ON),
        "Cannot finish by March 17, 2026; the earliest day is April 1, 2026.",
        "No puede terminar a más tardar el 17 de marzo de 2026; lo más pronto sería el 1 de abril de 2026.",
    ),
    (
        Reason(code=Code.CANNOT_FINISH, by=ON),
        "Cannot finish by March 17, 2026; no planned sessions lead to completion.",
        "No puede terminar a más tardar el 17 de marzo de 2026; las sesiones previstas no bastan.",
    ),
    (
        Reason(code=Code.CANNOT_FINISH),
        "Cannot finish with the sessions now planned.",
        "No puede terminar con las sesiones previstas hasta ahora.",
    ),
    (
        Reason(code=Code.DATE_PASSED, by=ON),
        "Was to finish by March 17, 2026; that day has passed.",
        "Debía terminar a más tardar el 17 de marzo de 2026; esa fecha ya pasó.",
    ),
    (
        Reason(code=Code.NO_SESSION, weeks=(9,), by=ON),
        "No session that he can attend covers week 9 by March 17, 2026.",
        "Ninguna sesión a la que pueda asistir cubre la semana 9 a más tardar el 17 de marzo de 2026.",
    ),
    (
        Reason(code=Code.NO_SESSION, count=2),
        "No session that he can attend covers 2 sessions.",
        "Ninguna sesión a la que pueda asistir cubre 2 sesiones.",
    ),
    (
        Reason(code=Code.SESSIONS_CLASH, allowed=1, by=ON),
        "The sessions left by March 17, 2026 do not go together: at most one a day, and 1 make-up a week.",
        "Las sesiones que quedan a más tardar el 17 de marzo de 2026 no son compatibles: "
        "como máximo una por día y 1 recuperación por semana.",
    ),
    (
        Reason(code=Code.POLICY_UNMEETABLE, count=10, allowed=9),
        "The policy requires 10 sessions, but the curriculum has only 9 modules.",
        "El reglamento exige 10 sesiones, pero el plan de estudios solo tiene 9 módulos.",
    ),
    (
        Reason(code=Code.UNEXCUSED_EXCEEDED, weeks=(3, 5), count=2, allowed=1),
        "Missed weeks 3 and 5 unexcused; the policy allows 1.",
        "Faltó a las semanas 3 y 5 sin justificación; el reglamento permite 1.",
    ),
    (
        Reason(code=Code.UNEXCUSED_EXCEEDED, weeks=(3,), count=2, allowed=1),
        "Missed week 3 (2 times) unexcused; the policy allows 1.",
        "Faltó a la semana 3 (2 veces) sin justificación; el reglamento permite 1.",
    ),
    (
        Reason(code=Code.UNEXCUSED_WARNING, count=1, allowed=1),
        "Missed 1 session unexcused; the policy allows 1: warn him.",
        "Faltó a 1 sesión sin justificación; el reglamento permite 1: hay que advertirle.",
    ),
    (
        Reason(code=Code.EXCUSED_EXCEEDED, weeks=(1, 2, 4), count=3, allowed=2),
        "Missed weeks 1, 2 and 4 excused; the policy allows 2.",
        "Faltó a las semanas 1, 2 y 4 con justificación; el reglamento permite 2.",
    ),
    (
        Reason(code=Code.MAKEUPS_EXCEEDED, weeks=(1, 2, 3, 4), count=4, allowed=3),
        "Missed weeks 1, 2, 3 and 4; the policy lets 3 be made up.",
        "Perdió las semanas 1, 2, 3 y 4; el reglamento permite reponer 3.",
    ),
    (
        Reason(code=Code.LONG_BREAK, on=ON, allowed=30),
        "A break of more than 30 days since March 17, 2026 needs the administrator's approval.",
        "Una interrupción de más de 30 días desde el 17 de marzo de 2026 requiere la aprobación del administrador.",
    ),
    (
        Reason(code=Code.BREAK_AHEAD, on=ON, allowed=30),
        "A break of more than 30 days lies ahead, from March 17, 2026 on; it needs the administrator's approval.",
        "Habrá una interrupción de más de 30 días desde el 17 de marzo de 2026; "
        "requiere la aprobación del administrador.",
    ),
    (
        Reason(code=Code.IN_A_ROW, count=2),
        "Missed 2 sessions in a row: call him.",
        "Faltó a 2 sesiones seguidas: hay que llamarlo.",
    ),
    (
        Reason(code=Code.REASON_GIVEN, weeks=(3,), count=1),
        "Gave a reason for week 3; nobody has decided on it yet.",
        "Dio un motivo por la semana 3; aún no se ha decidido.",
    ),
    (
        Reason(code=Code.NO_CREDIT, weeks=(3, 4), count=2),
        "Came to weeks 3 and 4, but not for long enough to earn credit.",
        "Vino a las semanas 3 y 4, pero no el tiempo suficiente para el crédito.",
    ),
    (
        Reason(code=Code.NOT_PROVIDED, weeks=(3,), count=1),
        "The program did not provide week 3; that is no absence.",
        "El programa no ofreció la semana 3; no cuenta como falta.",
    ),
    *(
        (Reason(code=Code.REQUIREMENT_OPEN, requirement=kind), english, spanish)
        for kind, english, spanish in [
            (RequirementKind.INTAKE, "The intake has not been done.", "Falta la entrevista inicial."),
            (
                RequirementKind.EXIT_INTERVIEW,
                "The exit interview has not been done.",
                "Falta la entrevista final.",
            ),
            (RequirementKind.AGREEMENT, "The agreement has not been signed.", "Falta firmar el acuerdo."),
            (
                RequirementKind.ASSIGNMENTS,
                "The assignments have not been handed in.",
                "Falta entregar las tareas.",
            ),
            (
                RequirementKind.FEE,
                "The fee is neither settled, nor waived, nor on a plan.",
                "La cuota no está pagada ni exonerada, ni hay un plan de pagos.",
            ),
        ]
    ),
]


@pytest.mark.parametrize(("reason", "english", "spanish"), SENTENCES, ids=lambda value: getattr(value, "code", ""))
def test_sentences(reason, english, spanish):
    assert sentence(reason, "en") == english
    assert sentence(reason, "es") == spanish


def test_every_code_has_a_sentence_here():
    assert {reason.code for reason, _, _ in SENTENCES} == set(Code)


@pytest.mark.parametrize(
    ("language", "spanish"),
    [("es-MX", True), ("ES", True), ("es_US", True), ("et", False), ("est", False), ("", False)],
)
def test_other_languages_get_english(language, spanish):
    assert sentence(Reason(code=Code.IN_A_ROW, count=2), language).startswith("Faltó") is spanish


@pytest.mark.parametrize(
    ("month", "english", "spanish"),
    [(1, "January", "enero"), (3, "March", "marzo"), (8, "August", "agosto"), (12, "December", "diciembre")],
)
def test_dates_need_no_locale(month, english, spanish):
    day = date(2026, month, 1)

    assert english_date(day) == f"{english} 1, 2026"
    assert spanish_date(day) == f"1 de {spanish} de 2026"
