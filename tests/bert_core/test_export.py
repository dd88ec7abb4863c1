"""A written trace holds what the trace holds, in all three formats, or is not written at all."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from bert_core import Bert, Interventions, Trace
from bert_core.errors import BertError
from bert_core.export import FORMATS, trace_arrays, trace_facts, write_trace
from tests.app.fakes import fake_trace

CHANGES = Interventions(heads_off={(1, 2), (0, 3)}, hidden={3}, dropped={"position": "all", "token": {2, 1}})


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Facts and arrays, read by what anybody would read them with."""
    if path.suffix == ".json":
        facts = json.loads(path.read_text(encoding="utf-8"))
        return facts, {name: np.array(values) for name, values in facts.pop("arrays").items()}
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return json.loads(str(arrays["facts"])), {n: arrays[n] for n in arrays.files if n != "facts"}
    with safe_open(str(path), framework="numpy") as file:
        return json.loads(file.metadata()["facts"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


@pytest.fixture(scope="module")
def trace(bert: Bert) -> Trace:
    return bert.trace("the man went to [MASK]", "he was tired", CHANGES, replaced={2: 7}, predict=[1])


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_written_is_what_was_seen(trace: Trace, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"trace{suffix}"
    write_trace(trace, path)
    facts, arrays = read(path)
    expected = {
        "input_ids": np.array([token.id for token in trace.tokens]),
        "token_type_ids": np.array([token.segment for token in trace.tokens]),
        "embeddings.token": trace.embeddings.token,
        "embeddings.segment": trace.embeddings.segment,
        "embeddings.position": trace.embeddings.position,
        "embeddings.sum": trace.embeddings.sum,
        "embeddings.output": trace.embeddings.output,
        "attentions": trace.attentions,
        "hidden_states": trace.hidden_states,
        "pooled": trace.pooled,
        "mlm_logits.1": trace.mlm_logits(1),
        "mlm_logits.5": trace.mlm_logits(5),
    }
    assert arrays.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(arrays[name].astype(array.dtype), array, err_msg=name)
    if suffix != ".json":
        assert arrays["attentions"].dtype == np.float32
    assert (facts["model"], facts["text_a"], facts["text_b"]) == (
        trace.scene.model_id,
        "the man went to [MASK]",
        "he was tired",
    )
    assert facts["replaced"] == {"2": 7}
    assert facts["interventions"] == {
        "heads_off": [[0, 3], [1, 2]],
        "head_off": "zero",
        "hidden": [3],
        "dropped": {"position": "all", "token": [1, 2]},
        "direction": "both",
    }
    assert [token["text"] for token in facts["tokens"]] == [token.text for token in trace.tokens]
    assert facts["tokens"][-1]["special"] is True and facts["tokens"][1]["end"] == 3
    (mask,) = facts["mlm"]
    best = trace.mlm(10)[0].candidates[0]
    assert mask["position"] == 5
    assert tuple(mask["candidates"][0].values()) == best
    assert facts["nsp"]["is_next"] == trace.nsp.is_next
    assert facts["left_out"] == [0, 0]
    assert names(tmp_path) == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="files have other permissions there")
@pytest.mark.parametrize("suffix", FORMATS)
def test_others_may_read_it_as_any_new_file(trace: Trace, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "plain").touch()
    write_trace(trace, tmp_path / f"trace{suffix}")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", f"trace{suffix}")}
    assert len(modes) == 1


def test_a_model_without_heads(tmp_path: Path) -> None:
    bare = replace(fake_trace(), pooled=None, nsp=None, logits=None)
    facts = trace_facts(bare)
    assert facts["mlm"] is None and facts["nsp"] is None
    assert "pooled" not in trace_arrays(bare)
    write_trace(bare, tmp_path / "bare.json")


@pytest.mark.parametrize("suffix", FORMATS)
def test_lone_surrogates_survive(bert: Bert, tmp_path: Path, suffix: str) -> None:
    text = "the \ud83d man \udc80"
    trace = bert.trace(text, "\udfff")
    write_trace(trace, tmp_path / f"odd{suffix}")
    facts, _ = read(tmp_path / f"odd{suffix}")
    assert (facts["text_a"], facts["text_b"]) == (text, "\udfff")
    assert [token["text"] for token in facts["tokens"]] == [token.text for token in trace.tokens]


@pytest.mark.parametrize("name", ["trace.txt", "trace", ".json"])
def test_another_suffix_is_refused(trace: Trace, tmp_path: Path, name: str) -> None:
    with pytest.raises(BertError, match=r"ends in \.json, \.npz, \.safetensors"):
        write_trace(trace, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".NPZ", ".SafeTensors", ".JSON"])
def test_capitals_are_fine(trace: Trace, tmp_path: Path, suffix: str) -> None:
    write_trace(trace, tmp_path / f"TRACE{suffix}")
    assert names(tmp_path) == [f"TRACE{suffix}"]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("where", ["missing/trace", "file/trace", "folder", "x" * 300])
def test_an_unwritable_place_is_said_and_nothing_is_left(
    trace: Trace, tmp_path: Path, where: str, suffix: str
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / f"folder{suffix}").mkdir()
    path = tmp_path / f"{where}{suffix}"
    with pytest.raises(BertError, match="could not be written") as caught:
        write_trace(trace, path)
    assert caught.value.where == str(path)
    assert names(tmp_path) == ["file", f"folder{suffix}"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_an_older_file_stays_whole_when_writing_fails(
    trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trace.npz"
    path.write_bytes(b"older")

    def full(file: Path, **arrays: object) -> None:
        Path(file).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(BertError, match="No space left on device"):
        write_trace(trace, path)
    assert path.read_bytes() == b"older"
    assert names(tmp_path) == ["trace.npz"]
