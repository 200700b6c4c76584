"""What Onus brings along: our own items on the four beliefs, and how often he bought. Nobody validated them. No Django.

No item of a published scale stands here: those are copyrighted. A program may write its own in their place.
"""

from outcomes.instruments import Document, Item, Subscale

BELIEFS, FREQUENCY = "beliefs", "frequency"
NOT_VALIDATED = "Program-authored, not validated"
# The one item by whose answer the numbers are broken down.
BAND_ITEM = "times"

AGREE = {
    "en": ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
    "es": (
        "Muy en desacuerdo",
        "En desacuerdo",
        "Ni de acuerdo ni en desacuerdo",
        "De acuerdo",
        "Muy de acuerdo",
    ),
}  # fmt: skip

ENJOYS, HARMLESS, NEEDS, GUYS = "enjoys", "harmless", "needs", "guys"


def _said(code: str, part: str, english: str, spanish: str, *, turned: bool = False) -> Item:
    return Item(code, {"en": english, "es": spanish}, part, turned)


_BELIEFS = (
    _said("e1", ENJOYS, "Most women who sell sex like what they do.",
          "A la mayoría de las mujeres que venden sexo les gusta lo que hacen."),
    _said("h1", HARMLESS, "When two adults agree on a price, nobody gets hurt.",
          "Cuando dos adultos se ponen de acuerdo en un precio, nadie sale lastimado."),
    _said("n1", NEEDS, "A man has needs, and somebody has to meet them.",
          "Un hombre tiene necesidades, y alguien tiene que satisfacerlas."),
    _said("g1", GUYS, "Paying for sex is one of those things that men do.",
          "Pagar por sexo es una de esas cosas que hacen los hombres."),
    _said("e2", ENJOYS, "A woman may act as if she enjoys it only because she is paid to.",
          "Una mujer puede actuar como si lo disfrutara solo porque le pagan por eso.", turned=True),
    _said("h2", HARMLESS, "Somebody is harmed when sex is bought, even if nobody says so.",
          "Cuando se compra sexo, alguien sale perjudicado, aunque nadie lo diga.", turned=True),
    _said("n2", NEEDS, "I can live well without sex for a long time.",
          "Puedo vivir bien sin sexo durante mucho tiempo.", turned=True),
    _said("g2", GUYS, "Most men I respect would never pay for sex.",
          "La mayoría de los hombres a los que respeto nunca pagarían por sexo.", turned=True),
    _said("e3", ENJOYS, "She could stop at any time if she wanted to.",
          "Ella podría dejar de hacerlo en cualquier momento si quisiera."),
    _said("h3", HARMLESS, "What I do with my own money concerns nobody else.",
          "Lo que hago con mi propio dinero no es asunto de nadie más."),
    _said("n3", NEEDS, "Without a way to buy sex, men would take it by force.",
          "Si no pudieran comprar sexo, los hombres lo conseguirían por la fuerza."),
    _said("g3", GUYS, "Men talk about buying sex as about any other night out, and that is fine.",
          "Los hombres hablan de comprar sexo como de cualquier otra salida de noche, y eso está bien."),
    _said("e4", ENJOYS, "If she smiles, she wants to be there.",
          "Si ella sonríe, es porque quiere estar ahí."),
    _said("h4", HARMLESS, "Many of those who are sold had no real choice.",
          "Muchas de las personas que son vendidas no tuvieron realmente otra opción.", turned=True),
    _said("n4", NEEDS, "When I am lonely or stressed, paying for sex is a fair way to feel better.",
          "Cuando me siento solo o estresado, pagar por sexo es una manera válida de sentirme mejor."),
    _said("g4", GUYS, "I would tell a friend not to buy sex.",
          "Le diría a un amigo que no compre sexo.", turned=True),
)  # fmt: skip


def beliefs() -> Document:
    return Document(
        titles={"en": "What do you think?", "es": "¿Qué piensa usted?"},
        intros={
            "en": "There is no right or wrong answer. Choose what comes closest to what you think today.",
            "es": "No hay respuestas correctas ni incorrectas. Elija lo que más se acerque a lo que piensa hoy.",
        },
        labels=AGREE,
        low=1,
        least=3,
        subscales=(
            Subscale(ENJOYS, "She enjoys it"),
            Subscale(HARMLESS, "Nobody is harmed"),
            Subscale(NEEDS, "I only take care of needs"),
            Subscale(GUYS, "Guys being guys"),
        ),
        items=_BELIEFS,
    )


_TIMES = {
    "en": ("Never", "Once", "2 to 5 times", "6 to 12 times", "More than 12 times"),
    "es": ("Nunca", "Una vez", "De 2 a 5 veces", "De 6 a 12 veces", "Más de 12 veces"),
}
_YEARS = {
    "en": ("Less than a year ago", "1 to 2 years ago", "3 to 5 years ago", "6 to 10 years ago",
           "More than 10 years ago"),
    "es": ("Hace menos de un año", "Hace 1 o 2 años", "Hace entre 3 y 5 años", "Hace entre 6 y 10 años",
           "Hace más de 10 años"),
}  # fmt: skip
_FOUND = {
    "en": ("On the internet", "On the street", "In a business", "Through somebody I know", "Another way"),
    "es": ("Por internet", "En la calle", "En un negocio", "Por medio de alguien que conozco", "De otra manera"),
}


def frequency() -> Document:
    return Document(
        titles={"en": "Before you came here", "es": "Antes de venir aquí"},
        intros={
            "en": "Your answers stand under a code, not under your name.",
            "es": "Sus respuestas se guardan con un código, no con su nombre.",
        },
        labels=_TIMES,
        low=0,
        least=1,
        subscales=(),
        items=(
            _said(BAND_ITEM, "",
                  "In the 12 months before the day that brought you here, how often did you pay for sex?",
                  "En los 12 meses anteriores al día que lo trajo aquí, ¿cuántas veces pagó por sexo?"),
            Item("since", {"en": "When did you first pay for sex?", "es": "¿Cuándo pagó por sexo por primera vez?"},
                 labels=_YEARS),
            Item("found", {"en": "How did you most often find it?",
                           "es": "¿Cómo lo encontraba la mayoría de las veces?"}, labels=_FOUND),
        ),
    )  # fmt: skip
