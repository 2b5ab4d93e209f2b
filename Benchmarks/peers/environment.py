"""The virtual environment with the pinned engines, and the release build of our own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from .catalogue import REPOSITORY

REQUIREMENTS = REPOSITORY / "Benchmarks" / "requirements.txt"

# Asked of the environment's own Python, whatever Python runs this.
VERSIONS_SCRIPT = """
import importlib.metadata as m, json, sys
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return None
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


def pins() -> dict[str, str]:
    lines = [line.strip() for line in REQUIREMENTS.read_text().splitlines()]
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def make_environment(folder: Path) -> Path:
    """The Python of a virtual environment with exactly the requirements; made anew only when they have changed."""
    python = folder / "bin" / "python"
    mark = folder / "requirements.sha256"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if python.exists() and mark.exists() and mark.read_text() == digest:
        return python
    if sys.version_info < (3, 11):  # noqa: UP036  (this much runs in older ones)
        raise SystemExit(f"the pinned packages need Python 3.11 or newer; this is {sys.version.split()[0]}")
    print(f"making {folder} (once; PyTorch is some gigabytes)", file=sys.stderr)
    if subprocess.run([sys.executable, "-m", "venv", str(folder)]).returncode != 0:
        raise SystemExit("no virtual environment could be made; on Debian: apt-get install python3-venv")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    if subprocess.run(install).returncode != 0:
        raise SystemExit(
            "Benchmarks/requirements.txt could not be installed; pip's reason is above. Without a network, pass --python with an interpreter that has them."
        )
    mark.write_text(digest)
    return python


def check_versions(python: Path) -> dict[str, str]:
    """The version of every requirement. Other versions than the pinned ones would make another comparison."""
    wanted = pins()
    answer = subprocess.run([str(python), "-c", VERSIONS_SCRIPT, *wanted], text=True, stdout=subprocess.PIPE)
    if answer.returncode != 0:
        raise SystemExit(f"{python} does not run")
    found = json.loads(answer.stdout)
    # A build tag such as +cpu makes no other version.
    wrong = [f"{name} {found[name]} instead of {pin}" for name, pin in wanted.items() if base(found[name]) != pin]
    if wrong:
        raise SystemExit(
            f"{python} has {', '.join(wrong)}; install Benchmarks/requirements.txt there, or leave out --python "
            "and let compare.py make an environment of its own"
        )
    return found


def base(version: str | None) -> str | None:
    return version.split("+")[0] if version else None


def build_ours(build: bool) -> Path:
    """The benchmark executable, compiled first unless told not to."""
    command = ["swift", "build", "-c", "release", "--product", "MattingBenchmarks"]
    try:
        if build and subprocess.run(command, cwd=REPOSITORY, stdout=sys.stderr).returncode != 0:
            raise SystemExit("the Swift benchmark does not build; the compiler's reason is above")
        where = subprocess.run([*command, "--show-bin-path"], cwd=REPOSITORY, text=True, stdout=subprocess.PIPE)
    except FileNotFoundError:
        raise SystemExit("there is no 'swift' on the PATH; install Swift 6.2 or newer") from None
    binary = Path(where.stdout.strip()) / "MattingBenchmarks"
    if where.returncode != 0 or not binary.exists():
        raise SystemExit(f"there is no {binary}; leave out --no-build, or run: {' '.join(command)}")
    return binary


def export(python: Path, build: Path, networks: list[str]) -> None:
    command = [str(python), "-m", "peers.export", "--build", str(build), *networks]
    if subprocess.run(command, cwd=REPOSITORY / "Benchmarks").returncode != 0:
        raise SystemExit("the networks could not be exported; the reason is above")


def output_of(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE).stdout.strip()
    except OSError:
        return ""
