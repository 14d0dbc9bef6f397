"""Makes backbones/*.json: what PyTorch's networks compute, for crates/dl2pa-models/tests/parity.rs.

    python make_backbone_golden.py [NAME ...]

Needs torch and torchvision. Weights, inputs and targets are the same numbers in both programs, made from
the names of the arrays (`noise`), so that a file holds results only: of each network in float64 the
activations, features, loss, gradients and running statistics of one training pass, the features in evaluation,
and how far two steps of SGD move the parameters. Prints how far PyTorch's own float32 is from them.
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch
import torchvision
from torch import nn

HERE = pathlib.Path(__file__).parent / "backbones"
ENTRIES = 6
LEARNING_RATE = 0.01
MASK = (1 << 64) - 1


def fnv1a(name):
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return state


def noise(name, count):
    """`count` numbers of [-1, 1), exact in float32: SplitMix64 from the FNV-1a hash of `name`."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) / (1 << 23) - 1.0


def weights(name, shape):
    """Weights that keep activations near 1; scales and variances are positive. The deep networks' blocks end
    in a small scale, without which rounding errors would grow from block to block."""
    u = noise(name, math.prod(shape))
    if name.endswith("bn3.weight"):
        values = 0.25 + 0.125 * u
    elif name.endswith("running_var"):
        values = 1.0 + 0.5 * u
    elif name.endswith("relative_position_bias_table"):
        values = 0.5 * u
    elif len(shape) == 1:
        values = (1.0 if name.endswith("weight") else 0.0) + 0.25 * u
    else:
        values = math.sqrt(3.0 / math.prod(shape[1:])) * u
    return torch.from_numpy(values.astype(np.float32)).reshape(shape)


class ZeroPadded(nn.Module):
    """Option A: every other pixel, and zeros for half of the new channels on either side."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels

    def forward(self, x):
        x = x[:, :, ::2, ::2]
        missing = self.channels - x.shape[1]
        return nn.functional.pad(x, (0, 0, 0, 0, missing // 2, missing - missing // 2))


class BasicBlock(nn.Module):
    def __init__(self, before, after, stride, zero_padded):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        if stride == 1 and before == after:
            self.downsample = nn.Identity()
        elif zero_padded:
            self.downsample = ZeroPadded(after)
        else:
            self.downsample = nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after))

    def forward(self, x):
        inside = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (inside + self.downsample(x)).relu()


class ResNet32(nn.Module):
    """HPN's ResNet-32 (a `dim` is given), or that of the long-tail experiments."""

    def __init__(self, width, dim=None):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()

        def stage(before, after, stride):
            first = BasicBlock(before, after, stride, dim is None)
            return nn.Sequential(first, *(BasicBlock(after, after, 1, dim is None) for _ in range(4)))

        self.layer1 = stage(width, width, 1)
        self.layer2 = stage(width, 2 * width, 2)
        self.layer3 = stage(2 * width, 4 * width, 2)
        if dim is None:
            self.bn_h = nn.BatchNorm1d(4 * width)
        else:
            self.fc = nn.Linear(4 * width, dim)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x))).mean((2, 3))
        return self.fc(x) if hasattr(self, "fc") else self.bn_h(x)


def torchvision_resnet(depth, dim):
    model = getattr(torchvision.models, f"resnet{depth}")()
    model.fc = nn.Linear(2048, dim, bias=False)
    return model


def swin(dim):
    model = torchvision.models.swin_t()
    model.head = nn.Linear(768, dim)
    for module in model.modules():
        if isinstance(module, torchvision.ops.StochasticDepth):
            module.p = 0.0
    return model


def residual_stages(model):
    stages = [getattr(model, f"layer{i}") for i in range(1, 5) if hasattr(model, f"layer{i}")]
    blocks = {f"layer{s}.{b}": block for s, stage in enumerate(stages, 1) for b, block in enumerate(stage)}
    return {"bn1": model.relu, **blocks}


def swin_stages(model):
    parts = {"patch_embed": model.features[0]}
    for stage in range(4):
        if stage > 0:
            parts[f"layers.{stage}.downsample"] = model.features[2 * stage]
        for index, block in enumerate(model.features[2 * stage + 1]):
            parts[f"layers.{stage}.blocks.{index}"] = block
    return parts


# Network, input, dimension of the metric space, watched layers (0 for all), whether it also takes steps.
CASES = {
    "resnet32": (lambda: ResNet32(16, 25), (4, 3, 32, 32), 25, residual_stages, True),
    "resnet32_lt": (lambda: ResNet32(16), (8, 3, 24, 40), 64, residual_stages, True),
    "resnet32_lt_wide": (lambda: ResNet32(32), (6, 3, 16, 16), 128, residual_stages, False),
    "resnet50": (lambda: torchvision_resnet(50, 32), (2, 3, 64, 48), 32, residual_stages, True),
    "resnet101": (lambda: torchvision_resnet(101, 16), (3, 3, 40, 32), 16, residual_stages, False),
    "resnet152": (lambda: torchvision_resnet(152, 16), (3, 3, 40, 32), 16, residual_stages, False),
    "swin_t": (lambda: swin(16), (2, 3, 112, 52), 16, swin_stages, True),
}


def sampled(array):
    flat = array.detach().double().flatten()
    return flat[torch.tensor([(k * 2654435761) % flat.numel() for k in range(1, ENTRIES + 1)])].tolist()


def activation(array):
    array = array.detach().double()
    return [array.mean().item(), array.std(unbiased=False).item(), *sampled(array)]


def summary(array):
    array = array.detach().double()
    return [array.square().mean().sqrt().item(), *sampled(array)]


def loss_of(features, targets):
    cosines = (nn.functional.normalize(features, dim=1) * targets).sum(1)
    return (1.0 - cosines).square().sum()


def results(name, dtype):
    make, input_shape, dim, stages, steps = CASES[name]
    model = make()
    state = model.state_dict()
    for key, value in state.items():
        if value.is_floating_point():
            state[key] = weights(key, value.shape)
    model.load_state_dict(state)
    model = model.to(dtype).train()
    inputs = 1.7 * noise("input", math.prod(input_shape))
    inputs = torch.from_numpy(inputs.astype(np.float32)).reshape(input_shape).to(dtype)
    targets = noise("target", input_shape[0] * dim).astype(np.float32)
    targets = nn.functional.normalize(torch.from_numpy(targets).double().reshape(input_shape[0], dim), dim=1).to(dtype)

    activations = {}

    def watch(key):
        def hook(_module, _inputs, output):
            activations.setdefault(key, activation(output))

        return hook

    hooks = [module.register_forward_hook(watch(key)) for key, module in stages(model).items()]
    features = model(inputs)
    for hook in hooks:
        hook.remove()
    loss = loss_of(features, targets)
    loss.backward()
    out = {
        "input": list(input_shape),
        "dim": dim,
        "activations": activations,
        "features": summary(features),
        "loss": loss.item(),
        "gradients": {key: summary(value.grad) for key, value in model.named_parameters()},
        "running": {key: summary(value) for key, value in model.named_buffers() if "running_" in key},
    }
    model.eval()
    with torch.no_grad():
        out["evaluated"] = summary(model(inputs))
    model.train()
    if steps:
        before = {key: value.detach().clone() for key, value in model.named_parameters()}
        sgd = torch.optim.SGD(model.parameters(), LEARNING_RATE, momentum=0.9, weight_decay=1e-4)
        sgd.step()
        sgd.zero_grad()
        loss_of(model(inputs), targets).backward()
        sgd.step()
        out["moves"] = {key: summary(value - before[key]) for key, value in model.named_parameters()}
    return out


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def worst(exact, single):
    """The largest deviation of a summary's numbers, relative to the array's size."""
    if isinstance(exact, dict):
        return max((worst(exact[key], single[key]) for key in exact), default=0.0)
    scale = max(abs(value) for value in exact)
    return max(abs(a - b) for a, b in zip(exact, single)) / scale


def main(names):
    torch.manual_seed(0)
    for name in names or CASES:
        exact = results(name, torch.float64)
        single = results(name, torch.float32)
        parts = [part for part in exact if part not in ("input", "dim", "loss")]
        print(name, "loss", exact["loss"], {part: f"{worst(exact[part], single[part]):.1e}" for part in parts})
        lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(rounded(value))}" for key, value in exact.items())
        (HERE / f"{name}.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
