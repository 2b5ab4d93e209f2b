"""Robust Video Matting as its authors' implementation has it (Lin, Yang, Saleemi, Sengupta, WACV 2022), with the MobileNetV3
encoder and the deep guided filter, under the reference's own tensor names: what `golden.py` records and
`Benchmarks/compare.py` exports.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Kernel, expanded and output channels, attention, h-swish (else ReLU), stride, dilation: torchvision's MobileNetV3-Large
# with its last stage dilated.
TABLE = [
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
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
State = tuple[Tensor, Tensor, Tensor, Tensor]


def conv_norm(inputs: int, outputs: int, kernel: int, activation: type[nn.Module] | None, **options) -> nn.Sequential:
    padding = options.get("dilation", 1) * (kernel // 2)
    layers = [nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False, **options), nn.BatchNorm2d(outputs, eps=1e-3)]
    return nn.Sequential(*layers, *([activation()] if activation else []))


class SqueezeExcitation(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        quarter = channels // 4
        squeezed = max(8, (quarter + 4) // 8 * 8)
        squeezed += 8 if squeezed < 0.9 * quarter else 0
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * F.hardsigmoid(self.fc2(F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)))))


class Block(nn.Module):
    def __init__(self, inputs: int, kernel: int, expanded: int, outputs: int, attends: bool, swish: bool, stride: int,
                 dilation: int):
        super().__init__()
        activation = nn.Hardswish if swish else nn.ReLU
        layers: list[nn.Module] = [] if expanded == inputs else [conv_norm(inputs, expanded, 1, activation)]
        layers.append(conv_norm(expanded, expanded, kernel, activation, stride=stride, dilation=dilation, groups=expanded))
        layers += [SqueezeExcitation(expanded)] if attends else []
        layers.append(conv_norm(expanded, outputs, 1, None))
        self.block = nn.Sequential(*layers)
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.block(x) if self.is_residual else self.block(x)


class Backbone(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        features: list[nn.Module] = [conv_norm(3, 16, 3, nn.Hardswish, stride=2)]
        inputs = 16
        for kernel, expanded, outputs, *rest in TABLE:
            features.append(Block(inputs, kernel, expanded, outputs, *rest))
            inputs = outputs
        self.features = nn.Sequential(*features, conv_norm(inputs, 960, 1, nn.Hardswish))

    def forward(self, x: Tensor) -> list[Tensor]:
        """The maps at strides 2, 4, 8 and 16."""
        x = (x - x.new_tensor(MEAN)[:, None, None]) / x.new_tensor(STD)[:, None, None]
        maps = []
        for number, layer in enumerate(self.features):
            x = layer(x)
            if number in (1, 3, 6, 16):
                maps.append(x)
        return maps


class LRASPP(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.aspp1 = nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())
        self.aspp2 = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(inputs, outputs, 1, bias=False), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        return self.aspp1(x) * self.aspp2(x)


class ConvGRU(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.ih = nn.Sequential(nn.Conv2d(2 * channels, 2 * channels, 3, padding=1), nn.Sigmoid())
        self.hh = nn.Sequential(nn.Conv2d(2 * channels, channels, 3, padding=1), nn.Tanh())

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        r, z = self.ih(torch.cat([x, h], 1)).chunk(2, 1)
        return (1 - z) * h + z * self.hh(torch.cat([x, r * h], 1))


class Bottleneck(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.gru = ConvGRU(channels // 2)

    def forward(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        first, second = x.chunk(2, 1)
        state = self.gru(second, state)
        return torch.cat([first, state], 1), state


def doubled(x: Tensor, like: Tensor) -> Tensor:
    x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    return x[:, :, : like.shape[2], : like.shape[3]]


class Upsampling(Bottleneck):
    def __init__(self, inputs: int, outputs: int):
        super().__init__(outputs)
        self.conv = nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x: Tensor, skip: Tensor, picture: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(self.conv(torch.cat([doubled(x, picture), skip, picture], 1)), state)


class Output(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
        )

    def forward(self, x: Tensor, picture: Tensor) -> Tensor:
        return self.conv(torch.cat([doubled(x, picture), picture], 1))


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.avgpool = nn.AvgPool2d(2, 2, count_include_pad=False, ceil_mode=True)
        self.decode4 = Bottleneck(128)
        self.decode3 = Upsampling(128 + 40 + 3, 80)
        self.decode2 = Upsampling(80 + 24 + 3, 40)
        self.decode1 = Upsampling(40 + 16 + 3, 32)
        self.decode0 = Output(32 + 3, 16)

    def forward(self, s0: Tensor, maps: list[Tensor], state: State) -> tuple[Tensor, State]:
        f1, f2, f3, f4 = maps
        s1 = self.avgpool(s0)
        s2 = self.avgpool(s1)
        s3 = self.avgpool(s2)
        x, r4 = self.decode4(f4, state[3])
        x, r3 = self.decode3(x, f3, s3, state[2])
        x, r2 = self.decode2(x, f2, s2, state[1])
        x, r1 = self.decode1(x, f1, s1, state[0])
        return self.decode0(x, s0), (r1, r2, r3, r4)


class Projection(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class Refiner(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.box_filter = nn.Conv2d(4, 4, 3, padding=1, bias=False, groups=4)
        self.conv = nn.Sequential(
            nn.Conv2d(24, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 4, 1),
        )

    def forward(self, base: Tensor, y: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """Slopes and offsets, for the foreground's three channels and alpha, on the coarse grid."""
        x = torch.cat([base, base.mean(1, keepdim=True)], 1)
        mean_x, mean_y = self.box_filter(x), self.box_filter(y)
        covariance = self.box_filter(x * y) - mean_x * mean_y
        variance = self.box_filter(x * x) - mean_x * mean_x
        a = self.conv(torch.cat([covariance, variance, features], 1))
        return a, mean_y - a * mean_x


def refined(fine: Tensor, a: Tensor, b: Tensor) -> Tensor:
    a, b = (F.interpolate(map, fine.shape[2:], mode="bilinear", align_corners=False) for map in (a, b))
    return a * fine + b


class RobustVideoMatting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.aspp = LRASPP(960, 128)
        self.decoder = Decoder()
        self.project_mat = Projection(16, 4)
        self.project_seg = Projection(16, 1)
        self.refiner = Refiner()

    def base(self, image: Tensor, ratio: float) -> Tensor:
        """What encoder and decoder see."""
        if ratio == 1:
            return image
        return F.interpolate(
            image, scale_factor=ratio, mode="bilinear", align_corners=False, recompute_scale_factor=False
        )

    @staticmethod
    def first_state(base: Tensor) -> State:
        """Zeros: what the reference takes None for."""
        state = []
        height, width = base.shape[2:]
        for channels in (16, 20, 40, 64):
            height, width = (height + 1) // 2, (width + 1) // 2
            state.append(base.new_zeros(len(base), channels, height, width))
        return tuple(state)

    def coarse(self, image: Tensor, state: State | None, ratio: float) -> tuple[Tensor, Tensor, Tensor, State]:
        """What encoder and decoder see, foreground minus it and alpha, the features these come of, and the new state."""
        base = self.base(image, ratio)
        maps = self.backbone(base)
        maps[3] = self.aspp(maps[3])
        features, state = self.decoder(base, maps, state or self.first_state(base))
        return base, self.project_mat(features), features, state

    def forward(
        self, image: Tensor, state: State | None = None, ratio: float = 1
    ) -> tuple[Tensor, Tensor, State]:
        """Alpha, foreground and the new state of a frame in [0, 1]."""
        base, result, features, state = self.coarse(image, state, ratio)
        if ratio != 1:
            guides = torch.cat([image, image.mean(1, keepdim=True)], 1)
            result = refined(guides, *self.refiner(base, result, features))
        return result[:, 3:].clamp(0, 1), (result[:, :3] + image).clamp(0, 1), state

    def alpha(self, image: Tensor, state: State | None = None, ratio: float = 1) -> tuple[Tensor, State]:
        """Alpha and the new state, without the work that only the foreground needs."""
        base, result, features, state = self.coarse(image, state, ratio)
        alpha = result[:, 3:]
        if ratio != 1:
            a, b = self.refiner(base, result, features)
            alpha = refined(image.mean(1, keepdim=True), a[:, 3:], b[:, 3:])
        return alpha.clamp(0, 1), state
