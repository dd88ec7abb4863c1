"""Which weights of a tuned model are trained, and which stay as they are."""

from __future__ import annotations

from bert_core.finetuning.heads import POOLED
from bert_core.finetuning.model import TunedModel


def freeze(tuned: TunedModel, *, layers: int = 0, embeddings: bool = False) -> None:
    """Set requires_grad: of the head and of BERT, but not

    - of the masked-word and the next-sentence head, which the task has no use for: they are kept as they are, but for
      the masked-word decoder where it is the word embeddings;
    - of the pooler where the task does not stand on it;
    - of the lowest `layers` layers, and of the embeddings, where so wished;
    - of all of BERT where it only gives features.
    """
    bert = tuned.bert
    tuned.requires_grad_(True)
    for part in (bert.mlm, bert.nsp):
        if part is not None:
            part.requires_grad_(False)
    if bert.pooler is not None and tuned.info.task not in POOLED:
        bert.pooler.requires_grad_(False)
    for layer in list(bert.encoder.layers)[:layers]:
        layer.requires_grad_(False)
    if embeddings:
        bert.embeddings.requires_grad_(False)
    if tuned.info.mode == "features":
        bert.requires_grad_(False)
