"""A BERT to look inside of: load it, trace it, measure it. Importing this package does not import torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bert_core.interventions import Interventions
from bert_core.scene import Scene
from bert_core.trace import MaskPrediction, NspScore, Token, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert as Bert

__version__ = "0.1.0"
__all__ = ["Bert", "Interventions", "MaskPrediction", "NspScore", "Scene", "Token", "Trace", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Bert":
        from bert_core.bert import Bert

        return Bert
    raise AttributeError(f"module 'bert_core' has no attribute {name!r}")
