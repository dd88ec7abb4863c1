"""Maps PyTorch's largest library before `import torch`, without holding up other Python threads."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

LIBRARIES = {"linux": "libtorch_cpu.so", "darwin": "libtorch_cpu.dylib"}


def preload_torch() -> bool:
    """Load libtorch_cpu; whether that was done. Call it in the thread that will import torch.

    An import holds the interpreter's lock while the system loads and initialises a library: for this one a few
    hundred milliseconds in which no window could be painted. `dlopen` called as a foreign function releases the
    lock. The import that follows finds the library already there. Where anything is unusual, nothing is done.
    """
    name = LIBRARIES.get(sys.platform)
    if name is None or "torch" in sys.modules:
        return False
    found = importlib.util.find_spec("torch")
    if found is None or not found.submodule_search_locations:
        return False
    path = Path(found.submodule_search_locations[0]) / "lib" / name
    if not path.is_file():
        return False
    system = ctypes.CDLL(None)
    system.dlopen.restype = ctypes.c_void_p
    system.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    return bool(system.dlopen(os.fsencode(path), os.RTLD_LAZY | os.RTLD_LOCAL))
