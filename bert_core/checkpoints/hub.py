"""Fetches a model from the Hugging Face hub, or from what an earlier fetch left in the cache."""

from __future__ import annotations

from collections.abc import Callable, Collection
from io import StringIO
from pathlib import Path
from typing import Any

from bert_core.checkpoints.files import read_json
from bert_core.checkpoints.sources import known_models
from bert_core.checkpoints.weights import WEIGHT_FILES
from bert_core.errors import Cancelled, CheckpointError

_SMALL_FILES = (
    "config.json",
    "bert_config.json",
    "vocab.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)


_PATIENCE = 10.0  # seconds


def snapshot(model_id: str, progress: Callable[[str, float], None] | None = None) -> Path:
    """The folder of a hub model: from the cache if it is whole there, else downloaded (only the files we read).

    Raises CheckpointError if it is neither in the cache nor to be had.
    """
    here = cached(model_id)
    if here is not None:
        return here
    import huggingface_hub
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if huggingface_hub.constants.HF_HUB_OFFLINE:
        raise _not_here(model_id, "and HF_HUB_OFFLINE forbids asking the hub")
    try:
        # One question with a time limit: list_repo_files would try five times, half a minute without a connection.
        known = huggingface_hub.HfApi().model_info(model_id, timeout=_PATIENCE)
        names = [file.rfilename for file in known.siblings or ()]
        folder = huggingface_hub.snapshot_download(
            model_id, allow_patterns=_wanted(names), tqdm_class=_bar(model_id, progress)
        )
    except Cancelled:
        raise
    except GatedRepoError as error:
        raise CheckpointError(
            "Its owners hand this model out only to those who have asked.",
            where=model_id,
            remedy="Ask on its page on huggingface.co, then sign in with: hf auth login.",
        ) from error
    except RepositoryNotFoundError as error:
        raise _not_here(model_id, "and the hub does not know it (or it is private)") from error
    except Exception as error:
        # Network libraries raise exceptions of their own kinds (connection, proxy, certificate, time-out).
        raise _not_here(model_id, f"and the hub cannot be reached ({type(error).__name__})") from error
    return Path(folder)


def _not_here(model_id: str, why: str) -> CheckpointError:
    return CheckpointError(
        f"There is no folder and no built-in model of this name, it is not in the local cache, {why}.",
        where=model_id,
        remedy=f"Choose a folder, a model that comes with the program ({known_models()}), or fetch it once with a "
        f"connection: hf download {model_id}",
    )


def cached(model_id: str) -> Path | None:
    """The folder in the hub's cache, if nothing we need is missing from it."""
    import huggingface_hub

    for name in ("config.json", "bert_config.json"):
        found = huggingface_hub.try_to_load_from_cache(model_id, name)
        if isinstance(found, str) and _whole(Path(found).parent):
            return Path(found).parent
    return None


def _whole(folder: Path) -> bool:
    if not any((folder / name).exists() for name in ("vocab.txt", "tokenizer.json")):
        return False
    for name in WEIGHT_FILES:
        path = folder / name
        if path.exists() and path.suffix != ".json":
            return True
        if path.exists():
            try:
                shards = read_json(path).get("weight_map", {}).values()
            except CheckpointError:
                return False
            return all((folder / str(shard)).exists() for shard in shards)
    return False


def _wanted(names: Collection[str]) -> list[str]:
    """Which of a repository's files to fetch: safetensors if there are any, else PyTorch's."""
    tensors = [
        name for name in names if name.startswith("model") and "/" not in name and ".safetensors" in name
    ]
    pickles = [
        name for name in names if name.startswith("pytorch_model") and "/" not in name and ".bin" in name
    ]
    return [*(name for name in _SMALL_FILES if name in names), *(tensors or pickles)]


def _bar(model_id: str, progress: Callable[[str, float], None] | None) -> type[Any]:
    """A progress bar class that draws nothing and tells `progress` which part of the bytes has come."""
    from tqdm.std import tqdm

    class Bar(tqdm):  # type: ignore[misc, type-arg, unused-ignore]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "file": StringIO(), "disable": False, "leave": False})

        def update(self, n: float | None = 1) -> bool | None:
            drawn: bool | None = super().update(n)
            if progress is not None and self.unit == "B" and self.total:
                progress(f"Downloading {model_id}", min(1.0, self.n / self.total))
            return drawn

    return Bar
