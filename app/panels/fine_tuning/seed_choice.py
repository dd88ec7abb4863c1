"""Which seed of a run of several is shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot

from app.run_values import Run, best_place
from app.runs import Runs
from app.translation import tr
from app.views.choice import Choice


class SeedChoice(Choice):
    """The same on all pages, since the session keeps it; hidden where a run is of one seed only."""

    def __init__(self, runs: Runs) -> None:
        super().__init__(tr("Seed"), tr("Which of the runs that differ in their seed only"), letters=8)
        self._runs = runs
        self._folders: tuple[str, ...] = ()
        self.chosen.connect(self._chosen)
        self.hide()

    def shown(self, run: Run) -> Run:
        """The run itself; of several seeds the chosen one, which is the best at first, or the newest in training."""
        self.setVisible(bool(run.seeds))
        if not run.seeds:
            return run
        self._folders = tuple(seed.folder for seed in run.seeds)
        self.set_names([tr("seed {n}", n=seed.name) for seed in run.seeds])
        chosen = self._runs.seed_of(run.folder)
        if chosen in self._folders:
            place = self._folders.index(chosen)
        else:
            place = len(run.seeds) - 1 if run.alive else place_of_best_seed(run)
        self.setCurrentIndex(place)
        return run.seeds[place]

    @Slot(object)
    def _chosen(self, place: int) -> None:
        self._runs.choose_seed(self._folders[place])


def place_of_best_seed(run: Run) -> int:
    """Of a run of several, which has come furthest."""
    reached = np.array([seed.best[1] if seed.best is not None else np.nan for seed in run.seeds])
    return best_place(np.ones(len(reached)), reached, run.metric) or 0
