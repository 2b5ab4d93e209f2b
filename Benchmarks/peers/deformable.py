"""ONNX's own operator for deformable convolutions, which onnxruntime runs in a quarter of the time that it takes for the
samples and products of each tap, into which the definition falls apart. OpenVINO does not read it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest import mock

import torch
from onnxscript import opset19
from torch import Tensor

from .networks import birefnet

OPSET = 19
definition = birefnet.deformable


@torch.library.custom_op("matting::deformable", mutates_args=())
def deformable(x: Tensor, weight: Tensor, bias: Tensor | None, offset: Tensor, modulation: Tensor) -> Tensor:
    return definition(x, weight, bias, offset, modulation)


@deformable.register_fake
def _(x: Tensor, weight: Tensor, bias: Tensor | None, offset: Tensor, modulation: Tensor) -> Tensor:
    return x.new_empty(x.shape[0], weight.shape[0], *x.shape[2:])


def operator(x, weight, bias, offset, modulation):
    return opset19.DeformConv(x, weight, offset, bias, modulation, pads=[weight.shape[-1] // 2] * 4)


TRANSLATION = {torch.ops.matting.deformable.default: operator}


@contextlib.contextmanager
def kept_whole() -> Iterator[None]:
    """Networks have the operator in place of the definition meanwhile."""
    with mock.patch.object(birefnet, "deformable", deformable):
        yield
