"""The training loop, on one process or many: it emits events, and knows neither its task nor its audience."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from bert_core.devices import out_of_memory
from bert_core.errors import BertError, TrainingError
from bert_core.training import checkpoint, optimizers
from bert_core.training.agreement import Agreement, Flags
from bert_core.training.ending import Ending
from bert_core.training.events import EventLog
from bert_core.training.files import is_full_disk
from bert_core.training.heap import Heap
from bert_core.training.interrupts import Interrupts
from bert_core.training.measuring import Evaluated, Measuring
from bert_core.training.meter import Meter, finite
from bert_core.training.processes import connect, part
from bert_core.training.report import Listener, Report
from bert_core.training.run_folder import RunFolder
from bert_core.training.saver import Saver
from bert_core.training.schedules import Schedule
from bert_core.training.settings import LoopSettings
from bert_core.training.task import ByExamples, Task
from bert_core.training.watching import Watching

logger = logging.getLogger(__name__)

Finish = Callable[[], None]
"""Makes of the last checkpoint, or of the best one, what a run is for."""


def train(
    task: Task[Any],
    folder: RunFolder,
    settings: LoopSettings,
    *,
    resume: bool = False,
    stop_when_parent_gone: bool = False,
    warnings: Sequence[str] = (),
    listener: Listener | None = None,
    evaluated: Evaluated | None = None,
    finish: Finish | None = None,
) -> Ending:
    """Train to the end of the task, or until stopped. In a process of `accelerate launch` this is one of many.

    warnings   what is known to be amiss before it begins; each becomes an event
    evaluated  is called after each evaluation, on the main process, to write more of it than the event says; that it
               cannot write is a warning
    finish     is called when all is done, on the main process, before the last event; that it cannot is an ending

    With `resume` it goes on from the newest checkpoint, or from the start where there is none yet. Whatever happens on
    the way is an ending, not an exception; TrainingError is raised for what keeps it from starting: the folder is being
    trained already, has checkpoints though no resume was asked for, or holds a damaged one.
    """
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    torch.set_flush_denormal(True)  # they are many times slower, and say nothing
    accelerator = connect(settings.device, settings.precision)
    lock = folder.lock() if accelerator.is_main_process else nullcontext()
    with lock, Interrupts(parent=stop_when_parent_gone) as interrupts:
        loop = _Loop(task, folder, settings, accelerator, interrupts, listener, evaluated, finish)
        loop.prepare(resume)
        for words in warnings:
            loop.report.emit("warning", message=words)
        ending = loop.run()
    del loop
    if ending.kind not in ("crashed", "out of memory"):  # else the others may never come to say goodbye
        part(accelerator)
    return ending


class _Diverged(Exception):
    pass


class _Loop:
    def __init__(
        self,
        task: Task[Any],
        folder: RunFolder,
        settings: LoopSettings,
        accelerator: Accelerator,
        interrupts: Interrupts,
        listener: Listener | None,
        evaluated: Evaluated | None,
        finish: Finish | None,
    ) -> None:
        self.task = task
        self.folder = folder
        self.settings = settings
        self.accelerator = accelerator
        self.main = accelerator.is_main_process
        self.device: torch.device = accelerator.device
        self.events = EventLog(folder.events_path)
        self.report = Report(self.events, task, listener, main=self.main, device=self.device)
        self.finish = finish
        self.watching = Watching(settings)
        self.saver = Saver(task, folder, self.events, self.report, settings.keep_checkpoints)
        self.agreement = Agreement(
            accelerator, interrupts, folder.control, settings, self.report, self.watching, self.saver
        )
        self.measuring = Measuring(task, self.watching, self.report, self.agreement, evaluated)
        recipe = settings.optimizer
        self.schedule = Schedule(recipe.schedule, recipe.warmup, recipe.decay, recipe.hold_pieces)
        self.meter = Meter(task.losses, self.device)
        self.heap = Heap()
        self.step = 0
        self.factor = 0.0

    # Beginning

    def prepare(self, resume: bool) -> None:
        """Model, optimisers and position, new or as the newest checkpoint has them."""
        latest = self.folder.latest()
        if latest is not None and not resume:
            raise TrainingError(
                "The run has checkpoints already.",
                where=self.folder.path,
                remedy="Resume it, or choose another folder.",
            )
        saved = checkpoint.load(latest) if latest is not None else None
        if saved is not None:
            self.task.adopt(saved.weights)
        self.task.module.to(self.device)
        # Left to place it itself, Accelerate looks for sharded tensors first: three quarters of a second of imports.
        self.model: nn.Module = self.accelerator.prepare_model(self.task.module, device_placement=False)
        self.optimizers = optimizers.build(self.task.module, self.settings.optimizer)
        self.parameters = [p for _, p in optimizers.named_parameters(self.task.module)]
        offset, elapsed, since_evaluation = 0, 0.0, 0.0
        if saved is not None:
            state = saved.state
            try:
                optimizers.restore(self.task.module, self.optimizers, saved.optimizer)
                self.task.restore(state["task"])
                self.step, elapsed = state["step"], state["elapsed"]
                offset, since_evaluation = state["events_offset"], state["since_evaluation"]
                self.watching.restore(state)
            except (KeyError, TypeError, ValueError) as error:
                raise TrainingError(
                    f"The checkpoint's state.json lacks or garbles something: {error}.",
                    where=latest,
                    remedy="Delete this checkpoint's folder to go on from the one before.",
                ) from error
            self.saver.step, self.saver.measured = self.step, self.watching.step
        if self.main:
            self.folder.remove_unfinished()
            if resume:
                self.events.cut(offset)
        self.saver.at = time.monotonic()
        self.watching.at = self.saver.at - since_evaluation
        self.report.begin(elapsed)
        self.report.emit(
            "started" if saved is None else "resumed",
            step=self.step,
            pieces=self.task.pieces(),
            total_pieces=self.task.total_pieces(),
            **self.report.where(),
            **self._planned(),
            device=str(self.device),
            processes=self.accelerator.num_processes,
            precision=self.settings.precision,
            parameters=sum(p.numel() for p in self.parameters),
        )

    def _planned(self) -> dict[str, int]:
        """How long the run is to be, for a task that counts examples."""
        return {"total_steps": self.task.total_steps()} if isinstance(self.task, ByExamples) else {}

    # The way

    def run(self) -> Ending:
        """Step by step to an ending, which is the last event."""
        try:
            ending = self._steps()
        except _Diverged:
            ending = self._ending("diverged", f"The loss is no finite number any more. {self._way_back()}")
        except Exception as error:
            if out_of_memory(error):
                remedy = self.settings.remedies.out_of_memory
                ending = self._ending("out of memory", f"Memory ran out. {remedy}")
            else:
                logger.exception("Training crashed")
                words = str(error) if isinstance(error, BertError) else f"{type(error).__name__}: {error}"
                ending = self._ending("crashed", f"{words} {self.saver.where()}")
        elapsed = round(self.report.elapsed(), 3)
        told: dict[str, Any] = {}
        if self.watching.best is not None:
            best = self.watching.best
            told = {"early": self._early(), "best_step": best.step, "best": best.value}
        self.report.emit(
            "ended",
            ending=ending.kind,
            message=ending.message,
            step=self.step,
            pieces=self.task.pieces(),
            elapsed=elapsed,
            **told,
        )
        return ending

    def _steps(self) -> Ending:
        self.model.train()
        watching = self.watching
        nothing_left = self.task.progress() >= 1 or watching.hopeless
        if watching.due(self.step) and not self._evaluate():
            return self._stopped()
        while self.task.progress() < 1 and not watching.hopeless:
            flags = self._step()
            due = watching.due(self.step)
            if flags.log or flags.checkpoint or flags.pause or flags.stop or due:
                self._log()
            if (due or flags.evaluate) and not flags.stop and not self._evaluate():
                flags = flags._replace(stop=1)
            if flags.pause and not flags.stop and self.agreement.pause(self.step):
                flags = flags._replace(stop=1)
            if flags.stop:
                return self._stopped()
            # After the last step, the last evaluation comes first, which is to be in the checkpoint.
            if flags.checkpoint and self.task.progress() < 1:
                self._checkpoint()
        if nothing_left and self.saver.step == self.step == watching.step:
            return self._finished("The run was finished already.")
        self._log()
        if watching.step != self.step and not self._evaluate():
            return self._stopped()
        failure = self._checkpoint()
        if failure is not None:
            return self._ending("crashed", f"All steps are made, but the outcome is not saved. {failure}")
        all_done = "All epochs are done." if isinstance(self.task, ByExamples) else "All pieces were read."
        return self._finished(self._early() or all_done)

    def _finished(self, words: str) -> Ending:
        if self.main and self.finish is not None:
            try:
                self.finish()
            except (OSError, BertError) as error:
                what = "The disk is full." if is_full_disk(error) else str(error)
                remedy = "Resume to try again."
                return self._ending(
                    "crashed", f"All steps are made, but the model is not written. {what} {remedy}"
                )
        return self._ending("finished", f"{words} {self.watching.where()}")

    def _stopped(self) -> Ending:
        failure = self._checkpoint()
        return self._ending("stopped", failure or "Resume it to go on from here.")

    def _early(self) -> str:
        """Why it ended before its time; empty: it did not."""
        return self.watching.early() if self.watching.hopeless and self.task.progress() < 1 else ""

    def _step(self) -> Flags:
        """Draw, forward, backward, update; and learn from the main process what is due after it."""
        task, processes = self.task, self.accelerator.num_processes
        before = task.progress()
        batches = task.draw(self.accelerator.process_index, processes, self.settings.accumulate)
        # In the middle of the step, so that neither the first nor the last has a rate of 0.
        self.factor = self.schedule.factor((before + task.progress()) / 2, task.pieces())
        optimizers.set_rates(self.optimizers, self.factor)
        here = dict.fromkeys(task.losses, 0)
        for batch in batches:
            for name, count in task.counts(batch).items():
                here[name] += count
        flags, counts = self.agreement.agree(self.agreement.due(), here)
        # Dropout depends on the seed, the step and the process, and so not on where a run was stopped.
        _seed(
            ((self.settings.seed << 32) + (self.step << 12) + self.accelerator.process_index) % 2**63,
            self.device,
        )
        for index, batch in enumerate(batches):
            last = index == len(batches) - 1
            with nullcontext() if last or processes == 1 else self.accelerator.no_sync(self.model):
                outcome = task.forward(self.model, batch, self.device)
                # The mean over all processes' predictions; times their number, since gradients are averaged over them.
                loss = sum(outcome.sums[name] * (processes / max(counts[name], 1)) for name in task.losses)
                self.accelerator.backward(loss)
            self.meter.add(outcome)
        clip = self.settings.optimizer.clip
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, math.inf if clip is None else clip)
        if self.device.type == "cpu" and not math.isfinite(norm.item()):
            raise _Diverged  # on other devices looking would be waiting: `_log` finds it before anything is saved
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.meter.add_step(counts, norm)
        self.step += 1
        return flags

    # What is written

    def _log(self) -> None:
        """The means since the last time, if there were steps. Raises _Diverged if they are no numbers."""
        if self.meter.steps == 0:
            return
        sums: Tensor = self.meter.sums()
        if self.accelerator.num_processes > 1:
            sums = self.accelerator.reduce(sums, "sum")  # type: ignore[assignment]
        figures = self.meter.figures(sums)
        self.meter.reset()
        if not finite(figures):
            raise _Diverged
        rate = self.settings.optimizer.learning_rate * self.factor
        self.report.steps(self.step, figures, rate, self.watching.left(self.step))
        self.heap.look()

    def _evaluate(self) -> bool:
        """Measure the model, on the main process. False: that was called off, by a wish to stop."""
        if self.main and not self.measuring.measure(self.step, self._checkpoint):
            return False
        watching = self.watching
        watching.step = self.step
        if watching.best is not None:  # only the main process has seen the figures
            flags, _ = self.agreement.agree(Flags(stop=int(self.main and watching.exhausted())))
            watching.hopeless = bool(flags.stop)
        return True

    def _checkpoint(self) -> str | None:
        """Save, on the main process. Returns what went wrong, in words."""
        if not self.main:
            return None
        return self.saver.save(self.step, self.watching, self.optimizers)

    def _ending(self, kind: Any, message: str) -> Ending:
        return Ending(kind, message.strip(), self.step)

    def _way_back(self) -> str:
        remedy = "Resume from there" if self.saver.step is not None else "Start anew"
        return f"{self.saver.where()} {remedy} {self.settings.remedies.diverged}"


def _seed(number: int, device: torch.device) -> None:
    """torch.manual_seed for these two generators only: for devices never used it keeps a record of each call."""
    torch.default_generator.manual_seed(number)
    if device.type != "cpu":
        torch.get_device_module(device).manual_seed(number)
