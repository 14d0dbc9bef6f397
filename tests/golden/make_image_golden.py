#!/usr/bin/env python3
"""Writes images/: small picture files, and what Pillow and torchvision make of them and of formula-made pictures.

Needs torch, torchvision, numpy and Pillow: python3 -m pip install torch torchvision pillow numpy
Run it in this folder (made with torchvision 0.29.2, Pillow 13.0.0 with libjpeg-turbo 3.2.0); the tests of
crates/dl2pa-data/src/decode read the files.

*.jpg, *.JPEG, *.png   the picture files
decoded.bin            each of FILES as Pillow's RGB, one after the other
golden.json            names and sizes; crop boxes that torchvision draws from given uniform numbers;
                       TrivialAugmentWide's magnitudes; which cases the two files below hold
resized.bin            crops resized by Pillow (RGB, one after the other)
augmented.png          TrivialAugmentWide's operations on picture(24, 24), one below the other
"""

import io
import json
import math
import pathlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, autoaugment, functional, transforms

FOLDER = pathlib.Path(__file__).with_name("images")


def picture(width, height, smooth=False):
    """A picture that the Rust side makes as well: integers only."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    if smooth:
        # Broad bumps: a JPEG of it is small, and shrinking it loses little.
        x, y = x * (c + 2) // 4 % 256, y * (4 - c) // 3 % 256
        return ((np.minimum(x, 255 - x) + np.minimum(y, 255 - y)) % 256).astype(np.uint8)
    return (20 + (3 * x * x + 5 * y * y + 7 * (c + 1) * x * y + 31 * c) % 200).astype(np.uint8)


def jpeg(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, **options)
    return file.getvalue()


def png(image, **options):
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def files():
    soft = Image.fromarray(picture(61, 45, smooth=True))
    hard = Image.fromarray(picture(35, 50))
    alpha = Image.fromarray(np.dstack([picture(20, 15), picture(20, 15)[:, :, :1]]), "RGBA")
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn right": torchvision's image folders do not
    cmyk = jpeg(soft.convert("CMYK"))
    adobe = cmyk.index(b"Adobe")
    assert cmyk[adobe + 11] == 0, "an Adobe marker that says CMYK"
    ycck = cmyk[: adobe + 11] + b"\x02" + cmyk[adobe + 12 :]
    return {
        "s444.jpg": jpeg(soft, subsampling=0),
        "s422.jpg": jpeg(soft, subsampling=1),
        "s420.jpg": jpeg(soft, subsampling=2),
        "hard.jpg": jpeg(hard),
        "progressive.jpg": jpeg(soft, progressive=True),
        "restart.jpg": jpeg(soft, restart_marker_blocks=3),
        "exif.jpg": jpeg(soft, exif=exif),
        "grey.jpg": jpeg(soft.convert("L")),
        "cmyk.jpg": cmyk,
        "ycck.jpg": ycck,
        "png.JPEG": png(hard),
        "rgba.png": png(alpha),
        "grey.png": png(hard.convert("L")),
        "palette.png": png(hard.quantize(16)),
        "large.jpg": jpeg(Image.fromarray(picture(1000, 760, smooth=True))),
    }


class Given:
    """Stands in for the module torch inside torchvision: random numbers come from a list of uniform ones."""

    def __init__(self, uniform):
        self.uniform = iter(uniform)
        self.used = 0

    def draw(self):
        self.used += 1
        return next(self.uniform)

    def empty(self, _):
        given = self

        class Empty:
            def uniform_(self, low, high):
                low, high = float(low), float(high)
                return torch.tensor(low + (high - low) * given.draw(), dtype=torch.float64)

        return Empty()

    def randint(self, low, high, size):
        return torch.tensor(low + math.floor((high - low) * self.draw()))

    def tensor(self, values):
        return torch.tensor(values, dtype=torch.float64)

    log, exp = staticmethod(torch.log), staticmethod(torch.exp)


def crops():
    random = np.random.default_rng(7)
    cases = []
    sizes = [(500, 400), (400, 500), (64, 64), (1, 1), (3, 200), (200, 3), (640, 480), (33, 47), (2000, 300)]
    for width, height in sizes:
        for _ in range(8):
            uniform = random.random(40).round(6).tolist()
            given = Given(uniform)
            transforms.torch, kept = given, transforms.torch
            try:
                image = Image.new("RGB", (width, height))
                top, left, rows, columns = transforms.RandomResizedCrop.get_params(image, (0.08, 1.0), (3 / 4, 4 / 3))
            finally:
                transforms.torch = kept
            cases.append(
                {
                    "size": [width, height],
                    "uniform": uniform[: given.used],
                    "rect": [left, top, columns, rows],
                }
            )
    return cases


def resized():
    """Cases and their bytes."""
    cases, pixels = [], []
    for size, (left, top, columns, rows), out in [
        ((100, 80), (0, 0, 100, 80), 32),
        ((100, 80), (13, 7, 51, 66), 24),
        ((100, 80), (90, 70, 7, 9), 24),
        ((100, 80), (5, 6, 20, 20), 20),
        ((300, 200), (11, 20, 280, 170), 16),
        ((40, 30), (39, 29, 1, 1), 5),
    ]:
        image = Image.fromarray(picture(*size))
        done = functional.resized_crop(image, top, left, rows, columns, [out, out])
        cases.append({"size": size, "rect": [left, top, columns, rows], "out": out})
        pixels.append(np.asarray(done))
    central = []
    for size, resize, out in [
        ((100, 80), 40, 32),
        ((80, 100), 40, 33),
        ((100, 80), 80, 80),
        ((61, 45), 32, 32),
        ((50, 50), 64, 56),
        ((33, 101), 48, 47),
        ((300, 97), 32, 28),
    ]:
        image = Image.fromarray(picture(*size))
        done = functional.center_crop(functional.resize(image, [resize]), [out, out])
        central.append({"size": size, "resize": resize, "out": out})
        pixels.append(np.asarray(done))
    large = []
    image = Image.open(FOLDER / "large.jpg").convert("RGB")
    for (left, top, columns, rows), out in [
        ((0, 0, 1000, 760), 32),
        ((101, 53, 801, 603), 32),
        ((317, 11, 500, 700), 48),
        ((700, 500, 299, 259), 64),
    ]:
        done = functional.resized_crop(image, top, left, rows, columns, [out, out])
        large.append({"rect": [left, top, columns, rows], "out": out})
        pixels.append(np.asarray(done))
    return {"crops": cases, "central": central, "large": large}, b"".join(part.tobytes() for part in pixels)


def augmented():
    space = autoaugment.TrivialAugmentWide()._augmentation_space(31)
    image = Image.fromarray(picture(24, 24))
    magnitudes, cases, strips = {}, [], []
    for name, (values, signed) in space.items():
        values = values.tolist() if values.ndim else None
        magnitudes[name] = {"values": values, "signed": signed}
        drawn = [0.0] if values is None else [values[bin] for bin in (0, 4, 11, 15, 20, 26, 30)]
        for magnitude in drawn:
            for sign in (1.0, -1.0) if signed and magnitude else (1.0,):
                done = autoaugment._apply_op(image, name, sign * magnitude, InterpolationMode.NEAREST, None)
                cases.append({"operation": name, "magnitude": sign * magnitude})
                strips.append(np.asarray(done))
    return magnitudes, cases, np.concatenate(strips)


def main():
    FOLDER.mkdir(exist_ok=True)
    pictures, decoded = [], []
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)
        if name != "large.jpg":
            rgb = np.asarray(Image.open(FOLDER / name).convert("RGB"))
            pictures.append({"name": name, "size": [rgb.shape[1], rgb.shape[0]]})
            decoded.append(rgb.tobytes())
    (FOLDER / "decoded.bin").write_bytes(b"".join(decoded))
    resize_cases, resized_bytes = resized()
    (FOLDER / "resized.bin").write_bytes(resized_bytes)
    magnitudes, augment_cases, strip = augmented()
    (FOLDER / "augmented.png").write_bytes(png(Image.fromarray(strip), optimize=True))
    golden = {
        "made_with": {"torchvision": torchvision.__version__, "pillow": PIL.__version__},
        "decoded": pictures,
        "random_crops": crops(),
        "resized": resize_cases,
        "magnitudes": magnitudes,
        "augmented": augment_cases,
    }
    text = json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{")
    (FOLDER / "golden.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
