"""Tensors from PyTorch's checkpoints and from safetensors files, under whatever names they have there.

Checkpoints are pickles, which can run any program; they are read with `weights_only`, which knows tensors and plain containers and
refuses everything else.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from .layers import State
from .problems import ConversionError

SAFETENSORS = (".safetensors",)
CHECKPOINTS = (".pth", ".pt", ".ckpt", ".bin", ".tar")


@dataclass
class Source:
    """Sets of tensors, each by its place in the file (the root is empty), and what a weight file says about itself."""

    states: dict[str, State]
    metadata: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Source:
    if path.suffix.lower() in SAFETENSORS:
        return read_safetensors(path)
    return Source(dict(states(load_checkpoint(path))))


def load_checkpoint(path: Path) -> object:
    if is_torchscript(path):
        raise ConversionError(
            f"{path}: is a TorchScript archive, a program rather than weights, and is not run; "
            "where it can be trusted, save its weights: torch.save(torch.jit.load(FILE).state_dict(), 'weights.pth')"
        )
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ConversionError(f"{path}: {error.strerror or error}") from error
    except Exception as error:  # what a damaged pickle raises is not bounded
        blocked = re.search(r"(?:GLOBAL|Unsupported (?:class|global):?)\s+(\S+)", str(error))
        if blocked:
            raise ConversionError(
                f"{path}: holds a Python object ({blocked[1]}) that loading would have to run, and is refused; "
                "where it can be trusted, save its weights alone: torch.save(network.state_dict(), 'weights.pth')"
            ) from error
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ConversionError(f"{path}: is not a whole PyTorch checkpoint: {reason[0]}") from error


def is_torchscript(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("constants.pkl") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def states(value: object, place: str = "", depth: int = 4) -> Iterator[tuple[str, State]]:
    """The dictionaries that hold tensors under strings, wherever they are nested."""
    if not isinstance(value, Mapping) or depth == 0:
        return
    tensors = {name: item for name, item in value.items() if isinstance(name, str) and isinstance(item, Tensor)}
    if tensors:
        yield place, tensors
    for name, item in value.items():
        yield from states(item, f"{place}.{name}" if place else str(name), depth - 1)


def read_safetensors(path: Path) -> Source:
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata = file.metadata() or {}
    except OSError as error:
        raise ConversionError(f"{path}: {error.strerror or error}") from error
    except SafetensorError as error:
        raise ConversionError(f"{path}: is not a whole safetensors file: {error}") from error
    stated = metadata.pop("sha256", None)
    if stated is not None and stated.lower() != data_sha256(path):
        raise ConversionError(f"{path}: is damaged: its data do not have the SHA-256 that its metadata states, {stated}")
    return Source({"": dequantized(path, tensors)}, metadata)


def data_sha256(path: Path) -> str:
    """The digest of everything behind the header."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        file.seek(8 + length)
        return hashlib.file_digest(file, "sha256").hexdigest()


def dequantized(path: Path, tensors: State) -> State:
    """Bytes times their scale, `NAME.scale`: one value, or one for each of the first dimension."""
    tensors = dict(tensors)
    for name in [name for name, value in tensors.items() if value.dtype == torch.int8]:
        value, scale = tensors[name], tensors.pop(f"{name}.scale", None)
        if scale is None or scale.dtype != torch.float32 or (scale.numel() != 1 and list(scale.shape) != list(value.shape[:1])):
            raise ConversionError(f"{path}: {name} is I8 and has no {name}.scale of F32, one value or one a channel")
        tensors[name] = value.float() * (scale if scale.numel() == 1 else scale.reshape(-1, *[1] * (value.dim() - 1)))
    return tensors
