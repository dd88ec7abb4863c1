"""Where the sentences come from that may follow: a person's own, the built-in text, or a file."""

from __future__ import annotations

from app.built_in_text import built_in_text
from app.panels.common_texts import TextChooser, source_words
from app.translation import tr
from bert_core.queries_measures import TextFile


class CandidateTexts(TextChooser):
    """A person's own at first."""

    def __init__(self) -> None:
        super().__init__(
            tr("Which sentences may come next"),
            tr("Rank your own sentences, those of the built-in text, or those of a text file"),
            tr("Sentences that may come next"),
            (tr("Your sentences"), tr("Built-in text")),
        )

    @property
    def own(self) -> bool:
        """Whether the person's own sentences are ranked."""
        return self.index == 0

    def source(self) -> TextFile | None:
        """The text that is chosen, as it is now; None: the person's own sentences."""
        return None if self.own else self.file or TextFile.at(str(built_in_text()))

    def choose_own(self) -> None:
        """Choose the person's own."""
        self.choose(0)

    def choose_built_in(self) -> None:
        """Choose the built-in text."""
        self.choose(1)


def text_words(source: TextFile | None) -> str:
    """A source as it stands in a sentence."""
    return tr("your sentences") if source is None else source_words(source)
