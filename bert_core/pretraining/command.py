"""Pretraining from start to finish: a run folder, its data, the model, the loop, the finished model."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch

from bert_core.bert import Bert
from bert_core.checkpoints import write_folder
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError, RecipeError, TextError, TrainingError
from bert_core.frozen import FrozenMap
from bert_core.model.bert import BertModule
from bert_core.pretraining.console import Console
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.evaluation import SEED, evaluate
from bert_core.pretraining.initialization import structured_start
from bert_core.pretraining.objective import Pretraining, PretrainingModel
from bert_core.pretraining.preparation import NOTHING_APART, Prepared, Progress, prepare
from bert_core.pretraining.recipe import Recipe
from bert_core.pretraining.text import find_files, read_documents
from bert_core.tokenization import Tokenizer
from bert_core.training.beginning import CalledOff, changed, heeding, recipe_of, remember
from bert_core.training.ending import Ending
from bert_core.training.loop import train
from bert_core.training.processes import main_process_first
from bert_core.training.run_folder import RunFolder
from bert_core.training.settings import Device, LoopSettings

CHANGEABLE = (
    "pieces",
    "accumulate",
    "checkpoint_minutes",
    "keep_checkpoints",
    "log_seconds",
    "evaluate_minutes",
)
"""What a resumed run may have otherwise than it began with."""


def pretrain(
    corpus: Sequence[Path],
    out: Path,
    recipe: Recipe,
    *,
    heldout: Sequence[Path] = (),
    tokenizer: Path | None = None,
    device: Device = "auto",
    threads: int | None = None,
    owned: bool = False,
    console: Console | None = None,
) -> Ending:
    """Begin a run in the folder `out` and train until it ends.

    corpus     text files or folders of them; heldout: the same, to measure on (else `apart.py` says what)
    tokenizer  a folder whose vocabulary is used; else one is learned from the corpus
    owned      end when the parent process is gone
    console    is told how it goes
    Raises RecipeError, TextError, VocabularyError or TrainingError where it cannot begin.
    """
    if not corpus:
        raise RecipeError("There is no corpus to pretrain on.", remedy="Name text files or folders.")
    # What can be known to be wrong is said before there is a folder, which would be in the way of the next try.
    find_files(corpus, without=find_files(heldout) if heldout else ())
    words = None if tokenizer is None else Tokenizer.load(tokenizer)
    model_config(recipe, recipe.vocabulary.size if words is None else len(words.vocabulary), None)
    values = {
        "kind": "pretrain",
        "recipe": recipe.to_dict(),
        "data": {  # absolute, since a resume may be asked for from elsewhere
            "corpus": [str(path.absolute()) for path in corpus],
            "heldout": [str(path.absolute()) for path in heldout],
            "tokenizer": None if tokenizer is None else str(tokenizer.absolute()),
        },
    }
    with main_process_first(device) as is_main:
        folder = RunFolder.create(out, values) if is_main else RunFolder.open(out)
    return _run(folder, recipe, False, device, threads, owned, console)


def resume(
    out: Path,
    settings: Sequence[str] = (),
    *,
    device: Device = "auto",
    threads: int | None = None,
    owned: bool = False,
    console: Console | None = None,
) -> Ending:
    """Go on with the run in the folder `out`, from its last checkpoint.

    settings   of the recipe to change, such as "pieces=40000000"; only those in CHANGEABLE. They are kept in run.json
    Raises RecipeError for other settings, TrainingError where it cannot go on.
    """
    folder = RunFolder.open(out)
    if folder.values.get("kind") != "pretrain":
        raise TrainingError("This is not a pretraining run.", where=out)
    recipe = changed(recipe_of(folder, Recipe), settings, CHANGEABLE, out)
    return _run(folder, recipe, True, device, threads, owned, console)


def model_config(recipe: Recipe, vocab_size: int, pad_id: int | None) -> BertConfig:
    """The shape that a recipe asks for. Raises CheckpointError for one that no BERT can have.

    A causal one says that it is a decoder, so that nobody takes it for a BERT that reads both ways.
    """
    shape = recipe.model
    return BertConfig(
        vocab_size=vocab_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.num_hidden_layers,
        num_attention_heads=shape.num_attention_heads,
        intermediate_size=shape.intermediate_size,
        hidden_act=shape.hidden_act,
        hidden_dropout_prob=shape.dropout,
        attention_probs_dropout_prob=shape.dropout,
        max_position_embeddings=shape.max_position_embeddings,
        initializer_range=shape.initializer_range,
        pad_token_id=pad_id or 0,
        extra=FrozenMap({"is_decoder": True} if recipe.objective == "causal" else {}),
    )


def new_module(recipe: Recipe, prepared: Prepared) -> BertModule:
    """A module with the weights that training begins with."""
    tokenizer = prepared.tokenizer
    config = model_config(recipe, len(tokenizer.vocabulary), tokenizer.pad_id)
    both = recipe.objective == "mlm+nsp"
    module = BertModule(config, pooler=both, nsp=both).initialise(recipe.seed)
    if recipe.model.start == "structured":
        try:
            structured_start(module, recipe.seed, vectors=prepared.vectors(), counts=prepared.counts)
        except ValueError as error:
            raise RecipeError(
                f"This shape has no structured start: {error}", remedy='Set model.start to "normal".'
            ) from error
    return module.train()


def _run(
    folder: RunFolder,
    recipe: Recipe,
    resumed: bool,
    device: Device,
    threads: int | None,
    owned: bool,
    console: Console | None,
) -> Ending:
    if threads is not None:
        torch.set_num_threads(threads)
    with ExitStack() as held:
        try:
            with main_process_first(device) as is_main:  # the others find it done
                if is_main:  # from here on, so that nobody else prepares the same, and no wish is lost
                    held.enter_context(folder.lock())
                    remember(folder, recipe)
                told = None if console is None else console.progress
                prepared = _prepared(folder, recipe, heeding(owned, told, folder))
        except CalledOff:
            return Ending("stopped", "The text is not prepared yet. Resume it to go on.", 0)
        task = Pretraining(
            new_module(recipe, prepared), prepared.tokenizer, recipe, prepared.train, prepared.heldout
        )
        ending = train(
            task,
            folder,
            _loop_settings(recipe, device, threads),
            resume=resumed,
            stop_when_parent_gone=owned,
            warnings=(NOTHING_APART,) if prepared.heldout is None else (),
            listener=None if console is None else console.event,
        )
        if is_main and ending.kind == "finished":
            config, tensors = task.canonical()
            stored = torch.float16 if recipe.stored == "float16" else torch.float32
            tensors = {name: tensor.to(stored) for name, tensor in tensors.items()}
            write_folder(folder.path / "model", config, prepared.tokenizer, tensors)
    return ending


def _loop_settings(recipe: Recipe, device: Device, threads: int | None) -> LoopSettings:
    return LoopSettings(
        optimizer=recipe.optimizer,
        precision=recipe.precision,
        accumulate=recipe.accumulate,
        seed=recipe.seed,
        checkpoint_minutes=recipe.checkpoint_minutes,
        keep_checkpoints=recipe.keep_checkpoints,
        log_seconds=recipe.log_seconds,
        evaluate_minutes=recipe.evaluate_minutes,
        device=device,
        threads=threads,
    )


def _prepared(folder: RunFolder, recipe: Recipe, progress: Progress) -> Prepared:
    data: Mapping[str, Any] = folder.values.get("data", {})
    try:
        corpus, heldout = ([Path(path) for path in data[name]] for name in ("corpus", "heldout"))
        tokenizer = None if data["tokenizer"] is None else Path(data["tokenizer"])
    except (KeyError, TypeError) as error:
        raise TrainingError(
            f"It does not say what text the run learns from: {error}", where=folder.path / "run.json"
        ) from error
    return prepare(corpus, heldout or None, recipe, folder.path / "data", tokenizer, progress)


def evaluate_model(
    model: str | Path,
    data: Sequence[Path],
    *,
    pairs: int = 512,
    length: int = 128,
    seed: int | None = None,
    device: str = "auto",
) -> dict[str, float]:
    """The figures of `evaluation.evaluate` for any checkpoint with an MLM head, on the text of some files.

    seed  of the pairs and of what is masked; None: as in the figures of a run
    Raises CheckpointError, TextError or DeviceError.
    """
    bert = Bert.load(model, device=device)
    if bert.module.mlm is None:
        raise CheckpointError(
            "The model has no masked-word head to be measured.",
            where=model,
            remedy="Choose a checkpoint saved for pretraining or masked words.",
        )
    if length > bert.tokenizer.max_length:
        raise TextError(f"The model reads at most {bert.tokenizer.max_length} pieces, not {length}.")
    documents = (document for file in find_files(data) for document in read_documents(file))
    # Where mapped files cannot be removed (Windows, on the way of an error), that is not what went wrong.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        corpus = PieceCorpus.build(documents, Path(folder), bert.tokenizer)
        found = evaluate(
            PretrainingModel(bert.module),
            bert.tokenizer,
            corpus,
            pairs=pairs,
            length=length,
            seed=SEED if seed is None else seed,
        )
        figures = {
            **found.figures(),
            "top1_standard_error": found.pieces.error(found.pieces.top1),
            "masked_pieces": found.pieces.hidden,
            "pairs": found.pairs,
        }
        del corpus
    return figures
