"""Runs the pinned sentences through the model at every evaluation, and keeps what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from bert_core.errors import BertError
from bert_core.finetuning.probe_files import halves, remove_after, thin_out, write_record
from bert_core.finetuning.probe_values import (
    MOST_BYTES,
    MOST_MASKS,
    MOST_PIECES,
    MOST_SENTENCES,
    ProbedSentence,
    ProbeRecord,
    Sentence,
)
from bert_core.model.bert import BertModule
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Floats
from bert_core.tracing import trace_scene

_LISTED = 10  # candidates of a masked place that are named


class ProbeRecorder:
    """Writes RUN/probes/step-N.npz. The training itself is untouched: no random number is drawn, no weight changed.

    folder      the run's
    sentences   of these the first MOST_SENTENCES, each cut at MOST_PIECES pieces
    most_bytes  what all records of the run may take together
    """

    def __init__(
        self,
        folder: Path,
        sentences: Sequence[Sentence],
        tokenizer: Tokenizer,
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.folder = Path(folder)
        self.sentences: tuple[Sentence, ...] = tuple(sentences)[:MOST_SENTENCES]
        self._tokenizer = tokenizer
        self._most_bytes = most_bytes

    def record(self, step: int, module: BertModule) -> str | None:
        """Record the state after `step` steps of the optimizer; 0 is that before training.

        Records of later steps go: they are of a course that this run, resumed, no longer takes. Training never ends
        for a probe: where memory or disk is short, a sentence that says so is returned, to be passed on as a warning.
        """
        if not self.sentences:
            return None
        training = [part for part in module.modules() if part.training]
        for part in training:
            part.training = False
        try:
            record = ProbeRecord(step, tuple(self._probed(module, sentence) for sentence in self.sentences))
            remove_after(self.folder, step)
            write_record(self.folder, record)
            thin_out(self.folder, self._most_bytes)
        except BertError as error:
            return f"The probes of step {step} were not recorded. {error}"
        except OSError as error:
            return f"The probes of step {step} could not be written: {error.strerror or error}."
        finally:
            for part in training:
                part.training = True
        return None

    def cut(self, step: int) -> None:
        """Forget the records behind a step, to which a run has been taken back; what cannot be removed stays."""
        try:
            remove_after(self.folder, step)
        except OSError:
            return

    def _probed(self, module: BertModule, sentence: Sentence) -> ProbedSentence:
        text_a, text_b = sentence
        config, names = module.config, self._tokenizer.vocabulary
        tokenizer = self._tokenizer.with_max_length(
            min(MOST_PIECES, self._tokenizer.max_length, config.max_position_embeddings)
        )
        vocabulary = (*names, *(f"[unnamed-{i}]" for i in range(len(names), config.vocab_size)))
        device = module.embeddings.word_embeddings.weight.device
        with torch.autocast(device.type, enabled=False):
            trace = trace_scene(module, tokenizer, vocabulary, Scene("", text_a, text_b))
        places = trace.masked[:MOST_MASKS]
        predictions, probabilities = None, np.zeros((0, config.vocab_size), np.float32)
        if trace.logits is not None:
            predictions = tuple(trace.candidates(place, _LISTED) for place in places)
            if places:
                probabilities = np.stack([_softmax(trace.mlm_logits(place)) for place in places])
        return ProbedSentence(
            text_a=text_a,
            text_b=text_b,
            tokens=trace.tokens,
            left_out=trace.left_out,
            attentions=halves(trace.attentions),
            hidden_states=halves(trace.hidden_states),
            predictions=predictions,
            probabilities=halves(probabilities),
            nsp=trace.nsp,
        )


def _softmax(logits: Floats) -> Floats:
    weights = np.exp(logits.astype(np.float64) - logits.max())
    return (weights / weights.sum()).astype(np.float32)
