"""A few steps of training on made pictures, and what comes out of them."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
from PIL import Image

import collection

WEIGHTS = Path(__file__).resolve().parents[2] / "Weights"
TRAINING = WEIGHTS / "training"
sys.path.insert(0, str(TRAINING))

from coarse.dataset import Batches, Mixture  # noqa: E402
from coarse.groups import group  # noqa: E402
from coarse.layout import trust  # noqa: E402
from coarse.photos import is_held_out  # noqa: E402
from predict import DefaultNetwork  # noqa: E402


def command(*arguments: object) -> str:
    return subprocess.run([sys.executable, *map(str, arguments)], cwd=TRAINING, check=True, capture_output=True, text=True).stdout


class Training(unittest.TestCase):
    """What a command of README leaves behind for the next."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.root = Path(cls.folder.name)
        collection.write(cls.root / "collected")
        cls.data = cls.root / "data"
        cls.printed = command("-m", "coarse.layout", "--source", cls.root / "collected", "--out", cls.data)

    def test_layout_believes_only_what_the_teachers_agree_on(self) -> None:
        self.assertIn("portraits-pif: 19 of 20 masks believed", self.printed)
        weight = np.asarray(Image.open(self.data / "teacher/recipes/0002.png").getchannel("A"))
        self.assertEqual(weight.max(), 0)
        one, none = np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32)
        self.assertEqual(trust(one, one, 1.0).item(), 1)
        self.assertEqual(trust(one, none, 1.0).item(), 0)

    def test_layout_names_a_missing_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            collection.write(Path(folder) / "collected")
            (Path(folder) / "collected/pairs/people-ccp/0001.png").unlink()
            result = subprocess.run(
                [sys.executable, "-m", "coarse.layout", "--source", f"{folder}/collected", "--out", f"{folder}/data"],
                cwd=TRAINING,
                capture_output=True,
                text=True,
            )
            self.assertEqual(result.returncode, 1)
            self.assertIn("people-ccp/0001.png", result.stderr)

    def test_batches_are_the_same_again_and_leave_out_what_is_held_out(self) -> None:
        batches = [Batches(self.data, Mixture(0.25, 0.5, 0.25), 4, 7, self.data / "teacher") for _ in range(2)]
        for planes in zip(*(batch[3] for batch in batches)):
            self.assertTrue(planes[0].equal(planes[1]))
        names = [photo.image for photo in batches[0].unlabelled]
        self.assertTrue(names)
        self.assertFalse([name for name in names if is_held_out(name) or name.stem == "0002"])
        self.assertFalse([photo for photo in batches[0].pairs if photo.image.stem == "0006"])

    def test_group_has_an_alpha_for_all_that_it_changed(self) -> None:
        backdrop = Image.new("RGB", (192, 96), (40, 90, 140))
        subject = Image.new("RGBA", (20, 60), (220, 30, 30, 255))
        subject.putalpha(Image.fromarray(np.pad(np.full((56, 16), 255, np.uint8), 2)))
        for seed in range(20):
            picture, alpha = group(np.random.default_rng(seed), lambda: subject, lambda: subject, backdrop, backdrop.height)
            self.assertEqual(picture.size, alpha.size)
            reddish = np.asarray(picture, int)[..., 0] > 1.5 * np.asarray(picture, int)[..., 2]
            self.assertFalse((reddish & (np.asarray(alpha) == 0)).any())

    def test_a_step_of_training_is_exported_to_a_valid_file(self) -> None:
        out, exported = self.root / "run", self.root / "coarse.safetensors"
        start = WEIGHTS / "coarse.safetensors"
        arguments = ["--data", self.data, "--teacher", self.data / "teacher", "--start", start, "--out", out, "--minutes", 0.02, "--batch", 2]
        command("-m", "coarse.train", *arguments, "--workers", 0)
        command("export.py", "coarse", "--checkpoint", out / "checkpoint.pt", "--doubt", "2.000:0.1,0.2:0.5,0.9", "--out", exported)

        content, before = exported.read_bytes(), start.read_bytes()
        length = int.from_bytes(content[:8], "little")
        header, earlier = json.loads(content[8 : 8 + length]), json.loads(before[8 : 8 + int.from_bytes(before[:8], "little")])
        metadata = header.pop("__metadata__")
        self.assertEqual(metadata.keys(), earlier.pop("__metadata__").keys())
        self.assertEqual(metadata["sha256"], hashlib.sha256(content[8 + length :]).hexdigest())
        self.assertEqual({name: tensor["shape"] for name, tensor in header.items()}, {name: tensor["shape"] for name, tensor in earlier.items()})

        picture = Image.open(self.data / "pairs/people-ccp/0006.webp").convert("RGB")
        ours, theirs = (DefaultNetwork(path).raw(picture) for path in (exported, start))
        self.assertTrue(np.isfinite(ours).all())
        self.assertFalse(np.array_equal(ours, theirs))
        self.assertLess(np.abs(ours - theirs).mean(), 0.25)

        if matte := os.environ.get("MATTING_MATTE"):
            subprocess.run([matte, "weights", "inspect", exported], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    unittest.main()
