"""The reference networks give what their authors' implementations give, and checkpoints of all of them convert."""

import json
import unittest

import torch
from places import GOLDENS
from safetensors.torch import load_file
from support import GAIN, NETWORKS, ConversionTest, formula, formula_state, with_norms

from conversion.layers import COUNTERS
from conversion.selection import checked

SMALL = ["u2netp", "modnet", "unet", "rvm-mobilenetv3", "mobilenetv2-unet", "edge-attention"]


class GoldenTest(unittest.TestCase):
    def compare(self, name: str, folder: str, outputs: dict[str, int], sizes: list[str], alias: str = "") -> None:
        description = json.loads((GOLDENS / folder / "tensors.json").read_text())
        golden = load_file(GOLDENS / folder / "golden.safetensors")
        module = NETWORKS[name].build({key: tuple(shape) for key, shape in description["tensors"].items()})
        state = {}
        for key in (key for key in module.state_dict() if not key.endswith(COUNTERS)):
            # A module registered twice has the values of its second name.
            shape = description["tensors"][key]
            stated = alias + key if alias + key in description["tensors"] else key
            state[key] = torch.from_numpy(formula.weight(stated, tuple(shape), description["salt"], description["gain"]))
        module.load_state_dict(state, strict=False)
        # In single precision every processor rounds otherwise; the goldens, which have it, err by at most 3.0e-6 (MODNet's detail).
        module.eval().double()
        for size in sizes:
            with torch.no_grad():
                results = module(golden[f"input.{size}"].double())
            results = results if isinstance(results, tuple) else (results,)
            for key, index in outputs.items():
                result = torch.sigmoid(results[index]) if NETWORKS[name].yields_logits else results[index]
                difference = (result - golden[f"{key}.{size}"]).abs().max()
                self.assertLess(float(difference), 4e-6, f"{name} {key} {size}")

    def test_u2net_p(self) -> None:
        self.compare("u2netp", "u2netp", {f"d{index}": index for index in range(7)}, ["64x64", "75x101", "96x80"])

    def test_u2net(self) -> None:
        self.compare("u2net", "u2net", {f"d{index}": index for index in range(7)}, ["75x101"])

    def test_isnet(self) -> None:
        self.compare("isnet", "isnet", {f"d{index}": index for index in range(6)}, ["75x101"])

    def test_modnet(self) -> None:
        self.compare("modnet", "modnet", {"matte": 0, "semantic": 1, "detail": 2}, ["64x64", "96x160"], alias="lr_branch.")

    def test_own_networks(self) -> None:
        self.compare("mobilenetv2-unet", "mobilenetv2-unet", {"alpha": 0, "doubt": 1}, ["96x160"])
        self.compare("edge-attention", "edge-attention", {"alpha": 0}, ["96x128"])

    def test_birefnet_lite(self) -> None:
        folder = GOLDENS / "birefnet-lite"
        description = json.loads((folder / "tensors.json").read_text())
        golden = load_file(folder / "golden.safetensors")
        state = {key: torch.from_numpy(value) for key, value in formula.weights(description).items()}
        weights, _ = checked(NETWORKS["birefnet-lite"], state, ignored=[])
        picture = torch.from_numpy(formula.image("birefnet_swin_t.256x256", (1, 3, 256, 256), description["salt"]))
        name, stride = next(
            (name, description["runs"]["256x256"]["layers"].get("logits", {}).get("stride", 1))
            for name in ("logits.256x256", "logits.256x256.sample")
            if name in golden
        )
        expected = torch.sigmoid(golden[name].flatten())
        # With its batch norms and with them folded: deformable convolutions then have a bias.
        for module in (weights.module(), weights.folded().module()):
            with torch.no_grad():
                matte = torch.sigmoid(module(picture)[0]).flatten()
            # A hundred layers in single precision.
            self.assertLess(float((matte[:: 1 if len(expected) == len(matte) else stride] - expected).abs().max()), 2e-5)

    def test_u_net(self) -> None:
        for folder in ("unet", "unet-transposed"):
            self.compare("unet", folder, {"matte": 0}, ["32x48", "37x53"])

    def test_rvm_with_its_memory(self) -> None:
        folder = GOLDENS / "rvm-mobilenetv3"
        description = json.loads((folder / "tensors.json").read_text())
        golden = load_file(folder / "golden.safetensors")
        module = NETWORKS["rvm-mobilenetv3"].build({})
        module.load_state_dict(
            {key: torch.from_numpy(value) for key, value in formula.weights(description).items()},
            strict=False,
        )
        module.eval()
        states: list = [None] * 4
        for frame in range(3):
            with torch.no_grad():
                results = module(golden[f"frame{frame}.input"], *states)
            states = list(results[2:6])
            for key, result in zip(("alpha", "foreground", "r1", "r2", "r3", "r4"), results):
                self.assertLess(float((result - golden[f"frame{frame}.{key}"]).abs().max()), 2e-6, f"{key} of frame {frame}")


class CheckpointTest(ConversionTest):
    def test_every_small_network_from_a_checkpoint_and_from_safetensors(self) -> None:
        for name in SMALL:
            with self.subTest(name):
                state = formula_state(name)
                tensors = self.converted(self.checkpoint(state))
                self.assertFalse([key for key in tensors if key.endswith(COUNTERS)])
                again = self.converted(self.safetensors(state))
                self.assert_close(again, tensors, 0)

    def test_large_networks(self) -> None:
        for name in ("u2net", "isnet"):
            with self.subTest(name):
                tensors = self.converted(self.checkpoint(formula_state(name)), "--type", "f16")
                self.assertFalse([key for key in tensors if "running" in key])

    def test_folding_is_that_of_batch_norms(self) -> None:
        state = formula_state("u2netp", gain=GAIN)
        tensors = self.converted(self.checkpoint(state))
        conv, norm = "stage1.rebnconvin.conv_s1", "stage1.rebnconvin.bn_s1"
        scale = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + 1e-5)
        torch.testing.assert_close(tensors[f"{conv}.weight"], state[f"{conv}.weight"] * scale[:, None, None, None])
        bias = (state[f"{conv}.bias"] - state[f"{norm}.running_mean"]) * scale + state[f"{norm}.bias"]
        torch.testing.assert_close(tensors[f"{conv}.bias"], bias)

    def test_batch_norms_can_be_kept(self) -> None:
        state = formula_state("u2netp")
        tensors = self.converted(self.checkpoint(state), "--keep-batch-norms")
        self.assert_close(tensors, {key: value for key, value in state.items() if not key.endswith(COUNTERS)}, 0)

    def test_a_folded_file_converts_to_itself(self) -> None:
        first = self.converted(self.checkpoint(formula_state("u2netp")))
        self.assert_close(self.converted(self.safetensors(first)), first, 0)

    def test_a_partly_folded_file_becomes_a_folded_one(self) -> None:
        state = formula_state("u2netp")
        folded = self.converted(self.checkpoint(state))
        mixed = {key: folded[key] if key in folded and key.startswith("stage1.") else value for key, value in state.items()}
        mixed = {key: value for key, value in mixed.items() if not (key.startswith("stage1.") and ".bn_s1." in key)}
        self.assert_close(self.converted(self.checkpoint(mixed)), folded, 0)

    def test_half_precision_checkpoint(self) -> None:
        state = {key: value.half() if value.is_floating_point() else value for key, value in formula_state("u2netp").items()}
        self.converted(self.checkpoint(state))

    def test_prefixes_and_nesting(self) -> None:
        state = formula_state("edge-attention")
        plain = self.converted(self.checkpoint(state))
        for prefix in ("module.", "model.", "net.", "module.student."):
            prefixed = {prefix + key: value for key, value in state.items()}
            self.assert_close(self.converted(self.checkpoint({"state_dict": prefixed, "epoch": 3})), plain, 0)
        nested = {"params": {"net_g": state}, "optimizer": {"state": {0: {"exp_avg": torch.zeros(3)}}}}
        self.assert_close(self.converted(self.checkpoint(nested, "weights.ckpt")), plain, 0)

    def test_the_legacy_format_of_checkpoints(self) -> None:
        path = self.folder / "legacy.pth"
        torch.save(formula_state("edge-attention"), path, _use_new_zipfile_serialization=False)
        self.converted(path)

    def test_networks_of_our_own_training_are_folded(self) -> None:
        for name in ("mobilenetv2-unet", "edge-attention"):
            with self.subTest(name):
                tensors = self.converted(self.checkpoint({"average": {f"network.{key}": value for key, value in with_norms(name).items()}}))
                self.assertEqual(set(tensors), set(formula_state(name)))

    def test_modnets_second_backbone_wins(self) -> None:
        state = formula_state("modnet")
        plain = self.converted(self.checkpoint(state))
        twice = {key: torch.zeros_like(value) if key.startswith("backbone.") else value for key, value in state.items()}
        twice |= {"lr_branch." + key: value for key, value in state.items() if key.startswith("backbone.")}
        self.assert_close(self.converted(self.checkpoint({"module." + key: value for key, value in twice.items()})), plain, 0)

    def test_a_u_net_of_two_classes_becomes_one_of_one(self) -> None:
        state = formula_state("unet")
        state["outc.conv.weight"] = torch.cat([state["outc.conv.weight"], -state["outc.conv.weight"]])
        state["outc.conv.bias"] = torch.tensor([0.5, 0.25])
        tensors = self.converted(self.checkpoint(state))
        torch.testing.assert_close(tensors["outc.conv.weight"], 2 * state["outc.conv.weight"][1:])
        torch.testing.assert_close(tensors["outc.conv.bias"], torch.tensor([-0.25]))

    def test_what_lies_beside_the_network_is_left_out(self) -> None:
        state = {f"net.{key}": value for key, value in formula_state("edge-attention").items()}
        self.converted(self.checkpoint({"state_dict": state | {"encoder.weight": torch.zeros(3)}}))


if __name__ == "__main__":
    unittest.main()
