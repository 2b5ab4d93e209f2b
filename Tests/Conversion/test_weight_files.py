"""The embedded weight files are what they say, by the reference implementation of safetensors and the converter's own rules."""

import hashlib
import re
import unittest
from pathlib import Path

import numpy as np
from places import ROOT
from safetensors import safe_open

from conversion import recipes

FILES = {"coarse.safetensors": "mobilenetv2-unet", "edge.safetensors": "edge-attention"}


def metadata(path: Path) -> dict[str, str]:
    with safe_open(path, framework="numpy") as file:
        return file.metadata()


class WeightFileTest(unittest.TestCase):
    def test_they_are_whole(self) -> None:
        for name, architecture in FILES.items():
            with self.subTest(name):
                path = ROOT / "Weights" / name
                content = path.read_bytes()
                data = content[8 + int.from_bytes(content[:8], "little") :]
                said = metadata(path)
                self.assertEqual((said["architecture"], said["license"]), (architecture, "Apache-2.0"))
                self.assertEqual(said["sha256"], hashlib.sha256(data).hexdigest())

    def test_their_tensors_are_finite(self) -> None:
        for name in FILES:
            with safe_open(ROOT / "Weights" / name, framework="numpy") as file:
                for tensor in file.keys():  # noqa: SIM118  (it has no iterator)
                    value = file.get_tensor(tensor)
                    self.assertEqual(value.dtype, np.float16, tensor)
                    self.assertTrue(np.isfinite(value).all(), tensor)

    def test_their_recipes_are_ones_that_the_converter_writes(self) -> None:
        for name in FILES:
            said = metadata(ROOT / "Weights" / name)
            stated = {key: value for key, value in said.items() if key.startswith(("input.", "output."))}
            kept = recipes.recipe(stated, {}, {})
            self.assertEqual({key: kept[key] for key in stated}, stated, name)

    def test_the_documentation_has_their_sizes_and_hashes(self) -> None:
        rows = re.findall(r"^\| `(\w+\.safetensors)` \|.*\| ([0-9,]+) \| `([0-9a-f]{64})` \|$", (ROOT / "Weights" / "README.md").read_text(), re.MULTILINE)
        found = {name: (int(size.replace(",", "")), digest) for name, size, digest in rows}
        contents = {name: (ROOT / "Weights" / name).read_bytes() for name in FILES}
        self.assertEqual(found, {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in contents.items()})


if __name__ == "__main__":
    unittest.main()
