"""What is written of a run at a person's wish: its model as a folder of its own, its predictions as a file."""

from __future__ import annotations

from dataclasses import dataclass

from app.files import FileQuestion


@dataclass(frozen=True)
class SaveTuned(FileQuestion):
    """Write the model of the run in `run` into `folder`, with a model card; the answer is the folder."""

    run: str
    folder: str

    @property
    def slot(self) -> object:
        """Two wishes to save are two."""
        return self


@dataclass(frozen=True)
class ExportPredictions(FileQuestion):
    """Write the newest kept predictions of the run in `run` into the file `path`; the answer is how many there are."""

    run: str
    path: str

    @property
    def slot(self) -> object:
        """Two wishes to save are two."""
        return self
