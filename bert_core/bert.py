"""The public face of a loaded model: load it, trace it, save it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from bert_core.checkpoints import read_checkpoint, write_folder
from bert_core.checkpoints.assemble import build_module, canonical_tensors, random_module
from bert_core.config import BertConfig
from bert_core.devices import choose_device, choose_dtype, is_native, out_of_memory
from bert_core.errors import CheckpointError, MemoryShortage, VocabularyError
from bert_core.finetuning.task_info import TaskInfo
from bert_core.info import ModelInfo, ParameterCounts
from bert_core.interventions import NONE, Interventions
from bert_core.model.bert import BertModule
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Token, Trace
from bert_core.tracing import never, trace_scene

if TYPE_CHECKING:
    from bert_core.checkpoints import Checkpoint
    from bert_core.finetuning.model import TunedModel


class Bert:
    """A BERT with its tokenizer. `module` is the torch.nn.Module, `model_id` says which model, device and precision.

    task_model  what it is tuned for: a TunedModel whose `bert` is `module`; None where it is as pretrained
    head        layers put on it for a task that is not known here: they are only kept, for `save`
    """

    def __init__(
        self,
        module: BertModule,
        tokenizer: Tokenizer,
        *,
        source: str = "",
        folder: Path | None = None,
        weights_files: tuple[Path, ...] = (),
        task_model: TunedModel | None = None,
        head: Mapping[str, Tensor] | None = None,
    ) -> None:
        config = module.config
        if len(tokenizer.vocabulary) > config.vocab_size:
            raise VocabularyError(
                f"The vocabulary has {len(tokenizer.vocabulary)} pieces, but the model has room for "
                f"{config.vocab_size}.",
                where=folder,
                remedy="Use the vocabulary that the model was trained with.",
            )
        self.module = module
        self.task_model = task_model
        self._head = dict(head or {})
        self.config = config
        self.tokenizer = tokenizer.with_max_length(min(tokenizer.max_length, config.max_position_embeddings))
        self.source = source
        self.folder = folder
        self.weights_files = weights_files
        unnamed = range(len(tokenizer.vocabulary), config.vocab_size)
        self.vocabulary: tuple[str, ...] = (*tokenizer.vocabulary, *(f"[unnamed-{i}]" for i in unnamed))
        weight = module.encoder.layers[0].intermediate.weight  # type: ignore[union-attr]
        self.device: torch.device = weight.device  # type: ignore[assignment]
        self.dtype = str(weight.dtype).removeprefix("torch.")
        self.model_id = f"{source}|{self.device}|{self.dtype}"

    @classmethod
    def load(
        cls,
        source: str | Path,
        device: str = "auto",
        dtype: str = "float32",
        progress: Callable[[str, float], None] | None = None,
    ) -> Bert:
        """Load a built-in model by name, a Hugging Face folder, or a hub id such as "bert-base-uncased".

        device "auto" | "cpu" | "cuda" | "mps"; dtype "float32" | "bfloat16" (linear layers only).
        progress is called with a word for the step and the share done, 0 to 1.
        Raises CheckpointError, VocabularyError, DeviceError or MemoryShortage, with a message fit to be shown.
        """
        where, precision = choose_device(device), choose_dtype(dtype)
        try:
            checkpoint = read_checkpoint(source, progress)
            module = build_module(checkpoint, where, precision, progress)
            task_model = _task_model(checkpoint, module)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            raise MemoryShortage(
                "There is not enough memory for this model.",
                where=source,
                remedy="Choose a smaller model, another device, or bfloat16.",
            ) from error
        return cls(
            module,
            checkpoint.tokenizer,
            source=str(source),
            folder=checkpoint.folder,
            weights_files=checkpoint.weights_files,
            task_model=task_model,
            head=checkpoint.head if task_model is None else None,
        )

    @classmethod
    def random(cls, config: BertConfig, tokenizer: Tokenizer, seed: int = 0, dtype: str = "float32") -> Bert:
        """A BERT that has learned nothing, reproducible from the seed; for tests and benchmarks."""
        module = random_module(config, seed)
        precision = choose_dtype(dtype)
        for part in module.modules():
            if isinstance(part, torch.nn.Linear):
                part.to(precision)
        return cls(module, tokenizer, source=f"random-{seed}")

    @property
    def task(self) -> TaskInfo | None:
        """What it is tuned for; None: it is as pretrained."""
        return None if self.task_model is None else self.task_model.info

    def trace(
        self,
        text_a: str,
        text_b: str | None = None,
        interventions: Interventions | None = None,
        *,
        replaced: Mapping[int, int] | None = None,
        predict: Collection[int] = (),
        cancelled: Callable[[], bool] = never,
    ) -> Trace:
        """Read a sentence, or a pair, and keep everything seen on the way.

        replaced   position -> vocabulary id that stands there instead of what was typed
        predict    positions besides the masked ones where MLM logits are wanted
        cancelled  asked before every layer; Cancelled is raised when it says yes
        """
        scene = Scene(self.model_id, text_a, text_b, replaced or {}, interventions or NONE)
        return self.trace_scene(scene, predict, cancelled)

    def trace_scene(
        self, scene: Scene, predict: Collection[int] = (), cancelled: Callable[[], bool] = never
    ) -> Trace:
        """As `trace`, for a scene. Its model_id must be this model's: raises ValueError otherwise."""
        if scene.model_id != self.model_id:
            raise ValueError(f"the scene is of {scene.model_id}, this is {self.model_id}")
        return trace_scene(self.module, self.tokenizer, self.vocabulary, scene, predict, cancelled)

    def save(self, folder: str | Path) -> None:
        """Write a folder that `transformers` opens unchanged, tokenizer included; whole or not at all.

        What is on it for a task goes with it.
        """
        if self.task_model is None:
            config: BertConfig = self.config
            tensors: Mapping[str, Tensor] = {**canonical_tensors(self.module), **self._head}
        else:
            config, tensors = self.task_model.canonical()
        write_folder(Path(folder), config, self.tokenizer, tensors)

    def parameter_counts(self) -> ParameterCounts:
        """How many weights each part has, and the rule of thumb beside them."""

        def count(part: torch.nn.Module | None) -> int:
            return 0 if part is None else sum(parameter.numel() for parameter in part.parameters())

        module, config = self.module, self.config
        thumb = config.vocab_size * config.hidden_size + 12 * config.num_hidden_layers * config.hidden_size**2
        return ParameterCounts(
            embeddings=count(module.embeddings),
            encoder=count(module.encoder),
            pooler=count(module.pooler),
            mlm=count(module.mlm),
            nsp=count(module.nsp),
            rule_of_thumb=thumb,
            task=0 if self.task_model is None else count(self.task_model) - count(module),
        )

    def info(self) -> ModelInfo:
        """What is to be said of this model."""
        sample = [token for token in self.tokenizer.vocabulary if len(token) == 1]
        chinese = sum("\u4e00" <= token <= "\u9fff" for token in sample)
        return ModelInfo(
            model_id=self.model_id,
            source=self.source,
            folder=self.folder,
            weights_files=self.weights_files,
            weights_bytes=sum(file.stat().st_size for file in self.weights_files if file.exists()),
            config=self.config,
            parameters=self.parameter_counts(),
            device=str(self.device),
            dtype=self.dtype,
            native=is_native(self.device, choose_dtype(self.dtype)),
            max_length=self.tokenizer.max_length,
            mask_id=self.tokenizer.mask_id,
            lowercase=self.tokenizer.lowercase,
            casing_source=self.tokenizer.casing_source,
            chinese=2 * chinese > len(sample),
            has_pooler=self.module.pooler is not None,
            has_mlm=self.module.mlm is not None,
            has_nsp=self.module.nsp is not None,
            vocabulary=_digest(self.tokenizer.vocabulary),
            task=self.task,
        )

    def pieces(self, text_a: str, text_b: str | None = None) -> tuple[Token, ...]:
        """The tokens of a text or pair, without running the model."""
        return self.tokenizer.encode(text_a, text_b).tokens


def _task_model(checkpoint: Checkpoint, module: BertModule) -> TunedModel | None:
    if checkpoint.task is None:
        return None
    from bert_core.finetuning.model import TunedModel

    try:
        return TunedModel.loaded(module, checkpoint.task, checkpoint.head)
    except CheckpointError as error:
        raise CheckpointError(error.what, where=checkpoint.folder, remedy=error.remedy) from error


def _digest(vocabulary: Collection[str]) -> str:
    return hashlib.sha256("\n".join(vocabulary).encode(errors="surrogatepass")).hexdigest()
