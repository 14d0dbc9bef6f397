"""Reads what examples/write_fixture.rs writes with the libraries that read the published files.

    cargo run -p dl2pa-fixtures --example write_fixture -- NAME FOLDER/NAME    (for each name below)
    python check_with_python.py FOLDER

Needs numpy, scipy, Pillow and torchvision; checksums, which are those of the published files, are passed
over.
"""

import pathlib
import pickle
import sys

import numpy as np
import scipy.io
from torchvision import datasets

ROOT = pathlib.Path(sys.argv[1])


def cifar(name, dataset, folder, labels):
    """The Python version through pickle and torchvision, and the binary version beside it."""
    data = dataset(ROOT / name, train=False)
    file = ROOT / name / folder / ("test" if "100" in name else "test_batch")
    with open(file, "rb") as stream:
        contents = pickle.load(stream, encoding="bytes")
    assert contents[b"data"].dtype == np.uint8 and contents[labels] == data.targets
    prefix = 2 if "100" in name else 1
    binary = "cifar-100-binary/test.bin" if "100" in name else "cifar-10-batches-bin/test_batch.bin"
    records = np.fromfile(ROOT / name / binary, np.uint8).reshape(-1, prefix + 3072)
    assert (records[:, prefix - 1] == data.targets).all()
    assert (records[:, prefix:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) == data.data).all()
    print(name, data.data.shape, data.classes[:2])


def main():
    for dataset in (datasets.CIFAR10, datasets.CIFAR100, datasets.STL10):
        dataset._check_integrity = lambda self: True
    for module in (datasets.cifar, datasets.svhn):
        module.check_integrity = lambda *_: True

    cifar("cifar10", datasets.CIFAR10, "cifar-10-batches-py", b"labels")
    cifar("cifar100", datasets.CIFAR100, "cifar-100-python", b"fine_labels")
    cifar("cifar100-synthetic", datasets.CIFAR100, "cifar-100-python", b"fine_labels")

    arrays = scipy.io.loadmat(ROOT / "svhn/train_32x32.mat")
    digits = datasets.SVHN(ROOT / "svhn")
    assert (arrays["X"].transpose(3, 2, 0, 1) == digits.data).all()
    assert (arrays["y"].squeeze() % 10 == digits.labels).all()
    print("svhn", digits.data.shape, np.bincount(digits.labels))

    stl = datasets.STL10(ROOT / "stl10", split="train")
    print("stl10", stl.data.shape, stl.classes[:2])
    for split in ("folder/train", "folder/valid", "imagenet/train", "imagenet/val"):
        pictures = datasets.ImageFolder(ROOT / split)
        print(split, len(pictures), pictures[0])


if __name__ == "__main__":
    main()
