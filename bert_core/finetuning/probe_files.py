"""The files of a run's probes, probes/step-N.npz: one for each evaluation, written whole or not at all.

Such a file is an uncompressed NumPy archive without pickles: "about" is JSON in UTF-8 (bytes), and for each sentence i
there are "attentions_i" [L, A, S, S], "hidden_i" [L+1, S, H] and "words_i" [M, V], all float16.
"""

from __future__ import annotations

import json
import math
import os
import re
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from bert_core.errors import TrainingError
from bert_core.finetuning.probe_values import MOST_BYTES, Halves, ProbedSentence, ProbeRecord
from bert_core.trace import MaskPrediction, NspScore, Token

FORMAT = 1
_NAME = re.compile(r"step-(\d+)\.npz")
_STAGED = "."
"""What the names of files begin with that are being written."""
_LOCAL_HEADER = 30  # bytes of a zip entry before its name
_BROKEN = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile, RecursionError)
_LARGEST = float(np.finfo(np.float16).max)


def probe_folder(run: Path) -> Path:
    """Where the probes of a run lie."""
    return Path(run) / "probes"


def record_name(step: int) -> str:
    """What the file of a step is called."""
    return f"step-{step}.npz"


def recorded(run: Path) -> dict[int, Path]:
    """The records that there are, by step, the oldest first. Raises OSError where the folder cannot be read."""
    folder = probe_folder(run)
    if not folder.is_dir():
        return {}
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return dict(sorted((int(match[1]), path) for match, path in found if match))


def write_record(run: Path, record: ProbeRecord) -> Path:
    """Write one, replacing that of the same step. Raises OSError; what was there is then unharmed."""
    folder = probe_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(
        f"{_STAGED}step-*"
    ):  # by a process that was killed: there is one writer at a time
        left.unlink(missing_ok=True)
    path = folder / record_name(record.step)
    about = {
        "format": FORMAT,
        "step": record.step,
        "sentences": [_described(sentence) for sentence in record.sentences],
    }
    arrays: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    for index, sentence in enumerate(record.sentences):
        arrays[f"attentions_{index}"] = sentence.attentions
        arrays[f"hidden_{index}"] = sentence.hidden_states
        arrays[f"words_{index}"] = sentence.probabilities
    staged = folder / f"{_STAGED}{path.name}.{uuid.uuid4().hex[:8]}"
    try:
        with staged.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)
    return path


def read_record(path: Path) -> ProbeRecord:
    """A whole record. Raises TrainingError, which names the file, where it is broken or of a later edition."""
    try:
        with path.open("rb") as file, _opened(file) as archive:
            about = json.loads(archive["about"].tobytes().decode())
            if about["format"] > FORMAT:
                raise TrainingError("The record is of a newer edition of this program.", where=path)
            sentences = tuple(
                _sentence(values, archive, index) for index, values in enumerate(about["sentences"])
            )
            return ProbeRecord(int(about["step"]), sentences)
    except _BROKEN as error:
        raise _broken(path, error) from error


def _opened(file: BinaryIO) -> Any:
    """The arrays of an archive, as a context. NumPy would take anything else for a pickle, and say so."""
    if not zipfile.is_zipfile(file):
        raise ValueError("it is no archive, or not a whole one")
    file.seek(0)
    return np.load(file, allow_pickle=False)


def read_map(path: Path, sentence: int, layer: int, head: int) -> Halves:
    """One head's map of one sentence, float16 [S, S], without reading the rest. Raises TrainingError as above."""
    return _read_part(path, f"attentions_{sentence}", (layer, head))


def read_words(path: Path, sentence: int, mask: int) -> Halves:
    """Every piece's probability at one masked place, float16 [V], likewise."""
    return _read_part(path, f"words_{sentence}", (mask,))


def _read_part(path: Path, name: str, index: tuple[int, ...]) -> Halves:
    """What an array has at the first of its indices. It lies in the archive as it would alone: that much is read."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entry = archive.getinfo(f"{name}.npy")
            if entry.compress_type != zipfile.ZIP_STORED:
                raise ValueError("it is compressed")
            file.seek(entry.header_offset)
            local = file.read(_LOCAL_HEADER)
            long_name, extra = (int.from_bytes(local[at : at + 2], "little") for at in (26, 28))
            file.seek(entry.header_offset + _LOCAL_HEADER + long_name + extra)
            version = npy.read_magic(file)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, by_column, kind = read(file)
            inside = len(index) < len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=False))
            if by_column or kind != np.float16 or not inside:
                raise ValueError(f"{name} of shape {shape} and kind {kind}")
            rest = shape[len(index) :]
            count = math.prod(rest)
            file.seek(
                int(np.ravel_multi_index(index, shape[: len(index)])) * count * kind.itemsize, os.SEEK_CUR
            )
            values = np.frombuffer(file.read(count * kind.itemsize), np.float16)
            return _frozen(values.reshape(rest))
    except _BROKEN as error:
        raise _broken(path, error) from error


def remove_after(run: Path, step: int) -> None:
    """Remove the records behind a step: they are of a course that a resumed run no longer takes.

    One that cannot be removed (open elsewhere) stays until it is written anew. Raises OSError as `recorded`.
    """
    for other, path in recorded(run).items():
        if other > step:
            _remove(path)


def thin_out(run: Path, most_bytes: int = MOST_BYTES) -> int:
    """Remove records until the rest fits: always the one whose neighbours lie closest, never the first or the newest.

    Returns how many went.
    """
    sizes = {step: path.stat().st_size for step, path in recorded(run).items()}
    paths, gone = recorded(run), 0
    while sum(sizes.values()) > most_bytes and len(sizes) > 2:
        steps = list(sizes)
        at = min(range(1, len(steps) - 1), key=lambda i: steps[i + 1] - steps[i - 1])
        _remove(paths[steps[at]])
        del sizes[steps[at]]
        gone += 1
    return gone


def halves(values: np.ndarray[Any, Any]) -> Halves:
    """In half precision, read-only; what is too large becomes the largest number there is."""
    return _frozen(np.clip(values, -_LARGEST, _LARGEST).astype(np.float16))


def _described(sentence: ProbedSentence) -> dict[str, Any]:
    return {
        "text_a": sentence.text_a,
        "text_b": sentence.text_b,
        "tokens": [[t.text, t.id, t.segment, t.start, t.end, t.word, t.special] for t in sentence.tokens],
        "left_out": list(sentence.left_out),
        "masks": None
        if sentence.predictions is None
        else [{"position": m.position, "candidates": m.candidates} for m in sentence.predictions],
        "nsp": None if sentence.nsp is None else [sentence.nsp.is_next, sentence.nsp.not_next],
    }


def _sentence(values: Mapping[str, Any], archive: Mapping[str, Any], index: int) -> ProbedSentence:
    tokens = tuple(
        Token(str(text), int(id_), int(segment), int(start), int(end), int(word), bool(special))
        for text, id_, segment, start, end, word, special in values["tokens"]
    )
    attentions, hidden = archive[f"attentions_{index}"], archive[f"hidden_{index}"]
    words = archive[f"words_{index}"]
    size = len(tokens)
    if attentions.ndim != 4 or attentions.shape[2:] != (size, size) or not size:
        raise ValueError(f"attentions of shape {attentions.shape} for {size} pieces")
    if hidden.ndim != 3 or hidden.shape[:2] != (len(attentions) + 1, size):
        raise ValueError(f"hidden states of shape {hidden.shape} for {size} pieces")
    masks, nsp = values["masks"], values["nsp"]
    predictions = None
    if masks is not None:
        predictions = tuple(
            MaskPrediction(
                int(mask["position"]), [(str(t), int(i), float(p)) for t, i, p in mask["candidates"]]
            )
            for mask in masks
        )
    if words.ndim != 2 or len(words) != len(predictions or ()):
        raise ValueError(f"probabilities of shape {words.shape} for {len(predictions or ())} masked places")
    cut_a, cut_b = values["left_out"]
    return ProbedSentence(
        text_a=str(values["text_a"]),
        text_b=None if values["text_b"] is None else str(values["text_b"]),
        tokens=tokens,
        left_out=(int(cut_a), int(cut_b)),
        attentions=_half(attentions),
        hidden_states=_half(hidden),
        predictions=predictions,
        probabilities=_half(words),
        nsp=None if nsp is None else NspScore(float(nsp[0]), float(nsp[1])),
    )


def _half(values: Any) -> Halves:
    if values.dtype != np.float16:
        raise ValueError(f"numbers of kind {values.dtype}, expected float16")
    return _frozen(values)


def _frozen(values: Halves) -> Halves:
    values.setflags(write=False)
    return values


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # open elsewhere
        return


def _broken(path: Path, error: BaseException) -> TrainingError:
    why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    if "pickle" in why:  # NumPy proposes to trust the file
        why = "it holds something else than numbers"
    why = why.rstrip(". ") or type(error).__name__
    return TrainingError(f"The record of the probes cannot be read: {why}.", where=path)
