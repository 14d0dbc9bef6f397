#!/usr/bin/env python3
"""Checks `dl2pa-app --export onnx`: each backbone is trained for a few batches on made-up pictures, exported, and run
by ONNX Runtime, which must take every test picture for the same class as `dl2pa-app --eval` does, at the same loss.

    cargo build --workspace --bin dl2pa-app --example write_fixture
    python3 tests/check_onnx.py                       # all backbones, some minutes
    python3 tests/check_onnx.py resnet32 swin-t       # some
    python3 tests/check_onnx.py --target-dir DIR      # where cargo builds, if not in target/ or CARGO_TARGET_DIR

Needs onnx, onnxruntime, numpy and Pillow. Of each file it checks further: that onnx's own checker accepts it, shapes
inferred; that its weights are those of `--export npz`; that its features have length 1; that a batch of one gives the
same numbers as a batch of all; and that the mean and std it names are those that the pictures need.
Prints a row a backbone and ends with exit code 1 if one is not the same.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Pictures of the folder set, whose files are written in this size so that nothing has to be resized.
SIDE = 64
TRAIN, TEST = 20, 6
# Backbone: data set, dimension, and settings that give each loss and head its turn.
CASES = {
    "mlp": ("cifar10", 8, ["--loss", "cross-entropy", "--hidden", "32,24"]),
    "convnet": ("cifar10", 16, ["--head", "psc"]),
    "resnet32": ("cifar10", 16, ["--loss", "paper"]),
    "resnet32-lt": ("cifar10", 64, ["--loss", "dot-regression"]),
    "resnet50": ("folder", 16, ["--loss", "cross-entropy", "--head", "fixed"]),
    "resnet101": ("folder", 16, ["--loss", "cross-entropy"]),
    "resnet152": ("folder", 16, ["--loss", "dot-regression"]),
    "swin-t": ("folder", 16, ["--loss", "cross-entropy"]),
}
# Epochs and learning rate: enough batches for the running statistics to mean something, and weights that hardly move
# under those of deep networks, which would else take all pictures for one class.
PACE = {"cifar10": ("5", "0.003"), "folder": ("2", "0.0002")}
# Of cosines in float32; and of mean losses, relative to them, through 152 layers.
TOLERANCE, LOSS_TOLERANCE = 1e-5, 5e-5


class App:
    def __init__(self, target, place):
        self.program, self.fixtures, self.place = target / "dl2pa-app", target / "examples" / "write_fixture", place

    def run(self, *arguments):
        """The report of a run, the last line of its standard output."""
        command = [self.program, "--device", "cpu", "--json", *arguments]
        done = subprocess.run(command, cwd=self.place, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}: {done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    def write(self, *arguments):
        subprocess.run([self.fixtures, *arguments], cwd=self.place, check=True)


def cifar10(app):
    """Test pictures (n x 3 x 32 x 32, 0 to 255) and their labels."""
    app.write("cifar10", "cifar10", "128", "120")
    files = list((app.place / "cifar10").rglob("test_batch.bin"))
    rows = np.frombuffer(files[0].read_bytes(), np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0]


def folder(app):
    """The same of a folder of class folders, all pictures made SIDE x SIDE and stored without loss."""
    app.write("folder", "varied", str(TRAIN), str(TEST))
    pictures, labels = [], []
    for split in ("train", "valid"):
        classes = sorted(path for path in (app.place / "varied" / split).iterdir() if path.is_dir())
        for label, name in enumerate(classes):
            out = app.place / "folder" / split / name.name
            out.mkdir(parents=True)
            for file in sorted(path for path in name.iterdir() if not path.name.startswith(".")):
                picture = Image.open(file).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
                picture.save(out / f"{file.name}.png")
                if split == "valid":
                    pictures.append(np.asarray(picture).transpose(2, 0, 1))
                    labels.append(label)
    shutil.rmtree(app.place / "varied")
    return np.stack(pictures), np.array(labels)


def softmax_loss(logits, labels):
    top = logits.max(1, keepdims=True)
    return np.log(np.exp(logits - top).sum(1)) + top[:, 0] - logits[np.arange(len(labels)), labels]


def mean_loss(name, logits, labels):
    cosines = logits[np.arange(len(labels)), labels]
    return {
        "cross-entropy": softmax_loss(logits, labels),
        "paper": (1 - cosines) ** 2,
        "dot-regression": 0.5 * (1 - cosines) ** 2,
    }[name].mean()


def expect(holds, what):
    if not holds:
        sys.exit(f"not the same: {what}")


def check(app, backbone, pictures, labels):
    """Trains, exports and compares. Gives a row of the table."""
    dataset, dim, settings = CASES[backbone]
    sizes = ["--img-size", str(SIDE), "--eval-resize", str(SIDE)] if dataset == "folder" else []
    classes = str(labels.max() + 1)
    epochs, rate = PACE[dataset]
    trained = app.run(
        "--train", "--dataset", dataset, "--data-dir", dataset, "--classes", classes,
        "--backbone", backbone, "--dim", str(dim), "--epochs", epochs, "--lr", rate, "--warmup-epochs", "0",
        "--batch-size", "16", *sizes, *settings,
    )  # fmt: skip
    checkpoint = ["--checkpoint", f"{trained['run_dir']}/checkpoints/last.safetensors"]
    measured = app.run("--eval", *checkpoint, "--output", "tables")
    app.run("--export", "npz", *checkpoint, "--output", "net.npz")
    app.run("--export", "onnx", *checkpoint, "--output", "net.onnx")

    model = onnx.load(app.place / "net.onnx")
    onnx.checker.check_model(model, full_check=True)
    weights = dict(np.load(app.place / "net.npz"))
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for name, values in weights.items():
        expect(np.array_equal(constants.get(name), values), f"{name} in net.npz and net.onnx")

    notes = {entry.key: entry.value for entry in model.metadata_props}
    expect(len(notes["class_names"].splitlines()) == measured["classes"], "class names and classes")
    expect(notes["dataset"] == dataset and notes["backbone"] == backbone, "data set and backbone")
    mean, std = (np.array(notes[key].split(","), float).reshape(-1, 1, 1) for key in ("mean", "std"))
    inputs = ((pictures / 255 - mean) / std).astype(np.float32)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(app.place / "net.onnx", options, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    expect(taken.name == ("inputs" if backbone == "mlp" else "images"), "name of the input")
    inputs = inputs.reshape([len(inputs), *taken.shape[1:]])
    features, logits = session.run(["features", "logits"], {taken.name: inputs})
    one_features, one_logits = session.run(["features", "logits"], {taken.name: inputs[:1]})
    alone = max(np.abs(one_features - features[:1]).max(), np.abs(one_logits - logits[:1]).max())
    scale = float(notes["logit_scale"])
    expect(alone <= TOLERANCE * scale, f"a picture alone and among others, {alone}")
    lengths = np.abs(np.linalg.norm(features, axis=1) - 1).max()
    expect(lengths <= TOLERANCE, f"lengths of features and 1, {lengths}")
    # With numpy from the other export's prototypes.
    off = np.abs(scale * features @ weights["classifier.weight"].T - logits).max()
    expect(off <= TOLERANCE * scale, f"logits and cosines, {off}")

    confusion = np.zeros((logits.shape[1],) * 2, int)
    np.add.at(confusion, (labels, logits.argmax(1)), 1)
    with open(app.place / "tables" / "confusion.csv", newline="") as table:
        theirs = np.array([row[1:] for row in list(csv.reader(table))[1:]], int)
    expect(np.array_equal(confusion, theirs), "the classes that pictures are taken for")
    top1 = 100 * (logits.argmax(1) == labels).mean()
    expect(abs(top1 - measured["top1"]) < 1e-9, f"top-1 {top1} and {measured['top1']}")
    loss_name = "cross-entropy" if measured["head"] == "psc" else measured["loss_name"]
    loss = mean_loss(loss_name, logits.astype(float), labels)
    off = abs(loss - measured["loss"]) / measured["loss"]
    expect(off <= LOSS_TOLERANCE, f"loss {loss} and {measured['loss']}")
    guessed = len(np.unique(logits.argmax(1)))
    return [
        backbone, loss_name, len(model.graph.node), len(labels), f"{measured['top1']:.2f}", f"{top1:.2f}", guessed,
        f"{measured['loss']:.6f}", f"{loss:.6f}", f"{off:.0e}", f"{alone:.0e}",
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("backbones", nargs="*", choices=[[], *CASES], help="which to check [default: all]")
    parser.add_argument("--target-dir", type=pathlib.Path, default=os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--profile", default="debug", help="debug or release")
    arguments = parser.parse_args()
    target = pathlib.Path(arguments.target_dir).resolve() / arguments.profile
    titles = [
        "backbone", "loss", "nodes", "pictures", "top-1 ours", "top-1 ONNX", "classes guessed", "loss ours", "loss ONNX",
        "relative", "alone",
    ]  # fmt: skip
    print(f"ONNX Runtime {onnxruntime.__version__}, onnx {onnx.__version__}\n")
    print("| " + " | ".join(titles) + " |\n" + "|---" * len(titles) + "|", flush=True)
    with tempfile.TemporaryDirectory() as place:
        app = App(target, pathlib.Path(place))
        data = {}
        for backbone in arguments.backbones or CASES:
            dataset, *_ = CASES[backbone]
            if dataset not in data:
                data[dataset] = {"cifar10": cifar10, "folder": folder}[dataset](app)
            row = check(app, backbone, *data[dataset])
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    main()
