"""Runs all engines in turn and keeps every time, so that what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from .artifacts import Artifacts
from .catalogue import OURS, Network

Turn = TypeVar("Turn")
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
    ratios: list[float] = field(default_factory=list)
    """How many times as long as ours it took, round by round: the two ran seconds apart, so what slowed one slowed the
    other too, and the median forgets the rounds in which it did not."""
    peak_memory: int = 0
    memory_before: int = 0
    """KiB, in all and before the network was loaded."""


@dataclass
class Race:
    """One network's results, how they were timed, and how much of the machine others used meanwhile."""

    network: Network
    gmac: float
    results: list[Result]
    conditions: str
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
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return busy - ended.ru_utime - ended.ru_stime - sum(worker.processor_seconds() for _, worker in runners)


# Untimed runs before each timed one, in seconds: some periods of the kernel's load balancing.
WAKING = 0.1


def turned(turns: list[Turn], number: int) -> list[Turn]:
    shift = number % len(turns) if turns else 0
    return turns[shift:] + turns[:shift]


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


@dataclass
class Course:
    """How one network's engines take turns. The order moves on by one each round, so that nobody always runs after the same
    rest of the round."""

    network: Network
    artifacts: Artifacts
    reference: array
    results: list[Result]
    rounds: int
    warmups: int
    pause: float
    tolerance: float

    def drop(self, result: Result, error: WorkerFailed) -> None:
        result.problem = str(error)
        print(f"{self.network.name}, {result.entrant.label}: {error}", file=sys.stderr)

    def started(self, result: Result) -> Worker | None:
        """A worker that has run once and agrees with PyTorch; none where there cannot be one, and the result says why."""
        if result.problem:
            return None
        try:
            worker = Worker(result.entrant, self.artifacts)
        except WorkerFailed as error:
            self.drop(result, error)
            return None
        result.memory_before = worker.memory_before
        result.difference = difference(worker.matte, self.reference)
        if not result.difference <= self.tolerance:
            worker.stop()
            raise SystemExit(
                f"{self.network.name}: {result.entrant.label} with {result.entrant.threads} threads is "
                f"{result.difference:.1e} away from PyTorch in double precision (allowed {self.tolerance:.0e}), so it "
                "does not run the same network and its times mean nothing"
            )
        return worker

    def together(self) -> float:
        """Starts every worker, then lets them run in turn. Returns the share of one processor that others used.

        - Engines keep their threads spinning after a run, to start the next one sooner (onnxruntime's for 47 ms, ncnn's
          for 10). On two processors that burns the core on which the next engine works, so whoever has no turn is stopped
          by a signal. The `pause` between turns lets the machine settle.
        - What is timed is a network at work, as in a batch of pictures: right before each timed run go some that are not,
          for `WAKING` seconds and at least one. They bring the weights back into the caches after the others had them,
          and give the kernel time to spread the threads: stopped and continued, they often find themselves on one
          processor.
        - Warm-up rounds come first and are not counted.
        """
        runners: list[tuple[Result, Worker]] = []
        try:
            for result in self.results:
                if worker := self.started(result):
                    worker.hold()
                    runners.append((result, worker))
            busy = clock = 0.0
            for number in range(self.warmups + self.rounds):
                if number == self.warmups:
                    clock, busy = time.monotonic(), foreign_seconds(runners)
                progress(f"{self.network.name}: round {number + 1} of {self.warmups + self.rounds}")
                for result, worker in turned(runners, number):
                    time.sleep(self.pause)
                    worker.resume()
                    awake = time.monotonic() + WAKING
                    worker.run()
                    while time.monotonic() < awake:
                        worker.run()
                    milliseconds = worker.run()
                    worker.hold()
                    if number >= self.warmups:
                        result.times.append(milliseconds)
            foreign = (foreign_seconds(runners) - busy) / (time.monotonic() - clock)
            for result, worker in runners:
                worker.resume()
                result.peak_memory = worker.peak_memory()
                worker.hold()
            return foreign
        except WorkerFailed as error:
            raise SystemExit(f"{self.network.name}: an engine failed while it was timed: {error}") from None
        finally:
            for _, worker in runners:
                worker.stop()

    def apart(self) -> float:
        """Begins and ends a process each turn, so that one engine is in memory at a time; its first run is not timed.
        Returns the share of one processor that others used."""
        clock, busy = time.monotonic(), foreign_seconds([])
        for number in range(self.rounds):
            progress(f"{self.network.name}: round {number + 1} of {self.rounds}")
            for result in turned(self.results, number):
                time.sleep(self.pause)
                worker = self.started(result)
                if worker is None:
                    continue
                try:
                    result.times.append(worker.run())
                    result.peak_memory = max(result.peak_memory, worker.peak_memory())
                except WorkerFailed as error:
                    self.drop(result, error)
                finally:
                    worker.stop()
        return (foreign_seconds([]) - busy) / (time.monotonic() - clock)


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
    """Starts the workers, checks their mattes and lets them run in turn."""
    manifest = artifacts.read_manifest()
    results = [Result(entrant, problem=manifest["problems"].get(entrant.label)) for entrant in entrants]
    reference = array("f", artifacts.reference.read_bytes())
    course = Course(network, artifacts, reference, results, min(rounds, network.rounds or rounds), warmups, pause, tolerance)
    try:
        foreign = course.apart() if network.rounds else course.together()
    finally:
        progress("")
    if network.rounds:
        conditions = "each turn a process of its own, in which one run warms up"
    else:
        conditions = f"after {warmups} to warm up, {pause} s of rest and {WAKING} s of untimed runs before each"
    ours = {result.entrant.threads: result.times for result in results if result.entrant.label == OURS}
    for result in results:
        result.ratios = [theirs / own for theirs, own in zip(result.times, ours.get(result.entrant.threads, []))]
    return Race(network, manifest["gmac"], results, conditions, max(0.0, foreign / (os.cpu_count() or 1)))
