"""What is refused, what is written, and in which types."""

import hashlib
import json
import os
import struct
import unittest
from pathlib import Path
from typing import ClassVar

import torch
from safetensors.torch import load_file
from support import ConversionTest, formula_state

NAME = "edge-attention"


class Malicious:
    def __reduce__(self) -> tuple:
        return os.system, ("touch executed",)


def header(path: Path) -> dict:
    content = path.read_bytes()
    return json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])


class RefusalTest(ConversionTest):
    def test_every_problem_is_told_at_once(self) -> None:
        state = formula_state(NAME)
        del state["head.bias"]
        state["extra.weight"] = torch.zeros(3)
        state["stem.weight"] = torch.zeros(16, 4, 3, 3)
        state["fuse.bias"] = state["fuse.bias"].clone()
        state["fuse.bias"][2] = float("inf")
        state["detail.bias"] = torch.zeros(16, dtype=torch.int32)
        self.refused(
            self.checkpoint(state),
            "missing: head.bias [4]",
            "unused: extra.weight",
            "stem.weight is [16, 4, 3, 3], not [16, 14, 3, 3]",
            "not finite: fuse.bias (1 values)",
            "not stored as floats: detail.bias",
        )

    def test_a_pickle_that_runs_a_program(self) -> None:
        path = self.checkpoint({"state_dict": formula_state(NAME), "callback": Malicious()})
        self.refused(path, "would have to run", "system")
        self.assertFalse(Path("executed").exists())

    def test_a_pickled_network(self) -> None:
        self.refused(self.checkpoint(torch.nn.Conv2d(3, 1, 1)), "would have to run", "state_dict()")

    def test_torchscript(self) -> None:
        path = self.folder / "script.pt"
        torch.jit.save(torch.jit.trace(torch.nn.Conv2d(3, 1, 1), torch.zeros(1, 3, 8, 8)), path)
        self.refused(path, "TorchScript", "state_dict()")

    def test_damaged_files(self) -> None:
        for path in (self.checkpoint(formula_state(NAME)), self.safetensors(formula_state(NAME))):
            content = path.read_bytes()
            for length in (0, 7, 100, len(content) // 2, len(content) - 1):
                with self.subTest(path.suffix, length=length):
                    path.write_bytes(content[:length])
                    self.refused(path, "not a whole")

    def test_files_that_are_not_there(self) -> None:
        for name in ("absent.pth", "absent.safetensors", "absent.onnx"):
            self.refused(self.folder / name, "No such file")

    def test_a_tampered_weight_file(self) -> None:
        self.converted(self.checkpoint(formula_state(NAME)))
        content = bytearray(self.output.read_bytes())
        content[-7] ^= 1
        tampered = self.folder / "tampered.safetensors"
        tampered.write_bytes(content)
        self.output.unlink()
        self.refused(tampered, "is damaged", "SHA-256")

    def test_the_wrong_architecture(self) -> None:
        self.refused(self.checkpoint(formula_state(NAME)), "u2netp: missing", "unused", options=("--architecture", "u2netp"))

    def test_an_unknown_network(self) -> None:
        self.refused(self.checkpoint({"layer.weight": torch.zeros(3, 3)}), "no known network", "layer.weight", "--architecture")
        self.refused(self.checkpoint({"epoch": 3}), "holds no tensors")

    def test_a_huge_tensor_in_a_small_file(self) -> None:
        state = formula_state(NAME)
        state["stem.weight"] = torch.zeros(1).expand(1 << 20, 1 << 20)
        self.refused(self.checkpoint(state), "stem.weight is [1048576, 1048576]")

    def test_two_sets_of_weights(self) -> None:
        state = formula_state(NAME)
        path = self.checkpoint({"model": state, "ema": {key: 2 * value for key, value in state.items()}})
        self.refused(path, "more than once", "model, ema")
        self.assert_close(self.converted(path, "--state", "ema"), {key: 2 * value for key, value in state.items()}, 0)
        self.output.unlink()
        self.refused(path, "no dictionary of tensors at 'other'", options=("--state", "other"))

    def test_tensors_can_be_left_out(self) -> None:
        path = self.checkpoint(formula_state(NAME) | {"loss.weight": torch.zeros(3)})
        self.refused(path, "unused: loss.weight", "--ignore")
        self.converted(path, "--ignore", "loss.*")

    def test_the_input_is_not_overwritten(self) -> None:
        source = self.safetensors(formula_state(NAME))
        before = source.read_bytes()
        self.output.symlink_to(source)
        status, _, err = self.run_convert(source)
        self.assertEqual(status, 1)
        self.assertIn("never overwritten", err)
        self.assertEqual(source.read_bytes(), before)

    def test_a_folder_that_is_not_there(self) -> None:
        source = self.checkpoint(formula_state(NAME))
        self.output = self.folder / "absent" / "out.safetensors"
        status, _, err = self.run_convert(source, "--only")
        self.assertEqual((status, "No such file" in err), (1, True))

    def test_wrong_usage_has_its_own_status(self) -> None:
        source = self.checkpoint(formula_state(NAME))
        self.refused(source, "usage:", options=("--type", "f8"), status=64)
        self.refused(self.folder / "weights.h5", "must end in", status=64)
        self.output = self.folder / "out.bin"
        self.refused(source, "must end in .safetensors", status=64)


class StorageTest(ConversionTest):
    TYPES: ClassVar[dict[str, str]] = {"f32": "F32", "f16": "F16", "bf16": "BF16", "i8": "I8"}
    # Half a step of each, over the largest magnitude of a tensor (of a channel for bytes).
    STEPS: ClassVar[dict[str, float]] = {"f32": 0.0, "f16": 2.0**-11, "bf16": 2.0**-8, "i8": 0.5 / 127}

    def test_every_type(self) -> None:
        state = formula_state(NAME)
        source = self.checkpoint(state)
        for kind, label in self.TYPES.items():
            with self.subTest(kind):
                tensors = self.converted(source, "--type", kind)
                described = header(self.output)
                types = {name: entry["dtype"] for name, entry in described.items() if name != "__metadata__"}
                for name, value in state.items():
                    self.assertEqual(types[name], label if value.dim() > 1 else "F32", name)
                    read = tensors[name].float()
                    if kind == "i8" and value.dim() > 1:
                        scale = tensors[f"{name}.scale"]
                        self.assertEqual((types[f"{name}.scale"], list(scale.shape)), ("F32", [value.shape[0]]))
                        self.assertEqual(int(tensors[name].abs().max()), 127)
                        read = read * scale[:, None, None, None]
                    bound = self.STEPS[kind] * value.abs().max() * 1.001
                    self.assertLessEqual(float((read - value).abs().max()), float(bound), name)
                content = self.output.read_bytes()
                start = 8 + struct.unpack("<Q", content[:8])[0]
                self.assertEqual(start % 8, 0)
                self.assertEqual(described["__metadata__"]["sha256"], hashlib.sha256(content[start:]).hexdigest())

    def test_bytes_are_read_again(self) -> None:
        self.converted(self.checkpoint(formula_state(NAME)), "--type", "i8")
        source = self.output.rename(self.folder / "bytes.safetensors")
        first = load_file(source)
        again = self.converted(source, "--type", "i8")
        for name, value in first.items():
            torch.testing.assert_close(again[name], value, rtol=1e-6, atol=0)

    def test_the_loss_of_every_type_is_told(self) -> None:
        status, out, _ = self.run_convert(self.checkpoint(formula_state(NAME)), "--type", "bf16")
        self.assertEqual(status, 0)
        lines = [line.strip("→ ").split() for line in out.splitlines()]
        rows = {line[0]: line for line in lines if line[0] in self.TYPES.values()}
        self.assertEqual(list(rows), ["F32", "F16", "BF16", "I8"])
        sizes = [int(row[1].replace(",", "")) for row in rows.values()]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        errors = [float(row[3]) for row in rows.values()]
        self.assertEqual(errors[0], 0)
        self.assertLess(errors[1], errors[2])
        self.assertIn("→ BF16", out)

    def test_what_half_precision_cannot_hold(self) -> None:
        state = formula_state(NAME)
        state["stem.weight"] = state["stem.weight"] * 1e6
        source = self.checkpoint(state)
        self.refused(source, "F16 cannot hold stem.weight (up to", "bf16 or f32", options=("--type", "f16"))
        # How much of the matte that costs is another question.
        self.assertEqual(self.run_convert(source, "--only", "--type", "bf16")[0], 0)
        state["stem.weight"] = torch.full_like(state["stem.weight"], 1e-9)
        status, _, err = self.run_convert(self.checkpoint(state), "--only", "--type", "f16")
        self.assertEqual(status, 0)
        self.assertIn("warning: all weights of 16 output channels are too small for F16", err)

    def test_the_same_input_gives_the_same_bytes(self) -> None:
        source = self.checkpoint(formula_state(NAME))
        self.converted(source)
        first = self.output.read_bytes()
        self.converted(source)
        self.assertEqual(self.output.read_bytes(), first)


class MetadataTest(ConversionTest):
    def test_the_published_recipe_and_what_is_said(self) -> None:
        source = self.checkpoint(formula_state("u2netp"))
        self.converted(source, "--license", "Apache-2.0", "--source", "the authors", "--training", "DUTS-TR", "--recipe", "input.size=256")
        metadata = header(self.output)["__metadata__"]
        expected = {
            "architecture": "u2netp",
            "input.rule": "stretch",
            "input.size": "256",
            "input.multiple": "1",
            "input.channels": "RGB",
            "input.mean": "0.485,0.456,0.406",
            "input.std": "0.229,0.224,0.225",
            "input.divide_by_max": "true",
            "output.activation": "sigmoid",
            "output.rescale": "none",
            "license": "Apache-2.0",
            "source": "the authors",
            "training": "DUTS-TR",
        }
        self.assertEqual({key: metadata[key] for key in expected}, expected)
        self.assertIn(hashlib.sha256(source.read_bytes()).hexdigest(), metadata["conversion"])

    def test_what_a_weight_file_says_is_kept(self) -> None:
        said = {"architecture": "mobilenetv2-unet", "doubt.scale": "1.5", "doubt.quantiles": "0.1,0.2", "license": "MIT", "input.size": "320"}
        self.converted(self.safetensors(formula_state("mobilenetv2-unet"), said))
        metadata = header(self.output)["__metadata__"]
        self.assertEqual({key: metadata[key] for key in said}, said)

    def test_a_recipe_that_the_library_would_refuse(self) -> None:
        source = self.checkpoint(formula_state("u2netp"))
        self.refused(source, "input.size", "1...16384", options=("--recipe", "input.size=0"))
        self.refused(self.checkpoint(formula_state(NAME)), "no recipe of its own", options=("--recipe", "input.size=3"))


if __name__ == "__main__":
    unittest.main()
