"""Opens a tuned model beside the one it was made from: that one's analysis becomes the reference."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.session import Session
from app.translation import tr
from app.values import ModelChoice


class Beside(QObject):
    """Loads one model, keeps its analysis of the text as the reference, and loads the other.

    Where a load fails, or the person asks for another model in between, it is given up: what is in force stays.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._awaited: str | None = None
        self._then = ""
        session.trace_changed.connect(self._look)
        session.loading_changed.connect(self._look)

    def open(self, source: str) -> None:
        """Load a model where the present one runs, and nothing beside it."""
        self._awaited = None
        self.session.request_model(self._choice(source))

    def open_beside(self, original: str, tuned: str) -> None:
        """Show `tuned`, with `original` as the reference."""
        self._then = tuned
        model = self.session.model
        if model is not None and model.source == original and self._has_read():
            self._keep()
            return
        self._awaited = original
        self.session.request_model(self._choice(original))

    def _choice(self, source: str) -> ModelChoice:
        now = self.session.choice or ModelChoice("")
        return ModelChoice(source, now.device, now.dtype)

    def _keep(self) -> None:
        self._awaited = None
        self.session.keep_reference()
        self.session.request_model(self._choice(self._then))

    @Slot(object)
    def _look(self, _: object = None) -> None:
        """Is the original there and has it read the text? Or will it never be?"""
        session = self.session
        if self._awaited is None:
            return
        if session.loading is not None:
            if session.loading.choice.source != self._awaited:
                self._awaited = None
            return
        if session.model is None or session.model.source != self._awaited:
            self._awaited = None
            session.notice_given.emit(
                tr("The original model was not loaded, so nothing stands beside the other")
            )
        elif self._has_read():
            self._keep()

    def _has_read(self) -> bool:
        """Is the trace of the present text, and by the model in force?"""
        session = self.session
        if session.model is None or session.trace is None or not session.up_to_date:
            return False
        return session.trace.scene.model_id == session.model.model_id
