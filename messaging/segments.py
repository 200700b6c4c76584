"""What a text weighs: in the phones' old alphabet a segment holds 160 signs; one sign beyond it, and it holds 70."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# GSM 03.38. Of the Spanish letters it has é, ñ, Ñ, ü, ¿ and ¡; it has no á, í, ó, ú.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these takes two places.
_EXTENDED = frozenset("^{}\\[~]|€\f")
_LIKENESS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


class Alphabet(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# Signs in one segment, and in each where there are several.
_HOLDS = {Alphabet.GSM_7: (160, 153), Alphabet.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Weight:
    alphabet: Alphabet
    signs: int
    segments: int

    @property
    def is_one(self) -> bool:
        return self.alphabet is Alphabet.GSM_7 and self.segments <= 1


def weigh(text: str) -> Weight:
    if _BASIC.union(_EXTENDED).issuperset(text):
        alphabet, places = Alphabet.GSM_7, [2 if sign in _EXTENDED else 1 for sign in text]
    else:
        # A sign beyond the first 65,536, such as most pictures, is a pair.
        alphabet, places = Alphabet.UCS_2, [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    alone, together = _HOLDS[alphabet]
    signs = sum(places)
    return Weight(alphabet, signs, 1 if signs <= alone else _packed(places, together))


def _packed(places: list[int], room: int) -> int:
    """A sign of two places never stands half in one segment, half in the next."""
    segments, taken = 1, 0
    for place in places:
        if taken + place > room:
            segments, taken = segments + 1, 0
        taken += place
    return segments


def strange(text: str) -> list[str]:
    """The signs for which the whole text would leave the old alphabet, each once, in order."""
    return list(dict.fromkeys(sign for sign in text if sign not in _BASIC and sign not in _EXTENDED))


def plain(text: str) -> str:
    """The same in the old alphabet where it has something alike: "sábado" becomes "sabado"; a name keeps its sense."""
    return "".join(map(_plain, unicodedata.normalize("NFC", text.translate(_LIKENESS))))


def _plain(sign: str) -> str:
    if sign in _BASIC or sign in _EXTENDED:
        return sign
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return bare if bare and _BASIC.union(_EXTENDED).issuperset(bare) else sign
