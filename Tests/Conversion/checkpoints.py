"""Writes the checkpoints of Tests/Fixtures/Checkpoints with PyTorch itself, and beside them the same tensors as safetensors.

    python Tests/Conversion/checkpoints.py

Needs PyTorch, NumPy and safetensors (Weights/conversion/requirements.txt). Values are small whole numbers, exact in every type.
"""

import argparse
import collections
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "Checkpoints"
STORED = {
    "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "f64": torch.float64, "i64": torch.int64, "i32": torch.int32,
    "i16": torch.int16, "i8": torch.int8, "u8": torch.uint8, "bool": torch.bool, "c64": torch.complex64,
}  # fmt: skip
UNTYPED = {"u16": torch.uint16, "u32": torch.uint32, "f8e4m3": torch.float8_e4m3fn, "f8e5m2": torch.float8_e5m2}


def values(*shape: int) -> torch.Tensor:
    return torch.arange(int(np.prod(shape)), dtype=torch.float32).reshape(shape) - 5


def state() -> dict[str, torch.Tensor]:
    """A tensor of each type that has a storage of its own, and views of all kinds."""
    tensors = collections.OrderedDict((name, values(3, 4).to(kind)) for name, kind in STORED.items())
    shared = values(4, 5, 6)
    tensors["shared.whole"] = shared
    tensors["shared.part"] = shared[1:3]
    tensors["shared.transposed"] = shared.permute(2, 0, 1)
    tensors["shared.every"] = shared[:, ::2, 1::3]
    tensors["last"] = values(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)
    tensors["single"] = torch.tensor(7.0)
    tensors["parameter"] = torch.nn.Parameter(values(2, 2))
    tensors["Größe"] = values(1, 3)
    tensors._metadata = collections.OrderedDict({"": {"version": 1}})  # as a module's state_dict has
    return tensors


def training() -> dict[str, object]:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    for parameter in network.parameters():
        parameter.data = values(*parameter.shape)
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.ones(1, 3, 8, 8)).sum().backward()
    optimizer.step()
    wrapped = collections.OrderedDict((f"module.{name}", value) for name, value in network.state_dict().items())
    arguments = argparse.Namespace(lr=0.1, sizes=[320, 512], root=pathlib.PurePosixPath("/data"))
    return {
        "epoch": 3, "args": arguments, "best": np.float64(0.5), "rng": np.arange(4), "losses": {"train": torch.tensor(0.25)},
        "optimizer": optimizer.state_dict(), "state_dict": wrapped, "ids": {1, 2}, "bytes": b"abc", "big": 1 << 80,
    }  # fmt: skip


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    tensors = state()
    torch.save(tensors, FOLDER / "archive.pth")
    torch.save(tensors, FOLDER / "protocol4.pth", pickle_protocol=4)
    torch.save(tensors, FOLDER / "stream.pth", _use_new_zipfile_serialization=False)
    save_file({name: value.detach().contiguous().clone() for name, value in tensors.items()}, FOLDER / "expected.safetensors")

    untyped = {name: (values(3, 4) + 5).to(kind) for name, kind in UNTYPED.items()}
    torch.save(untyped, FOLDER / "untyped.pth")
    save_file(untyped, FOLDER / "untyped.safetensors")

    whole = training()
    torch.save(whole, FOLDER / "training.pth")
    torch.save(whole, FOLDER / "training-stream.pth", _use_new_zipfile_serialization=False)
    save_file({name: value.clone() for name, value in whole["state_dict"].items()}, FOLDER / "training.safetensors")

    torch.save(torch.nn.Linear(2, 1), FOLDER / "module.pth")
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 1)), FOLDER / "script.pt")
    torch.save({"params": {"w": values(2, 2)}, "params_ema": {"w": values(2, 2) + 1}}, FOLDER / "several.pth")
    torch.save({"w": torch.sparse_coo_tensor([[0], [1]], [1.0], (2, 2))}, FOLDER / "sparse.pth")
    torch.save({"w": torch.zeros(2, dtype=torch.complex128)}, FOLDER / "complex.pth")


if __name__ == "__main__":
    main()
