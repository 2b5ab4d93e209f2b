"""The networks that weights are converted for: how to build them, how to know them, how their authors feed them."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from .networks.birefnet import BiRefNet
from .networks.modnet import MODNet
from .networks.nested_unet import SMALL, ISNet, U2Net
from .networks.rvm import RVM
from .networks.unet import UNet
from .problems import ConversionError

sys.path.append(str(Path(__file__).parent.parent / "training"))  # the project's own networks are defined where they are trained

from coarse.network import MobileNetV2UNet
from edge.network import INPUTS, EdgeNetwork

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]

IMAGENET = {"input.mean": "0.485,0.456,0.406", "input.std": "0.229,0.224,0.225"}
PLAIN = {"input.mean": "0,0,0", "input.std": "1,1,1"}
HALVES = {"input.mean": "0.5,0.5,0.5", "input.std": "0.5,0.5,0.5"}
U2NET_RECIPE = {"input.rule": "stretch", "input.size": "320", **IMAGENET, "input.divide_by_max": "true", "output.activation": "sigmoid"}


@dataclass(frozen=True)
class Network:
    """A network by its name in metadata.

    `build` may look at the shapes of a file to tell variants apart. `landmarks` are tensors that together no other network has, with
    their shapes; nothing stands for any number.
    `spare` are scopes that the matte does not depend on: files may come without them. `head` is the layer that in some files tells figure and
    ground apart by two channels.
    """

    name: str
    build: Callable[[Shapes], nn.Module]
    landmarks: dict[str, tuple[int | None, ...]]
    outputs: tuple[str, ...]
    recipe: dict[str, str]
    channels: int = 3
    spare: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    yields_logits: bool = True
    head: str | None = None

    @property
    def side(self) -> int:
        """Pixels of a side of the picture that conversions are measured with."""
        return int(self.recipe.get("input.size", "256"))

    def prefix(self, shapes: Shapes) -> str | None:
        """What stands before the names of this network in a file; nothing where a landmark is missing or has another shape."""
        first = next(iter(self.landmarks))
        for name in shapes:
            if name == first or name.endswith("." + first):
                prefix = name.removesuffix(first)
                if all(agrees(shapes.get(prefix + landmark, ()), shape) for landmark, shape in self.landmarks.items()):
                    return prefix
        return None


def agrees(shape: Shape, pattern: tuple[int | None, ...]) -> bool:
    return len(shape) == len(pattern) and all(wanted in (None, side) for side, wanted in zip(shape, pattern))


def has_norms(shapes: Shapes) -> bool:
    return any(name.endswith(".norm.running_mean") for name in shapes)


def birefnet_of(width: int) -> Callable[[Shapes], nn.Module]:
    return lambda _: BiRefNet(width)


def build_unet(shapes: Shapes) -> UNet:
    width = shapes.get("inc.double_conv.0.weight", (64,))[0]
    classes = shapes.get("outc.conv.weight", (1,))[0]
    # More than the paper's width, or than a figure and its ground, are told as wrong shapes.
    return UNet(min(width, 64), min(classes, 2), "up1.up.weight" not in shapes, "inc.double_conv.0.bias" in shapes)


NESTED = "stage1.rebnconv1.conv_s1.weight"
SIDES = tuple(f"d{index}" for index in range(7))

NETWORKS = {
    network.name: network
    for network in (
        Network("u2net", lambda _: U2Net(), {"outconv.weight": (1, 6, 1, 1), NESTED: (32, 64, 3, 3)}, SIDES, U2NET_RECIPE),
        Network("u2netp", lambda _: U2Net(SMALL), {"outconv.weight": (1, 6, 1, 1), NESTED: (16, 64, 3, 3)}, SIDES, U2NET_RECIPE),
        Network(
            "isnet",
            lambda _: ISNet(),
            {"conv_in.weight": (64, 3, 3, 3), NESTED: (32, 64, 3, 3)},
            SIDES[:6],
            {
                "input.rule": "stretch",
                "input.size": "1024",
                "input.mean": "0.5,0.5,0.5",
                "input.std": "1,1,1",
                "output.activation": "sigmoid",
            },
            spare=("side2", "side3", "side4", "side5", "side6"),
        ),
        Network(
            "modnet",
            lambda _: MODNet(),
            {"lr_branch.conv_lr16x.layers.0.weight": (96, 1280, 5, 5)},
            ("matte", "semantic", "detail"),
            {"input.rule": "short-side", "input.size": "512", "input.multiple": "32", **HALVES, "output.activation": "sigmoid"},
            spare=("lr_branch.conv_lr", "hr_branch.conv_hr"),
            # The authors register the backbone twice; PyTorch loads the second over the first.
            aliases=(("lr_branch.backbone.", "backbone."),),
        ),
        Network(
            "rvm-mobilenetv3",
            lambda _: RVM(),
            {"decoder.decode4.gru.ih.0.weight": (128, 128, 3, 3), "backbone.features.0.0.weight": (16, 3, 3, 3)},
            ("alpha", "foreground", "r1", "r2", "r3", "r4", "segmentation"),
            {"input.rule": "native", **PLAIN, "output.activation": "none"},
            spare=("project_seg",),
            yields_logits=False,
        ),
        *(
            Network(
                name,
                birefnet_of(width),
                {"squeeze_module.0.conv_in.weight": (64, 30 * width, 3, 3)},
                ("matte",),
                {"input.rule": "stretch", "input.size": "1024", "input.multiple": "32", **IMAGENET, "output.activation": "sigmoid"},
                spare=tuple(f"decoder.{scope}_{level}" for scope in ("conv_ms_spvn", "gdt_convs_pred") for level in (2, 3, 4)),
            )
            for name, width in (("birefnet", 192), ("birefnet-lite", 96))
        ),
        Network(
            "unet",
            build_unet,
            {"inc.double_conv.0.weight": (None, 3, 3, 3), "outc.conv.weight": (None, None, 1, 1)},
            ("matte",),
            {"input.rule": "fit", "input.size": "512", "input.multiple": "16", **PLAIN, "output.activation": "sigmoid"},
            head="outc.conv",
        ),
        Network(
            "mobilenetv2-unet",
            lambda shapes: MobileNetV2UNet(norm=has_norms(shapes)),
            {"decoder.stage16.conv.weight": (96, 224, 3, 3)},
            ("alpha", "doubt"),
            {"input.rule": "fit", "input.size": "384", "input.multiple": "32", "input.closer_look": "0.85", **HALVES, "output.activation": "sigmoid"},
        ),
        Network(
            "edge-attention",
            lambda shapes: EdgeNetwork(norm=has_norms(shapes)),
            {"down8.weight": (48, 32, 3, 3), "merge4.weight": (32, 32, 3, 3)},
            ("alpha",),
            {},
            channels=INPUTS,
            yields_logits=False,
        ),
    )
}


def recognized(shapes: Shapes) -> Network | None:
    """The network whose landmarks the tensors have."""
    return next((network for network in NETWORKS.values() if network.prefix(shapes) is not None), None)


def named(name: str) -> Network:
    if name not in NETWORKS:
        raise ConversionError(f"'{name}' is no known architecture; known are {', '.join(NETWORKS)}")
    return NETWORKS[name]
