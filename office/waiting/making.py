"""What all kinds of lines need: a button, a name to be kept by, and a last line where there are more than fit."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Count, Model, QuerySet, Subquery, Value
from django.db.models.lookups import In

from audit.models import name_of
from office.doing import offered
from office.subjects import home, subject
from office.today import Line


@models.BigAutoField.register_lookup
class OneOf(In):
    """As `in`, of a few ids that another question finds: on PostgreSQL they are found first.

    Else it joins all of a hundred thousand rows with what their titles need, and looks for these twenty at the end.
    """

    lookup_name = "one_of"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = self.as_sql(compiler, connection, **context)
        of, _, question = sql.partition(" IN (")
        return f"{of} = ANY (ARRAY({question})", params


# Of each kind; of more, a last line says how many there are, and leads to the list.
AT_MOST = 100


def key_of(kind: str, record: Model | str) -> str:
    """By it a line is given to somebody, or sleeps."""
    return f"{kind}:{record if isinstance(record, str) else name_of(record)}"


def about(kind: str, record: Any, **said: Any) -> Line:
    """With whom it is about, and the first button that is offered for it, unless `said` names another."""
    whom = subject(record)
    deed = next((deed for deed in offered(record) if deed.first), None)
    button = {"button": deed.label, "url": deed.url(record)} if deed else {"button": "Open", "url": home(record)}
    told = {"key": key_of(kind, record), "whom": whom.whom or whom.what, "whom_url": whom.url}
    return Line(**{**told, **button, **said})


def how_many(found: QuerySet[Any]) -> Subquery:
    """Asked in the same breath as the rows."""
    return Subquery(found.order_by().values(the_one=Value(1)).annotate(the_n=Count("pk")).values("the_n"))


def gathered(found: QuerySet[Any], kinds: Mapping[str, QuerySet[Any]]) -> list[Any]:
    """The first of each kind, in one question; each row says how many there are of each kind: `of_<kind>`."""
    model = found.model
    first = [model._default_manager.filter(pk__in=one.values("pk")[:AT_MOST]).values("pk") for one in kinds.values()]
    ids = first[0].union(*first[1:], all=True) if first[1:] else first[0]
    counts = {f"of_{kind}": how_many(one) for kind, one in kinds.items()}
    return list(found.filter(pk__one_of=ids).annotate(**counts))


def more(shown: list[Any], kind: str, what: str, url: str) -> list[Line]:
    """The last line of a kind that has more than fit."""
    of = next((getattr(one, f"of_{kind}") for one in shown), 0) or 0
    return rest(of, kind, what, url)


def rest(of: int, kind: str, what: str, url: str) -> list[Line]:
    if of <= AT_MOST:
        return []
    said = f"The {AT_MOST} that wait longest stand here."
    return [Line(key=key_of(kind, "all"), what=what, whom=f"{of:,} of them", why=said, button="See all", url=url)]
