"""What a source file can have that this house forbids. Each finder gives back the lines on which it does."""

import ast
from collections.abc import Iterator

# module or class: what may only be asked in core/clock.py
CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "timezone": {"now", "localdate", "localtime"},
    "time": {"time", "time_ns"},
}
CLOCK_NAMES = {("django.utils.timezone", name) for name in CLOCKS["timezone"]} | {
    ("time", "time"),
    ("time", "time_ns"),
    ("django.db.models.functions", "Now"),
}
LONGEST_FUNCTION = 50


def clock_asked(tree: ast.AST) -> list[int]:
    """Called or only named, as a default is."""
    return [node.lineno for node in ast.walk(tree) if asks_by_attribute(node) or asks_by_import(node)]  # type: ignore[attr-defined]


def asks_by_attribute(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    base = node.value
    name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
    return node.attr in CLOCKS.get(name, ())


def asks_by_import(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any((node.module, a.name) in CLOCK_NAMES for a in node.names)


def signals_used(tree: ast.AST) -> list[int]:
    """Imports of Django's signals, or of what connects to them."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import) and any(is_signal(name) for name in imported(node))
    ]


def imported(node: ast.ImportFrom | ast.Import) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names]


def is_signal(name: str) -> bool:
    return name.startswith("django.") and (".signals" in name or name.startswith("django.dispatch"))


def long_functions(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def nudged(tree: ast.AST) -> Iterator[str | None]:
    """Names of the tasks that are nudged; None: a name that is only known when it runs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "nudge":
            name = node.args[0] if node.args else None
            yield name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
