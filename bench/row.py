from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing measured beside its reference, in the same unit; `limit` is for ours by reference."""

    name: str
    ours: float
    reference: float
    limit: float
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    @property
    def ok(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def as_json(self) -> dict[str, str | float | bool]:
        figures = {key: getattr(self, key) for key in ("ours", "reference", "ratio", "limit")}
        return {"name": self.name, **{key: round(value, 6) for key, value in figures.items()}, "ok": self.ok}


def at_most(limit: float, name: str, *, ours: float, reference: float) -> Row:
    """For what should be little: seconds, bytes."""
    return Row(name=name, ours=ours, reference=reference, limit=limit)


def at_least(limit: float, name: str, *, ours: float, reference: float) -> Row:
    """For what should be much: so many a second."""
    return Row(name=name, ours=ours, reference=reference, limit=limit, at_least=True)
