"""How accounts tells the audit trail, which stands a floor above: `audit` hands in its `record` when it starts."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

if TYPE_CHECKING:
    from accounts.actors import Actor


class Recorder(Protocol):
    def __call__(
        self, *, by: "Actor", now: datetime, verb: str, on: models.Model | str, facts: Mapping[str, Any]
    ) -> object: ...


_recorders: list[Recorder] = []


def recorded_by(recorder: Recorder) -> None:
    _recorders[:] = [recorder]


def tell(*, by: "Actor", now: datetime, verb: str, on: models.Model | str, **facts: Any) -> None:
    """In the caller's transaction, like every event. `facts` must name nobody."""
    (recorder,) = _recorders
    recorder(by=by, now=now, verb=verb, on=on, facts=facts)
