"""Answers what the embedding tables of a checkpoint hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bert_core.measures.embedding_tables import initial_norm, row_norms, untrained_from
from bert_core.measures.hidden_similarity import cosine_similarity
from bert_core.queries import Query
from bert_core.queries_embeddings import EmbeddingTables, Tables
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

_ROWS = 4096  # of the token table at a time


def tables(bert: Bert, trace: Trace, query: Query, check: Check) -> Tables:
    """The two small tables, how alike positions are, and the lengths of all pieces' vectors."""
    assert isinstance(query, EmbeddingTables)
    check()
    embeddings, config = bert.module.embeddings, bert.config
    position, segment = (
        part.weight.detach().float().cpu().numpy().copy()
        for part in (embeddings.position_embeddings, embeddings.token_type_embeddings)
    )
    token = embeddings.word_embeddings.weight.detach()
    norms = []
    for first in range(0, len(token), _ROWS):
        check()
        norms.append(row_norms(token[first : first + _ROWS].float().cpu().numpy()))
    check()
    return Tables(
        position=_frozen(position),
        segment=_frozen(segment),
        position_norms=_frozen(row_norms(position)),
        segment_norms=_frozen(row_norms(segment)),
        token_norms=_frozen(np.concatenate(norms)),
        alike=_frozen(cosine_similarity(position)),
        vocabulary=bert.vocabulary,
        initial=initial_norm(config.hidden_size, config.initializer_range),
        untrained_from=untrained_from(position, config.initializer_range),
    )


def _frozen(array: np.ndarray) -> Floats:
    values = array.astype(np.float32)
    values.flags.writeable = False
    return values


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {EmbeddingTables: tables}
