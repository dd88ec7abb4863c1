"""What is asked about where a piece's content comes from, layer by layer: frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from bert_core.queries import Query

MOST_PIECES = 128
"""Up to so many pieces flow is for a person who waits.

A row takes one maximum flow a piece. Through 12 layers, on one core, such a flow takes about 1.5 ms at 64 pieces, 6 ms
at 128 and 26 ms at 256, which makes 0.1 s, 0.8 s and 7 s a row, and 6 s, 100 s and half an hour for all rows. It also
keeps other threads of Python waiting for as long as one flow takes: at 128 pieces, not yet for a frame.
"""


@dataclass(frozen=True)
class RolloutRows(Query):
    """The rollout of one piece after every layer: float32 [L, S], see `rollout_rows`; positions count from 0."""

    position: int


@dataclass(frozen=True)
class WeighedRows(Query):
    """The norm-weighted attention of one piece in every layer, lengths as they are: float32 [L, S]."""

    position: int


@dataclass(frozen=True)
class FlowRows(Query):
    """The attention flow of one piece after every layer, each divided by its sum: float32 [L, S].

    Takes L * S maximum flows: of up to MOST_PIECES pieces. What has been worked out comes with the progress: NaN in the
    rows of layers still to come.
    """

    position: int
