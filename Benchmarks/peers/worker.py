"""One engine with one network in a process of its own, so that peak memory and threads are its own.

    python -m peers.worker ENGINE ARTIFACTS THREADS OUTPUT

speaks the same lines as `MattingBenchmarks serve`: `ready KIB` after loading, a first run and writing its output (KIB
is the peak memory of interpreter and libraries before loading); then `run` → milliseconds, `memory` → peak KiB.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

import numpy as np

from .artifacts import Artifacts
from .catalogue import NETWORKS
from .engines import ENGINES


def peak_memory() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise SystemExit("/proc/self/status does not tell the peak memory; the comparison runs on Linux")


def main() -> None:
    engine_name, folder, threads, output = sys.argv[1:]
    # Some engines print: what they say goes to the log, the answers have a stream of their own.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    artifacts = Artifacts(Path(folder))
    network = next(n for n in NETWORKS if Artifacts.of(n, artifacts.folder.parent) == artifacts)
    image = np.fromfile(artifacts.input, "<f4").reshape(1, 3, network.height, network.width)
    importlib.import_module(engine_name)  # the package of each engine bears the engine's name
    memory_before = peak_memory()
    engine = ENGINES[engine_name](network, artifacts, image, int(threads))
    engine.infer()
    engine.output().astype("<f4").tofile(output)
    print("ready", memory_before, file=answers)

    for line in sys.stdin:
        match line.strip():
            case "run":
                start = time.perf_counter()
                engine.infer()
                print((time.perf_counter() - start) * 1e3, file=answers)
            case "memory":
                print(peak_memory(), file=answers)
            case request:
                raise SystemExit(f"'{request}' is no request; known are run and memory")


if __name__ == "__main__":
    main()
