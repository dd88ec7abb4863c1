"""The hub's cache is made by hand and the hub itself is a small server on this machine: nothing leaves it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import huggingface_hub
import huggingface_hub.constants  # loaded on demand otherwise
import pytest

from bert_core.checkpoints import locate, read_checkpoint
from bert_core.errors import CheckpointError

MODEL = "someone/tiny-bert"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(path))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    return path


def keep(cache: Path, folder: Path) -> Path:
    """Put a folder into the cache as a download of MODEL would."""
    repository = cache / "models--someone--tiny-bert"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    (repository / "snapshots").mkdir()
    folder.rename(repository / "snapshots" / COMMIT)
    return repository / "snapshots" / COMMIT


def test_offline_what_is_in_the_cache_is_used(cache: Path, folder: Path) -> None:
    kept = keep(cache, folder)
    assert locate(MODEL) == kept
    checkpoint = read_checkpoint(MODEL)
    assert (checkpoint.source, checkpoint.folder) == (MODEL, kept)


@pytest.mark.parametrize("gone", [("model.safetensors",), ("vocab.txt", "tokenizer.json"), ("config.json",)])
def test_offline_half_a_model_in_the_cache_is_not(cache: Path, folder: Path, gone: tuple[str, ...]) -> None:
    for name in gone:
        (folder / name).unlink()
    keep(cache, folder)
    with pytest.raises(CheckpointError, match="HF_HUB_OFFLINE forbids"):
        locate(MODEL)


def test_offline_an_unknown_model_says_what_to_do(cache: Path) -> None:
    with pytest.raises(CheckpointError) as caught:
        locate("bert-base-uncased")
    text = str(caught.value)
    assert text.startswith("bert-base-uncased: There is no folder and no built-in model of this name")
    assert "hf download bert-base-uncased" in text


class Hub(BaseHTTPRequestHandler):
    """As much of the hub's interface as a download needs."""

    files: dict[str, bytes]
    asked: list[str]

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        name = path.rsplit(f"/resolve/{COMMIT}/", 1)[-1]
        if path.startswith(f"/api/models/{MODEL}/tree/"):
            self.send(json.dumps([self.entry(name) for name in self.files]).encode(), body)
        elif path.startswith(f"/api/models/{MODEL}"):
            siblings = [{"rfilename": name} for name in self.files]
            self.send(json.dumps({"id": MODEL, "sha": COMMIT, "siblings": siblings}).encode(), body)
        elif name in self.files:
            self.asked.append(name)
            self.send(self.files[name], body)
        else:
            self.send(b"{}", body, status=404, error="RepoNotFound")

    def entry(self, name: str) -> dict[str, Any]:
        data = self.files[name]
        return {"type": "file", "path": name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}

    def send(self, data: bytes, body: bool, status: int = 200, error: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{hashlib.sha1(data).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        if error:
            self.send_header("X-Error-Code", error)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""


@pytest.fixture
def hub(cache: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    """A hub that has MODEL, with more files than we need, and is what huggingface_hub talks to."""
    Hub.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    Hub.files |= {"pytorch_model.bin": b"x", "tf_model.h5": b"x", "README.md": b"x", "onnx/model.onnx": b"x"}
    Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
    monkeypatch.setattr(
        huggingface_hub.constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        address + "/{repo_id}/resolve/{revision}/{filename}",
    )
    huggingface_hub.close_session()
    yield Hub
    huggingface_hub.close_session()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_download_fetches_what_is_needed_and_tells_how_far_it_is(hub: type[Hub], cache: Path) -> None:
    told: list[tuple[str, float]] = []
    checkpoint = read_checkpoint(MODEL, lambda what, fraction: told.append((what, fraction)))
    assert checkpoint.folder.is_relative_to(cache)
    assert set(hub.asked) == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.txt",
    }
    fractions = [fraction for what, fraction in told if what == f"Downloading {MODEL}"]
    assert fractions
    assert max(fractions) == 1.0
    assert min(fractions) >= 0.0


def test_a_second_time_nothing_is_asked(hub: type[Hub]) -> None:
    first = locate(MODEL)
    hub.asked.clear()
    assert locate(MODEL) == first
    assert hub.asked == []


def test_pytorch_weights_where_there_are_no_others(hub: type[Hub]) -> None:
    del hub.files["model.safetensors"]
    locate(MODEL)
    assert "pytorch_model.bin" in hub.asked
    assert "tf_model.h5" not in hub.asked


def test_a_model_the_hub_does_not_know(hub: type[Hub]) -> None:
    with pytest.raises(CheckpointError, match="the hub does not know it"):
        locate("someone/nothing")


def test_no_connection(hub: type[Hub], monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at once: whoever waits is a person before a window without a model."""
    asked: list[str] = []

    def hang_up(request: Hub) -> None:
        asked.append(request.path)
        request.close_connection = True

    monkeypatch.setattr(hub, "do_GET", hang_up)
    with pytest.raises(CheckpointError, match=r"the hub cannot be reached \(\w+\)"):
        locate(MODEL)
    assert len(asked) == 1
