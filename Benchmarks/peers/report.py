"""The table, and what must be known to believe it: machine, load, versions, settings."""

from __future__ import annotations

import datetime
import os
import statistics
from dataclasses import dataclass
from pathlib import Path

from .catalogue import OURS
from .environment import output_of
from .race import Race, Result

BEGIN = "<!-- compare.py writes from here -->"
END = "<!-- to here -->"

# Above this share of the processors, taken by others, the machine was not idle.
IDLE = 0.05

SETTINGS = {
    OURS: "as released",
    "onnxruntime": "all graph optimisations, sequential execution, intra-op threads = threads, bound input and output",
    "openvino": "latency hint, inference precision f32, inference threads = threads, 1 stream",
    "ncnn": "converted by pnnx, Winograd, sgemm, packing on, 16-bit storage and arithmetic off, num_threads = threads",
}


@dataclass(frozen=True)
class Machine:
    """Taken before the first run: the load of the comparison itself is none of the machine's."""

    processor: str
    cores: int
    load: str
    commit: str
    date: str

    @classmethod
    def now(cls) -> Machine:
        names = [s for s in Path("/proc/cpuinfo").read_text().splitlines() if s.startswith("model name")]
        return cls(
            processor=names[0].partition(":")[2].strip() if names else "unknown processor",
            cores=len(os.sched_getaffinity(0)),
            load=Path("/proc/loadavg").read_text().split()[0],
            commit=output_of("git", "describe", "--always", "--dirty") or "unknown",
            date=datetime.date.today().isoformat(),
        )


def ratios(result: Result, race: Race) -> list[float]:
    """How many times as long as ours it took, round by round: the two ran seconds apart, so what slowed one slowed the
    other too, and the median forgets the rounds in which it did not."""
    ours = next((r for r in race.results if r.entrant.label == OURS and r.entrant.threads == result.entrant.threads), None)
    return [theirs / own for theirs, own in zip(result.times, ours.times)] if ours else []


def speed_up(race: Race, label: str) -> str | None:
    """How much faster more threads are than one, for one engine."""
    times = {r.entrant.threads: r.times for r in race.results if r.entrant.label == label and r.times}
    if 1 not in times or len(times) < 2:
        return None
    gains = [f"{statistics.median(one / many for one, many in zip(times[1], times[threads])):.2f}× with {threads}" for threads in times if threads > 1]
    return f"{label} {', '.join(gains)}"


def row(result: Result, race: Race) -> str:
    entrant = result.entrant
    head = f"| {race.network.name} | {entrant.threads} | {entrant.label} |"
    if not result.times:
        reason = (result.problem or "not run").splitlines()[-1].replace("|", "/")
        return f"{head} {reason} | | | | | |"
    median = statistics.median(result.times)
    against = ratios(result, race)
    ratio = f"{statistics.median(against):.2f}" if against else ""
    return (
        f"{head} {median:.1f} | {min(result.times):.1f} | {ratio} | {race.gmac / median * 1e3:.1f} "
        f"| {result.peak_memory * 1024 / 1e6:.0f} | {result.difference:.0e} |"
    )


def markdown(races: list[Race], machine: Machine, versions: dict[str, str], options: str) -> str:
    lines = [
        f"{machine.date}, {machine.processor}, {machine.cores} processors, load {machine.load} before the run, commit {machine.commit}; {options}.",
        "",
        "| network | threads | engine | median ms | minimum ms | time ÷ ours | GMAC/s | peak MB | difference |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for race in races:
        lines += [row(result, race) for result in race.results]
    lines += ["", "More threads against one, median of rounds:", ""]
    for race in races:
        labels = dict.fromkeys(result.entrant.label for result in race.results)
        gains = [gain for label in labels if (gain := speed_up(race, label))]
        if gains:
            lines.append(f"- {race.network.name}: {'; '.join(gains)}")
    foreign = ", ".join(f"{race.network.name} {race.foreign_load:.0%}" for race in races)
    lines += ["", f"Share of the processors that others used during the timed rounds: {foreign}."]
    if any(race.foreign_load > IDLE for race in races):
        lines.append("The machine was not idle: take the ratios of one thread only, and those with care.")
    lines += ["", "Settings:", ""]
    bases: dict[str, int] = {}
    for race in races:
        for result in race.results:
            if result.memory_before:
                bases[result.entrant.label] = result.memory_before
    for label, memory in bases.items():
        name = label.partition(" ")[0]
        version = f" {versions[name]}" if name in versions else ""
        variant = f", {label.partition(' ')[2]}" if " " in label else ""
        lines.append(f"- {name}{version}{variant}: {SETTINGS.get(name, '')}; {memory * 1024 / 1e6:.0f} MB before the network is loaded")
    return "\n".join(lines) + "\n"


def as_json(races: list[Race], machine: Machine, versions: dict[str, str]) -> dict:
    """Every single time, for whoever wants another statistic."""
    return {
        "machine": vars(machine),
        "versions": versions,
        "networks": [
            {
                "network": race.network.name,
                "size": race.network.size,
                "gmac": race.gmac,
                "foreign_load": race.foreign_load,
                "engines": [
                    {
                        "engine": result.entrant.label,
                        "threads": result.entrant.threads,
                        "milliseconds": result.times,
                        "peak_kib": result.peak_memory,
                        "kib_before_loading": result.memory_before,
                        "difference": result.difference,
                        "problem": result.problem,
                    }
                    for result in race.results
                ],
            }
            for race in races
        ],
    }


def insert(text: str, document: Path) -> None:
    """Puts the table between the two marks; the prose around them stays."""
    content = document.read_text()
    before, begin, rest = content.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{document} lacks the lines '{BEGIN}' and '{END}', between which the table goes")
    document.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
