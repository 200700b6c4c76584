"""What a text that came in asks for, in English or Spanish, however it is worded. Rather one stop too many."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Said:
    """`stranger`: the number isn't, or is no longer, that of the man we mean."""

    meaning: Meaning
    stranger: bool = False


# Alone, or with nothing beside them but courtesies.
_STOP_WORDS = (
    "stop stopall stopp unsubscribe unsubscribed cancel end quit revoke optout remove "
    "alto parar pare paren para basta cancelar cancele cancela terminar termine salir baja detener detengan"
)
_START_WORDS = "start unstop resume subscribe empezar comenzar iniciar reanudar continuar"
_HELP_WORDS = "help info ayuda informacion"
_COURTESIES = frozenset(
    [
        "please",
        "pls",
        "plz",
        "thanks",
        "thank",
        "you",
        "now",
        "ok",
        "okay",
        "hi",
        "hello",
        "sir",
        "maam",
        "all",
        "it",
        "this",
        "yes",
        "por",
        "favor",
        "porfavor",
        "porfa",
        "gracias",
        "ya",
        "hola",
        "senor",
        "senora",
        "si",
        "todo",
    ]
)

_SENDING = r"(?:text|texts|texting|txt|txts|message|messages|messaging|msg|msgs|sms|contact|contacting)"
_THINGS = r"(?:text|texts|txt|txts|message|messages|msg|msgs|sms|texting|messaging|contacting|sending|notifications?)"
_COSAS = r"(?:mensajes?|textos?|sms|mensajitos|notificaciones|avisos|recordatorios)"
_BEFORE = r"(?:(?:these|those|the|all|any|your|me|with|getting|receiving|more|of|sending|this|and|out|me|to) ){0,4}"
_ANTES = r"(?:(?:de|los|las|estos|esos|mas|sus|tantos|recibir|mandar|mandarme|enviar|enviarme|con|a) ){0,4}"
_STOP_PHRASES = (
    rf"(?:stop|quit|end|cease|cancel|no more) {_BEFORE}{_THINGS}",
    rf"(?:do not|dont|never|no longer) (?:ever )?(?:keep )?(?:send|{_SENDING})"
    rf"(?: {_BEFORE}{_THINGS}| me| us| this| anything| anymore| any more| again|$)",
    r"(?:do not|dont|never|no longer) want (?:you )?to (?:keep )?(?:be )?"
    rf"(?:get|getting|receive|receiving|send|{_SENDING})",
    r"(?:do not|dont) want (?:any|these|your|more|no) (?:more )?(?:of )?(?:these |your )?" + _THINGS,
    r"(?:opt|sign) (?:me )?out",
    r"(?:take|get|remove|delete|drop) (?:me|my (?:number|phone|cell)|this (?:number|phone)) (?:off|from|out)",
    r"(?:remove|unsubscribe|delete) (?:me|my (?:number|phone)|this (?:number|phone))",
    r"leave me alone",
    r"lose (?:my|this) number",
    r"(?:stop|quit) (?:it|this|now|please|already|bothering|spamming|harassing|calling)(?: me)?$",
    # The first word, or the last one.
    r"^(?:stop|stopall|unsubscribe|alto|basta)",
    r"(?<!\bthe )(?<!\ba )(?<!\bcant )(?<!\bcannot )(?<!\bnot )(?<!\bmy )(?<!\bwont )(?<!\bdidnt )(?<!\bdoesnt )stop$",
    r"revoke (?:my )?consent",
    r"(?:no|ya no|nunca) (?:me |nos )?(?:siga[ns]? |sigas |vuelva[ns]? a |quiero |deseo )?"
    r"(?:mande[ns]?|mandes|manden|mandar(?:me)?|mandando(?:me)?|envie[ns]?|enviar(?:me)?|enviando(?:me)?|escriba[ns]?|"
    r"escribir(?:me)?|escribiendo(?:me)?|texte[en]s?|textear(?:me)?|texteando(?:me)?|recibir|moleste[ns]?|molestar(?:me)?|"
    r"contacte[ns]?)",
    rf"no (?:quiero|deseo) (?:recibir )?(?:mas|sus|estos|esos|ningun)? ?{_ANTES}{_COSAS}",
    rf"(?:no|ya no) mas {_ANTES}{_COSAS}",
    rf"(?:deje|dejen|deja|dejar|pare|paren|para|basta|cese|cesen|cancele|cancelen|cancelar|detenga|detengan) {_ANTES}"
    rf"(?:{_COSAS}|mandar(?:me)?|enviar(?:me)?|escribir(?:me)?|textear(?:me)?|molestar(?:me)?|contactar(?:me)?)",
    r"dejeme en paz|dejenme en paz|dejame en paz",
    r"(?:quite|quiten|quita|borre|borren|borra|elimine|eliminen|saque|saquen)(?:me)?(?: de)?"
    r"(?: (?:mi|este) (?:numero|telefono)| (?:de )?(?:la |su |esta )?lista)",
    r"(?:dar|dame|deme|denme|darme) (?:de )?baja",
)
_STRANGER_PHRASES = (
    r"(?:wrong|incorrect) (?:number|person|guy|phone)",
    r"(?:you have|you ve|youve|u have|got|you got) the wrong",
    r"(?:not|isnt|aint|no longer) (?:his|him|my husbands|the right|that) (?:number|phone|person|guy)",
    r"(?:not|isnt) [a-z]+s (?:number|phone)",
    r"(?:this (?:is|isnt)|i am|im) not (?:him|his|the (?:person|guy))",
    r"(?:do not|dont) know (?:who (?:this|you) (?:is|are)|this person|him)$",
    r"(?:numero|telefono|persona) (?:equivocad[oa]|incorrect[oa]|erronea?o?)",
    r"(?:se )?equivoc(?:o|aron|ado|ada|aste) (?:de )?(?:numero|telefono|persona)?",
    r"(?:este )?no es (?:su|el|la) (?:numero|telefono|persona)",
    r"no soy (?:el|ella|esa persona|quien)",
)
# A stop that is none: a place, or a time by which somebody can't come.
_NO_STOP = re.compile(
    r"\b(?:(?:bus|train|rest|truck|pit|trolley|metro) stops?|stop(?:ped|ping)? (?:by|at|in|on|over|off)|"
    r"(?:wont|will|cant|cannot|can|could|not|did|didnt|to) stop (?:by|at|in|on|over|off)|stop sign|stoplight|"
    r"non ?stop|the end of|weekend|dead end|parada de)\b"
)
# That he himself called or gave a wrong one.
_NO_STRANGER = re.compile(r"\b(?:called|dialed|gave|wrote|used|had) (?:you |u )?(?:the |a )?wrong \w+")
_STOP, _STRANGER = (re.compile(rf"\b(?:{'|'.join(phrases)})\b") for phrases in (_STOP_PHRASES, _STRANGER_PHRASES))


def meaning_of(text: str) -> Said:
    words = _plain(text)
    if _STRANGER.search(_NO_STRANGER.sub(" ", words)):
        return Said(Meaning.STOP, stranger=True)
    without = _NO_STOP.sub(" ", words)
    if _alone(without, _STOP_WORDS) or _alone(without.replace("opt out", "optout"), "optout") or _STOP.search(without):
        return Said(Meaning.STOP)
    if _alone(words, _START_WORDS):
        return Said(Meaning.START)
    return Said(Meaning.HELP if _alone(words, _HELP_WORDS) else Meaning.OTHER)


def _plain(text: str) -> str:
    """Small letters, no accents, no marks; an apostrophe joins: "don’t" is one word."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in apart if not unicodedata.combining(one) and unicodedata.category(one) != "Cf")
    joined = re.sub(r"['’‘`´]", "", bare)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", joined).split())


def _alone(words: str, listed: str) -> bool:
    """One of them or more, beside courtesies only. "S T O P" counts as "stop"."""
    said = words.split()
    if len(said) > 3 and all(len(one) == 1 for one in said):
        said = ["".join(said)]
    left = [one for one in said if one not in _COURTESIES]
    return bool(left) and set(left) <= set(listed.split())
