"""The peers, each at its best settings for one picture at a time in 32-bit floats.

An engine is made from a network's files and a number of threads; `infer` runs it once on the input it was given, and
`output` is the matte as numpy has it. What a recurrent network remembers of one run is an input of the next, zeros of the
first: two sets of memory take turns. Engines are imported when they are made: a worker holds only its own.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from .artifacts import Artifacts
from .catalogue import Network


class Engine(Protocol):
    def __init__(self, network: Network, artifacts: Artifacts, image: np.ndarray, threads: int): ...

    def infer(self) -> None: ...

    def output(self) -> np.ndarray: ...


def state_shapes(artifacts: Artifacts) -> list[list[int]]:
    return artifacts.read_manifest()["state"]


class OnnxRuntime:
    """Input and output are bound once, so that no run pays for Python's copies."""

    def __init__(self, network: Network, artifacts: Artifacts, image: np.ndarray, threads: int):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        onnx = artifacts.deformable_onnx if artifacts.deformable_onnx.exists() else artifacts.onnx
        self.session = onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])
        shape = self.session.get_outputs()[0].shape
        self.result = onnxruntime.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, "cpu")
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input("image", onnxruntime.OrtValue.ortvalue_from_numpy(image))
        self.binding.bind_ortvalue_output("matte", self.result)
        self.states = [[onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32)) for shape in state_shapes(artifacts)] for _ in range(2)]

    def infer(self) -> None:
        for number, (old, new) in enumerate(zip(*self.states), 1):
            self.binding.bind_ortvalue_input(f"state{number}", old)
            self.binding.bind_ortvalue_output(f"next{number}", new)
        self.states.reverse()
        self.session.run_with_iobinding(self.binding)

    def output(self) -> np.ndarray:
        return self.result.numpy()


class OpenVINO:
    def __init__(self, network: Network, artifacts: Artifacts, image: np.ndarray, threads: int):
        import openvino

        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
        }
        compiled = openvino.Core().compile_model(str(artifacts.onnx), "CPU", settings)
        self.request = compiled.create_infer_request()
        self.request.set_input_tensor(0, openvino.Tensor(image, shared_memory=True))
        self.states = [[openvino.Tensor(np.zeros(shape, np.float32)) for shape in state_shapes(artifacts)] for _ in range(2)]

    def infer(self) -> None:
        for number, (old, new) in enumerate(zip(*self.states), 1):
            self.request.set_input_tensor(number, old)
            self.request.set_output_tensor(number, new)
        self.states.reverse()
        self.request.infer(share_outputs=True)

    def output(self) -> np.ndarray:
        return self.request.get_output_tensor(0).data


class NCNN:
    """Half precision is switched off everywhere: the comparison is of 32-bit floats."""

    def __init__(self, network: Network, artifacts: Artifacts, image: np.ndarray, threads: int):
        import ncnn

        self.net = ncnn.Net()
        options = self.net.opt
        options.num_threads = threads
        options.use_winograd_convolution = True
        options.use_sgemm_convolution = True
        options.use_packing_layout = True
        for half in ["fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_packed", "bf16_storage"]:
            setattr(options, f"use_{half}", False)
        for load, path in [(self.net.load_param, artifacts.ncnn_graph), (self.net.load_model, artifacts.ncnn_weights)]:
            if load(str(path)) != 0:
                raise RuntimeError(f"ncnn cannot load {path.name}")
        self.image = ncnn.Mat(image[0]).clone()  # into ncnn's own aligned layout

    def infer(self) -> None:
        extractor = self.net.create_extractor()
        extractor.input("in0", self.image)
        status, self.result = extractor.extract("out0")
        if status != 0:
            raise RuntimeError(f"ncnn's extract failed with status {status}")

    def output(self) -> np.ndarray:
        return np.array(self.result)


class PyTorch:
    """The definition that is exported to the others, as it stands."""

    def __init__(self, network: Network, artifacts: Artifacts, image: np.ndarray, threads: int):
        import torch
        from safetensors.torch import load_file

        from .networks import matte_of, weights_of

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.matte = matte_of(network, weights_of(network.name, load_file(artifacts.weights)))
        self.image = torch.from_numpy(image)
        self.state = [torch.zeros(shape) for shape in state_shapes(artifacts)]

    def infer(self) -> None:
        self.result, *self.state = self.matte(self.image, *self.state)

    def output(self) -> np.ndarray:
        return self.result.numpy()


ENGINES: dict[str, type[Engine]] = {"onnxruntime": OnnxRuntime, "openvino": OpenVINO, "ncnn": NCNN, "torch": PyTorch}
