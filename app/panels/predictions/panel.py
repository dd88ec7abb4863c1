"""The predictions panel: what the model expects at each [MASK], and the pieces that were put in."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.panels.base import Panel
from app.panels.common_pictures import picture_of, pictures_button
from app.panels.predictions.explanation import FORMULA, explanation
from app.panels.predictions.fill_part import FillPart
from app.panels.predictions.lens_part import LensPart
from app.panels.predictions.pieces import longest_piece, put_in
from app.panels.predictions.words_part import WordsPart
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.bars import PAD
from app.views.candidates import Candidates
from app.views.drawing import Drawing, widget_drawing
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.put_in import PutIn
from app.views.tables import Table
from app.views.typed_text import typed_text
from bert_core.trace import Trace

CHOICES = (5, 7, 10, 20, 50, 100)
FIRST_BLOCKS = 8
MORE_BLOCKS = 30
"""Blocks made for a click on "and n more": each takes about a millisecond to make."""

_BLOCKS_NEED = 210
"""Pixels that the lens leaves to everything above it."""


class PredictionsPanel(Panel):
    """A block of candidates for each [MASK]; only those on screen are worked out.

    The box for words and the lens are about one of them: the pinned one, else the first.

    lens_wanted(layer, position)  a row of the lens was clicked: whoever shows more of it may do so
    """

    name = "predictions"
    lens_wanted = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Predictions"), explanation())
        self._top_k = 7
        self._most = FIRST_BLOCKS
        self._blocks: list[Candidates] = []
        self._shown = 0
        self._build()
        self.picture = picture_of(
            session,
            self.list,
            self.title,
            drawing=self._drawing,
            table=self._table,
            said=self._said,
            name=self._file_name,
        )
        self.words_picture = picture_of(
            session,
            self.words.kept,
            tr("Own words"),
            drawing=lambda: figure(widget_drawing(self.words.kept), tr("Own words")),
            table=self.words.table,
            said=self.words.said,
            name=lambda: "own-words",
        )
        self.fill_picture = picture_of(
            session,
            self.fill,
            tr("Masks filled"),
            drawing=lambda: figure(widget_drawing(self.fill), tr("Masks filled")),
            table=self.fill.table,
            said=lambda: {
                "Title": tr("Masks filled"),
                "Order": self.fill.order.currentText(),
                "Formula": FORMULA,
            },
            name=lambda: "masks-filled",
        )
        self.figures = pictures_button([self.picture, self.words_picture, self.fill_picture])
        self.figures.setFixedWidth(24)
        self.header_row.setSpacing(4)
        for button in (self.chooser, self.figures):
            button.setFixedHeight(self.help_button.sizeHint().height())  # the header keeps its height
            self.header_row.insertWidget(self.header_row.count() - 1, button)
        session.selection_changed.connect(self._selected)
        session.hover_changed.connect(self._mark)
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
        self.refresh(None)

    @property
    def blocks(self) -> tuple[Candidates, ...]:
        """The blocks now shown, in the order of the text."""
        return tuple(self._blocks[: self._shown])

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return tuple((one.objectName(), one) for one in (self.picture, self.words_picture, self.fill_picture))

    @property
    def current(self) -> int | None:
        """The masked piece that the box for words and the lens are about."""
        trace, selection = self.session.trace, self.session.selection
        if trace is None or trace.logits is None or not trace.masked:
            return None
        pinned = [place for place in (selection.query, selection.key) if place in trace.masked]
        return pinned[0] if pinned else trace.masked[0]

    @property
    def top_k(self) -> int:
        """How many candidates a block lists."""
        return self._top_k

    def set_top_k(self, top_k: int) -> None:
        """List so many candidates."""
        self._top_k = top_k
        self.chooser.setText(tr("top {n} ▾", n=top_k))
        for action in self.chooser.menu().actions():
            action.setChecked(action.data() == top_k)
        self.refresh(self.session.trace)

    def refresh(self, trace: Trace | None) -> None:
        """Name the masked pieces of this trace, and work out those that can be seen."""
        masked = trace.masked if trace is not None and trace.logits is not None else ()
        if len(masked) <= FIRST_BLOCKS:
            self._most = FIRST_BLOCKS
        self._shown = min(len(masked), self._most)
        self._make_blocks()
        for block, position in zip(self.blocks, masked, strict=False):
            assert trace is not None
            token = trace.tokens[position]
            typed = typed_text(trace.scene, token) if position in trace.scene.replaced else ""
            block.set_piece(position, token.text, typed, min(self._top_k, len(trace.vocabulary)))
        for index, block in enumerate(self._blocks):
            block.setVisible(index < self._shown)
        self.more.setVisible(len(masked) > self._shown)
        self.more.setText(tr("and {n} more", n=len(masked) - self._shown))
        self.put_in.set_pieces(put_in(trace) if trace is not None else ())
        self.chooser.setVisible(bool(masked))
        self.figures.setVisible(bool(masked))
        self.picture.set_enabled(bool(masked))
        self._show_empty(trace, masked)
        self.fill.look_at(trace, len(masked))
        self._look_closer()
        self._work_out()
        self._mark()

    # The words of one's own, the lens -----------------------------------------------------------------------------

    def watch_queries(self) -> None:
        self._look_closer(seen=True)

    def stop_watching(self) -> None:
        self._look_closer(seen=False)

    def _look_closer(self, seen: bool | None = None) -> None:
        """Ask for what is about one piece, and about all masks together."""
        seen = self.isVisible() if seen is None else seen
        trace, current = self.session.trace, self.current
        self.words.look_at(trace, current)
        self.words.ask(seen)
        self.fill.ask(seen)
        layers = 0 if trace is None else len(trace.attentions)
        room = self.height() >= _BLOCKS_NEED + self.lens.height_for(layers)
        self.lens.setVisible(current is not None and room)
        self.lens.ask(trace, current, seen and room)

    @Slot(object)
    def _selected(self, _: Selection) -> None:
        self._mark()
        if self.isVisible():
            self._look_closer()

    @Slot()
    def _refolded(self) -> None:
        self._work_out()

    # What is worked out ------------------------------------------------------------------------------------------

    def _make_blocks(self) -> None:
        while len(self._blocks) < self._shown:
            block = Candidates(self.list)
            block.named.connect(self._named)
            block.hovered.connect(self._hovered)
            block.picked.connect(self._picked)
            block.taken_back.connect(self._taken_back)
            self.column.insertWidget(self.column.indexOf(self.more), block)
            self._blocks.append(block)

    @Slot()
    def _work_out(self, _: int = 0) -> None:
        """Fill the blocks that can be seen, and one more on either side; all are equally high."""
        if not self._shown:
            return
        pitch = self._blocks[0].sizeHint().height() + self.column.spacing()
        before = (self.put_in, self.words.found, self.words.kept, self.fill)
        above = sum(widget.height() for widget in before if not widget.isHidden())
        top = self.area.verticalScrollBar().value() - above
        bottom = top + self.area.viewport().height()
        self._fill(self.blocks[max(0, top // pitch - 1) : max(0, bottom // pitch + 2)])

    def _fill(self, blocks: tuple[Candidates, ...]) -> None:
        trace = self.session.trace
        if trace is None or trace.logits is None:
            return
        for block in blocks:
            if block.prediction is None:
                block.set_prediction(trace.candidates(block.position, self._top_k))

    def minimumSizeHint(self) -> QSize:
        """Without the lens, which gives way where there is little room."""
        hint = super().minimumSizeHint()
        taken = 0 if self.lens.isHidden() else self.lens.minimumSizeHint().height() + self.body.spacing()
        return QSize(hint.width(), hint.height() - taken)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room may show more blocks."""
        super().resizeEvent(event)
        self._look_closer()
        self._work_out()

    # Nothing to show ---------------------------------------------------------------------------------------------

    def _show_empty(self, trace: Trace | None, masked: tuple[int, ...]) -> None:
        sentence, action = "", ""
        if trace is None:
            loading = self.session.loading is not None
            sentence = tr("The model is loading.") if loading else tr("Nothing has been read yet.")
        elif trace.logits is None:
            sentence = tr(
                "This model has no masked-word head, so it cannot guess. "
                "Choose one that has, such as mini-en or bert-base-uncased."
            )
        elif not masked and longest_piece(trace) is None:
            sentence = tr("Type a sentence with a [MASK] in it, and the model guesses what stands there.")
        elif not masked:
            sentence = tr("Click a piece, or type [MASK], and the model guesses it.")
            action = tr("Mask a piece for me")
        self.empty.setVisible(bool(sentence))
        if (sentence, action) != (self.empty.sentence, self.empty.button.text()):
            self.empty.set_text(sentence, action)

    @Slot(object)
    def _state_changed(self, _: object) -> None:
        if self.session.trace is None:
            self._show_empty(None, ())

    @Slot()
    def mask_longest(self) -> None:
        """Put [MASK] at the longest ordinary piece."""
        trace = self.session.trace
        position = longest_piece(trace) if trace is not None and self.session.up_to_date else None
        if trace is not None and position is not None:
            self.session.replace_piece(position, trace.mask_id)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _mark(self, _changed: Selection | Hover | None = None) -> None:
        selection, hover = self.session.selection, self.session.hover
        for block in self.blocks:
            block.set_marked(
                pinned=block.position in (selection.query, selection.key),
                hovered=block.position in (hover.query, hover.key),
            )

    @Slot(object)
    def _named(self, position: int) -> None:
        selection = self.session.selection
        if position in (selection.query, selection.key):
            self.session.unpin()
        else:
            self.session.pin(query=position)

    @Slot(object)
    def _hovered(self, position: int | None) -> None:
        self.session.set_hover(Hover(query=position))

    @Slot(object, object)
    def _picked(self, position: int, token_id: int) -> None:
        if self.session.up_to_date:
            self.session.replace_piece(position, token_id)

    @Slot(object)
    def _taken_back(self, position: int) -> None:
        if self.session.up_to_date:
            self.session.replace_piece(position, None)

    @Slot()
    def show_more(self) -> None:
        """Show more of the masked pieces."""
        self._most = self._shown + MORE_BLOCKS
        self.refresh(self.session.trace)

    @Slot(QAction)
    def _top_chosen(self, action: QAction) -> None:
        self.set_top_k(action.data())

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        self._fill(self.blocks)
        parts = (self.put_in, self.words.found, self.words.kept, self.fill, *self.blocks, self.more)
        seen = [widget for widget in parts if not widget.isHidden()]
        used = max((widget.geometry().bottom() + 1 for widget in seen), default=self.list.height())
        return figure(widget_drawing(self.list, QRect(0, 0, self.list.width(), used)), self.title)

    def _table(self) -> Table:
        header = (
            tr("piece"), tr("typed"), tr("rank"), tr("candidate"), tr("id"), tr("probability"),
        )  # fmt: skip
        trace = self.session.trace
        if trace is None:
            return header, ()
        rows = [
            (p.position, typed_text(trace.scene, trace.tokens[p.position]), rank, text, token_id, probability)
            for p in trace.mlm(self._top_k) or ()
            for rank, (text, token_id, probability) in enumerate(p.candidates, 1)
        ]
        return header, rows

    def _said(self) -> Mapping[str, str]:
        return {"Title": self.title, "Formula": FORMULA}

    def _file_name(self) -> str:
        return "predictions"

    # Building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.list = QWidget()
        self.column = QVBoxLayout(self.list)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.more = QPushButton()
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(self.show_more)
        self.empty = EmptyState()
        self.empty.activated.connect(self.mask_longest)
        self.put_in = PutIn()
        self.put_in.taken_back.connect(self._taken_back)
        self.put_in.hovered.connect(self._hovered)
        self.words = WordsPart(self.session, self)
        self.fill = FillPart(self.session)
        self.fill.folded.connect(self._refolded)
        self.lens = LensPart(self.session)
        self.lens.chosen.connect(self.lens_wanted)
        for widget in (self.put_in, self.words.found, self.words.kept, self.fill, self.more, self.empty):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.list)
        self.area.verticalScrollBar().valueChanged.connect(self._work_out)
        self.body.addWidget(self.words.edit)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self.lens)
        self.body.setSpacing(6)
        self.body.setContentsMargins(12 - PAD, 4, 12 - PAD, 12)  # rows of bars have their own
        self._build_chooser()

    def _build_chooser(self) -> None:
        name = tr("How many candidates are listed")
        self.chooser = QToolButton()
        self.chooser.setProperty("kind", "bare")
        self.chooser.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.chooser.setAccessibleName(name)
        self.chooser.setToolTip(name)
        self.chooser.setText(tr("top {n} ▾", n=self._top_k))
        menu = QMenu(self.chooser)
        group = QActionGroup(self.chooser)
        for top_k in CHOICES:
            action = menu.addAction(tr("top {n}", n=top_k))
            action.setCheckable(True)
            action.setData(top_k)
            action.setChecked(top_k == self._top_k)
            group.addAction(action)
        group.triggered.connect(self._top_chosen)
        self.chooser.setMenu(menu)
