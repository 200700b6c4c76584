"""House rules that no linter knows. Each finder is shown a wrong example too, or it would prove nothing."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.db.models import Q
from django.test.utils import isolate_apps

from accounts.models import User
from core import clock, privacy
from core.immutable import TABLES
from courts.models import Court
from programs.models import Program
from tests.factories.registry import by_model
from tests.finders import model_faults, source_faults
from tests.house import ROOT, floors, our_models, source_files
from vault.fields import EncryptedTextField

MISC_NAMES = {"utils", "util", "helpers", "services", "common", "misc"}
LONGEST_FILE = 400

Finder = Callable[[ast.AST], list[int]]


def found_by(finder: Finder, *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}"
        for path in source_files()
        if str(path.relative_to(ROOT)) not in but
        for line in finder(ast.parse(path.read_text()))
    ]


def a_wrong_model() -> type[models.Model]:
    """Everything wrong at once; made within isolate_apps, so that it is no model of ours."""

    class Wrong(models.Model):
        above = models.ForeignKey(Court, models.PROTECT, related_name="+")
        above_once = models.OneToOneField(Program, models.PROTECT, related_name="+")
        above_many = models.ManyToManyField(User, related_name="+")
        secret = EncryptedTextField()
        name = models.TextField()
        touched_at = models.DateTimeField(auto_now=True)
        made_at = models.DateTimeField(auto_now_add=True)
        asked_at = models.DateTimeField(default=clock.now)
        ended_at = models.DateTimeField(null=True)
        ended_by = models.IntegerField(null=True)
        sent_at = models.DateTimeField()
        sent_by = models.IntegerField()
        held_at = models.DateTimeField(null=True)
        held_by = models.IntegerField(null=True)

        class Meta:
            app_label = "core"
            constraints = [
                models.CheckConstraint(
                    name="wrong_held",
                    condition=Q(held_at=None, held_by=None) | Q(held_at__isnull=False, held_by__isnull=False),
                ),
                models.CheckConstraint(name="wrong_ended", condition=Q(ended_at=None) | ~Q(name="")),
            ]

    return Wrong


@pytest.fixture
def wrong() -> type[models.Model]:
    with isolate_apps("core"):
        return a_wrong_model()


# --- floors


def test_the_floors_are_read_from_the_bottom_up() -> None:
    """The list itself stands once, in pyproject.toml."""
    assert (floors()["core"], floors()["vault"]) == (0, 1)
    assert max(floors(), key=lambda app: floors()[app]) == "config"


def test_every_app_has_a_floor() -> None:
    # `faults` is an app of its own settings only, and stands outside, as `bench` and `tools` do.
    with_models = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"faults"}

    assert with_models == set(floors()) - {"config"}
    assert with_models <= set(settings.INSTALLED_APPS)


def test_no_foreign_key_points_up() -> None:
    assert model_faults.pointing_up(our_models(), floors()) == []


def test_a_foreign_key_that_points_up_is_found(wrong: type[models.Model]) -> None:
    assert model_faults.pointing_up([wrong], floors()) == [
        "core.Wrong.above -> courts.Court",
        "core.Wrong.above_once -> programs.Program",
        "core.Wrong.above_many -> accounts.User",
    ]


def test_neighbors_do_not_point_at_each_other() -> None:
    side_by_side = {"core": 0, "courts": 1, "outcomes": 1}

    assert model_faults.lies_below("courts", "core", side_by_side)
    assert not model_faults.lies_below("courts", "outcomes", side_by_side)


def lint_imports(*arguments: str) -> int:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def test_imports_keep_to_the_floors() -> None:
    assert lint_imports() == 0


def test_an_import_that_goes_up_is_found(tmp_path: Path) -> None:
    upside_down = tmp_path / "importlinter.ini"
    upside_down.write_text(
        "[importlinter]\nroot_packages =\n    core\n    vault\n"
        "[importlinter:contract:floors]\nname = Upside down\ntype = layers\nlayers =\n    core\n    vault\n"
    )

    assert lint_imports("--config", str(upside_down)) == 1


# --- models


def test_every_model_has_a_factory() -> None:
    assert set(by_model()) == set(our_models())


def test_every_field_stands_in_the_privacy_registry() -> None:
    assert model_faults.unregistered(our_models(), privacy.FIELDS) == []


def test_a_field_that_is_not_registered_is_found(wrong: type[models.Model]) -> None:
    names = [field.name for field in model_faults.own_fields(wrong)]
    registry = {
        "core.Wrong": dict.fromkeys([*names[1:], "gone"], privacy.NONE),
        "core.Gone": {"id": privacy.NONE},
    }

    assert model_faults.unregistered([wrong], registry) == [
        "core.Gone.id",
        "core.Wrong.gone",
        "core.Wrong.id",
    ]


def test_every_privacy_rule_can_be_kept() -> None:
    assert model_faults.rule_that_cannot_be_kept(our_models(), privacy.FIELDS, TABLES) == []


def test_a_privacy_rule_that_cannot_be_kept_is_found(wrong: type[models.Model]) -> None:
    names = [field.name for field in model_faults.own_fields(wrong)]
    registry = {"core.Wrong": {**dict.fromkeys(names, privacy.NONE), "above": privacy.PERSON_KEY}}
    registry["core.Wrong"]["name"] = privacy.PERSON

    found = model_faults.rule_that_cannot_be_kept([wrong], registry, immutable=["core_wrong"])

    assert found == ["core.Wrong.above", "core.Wrong.secret", "core.Wrong.name"]


def test_no_date_is_filled_by_the_clock() -> None:
    assert model_faults.filled_by_itself(our_models()) == []


def test_a_date_filled_by_the_clock_is_found(wrong: type[models.Model]) -> None:
    assert model_faults.filled_by_itself([wrong]) == [
        "core.Wrong.touched_at",
        "core.Wrong.made_at",
        "core.Wrong.asked_at",
    ]


def test_every_at_and_by_are_held_together() -> None:
    assert model_faults.unpaired(our_models()) == []


def test_an_at_without_its_by_is_found(wrong: type[models.Model]) -> None:
    assert model_faults.unpaired([wrong]) == ["core.Wrong.ended_at"]


@pytest.mark.django_db
def test_migrations_are_made() -> None:
    # Exits with 1 where a model has a change that no migration brings.
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_migrations_of_an_app_are_one_line() -> None:
    apps = {model._meta.app_label for model in our_models()}
    numbers = {app: sorted(path.name[:4] for path in (ROOT / app / "migrations").glob("0*.py")) for app in apps}

    assert numbers == {app: [f"{n:04}" for n in range(1, len(found) + 1)] for app, found in numbers.items()}


def test_immutable_tables_and_their_columns_exist() -> None:
    real = {m._meta.db_table: {f.column for f in m._meta.concrete_fields} for m in our_models()}

    assert [table for table, filled in TABLES.items() if not set(filled) <= real.get(table, {None})] == []


def test_what_calls_itself_append_only_is_guarded_by_triggers() -> None:
    said = {m._meta.db_table for m in our_models() if (m.__doc__ or "").startswith("Append-only")}

    assert said <= TABLES.keys()


# --- source


def test_only_the_clock_module_asks_the_clock() -> None:
    assert found_by(source_faults.clock_asked, but=("core/clock.py",)) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = datetime.now(UTC)",
        "x = datetime.datetime.utcnow()",
        "x = date.today()",
        "x = datetime.date.today()",
        "x = models.DateTimeField(default=timezone.now)",
        "x = timezone.localdate()",
        "x = time.time()",
        "from django.utils.timezone import now",
        "from time import time as clock",
        "from django.db.models.functions import Now",
    ],
)
def test_asking_the_clock_is_found(line: str) -> None:
    assert source_faults.clock_asked(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "x = clock.now()",
        "x = datetime.combine(day, time(9))",
        "x = now.date()",
        "import time",
        "x = timezone.utc",
    ],
)
def test_telling_the_time_is_not_asking(line: str) -> None:
    assert source_faults.clock_asked(ast.parse(line)) == []


def test_signals_carry_no_rules() -> None:
    assert found_by(source_faults.signals_used, but=("core/apps.py",)) == []


def test_core_listens_to_migrations_only() -> None:
    (line,) = source_faults.signals_used(ast.parse((ROOT / "core/apps.py").read_text()))

    assert (ROOT / "core/apps.py").read_text().splitlines()[line - 1] == (
        "from django.db.models.signals import post_migrate"
    )


@pytest.mark.parametrize(
    "line",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "from django.dispatch import receiver",
        "import django.db.models.signals",
    ],
)
def test_a_signal_is_found(line: str) -> None:
    assert source_faults.signals_used(ast.parse(line)) == [1]


def test_functions_are_short() -> None:
    assert found_by(source_faults.long_functions) == []


def test_a_long_function_is_found() -> None:
    body = "\n".join(f"    x = {i}" for i in range(49))

    assert source_faults.long_functions(ast.parse(f"def fifty():\n{body}")) == []
    assert source_faults.long_functions(ast.parse(f"def fifty_one():\n{body}\n    y = 1")) == [1]


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in source_files()}

    assert lengths != {}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_nothing_is_called_misc() -> None:
    """Looked for in the tests too: what has no name there has no place either."""
    tests = (ROOT / "tests").rglob("*.py")

    assert [path for path in [*source_files(), *tests] if {*path.parts, path.stem} & MISC_NAMES] == []


# --- tasks


def registered_tasks() -> set[str]:
    current_app.loader.import_default_modules()
    return set(current_app.tasks)


def nudged_tasks() -> set[str | None]:
    trees = [ast.parse(path.read_text()) for path in source_files()]
    return {name for tree in trees for name in source_faults.nudged(tree)}


def test_every_nudge_reaches_a_task() -> None:
    nudged = nudged_tasks()

    assert nudged != set()
    assert nudged - registered_tasks() == set()


def test_a_nudge_is_found_with_the_name_it_gives() -> None:
    tree = ast.parse('nudge("messaging.send_due")\ncore.nudge.nudge("audit.seal")\nnudge(name)\nother("x")')

    assert list(source_faults.nudged(tree)) == ["messaging.send_due", "audit.seal", None]


def test_the_beat_runs_tasks_that_exist() -> None:
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - registered_tasks() == set()


def test_every_minute_without_arguments_and_not_late() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry.keys() == {"task", "schedule", "options"}
        assert (entry["schedule"], entry["options"]) == (60.0, {"expires": 55})
