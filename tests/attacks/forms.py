"""Every form of the house, found in its modules, and how each is made."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import Model

from core import clock
from courts.actions.desks import Desk
from courts.forms.refer import Step
from messaging.rendering import Words
from office.deeds import declared
from office.forms.base import DeedForm
from outcomes.actions import sheets
from outcomes.models import Instrument
from programs.models import Enrollment
from tests.access.scene import Scene
from tests.courts.cases import seated

APPS = ("accounts", "audit", "core", "courts", "messaging", "office", "outcomes", "participants", "programs", "records")
Make = Callable[[Any, Scene], forms.BaseForm]


def modules() -> Iterator[Any]:
    for app in APPS:
        root = importlib.import_module(app)
        for found in pkgutil.walk_packages(root.__path__, f"{app}."):
            if not {"migrations", "management"} & set(found.name.split(".")):
                yield importlib.import_module(found.name)


def every_form() -> list[type[forms.BaseForm]]:
    """Defined here, not only imported; a base that others build on is asked through them."""
    found = {
        thing
        for module in modules()
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == module.__name__
    }
    return sorted((form for form in found if not _is_base(form)), key=_label)


def _label(form: type[forms.BaseForm]) -> str:
    return f"{form.__module__}.{form.__name__}"


def _is_base(form: type[forms.BaseForm]) -> bool:
    return bool(form.__subclasses__()) and _label(form) in BASES


BASES = {
    "office.forms.base.DeedForm", "office.figures.asking.PeriodForm", "courts.forms.desk.AskForm",
    "courts.forms.refer.Step", "office.forms.money.Moves", "office.forms.money.Keyed",
    "office.forms.settings.CourtForm", "office.forms.schedules.Followed", "office.forms.people.NameStaff",
}  # fmt: skip


def of_deeds() -> dict[str, Any]:
    """By the form's label, the first deed that asks by it."""
    found: dict[str, Any] = {}
    for deed in declared():
        found.setdefault(_label(deed.form), deed)
    return found


def _session(data: Any, scene: Scene, form: Any) -> forms.BaseForm:
    made: forms.BaseForm = form(data, session=scene.session)
    return made


def _record(noun: type[Model], scene: Scene) -> Any:
    """An enrollment as his buttons find it: under a policy, in a cohort."""
    if noun is Enrollment and noun not in scene._rows:
        scene._rows[noun] = seated().enrollment
    return scene.row(noun)


def _step(scene: Scene) -> sheets.Step:
    instrument: Instrument = scene.row(Instrument)
    return sheets.Step(instrument, instrument.document, instrument.document.items[0])


def make(form: type[forms.BaseForm], data: Any, scene: Scene) -> forms.BaseForm:
    """Bound to what was sent, as its view makes it."""
    label = _label(form)
    if issubclass(form, DeedForm):
        deed = of_deeds().get(label)
        return form(data, record=_record(deed.noun, scene) if deed else None)
    if issubclass(form, Step):
        return form(data, desk=Desk(court=scene.court), today=clock.now().date())
    return form(data, **OWN[label](scene) if label in OWN else {})


OWN: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "office.exports.ExportForm": lambda scene: {"columns": [], "shown": 0, "count": 1},
    "office.figures.change.ChangeForm": lambda scene: {"program": scene.session.program, "years": []},
    "outcomes.forms.Items": lambda scene: {"steps": {0: _step(scene)}, "answers": {}, "language": "en"},
    "office.texts.Rewording": lambda scene: {"channel": "email", "stands": Words("a", "b"), "after": 0},
    "office.forms.intake.IntakeForm": lambda scene: {"points": [], "checklist": []},
    "office.forms.lists.WhichSheet": lambda scene: {"sheets": ["One", "Two"]},
    "office.forms.lists.NameColumns": lambda scene: {
        "sample": SimpleNamespace(keys=["a"], header=["A"], under=lambda at: []), "stands": {},
    },
    "office.forms.twice.PutTogether": lambda scene: {
        "one": scene.report.referral.participant, "other": scene.report_elsewhere.referral.participant,
    },
    **{
        f"programs.forms.{name}": lambda scene: {"session": scene.session}
        for name in ("canceled.CanceledForm", "closing.CloseForm", "marks.MarkForm", "room.NoteForm")
    },
}  # fmt: skip
