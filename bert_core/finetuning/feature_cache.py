"""Features of a frozen BERT, computed once for as many rows as there is memory for."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.rows import Batch, Integers, Rows, collate

MOST_BYTES = 1 << 30
"""Of all features of a run that are kept; the rest are computed each time anew."""

_CHUNK = 32  # units that are computed together


class FeatureCache:
    """Features of rows, in the CPU's memory.

    Which rows are kept, and which are computed together, depends on the rows only, so that a resumed run finds the same
    numbers to the last bit: units are sorted by length and cut into chunks of 32; a chunk is computed when the first of
    its units is asked for, and kept if it and all before it have room in `most_bytes`.
    """

    def __init__(self, tuned: TunedModel, rows: Rows, pad_id: int, most_bytes: int = MOST_BYTES) -> None:
        self._tuned, self._rows, self._pad_id = tuned, rows, pad_id
        self._width = tuned.feature_width
        order = np.argsort(rows.lengths, kind="stable")
        self._chunks: list[Integers] = [order[i : i + _CHUNK] for i in range(0, len(order), _CHUNK)]
        sizes = np.cumsum([rows.pieces[chunk].sum() for chunk in self._chunks]) * self._width * 4
        self._kept = int(np.searchsorted(sizes, most_bytes, side="right"))
        self._chunk_of = np.empty(len(order), np.int64)
        self._chunk_of[order] = np.arange(len(order)) // _CHUNK
        self._features: dict[int, Tensor] = {}

    @property
    def kept_share(self) -> float:
        """Of the units, how many are computed only once."""
        return sum(len(chunk) for chunk in self._chunks[: self._kept]) / max(1, len(self._rows))

    def of(self, batch: Batch) -> Tensor:
        """float32 [B, S, width] of a batch of these rows, 0 at padding; on the model's device."""
        chunks = self._chunk_of[batch.units]
        for chunk in np.unique(chunks[chunks < self._kept]).tolist():
            if int(self._rows.units[self._chunks[chunk][0]]) not in self._features:
                self._features.update(self._computed(self._chunks[chunk]))
        others = batch.units[chunks >= self._kept]
        now = self._computed(np.unique(others)) if len(others) else {}
        found = torch.zeros(*batch.ids.shape, self._width)
        for place, row in enumerate(batch.rows.tolist()):
            features = self._features[row] if row in self._features else now[row]
            found[place, : len(features)] = features
        return found.to(self._tuned.head.weight.device)

    @torch.no_grad()
    def _computed(self, units: Integers) -> dict[int, Tensor]:
        """Of each row of these units, [its pieces, width], in the CPU's memory."""
        batch = collate(self._rows, units, self._pad_id)
        device = self._tuned.head.weight.device
        present = None if batch.present is None else torch.from_numpy(batch.present).to(device)
        ids, segments = (torch.from_numpy(array).to(device) for array in (batch.ids, batch.segments))
        features = self._tuned.features(ids, segments, present)
        flat = features.flatten(0, 1) if present is None else features[present]
        lengths = np.diff(self._rows.offsets)[batch.rows].tolist()
        return dict(zip(batch.rows.tolist(), flat.cpu().split(lengths), strict=True))
