"""What the actions of the Fine-tune menu do: each shows its page first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.fine_tuning import FineTuning


class TuneCommands(QObject):
    """The workspace by menu, key and finder. bind  says what an action does."""

    def __init__(
        self, tuning: FineTuning, bind: Callable[[str, Callable[[], object]], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tuning = tuning
        examples, probes, live, labelling = tuning.examples, tuning.probes, tuning.live, tuning.labelling
        pages: tuple[tuple[str, str, Callable[[], object] | None], ...] = (
            ("tune-new", tuning.set_up.name, None),
            ("tune-file", tuning.set_up.name, tuning.set_up.ask_file),
            ("tune-start", tuning.set_up.name, tuning.set_up.start),
            ("tune-live", live.name, None),
            ("tune-pause", live.name, live.pause_or_go_on),
            ("tune-stop", live.name, live.ask_stop),
            ("tune-classes", tuning.classes.name, None),
            ("classes-best", tuning.classes.name, partial(tuning.classes.follow, "best")),
            ("classes-newest", tuning.classes.name, partial(tuning.classes.follow, "newest")),
            ("tune-delete", live.name, live.ask_delete),
            ("tune-compare", tuning.compared.name, None),
            ("tune-examples", examples.name, None),
            ("examples-find", examples.name, examples.search_texts),
            ("examples-wrong", examples.name, examples.toggle_wrong),
            ("examples-next-wrong", examples.name, examples.next_wrong),
            ("examples-open", examples.name, examples.open_current),
            ("tune-probes", probes.name, None),
            ("probes-later", probes.name, probes.later),
            ("probes-earlier", probes.name, probes.earlier),
            ("probes-newest", probes.name, probes.newest),
            ("tune-label", labelling.name, None),
            ("label-file", labelling.name, labelling.ask_file),
            ("label-rank", labelling.name, labelling.rank),
            ("label-skip", labelling.name, labelling.skip),
            ("label-undo", labelling.name, labelling.undo),
            ("label-back", labelling.name, labelling.back),
            ("label-use", labelling.name, labelling.add_to_next_run),
        )
        for id_, page, slot in pages:
            bind(id_, partial(self._do, page, slot))
        bind("tune-waiting", tuning.session.tuning.go_on)
        bind("tune-open", live.open_model)
        bind("tune-beside", live.open_beside)
        bind("tune-save", partial(self._of_run, tuning.save_model))
        bind("tune-export", partial(self._of_run, tuning.export_predictions))
        bind("pin-probe", tuning.pin_probe)
        bind("tune-task", tuning.show_task)
        bind("why-task", tuning.why)

    def _do(self, page: str, slot: Callable[[], object] | None) -> None:
        self._tuning.show_page(page)
        if slot is not None:
            slot()

    def _of_run(self, slot: Callable[[str], object]) -> None:
        run = self._tuning.session.runs.current
        if run is None:
            self._tuning.show_page(self._tuning.live.name)  # it says how to get one
        else:
            slot(run.folder)
