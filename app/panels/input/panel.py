"""The input panel: two sentences to type in, and the pieces that the model reads, to mask, replace and pin."""

from __future__ import annotations

import html

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QMenu, QVBoxLayout, QWidget

from app.changes import left_out_words
from app.input_colours import InputColours
from app.panels.base import Panel
from app.panels.input.explanation import explanation
from app.panels.input.piece_menu import ask_replacement, piece_menu
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.chip_area import ChipArea
from app.views.colour_bar import ColourBar
from app.views.piece_dialog import PieceDialog
from app.views.read_out import ReadOut
from app.views.sentence_edit import MOST_LINES, MOST_PASTED, SentenceEdit
from app.views.token_strip import MARGIN, TokenStrip
from app.views.typed_text import typed_text
from app.views.worked_numbers import figure
from bert_core.scene import Scene
from bert_core.trace import Trace

_LEAST_HEIGHT, _ROOM_FOR_HINT, _ROOM_FOR_LINES = 290, 330, 450  # pixels


class InputPanel(Panel):
    """Editors write into the session's scene at once; the chips are those of its newest trace."""

    name = "input"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Input"), explanation())
        self.body.setContentsMargins(12 - MARGIN, 4, 12 - MARGIN, 12)  # the strip has one of its own
        self.edit_a, self.edit_b = SentenceEdit(segment=0), SentenceEdit(segment=1)
        self.count_a, self.count_b, self.count = _secondary(), _secondary(), _secondary()
        self.edit_a.setPlaceholderText(tr("Type a sentence"))
        self.edit_b.setPlaceholderText(tr("Optional: a second sentence"))
        self._row(tr("Sentence A"), self.count_a, self.edit_a)
        self._inset(self.edit_a)
        self._row(tr("Sentence B"), self.count_b, self.edit_b)
        self._inset(self.edit_b)
        self.cut = _warning()
        self._inset(self.cut)
        self._row(tr("Pieces"), self.count, None).setToolTip(_what_to_do())
        self.left_out = _warning()
        self._inset(self.left_out)
        self.strip = TokenStrip()
        self.chips = ChipArea(self.strip)
        self.body.addWidget(self.chips)
        self.colours = InputColours.of(session)
        self._build_legend()
        self.hint = _secondary()
        self.hint.setWordWrap(True)
        self.hint.setMinimumHeight(1)  # it may be clipped, but asks nobody else to give way
        self._inset(self.hint)
        self.body.addStretch(1)
        self.body.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._connect()
        self._scene_changed(session.scene)
        self.refresh(None)

    def focus_a(self) -> None:
        """Put the cursor into sentence A."""
        self.edit_a.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_b(self) -> None:
        """Put the cursor into sentence B."""
        self.edit_b.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self, trace: Trace | None) -> None:
        """Show the pieces of this trace."""
        self._show_state()
        self._show_truncation(trace)
        for label in (self.count_a, self.count_b, self.count):
            label.setVisible(trace is not None)
        self.chips.setVisible(trace is not None)
        if trace is None:
            self.strip.set_tokens((), (), ())
            return
        in_b = sum(token.segment for token in trace.tokens)
        self.count_a.setText(_pieces(len(trace.tokens) - in_b))
        self.count_b.setText(_pieces(in_b) if in_b else "")
        model, size = self.session.model, len(trace.tokens)
        limit = model.max_length if model is not None else None
        self.count.setText(str(size) if limit is None else tr("{n} of {limit}", n=size, limit=limit))
        typed = [typed_text(trace.scene, token) for token in trace.tokens]
        self.strip.set_tokens(trace.tokens, trace.scene.replaced, typed)
        self._show_changes()
        self._show_colours()
        self.chips.updateGeometry()
        QTimer.singleShot(0, self._give_way)  # once the rows above have their places
        self._mark()

    def _show_truncation(self, trace: Trace | None) -> None:
        left_a, left_b = trace.left_out if trace is not None else (0, 0)
        self.left_out.setVisible(left_a + left_b > 0)
        if trace is None or left_a + left_b == 0:
            return
        limit = len(trace.tokens) if self.session.model is None else self.session.model.max_length
        if trace.scene.second is None:
            sentence = tr("{n} pieces left out: this model reads at most {limit}", n=left_a, limit=limit)
        else:
            sentence = tr(
                "{n} pieces left out ({a} of A, {b} of B): this model reads at most {limit}",
                n=left_a + left_b,
                a=left_a,
                b=left_b,
                limit=limit,
            )
        self.left_out.setText(sentence)

    @Slot(object)
    def _show_state(self, _changed: object = None) -> None:
        session = self.session
        if session.trace is not None:
            self.hint.setText(_what_to_do())
        elif session.loading is not None:
            self.hint.setText(tr("The model is loading. You can type already."))
        elif session.model is None:
            self.hint.setText(tr("No model is loaded: choose one in the Model panel."))
        else:
            self.hint.setText(tr("The pieces appear here once the model has read the text."))

    # The text ----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _scene_changed(self, scene: Scene) -> None:
        self.edit_a.set_text(scene.text_a)
        self.edit_b.set_text(scene.text_b or "")

    @Slot()
    def _show_changes(self, _: object = None) -> None:
        now = self.session.scene.interventions
        dropped = {p: left_out_words(now, p) for p in now.positions}
        self.strip.set_changes(now.hidden, {p: words for p, words in dropped.items() if words})

    @Slot()
    def _show_colours(self) -> None:
        """Colour the pieces, where that is of the text that is shown."""
        colours, trace = self.colours.now, self.session.trace
        if trace is None or colours is None or colours.scene != trace.scene:
            self.strip.set_weights(None)
            self.legend.hide()
            self._give_way()
            return
        self.strip.set_weights(colours.values, colours.limit, signed=colours.signed, name=colours.name)
        self.colour_bar.set_range(0.0, colours.limit, colours.signed)
        self.colour_words.set_text(colours.name)
        said = tr("{name}; colours end at {limit}", name=colours.name, limit=figure(colours.limit))
        self.colour_words.setToolTip(f"<p>{html.escape(said)}</p>")
        self.legend.show()
        self._give_way()

    # The other sentence goes back as it came, in case the editor shows its line ends otherwise.
    @Slot(object)
    def _edited_a(self, text: str) -> None:
        self.cut.hide()
        self.session.set_texts(text, self.session.scene.text_b or "")

    @Slot(object)
    def _edited_b(self, text: str) -> None:
        self.cut.hide()
        self.session.set_texts(self.session.scene.text_a, text)

    @Slot(object)
    def _cut(self, characters: int) -> None:
        self.cut.setText(
            tr(
                "The pasted text was cut: a sentence takes {most} characters by pasting, {n} were left out.",
                most=f"{MOST_PASTED:,}",
                n=f"{characters:,}",
            )
        )
        self.cut.show()

    @Slot()
    def _history_changed(self) -> None:
        for edit in (self.edit_a, self.edit_b):
            edit.set_steps(self.session.can_undo, self.session.can_redo)

    # The pieces --------------------------------------------------------------------------------------------------

    @Slot(object)
    def _mark(self, _changed: Selection | Hover | None = None) -> None:
        selection, hover = self.session.selection, self.session.hover
        pinned = {*selection.queries, *selection.keys}
        over = [p for p in (hover.query, hover.key) if p is not None]
        self.strip.set_marks(pinned, over)
        trace = self.session.trace
        if trace is None:
            return
        shown = [trace.tokens[p] for p in sorted(pinned.union(over)) if p < len(trace.tokens)]
        texts = (trace.scene.text_a, trace.scene.text_b or "")
        for segment, edit in enumerate((self.edit_a, self.edit_b)):
            here = [t for t in shown if t.segment == segment and not t.special]
            edit.set_marks([(t.start, t.end) for t in here] if edit.text == texts[segment] else [])

    @Slot(object)
    def _hovered(self, position: int | None) -> None:
        self.session.set_hover(Hover(query=position))
        if position is not None and self.strip.hasFocus():
            self.chips.ensure_seen(position)

    @Slot(object)
    def toggle_pin(self, position: int) -> None:
        """Pin this piece; where it is pinned already, let it go."""
        selection = self.session.selection
        if position in (selection.query, selection.key):
            self.session.unpin()
        else:
            self.session.pin(query=position)

    @Slot(object)
    def toggle_more(self, position: int) -> None:
        """Pin this piece besides those that are pinned as queries; where it is one of them, let only it go."""
        selection = self.session.selection
        queries = [query for query in selection.queries if query != position]
        if len(queries) == len(selection.queries):
            queries.append(position)
        query = queries[0] if queries else None
        self.session.pin(query=query, key=selection.key, more=queries[1:], more_keys=selection.more_keys)

    @Slot(object, object)
    def _menu_requested(self, position: int, place: QPoint) -> None:
        menu = self.piece_menu(position)
        if menu is not None:
            menu.popup(place)

    def piece_menu(self, position: int) -> QMenu | None:
        """What can be done with a piece; it deletes itself when closed. None where there is no such piece."""
        return piece_menu(self.session, self, position, self.toggle_pin, self.ask_replacement)

    def ask_replacement(self, position: int) -> PieceDialog | None:
        """Open the dialog that puts another piece at a position."""
        return ask_replacement(self.session, self.window(), position)

    def minimumSizeHint(self) -> QSize:
        """With editors of two lines, whatever they are now: they shrink when the panel does."""
        return QSize(super().minimumSizeHint().width(), _LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, it is for the text and the pieces."""
        super().resizeEvent(event)
        self._give_way()
        roomy = self.height() >= _ROOM_FOR_HINT
        self.body.setSpacing(6 if roomy else 3)
        self.body.setContentsMargins(12 - MARGIN, 4 if roomy else 0, 12 - MARGIN, 4)
        for edit in (self.edit_a, self.edit_b):
            edit.set_lines(2 if roomy else 1, MOST_LINES if self.height() >= _ROOM_FOR_LINES else 2)

    @Slot()
    def _give_way(self) -> None:
        """The hint stands where the pieces leave it room, and always while there are none."""
        below = 2 * self.body.spacing() + self.body.contentsMargins().bottom()
        chips = self.chips.y() + self.chips.sizeHint().height()
        legend = 0 if self.legend.isHidden() else self.legend.sizeHint().height() + self.body.spacing()
        needed = chips + legend + self.hint.heightForWidth(self.width() - 24) + below
        fits = self.height() >= _ROOM_FOR_HINT and needed <= self.height()
        self.hint.setVisible(fits or self.session.trace is None)
        self.colour_bar.setVisible(self.height() >= _ROOM_FOR_HINT)

    # Building ----------------------------------------------------------------------------------------------------

    def _row(self, words: str, count: QLabel, buddy: QWidget | None) -> QLabel:
        label = _secondary()
        label.setText(words)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addStretch(1)
        row.addWidget(count)
        count.setToolTip(tr("[CLS] and [SEP], which the tokenizer adds, count as pieces."))
        if buddy is not None:
            label.setBuddy(buddy)
            buddy.setAccessibleName(words)
        self.body.addLayout(row)
        return label

    def _build_legend(self) -> None:
        """What the pieces are coloured by, below them."""
        self.legend, self.colour_bar = QWidget(), ColourBar()
        self.colour_words = ReadOut(name=tr("What the pieces are coloured by"))
        column = QVBoxLayout(self.legend)
        column.setContentsMargins(MARGIN, 0, MARGIN, 0)
        column.setSpacing(0)
        column.addWidget(self.colour_words)
        column.addWidget(self.colour_bar)
        self.legend.hide()
        self.body.addWidget(self.legend)

    def _inset(self, widget: QWidget) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.addWidget(widget)
        self.body.addLayout(row)

    def _connect(self) -> None:
        session = self.session
        self.edit_a.edited.connect(self._edited_a)
        self.edit_b.edited.connect(self._edited_b)
        for edit in (self.edit_a, self.edit_b):
            edit.left_out.connect(self._cut)
            edit.undo_wanted.connect(session.undo)
            edit.redo_wanted.connect(session.redo)
        self.strip.clicked.connect(session.toggle_mask)
        self.strip.pinned.connect(self.toggle_pin)
        self.strip.pinned_more.connect(self.toggle_more)
        self.strip.hovered.connect(self._hovered)
        self.strip.menu_requested.connect(self._menu_requested)
        session.scene_changed.connect(self._scene_changed)
        session.scene_changed.connect(self._show_changes)
        session.history_changed.connect(self._history_changed)
        session.selection_changed.connect(self._mark)
        session.hover_changed.connect(self._mark)
        self.colours.changed.connect(self._show_colours)
        session.loading_changed.connect(self._show_state)
        session.model_changed.connect(self._show_state)


def _pieces(n: int) -> str:
    return tr("1 piece") if n == 1 else tr("{n} pieces", n=n)


def _what_to_do() -> str:
    return tr("Click a piece to mask it, Ctrl+click to pin it, right click for more.")


def _secondary() -> QLabel:
    label = QLabel()
    label.setProperty("kind", "secondary")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _warning() -> QLabel:
    label = QLabel()
    label.setProperty("kind", "warning")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.hide()
    return label
