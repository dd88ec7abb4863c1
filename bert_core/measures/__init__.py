"""What is computed from a trace or a model, one measure a file; the public ones are attributes of this package.

They are looked up when asked for, since some import torch and this package must not.
"""

from importlib import import_module

_WHERE = {
    "patterns": "head_patterns",
}


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'bert_core.measures' has no attribute {name!r}")
    value = getattr(import_module(f"bert_core.measures.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
