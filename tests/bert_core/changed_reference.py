"""`transformers`, with interventions made from outside: by its own masks, and by hooks on its modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertForPreTraining

from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.interventions import NONE, Interventions
from bert_core.tokenization import Tokenizer
from bert_core.trace import Token

Edit = Callable[[int, int, np.ndarray], "np.ndarray | None"]
"""(layer, head, its weights [S, S]) -> the weights it is to have instead, or None to leave them."""


@dataclass
class Changed:
    """Arrays without the batch axis; attention_outputs [L, S, H] are those of the attention block, b_O included."""

    hidden_states: np.ndarray
    attentions: np.ndarray
    attention_outputs: np.ndarray
    mlm: np.ndarray
    nsp: list[float]


def lively_bert(config: BertConfig, tokenizer: Tokenizer, seed: int = 1) -> Bert:
    """A random BERT in which no bias is zero and no gain one, so that nothing can be left out unnoticed."""
    bert = Bert.random(config, tokenizer, seed)
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in bert.module.named_parameters():
        if parameter.ndim == 1:
            about = float("norm" in name.lower() and name.endswith("weight"))
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.3 + about)
    return bert


def reference_model(folder: Path, dtype: torch.dtype = torch.float32) -> Any:
    """BertForPreTraining with the folder's weights, explicit softmax, no dropout, no gradients for weights."""
    model = BertForPreTraining.from_pretrained(folder, attn_implementation="eager", dtype=dtype)
    return model.eval().requires_grad_(False)


def allowed_keys(size: int, changes: Interventions) -> np.ndarray:
    """bool [S, S]: may the query attend to the key? Written out piece by piece."""
    allowed = np.zeros((size, size), dtype=bool)
    for query in range(size):
        for key in range(size):
            seen = {"both": True, "left-to-right": key <= query, "right-to-left": key >= query}
            allowed[query, key] = seen[changes.direction] and key not in changes.hidden
        if not allowed[query].any():
            allowed[query, query] = True
    return allowed


def changed_reference(
    model: Any, tokens: Sequence[Token], changes: Interventions = NONE, edit: Edit | None = None
) -> Changed:
    """Run the model on the pieces with the interventions; `edit` comes last."""
    config, size = model.config, len(tokens)
    heads, width = config.num_attention_heads, config.hidden_size // config.num_attention_heads
    allowed = allowed_keys(size, changes)
    states: list[np.ndarray] = []
    attentions: list[np.ndarray] = []
    outputs: list[np.ndarray] = []

    def attend(layer: int) -> Callable[..., Any]:
        def hook(module: Any, args: Any, output: Any) -> Any:
            context, weights = output[0].clone(), output[1].clone()
            value = module.value(args[0]).view(size, heads, width)
            for head in range(heads):
                part = slice(head * width, (head + 1) * width)
                off = (layer, head) in changes.heads_off
                if off and changes.head_off == "uniform":
                    for query in range(size):
                        keys = np.flatnonzero(allowed[query])
                        weights[0, head, query] = 0.0
                        weights[0, head, query, keys] = 1.0 / len(keys)
                        context[0, query, part] = value[keys, head].mean(0)
                if off and changes.head_off == "zero":
                    context[..., part] = 0.0
                if edit is not None:
                    new = edit(layer, head, weights[0, head].numpy())
                    if new is not None:
                        context[0, :, part] = torch.from_numpy(new).to(value.dtype) @ value[:, head]
            attentions.append(weights[0].numpy())
            return context, weights

        return hook

    def drop(term: str) -> Callable[..., Any]:
        where = changes.dropped[term]  # type: ignore[index]

        def hook(module: Any, args: Any, output: Any) -> Any:
            gone = output.clone()
            gone[:, range(size) if where == "all" else sorted(where)] = 0.0
            return gone

        return hook

    modules = {
        "token": "word_embeddings",
        "segment": "token_type_embeddings",
        "position": "position_embeddings",
    }
    with ExitStack() as stack, torch.no_grad():
        for term in changes.dropped:
            module = getattr(model.bert.embeddings, modules[term])
            stack.enter_context(_hooked(module, drop(term)))
        record = stack.enter_context
        record(_hooked(model.bert.embeddings, lambda m, a, o: states.append(o[0].numpy())))
        for index, layer in enumerate(model.bert.encoder.layer):
            record(_hooked(layer.attention.self, attend(index)))
            record(_hooked(layer.attention.output.dense, lambda m, a, o: outputs.append(o[0].numpy())))
            record(_hooked(layer.output, lambda m, a, o: states.append(o[0].numpy())))
        bias = torch.where(torch.from_numpy(allowed), 0.0, torch.finfo(model.dtype).min).to(model.dtype)
        found = model(
            input_ids=torch.tensor([[token.id for token in tokens]]),
            token_type_ids=torch.tensor([[token.segment for token in tokens]]),
            attention_mask=bias[None, None],
            output_attentions=True,
        )
    return Changed(
        np.stack(states),
        np.stack(attentions),
        np.stack(outputs),
        found.prediction_logits[0].numpy(),
        torch.softmax(found.seq_relationship_logits[0].double(), -1).tolist(),
    )


def _hooked(module: Any, hook: Callable[..., Any]) -> Any:
    return module.register_forward_hook(hook)
