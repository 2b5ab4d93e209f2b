"""Where the exported form of a network lies, and whether it is still what the sources would make."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from .catalogue import GOLDENS, REPOSITORY, Network

PEERS_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Artifacts:
    """One network's files in the build folder: every engine's weights, the input and the matte to agree with."""

    folder: Path

    @classmethod
    def of(cls, network: Network, build: Path) -> Artifacts:
        return cls(build / f"{network.name}-{network.size}")

    @property
    def weights(self) -> Path:
        return self.folder / "weights.safetensors"

    @property
    def onnx(self) -> Path:
        return self.folder / "model.onnx"

    @property
    def deformable_onnx(self) -> Path:
        """The same with ONNX's own operator for deformable convolutions; only of networks that have any."""
        return self.folder / "deformable.onnx"

    @property
    def ncnn_graph(self) -> Path:
        return self.folder / "model.ncnn.param"

    @property
    def ncnn_weights(self) -> Path:
        return self.folder / "model.ncnn.bin"

    @property
    def input(self) -> Path:
        """The normalised picture, raw little-endian float32, NCHW."""
        return self.folder / "input.f32"

    @property
    def reference(self) -> Path:
        """The matte that PyTorch computes in double precision, rounded to float32."""
        return self.folder / "reference.f32"

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    def read_manifest(self) -> dict:
        return json.loads(self.manifest.read_text())

    def is_current(self, stamp: str) -> bool:
        try:
            return self.read_manifest()["stamp"] == stamp
        except (OSError, ValueError, KeyError):
            return False


def stamp(network: Network) -> str:
    """A digest of everything that the export depends on; the manifest, written last, holds the one it was made from."""
    weights = REPOSITORY / "Weights"
    sources = [
        PEERS_FOLDER / "networks.py",
        PEERS_FOLDER / "export.py",
        PEERS_FOLDER / "deformable.py",
        PEERS_FOLDER.parent / "requirements.txt",
        *sorted((weights / "conversion").rglob("*.py")),
        weights / "training" / "coarse" / "network.py",
        weights / "training" / "formula.py",
        GOLDENS / network.name / "tensors.json",
    ]
    if network.weights:
        sources.append(network.weights)
    digest = hashlib.sha256(repr(network).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
