"""What texts heads are measured over: the one on screen, the built-in examples, or the lines of a file."""

from __future__ import annotations

from app.examples import examples_for
from app.panels.common_texts import TextChooser, source_words
from app.translation import tr
from bert_core.info import ModelInfo
from bert_core.queries_measures import Source, TextFile, Texts


def examples_source(model: ModelInfo | None) -> Texts:
    """The built-in examples in the language of the model."""
    return Texts(tuple((example.a, example.b or None) for example in examples_for(model)))


class SourceChooser(TextChooser):
    """chosen(Source | None): None is the text on screen. A file stays as it was when it was chosen."""

    def __init__(self) -> None:
        super().__init__(
            tr("What heads are measured over"),
            tr("Measure heads over this text, the built-in examples, or each line of a text file"),
            tr("Sentences, one on each line"),
            _always(None),
        )
        self._source: Source | None = None
        self._model: ModelInfo | None = None
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumContentsLength(0)

    @property
    def source(self) -> Source | None:
        """The set that is chosen; None: the text on screen."""
        return self._source

    def set_model(self, model: ModelInfo | None) -> None:
        """The examples are those of its language."""
        self._model = model
        if isinstance(self._source, Texts):
            self._source = examples_source(model)
        self.set_always(_always(model))

    def look_again(self) -> None:
        """At a file that may have been written to."""
        if isinstance(self._source, TextFile):
            self._source = self.file

    def words(self) -> str:
        """What is chosen, as it stands in a sentence."""
        return tr("this text") if self._source is None else source_words(self._source)

    def _tell(self) -> None:
        self._source = examples_source(self._model) if self.index == 1 else self.file
        self.chosen.emit(self._source)


def _always(model: ModelInfo | None) -> tuple[str, str]:
    return tr("This text"), tr("{n} built-in examples", n=len(examples_source(model).pairs))
