"""Writes tests/golden/data: what numpy, pickle, scipy and torchvision make of small data sets.

    python make_data_golden.py

numpy 2.4, scipy 1.17 and torchvision 0.29 wrote the files that are kept; the versions do not matter to
their contents, but to the byte layout of some.
"""

import inspect
import json
import pathlib
import pickle
import re

import numpy as np
import scipy.io
from torchvision.datasets import cifar, stl10, svhn

HERE = pathlib.Path(__file__).parent / "data"


def pictures(count, side):
    """count x 3 x side x side bytes that no transposition leaves as they are."""
    n, channel, row, column = np.indices((count, 3, side, side))
    return ((n * 101 + channel * 53 + row * 7 + column * 3) % 251).astype(np.uint8)


def cifar_pickles():
    """CIFAR-100's training file as each protocol of today's Python writes it."""
    flat = pictures(2, 32).reshape(2, -1)
    for protocol in range(2, 6):
        for order in "CF":
            contents = {
                "filenames": ["a.png", "b.png"],
                "batch_label": "training batch 1 of 1",
                "fine_labels": [7, 99],
                "coarse_labels": [0, 19],
                "data": np.asarray(flat, order=order),
            }
            path = HERE / f"cifar100_protocol{protocol}_{order}.pickle"
            path.write_bytes(pickle.dumps(contents, protocol=protocol))


def svhn_files():
    """SVHN's arrays as scipy writes them, with the labels in several types."""
    x = pictures(2, 32).transpose(2, 3, 1, 0)
    y = np.array([[10], [3]])
    for name, labels, compressed in [
        ("bytes_compressed", y.astype(np.uint8), True),
        ("bytes", y.astype(np.uint8), False),
        ("doubles_compressed", y.astype(np.float64), True),
        ("int16", y.astype(np.int16), False),
    ]:
        # An array that nobody asks for, before and between.
        arrays = {"note": np.arange(3.0), "X": x, "other": np.ones((2, 2)), "y": labels}
        scipy.io.savemat(HERE / f"svhn_{name}.mat", arrays, do_compression=compressed)
    one = {"X": x[..., 1], "y": y[1:].astype(np.uint8)}
    scipy.io.savemat(HERE / "svhn_one.mat", one, do_compression=True)


def long_tails():
    """The exponential profile in Python's arithmetic, and numpy's shuffles from the seed 0."""
    profiles = []
    for samples, classes in [(50_000, 10), (50_000, 100), (5_000, 10), (73_257, 10), (531_131, 10), (1_003, 7)]:
        for ratio in [0.005, 0.01, 0.02, 0.1, 1.0]:
            most = samples / classes
            sizes = [int(most * ratio ** (k / (classes - 1.0))) for k in range(classes)]
            profiles.append({"samples": samples, "classes": classes, "ratio": ratio, "sizes": sizes})
    np.random.seed(0)
    shuffles = []
    for length in [1, 2, 5, 16, 17, 300, 5_000]:
        items = np.arange(length)
        np.random.shuffle(items)
        shuffles.append({"length": length, "first": items[:20].tolist(), "last": items[-5:].tolist()})
    # A set of 10 classes in no order, class 1 of which has fewer than it should keep, thinned as the
    # released code thins it.
    labels = [(index * 7 + index // 11) % 10 for index in range(400)]
    labels = [0 if label == 1 and index % 3 else label for index, label in enumerate(labels)]
    np.random.seed(0)
    most = len(labels) / 10
    indices, targets = [], []
    for label in range(10):
        size = int(most * 0.1 ** (label / 9.0))
        members = np.where(np.array(labels) == label)[0]
        np.random.shuffle(members)
        indices.extend(members[:size].tolist())
        targets.extend([label] * size)
    selection = {"indices": indices, "labels": targets}
    (HERE / "long_tail.json").write_text(
        json.dumps({"profiles": profiles, "shuffles": shuffles, "selection": selection}) + "\n"
    )


def checksums():
    """The sums that stand in torchvision's source."""
    sums = {}
    for name, module in [("cifar", cifar), ("svhn", svhn), ("stl10", stl10)]:
        source = inspect.getsource(module)
        sums[name] = sorted(set(re.findall(r'"([0-9a-f]{32})"', source)))
    (HERE / "checksums.json").write_text(json.dumps(sums, indent=1) + "\n")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    cifar_pickles()
    svhn_files()
    long_tails()
    checksums()
