"""Which text is searched: the built-in one, the built-in examples, or a file."""

from __future__ import annotations

from app.built_in_text import built_in_text
from app.panels.attention.measures.sources import examples_source
from app.panels.common_texts import TextChooser
from app.translation import tr
from bert_core.info import ModelInfo
from bert_core.queries_measures import Source, TextFile


class SearchedTexts(TextChooser):
    """The built-in text at first."""

    def __init__(self) -> None:
        super().__init__(
            tr("Text to search"),
            tr("Search the built-in text, the built-in examples, or a text file"),
            tr("Text to search"),
            _always(None),
        )
        self._model: ModelInfo | None = None

    def source(self) -> Source:
        """What is chosen; a file as it is now."""
        if self.index == 1:
            return examples_source(self._model)
        return self.file or TextFile.at(str(built_in_text()))

    def set_model(self, model: ModelInfo | None) -> None:
        """The examples are those of its language."""
        self._model = model
        self.set_always(_always(model))


def _always(model: ModelInfo | None) -> tuple[str, str]:
    return tr("Built-in text"), tr("{n} built-in examples", n=len(examples_source(model).pairs))
