"""What is known of the text on screen: asked as queries, of now and of the reference it is compared with."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from app.panels.attention.measures.columns import Known
from app.translation import tr
from bert_core.queries import Answer, OfReference, Query
from bert_core.queries_measures import (
    HeadMeasures,
    HeadPlaces,
    TextHeadPlaces,
    TextMeasures,
    TextSeparatorNorms,
)
from bert_core.trace import Trace

Value = TypeVar("Value")

_BEFORE = "-before"


class TextAnswers:
    """Answers stay until newer ones come, so that typing makes nothing flicker."""

    def __init__(self) -> None:
        self._about: object = None
        self._values: dict[str, object] = {}
        self._failures: dict[str, str] = {}

    def begin(self, trace: Trace, against: Trace | None, *, is_now: bool) -> None:
        """Another text; what is known is let go where that is no text by the same model, or compared otherwise."""
        about = trace.scene.model_id, trace.attentions.shape[:2], is_now, against
        if about != self._about:
            self._values.clear()
        self._about = about
        self._failures.clear()

    def wanted(self, trace: Trace, against: Trace | None, model_id: str, *, places: bool) -> dict[str, Query]:
        """What is to be asked; by norm only of the model in force, whose weights are there."""
        queries: dict[str, Query] = {"measures": TextMeasures()}
        if trace.scene.model_id == model_id:
            queries["norms"] = TextSeparatorNorms()
        if places:
            queries["places"] = TextHeadPlaces()
        if against is not None:
            queries[f"measures{_BEFORE}"] = OfReference(TextMeasures(), against.scene)
            if against.scene.model_id == model_id:
                queries[f"norms{_BEFORE}"] = OfReference(TextSeparatorNorms(), against.scene)
        return queries

    def take(self, name: str, answer: Answer) -> None:
        """An answer to what was wanted under this name; of a long text, first a part of it."""
        if answer.progress is None:
            self._values[name], self._failures[name] = answer.value, answer.failure
        elif answer.progress.value is not None:
            self._values[name] = answer.progress.value

    @property
    def now(self) -> Known:
        """Of the text."""
        return self._known("")

    @property
    def before(self) -> Known:
        """Of the reference."""
        return self._known(_BEFORE)

    @property
    def places(self) -> HeadPlaces | None:
        """The map."""
        return self._get("places", HeadPlaces)

    @property
    def instead_of_places(self) -> str:
        """What is said while there is no map."""
        return self._failures.get("places") or tr("Comparing heads…")

    @property
    def failure(self) -> str:
        """Why there are no measures."""
        return self._failures.get("measures", "")

    def _known(self, which: str) -> Known:
        measures = self._get(f"measures{which}", HeadMeasures)
        return Known(measures, self._get(f"norms{which}", np.ndarray))

    def _get(self, name: str, kind: type[Value]) -> Value | None:
        value = self._values.get(name)
        return value if isinstance(value, kind) else None
