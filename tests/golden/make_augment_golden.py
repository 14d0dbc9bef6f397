#!/usr/bin/env python3
"""Writes augment.json and augment.bin: what torchvision makes of a small formula-made batch with given parameters.

Needs torch, torchvision and numpy: python3 -m pip install torch torchvision numpy
Run it in this folder (made with torchvision 0.29.2); the tests of crates/dl2pa-core/src/augment read both files.
augment.bin holds batches of 5 x 3 x 8 x 6 numbers (float32, little-endian) in the order of the cases below:
cropped, normalised (one for each of STATISTICS), erased, mixup, cutmix.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torchvision
from torchvision.transforms import functional, transforms, v2
from torchvision.transforms.v2 import _augment

BATCH, CHANNELS, HEIGHT, WIDTH = 5, 3, 8, 6
CLASSES = 10
PAD = 2
STATISTICS = {
    "CIFAR_HPN": ((0.507, 0.487, 0.441), (0.267, 0.256, 0.276)),
    "CIFAR10": ((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
    "HALF": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "IMAGENET": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}


def batch():
    """Bytes that the Rust side makes as well."""
    n, c, y, x = np.meshgrid(*map(np.arange, (BATCH, CHANNELS, HEIGHT, WIDTH)), indexing="ij")
    return torch.from_numpy(((37 * n + 11 * c + 5 * y * y + 3 * x * x + 7 * x * y) % 256).astype(np.uint8))


class Given:
    """Stands in for the module torch inside torchvision: random numbers come from lists."""

    def __init__(self, uniform=(), whole=()):
        self.uniform, self.whole, self.used = iter(uniform), iter(whole), 0

    def __getattr__(self, name):
        return getattr(torch, name)

    def draw(self):
        self.used += 1
        return next(self.uniform)

    def rand(self, _):
        return torch.tensor(self.draw())

    def empty(self, _):
        given = self

        class Empty:
            def uniform_(self, low, high):
                low, high = float(low), float(high)
                return torch.tensor(low + (high - low) * given.draw(), dtype=torch.float64)

        return Empty()

    def tensor(self, values):
        return torch.tensor(values, dtype=torch.float64)

    def randint(self, low, high=None, size=None):
        if high is None:
            return torch.tensor([next(self.whole)])
        return torch.tensor(low + math.floor((high - low) * self.draw()))


def cropped(images):
    places = [(0, 0, False), (4, 1, True), (2, 2, False), (2, 2, True), (3, 4, True)]
    done = []
    for image, (top, left, mirrored) in zip(images, places):
        image = functional.crop(functional.pad(image, PAD), top, left, HEIGHT, WIDTH)
        done.append(functional.hflip(image) if mirrored else image)
    return places, torch.stack(done).float()


def normalised(images, statistics):
    return torch.stack([functional.normalize(image / 255, *statistics) for image in images])


def erased(images):
    rects = [None, (1, 2, 3, 4), (0, 0, 6, 8), (5, 7, 1, 1), (2, 0, 2, 8)]
    done = images.clone()
    for index, rect in enumerate(rects):
        if rect:
            left, top, width, height = rect
            done[index] = functional.erase(images[index], top, left, height, width, 0.0)
    return rects, done


def mixed(mixer, parameters, images, labels):
    mixer.make_params = lambda _: parameters
    images, labels = mixer(images, labels)
    return images, labels.tolist()


def erasing_cases():
    random = np.random.default_rng(3)
    cases = []
    for width, height in [(32, 32), (64, 48), (8, 6), (224, 224), (40, 4), (2, 2), (300, 1)]:
        for _ in range(8):
            uniform = random.random(41).round(6).tolist()
            given = Given(uniform)
            transforms.torch, kept = given, transforms.torch
            try:
                erase = transforms.RandomErasing(p=0.75)
                rect = None
                if given.rand(1) < erase.p:
                    image = torch.zeros(1, height, width)
                    top, left, rows, columns, _ = erase.get_params(image, erase.scale, erase.ratio, [0.0])
                    # Without a rectangle that fits, torchvision answers with the whole image and erases nothing.
                    rect = [left, top, columns, rows] if (rows, columns) != (height, width) else None
            finally:
                transforms.torch = kept
            cases.append({"size": [width, height], "uniform": uniform[: given.used], "rect": rect})
    return cases


def cut_boxes():
    cases = []
    for lam, width, height, x, y in [
        (0.5, 32, 32, 16, 16),
        (0.5, 32, 32, 0, 31),
        (0.99, 32, 32, 5, 5),
        (0.0, 32, 24, 31, 0),
        (1.0, 32, 24, 3, 4),
        (0.25, 8, 6, 2, 1),
        (0.3, 224, 224, 200, 100),
        (0.7, 1, 1, 0, 0),
    ]:
        cutmix = v2.CutMix(num_classes=CLASSES)
        cutmix._dist = type("Given", (), {"sample": lambda self, _, lam=lam: torch.tensor(lam, dtype=torch.float64)})()
        _augment.torch, kept = Given(whole=(x, y)), _augment.torch
        try:
            done = cutmix.make_params([torch.zeros(1, 1, height, width)])
        finally:
            _augment.torch = kept
        left, top, right, bottom = done["box"]
        cases.append(
            {
                "lam": lam,
                "size": [width, height],
                "centre": [x, y],
                "rect": [left, top, right - left, bottom - top],
                "stays": done["lam_adjusted"],
            }
        )
    return cases


def main():
    raw = batch()
    places, crops = cropped(raw)
    inputs = normalised(raw, STATISTICS["IMAGENET"])
    rects, patches = erased(inputs)
    labels = torch.tensor([3, 1, 4, 1, 5])
    mixup, mixup_labels = mixed(v2.MixUp(num_classes=CLASSES), {"lam": 0.3}, inputs, labels)
    box = {"box": (1, 2, 4, 7), "lam_adjusted": 1 - 15 / 48}
    cutmix, cutmix_labels = mixed(v2.CutMix(num_classes=CLASSES), box, inputs, labels)
    batches = [crops, *(normalised(raw, of) for of in STATISTICS.values()), patches, mixup, cutmix]
    flat = np.concatenate([part.numpy().astype("<f4").ravel() for part in batches])
    golden = {
        "made_with": {"torchvision": torchvision.__version__},
        "placements": places,
        "erased": rects,
        "labels": labels.tolist(),
        "mixup": {"lam": 0.3, "labels": mixup_labels},
        "cutmix": {"rect": [1, 2, 3, 5], "lam": 1 - 15 / 48, "labels": cutmix_labels},
        "erasing": erasing_cases(),
        "cut_boxes": cut_boxes(),
    }
    here = pathlib.Path(__file__)
    here.with_name("augment.bin").write_bytes(flat.tobytes())
    text = json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{")
    here.with_name("augment.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
