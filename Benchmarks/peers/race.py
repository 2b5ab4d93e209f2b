"""Runs all engines in turn and keeps every time, so that what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from array import array
from dataclasses import dataclass, field
from pathlib import Path

from .artifacts import Artifacts
from .catalogue import Network

PACKAGE_PARENT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Entrant:
    """One engine at one number of threads, and how to start its worker."""

    label: str
    threads: int
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def ours(cls, label: str, binary: Path, network: Network, threads: int, environment: dict[str, str]) -> Entrant:
        command = [str(binary), "serve", "--weights", "{weights}", "--input", "{input}"]
        command += ["--shape", "1", "3", str(network.height), str(network.width)]
        return cls(label, threads, [*command, "--threads", str(threads), "--output", "{output}"], environment)

    @classmethod
    def peer(cls, engine: str, python: Path, threads: int) -> Entrant:
        command = [str(python), "-m", "peers.worker", engine, "{folder}", str(threads), "{output}"]
        return cls(engine, threads, command, {"PYTHONPATH": str(PACKAGE_PARENT)})


class WorkerFailed(Exception):
    """A worker ended or could not start; the message holds what it said last."""


class Worker:
    """An engine's process with one loaded network, which runs when told."""

    def __init__(self, entrant: Entrant, artifacts: Artifacts):
        self.entrant = entrant
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  (stop closes it)
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "matte.f32"
            places = {
                "{weights}": str(artifacts.weights),
                "{input}": str(artifacts.input),
                "{folder}": str(artifacts.folder),
                "{output}": str(output),
            }
            self.process = subprocess.Popen(
                [places.get(word, word) for word in entrant.command],
                env={**os.environ, **entrant.environment},
                text=True,
                bufsize=1,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log,
            )
            if self.process.stdin is None or self.process.stdout is None:
                raise AssertionError("both are pipes")
            self.requests, self.answers = self.process.stdin, self.process.stdout
            self.memory_before = int(self._answer().removeprefix("ready "))
            self.matte = array("f", output.read_bytes())
        if sys.byteorder == "big":
            self.matte.byteswap()

    def run(self) -> float:
        """Milliseconds of one inference, by the worker's own clock."""
        return float(self._ask("run"))

    def peak_memory(self) -> int:
        """KiB."""
        return int(self._ask("memory"))

    def hold(self) -> None:
        """Stops all its threads where they are."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def processor_seconds(self) -> float:
        # The fields after the name, which is in brackets and may hold spaces.
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.requests, self.answers, self.log):
            with contextlib.suppress(BrokenPipeError):  # a request that it did not read
                stream.close()

    def _ask(self, request: str) -> str:
        with contextlib.suppress(BrokenPipeError):  # the answer will be missing, and says why
            self.requests.write(request + "\n")
        return self._answer()

    def _answer(self) -> str:
        line = self.answers.readline().strip()
        if line:
            return line
        status = self.process.wait()
        self.log.seek(0)
        said = self.log.read().strip()[-600:] or "nothing"
        self.stop()
        raise WorkerFailed(f"ended with status {status} and said: {said}")


@dataclass
class Result:
    """What became of one entrant."""

    entrant: Entrant
    difference: float = 0.0
    """Largest absolute difference of its matte from PyTorch's in double precision."""
    problem: str | None = None
    """Why there are no times."""
    times: list[float] = field(default_factory=list)
    """Milliseconds, one a round."""
    peak_memory: int = 0
    memory_before: int = 0
    """KiB, in all and before the network was loaded."""


@dataclass
class Race:
    """One network's results, and how much of the machine others used meanwhile."""

    network: Network
    gmac: float
    results: list[Result]
    foreign_load: float


def difference(matte: array, reference: array) -> float:
    if len(matte) != len(reference):
        return float("inf")
    worst = max(abs(a - b) for a, b in zip(matte, reference))
    # NaN is lost in a maximum.
    return worst if all(value == value for value in matte) else float("nan")


def foreign_seconds(runners: list[tuple[Result, Worker]]) -> float:
    """Processor time that the machine has spent on anything but the workers, stolen time of a virtual one included."""
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    busy = (user + nice + system + irq + soft + steal) / os.sysconf("SC_CLK_TCK")
    return busy - sum(worker.processor_seconds() for _, worker in runners)


# Untimed runs before each timed one, in seconds: some periods of the kernel's load balancing.
WAKING = 0.1


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def race(
    network: Network,
    artifacts: Artifacts,
    entrants: list[Entrant],
    *,
    rounds: int,
    warmups: int,
    pause: float,
    tolerance: float,
) -> Race:
    """Starts every worker, checks their mattes, then lets them run in turn.

    - Engines keep their threads spinning after a run, to start the next one sooner (onnxruntime's for 47 ms, ncnn's for
      10). On two processors that burns the core on which the next engine works, so whoever has no turn is stopped by a
      signal. The `pause` between turns lets the machine settle.
    - What is timed is a network at work, as in a batch of pictures: right before each timed run go some that are not, for
      `WAKING` seconds and at least one. They bring the weights back into the caches after the others had them, and give
      the kernel time to spread the threads: stopped and continued, they often find themselves on one processor.
    - The order moves on by one each round, so that nobody always runs after the same rest of the round.
    - Warm-up rounds come first and are not counted.
    """
    manifest = artifacts.read_manifest()
    reference = array("f", artifacts.reference.read_bytes())
    results = [Result(entrant, problem=manifest["problems"].get(entrant.label)) for entrant in entrants]
    runners: list[tuple[Result, Worker]] = []

    def drop(result: Result, error: WorkerFailed) -> None:
        result.problem = str(error)
        print(f"{network.name}, {result.entrant.label}: {error}", file=sys.stderr)

    try:
        for result in results:
            if result.problem:
                continue
            try:
                worker = Worker(result.entrant, artifacts)
            except WorkerFailed as error:
                drop(result, error)
                continue
            worker.hold()
            runners.append((result, worker))
            result.memory_before = worker.memory_before
            result.difference = difference(worker.matte, reference)
            if not result.difference <= tolerance:
                raise SystemExit(
                    f"{network.name}: {result.entrant.label} with {result.entrant.threads} threads is "
                    f"{result.difference:.1e} away from PyTorch in double precision (allowed {tolerance:.0e}), so it "
                    "does not run the same network and its times mean nothing"
                )

        busy = clock = 0.0
        for number in range(warmups + rounds):
            if number == warmups:
                clock, busy = time.monotonic(), foreign_seconds(runners)
            progress(f"{network.name}: round {number + 1} of {warmups + rounds}")
            shift = number % len(runners) if runners else 0
            for result, worker in runners[shift:] + runners[:shift]:
                time.sleep(pause)
                worker.resume()
                awake = time.monotonic() + WAKING
                worker.run()
                while time.monotonic() < awake:
                    worker.run()
                milliseconds = worker.run()
                worker.hold()
                if number >= warmups:
                    result.times.append(milliseconds)
        foreign = (foreign_seconds(runners) - busy) / (time.monotonic() - clock)
        for result, worker in runners:
            worker.resume()
            result.peak_memory = worker.peak_memory()
            worker.hold()
    except WorkerFailed as error:
        raise SystemExit(f"{network.name}: an engine failed while it was timed: {error}") from None
    finally:
        progress("")
        for _, worker in runners:
            worker.stop()
    return Race(network, manifest["gmac"], results, max(0.0, foreign / (os.cpu_count() or 1)))
