"""A trace written to a file: JSON for reading, NPZ or safetensors for the arrays as they are."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bert_core.errors import BertError
from bert_core.trace import Trace

FORMATS = (".json", ".npz", ".safetensors")


def trace_arrays(trace: Trace) -> dict[str, np.ndarray]:
    """The trace's arrays by name: ids, five embeddings, attentions, hidden_states, pooled, MLM logits by position."""
    terms = trace.embeddings
    arrays: dict[str, np.ndarray] = {
        "input_ids": np.array([token.id for token in trace.tokens], dtype=np.int64),
        "token_type_ids": np.array([token.segment for token in trace.tokens], dtype=np.int64),
        "embeddings.token": terms.token,
        "embeddings.segment": terms.segment,
        "embeddings.position": terms.position,
        "embeddings.sum": terms.sum,
        "embeddings.output": terms.output,
        "attentions": trace.attentions,
        "hidden_states": trace.hidden_states,
    }
    if trace.pooled is not None:
        arrays["pooled"] = trace.pooled
    for position, logits in (trace.logits or {}).items():
        arrays[f"mlm_logits.{position}"] = logits
    return arrays


def trace_facts(trace: Trace, top_k: int = 10) -> dict[str, Any]:
    """What is not an array: scene, tokens, truncation, predictions, next-sentence score, seconds."""
    scene, changes = trace.scene, trace.scene.interventions
    mlm = trace.mlm(top_k)
    return {
        "model": scene.model_id,
        "text_a": scene.text_a,
        "text_b": scene.second,
        "replaced": {str(position): id_ for position, id_ in scene.replaced.items()},
        "interventions": {
            "heads_off": sorted(changes.heads_off),
            "head_off": changes.head_off,
            "hidden": sorted(changes.hidden),
            "dropped": {t: w if isinstance(w, str) else sorted(w) for t, w in changes.dropped.items()},
            "direction": changes.direction,
        },
        "tokens": [
            {
                "text": token.text,
                "id": token.id,
                "segment": token.segment,
                "start": token.start,
                "end": token.end,
                "word": token.word,
                "special": token.special,
            }
            for token in trace.tokens
        ],
        "left_out": list(trace.left_out),
        "mlm": None
        if mlm is None
        else [
            {
                "position": one.position,
                "candidates": [{"token": t, "id": i, "probability": p} for t, i, p in one.candidates],
            }
            for one in mlm
        ],
        "nsp": None if trace.nsp is None else {"is_next": trace.nsp.is_next, "not_next": trace.nsp.not_next},
        "seconds": {"tokenize": trace.timing.tokenize, "forward": trace.timing.forward},
    }


def write_trace(trace: Trace, path: Path) -> None:
    """Write the trace in the format that the suffix names; whole or not at all.

    .json holds facts and arrays as nested lists; .npz and .safetensors hold the arrays, and the facts as JSON under
    "facts" (an array of one string, or the metadata). Raises BertError for another suffix or a failed write.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise BertError(
            f"A trace cannot be written as {suffix or 'a file without suffix'}.",
            where=path,
            remedy=f"Choose a name that ends in {', '.join(FORMATS)}.",
        )
    new = path.with_name(f".{path.name}.{os.getpid()}.new{suffix}")
    try:
        _write(trace, new, suffix)
        os.replace(new, path)
    except OSError as error:
        raise BertError(
            f"The trace could not be written: {error.strerror or error}.",
            where=path,
            remedy="Choose another place, or make room.",
        ) from error
    finally:
        with suppress(OSError):  # a name too long, a folder that is a file: said already
            new.unlink(missing_ok=True)


def _write(trace: Trace, path: Path, suffix: str) -> None:
    arrays, facts = trace_arrays(trace), trace_facts(trace)
    if suffix == ".json":
        values = {name: array.tolist() for name, array in arrays.items()}
        path.write_text(json.dumps({**facts, "arrays": values}), encoding="utf-8")
        return
    words = json.dumps(facts)
    if suffix == ".npz":
        everything: dict[str, Any] = {"facts": np.array(words), **arrays}
        np.savez_compressed(path, **everything)
        return
    from safetensors.numpy import save  # save_file would make a file that only its owner may read

    data = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    path.write_bytes(save(data, metadata={"facts": words}))
