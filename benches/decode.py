#!/usr/bin/env python3
"""Compares decoding for training with torchvision, in one run: JPEG file to a 224 x 224 input of bytes.

Both sides read the file, decode it, take a RandomResizedCrop(224) and mirror half of the images, on one thread.
torchvision does it on Pillow pictures, as its ImageNet recipe does, and on tensors (torchvision.io). Rounds of all
sides alternate; printed are the median images/s by processor time and by wall time. Then our loader with several
threads.

    python3 -m pip install torch torchvision pillow numpy
    python3 benches/decode.py [--folder FOLDER] [--rounds 7] [--workers 2]

Without --folder, 64 pictures of 500 x 400 pixels are made: noise whose power falls with its frequency as a photo's
does, at quality 90, 114 KB each (ImageNet's average is 110 KB).
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, features
from torchvision import transforms
from torchvision.transforms import v2

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZE = 224


def pink(random, height, width):
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.hypot(down, across)
    frequency[0, 0] = np.inf
    spectrum = random.standard_normal((2, height, width // 2 + 1)) / frequency**1.1
    plane = np.fft.irfft2(spectrum[0] + 1j * spectrum[1], (height, width))
    return plane / plane.std()


def make_pictures(folder, count=64, width=500, height=400):
    random = np.random.default_rng(0)
    for index in range(count):
        light = pink(random, height, width)
        colours = [128 + 50 * (light + 0.3 * pink(random, height, width)) for _ in range(3)]
        picture = np.stack(colours, axis=-1).clip(0, 255).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{index:03}.jpg", quality=90)


def on_pillow():
    transform = transforms.Compose(
        [transforms.RandomResizedCrop(SIZE), transforms.RandomHorizontalFlip(), transforms.PILToTensor()]
    )
    return lambda path: transform(Image.open(path).convert("RGB"))


def on_tensors():
    transform = v2.Compose([v2.RandomResizedCrop(SIZE, antialias=True), v2.RandomHorizontalFlip()])
    mode = torchvision.io.ImageReadMode.RGB
    return lambda path: transform(torchvision.io.decode_jpeg(torchvision.io.read_file(str(path)), mode=mode))


def timed(load, paths):
    wall, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        assert load(path).shape == (3, SIZE, SIZE)
    return {"wall_secs": time.perf_counter() - wall, "cpu_secs": time.process_time() - cpu}


def build():
    command = ["cargo", "build", "--quiet", "--release", "--workspace", "--example", "decode_bench"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).expanduser()
    return target / "release" / "examples" / "decode_bench"


def run(program, *arguments):
    command = [program, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--program", type=pathlib.Path, help="an example decode_bench that has been built")
    options = parser.parse_args()
    torch.set_num_threads(1)
    program = options.program or build()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or pathlib.Path(made)
        if not options.folder:
            make_pictures(folder)
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg"))
        peers = {"torchvision, Pillow": on_pillow(), "torchvision, tensors": on_tensors()}
        times = {name: [] for name in [*peers, "ours"]}
        for name, load in peers.items():
            timed(load, paths)
        for _ in range(options.rounds):
            for name, load in peers.items():
                times[name].append(timed(load, paths))
            times["ours"].append(run(program, "one", folder, SIZE))
        loaded = [run(program, "loader", folder, SIZE, options.workers) for _ in range(options.rounds)]
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    turbo = features.version("libjpeg_turbo") or "none"
    print(f"torchvision {torchvision.__version__}, Pillow {PIL.__version__} with libjpeg-turbo {turbo}")
    print(f"{len(paths)} pictures, medians of {options.rounds} rounds, load {load:.1f} on {os.cpu_count()} cores")
    print(f"{'one thread':<24} {'images/s, cpu':>14} {'wall':>8} {'times Pillow (cpu)':>19}")

    def rate(name, kind):
        return len(paths) / np.median([each[kind] for each in times[name]])

    basis = rate("torchvision, Pillow", "cpu_secs")
    for name in times:
        cpu, wall = rate(name, "cpu_secs"), rate(name, "wall_secs")
        print(f"{name:<24} {cpu:>14.0f} {wall:>8.0f} {cpu / basis:>19.2f}")
    wall = np.median([each["images_per_sec"] for each in loaded])
    print(f"our loader, {options.workers} threads: {wall:.0f} images/s (wall)")


if __name__ == "__main__":
    main()
