#!/usr/bin/env python3
"""Times this package's engine beside onnxruntime, OpenVINO, ncnn and PyTorch: same networks, same weights, same input.

    python3 Benchmarks/compare.py                 everything, in an hour or two; writes Benchmarks/README.md
    python3 Benchmarks/compare.py --smoke         the default network, three rounds, writes nothing: does it work here?
    python3 Benchmarks/compare.py --networks u2netp isnet --threads 1 --rounds 5 --no-write

The first run makes a virtual environment with the pinned engines (Benchmarks/requirements.txt), exports the networks to
each engine's format and builds the Swift benchmark; later runs reuse what has not changed. Before anything is timed,
every engine's matte is compared with PyTorch's in double precision. Then the engines take turns, each in a process of
its own. Only the ratios of one run count; let nothing else run meanwhile. The tables in Benchmarks/README.md whose
networks were all timed are written anew; --json FILE makes one table of the rounds of several calls.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from peers import environment, report
from peers.artifacts import Artifacts, stamp
from peers.catalogue import NETWORKS, OURS, PEERS, Network
from peers.race import Entrant, Race, race

HERE = Path(__file__).resolve().parent


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [network.name for network in NETWORKS]
    what = parser.add_argument_group("what is timed")
    what.add_argument("--networks", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    what.add_argument("--engines", nargs="+", choices=PEERS, default=PEERS, metavar="NAME", help=f"peers: {', '.join(PEERS)}; ours always runs")
    what.add_argument("--threads", nargs="+", type=positive, default=[1, 2], metavar="N", help="thread counts (1 2)")
    what.add_argument("--rounds", type=positive, default=11, help="timed runs of each (11; fewer of a network that takes many seconds)")
    what.add_argument("--warmups", type=int, default=1, help="rounds before, not counted (1)")
    what.add_argument(
        "--engine-env",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a further row: our engine with this in its environment; may be repeated, and one may hold several, 'A=1 B=2'",
    )
    what.add_argument("--smoke", action="store_true", help="default network, three rounds, --no-write")
    what.add_argument("--pause", type=float, default=0.05, metavar="SECONDS", help="rest before each turn (0.05)")
    what.add_argument("--tolerance", type=float, default=1e-3, help="largest difference of a matte from PyTorch in double precision (1e-3)")

    result = parser.add_argument_group("what becomes of it")
    result.add_argument("--no-write", action="store_true", help="only print; leave Benchmarks/README.md as it is")
    result.add_argument("--json", type=Path, metavar="FILE", help="also write every single time; rounds that the file holds already are kept and count")

    setup = parser.add_argument_group("where things are")
    setup.add_argument("--venv", type=Path, default=HERE / ".venv", help="virtual environment (Benchmarks/.venv)")
    setup.add_argument("--python", type=Path, metavar="FILE", help="an interpreter that has the requirements already; no environment is made")
    setup.add_argument("--build-folder", type=Path, default=HERE / ".build-compare", help="exported networks (Benchmarks/.build-compare)")
    setup.add_argument("--no-build", action="store_true", help="take the Swift release build as it is")
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.networks, arguments.rounds = ["mobilenetv2-unet"], 3
        arguments.no_write = True
    for setting in arguments.engine_env:
        if any("=" not in word for word in shlex.split(setting)):
            parser.error(f"--engine-env '{setting}' is not NAME=VALUE")
    return arguments


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def entrants(network: Network, arguments: argparse.Namespace, binary: Path, python: Path) -> list[Entrant]:
    """Ours, its variants and the peers, for each number of threads."""
    variants: dict[str, dict[str, str]] = {OURS: {}}
    for setting in arguments.engine_env:
        variants[f"{OURS} {setting}"] = dict(word.split("=", 1) for word in shlex.split(setting))
    return [
        entrant
        for threads in arguments.threads
        for entrant in [
            *(Entrant.ours(label, binary, network, threads, added) for label, added in variants.items()),
            *(Entrant.peer(engine, python, threads) for engine in arguments.engines),
        ]
    ]


def compare(network: Network, arguments: argparse.Namespace, binary: Path, python: Path) -> Race:
    result = race(
        network,
        Artifacts.of(network, arguments.build_folder),
        entrants(network, arguments, binary, python),
        rounds=arguments.rounds,
        warmups=arguments.warmups,
        pause=arguments.pause,
        tolerance=arguments.tolerance,
    )
    for one in result.results:
        if not one.problem:
            engine = f"{one.entrant.label}, {one.entrant.threads} threads"
            print(f"{network.name}: {engine}: agrees to {one.difference:.1e}", file=sys.stderr)
    if result.foreign_load > report.IDLE:
        print(f"{network.name}: others used {result.foreign_load:.0%} of the processors meanwhile; times of several threads mean little", file=sys.stderr)
    return result


def main() -> None:
    arguments = parse_arguments()
    machine = report.Machine.now()
    # An interpreter in an environment is a link that must not be resolved: it finds its packages by its own path.
    given = arguments.python
    python = given.absolute() if given else environment.make_environment(arguments.venv.absolute())
    arguments.build_folder = arguments.build_folder.absolute()
    versions = environment.check_versions(python)
    binary = environment.build_ours(build=not arguments.no_build)

    networks = [network for network in NETWORKS if network.name in arguments.networks]
    stale = [n.name for n in networks if not Artifacts.of(n, arguments.build_folder).is_current(stamp(n))]
    if stale:
        environment.export(python, arguments.build_folder, stale)

    races = [compare(network, arguments, binary, python) for network in networks]

    if arguments.json:
        if arguments.json.exists():
            races = report.merged(report.from_json(json.loads(arguments.json.read_text())) + races)
        arguments.json.write_text(json.dumps(report.as_json(races, machine, versions), indent=1) + "\n")
    document = HERE / "README.md"
    for names, some in report.tables(document, races):
        text = report.markdown(some, machine, versions)
        print(text)
        if len(some) == len(names) and not arguments.no_write:
            report.insert(text, names, document)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
