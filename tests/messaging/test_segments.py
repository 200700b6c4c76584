import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.segments import Alphabet, plain, strange, weigh


@pytest.mark.parametrize(
    ("text", "alphabet", "signs", "segments"),
    [
        ("", Alphabet.GSM_7, 0, 1),
        ("a" * 160, Alphabet.GSM_7, 160, 1),
        ("a" * 161, Alphabet.GSM_7, 161, 2),
        ("a" * 306, Alphabet.GSM_7, 306, 2),
        ("a" * 307, Alphabet.GSM_7, 307, 3),
        ("€" * 80, Alphabet.GSM_7, 160, 1),
        ("€" * 81, Alphabet.GSM_7, 162, 2),
        # 76 of them fill 152 places of the first: the pair doesn't fit into the one that is left.
        ("€" * 153, Alphabet.GSM_7, 306, 3),
        ("¿Qué? mañana, ñandú".replace("ú", "ü"), Alphabet.GSM_7, 19, 1),
        ("sábado", Alphabet.UCS_2, 6, 1),
        ("á" * 70, Alphabet.UCS_2, 70, 1),
        ("á" * 71, Alphabet.UCS_2, 71, 2),
        ("😀" * 35, Alphabet.UCS_2, 70, 1),
        ("😀" * 36, Alphabet.UCS_2, 72, 2),
    ],
)
def test_weighs(text: str, alphabet: Alphabet, signs: int, segments: int):
    weight = weigh(text)

    assert (weight.alphabet, weight.signs, weight.segments) == (alphabet, signs, segments)
    assert weight.is_one is (alphabet is Alphabet.GSM_7 and segments == 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sábado, aquí, acción, último", "sabado, aqui, accion, ultimo"),
        ("miércoles, mañana, ¿sí?", "miércoles, mañana, ¿si?"),
        ("MAÑANA ES SÁBADO", "MAÑANA ES SABADO"),
        ("“don’t” – never…", '"don\'t" - never...'),
        ("e\u0301", "é"),
        ("a\u00a0b", "a b"),
        ("Čapek", "Capek"),
        ("日本", "日本"),
    ],
)
def test_is_said_in_the_old_alphabet_where_it_can_be(text: str, said: str):
    assert plain(text) == said


@given(st.text())
def test_never_weighs_more_segments_than_before(text: str):
    assert weigh(plain(text)).segments <= max(weigh(text).segments, -(-len(text) * 3 // 153), 1) * 2
    assert plain(plain(text)) == plain(text)


def test_names_each_sign_that_is_strange():
    assert strange("¿Sí? Aquí, mañana á") == ["í", "á"]
