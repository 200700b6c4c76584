"""Words that nothing a participant gets may contain: a family member could read them."""

import re
import unicodedata
from collections.abc import Iterable

_ENGLISH = (
    "service services organization organizations program programs programme class classes group groups "
    "week weeks weekly court courts courthouse judge judges judicial probation charge charges charged "
    "case cases cause docket offense offenses crime criminal police prosecutor diversion sentence "
    "referral attendance session sessions treatment therapy counseling school sex sexual prostitution "
    "prostitute buyer buyers solicitation john johns"
)
_SPANISH = (
    "servicio servicios organizacion organizaciones programa programas clase clases grupo grupos semana "
    "semanas semanal corte cortes tribunal tribunales juzgado juez jueza jueces judicial probatoria "
    "condicional cargo cargos caso casos causa expediente delito delitos crimen policia fiscal sentencia "
    "asistencia sesion sesiones tratamiento terapia consejeria escuela sexo sexual prostitucion "
    "prostituta comprador compradores"
)
_WORDS = re.compile(rf"\b(?:{'|'.join(f'{_ENGLISH} {_SPANISH}'.split())})\b")
_APART = re.compile(r"[\W_]+")


def given_away(text: str, *, allowed: Iterable[str] = (), names: Iterable[str] = ()) -> list[str]:
    """The words that must not be there, as whole words, in any case, with or without accents; links too.

    `allowed`: phrases that may stand all the same, such as 516 Court Street. `names`: what the organization and its
    program are called; no exception helps those.
    """
    bare = _bare(text)
    named = {found for name in names if (found := _bare(name).strip()) and f" {found} " in bare}
    for phrase in sorted((_bare(one) for one in allowed), key=len, reverse=True):
        while phrase.strip() and phrase in bare:
            # What it stood between must not grow together into another phrase.
            bare = bare.replace(phrase, " | ")
    return sorted({*_WORDS.findall(bare), *named})


def _bare(text: str) -> str:
    """Its words in small letters without accents, a space around each."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return f" {_APART.sub(' ', letters).strip()} "
