"""The picture of a head's worked example, what it carries with it, and its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.panels.attention.numbers import head_name
from app.panels.attention.page import Page
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.head_steps import QuerySteps
from app.views.head_steps_view import HeadStepsView
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.trace import Token

_FORMULA = "s_ij = q_i k_j / sqrt(d); a = softmax(s); b_i = sum_j a_ij v_j"


class CalculationFigure:
    """One picture; `place` is the (layer, head) that is drawn."""

    def __init__(self, page: Page, view: HeadStepsView) -> None:
        self._view = view
        self.place = (0, 0)
        self.picture: PictureActions = page.picture(
            view,
            tr("Q·K·V of the chosen head"),
            drawing=self._drawing,
            table=self._table,
            said=self._said,
            name=lambda: f"calculation-{head_name(*self.place)}",
        )
        self.picture.set_enabled(False)

    @property
    def title(self) -> str:
        """L1-H3: [MASK] → mat."""
        steps, tokens = self._view.steps, self._view.tokens
        if steps is None:
            return head_name(*self.place)
        pair = f"{tokens[steps.position].text} → {tokens[self._view.key].text}"
        return f"{head_name(*self.place)}: {pair}"

    def _drawing(self) -> Drawing:
        return figure(self._view.drawing(), self.title)

    def _table(self) -> Table:
        steps = self._view.steps
        return ([], ()) if steps is None else steps_table(steps, self._view.tokens)

    def _said(self) -> Mapping[str, str]:
        layer, head = self.place
        return {"Title": self.title, "Layer": str(layer + 1), "Head": str(head + 1), "Formula": _FORMULA}


def steps_table(steps: QuerySteps, tokens: Sequence[Token]) -> Table:
    """A row for q; then for each key k, the products, v, and weight times v; then the output."""
    header = ["vector", "position", "piece", "sum", "score", "weight"]
    return [*header, *(f"dimension {d}" for d in range(steps.width))], _rows(steps, tokens)


def _rows(steps: QuerySteps, tokens: Sequence[Token]) -> Iterator[Sequence[object]]:
    own = tokens[steps.position].text
    yield ["query", steps.position, own, "", "", "", *steps.query.astype(str)]
    for key, token in enumerate(tokens):
        place = [key, token.text]
        yield ["key", *place, "", "", "", *steps.keys[key].astype(str)]
        score = str(steps.scores[key])
        yield ["query x key", *place, steps.dot(key), score, "", *steps.products[key].astype(str)]
        yield ["value", *place, "", "", "", *steps.values[key].astype(str)]
        weight = str(steps.weights[key])
        yield ["weight x value", *place, "", "", weight, *steps.weighted[key].astype(str)]
    yield ["output", steps.position, own, "", "", "", *steps.output.astype(str)]
