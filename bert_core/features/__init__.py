"""Hidden states of many texts as features (Devlin et al. 2018, section 5.3), in order, in bounded memory.

Importing this package does not import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bert_core.features.block import Block, Row
from bert_core.features.progress import Progress, Written
from bert_core.features.texts import Text, texts_of_file, texts_of_values
from bert_core.features.wanted import EXAMPLES, Feature, Pool, parse_feature

if TYPE_CHECKING:
    from bert_core.features.extraction import extract as extract
    from bert_core.features.extraction import extracting as extracting
    from bert_core.features.writer import FORMATS as FORMATS
    from bert_core.features.writer import write as write
    from bert_core.features.writer import writing as writing

__all__ = [
    "EXAMPLES",
    "FORMATS",
    "Block",
    "Feature",
    "Pool",
    "Progress",
    "Row",
    "Text",
    "Written",
    "extract",
    "extracting",
    "parse_feature",
    "texts_of_file",
    "texts_of_values",
    "write",
    "writing",
]


def __getattr__(name: str) -> Any:
    if name in ("extract", "extracting"):
        from bert_core.features import extraction as module
    elif name in ("FORMATS", "write", "writing"):
        from bert_core.features import writer as module  # type: ignore[no-redef]
    else:
        raise AttributeError(f"module 'bert_core.features' has no attribute {name!r}")
    return getattr(module, name)
