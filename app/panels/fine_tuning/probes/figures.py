"""What is on the page of probes as pictures and tables, and what they carry with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.file_questions.probes import ProbeHistory
from app.panels.fine_tuning.probes.charts_pane import ChartsPane
from app.panels.fine_tuning.probes.drift_pane import DriftPane
from app.panels.fine_tuning.probes.explanation import CKA_FORMULA, DRIFT_FORMULA
from app.panels.fine_tuning.probes.replay_pane import ReplayPane
from app.panels.fine_tuning.probes.words import head_name
from app.run_values import Run
from app.translation import tr
from app.views.drawing import Drawing
from app.views.picture import PictureActions
from app.views.step_chart import StepChart
from app.views.tables import Table


@dataclass(frozen=True, eq=False)
class Shown:
    """What the page shows now."""

    run: Run
    history: ProbeHistory
    record: int
    sentence: int
    every: bool
    head: tuple[int, int]

    @property
    def step(self) -> int:
        """Of the optimizer."""
        return self.history.steps[self.record]

    @property
    def over(self) -> str:
        """Which sentences the map and the curves are measured over."""
        if self.every:
            return tr("mean over {n} sentences", n=len(self.history.sentences))
        return tr("sentence {n}", n=self.sentence + 1)


class ProbeFigures:
    """One for each view of the page; `shown` says what is on it."""

    def __init__(
        self, drift: DriftPane, replay: ReplayPane, charts: ChartsPane, shown: Callable[[], Shown | None]
    ) -> None:
        self._drift, self._replay, self._charts, self._shown = drift, replay, charts, shown
        self.drift = self._of(
            drift.grid,
            tr("Probes: drift of every head"),
            self._map_drawing,
            self.drift_table,
            DRIFT_FORMULA,
            "drift",
        )
        self.replay = self._of(
            replay, tr("Probes: one head over the run"), self._replay_drawing, replay.table, "", "attention"
        )
        names = ("drift-by-layer", "cka-by-layer", "masked-word", "next-sentence")
        formulas = (DRIFT_FORMULA + ", mean over the heads of a layer", CKA_FORMULA, "", "")
        self.charts = tuple(
            self._of_chart(chart, formula, name)
            for chart, formula, name in zip(charts.all, formulas, names, strict=True)
        )
        self.all = self.drift, self.replay, *self.charts

    def refresh(self) -> None:
        """Offer what there is."""
        for picture in self.all:
            picture.set_enabled(self._shown() is not None)

    def drift_table(self) -> Table:
        """Every head at every recorded step, for all sentences and each."""
        shown = self._shown()
        if shown is None:
            return (), []
        history = shown.history
        numbers = range(len(history.sentences))
        header = (
            tr("step"), tr("head"), tr("all sentences"), *(tr("sentence {n}", n=n + 1) for n in numbers)
        )  # fmt: skip
        layers, heads = history.shape
        every = history.drift.mean(1)
        return header, (
            (
                step,
                head_name((layer, head)),
                str(every[record, layer, head]),
                *(str(history.drift[record, n, layer, head]) for n in numbers),
            )
            for record, step in enumerate(history.steps)
            for layer in range(layers)
            for head in range(heads)
        )

    def _map_drawing(self) -> Drawing:
        shown = self._shown()
        title = (
            "" if shown is None else tr("Drift of attention, step {n}: {over}", n=shown.step, over=shown.over)
        )
        return self._drift.drawing(title)

    def _replay_drawing(self) -> Drawing:
        shown = self._shown()
        title = "" if shown is None else tr("Attention of {head}", head=head_name(shown.head))
        return self._replay.drawing(title)

    def _of_chart(self, chart: StepChart, formula: str, name: str) -> PictureActions:
        title = chart.title.text()
        return self._of(
            chart,
            tr("Probes: {title}", title=title),
            lambda: chart.drawing(self._titled(title)),
            chart.table,
            formula,
            name,
        )

    def _titled(self, title: str) -> str:
        shown = self._shown()
        return title if shown is None else f"{title}: {shown.run.name}"

    def _of(
        self,
        widget: DriftPane | ReplayPane | StepChart | object,
        title: str,
        drawing: Callable[[], Drawing],
        table: Callable[[], Table],
        formula: str,
        name: str,
    ) -> PictureActions:
        picture = PictureActions(
            widget,  # type: ignore[arg-type]
            drawing=drawing,
            table=table,
            metadata=lambda: self._metadata(title, formula),
            name=lambda: self._file_name(name),
        )
        picture.setObjectName(title)
        picture.install()
        return picture

    def _file_name(self, name: str) -> str:
        shown = self._shown()
        return name if shown is None else f"{shown.run.name}-{name}-step-{shown.step}"

    def _metadata(self, title: str, formula: str) -> Mapping[str, str]:
        shown = self._shown()
        if shown is None:
            return {}
        text = shown.history.sentences[shown.sentence]
        said = {
            "Software": "Attention Explorer",
            "Title": title,
            "Run": shown.run.name,
            "Model": str(shown.run.details.get("model", "")),
            "Step": str(shown.step),
            "Measured against": tr("step {n}", n=shown.history.steps[0]),
            "Over": shown.over,
            "Head": head_name(shown.head),
            "Sentence A": text.text_a,
            "Sentence B": text.text_b or "",
            "Formula": formula,
        }
        return {key: value for key, value in said.items() if value}
