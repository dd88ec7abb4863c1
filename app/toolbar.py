"""The top bar: model, examples, the action finder, the theme."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from app.examples import Example, examples_for
from app.reference import Reference
from app.session import Session
from app.status import loading_words
from app.translation import tr
from app.values import ModelChoice, shortened
from app.views.menu_title import add_title
from bert_core.scene import Scene

_ROOMY = 1240  # pixels
_SHORT_NAME, _LONG_NAME = 20, 36  # letters of a model's name


class TopBar(QToolBar):
    """Buttons and menus over the session; `actions_` are the window's own by id."""

    def __init__(self, session: Session, actions: dict[str, QAction]) -> None:
        super().__init__(tr("Top bar"))
        self.setObjectName("top-bar")
        self.setMovable(False)
        self.toggleViewAction().setEnabled(False)
        self.session = session
        self._narrow: bool | None = None
        self._window_actions = actions
        self.model_button = _menu_button(tr("Model: loading…"), tr("Model"))
        self.model_menu = QMenu(self.model_button)
        self.model_menu.aboutToShow.connect(self._fill_model_menu)
        self.model_button.setMenu(self.model_menu)
        self.examples_button = _menu_button(tr("Examples"), tr("Examples"))
        self.examples_menu = QMenu(self.examples_button)
        self.examples_menu.setToolTipsVisible(True)
        self.examples_menu.aboutToShow.connect(self._fill_examples)
        self.examples_button.setMenu(self.examples_menu)
        self.reading_button = _menu_button("", tr("Reading direction"))
        self.reading_menu = QMenu(self.reading_button)
        self.reading_menu.addActions([actions[id_] for id_ in ("read-both", "read-right", "read-left")])
        self.reading_button.setMenu(self.reading_menu)
        self.reference_button = _menu_button("", tr("Reference"))
        self.reference_menu = QMenu(self.reference_button)
        self.reference_menu.addAction(actions["keep-reference"])
        self.reference_menu.addSeparator()
        self.reference_menu.addActions(
            [actions[id_] for id_ in ("show-now", "show-reference", "show-difference")]
        )
        self.reference_menu.addSeparator()
        self.reference_menu.addAction(actions["drop-reference"])
        self.reference_button.setMenu(self.reference_menu)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.find_button = QToolButton()
        self.find_button.setToolTip(tr("Find an action: every action of the window by its name"))
        self.find_button.setAccessibleName(tr("Find an action"))
        self.find_button.clicked.connect(actions["find-action"].trigger)
        self.workspaces = tuple(
            _workspace_button(text, actions[id_])
            for id_, text in (("explore", tr("Explore")), ("fine-tune", tr("Fine-tune")))
        )
        self.theme_button = QToolButton()
        self.theme_button.setText("◐")
        self.theme_button.setToolTip(tr("Light or dark"))
        self.theme_button.setAccessibleName(tr("Light or dark"))
        for widget in (
            self.model_button,
            self.examples_button,
            self.reading_button,
            self.reference_button,
            gap,
            *self.workspaces,
            self.find_button,
            self.theme_button,
        ):
            self.addWidget(widget)
        session.model_changed.connect(self._model_changed)
        session.loading_changed.connect(self._model_changed)
        session.scene_changed.connect(self._scene_changed)
        session.reference_changed.connect(self._reference_changed)
        self._be_narrow(False)

    @Slot()
    def _model_changed(self, _: object = None) -> None:
        session = self.session
        if session.loading is not None:
            self.model_button.setText(loading_words(session.loading) + "  ▾")
        elif session.model is not None:
            info = session.model
            size = f"{info.parameters.total / 1e6:.1f} M"
            device = info.device.upper() if info.device != "mps" else "MPS"
            name = shortened(info.name, _SHORT_NAME if self._narrow else _LONG_NAME)
            where = "" if self._narrow else f" · {device} {info.dtype}"
            self.model_button.setText(f"{name} · {size}{where}  ▾")
            self.model_button.setToolTip(str(info.folder or info.source))
        else:
            self.model_button.setText(tr("No model") + "  ▾")

    @Slot(object)
    def _scene_changed(self, scene: Scene) -> None:
        direction = scene.interventions.direction
        self.reading_button.setText(
            {
                "both": tr("Reading") if self._narrow else tr("Reading: both ways"),
                "left-to-right": tr("Reading: left to right"),
                "right-to-left": tr("Reading: right to left"),
            }[direction]
            + "  ▾"
        )
        _mark_changed(self.reading_button, direction != "both")

    @Slot(object)
    def _reference_changed(self, reference: Reference | None) -> None:
        showing = "" if reference is None else reference.showing
        self.reference_button.setText(
            {
                "": tr("Reference") if self._narrow else tr("Reference: none"),
                "now": tr("Reference: kept"),
                "reference": tr("Reference: shown"),
                "difference": tr("Reference: difference"),
            }[showing]
            + "  ▾"
        )
        trace = None if reference is None else reference.trace
        self.reference_button.setToolTip(
            tr("Keep what is shown, to compare with it later (Ctrl+M)")
            if trace is None
            else tr("Kept: {a} {b}", a=trace.scene.text_a[:200], b=(trace.scene.second or "")[:200])
        )
        _mark_changed(self.reference_button, showing in ("reference", "difference"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorter words where there is little room: nothing may be pushed out of the bar."""
        super().resizeEvent(event)
        self._be_narrow(event.size().width() < _ROOMY)

    def _be_narrow(self, narrow: bool) -> None:
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.find_button.setText(tr("⌕  Ctrl K") if narrow else tr("Find an action        Ctrl K"))
        self._model_changed()
        self._scene_changed(self.session.scene)
        self._reference_changed(self.session.reference)

    def _fill_model_menu(self) -> None:
        menu, session = self.model_menu, self.session
        menu.clear()
        current = session.choice or ModelChoice("")
        for title, sources in (
            (tr("Built in"), session.catalogue.builtin),
            (tr("Recent"), [s for s in session.catalogue.recent if s not in session.catalogue.builtin]),
        ):
            if sources:
                add_title(menu, title)
            for source in sources:
                action = menu.addAction(source)
                action.setCheckable(True)
                action.setChecked(source == current.source)
                action.setData(ModelChoice(source, current.device, current.dtype))
                action.triggered.connect(self._choose)
        menu.addSeparator()
        menu.addActions([self._window_actions["open-folder"], self._window_actions["open-hub"]])
        devices = menu.addMenu(tr("Device"))
        for device in ("auto", *session.catalogue.devices):
            self._choice_action(
                devices, device, current.device == device, ModelChoice(current.source, device, current.dtype)
            )
        dtypes = menu.addMenu(tr("Precision"))
        for dtype in ("float32", "bfloat16"):
            self._choice_action(
                dtypes, dtype, current.dtype == dtype, ModelChoice(current.source, current.device, dtype)
            )

    def _choice_action(self, menu: QMenu, text: str, checked: bool, choice: ModelChoice) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(checked)
        action.setEnabled(bool(choice.source))
        action.setData(choice)
        action.triggered.connect(self._choose)

    @Slot()
    def _choose(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.session.request_model(action.data())

    def _fill_examples(self) -> None:
        self.examples_menu.clear()
        group = QActionGroup(self.examples_menu)
        for example in examples_for(self.session.model):
            action = self.examples_menu.addAction(tr(example.title))
            action.setToolTip(tr(example.look_at))
            action.setData(example)
            group.addAction(action)
            action.triggered.connect(self._show_example)

    @Slot()
    def _show_example(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and isinstance(example := action.data(), Example):
            self.session.read_anew(example.a, example.b)
            self.session.notice_given.emit(tr(example.look_at))


def _workspace_button(text: str, action: QAction) -> QToolButton:
    """Shows and does the same as the action, in a word."""
    button = QToolButton()
    button.setText(text)
    button.setProperty("kind", "tab")
    button.setCheckable(True)
    button.setToolTip(action.text())
    button.setAccessibleName(action.text())

    def follow() -> None:
        button.setChecked(action.isChecked())

    button.clicked.connect(action.trigger)
    button.clicked.connect(follow)  # a second click on the one that is on does not switch it off
    action.changed.connect(follow)
    return button


def _mark_changed(button: QToolButton, changed: bool) -> None:
    """Orange where what is shown is not simply what the model reads."""
    button.setProperty("kind", "changed" if changed else "")
    button.style().unpolish(button)
    button.style().polish(button)


def _menu_button(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text + "  ▾")
    button.setAccessibleName(name)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
