"""Weights and pictures by formula are the same ones in every language and version."""

import unittest

import numpy as np
from places import GOLDENS
from safetensors.numpy import load_file

import formula


class FormulaTest(unittest.TestCase):
    def test_the_hash_and_the_generator_are_the_published_ones(self) -> None:
        # Test vectors of FNV-1a (Noll), 64 bits.
        for text, value in {"": 0xCBF29CE484222325, "a": 0xAF63DC4C8601EC8C, "foobar": 0x85944171F73967E8}.items():
            self.assertEqual(formula.fnv1a64(text), value)
        # The first outputs of splitmix64 (Steele, Lea, Flood 2014) from the seed 1234567: a salt that leaves that seed.
        known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
        values = formula.uniform("", 3, formula.fnv1a64("") ^ 1234567)
        self.assertEqual(list(values), [(value >> 40) / 2**24 * 2 - 1 for value in known])

    def test_values_are_scaled_by_role(self) -> None:
        def bounds(name: str, shape: tuple[int, ...], gain: float = 1.0) -> tuple[float, float]:
            values = formula.weight(name, shape, 0, gain)
            self.assertEqual((values.shape, values.dtype), (shape, np.float32))
            return float(values.min()), float(values.max())

        for name, shape, gain, low, high in (
            ("conv.weight", (64, 16, 3, 3), 0.9, -0.9 * (6 / 144) ** 0.5, 0.9 * (6 / 144) ** 0.5),
            ("bn.running_var", (4096,), 1.0, 0.5, 1.5),
            ("bn.running_mean", (4096,), 1.0, -0.1, 0.1),
            ("bn.bias", (4096,), 1.0, -0.1, 0.1),
            ("bn.weight", (4096,), 1.0, 0.5, 1.0),
        ):
            with self.subTest(name):
                least, most = bounds(name, shape, gain)
                margin = 0.01 * (high - low)
                self.assertTrue(low <= least <= low + margin, f"{least}")
                self.assertTrue(high - margin <= most <= high, f"{most}")

    def test_recorded_inputs_are_the_formulas(self) -> None:
        for name, sizes in {"mobilenetv2-unet": ((96, 160),), "unet": ((32, 48), (37, 53))}.items():
            recorded = load_file(GOLDENS / name / "golden.safetensors")
            for height, width in sizes:
                key = f"input.{height}x{width}"
                expected = ((formula.image(key, (1, 3, height, width)) - 0.5) / 0.5).astype(np.float32)
                # Sine and cosine may differ by a bit from one library to the next.
                np.testing.assert_allclose(recorded[key], expected, rtol=0, atol=1e-6, err_msg=f"{name} {key}")


if __name__ == "__main__":
    unittest.main()
