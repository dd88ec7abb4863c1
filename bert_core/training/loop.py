"""The training loop, on one process or many: it emits events, and knows neither its task nor its audience."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from bert_core.devices import out_of_memory
from bert_core.errors import BertError, TrainingError
from bert_core.training import checkpoint, optimizers
from bert_core.training.ending import Ending
from bert_core.training.events import EventLog
from bert_core.training.interrupts import Interrupts
from bert_core.training.meter import Meter, finite
from bert_core.training.processes import connect, part
from bert_core.training.report import Listener, Report
from bert_core.training.run_folder import RunFolder
from bert_core.training.schedules import Schedule
from bert_core.training.settings import LoopSettings
from bert_core.training.task import Task

logger = logging.getLogger(__name__)

_POLL = 0.2
"""Seconds between two looks at the wishes while a run is paused."""


def train(
    task: Task[Any],
    folder: RunFolder,
    settings: LoopSettings,
    *,
    resume: bool = False,
    stop_when_parent_gone: bool = False,
    warnings: Sequence[str] = (),
    listener: Listener | None = None,
) -> Ending:
    """Train to the end of the task, or until stopped. In a process of `accelerate launch` this is one of many.

    warnings  what is known to be amiss before it begins; each becomes an event

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
        loop = _Loop(task, folder, settings, accelerator, interrupts, listener)
        loop.prepare(resume)
        for words in warnings:
            loop.report.emit("warning", message=words)
        ending = loop.run()
    del loop
    if ending.kind not in ("crashed", "out of memory"):  # else the others may never come to say goodbye
        part(accelerator)
    return ending


class _Flags(NamedTuple):
    """What all processes do after this step: 1 or more for yes. In this order in the tensor they are sent in."""

    log: int
    evaluate: int
    checkpoint: int
    pause: int
    stop: int


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
    ) -> None:
        self.task = task
        self.folder = folder
        self.settings = settings
        self.accelerator = accelerator
        self.interrupts = interrupts
        self.main = accelerator.is_main_process
        self.device: torch.device = accelerator.device
        self.events = EventLog(folder.events_path)
        self.report = Report(self.events, task, listener, main=self.main)
        recipe = settings.optimizer
        self.schedule = Schedule(recipe.schedule, recipe.warmup, recipe.decay, recipe.hold_pieces)
        self.meter = Meter(task.losses, self.device)
        self.step = 0
        self.saved_step: int | None = None
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
        self.model: nn.Module = self.accelerator.prepare_model(self.task.module)
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
            except (KeyError, TypeError) as error:
                raise TrainingError(
                    f"The checkpoint's state.json lacks or garbles something: {error}.",
                    where=latest,
                    remedy="Delete this checkpoint's folder to go on from the one before.",
                ) from error
            self.saved_step = self.step
        if self.main:
            self.folder.remove_unfinished()
            if resume:
                self.events.cut(offset)
        self.saved_at = time.monotonic()
        self.evaluated_at = self.saved_at - since_evaluation
        self.report.begin(elapsed)
        self.report.emit(
            "started" if saved is None else "resumed",
            step=self.step,
            pieces=self.task.pieces(),
            total_pieces=self.task.total_pieces(),
            device=str(self.device),
            processes=self.accelerator.num_processes,
            precision=self.settings.precision,
            parameters=sum(p.numel() for p in self.parameters),
        )

    # The way

    def run(self) -> Ending:
        """Step by step to an ending, which is the last event."""
        try:
            ending = self._steps()
        except _Diverged:
            ending = self._ending("diverged", f"The loss is no finite number any more. {self._way_back()}")
        except Exception as error:
            if out_of_memory(error):
                remedy = "Take smaller batches, more micro-batches a step (accumulate), or shorter texts, and resume."
                ending = self._ending("out of memory", f"Memory ran out. {remedy}")
            else:
                logger.exception("Training crashed")
                words = str(error) if isinstance(error, BertError) else f"{type(error).__name__}: {error}"
                ending = self._ending("crashed", f"{words} {self._saved_where()}")
        elapsed = round(self.report.elapsed(), 3)
        self.report.emit(
            "ended",
            ending=ending.kind,
            message=ending.message,
            step=self.step,
            pieces=self.task.pieces(),
            elapsed=elapsed,
        )
        return ending

    def _steps(self) -> Ending:
        self.model.train()
        while self.task.progress() < 1:
            flags = self._step()
            if flags.log or flags.checkpoint or flags.pause or flags.stop:
                self._log()
            if flags.evaluate:
                self._evaluate()
            if flags.pause and not flags.stop and self._pause():
                flags = flags._replace(stop=1)
            if flags.stop:
                failure = self._checkpoint()
                return self._ending("stopped", failure or "Resume it to go on from here.")
            if flags.checkpoint:
                self._checkpoint()
        if self.saved_step == self.step:
            return self._ending("finished", "The run was finished already.")
        self._log()
        self._evaluate()
        failure = self._checkpoint()
        if failure is not None:
            return self._ending("crashed", f"All steps are made, but the outcome is not saved. {failure}")
        return self._ending("finished", "All pieces were read.")

    def _step(self) -> _Flags:
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
        counts, flags = self._agree(here, self._due())
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

    def _due(self) -> _Flags:
        """What this process wants to be done; timers and wishes are the main process's."""
        stop = self.interrupts.asked()
        if not self.main:
            return _Flags(0, 0, 0, 0, int(stop))
        now, wish, settings = time.monotonic(), self.folder.control.wish(), self.settings
        return _Flags(
            log=int(self.report.since_told() >= settings.log_seconds),
            evaluate=int(now - self.evaluated_at >= settings.evaluate_minutes * 60),
            checkpoint=int(now - self.saved_at >= settings.checkpoint_minutes * 60),
            pause=int(wish == "pause"),
            stop=int(stop or wish == "stop"),
        )

    def _agree(self, counts: dict[str, int], flags: _Flags) -> tuple[dict[str, int], _Flags]:
        """Counts and flags of all processes added up, in one message."""
        if self.accelerator.num_processes == 1:
            return counts, flags
        mine = torch.tensor([*counts.values(), *flags], device=self.device, dtype=torch.int64)
        all_: Tensor = self.accelerator.reduce(mine, "sum")  # type: ignore[assignment]
        values = [int(value) for value in all_.tolist()]
        return dict(zip(counts, values, strict=False)), _Flags(*values[len(counts) :])

    def _pause(self) -> bool:
        """Wait without computing until it is wished to go on. Returns whether to stop."""
        since = time.monotonic()
        self.report.emit("paused", step=self.step)
        while True:
            if self.main:
                self.interrupts.wait(_POLL)
            _, flags = self._agree({}, self._due())
            if flags.stop or not flags.pause:
                break
        self.report.leave_out(time.monotonic() - since, paused=True)
        if not flags.stop:
            self.report.emit("resumed", step=self.step)
        return bool(flags.stop)

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
        self.report.steps(self.step, figures, self.settings.optimizer.learning_rate * self.factor)

    def _evaluate(self) -> None:
        """On the main process; the others go on to where they wait for it."""
        if self.main:
            since = time.monotonic()
            self.task.module.eval()
            with torch.no_grad():
                figures = self.task.evaluate()
            self.task.module.train()
            self.report.emit("evaluation", step=self.step, pieces=self.task.pieces(), **figures)
            self.evaluated_at = time.monotonic()
            self.report.leave_out(self.evaluated_at - since, paused=False)

    def _checkpoint(self) -> str | None:
        """Save, on the main process. Returns what went wrong, in words, after a warning; training can go on."""
        self.saved_at = time.monotonic()
        if not self.main or self.saved_step == self.step:
            return None
        try:
            config, weights = self.task.canonical()
            path = checkpoint.save(
                self.folder,
                self.step,
                config,
                self.task.tokenizer,
                weights,
                optimizers.tensors(self.task.module, self.optimizers),
                {
                    "task": self.task.state(),
                    "pieces": self.task.pieces(),
                    "progress": self.task.progress(),
                    "elapsed": self.report.elapsed(),
                    "since_evaluation": self.saved_at - self.evaluated_at,
                    "events_offset": self.events.offset(),
                },
            )
        except TrainingError as error:
            logger.warning("%s", error)
            self.report.emit("warning", message=str(error))
            return str(error)
        self.saved_step = self.step
        self.folder.remove_old(self.settings.keep_checkpoints)
        self.report.emit("checkpoint", step=self.step, folder=path.name)
        return None

    def _ending(self, kind: Any, message: str) -> Ending:
        return Ending(kind, message.strip(), self.step)

    def _saved_where(self) -> str:
        if self.saved_step is None:
            return "There is no checkpoint yet."
        return f"The last checkpoint is of step {self.saved_step}."

    def _way_back(self) -> str:
        remedy = "Resume from there" if self.saved_step is not None else "Start anew"
        return f"{self._saved_where()} {remedy} with a lower learning rate, a longer warm-up, or firmer clipping."


def _seed(number: int, device: torch.device) -> None:
    """torch.manual_seed for these two generators only: for devices never used it keeps a record of each call."""
    torch.default_generator.manual_seed(number)
    if device.type != "cpu":
        torch.get_device_module(device).manual_seed(number)
