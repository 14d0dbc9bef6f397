"""Trains the made-up CIFAR-100 (20 groups of 5 classes, 10,000 + 2,000 pictures) with ResNet-32 in 10 dimensions,
by dl2pa-app and by a reference of ours in PyTorch with the same protocol, in one run, and prints both.

    python benches/training.py [--epochs 10] [--heads dynamic,fixed,psc] [--seeds 1,2,3] [--app PATH] [--threads 2]

Needs torch, numpy and scipy. The protocol is the paper's for CIFAR-100 (SGD 0.01, momentum 0.9, weight decay 1e-4,
batch 128, windows of a picture with 4 black pixels round it, mirroring; the rate falls at 40 % and 80 %), and
accuracy is that of the last epoch. Both begin with the same prototypes, first weights and first assignment, which
dl2pa-app draws: after so few epochs these decide more than anything else (BENCHMARKS.md has runs with other ones).
What is left to chance is the order of the samples, windows and mirroring.
"""

import argparse
import json
import pathlib
import struct
import subprocess
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from torch import nn

DIM, CLASSES, SCALE = 10, 100, 16.0
MEAN = torch.tensor([0.507, 0.487, 0.441]).view(1, 3, 1, 1)
STD = torch.tensor([0.267, 0.256, 0.276]).view(1, 3, 1, 1)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = None
        if stride > 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        kept = x if self.shortcut is None else self.shortcut(x)
        return F.relu(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))) + kept)


class ResNet32(nn.Module):
    """HPN's: down-sampling by 3 x 3 convolutions, a linear layer to the metric space."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        blocks, inputs = [], 16
        for stage, width in enumerate([16, 32, 64]):
            for block in range(5):
                blocks.append(Block(inputs, width, 2 if stage > 0 and block == 0 else 1))
                inputs = width
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Linear(64, DIM)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                fan = module.kernel_size[0] ** 2 * module.out_channels
                nn.init.normal_(module.weight, 0, (2 / fan) ** 0.5)

    def forward(self, x):
        x = self.blocks(F.relu(self.norm(self.stem(x))))
        return self.last(x.mean((2, 3)))


def read(path):
    """CIFAR-100's binary records: coarse label, fine label, 3072 bytes."""
    records = np.fromfile(path, np.uint8).reshape(-1, 3074)
    pictures = torch.from_numpy(records[:, 2:].reshape(-1, 3, 32, 32).copy())
    return pictures, torch.from_numpy(records[:, 1].astype(np.int64))


def augmented(pictures, rng):
    """A window of each picture with 4 black pixels round it, every other one mirrored."""
    padded = F.pad(pictures, (4, 4, 4, 4))
    out = torch.empty_like(pictures)
    places = torch.randint(0, 9, (len(pictures), 2), generator=rng)
    mirrored = torch.rand(len(pictures), generator=rng) < 0.5
    for index, (top, left) in enumerate(places.tolist()):
        window = padded[index, :, top : top + 32, left : left + 32]
        out[index] = window.flip(2) if mirrored[index] else window
    return out


def dressed(pictures):
    return (pictures.float() / 255 - MEAN) / STD


def checkpoint(run):
    """Arrays and header of a run's last checkpoint."""
    content = (pathlib.Path(run) / "checkpoints/last.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    entries = json.loads(content[8 : 8 + length])
    header = json.loads(entries.pop("__metadata__")["dl2pa_header"])
    arrays = {}
    for name, entry in entries.items():
        first, last = (8 + length + at for at in entry["data_offsets"])
        if entry["dtype"] == "F32":
            arrays[name] = torch.frombuffer(bytearray(content[first:last]), dtype=torch.float32).view(entry["shape"])
    return arrays, header


def named_as_here(arrays):
    """Our names of a ResNet-32's parameters to this script's, without running statistics."""
    renamed = {"conv1": "stem", "bn1": "norm", "fc": "last"}
    inner = {"conv1": "conv1", "conv2": "conv2", "bn1": "norm1", "bn2": "norm2"}
    named = {}
    for name, array in arrays.items():
        if not name.startswith("backbone.ResNet32.") or "running" in name:
            continue
        parts = name.split(".")[2:]
        if parts[0] in renamed:
            parts[0] = renamed[parts[0]]
        else:
            stage, block, parts = int(parts[0][5:]), int(parts[1]), parts[2:]
            if parts[0] == "downsample":
                parts[0] = "shortcut"
            else:
                parts[0] = inner[parts[0]]
            parts = ["blocks", str(5 * (stage - 1) + block), *parts]
        name = ".".join(parts)
        named[name] = array.T.contiguous() if name == "last.weight" else array
    return named


def reference(folder, head, prototypes, epochs, seed, beginning):
    torch.manual_seed(seed)
    rng = torch.Generator().manual_seed(seed)
    inputs, labels = read(folder / "train.bin")
    test_inputs, test_labels = read(folder / "test.bin")
    network = ResNet32()
    arrays, header = beginning
    odd = network.load_state_dict(named_as_here(arrays), strict=False)
    assert not odd.unexpected_keys and all("running" in key or "tracked" in key for key in odd.missing_keys), odd
    parameters = list(network.parameters())
    w = torch.from_numpy(prototypes)
    if head == "psc":
        w = nn.Parameter(arrays["learned_prototypes"].clone())
        parameters.append(w)
    assignment = torch.tensor(header["assignment"])
    means = torch.zeros(CLASSES, DIM)
    optimiser = torch.optim.SGD(parameters, 0.01, momentum=0.9, weight_decay=1e-4)
    falls = [round(0.4 * epochs), round(0.8 * epochs)]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, falls, 0.1)
    top1, began = 0.0, time.perf_counter()
    for epoch in range(epochs):
        network.train()
        for rows in torch.randperm(len(labels), generator=rng).split(128):
            z = F.normalize(network(dressed(augmented(inputs[rows], rng))), dim=1)
            of = labels[rows]
            if head == "psc":
                loss = F.cross_entropy(SCALE * z @ F.normalize(w, dim=1).T, of)
            else:
                loss = ((1 - (z * w[assignment[of]]).sum(1)) ** 2).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            with torch.no_grad():
                for label in of.unique():
                    mean = z[of == label].mean(0)
                    fresh = means[label].norm() == 0
                    means[label] = F.normalize(mean if fresh else 0.9 * means[label] + 0.1 * mean, dim=0)
        schedule.step()
        network.eval()
        with torch.no_grad():
            rows = F.normalize(w, dim=1) if head == "psc" else w[assignment]
            z = torch.cat([network(dressed(chunk)) for chunk in test_inputs.split(512)])
            top1 = 100 * ((z @ rows.T).argmax(1) == test_labels).float().mean().item()
            if head == "dynamic":
                _, columns = linear_sum_assignment(-(means @ w.T).numpy())
                assignment = torch.from_numpy(columns)
    return top1, epochs * len(labels) / (time.perf_counter() - began)


def command(app, folder, head, prototypes, epochs, seed):
    parts = [app, "--train", "--json", "--quiet", "--device", "cpu", "--dataset", "cifar100"]
    parts += ["--data-dir", folder.parent, "--dim", DIM, "--epochs", epochs, "--seed", seed, "--head", head]
    parts += ["--decay-milestones", f"{round(0.4 * epochs)},{round(0.8 * epochs)}"]
    parts += ["--output", folder.parent / "runs"]
    if head != "psc":
        parts += ["--prototype-file", prototypes, "--assign-init", "random"]
    return [str(part) for part in parts]


def run(parts):
    result = subprocess.run(parts, check=True, capture_output=True, text=True)
    return json.loads(result.stdout.splitlines()[-1])


def beginning(app, folder, head, prototypes, seed):
    """What a run begins with: that of one which takes a single step of no length."""
    # `dynamic` begins as `fixed` does, whose assignment stays.
    head = "fixed" if head == "dynamic" else head
    still = ["--limit-train-batches", "1", "--lr", "1e-30", "--weight-decay", "0"]
    parts = command(app, folder, head, prototypes, 1, seed)
    milestones = parts.index("--decay-milestones")
    del parts[milestones : milestones + 2]
    return checkpoint(run(parts + still)["run_dir"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--heads", default="dynamic,fixed,psc")
    parser.add_argument("--app", default="target/release/dl2pa-app")
    parser.add_argument("--write-fixture", default="target/release/examples/write_fixture")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", default="1,2,3")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        subprocess.run([arguments.write_fixture, "cifar100-synthetic", place], check=True)
        folder = place / "cifar-100-binary"
        file = place / "prototypes.npy"
        make = [arguments.app, "--prototypes", "--classes", CLASSES, "--dim", DIM, "--output", file]
        subprocess.run([str(part) for part in make], check=True, capture_output=True)
        print(f"{'head':8}  {'seed':>4}  {'dl2pa top-1':>11}  {'PyTorch top-1':>13}  {'dl2pa img/s':>11}  {'PyTorch img/s':>13}")
        for head in arguments.heads.split(","):
            top1 = []
            for seed in map(int, arguments.seeds.split(",")):
                first = beginning(arguments.app, folder, head, file, seed)
                report = run(command(arguments.app, folder, head, file, arguments.epochs, seed))
                mine = report["top1"], report["images_per_sec"]
                theirs = reference(folder, head, np.load(file), arguments.epochs, seed, first)
                top1.append((mine[0], theirs[0]))
                row = f"{head:8}  {seed:4}  {mine[0]:11.2f}  {theirs[0]:13.2f}  {mine[1]:11.0f}  {theirs[1]:13.0f}"
                print(row, flush=True)
            mean = np.mean(top1, axis=0)
            print(f"{head:8}  mean  {mean[0]:11.2f}  {mean[1]:13.2f}", flush=True)


if __name__ == "__main__":
    main()
