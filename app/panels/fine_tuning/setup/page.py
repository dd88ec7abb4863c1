"""The page on which a run is set up; its form is made when it is first wanted, in steps, for it takes a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.translation import tr
from app.tuning import TuningWish

if TYPE_CHECKING:
    from app.panels.fine_tuning.setup.form import SetUpForm


class SetUpPage(RunPage):
    """begun(str): the run that was started here has a folder now; it is the one to be shown."""

    name = "new"
    begun = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("New run")
        self.tip = tr("Choose examples, a model and settings, and start")
        self._form: SetUpForm | None = None
        self._building = self._build()
        self._next = QTimer(self)  # of no interval: what a person does comes between two steps
        self._next.timeout.connect(self._build_on)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 0, 0)
        session.tuning.like_wanted.connect(self.begin_like)

    @property
    def form(self) -> SetUpForm:
        """What a person fills in; built to its end where it is not."""
        for _ in self._building:
            pass
        assert self._form is not None
        return self._form

    def _build(self) -> Iterator[None]:
        from app.panels.fine_tuning.setup.form import SetUpForm
        from app.panels.fine_tuning.setup.options_part import OptionsPart

        yield
        options = OptionsPart()
        yield
        self._form = SetUpForm(self.session, options, self)
        self._form.begun.connect(self.begun)
        self._column.addWidget(self._form)
        self._form.show()

    @Slot()
    def _build_on(self) -> None:
        if next(self._building, self) is self:
            self._next.stop()

    @property
    def wish(self) -> TuningWish | None:
        """What Start would begin; None where something is missing."""
        return None if self._form is None else self._form.wish

    @Slot()
    def start(self) -> None:
        """Train it, now or in its turn; no-op while something is missing."""
        self.form.start()

    @Slot(object)
    def choose_file(self, path: str) -> None:
        """Train on this file."""
        self.form.data.choose_file(path)

    @Slot()
    def ask_file(self) -> None:
        """Ask for a file to train on."""
        self.form.data.ask_file()

    @Slot(object, object)
    def begin_like(self, run: Run, changes: Mapping[str, Any]) -> None:
        """Fill the form as that run was, with some settings changed."""
        self.form.begin_like(run, changes)

    def show_run(self, run: Run | None) -> None:
        """A form does not depend on the run that is shown."""

    def showEvent(self, event: QShowEvent) -> None:
        """From now on it is wanted."""
        super().showEvent(event)
        if self._form is None:
            self._next.start()
