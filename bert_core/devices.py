"""Which device and precision a model runs in, and a clear word where that is not to be had."""

from __future__ import annotations

import torch

from bert_core.errors import DeviceError

SMALL_ENCODER = 15_000_000
"""Encoder weights below which a second thread costs more in waking than it brings (measured: 42 ms from key to
picture with two threads on the built-in model, 34 with one)."""

_all_threads = torch.get_num_threads()

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def available_devices() -> tuple[str, ...]:
    """The devices this machine has, best last: "cpu", then "mps" or "cuda"."""
    found = ["cpu"]
    if torch.backends.mps.is_available():
        found.append("mps")
    if torch.cuda.is_available():
        found.append("cuda")
    return tuple(found)


def choose_device(name: str) -> torch.device:
    """ "auto" | "cpu" | "cuda" | "cuda:N" | "mps" -> a device that is there. Raises DeviceError otherwise."""
    if name == "auto":
        return torch.device(available_devices()[-1])
    kind = name.split(":", maxsplit=1)[0]
    if kind not in ("cpu", "cuda", "mps"):
        raise DeviceError(f"There is no device called {name!r}.", remedy="Choose auto, cpu, cuda or mps.")
    if kind not in available_devices():
        asked = {"cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}[kind]
        raise DeviceError(
            f"This computer has no {asked} that PyTorch {torch.__version__} can use.",
            remedy="Choose the CPU, or install a driver and a PyTorch build for it.",
        )
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(
            f"There is no device called {name!r}.", remedy="Choose auto, cpu, cuda or mps."
        ) from error
    number = torch.cuda.device_count() if kind == "cuda" else 1
    if device.index is not None and device.index >= number:
        raise DeviceError(
            f"There is no device {name!r}; this computer has {number} of its kind.",
            remedy=f'Choose "{kind}" or a lower number.',
        )
    return device


def out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out; the CPU's allocator says so by a plain RuntimeError."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = str(error).lower()
    return isinstance(error, RuntimeError) and ("allocate memory" in words or "out of memory" in words)


def choose_dtype(name: str) -> torch.dtype:
    """ "float32" | "bfloat16" -> the torch dtype of the linear layers. Raises DeviceError otherwise."""
    try:
        return DTYPES[name]
    except KeyError:
        known = " or ".join(DTYPES)
        raise DeviceError(f"There is no precision called {name!r}.", remedy=f"Choose {known}.") from None


def is_native(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether the device multiplies in that precision itself; where not, it is emulated, and slower than float32."""
    if device.type != "cpu" or dtype == torch.float32:
        return True
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def set_threads(encoder_weights: int) -> None:
    """Let the whole process's matrix products use one thread for a small encoder, all that torch found otherwise."""
    torch.set_num_threads(1 if encoder_weights < SMALL_ENCODER else _all_threads)
