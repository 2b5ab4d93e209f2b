"""The weight file: types of storage, what they cost in precision, and writing it whole or not at all."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .layers import State
from .problems import ConversionError

TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "i8": torch.int8}
LABELS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int8: "I8"}
HEADER_LIMIT = 8_000_000


@dataclass(frozen=True)
class Stored:
    """Tensors as a file holds them, scales of bytes included, and the floats that are read back from them.

    `overflowed` are tensors with values too large for the type, `vanished` counts output channels of which only zeros are left.
    """

    tensors: State
    floats: State
    overflowed: list[str]
    vanished: int

    @property
    def byte_count(self) -> int:
        return sum(value.numel() * value.element_size() for value in self.tensors.values())


def stored(state: State, kind: str) -> Stored:
    """Weights of convolutions and linear layers in the given type; vectors, a hundredth of them all, stay F32."""
    tensors: State = {}
    floats: State = {}
    overflowed: list[str] = []
    vanished = 0
    for name, value in state.items():
        if kind == "f32" or value.dim() < 2:
            tensors[name] = floats[name] = value
        elif kind == "i8":
            tensors[name], scale = quantized(value)
            tensors[f"{name}.scale"] = scale
            floats[name] = tensors[name].float() * scale.reshape(-1, *[1] * (value.dim() - 1))
        else:
            tensors[name] = value.to(TYPES[kind])
            floats[name] = tensors[name].float()
            vanished += int((floats[name].flatten(1).eq(0).all(1) & value.flatten(1).ne(0).any(1)).sum())
        if not torch.isfinite(floats[name]).all():
            overflowed.append(f"{name} (up to {value.abs().max():.3g})")
    return Stored(tensors, floats, overflowed, vanished)


def quantized(value: Tensor) -> tuple[Tensor, Tensor]:
    """Bytes and, for each of the first dimension, what a step is worth: the largest magnitude over 127, 1 for zeros."""
    largest = value.abs().flatten(1).amax(1)
    scale = torch.where(largest == 0, 1.0, (largest / 127).clamp_min(torch.finfo(torch.float32).tiny))
    steps = torch.round(value / scale.reshape(-1, *[1] * (value.dim() - 1)))
    return steps.clamp(-127, 127).to(torch.int8), scale


def file_bytes(tensors: State, metadata: dict[str, str]) -> bytes:
    """Tensors one after another, larger types first so that all are aligned, behind a header padded to eight bytes.

    The same tensors and metadata give the same bytes.
    """
    header: dict[str, object] = {}
    data = bytearray()
    for name, value in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
        start = len(data)
        data += value.contiguous().flatten().view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": LABELS[value.dtype], "shape": list(value.shape), "data_offsets": [start, len(data)]}
    metadata = dict(sorted((metadata | {"sha256": hashlib.sha256(data).hexdigest()}).items()))
    text = json.dumps({"__metadata__": metadata, **header}, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > HEADER_LIMIT:
        raise ConversionError(f"the header would have {len(text)} bytes, more than the {HEADER_LIMIT} that are read")
    return len(text).to_bytes(8, "little") + text + bytes(data)


def refuse_overwriting(output: Path, inputs: list[Path]) -> None:
    for path in inputs:
        if output.exists() and path.exists() and output.samefile(path):
            raise ConversionError(f"{output}: is an input; inputs are never overwritten")


class WholeFile:
    """A file that appears under its name only when it is complete: `with WholeFile(path) as temporary: …`."""

    def __init__(self, path: Path):
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp.safetensors")

    def write(self, content: bytes) -> None:
        try:
            with self.temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ConversionError(f"{self.path}: {error.strerror or error}") from error

    def publish(self) -> None:
        try:
            self.temporary.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except OSError as error:
            raise ConversionError(f"{self.path}: {error.strerror or error}") from error

    def __enter__(self) -> "WholeFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.temporary.unlink(missing_ok=True)
