"""What a measure of a trace asks of the model: that it made the trace, and one of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert
    from bert_core.model.encoder import Layer


def require_model(bert: Bert, trace: Trace) -> None:
    """Raises ValueError where the trace is of another model: by its scene, or by its layers, heads or width."""
    if trace.scene.model_id != bert.model_id:
        raise ValueError(f"the trace is of {trace.scene.model_id}, this is {bert.model_id}")
    config, size = bert.config, len(trace.tokens)
    layers, heads = config.num_hidden_layers, config.num_attention_heads
    for name, found, expected in (
        ("attentions", trace.attentions.shape, (layers, heads, size, size)),
        ("hidden states", trace.hidden_states.shape, (layers + 1, size, config.hidden_size)),
    ):
        if found != expected:
            raise ValueError(f"{name} of shape {found}, but this model makes {expected} of {size} pieces")


def layer_at(bert: Bert, index: int) -> Layer:
    """The layer, counted from 0. Raises ValueError where there is none."""
    if not 0 <= index < bert.config.num_hidden_layers:
        raise ValueError(f"layer {index} of {bert.config.num_hidden_layers}")
    return cast("Layer", bert.module.encoder.layers[index])


def zeroed_heads(trace: Trace, layer: int) -> list[int]:
    """The heads of a layer whose output the trace's scene sets to zero; their weights are in the trace all the same."""
    changes = trace.scene.interventions
    if changes.head_off != "zero":
        return []
    return sorted(head for where, head in changes.heads_off if where == layer)
