"""What is known of the heads that the mosaic draws, and what has to be asked to know more."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import chain
from typing import Literal

import numpy as np

from app.examples import examples_for
from app.panels.attention.head_filter import OFF, Condition, Measure
from app.panels.attention.measures.columns import Known, columns_of
from app.panels.attention.measures.text_answers import TextAnswers
from app.session import Session
from app.translation import tr
from app.views.head_table import HeadColumn
from app.views.mosaic_order import Head
from bert_core.pattern import MIXED
from bert_core.queries import Answer, Query
from bert_core.queries_measures import PATTERNS, Floats, HeadImportance, SetImportance, Texts
from bert_core.trace import Trace

State = Literal["known", "waiting", "never"]

EVIDENCE = "evidence of "
"""Begins the name of the measure that a pattern's evidence is; the pattern's own name ends it."""

SORTED_PATTERNS = tuple(name for name in PATTERNS if name != MIXED)
_NORMS, _IMPORTANCE = "norms", "importance"


class Measured:
    """Of the text that is drawn, less the reference where the difference is drawn.

    The names of measures are those of the columns of the measures view, and EVIDENCE + a pattern's. Evidence, which
    is known only of heads that show the pattern, and importance are of now even in a difference.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._text = TextAnswers()
        self._came: dict[str, str] = {}  # names of answers about this trace, and why there is none
        self._trace: Trace | None = None
        self._against: Trace | None = None
        self._weighed: list[SetImportance] = []
        self._columns: dict[str, HeadColumn] | None = None

    def begin(self, trace: Trace, against: Trace | None) -> None:
        """Another text; what was known of the one before stays in sight until more is known."""
        self._text.begin(trace, against, is_now=trace is self._session.trace)
        self._trace, self._against = trace, against
        self._came.clear()
        self._columns = None

    def wanted(self, measures: Collection[str]) -> dict[str, Query]:
        """What is to be asked so that these are known."""
        if self._trace is None or not set(measures) - {_IMPORTANCE}:
            return {}
        model_id = self._session.scene.model_id
        queries = self._text.wanted(self._trace, self._against, model_id, places=False)
        kinds = {_NORMS if name == _NORMS else "measures" for name in measures if name != _IMPORTANCE}
        return {name: query for name, query in queries.items() if name.removesuffix("-before") in kinds}

    def take(self, name: str, answer: Answer) -> None:
        """An answer to what was wanted."""
        self._text.take(name, answer)
        if answer.progress is None:
            self._came[name] = answer.failure
        self._columns = None

    def saw(self, answer: Answer) -> bool:
        """Whether this is importance that was computed elsewhere in the window; it is known from now on."""
        query = answer.query
        if not isinstance(query, SetImportance) or answer.value is None:
            return False
        self._weighed = [query, *(other for other in self._weighed if other != query)]
        self._columns = None
        return True

    # What there is -----------------------------------------------------------------------------------------------

    def measures(self) -> list[Measure]:
        """By what heads can be sorted and filtered."""
        shape = (1, 1) if self._trace is None else self._shape
        columns = [column for column in columns_of(Known(), shape) if column.values is not None]
        found = [
            Measure(column.name, (in_sentence(column), column.title, column.name, column.full))
            for column in columns
        ]
        return found + [Measure(EVIDENCE + name, (name, EVIDENCE + name)) for name in SORTED_PATTERNS]

    def words(self, measure: str) -> str:
        """Its name inside a sentence, and what it is of, where that is not plain."""
        if measure.startswith(EVIDENCE):
            words = tr("evidence of “{pattern}”", pattern=measure.removeprefix(EVIDENCE))
            return words if self._against is None else tr("{measure}, now", measure=words)
        column = self._column(measure)
        words = in_sentence(column)
        return tr("change of {measure}", measure=words) if column.signed else words

    def state(self, measure: str) -> tuple[State, str]:
        """Whether it is known of this very text; and in a sentence, why it never will be."""
        if self._trace is None:
            return "waiting", ""
        if measure == _IMPORTANCE:
            if self.importance is not None:
                return "known", ""
            return "never", tr("Importance is not computed yet; the view “Measures” does that")
        needed = self.wanted({measure})
        failures = [self._came[name] for name in needed if self._came.get(name)]
        if failures:
            return "never", failures[0]
        if measure == _NORMS and len(needed) < (1 if self._against is None else 2):
            return "never", tr("Shares by norm need the model that read this text")
        return ("known", "") if needed.keys() <= self._came.keys() else ("waiting", "")

    def values(self, measure: str) -> Floats:
        """float64 [L, A]; NaN where it is not known. Of the text before, where that is all that is known."""
        if measure.startswith(EVIDENCE):
            return self._evidence(measure.removeprefix(EVIDENCE))
        values = self._column(measure).values
        assert values is not None
        return values.reshape(self._shape)

    def compared(self, condition: Condition, off: Collection[Head]) -> Floats:
        """What a condition of a filter is about: float64 [L, A], 1 and 0 where nothing is compared."""
        layers, heads = self._shape
        if condition.subject == OFF:
            every = ((layer, head) for layer in range(layers) for head in range(heads))
            return np.array([float(one in off) for one in every]).reshape(self._shape)
        if condition.compare is not None:
            values = self.values(condition.subject)
            if condition.subject.startswith(EVIDENCE):  # "under" is about heads that show it, too
                shows = self._shows(condition.subject.removeprefix(EVIDENCE))
                return np.where(shows > 0, values, np.nan)
            return values
        return self._shows(condition.subject)

    def text(self, measure: str, head: Head) -> str:
        """The measure of one head as it is written; empty where it is not known, or there is no such head."""
        layers, heads = self._shape
        if not (head[0] < layers and head[1] < heads):
            return ""
        value = float(self.values(measure)[head])
        if np.isnan(value):
            return ""
        if measure.startswith(EVIDENCE):
            return f"{value:.2f}" if value else ""
        return self._column(measure).texts[head[0] * heads + head[1]]

    @property
    def importance(self) -> HeadImportance | None:
        """Of the text on screen, else over the set for which it was computed last."""
        trace, session = self._trace, self._session
        if trace is None or trace.scene.model_id != session.scene.model_id:
            return None
        model = session.model
        examples = Texts(tuple((example.a, example.b or None) for example in examples_for(model)))
        own = SetImportance(Texts(((trace.scene.text_a, trace.scene.second),)))
        sets = [query for query in self._weighed if _is_set(query)]
        for query in (own, *sets, SetImportance(examples)):
            answer = session.known(query)
            value = None if answer is None or answer.progress is not None else answer.value
            if isinstance(value, HeadImportance) and value.used and value.heads.shape == self._shape:
                return value
        return None

    @property
    def _shape(self) -> tuple[int, int]:
        assert self._trace is not None
        return self._trace.attentions.shape[0], self._trace.attentions.shape[1]

    def _column(self, name: str) -> HeadColumn:
        if self._columns is None:
            found = self.importance
            known = replace(self._text.now, importance=None if found is None else found.heads)
            before = None if self._against is None else self._text.before
            self._columns = {column.name: column for column in columns_of(known, self._shape, before)}
        return self._columns[name]

    def _evidence(self, pattern: str) -> Floats:
        """The evidence of heads that show the pattern or are nearest to it; 0 of all others."""
        measures = self._text.now.measures
        if measures is None:
            return np.full(self._shape, np.nan)
        found = []
        for one in chain.from_iterable(measures.patterns):
            shown = {each.nearest or each.name: each.evidence for each in (one, *one.others)}
            found.append(shown.get(pattern, 0.0))
        return np.array(found).reshape(self._shape)

    def _shows(self, pattern: str) -> Floats:
        measures = self._text.now.measures
        if measures is None:
            return np.full(self._shape, np.nan)
        found = chain.from_iterable(measures.patterns)
        shows = [float(pattern in (one.name, *(other.name for other in one.others))) for one in found]
        return np.array(shows).reshape(self._shape)


def in_sentence(column: HeadColumn) -> str:
    """The name of a measure without its unit, as it stands inside a sentence."""
    name = re.split("[,，]", column.full)[0]
    return name if name[:1] == "[" else name[:1].lower() + name[1:]


def _is_set(query: SetImportance) -> bool:
    return not isinstance(query.source, Texts) or len(query.source.pairs) > 1
