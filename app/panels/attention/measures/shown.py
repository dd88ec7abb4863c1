"""All that the measures view shows at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.panels.attention.measures.columns import Known, Shape, columns_of
from app.panels.attention.measures.words import importance_words
from app.views.head_table import HeadColumn
from bert_core.info import ModelInfo
from bert_core.queries_measures import HeadImportance, HeadPlaces


@dataclass(frozen=True, eq=False)
class Places:
    """The map of heads by similarity, or what is said instead of it; `texts` is over which it is made, if fewer."""

    found: HeadPlaces | None = None
    instead: str = ""
    texts: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """The columns, what they are made of, the map, and in words over which texts; of layers x heads."""

    columns: tuple[HeadColumn, ...]
    known: Known
    places: Places
    shape: Shape
    over: str

    @property
    def pattern(self) -> HeadColumn:
        """The column of patterns."""
        return next(column for column in self.columns if column.name == "pattern")


def assembled(
    known: Known,
    shape: Shape,
    over: str,
    places: Places,
    *,
    before: Known | None = None,
    importance: HeadImportance | None = None,
    model: ModelInfo | None = None,
) -> Shown:
    """With importance, if there is any, and the loss of the model that it is measured by."""
    if importance is not None:
        known = replace(known, importance=importance.heads)
        over = " · ".join(part for part in (over, importance_words(importance, model)) if part)
    return Shown(tuple(columns_of(known, shape, before)), known, places, shape, over)
