"""The table of a map reads back as the same float32 values."""

from __future__ import annotations

import csv
import io

import numpy as np

from app.views.map_table import map_table
from app.views.picture import csv_text
from tests.app.fakes import fake_tokens


def test_reads_back_the_same() -> None:
    values = np.random.default_rng(0).random((17, 17)).astype(np.float32) ** 9
    tokens = fake_tokens()
    rows = list(csv.reader(io.StringIO(csv_text(*map_table(values, tokens)), newline="")))
    assert rows[0][1:] == [token.text for token in tokens] == [row[0] for row in rows[1:]]
    np.testing.assert_array_equal(np.array([row[1:] for row in rows[1:]], dtype=np.float32), values)
