"""RVM, Robust High-Resolution Video Matting with Temporal Guidance (Lin, Yang, Saleemi and Sengupta, WACV 2022), on MobileNetV3.

    frame ─ smaller ─ backbone: 1/2 (16), 1/4 (24), 1/8 (40), 1/16 (960) ─ aspp (128)
                      decode4 (1/16) ─ x2 ─ decode3 ─ x2 ─ decode2 ─ x2 ─ decode1 ─ x2 ─ decode0 ─ project_mat: foreground, alpha
                      Half of the channels of decode4 … decode1 pass a convolutional GRU, whose states r4 … r1 go to the next frame.
    frame ─ refiner: coefficients of a guided filter found at the smaller size, applied at the frame's own

The input is RGB in [0, 1]; the network normalises it itself. Outputs are alpha, the foreground, then the states r1 … r4.
Names are those of the authors' implementation, whose backbone is torchvision's MobileNetV3-Large, dilated at the end.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Kernel, hidden channels, output channels, squeeze and excitation, hard swish, stride, dilation.
BLOCKS = [
    (3, 16, 16, False, False, 1, 1),
    (3, 64, 24, False, False, 2, 1),
    (3, 72, 24, False, False, 1, 1),
    (5, 72, 40, True, False, 2, 1),
    (5, 120, 40, True, False, 1, 1),
    (5, 120, 40, True, False, 1, 1),
    (3, 240, 80, False, True, 2, 1),
    (3, 200, 80, False, True, 1, 1),
    (3, 184, 80, False, True, 1, 1),
    (3, 184, 80, False, True, 1, 1),
    (3, 480, 112, True, True, 1, 1),
    (3, 672, 112, True, True, 1, 1),
    (5, 672, 160, True, True, 1, 2),
    (5, 960, 160, True, True, 1, 2),
    (5, 960, 160, True, True, 1, 2),
]
TAPS = {1: 16, 3: 24, 6: 40, 16: 960}
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CONTEXT = 128
DECODER = {"decode3": 80, "decode2": 40, "decode1": 32}
DETAIL = 16
States = tuple[Tensor | None, ...]  # r1 … r4; None before the first frame


def conv_norm(inputs: int, outputs: int, kernel: int, activation: type[nn.Module], stride: int = 1, dilation: int = 1, groups: int = 1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 * dilation, dilation, groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs, eps=1e-3), activation())


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        squeezed = max(8, (channels // 4 + 4) // 8 * 8)
        squeezed += 8 if squeezed < 0.9 * (channels // 4) else 0
        self.fc1, self.fc2 = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return F.hardsigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True))))) * x


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, kernel: int, hidden: int, outputs: int, excited: bool, swish: bool, stride: int, dilation: int):
        super().__init__()
        activation = nn.Hardswish if swish else nn.ReLU
        expand = [conv_norm(inputs, hidden, 1, activation)] if hidden != inputs else []
        excitation = [SqueezeExcitation(hidden)] if excited else []
        depthwise = conv_norm(hidden, hidden, kernel, activation, stride, dilation, hidden)
        self.block = nn.Sequential(*expand, depthwise, *excitation, conv_norm(hidden, outputs, 1, nn.Identity))
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x) + x if self.residual else self.block(x)


class MobileNetV3(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [conv_norm(3, 16, 3, nn.Hardswish, stride=2)]
        inputs = 16
        for block in BLOCKS:
            layers.append(InvertedResidual(inputs, *block))
            inputs = block[2]
        self.features = nn.Sequential(*layers, conv_norm(inputs, TAPS[16], 1, nn.Hardswish))

    def forward(self, x: Tensor) -> list[Tensor]:
        x = (x - x.new_tensor(MEAN)[:, None, None]) / x.new_tensor(STD)[:, None, None]
        taps = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in TAPS:
                taps.append(x)
        return taps


class LRASPP(nn.Module):
    """Lite reduced atrous spatial pyramid pooling: features gated by what the whole picture shows."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.aspp1 = nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
        self.aspp2 = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(inputs, outputs, 1, bias=False), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        return self.aspp1(x) * self.aspp2(x)


class ConvGRU(nn.Module):
    """A convolutional gated recurrent unit, 3x3; state and input have the same channels."""

    def __init__(self, channels: int):
        super().__init__()
        self.ih = nn.Sequential(nn.Conv2d(2 * channels, 2 * channels, 3, padding=1), nn.Sigmoid())
        self.hh = nn.Sequential(nn.Conv2d(2 * channels, channels, 3, padding=1), nn.Tanh())

    def forward(self, x: Tensor, state: Tensor | None) -> Tensor:
        state = torch.zeros_like(x) if state is None else state
        reset, update = self.ih(torch.cat([x, state], 1)).chunk(2, 1)
        candidate = self.hh(torch.cat([x, reset * state], 1))
        return (1 - update) * state + update * candidate


class Decoder(nn.Module):
    """One decoder step: doubled, beside the backbone's map and the frame of that size, convolved; half of it through a GRU."""

    def __init__(self, inputs: int, outputs: int, convolves: bool = True):
        super().__init__()
        if convolves:
            self.conv = nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
        self.gru = ConvGRU(outputs // 2)

    def forward(self, x: Tensor, others: list[Tensor], state: Tensor | None) -> tuple[Tensor, Tensor]:
        if others:
            x = self.conv(beside(x, others))
        still, moving = x.chunk(2, 1)
        state = self.gru(moving, state)
        return torch.cat([still, state], 1), state


def beside(x: Tensor, others: list[Tensor]) -> Tensor:
    """`x` doubled and cropped to the size of the others, before them."""
    x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    return torch.cat([x[:, :, : others[0].shape[2], : others[0].shape[3]], *others], 1)


class Output(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        layers = [layer for width in (inputs, outputs) for layer in (nn.Conv2d(width, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())]
        self.conv = nn.Sequential(*layers)

    def forward(self, x: Tensor, frame: Tensor) -> Tensor:
        return self.conv(beside(x, [frame]))


class Projection(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class DeepGuidedFilter(nn.Module):
    """Wu et al., Fast End-to-End Trainable Guided Filter, CVPR 2018: its regression learned by 1x1 convolutions.

    Gives slopes and offsets of foreground and alpha at the smaller size; `applied` brings them to the frame's own.
    """

    def __init__(self, hidden: int = 16):
        super().__init__()
        self.box_filter = nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False)
        nn.init.constant_(self.box_filter.weight, 1 / 9)
        widths = (2 * 4 + DETAIL, hidden, hidden)
        layers = [
            layer for inputs, outputs in zip(widths, widths[1:]) for layer in (nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
        ]
        self.conv = nn.Sequential(*layers, nn.Conv2d(hidden, 4, 1))

    def forward(self, small: Tensor, result: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.cat([small, small.mean(1, keepdim=True)], 1)
        mean_x, mean_y = self.box_filter(x), self.box_filter(result)
        covariance = self.box_filter(x * result) - mean_x * mean_y
        variance = self.box_filter(x * x) - mean_x * mean_x
        slope = self.conv(torch.cat([covariance, variance, features], 1))
        return slope, mean_y - slope * mean_x


def applied(slope: Tensor, offset: Tensor, guide: Tensor) -> Tensor:
    slope, offset = (F.interpolate(y, size=guide.shape[2:], mode="bilinear", align_corners=False) for y in (slope, offset))
    return slope * guide + offset


class RVM(nn.Module):
    downsample_ratio = 0.5

    def __init__(self) -> None:
        super().__init__()
        self.backbone = MobileNetV3()
        self.aspp = LRASPP(TAPS[16], CONTEXT)
        self.decoder = nn.ModuleDict({"decode4": Decoder(CONTEXT, CONTEXT, convolves=False)})
        inputs = CONTEXT
        for (name, outputs), skip in zip(DECODER.items(), (40, 24, 16)):
            self.decoder[name] = Decoder(inputs + skip + 3, outputs)
            inputs = outputs
        self.decoder["decode0"] = Output(inputs + 3, DETAIL)
        self.project_mat, self.project_seg = Projection(DETAIL, 4), Projection(DETAIL, 1)
        self.refiner = DeepGuidedFilter()

    def smaller(self, frame: Tensor) -> Tensor:
        if self.downsample_ratio == 1:
            return frame
        return F.interpolate(frame, scale_factor=self.downsample_ratio, mode="bilinear", align_corners=False, recompute_scale_factor=False)

    def coarse(self, small: Tensor, states: States) -> tuple[Tensor, Tensor, States]:
        """At the smaller size: foreground minus picture and alpha, the features that they come of, and the next states."""
        r1, r2, r3, r4 = states
        half, quarter, eighth, deepest = self.backbone(small)
        frames = [small]
        for _ in range(3):
            frames.append(F.avg_pool2d(frames[-1], 2, 2, ceil_mode=True, count_include_pad=False))
        x, r4 = self.decoder["decode4"](self.aspp(deepest), [], r4)
        x, r3 = self.decoder["decode3"](x, [eighth, frames[3]], r3)
        x, r2 = self.decoder["decode2"](x, [quarter, frames[2]], r2)
        x, r1 = self.decoder["decode1"](x, [half, frames[1]], r1)
        features = self.decoder["decode0"](x, small)
        return self.project_mat(features), features, (r1, r2, r3, r4)

    def forward(
        self, frame: Tensor, r1: Tensor | None = None, r2: Tensor | None = None, r3: Tensor | None = None, r4: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        small = self.smaller(frame)
        result, features, states = self.coarse(small, (r1, r2, r3, r4))
        if self.downsample_ratio != 1:
            guide = torch.cat([frame, frame.mean(1, keepdim=True)], 1)
            slope, offset = self.refiner(small, result, features)
            result = applied(slope, offset, guide)
        foreground, alpha = result[:, :3], result[:, 3:]
        return alpha.clamp(0, 1), (foreground + frame).clamp(0, 1), *states, self.project_seg(features)
