"""Which pieces of the vocabulary have token embeddings that point where a vector points."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bert_core.bert import Bert

Ranked = tuple[tuple[str, int, float], ...]

_LENGTHS: WeakKeyDictionary[torch.nn.Module, torch.Tensor] = WeakKeyDictionary()


@torch.inference_mode()
def nearest_pieces(
    bert: Bert, vector: NDArray[np.float32], top_k: int = 10, *, without: int | None = None
) -> Ranked:
    """The `top_k` pieces as (text, id, cosine), the nearest first, of equals the lower id.

    vector   float32 [H]
    without  an id that is left out
    The cosine is that of the angle with the piece's token embedding, as it is, not centred; 0 for a zero vector.
    Nothing is predicted by this: the masked-word head has layers of its own before it compares with the same table.
    """
    module = bert.module
    table = module.embeddings.word_embeddings.weight[: len(bert.vocabulary)]  # [V, H]
    lengths = _LENGTHS.get(module)
    if lengths is None:
        lengths = _LENGTHS[module] = torch.linalg.vector_norm(table.float(), dim=1)  # [V]
    there = torch.tensor(vector, device=table.device, dtype=torch.float32)
    found = (table.float() @ there) / (lengths * torch.linalg.vector_norm(there)).clamp_min(1e-30)
    cosines = found.cpu().numpy().clip(-1.0, 1.0)
    if without is not None and 0 <= without < len(cosines):
        cosines[without] = -np.inf
    count = max(0, min(top_k, int(np.isfinite(cosines).sum())))
    if not count:
        return ()
    best = np.flatnonzero(cosines >= np.partition(cosines, -count)[-count])  # ties included
    best = best[np.lexsort((best, -cosines[best]))][:count]
    return tuple((bert.vocabulary[i], i, float(cosines[i])) for i in best.tolist())
