"""ONNX files as exporters write them, under names that say nothing, convert to the weights that they were made of."""

import unittest
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from support import (
    DYNAMIC,
    NETWORKS,
    ConversionTest,
    Mattes,
    OneOutput,
    anonymous,
    disguised,
    exported,
    formula_state,
    network,
    shuffled,
    transposed_products,
    wrapped,
)

EDGE_CHANNELS = NETWORKS["edge-attention"].channels
UNFOLDED = {"do_constant_folding": False, "training": torch.onnx.TrainingMode.PRESERVE}


class OnnxTest(ConversionTest):
    def from_checkpoint(self, name: str) -> dict[str, torch.Tensor]:
        return self.converted(self.checkpoint(formula_state(name)))

    def path(self) -> Path:
        return self.folder / "network.onnx"

    def test_u2net_p_with_all_outputs(self) -> None:
        expected = self.from_checkpoint("u2netp")
        for opset in (11, 17):
            with self.subTest(opset=opset):
                path = exported(Mattes(network("u2netp")), self.path(), opset)
                self.assert_close(self.converted(disguised(path, anonymous, shuffled)), expected, 1e-6)

    def test_names_do_not_matter_and_neither_do_constants(self) -> None:
        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        expected = self.from_checkpoint("edge-attention")
        self.assert_close(self.converted(path), expected, 0)
        self.assert_close(self.converted(disguised(path, wrapped, anonymous, shuffled)), expected, 0)

    def test_batch_norms_that_were_not_folded(self) -> None:
        path = exported(OneOutput(network("u2netp")), self.path(), **UNFOLDED)
        self.assertIn("BatchNormalization", {node.op_type for node in onnx.load(path).graph.node})
        path = disguised(path, anonymous, shuffled)
        self.assert_close(self.converted(path), self.from_checkpoint("u2netp"), 1e-6)
        kept = self.converted(path, "--keep-batch-norms")
        self.assertTrue(any(key.endswith("running_var") for key in kept))

    def test_modnet_as_its_authors_export_it(self) -> None:
        # The matte alone: both heads that serve training are missing; half of the norms cannot be folded.
        expected = self.from_checkpoint("modnet")
        for opset in (11, 17):
            with self.subTest(opset=opset):
                path = exported(OneOutput(network("modnet")), self.path(), opset)
                tensors = self.converted(disguised(path, anonymous, shuffled))
                heads = ("lr_branch.conv_lr.", "hr_branch.conv_hr.")
                self.assert_close(
                    {key: value for key, value in tensors.items() if not key.startswith(heads)},
                    {key: value for key, value in expected.items() if not key.startswith(heads)},
                    1e-5,
                )
                self.assertFalse(tensors["lr_branch.conv_lr.layers.0.weight"].any())

    def test_modnet_with_its_heads_and_matrices_the_other_way(self) -> None:
        path = exported(Mattes(network("modnet")), self.path(), dynamic_axes={"picture": DYNAMIC})
        status, out, err = self.run_convert(disguised(path, transposed_products, anonymous, shuffled, wrapped), "--only")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("at 64x64", out)
        self.assertIn("at 160x224", out)
        self.assertNotIn("zeros instead", out)

    def test_rvm_over_three_frames(self) -> None:
        states = (torch.zeros(1, 16, 16, 16), torch.zeros(1, 20, 8, 8), torch.zeros(1, 40, 4, 4), torch.zeros(1, 64, 2, 2))
        path = exported(network("rvm-mobilenetv3"), self.path(), 12, states=states)
        self.assert_close(self.converted(disguised(path, anonymous, shuffled)), self.from_checkpoint("rvm-mobilenetv3"), 1e-5)

    def test_the_default_network_with_its_doubt(self) -> None:
        path = exported(Mattes(network("mobilenetv2-unet")), self.path())
        self.assert_close(self.converted(disguised(path, anonymous, shuffled)), self.from_checkpoint("mobilenetv2-unet"), 0)

    def test_isnet_without_its_side_outputs(self) -> None:
        path = exported(OneOutput(network("isnet")), self.path())
        status, out, err = self.run_convert(disguised(path, anonymous), "--only", "--type", "f16")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("side2.bias", out)

    def test_u_net_with_transposed_convolutions(self) -> None:
        path = exported(OneOutput(network("unet")), self.path())
        self.assert_close(self.converted(disguised(path, anonymous, shuffled)), self.from_checkpoint("unet"), 1e-6)

    def test_logits_instead_of_a_matte(self) -> None:
        path = exported(OneOutput(network("unet"), with_sigmoid=False), self.path())
        self.assert_close(self.converted(path), self.from_checkpoint("unet"), 1e-6)

    def test_half_precision(self) -> None:
        def halved(model: onnx.ModelProto) -> None:
            for tensor in model.graph.initializer:
                if tensor.data_type == TensorProto.FLOAT:
                    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name))
            for value in (*model.graph.input, *model.graph.output):
                value.type.tensor_type.elem_type = TensorProto.FLOAT16
            for node in model.graph.node:
                for attribute in node.attribute:
                    if attribute.type == onnx.AttributeProto.TENSOR and attribute.t.data_type == TensorProto.FLOAT and node.op_type == "Constant":
                        users = [other for other in model.graph.node if node.output[0] in other.input]
                        if all(user.op_type not in ("Resize", "Upsample") for user in users):
                            attribute.t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(attribute.t).astype(np.float16)))
            del model.graph.value_info[:]

        path = disguised(exported(Mattes(network("mobilenetv2-unet")), self.path()), halved, anonymous)
        tensors = self.converted(path)
        self.assert_close(tensors, self.from_checkpoint("mobilenetv2-unet"), 1e-3)

    def test_data_beside_the_model(self) -> None:
        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        model = onnx.load(path)
        onnx.save(model, path, save_as_external_data=True, location="network.data", size_threshold=0)
        self.assertTrue((self.folder / "network.data").exists())
        self.assert_close(self.converted(path), self.from_checkpoint("edge-attention"), 0)

    def test_data_elsewhere_is_refused(self) -> None:
        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        for location in ("../network.data", "/etc/hostname", "absent.data"):
            model = onnx.load(path)
            tensor = next(tensor for tensor in model.graph.initializer if len(tensor.dims) == 4)
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.append(onnx.StringStringEntryProto(key="location", value=location))
            outside = self.folder / "outside.onnx"
            outside.write_bytes(model.SerializeToString())
            self.refused(outside, location, "no file in the model's folder")

    def test_maps_in_another_order_are_refused(self) -> None:
        def exchanged(model: onnx.ModelProto) -> None:
            concat = next(node for node in model.graph.node if node.op_type == "Concat" and len(node.input) == 4)
            concat.input[0], concat.input[1] = concat.input[1], concat.input[0]

        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        self.refused(disguised(path, exchanged), "nearest is edge-attention, whose first 2 layers agree", "('attention.0') is expected")

    def test_another_computation_on_the_same_layers_is_refused_and_located(self) -> None:
        def leaky(model: onnx.ModelProto) -> None:
            relus = [node for node in model.graph.node if node.op_type == "Relu"]
            relus[3].op_type = "LeakyRelu"
            relus[3].attribute.append(helper.make_attribute("alpha", 0.5))

        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        self.refused(disguised(path, leaky), "gives another matte at 64x64", "first in '")

    def test_a_preprocessing_in_the_graph_is_refused(self) -> None:
        class Scaled(OneOutput):
            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return super().forward(x * 0.5 + 0.25)

        path = exported(Scaled(network("edge-attention"), with_sigmoid=False), self.path(), channels=EDGE_CHANNELS)
        self.refused(path, "another matte", "first in 'stem'")

    def test_another_network_is_refused(self) -> None:
        module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(8, 1, 1))
        self.refused(exported(module.eval(), self.path()), "no known network", "nearest is")
        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        self.refused(path, "the graph is no u2netp", options=("--architecture", "u2netp"))

    def test_the_training_mode_is_refused(self) -> None:
        module = OneOutput(network("u2netp")).train()
        self.refused(exported(module, self.path(), **UNFOLDED), "training mode")

    def test_a_damaged_file_is_refused(self) -> None:
        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        content = path.read_bytes()
        for length in (0, 10, len(content) // 2, len(content) - 1):
            with self.subTest(length=length):
                path.write_bytes(content[:length])
                self.refused(path, "error: ")

    def test_values_that_are_not_finite_are_refused(self) -> None:
        def damaged(model: onnx.ModelProto) -> None:
            tensor = next(tensor for tensor in model.graph.initializer if len(tensor.dims) == 4)
            values = numpy_helper.to_array(tensor).copy()
            values.flat[5] = np.nan
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))

        path = exported(network("edge-attention"), self.path(), channels=EDGE_CHANNELS)
        self.refused(disguised(path, damaged), "not finite", "(1 values)")


if __name__ == "__main__":
    unittest.main()
