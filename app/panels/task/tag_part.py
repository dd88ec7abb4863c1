"""The words of a text with their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout

from app.panels.task.part import Part, Shown, scrolled
from app.selection import Hover
from app.session import Session
from app.translation import tr
from app.views.bars import percent
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.tables import Table
from app.views.tagged_words import TaggedPart, TaggedWords
from bert_core.explanations import TagTarget
from bert_core.queries_task import TagAnswer, WordTag

NOTHING = "O"
"""The tag of a word that is none of what is looked for."""

_UNSURE = 0.6
"""A name with a word below this probability is drawn with a broken edge."""
_OTHERS = 3  # tags that are told of a word, its own among them


class TagPart(Part):
    """A click on a word or name pins its first piece; another one, where it is pinned, asks why it has this tag."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.words = TaggedWords(tr("Tags"))
        self.words.clicked.connect(self._clicked)
        self.words.hovered.connect(self._hovered)
        self.read_out = ReadOut(name=tr("The word that is pointed at"))
        self._answer: TagAnswer | None = None
        self._groups: list[tuple[WordTag, ...]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        area = scrolled(self.words)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(area, 1)
        column.addWidget(self.read_out)

    def show_answer(self, shown: Shown) -> None:
        """Show these tags."""
        assert isinstance(shown.answer, TagAnswer)
        self._answer = answer = shown.answer
        others: Mapping[int, WordTag] = {}
        if isinstance(shown.before, TagAnswer) and shown.before.labels == answer.labels:
            others = {word.positions[0]: word for word in shown.before.words}
        kinds = kinds_of(answer.labels)
        texts = shown.trace.scene.text_a, shown.trace.scene.text_b or ""
        self._groups = groups_of(answer)
        self.words.set_parts([self._part(group, kinds, others, texts) for group in self._groups])
        self.mark()

    def _part(
        self,
        group: tuple[WordTag, ...],
        kinds: Mapping[str, int],
        others: Mapping[int, WordTag],
        texts: tuple[str, str],
    ) -> TaggedPart:
        first, last = group[0], group[-1]
        kind = kind_of(first.tag)
        lines = [self._details(word) for word in group]
        then = [(word, others[word.positions[0]]) for word in group if word.positions[0] in others]
        changed = [(word, other) for word, other in then if word.tag != other.tag]
        lines += [
            tr("reference: {word} {tag}", word=isolated(other.text), tag=other.tag) for _, other in changed
        ]
        return TaggedPart(
            texts[first.segment][first.start : last.end] or first.text,
            kind,
            kinds.get(kind, 0),
            uncertain=bool(kind) and min(word.probability for word in group) < _UNSURE,
            mark="≠" if changed else "",
            detail="\n".join(lines),
        )

    def _details(self, word: WordTag) -> str:
        assert self._answer is not None
        row = self._answer.probabilities[word.positions[0]]
        best = (-row).argsort(kind="stable")[:_OTHERS].tolist()
        said = ", ".join(f"{self._answer.labels[n]} {percent(float(row[n]))}" for n in best)
        return f"{isolated(word.text)}: {said}"

    def mark(self) -> None:
        """What is pinned or pointed at anywhere is outlined here, and told of."""
        selection, hover = self.session.selection, self.session.hover
        self.words.set_marks(self._groups_at(selection.query), self._groups_at(hover.query))
        place = hover.query if hover.query is not None else selection.query
        words = () if self._answer is None else self._answer.words
        found = next((word for word in words if place in word.positions), None)
        hint = tr("Point at a word to see its other tags; click one twice to see why.")
        self.read_out.set_text(hint if found is None else self._details(found))

    def _groups_at(self, position: int | None) -> list[int]:
        return [
            n for n, group in enumerate(self._groups) if any(position in word.positions for word in group)
        ]

    def sentence(self) -> str:
        """How many are tagged."""
        if self._answer is None:
            return ""
        count = sum(bool(kind_of(word.tag)) for word in self._answer.words)
        if not count:
            return tr("Nothing in this text is tagged.")
        return tr("{n} of {all} words are tagged.", n=count, all=len(self._answer.words))

    def table(self) -> Table:
        """A row a word, with the probability of every tag."""
        if self._answer is None:
            return (), []
        header = (tr("word"), tr("piece"), tr("tag"), *self._answer.labels)
        return header, [
            (word.text, word.positions[0], word.tag, *self._answer.probabilities[word.positions[0]].tolist())
            for word in self._answer.words
        ]

    @Slot(object)
    def _clicked(self, index: int) -> None:
        place = self._groups[index][0].positions[0]
        if self.session.selection.query == place:
            self.why_wanted.emit(TagTarget(place))
        else:
            self.session.pin(query=place)

    @Slot(object)
    def _hovered(self, index: int | None) -> None:
        place = None if index is None else self._groups[index][0].positions[0]
        self.session.set_hover(Hover(query=place))


def kind_of(tag: str) -> str:
    """What a tag names: PER of B-PER; a plain tag (NOUN) is its own name; empty for O."""
    if tag == NOTHING:
        return ""
    return tag[2:] if tag[1:2] == "-" and len(tag) > 2 and tag[0] in "BIESUL" else tag


def kinds_of(labels: Sequence[str]) -> dict[str, int]:
    """Each kind's number, by its name: it says the colour."""
    return {kind: n for n, kind in enumerate(sorted({kind_of(label) for label in labels} - {""}))}


def groups_of(answer: TagAnswer) -> list[tuple[WordTag, ...]]:
    """Words that make one name together; all others alone."""
    groups: list[tuple[WordTag, ...]] = []
    at = 0
    for entity in (*sorted(answer.entities, key=lambda one: one.first), None):
        until = len(answer.words) if entity is None else entity.first
        groups += [(word,) for word in answer.words[at:until]]
        if entity is not None:
            groups.append(answer.words[entity.first : entity.last + 1])
            at = entity.last + 1
    return groups
