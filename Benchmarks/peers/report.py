"""The table, and what must be known to believe it: machine, load, versions, settings."""

from __future__ import annotations

import datetime
import os
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .catalogue import NETWORKS, OURS, PEERS
from .environment import output_of
from .race import Entrant, Race, Result

# A table between two lines that name its networks.
TABLE = re.compile(r"(<!-- compare\.py writes ([^\n]+) from here -->\n).*?(<!-- to here -->)", re.DOTALL)

# Above this share of the processors, taken by others, the machine was not idle.
IDLE = 0.05

SETTINGS = {
    OURS: "as released",
    "onnxruntime": "all graph optimisations, sequential execution, intra-op threads = threads, bound input and output",
    "openvino": "latency hint, inference precision f32, inference threads = threads, 1 stream",
    "torch": "the definition itself without gradients, intra-op threads = threads",
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


def speed_up(race: Race, label: str) -> str | None:
    """How much faster more threads are than one, for one engine."""
    times = {r.entrant.threads: statistics.median(r.times) for r in race.results if r.entrant.label == label and r.times}
    if 1 not in times or len(times) < 2:
        return None
    gains = [f"{times[1] / times[threads]:.2f}× with {threads}" for threads in times if threads > 1]
    return f"{label} {', '.join(gains)}"


def row(result: Result, race: Race) -> str:
    entrant = result.entrant
    head = f"| {race.network.name} | {entrant.threads} | {entrant.label} |"
    if not result.times:
        reason = (result.problem or "not run").splitlines()[-1].replace("|", "/")
        return f"{head} {reason} | | | | | |"
    median = statistics.median(result.times)
    ratio = f"{statistics.median(result.ratios):.2f}" if result.ratios else ""
    return (
        f"{head} {median:.1f} | {min(result.times):.1f} | {ratio} | {race.gmac / median * 1e3:.1f} "
        f"| {result.peak_memory * 1024 / 1e6:.0f} | {result.difference:.0e} |"
    )


def markdown(races: list[Race], machine: Machine, versions: dict[str, str]) -> str:
    counts = sorted({len(result.times) for race in races for result in race.results if result.times}) or [0]
    rounds = " to ".join(map(str, dict.fromkeys([counts[0], counts[-1]])))
    conditions = "; ".join(dict.fromkeys(race.conditions for race in races))
    lines = [
        f"{machine.date}, {machine.processor}, {machine.cores} processors, load {machine.load} before the run, commit {machine.commit}; "
        f"{rounds} rounds, {conditions}.",
        "",
        "| network | threads | engine | median ms | minimum ms | time ÷ ours | GMAC/s | peak MB | difference |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for race in races:
        lines += [row(result, race) for result in race.results]
    speed_ups = []
    for race in races:
        labels = dict.fromkeys(result.entrant.label for result in race.results)
        gains = [gain for label in labels if (gain := speed_up(race, label))]
        if gains:
            speed_ups.append(f"- {race.network.name}: {'; '.join(gains)}")
    if speed_ups:
        lines += ["", "More threads against one, by the medians:", "", *speed_ups]
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
                "conditions": race.conditions,
                "foreign_load": race.foreign_load,
                "engines": [
                    {
                        "engine": result.entrant.label,
                        "threads": result.entrant.threads,
                        "milliseconds": result.times,
                        "ratios": result.ratios,
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


def from_json(content: dict) -> list[Race]:
    networks = {network.name: network for network in NETWORKS}
    return [
        Race(
            networks[race["network"]],
            race["gmac"],
            [
                Result(
                    Entrant(one["engine"], one["threads"], []),
                    one["difference"],
                    one["problem"],
                    one["milliseconds"],
                    one["ratios"],
                    one["peak_kib"],
                    one["kib_before_loading"],
                )
                for one in race["engines"]
            ],
            race["conditions"],
            race["foreign_load"],
        )
        for race in content["networks"]
    ]


def merged(races: list[Race]) -> list[Race]:
    """One race a network, with the rounds of all."""
    whole: dict[str, Race] = {}
    for race in races:
        if race.network.name not in whole:
            whole[race.network.name] = race
            continue
        known = whole[race.network.name]
        known.foreign_load = max(known.foreign_load, race.foreign_load)
        for result in race.results:
            same = next((r for r in known.results if (r.entrant.label, r.entrant.threads) == (result.entrant.label, result.entrant.threads)), None)
            if same is None:
                known.results.append(result)
                continue
            same.times += result.times
            same.ratios += result.ratios
            same.difference = max(same.difference, result.difference)
            same.peak_memory = max(same.peak_memory, result.peak_memory)
            same.problem = result.problem or same.problem
    for race in whole.values():
        race.results.sort(key=lambda result: (result.entrant.threads, PEERS.index(result.entrant.label) if result.entrant.label in PEERS else -1))
    return list(whole.values())


def tables(document: Path, races: list[Race]) -> Iterator[tuple[list[str], list[Race]]]:
    """The networks of each of the document's tables that has any of these, and its races."""
    for table in TABLE.finditer(document.read_text()):
        names = table[2].split(", ")
        if some := [race for race in races if race.network.name in names]:
            yield names, some


def insert(text: str, names: list[str], document: Path) -> None:
    """Puts the table of these networks between its two marks; the prose around them stays."""
    content = document.read_text()
    document.write_text(TABLE.sub(lambda table: f"{table[1]}\n{text}\n{table[3]}" if table[2].split(", ") == names else table[0], content))
