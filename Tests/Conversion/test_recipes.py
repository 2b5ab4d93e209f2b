"""Preprocessing in metadata: what is published, what a file states, and what the library would refuse."""

import re
import unittest

from places import ROOT

from conversion import recipes
from conversion.problems import ConversionError, counted

STRETCH = {
    "input.rule": "stretch",
    "input.size": "320",
    "input.mean": "0.485,0.456,0.406",
    "input.std": "0.229,0.224,0.225",
    "input.divide_by_max": "true",
    "output.activation": "sigmoid",
}


class RecipeTest(unittest.TestCase):
    def test_a_source_overrides_the_paper_and_a_caller_both(self) -> None:
        values = recipes.recipe(STRETCH, {"input.size": "384", "input.mean": "0,0,0"}, {"input.mean": "0.5,0.5,0.5"})
        self.assertEqual((values["input.size"], values["input.mean"], values["input.std"]), ("384", "0.5,0.5,0.5", STRETCH["input.std"]))
        self.assertEqual({key: values[key] for key in recipes.COMMON}, recipes.COMMON | {"input.divide_by_max": "true"})

    def test_values_that_the_library_would_refuse(self) -> None:
        for option, expected in {
            "input.sise=3": "no key of a recipe",
            "input.size=0": "1...16384",
            "input.size=16385": "1...16384",
            "input.size=12x": "1...16384",
            "input.multiple=7": "no divisor",
            "input.multiple=1025": "1...1024",
            "input.closer_look=1.5": "a number in 0...1",
            "input.closer_look=0.5,0.5": "a number in 0...1",
            "input.mean=1,2": "three numbers",
            "input.std=0,1,1": "three numbers",
            "input.std=nan,1,1": "three numbers",
            "input.channels=rgb": "one of RGB, BGR",
            "output.rescale=max": "one of none, minmax",
        }.items():
            with self.subTest(option), self.assertRaisesRegex(ConversionError, expected):
                recipes.recipe(STRETCH, {}, dict([option.split("=", 1)]))

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        with self.assertRaises(ConversionError) as caught:
            recipes.recipe(STRETCH, {"input.size": "0"}, {"input.std": "0,0,0"})
        self.assertEqual(len(caught.exception.problems), 2)

    def test_sizes_belong_to_rules(self) -> None:
        self.assertNotIn("input.size", recipes.recipe(STRETCH, {}, {"input.rule": "native"}))
        with self.assertRaisesRegex(ConversionError, "needs one"):
            recipes.recipe({"input.rule": "native"}, {}, {"input.rule": "fit"})

    def test_a_network_that_the_library_alone_feeds_has_none(self) -> None:
        self.assertEqual(recipes.recipe({}, {}, {}), {})
        with self.assertRaises(ConversionError):
            recipes.recipe({}, {}, {"input.size": "3"})

    def test_a_closer_look_is_for_rules_that_enlarge(self) -> None:
        published = {"input.rule": "fit", "input.size": "384", "input.closer_look": "0.75"}
        native = {"input.rule": "native"}
        self.assertEqual(recipes.recipe(published, {}, {})["input.closer_look"], "0.75")
        self.assertNotIn("input.closer_look", recipes.recipe(published, {"input.closer_look": "0.5"}, native))
        for stated, overrides in (({}, native | {"input.closer_look": "0.5"}), (native | {"input.closer_look": "0.5"}, {})):
            with self.assertRaisesRegex(ConversionError, "enlarges no part"):
                recipes.recipe(published, stated, overrides)

    def test_the_keys_are_those_that_the_library_reads(self) -> None:
        source = (ROOT / "Sources" / "WeightFiles" / "InputRecipe+Metadata.swift").read_text()
        read = set(re.findall(r'"((?:input|output)\.[a-z_]+)"', source))
        self.assertEqual(read, set(recipes.KEYS))

    def test_long_lists_end_in_a_number(self) -> None:
        self.assertEqual(counted(["c", "a", "b"]), "a, b, c")
        self.assertEqual(counted(["c", "a", "b"], 2), "a, b and 1 more")


if __name__ == "__main__":
    unittest.main()
