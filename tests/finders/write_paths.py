"""Where rows are written, and whether whoever writes them tells the audit trail: read from the source, never run.

A function leads to whatever it names, called or handed on: its own module's functions, what it imports, and what a
module that it imports holds. That is more than it calls, never less, but for what is found by a string.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.house import ROOT, source_files

WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "execute", "executemany",
}  # fmt: skip
# What a statement begins with that only reads.
READS = ("SELECT", "EXPLAIN", "SET")
TELLS = {("audit.actions", "record"), ("audit.actions", "record_all"), ("accounts.trail", "tell")}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[str, str]


@dataclass
class Module:
    name: str
    path: Path
    functions: dict[str, ast.AST] = field(default_factory=dict)
    # What a name stands for here: a module ("x.y", ""), or something in one ("x.y", "z").
    imports: dict[str, Place] = field(default_factory=dict)


def read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return parsed(Module(name, path), ast.parse(path.read_text()))


def parsed(module: Module, tree: ast.Module) -> Module:
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef):
            module.functions[node.name] = node
    for within in ast.walk(tree):
        if isinstance(within, ast.ImportFrom) and within.module:
            for alias in within.names:
                module.imports[alias.asname or alias.name] = (within.module, alias.name)
        elif isinstance(within, ast.Import):
            for alias in within.names:
                module.imports[alias.asname or alias.name] = (alias.name, "")
    return module


@cache
def house() -> Mapping[str, Module]:
    return {module.name: module for module in map(read, source_files())}


def found(module: str, name: str, modules: Mapping[str, Module]) -> Place | None:
    """Where it is written, through whatever hands it on. None: not in this house."""
    if f"{module}.{name}" in modules:
        return (f"{module}.{name}", "")
    there = modules.get(module)
    if there is None:
        return None
    if name in there.functions:
        return (module, name)
    handed_on = there.imports.get(name)
    return found(*handed_on, modules) if handed_on and handed_on != (module, name) else None


def leads_to(place: Place, modules: Mapping[str, Module]) -> Iterator[Place]:
    module = modules[place[0]]
    for node in ast.walk(module.functions[place[1]]):
        if isinstance(node, ast.Name) and (at := found(module.name, node.id, modules)) and at[1]:
            yield at
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            base = found(module.name, node.value.id, modules)
            if base and not base[1] and (at := found(base[0], node.attr, modules)):
                yield at


def is_a_model(place: Place) -> bool:
    """Naming a model's class is no way through its methods: else everything would lead everywhere."""
    return "models" in place[0].split(".")


class Ways:
    """What each function leads to, over however many steps."""

    def __init__(self, modules: Mapping[str, Module]) -> None:
        self.modules = modules
        self._next: dict[Place, set[Place]] = {}

    def reached(self, start: Place) -> set[Place]:
        seen: set[Place] = set()
        ahead = [start]
        while ahead:
            place = ahead.pop()
            if place not in seen and (place == start or not is_a_model(place)):
                seen.add(place)
                ahead += self._from(place)
        return seen

    def _from(self, place: Place) -> set[Place]:
        if place not in self._next:
            self._next[place] = set(leads_to(place, self.modules))
        return self._next[place]


def writes(node: ast.AST) -> list[int]:
    """Lines on which something is called that writes rows."""
    return [call.lineno for call in ast.walk(node) if isinstance(call, ast.Call) and is_a_write(call)]


def is_a_write(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    base, first = call.func.value, call.args[0] if call.args else None
    if call.func.attr == "update" and first is not None:
        return False  # a dictionary's, a digest's: a QuerySet takes names only
    if isinstance(base, ast.Name) and base.id == "cache":
        return False
    return not (isinstance(first, ast.Constant) and str(first.value).lstrip().startswith(READS))


def tells(places: set[Place]) -> bool:
    return bool(places & TELLS)


def is_action(module: Module) -> bool:
    return "actions" in module.name.split(".")


def writing_actions(modules: Mapping[str, Module]) -> dict[str, bool]:
    """Each public function of the actions that takes the clock and leads to a write: whether it leads to an event."""
    ways, told = Ways(modules), {}
    for module in modules.values():
        for name, node in module.functions.items() if is_action(module) else ():
            if isinstance(node, Function) and not name.startswith("_") and "now" in arguments(node):
                places = ways.reached((module.name, name))
                if any(writes(modules[at].functions[what]) for at, what in places - TELLS):
                    told[f"{module.name}.{name}"] = tells(places)
    return told


def arguments(node: Function) -> set[str]:
    return {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}


def around_the_actions(modules: Mapping[str, Module]) -> dict[str, bool]:
    """Each function outside the actions that writes by itself: whether it leads to an event."""
    ways = Ways(modules)
    return {
        f"{module.name}.{name}": tells(ways.reached((module.name, name)))
        for module in modules.values()
        if not is_action(module)
        for name, node in module.functions.items()
        if writes(node)
    }
