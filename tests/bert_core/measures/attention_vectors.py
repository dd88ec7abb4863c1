"""The vectors that attention adds up, built one by one from the weights of `transformers`."""

from __future__ import annotations

from typing import Any

import numpy as np

from bert_core.trace import Trace


def vectors(model: Any, trace: Trace, layer: int) -> np.ndarray:
    """a_ij^h f^h(x_j), float64 [A, S, S, H], from the formula; 0 for a head that is off by zero."""
    attention = model.bert.encoder.layer[layer].attention
    weight, bias, output = (
        tensor.double().numpy()
        for tensor in (attention.self.value.weight, attention.self.value.bias, attention.output.dense.weight)
    )
    heads, size, _ = trace.attentions[layer].shape
    width = output.shape[0] // heads
    made = np.zeros((heads, size, size, output.shape[0]))
    changes = trace.scene.interventions
    for head in range(heads):
        if (layer, head) in changes.heads_off and changes.head_off == "zero":
            continue
        part = slice(head * width, (head + 1) * width)
        for key in range(size):
            value = weight[part] @ trace.hidden_states[layer, key].astype(np.float64) + bias[part]
            moved = output[:, part] @ value
            for query in range(size):
                made[head, query, key] = trace.attentions[layer, head, query, key] * moved
    return made
