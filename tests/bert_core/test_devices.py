"""A device that is not there is refused with a word on what to do."""

from __future__ import annotations

import pytest
import torch

from bert_core.devices import (
    _all_threads,
    available_devices,
    choose_device,
    choose_dtype,
    is_native,
    out_of_memory,
    set_threads,
)
from bert_core.errors import DeviceError


@pytest.fixture
def only_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.mark.usefixtures("only_cpu")
def test_auto_is_the_cpu_where_there_is_nothing_else() -> None:
    assert available_devices() == ("cpu",)
    assert choose_device("auto") == torch.device("cpu")
    assert choose_device("cpu").type == choose_device("cpu:0").type == "cpu"


@pytest.mark.usefixtures("two_gpus")
def test_auto_is_the_gpu_where_there_is_one() -> None:
    assert available_devices() == ("cpu", "cuda")
    assert choose_device("auto") == torch.device("cuda")
    assert choose_device("cuda:1") == torch.device("cuda", 1)


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize(("name", "number"), [("cuda:2", 2), ("cpu:1", 1)])
def test_one_too_many(name: str, number: int) -> None:
    with pytest.raises(DeviceError, match=rf"no device '{name}'; this computer has {number} of .* lower"):
        choose_device(name)


@pytest.mark.usefixtures("only_cpu")
@pytest.mark.parametrize(("name", "word"), [("cuda", "NVIDIA"), ("cuda:0", "NVIDIA"), ("mps", "Apple")])
def test_a_gpu_that_is_not_there(name: str, word: str) -> None:
    with pytest.raises(DeviceError, match=rf"no {word} GPU .* Choose the CPU"):
        choose_device(name)


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize("name", ["", " ", "gpu", "CUDA", "tpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:0:1"])
def test_nonsense(name: str) -> None:
    with pytest.raises(DeviceError, match="Choose auto, cpu, cuda or mps"):
        choose_device(name)


def test_precisions() -> None:
    assert choose_dtype("float32") == torch.float32
    assert choose_dtype("bfloat16") == torch.bfloat16
    for name in ("", "float16", "int8"):
        with pytest.raises(DeviceError, match="float32 or bfloat16"):
            choose_dtype(name)


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("shapes cannot be multiplied"), False),
        (OSError("cannot allocate memory"), False),
    ],
)
def test_what_says_that_memory_ran_out(error: Exception, is_it: bool) -> None:
    assert out_of_memory(error) is is_it


def test_float32_is_native_everywhere_and_bfloat16_where_the_library_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cpu = torch.device("cpu")
    assert is_native(cpu, torch.float32)
    assert is_native(torch.device("cuda"), torch.bfloat16)
    for supported in (True, False):
        monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda answer=supported: answer)
        assert is_native(cpu, torch.bfloat16) is supported


def test_a_small_encoder_gets_one_thread_and_a_large_one_all() -> None:
    before = torch.get_num_threads()
    try:
        set_threads(3_000_000)
        assert torch.get_num_threads() == 1
        set_threads(85_000_000)
        assert torch.get_num_threads() == _all_threads
    finally:
        torch.set_num_threads(before)
