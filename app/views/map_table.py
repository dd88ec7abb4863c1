"""A map's numbers as a table: the pieces as header row and first column."""

from __future__ import annotations

from collections.abc import Sequence

from app.views.tables import Table
from bert_core.trace import Floats, Token


def map_table(values: Floats, tokens: Sequence[Token]) -> Table:
    """float32 [S, S] with the pieces as header row (keys) and first column (queries).

    Figures have as many digits as it takes to read the same float32 back.
    """
    names = [token.text for token in tokens]
    return ["", *names], ([name, *row.astype(str)] for name, row in zip(names, values, strict=True))
