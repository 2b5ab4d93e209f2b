"""The coarse network: a MobileNetV2 encoder, a gated context and a U-Net decoder.

            input 1/1 (3) ─────────────────────────────────────────┐ concat
    features.0–1   1/2 (16) ───────────────────────────────┐       │
    features.2–3   1/4 (24) ───────────────────────┐       │       │
    features.4–6   1/8 (32) ───────────────┐       │       │       │
    features.7–13  1/16 (96) ──────┐       │       │       │       │
    features.14–17 1/32 (320)      │       │       │       │       │
         └ context (128) ─ x2 ─ stage16 ─ stage8 ─ stage4 ─ stage2 ─ stage1 ─ head ─ matte logit
                                 (96)     (64)     (48)     (24)  │  (16)     (1)
                                                                  └ doubt (1) ─ x2 ─ doubt logit

Every decoder stage doubles its input bilinearly, appends the encoder's map of that size and applies a 3x3 convolution
with ReLU; the context, stage16 and stage8, where maps are small, apply residual 3x3 convolutions after it.
The sigmoid of the second output is how far the matte is expected to be from the truth at a pixel.
The input is RGB, (value/255 - 0.5)/0.5; its sides are multiples of 32.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

# MobileNetV2 1.0: expansion, output channels, repeats, stride of the first repeat.
INVERTED_RESIDUALS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

# The encoder's outputs that the decoder uses: index in `features` -> channels, at strides 2, 4, 8, 16 and 32.
TAPS = {1: 16, 3: 24, 6: 32, 13: 96, 17: 320}

CONTEXT = 128
STAGES = {"stage16": 96, "stage8": 64, "stage4": 48, "stage2": 24, "stage1": 16}
CONTEXT_RESIDUALS = 2
STAGE_RESIDUALS = {"stage16": 1, "stage8": 1}


class Conv(nn.Conv2d):
    """A convolution that keeps its size (or halves it, padding right and bottom), with an optional batch norm that `fold` removes."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, norm: bool = False, dilation: int = 1):
        padding = kernel // 2 * dilation if stride == 1 else 0
        super().__init__(inputs, outputs, kernel, stride, padding, dilation, groups, bias=not norm)
        if norm:
            self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        if self.stride == (1, 1):
            x = super().forward(x)
        elif self.groups == 1:
            x = super().forward(F.pad(x, (0, 1, 0, 1)))
        else:  # the same sums, one in four kept: a strided depthwise convolution learns far slower on a CPU
            x = F.conv2d(x, self.weight, self.bias, padding=1, groups=self.groups)[:, :, 1::2, 1::2]
        return self.norm(x) if hasattr(self, "norm") else x

    @torch.no_grad()
    def fold(self) -> None:
        if not hasattr(self, "norm"):
            return
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        self.bias = nn.Parameter(self.norm.bias - self.norm.running_mean * scale)
        self.weight.mul_(scale[:, None, None, None])
        del self.norm


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int):
        super().__init__()
        hidden = inputs * expansion
        depthwise = nn.Sequential(Conv(hidden, hidden, 3, stride, groups=hidden), nn.ReLU6())
        expand = [nn.Sequential(Conv(inputs, hidden, 1), nn.ReLU6())] if expansion > 1 else []
        self.conv = nn.Sequential(*expand, depthwise, Conv(hidden, outputs, 1))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.residual else self.conv(x)


class Encoder(nn.Module):
    """MobileNetV2 without its last convolution, or only its first kinds of blocks; batch norms already folded into the published weights.

    The first `frozen` features are not trained: without their gradients a step took a tenth less, and edges are edges.
    """

    frozen = 0

    def __init__(self, kinds: int = len(INVERTED_RESIDUALS)):
        super().__init__()
        layers: list[nn.Module] = [nn.Sequential(Conv(3, 32, 3, 2), nn.ReLU6())]
        inputs = 32
        for expansion, outputs, repeats, stride in INVERTED_RESIDUALS[:kinds]:
            for index in range(repeats):
                layers.append(InvertedResidual(inputs, outputs, stride if index == 0 else 1, expansion))
                inputs = outputs
        self.features = nn.Sequential(*layers)

    def freeze(self, count: int) -> None:
        self.frozen = count
        self.features[:count].requires_grad_(False)

    def forward(self, x: Tensor) -> list[Tensor]:
        taps = []
        for index, layer in enumerate(self.features):
            with torch.set_grad_enabled(torch.is_grad_enabled() and index >= self.frozen):
                x = layer(x)
            if index in TAPS:
                taps.append(x)
        return taps


class Residual(nn.Module):
    """x + ReLU(convolution of x); with a batch norm it starts near the identity, so it can be added to a trained network."""

    def __init__(self, channels: int, norm: bool, dilation: int = 1):
        super().__init__()
        self.conv = Conv(channels, channels, 3, norm=norm, dilation=dilation)
        if norm:
            nn.init.constant_(self.conv.norm.weight, 0.1)  # at 0 the ReLU would never learn

    def forward(self, x: Tensor) -> Tensor:
        return x + F.relu(self.conv(x))


def residuals(count: int, channels: int, norm: bool) -> nn.Sequential:
    return nn.Sequential(*(Residual(channels, norm) for _ in range(count)))


class Context(nn.Module):
    """Channels of the deepest map, each weighed by what the whole picture shows."""

    def __init__(self, inputs: int, outputs: int, norm: bool):
        super().__init__()
        self.conv = Conv(inputs, outputs, 1, norm=norm)
        self.gate = Conv(inputs, outputs, 1)
        self.residuals = residuals(CONTEXT_RESIDUALS, outputs, norm)

    def forward(self, x: Tensor) -> Tensor:
        gate = torch.sigmoid(self.gate(x.mean((2, 3), keepdim=True)))
        return self.residuals(F.relu(self.conv(x)) * gate)


class Stage(nn.Module):
    """One decoder stage: doubles `y`, appends `skip`, convolves."""

    def __init__(self, inputs: int, outputs: int, residual_count: int, norm: bool):
        super().__init__()
        self.conv = Conv(inputs, outputs, 3, norm=norm)
        self.residuals = residuals(residual_count, outputs, norm)

    def forward(self, y: Tensor, skip: Tensor) -> Tensor:
        y = F.interpolate(y, size=skip.shape[2:], mode="bilinear", align_corners=False)
        return self.residuals(F.relu(self.conv(torch.cat([y, skip], 1))))


class MobileNetV2UNet(nn.Module):
    """`norm=True` is the network in training; `norm=False` is the one in the weight file, batch norms folded."""

    def __init__(self, norm: bool = False):
        super().__init__()
        *skips, deepest = TAPS.values()
        self.encoder = Encoder()
        self.context = Context(deepest, CONTEXT, norm)
        self.decoder = nn.ModuleDict()
        inputs = CONTEXT
        for (name, outputs), skip in zip(STAGES.items(), [*reversed(skips), 3]):
            self.decoder[name] = Stage(inputs + skip, outputs, STAGE_RESIDUALS.get(name, 0), norm)
            inputs = outputs
        self.head = Conv(inputs, 1, 3)
        self.doubt = Conv(STAGES["stage2"], 1, 3)

    def stages(self, x: Tensor) -> list[Tensor]:
        """The outputs of the decoder's stages, from 1/16 to the input's size."""
        *skips, deepest = self.encoder(x)
        y = self.context(deepest)
        outputs = []
        for stage, skip in zip(self.decoder.values(), [*reversed(skips), x]):
            y = stage(y, skip)
            outputs.append(y)
        return outputs

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits at the input's size: their sigmoids are alpha, and alpha's expected error."""
        *_, half, full = self.stages(x)
        doubt = F.interpolate(self.doubt(half), size=x.shape[2:], mode="bilinear", align_corners=False)
        return self.head(full), doubt

    def fold(self) -> "MobileNetV2UNet":
        for module in list(self.modules()):
            if isinstance(module, Conv):
                module.fold()
        return self


def load_imagenet_encoder(network: MobileNetV2UNet, path: str) -> None:
    """Fills the encoder from a file with torchvision's names (`features.0.0.weight` ...), ignoring what the network does not use."""
    published = load_file(path)
    own = network.encoder.state_dict()
    network.encoder.load_state_dict({name: published[name].float() for name in own})
