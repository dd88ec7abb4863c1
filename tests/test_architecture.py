"""Walks the imports and fails on every arrow that the architecture does not have.

The arrows, one way: application -> everything; panels -> session, views; services -> bert_core; views -> numpy, Qt;
session -> value types of bert_core. bert_core never imports Qt; views and panels never import torch.
An import counts wherever it stands: at the top, inside a function, or for the type checker only.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

QT = ("PySide6", "shiboken6")
TORCH = ("torch", "transformers", "accelerate", "safetensors.torch")
# The modules of bert_core that hold values only; test_values_are_free_of_torch holds them to it.
VALUES = (
    "bert_core.__version__",
    "bert_core.config",
    "bert_core.errors",
    "bert_core.exercise",
    "bert_core.explanations",
    "bert_core.features.progress",
    "bert_core.features.wanted",
    "bert_core.finetuning.data_values",
    "bert_core.finetuning.description_values",
    "bert_core.finetuning.examples",
    "bert_core.finetuning.probe_values",
    "bert_core.finetuning.recipe",
    "bert_core.finetuning.run_values",
    "bert_core.finetuning.task_info",
    "bert_core.following",
    "bert_core.frozen",
    "bert_core.head_order",
    "bert_core.info",
    "bert_core.interventions",
    "bert_core.measures.embedding_tables",
    "bert_core.measures.rank_correlation",  # arithmetic on arrays, as views and panels do it
    "bert_core.measures.word_attention",
    "bert_core.measures.word_senses",
    "bert_core.pattern",
    "bert_core.queries",
    "bert_core.queries_calculation",
    "bert_core.queries_embeddings",
    "bert_core.queries_features",
    "bert_core.queries_flow",
    "bert_core.queries_measures",
    "bert_core.queries_next_sentence",
    "bert_core.queries_predictions",
    "bert_core.queries_pruning",
    "bert_core.queries_saliency",
    "bert_core.queries_search",
    "bert_core.queries_states",
    "bert_core.queries_task",
    "bert_core.scene",
    "bert_core.trace",
    "bert_core.training.control",
    "bert_core.training.ending",
    "bert_core.training.events",
    "bert_core.training.run_folder",
    "bert_core.training.schedules",
    "bert_core.training.settings",
)
ANYTHING = ("",)


@dataclass(frozen=True)
class Rule:
    """What the modules at and below `where` may import, beside the standard library; `never` outweighs `may`."""

    where: str
    may: tuple[str, ...]
    never: tuple[str, ...] = ()


# The first rule whose `where` fits a module is the one for it.
RULES = (
    Rule("app.application", may=ANYTHING),
    Rule("app.__main__", may=ANYTHING),
    Rule("app.fine_tuning", may=ANYTHING, never=("app.application", "app.__main__")),  # a part of the root
    Rule("app.tune_commands", may=(*QT, "app.fine_tuning")),
    Rule("app.screenshot", may=("app", *QT), never=("app.services", "app.panels")),
    Rule("app.answers", may=("numpy", "app.answerers", "app.views.mosaic_image", "bert_core")),
    Rule("app.answerers", may=("numpy", "app.answerers", "bert_core")),
    Rule("app.file_answers", may=("app.file_answerers", "app.files", "app.services.files")),
    Rule(
        "app.file_answerers",
        may=(
            "numpy",
            "polars",
            "app.file_answerers",
            "app.files",
            "app.file_questions",
            "bert_core",
            "huggingface_hub",
        ),
    ),
    Rule(
        "app.views",
        may=(
            *("numpy", *QT, "app.views", "app.theme", "app.translation", "app.text_units"),
            *("bert_core.trace", "bert_core.scene"),
        ),
    ),
    Rule(  # and no other panel: see `is_other_panel`
        "app.panels",
        may=("numpy", *QT, "app", *VALUES),
        never=("app.services", "app.window", "app.commands", "app.application", "app.__main__"),
    ),
    Rule(
        "app.session",
        may=("numpy", *QT, "app", *VALUES),
        never=(
            "app.services",
            "app.views",
            "app.panels",
            "app.window",
            "app.commands",
            "app.application",
            "app.__main__",
        ),
    ),
    Rule(
        "app.services",
        may=ANYTHING,
        never=(
            "app.session",
            "app.views",
            "app.panels",
            "app.window",
            "app.commands",
            "app.application",
            "app.__main__",
        ),
    ),
    Rule(
        "app.window",
        may=("numpy", *QT, "app", *VALUES, "bert_core.resources"),
        never=("app.services", "app.commands", "app.application", "app.__main__"),
    ),
    Rule(  # its part
        "app.docks",
        may=(*QT, "app.panels.base", "app.translation", "app.views.dock_tabs"),
    ),
    Rule(  # what the window's actions do
        "app.commands",
        may=("numpy", *QT, "app", *VALUES),
        never=("app.services", "app.application", "app.__main__"),
    ),
    Rule("app.view_commands", may=(*QT, "app.panels.attention")),
    Rule("app.explain_commands", may=(*QT, "app.panels")),
    Rule("app.attention_commands", may=(*QT, "app.panels.attention", "app.translation")),
    Rule(
        "app",
        may=("numpy", "platformdirs", *QT, "app", *VALUES, "bert_core.resources"),
        never=(
            "app.services",
            "app.panels",
            "app.window",
            "app.commands",
            "app.application",
            "app.__main__",
        ),
    ),
    Rule("bert_core", may=ANYTHING, never=("app", *QT)),
)


class Tree:
    """The modules of `app` and `bert_core` below a folder, and what each imports."""

    def __init__(self, root: Path) -> None:
        self.files: dict[str, Path] = {}
        for package in ("app", "bert_core"):
            for path in sorted((root / package).rglob("*.py")):
                parts = path.relative_to(root).with_suffix("").parts
                self.files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        self.parsed = {
            name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in self.files.items()
        }

    def imports(self, module: str, *, at_once: bool = False) -> Iterator[tuple[int, str]]:
        """(line, what is imported, as the dotted name of its origin); `at_once`: only what importing runs."""
        nodes = _at_once(self.parsed[module]) if at_once else ast.walk(self.parsed[module])
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom):
                source = self._absolute(module, node)
                for alias in node.names:
                    yield node.lineno, self.origin(source, alias.name)
            elif isinstance(node, ast.Call) and _is_dynamic_import(node):
                yield node.lineno, str(node.args[0].value)  # type: ignore[attr-defined]

    def origin(self, source: str, name: str) -> str:
        """Where `from source import name` leads: through the packages that pass the name on to its own module."""
        if f"{source}.{name}" in self.files or source not in self.files or name == "*":
            return source if name == "*" else f"{source}.{name}"
        for node in ast.walk(self.parsed[source]):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if (alias.asname or alias.name) == name:
                        further = self._absolute(source, node)
                        return f"{further}.{name}" if further == source else self.origin(further, alias.name)
        return f"{source}.{name}"

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = module.split(".")
        up = node.level - (self.files[module].name == "__init__.py")
        return ".".join(parts[: len(parts) - up] + ([node.module] if node.module else []))

    def executed(self, target: str) -> list[str]:
        """The modules of this tree that run when `target` is imported: its packages, and itself."""
        parts = target.split(".")
        names = (".".join(parts[: i + 1]) for i in range(len(parts)))
        return [name for name in names if name in self.files]

    def way_to(self, start: str, goals: tuple[str, ...]) -> list[str]:
        """A chain of imports, each run at once, that leads from a module to one of the goals; else empty."""
        came_from: dict[str, str] = {name: "" for name in self.executed(start)}
        queue = list(came_from)
        while queue:
            module = queue.pop(0)
            for _, target in self.imports(module, at_once=True):
                if within(target, goals):
                    way = [target]
                    while module:
                        way.append(module)
                        module = came_from[module]
                    return way[::-1]
                for name in self.executed(target):
                    if name not in came_from:
                        came_from[name] = module
                        queue.append(name)
        return []


def _at_once(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that importing a module runs: not the bodies of functions, nor what is for the type checker."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for node in child.orelse:
                yield node
                yield from _at_once(node)
            continue
        yield child
        yield from _at_once(child)


def _is_dynamic_import(node: ast.Call) -> bool:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return (
        called in ("import_module", "__import__")
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )


def within(name: str, prefixes: tuple[str, ...]) -> bool:
    """Is the dotted name at or below one of the prefixes? The empty prefix has everything below it."""
    return any(not prefix or name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def is_other_panel(module: str, target: str) -> bool:
    """Does one panel import another? A file or a folder in app/panels is a panel; base and common* serve all."""
    here, there = module.split(".")[2:3], target.split(".")[2:3]
    if (
        not (within(module, ("app.panels",)) and within(target, ("app.panels",)))
        or not there
        or here == there
    ):
        return False
    return there[0] != "base" and not there[0].startswith("common")


def wrong_arrows(root: Path) -> list[str]:
    """A line for each import that the rules do not allow."""
    tree = Tree(root)
    found = []
    for module, path in tree.files.items():
        rule = next(rule for rule in RULES if within(module, (rule.where,)))
        for line, target in tree.imports(module):
            standard = target.partition(".")[0] in sys.stdlib_module_names
            allowed = standard or (within(target, rule.may) and not within(target, rule.never))
            if not allowed or is_other_panel(module, target):
                found.append(
                    f"{path.relative_to(root).as_posix()}:{line} imports {target} (rule {rule.where})"
                )
    return found


def test_there_is_no_wrong_arrow() -> None:
    assert wrong_arrows(ROOT) == []


@pytest.mark.parametrize(
    "module", ["bert_core", "bert_core.tokenization", "bert_core.resources", *VALUES[1:]]
)
def test_values_are_free_of_torch(module: str) -> None:
    tree = Tree(ROOT)
    assert module in tree.files
    assert tree.way_to(module, (*TORCH, *QT)) == []


def test_importing_the_values_imports_no_torch() -> None:
    names = ("bert_core", "bert_core.tokenization", *VALUES[1:])
    heavy = "{'torch', 'transformers', 'PySide6'}"
    code = f"import sys; import {', '.join(names)}; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# The checker itself, on small trees.


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A tree without a wrong arrow, to plant one in."""
    sources = {
        "app/__init__.py": "",
        "app/__main__.py": "from app.application import run",
        "app/application.py": "import torch\nfrom app.services import inference\nfrom app.panels.one import One",
        "app/session.py": "from PySide6.QtCore import QObject\nfrom bert_core.scene import Scene",
        "app/theme.py": "from PySide6 import QtGui",
        "app/panels/__init__.py": "",
        "app/panels/base.py": "from app.session import Session",
        "app/panels/one.py": "from app.panels.base import Panel\nfrom app.views.map import Map",
        "app/panels/two/__init__.py": "from .part import Part",
        "app/panels/two/part.py": "from bert_core import Trace",
        "app/services/__init__.py": "",
        "app/services/inference.py": "from bert_core import Bert\nimport torch",
        "app/views/__init__.py": "",
        "app/views/map.py": "import numpy as np\nfrom app import theme\nfrom bert_core.trace import Trace",
        "bert_core/__init__.py": (
            "from bert_core.trace import Trace\n"
            "def __getattr__(name):\n    from bert_core.bert import Bert\n    return Bert"
        ),
        "bert_core/bert.py": "import torch",
        "bert_core/scene.py": "",
        "bert_core/trace.py": "import numpy",
    }
    for name, text in sources.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return tmp_path


def test_the_planted_tree_is_right_to_begin_with(planted: Path) -> None:
    assert wrong_arrows(planted) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("bert_core/trace.py", "import app"),
        ("bert_core/trace.py", "from PySide6.QtCore import QObject"),
        ("bert_core/bert.py", "import shiboken6"),
        ("app/views/map.py", "import torch"),
        ("app/views/map.py", "def f():\n    import torch"),
        ("app/views/map.py", "import importlib; importlib.import_module('torch')"),
        ("app/views/map.py", "from app.session import Session"),
        ("app/views/map.py", "from ..session import Session"),
        ("app/views/map.py", "import bert_core"),
        ("app/views/map.py", "from bert_core import Bert"),
        ("app/views/map.py", "from bert_core.bert import Bert"),
        ("app/views/map.py", "import scipy"),
        ("app/panels/one.py", "from app.panels.two import Part"),
        ("app/panels/one.py", "from app.panels import two"),
        ("app/panels/one.py", "from . import two"),
        ("app/panels/two/part.py", "from app.panels.one import One"),
        ("app/panels/one.py", "from app.services.inference import Inference"),
        ("app/panels/one.py", "from app import services"),
        ("app/panels/one.py", "import torch.nn"),
        ("app/panels/one.py", "from bert_core import Bert"),
        ("app/panels/base.py", "from app.application import Application"),
        ("app/session.py", "from bert_core.bert import Bert"),
        ("app/session.py", "from app.views.map import Map"),
        ("app/session.py", "import typing\nif typing.TYPE_CHECKING:\n    from app.services import inference"),
        ("app/services/inference.py", "from app.session import Session"),
        ("app/services/inference.py", "from app.panels.one import One"),
        ("app/theme.py", "import torch"),
        ("app/theme.py", "from app.panels.one import One"),
    ],
)
def test_a_wrong_import_is_found(planted: Path, file: str, line: str) -> None:
    path = planted / file
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    found = wrong_arrows(planted)
    assert len(found) == 1
    assert found[0].startswith(file + ":")


def test_a_way_to_torch_is_found(planted: Path) -> None:
    tree = Tree(planted)
    assert tree.way_to("bert_core", TORCH) == []
    assert tree.way_to("app.panels.two.part", TORCH) == []
    (planted / "bert_core/scene.py").write_text(
        "class A:\n    from bert_core import Bert\n", encoding="utf-8"
    )
    assert Tree(planted).way_to("app.session", TORCH) == [
        "app.session",
        "bert_core.scene",
        "bert_core.bert",
        "torch",
    ]
