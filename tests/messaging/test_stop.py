import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.stop import Meaning, Said, meaning_of

STOPS = [
    "STOP", "stop", " Stop. ", "STOP!!!", "s t o p", "ＳＴＯＰ", "STOPALL", "Stop all", "UNSUBSCRIBE", "cancel", "END",
    "quit", "REVOKE", "OPTOUT", "opt out", "Opt-Out", "stop please", "please STOP now", "ok stop",
    "Stop. I got a new phone",
    "Please don't text me anymore", "please dont text me", "don’t text me again", "do not contact me",
    "quit texting me",
    "Stop texting", "stop sending me these messages", "I don't want these texts", "I do not want to get any more texts",
    "no more texts please", "never text me again", "take me off your list", "remove my number", "leave me alone",
    "lose my number", "stop it", "will you please stop", "unsubscribe me", "I revoke my consent",
    "don't send me anything",
    "ALTO", "¡Alto!", "parar", "PARE", "¡BASTA!", "basta ya", "Cancelar", "terminar", "baja", "por favor pare",
    "no me manden mas mensajes", "No me mande más mensajes, por favor", "ya no me escriban", "no me escribas más",
    "no quiero recibir más textos", "dejen de mandar mensajes", "deje de escribirme", "no más mensajes", "dame de baja",
    "quiten mi número", "déjenme en paz", "Ya no quiero sus mensajes",
]  # fmt: skip
STRANGERS = [
    "wrong number", "Sorry, wrong number!", "You have the wrong person", "you've got the wrong number",
    "this is not Marco's number", "not his number", "I'm not him", "número equivocado", "Numero equivocado.",
    "se equivocó de número", "este no es su número", "no soy él",
]  # fmt: skip
OTHERS = [
    "I can't stop by Tuesday", "I'll be at the bus stop", "can I stop at the office?", "I will stop by at 5",
    "I'm at the stop", "the bus won't stop", "at the end of the day", "I quit my job today", "weekend?",
    "can you cancel my appointment on Tuesday?", "cancelar la cita", "para cuando es la cita", "no puedo parar hoy",
    "estoy en la parada de autobús", "ok", "yes", "gracias", "who is this", "I called the wrong number yesterday",
    "I don't get your message", "don't text and drive", "", "👍", "necesito ayuda con la dirección",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_stop_in_any_reasonable_wording(text: str):
    assert meaning_of(text) == Said(Meaning.STOP)


@pytest.mark.parametrize("text", STRANGERS)
def test_somebody_else_s_number_is_a_stop_and_more(text: str):
    assert meaning_of(text) == Said(Meaning.STOP, stranger=True)


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_sounds_like_it(text: str):
    assert meaning_of(text) == Said(Meaning.OTHER)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("START", Meaning.START), ("start please", Meaning.START), ("UNSTOP", Meaning.START), ("empezar",
        Meaning.START),
        ("HELP", Meaning.HELP), ("help!", Meaning.HELP), ("INFO", Meaning.HELP), ("Ayuda", Meaning.HELP),
        ("información", Meaning.HELP),
    ],
)  # fmt: skip
def test_start_and_help(text: str, meaning: Meaning):
    assert meaning_of(text) == Said(meaning)


def test_both_at_once_is_a_stop():
    assert meaning_of("help stop") == Said(Meaning.STOP)


MARKS = st.text(alphabet=" .,!?¡¿-–\n\t\u200b👍", max_size=5)


@given(st.sampled_from(STOPS), MARKS, MARKS, st.sampled_from([str.upper, str.lower, str.title]))
def test_marks_and_case_change_nothing(text: str, before: str, after: str, case):
    assert meaning_of(before + case(text) + after).meaning is Meaning.STOP


@given(st.text(max_size=400))
def test_any_text_has_a_meaning(text: str):
    assert isinstance(meaning_of(text), Said)
