"""What several tests compare with: `transformers`, run on a saved folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer, BertForPreTraining


@dataclass
class Reference:
    """What `transformers` makes of a text or pair; arrays without the batch axis."""

    tokens: list[str]
    ids: list[int]
    segments: list[int]
    hidden_states: np.ndarray
    attentions: np.ndarray
    pooled: np.ndarray
    mlm: np.ndarray
    nsp: list[float]


def reference_outputs(folder: Path, text_a: str, text_b: str | None = None) -> Reference:
    """Run BertForPreTraining, eager attention, on the folder."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BertForPreTraining.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    ).eval()
    inputs = tokenizer(text_a, text_b, return_tensors="pt", truncation=True)
    with torch.no_grad():
        outputs = model(**inputs, output_attentions=True, output_hidden_states=True)
        pooled = model.bert(**inputs).pooler_output[0]
    ids = inputs["input_ids"][0].tolist()
    return Reference(
        tokens=tokenizer.convert_ids_to_tokens(ids),
        ids=ids,
        segments=inputs["token_type_ids"][0].tolist(),
        hidden_states=torch.stack([state[0] for state in outputs.hidden_states]).numpy(),
        attentions=torch.stack([weights[0] for weights in outputs.attentions]).numpy(),
        pooled=pooled.numpy(),
        mlm=outputs.prediction_logits[0].numpy(),
        nsp=torch.softmax(outputs.seq_relationship_logits[0].double(), -1).tolist(),
    )
