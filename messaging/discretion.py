"""Words that nothing a participant gets may contain: a family member could read them."""

import re
import unicodedata

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


def given_away(text: str) -> list[str]:
    """The words that must not be there, as whole words, in any case, with or without accents; links too."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return sorted(set(_WORDS.findall(bare.replace("_", " "))))


def discreet(text: str) -> str:
    """The text, or nothing where it would give something away."""
    return "" if given_away(text) else text
