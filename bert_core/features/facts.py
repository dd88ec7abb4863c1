"""Where features come from, so that a file of them says it itself."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bert_core
from bert_core.features.texts import Texts
from bert_core.features.wanted import Feature

if TYPE_CHECKING:
    from bert_core.bert import Bert

_POOLS = {
    "pieces": "a vector for each piece",
    "cls": "that of the first [CLS]",
    "mean": "mean over the text's own pieces, without the added [CLS] and [SEP]; NaN where there is none",
    "mean-all-pieces": "mean over all pieces, with the added [CLS] and [SEP]",
}


def facts_of(
    bert: Bert, source: Texts, features: Sequence[Feature], counts: dict[str, int]
) -> dict[str, Any]:
    """For JSON: model, its revision on the hub and the digests of its weights, texts, features, counts, versions.

    The weights are read for their digests.
    """
    layers = bert.config.num_hidden_layers
    taken = {feature: feature.of_model(layers) for feature in features}
    return {
        "format": "bert_core.features 1",
        "model": bert.model_id,
        "revision": _revision(bert.folder),
        "weights_sha256": {file.name: _sha256(file) for file in bert.weights_files},
        "config": bert.config.to_dict(),
        "longest": bert.tokenizer.max_length,
        "lowercase": bert.tokenizer.lowercase,
        "source": source.facts,
        "features": {
            feature.name: {
                "hidden_states": list(found.layers),
                "join": found.join,
                "pool": feature.pool,
                "meaning": _POOLS[feature.pool],
            }
            for feature, found in taken.items()
        },
        "counts": counts,
        "versions": {
            "bert_core": bert_core.__version__,
            **{name: importlib.metadata.version(name) for name in ("torch", "tokenizers", "numpy")},
        },
    }


def _revision(folder: Path | None) -> str | None:
    """The commit, where the folder is one of the hub's cache."""
    return folder.name if folder is not None and folder.parent.name == "snapshots" else None


def _sha256(file: Path) -> str | None:
    """None where it is not there any more: no reason to lose hours of work."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None
