"""Writes the files of tests/golden/pth/, which the reader of `.pth` is tested with.

    python tests/golden/make_pth_golden.py

With PyTorch installed the files are torch.save's own. Without it, stand-ins below are pickled under
PyTorch's names and packed as torch.save packs them; `made_by.txt` says which.

Every matrix is W of 5 classes in 3 dimensions with W[r][k] = (3 r + k + 1) / 8, exact in every kind of
number used. The authors' files hold its transpose under `w`.

`network*.pth` are state dicts of the `convnet` backbone for the digits (`network_in_checkpoint*.pth` hold it as a
training script on several GPUs saves it, beside an optimiser's state), whose array number n in the order of
NETWORK holds the values (5 + (n + i) mod 7) / 64 for i = 0, 1, ...: never 0, and exact as well.
"""

import argparse
import collections
import io
import math
import pathlib
import pickle
import struct
import sys
import types
import zipfile

FOLDER = pathlib.Path(__file__).parent / "pth"
CLASSES, DIM = 5, 3
W = [[(DIM * r + k + 1) / 8 for k in range(DIM)] for r in range(CLASSES)]
W_T = [list(column) for column in zip(*W)]
# 1 x 8 x 8 pixels, convolutions to 16 and 32 channels, 3 dimensions.
NETWORK = [("conv1.weight", (16, 1, 3, 3)), ("conv1.bias", (16,)), ("norm1.weight", (16,)), ("norm1.bias", (16,)),
           ("norm1.running_mean", (16,)), ("norm1.running_var", (16,)), ("conv2.weight", (32, 16, 3, 3)),
           ("conv2.bias", (32,)), ("norm2.weight", (32,)), ("norm2.bias", (32,)), ("norm2.running_mean", (32,)),
           ("norm2.running_var", (32,)), ("last.weight", (3, 512)), ("last.bias", (3,))]


def with_torch(torch):
    """The makers of a tensor, of a view of one, of a parameter, and of a file."""
    kinds = {"f4": torch.float32, "f8": torch.float64, "f2": torch.float16, "bf2": torch.bfloat16,
             "i8": torch.int64}

    def tensor(rows, kind="f4"):
        return torch.tensor(rows, dtype=kinds[kind])

    def view(rows):
        """`rows` as a transposed view into a longer storage, behind four other numbers."""
        flat = [0.0] * 4 + [value for column in zip(*rows) for value in column] + [9.0]
        return torch.tensor(flat).as_strided((len(rows), len(rows[0])), (1, len(rows)), 4)

    def array(values, shape, kind="f4"):
        return torch.tensor(values, dtype=kinds[kind]).reshape(shape)

    def save(thing, name, legacy=False):
        torch.save(thing, FOLDER / name, _use_new_zipfile_serialization=not legacy)

    return tensor, view, array, torch.nn.Parameter, save, f"torch {torch.__version__}"


def without_torch():
    """The same without PyTorch: classes under its names, pickled as it pickles its own."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    sys.modules.update({"torch": torch, "torch._utils": utils})

    def stand_in(module, name):
        kind = type(name, (), {"__module__": module.__name__})
        setattr(module, name, kind)
        return kind

    def function(name):
        def called(*_):
            raise NotImplementedError

        called.__module__, called.__name__, called.__qualname__ = "torch._utils", name, name
        setattr(utils, name, called)
        return called

    rebuild_tensor, rebuild_parameter = function("_rebuild_tensor_v2"), function("_rebuild_parameter")
    storages = {kind: stand_in(torch, name) for kind, name in
                [("f4", "FloatStorage"), ("f8", "DoubleStorage"), ("f2", "HalfStorage"),
                 ("bf2", "BFloat16Storage"), ("i8", "LongStorage")]}

    def packed(values, kind):
        if kind == "bf2":
            return b"".join(struct.pack("<f", value)[2:] for value in values)
        code = {"f4": "f", "f8": "d", "f2": "e", "i8": "q"}[kind]
        return struct.pack(f"<{len(values)}{code}", *values)

    class Storage:
        def __init__(self, values, kind):
            self.type, self.count, self.data = storages[kind], len(values), packed(values, kind)

    class Tensor:
        def __init__(self, storage, offset, shape, strides):
            self.arguments = (storage, offset, shape, strides, False, collections.OrderedDict())

        def __reduce__(self):
            return rebuild_tensor, self.arguments

    class Parameter:
        def __init__(self, data):
            self.data = data

        def __reduce__(self):
            return rebuild_parameter, (self.data, True, collections.OrderedDict())

    def tensor(rows, kind="f4"):
        if not isinstance(rows[0], list):
            return Tensor(Storage(rows, kind), 0, (len(rows),), (1,))
        columns = len(rows[0])
        values = [value for row in rows for value in row]
        return Tensor(Storage(values, kind), 0, (len(rows), columns), (columns, 1))

    def view(rows):
        flat = [0.0] * 4 + [value for column in zip(*rows) for value in column] + [9.0]
        return Tensor(Storage(flat, "f4"), 4, (len(rows), len(rows[0])), (1, len(rows)))

    def array(values, shape, kind="f4"):
        strides = [1]
        for length in reversed(shape[1:]):
            strides.insert(0, strides[0] * length)
        return Tensor(Storage(values, kind), 0, shape, tuple(strides[:len(shape)]))

    def save(thing, name, legacy=False):
        kept = {}

        class Pickler(pickle.Pickler):
            def persistent_id(self, it):
                if not isinstance(it, Storage):
                    return None
                key = kept.setdefault(id(it), (str(94000 + len(kept)) if legacy else str(len(kept)), it))[0]
                fields = ("storage", it.type, key, "cpu", it.count)
                return fields + (None,) if legacy else fields

        program = io.BytesIO()
        Pickler(program, protocol=2).dump(thing)
        if not legacy:
            stem = pathlib.Path(name).stem
            with zipfile.ZipFile(FOLDER / name, "w", zipfile.ZIP_STORED) as archive:
                def put(entry, data):
                    archive.writestr(zipfile.ZipInfo(f"{stem}/{entry}"), data)

                put("data.pkl", program.getvalue())
                put("byteorder", "little")
                for key, it in kept.values():
                    put(f"data/{key}", it.data)
                put("version", "3\n")
            return
        system = {"protocol_version": 1001, "little_endian": True,
                  "type_sizes": {"short": 2, "int": 4, "long": 4}}
        with open(FOLDER / name, "wb") as file:
            pickle.dump(0x1950A86A20F9469CFC6C, file, protocol=2)
            pickle.dump(1001, file, protocol=2)
            pickle.dump(system, file, protocol=2)
            file.write(program.getvalue())
            pickle.dump([key for key, _ in kept.values()], file, protocol=2)
            for _, it in kept.values():
                file.write(struct.pack("<q", it.count) + it.data)

    return tensor, view, array, Parameter, save, "stand-ins, without torch"


def main():
    try:
        import torch

        tensor, view, array, parameter, save, made_by = with_torch(torch)
    except ImportError:
        tensor, view, array, parameter, save, made_by = without_torch()
    FOLDER.mkdir(exist_ok=True)

    def state_dict(entries):
        state = collections.OrderedDict(entries)
        state._metadata = collections.OrderedDict({"": {"version": 1}})
        return state

    # Read:
    save(state_dict({"w": tensor(W_T)}), "authors.pth")
    save(state_dict({"w": tensor(W_T)}), "authors_legacy.pth", legacy=True)
    save({"w": tensor(W_T, "f8")}, "authors_double.pth")
    save(tensor(W), "tensor.pth")
    save(tensor(W, "bf2"), "tensor_bfloat16.pth")
    save(view(W), "tensor_view.pth")
    save(view(W), "tensor_view_legacy.pth", legacy=True)
    save({"weight": parameter(tensor(W))}, "parameter.pth")
    save({"bias": tensor([0.0, 1.0]), "prototypes": tensor(W, "f2")}, "several_half.pth")
    network = {}
    for number, (name, shape) in enumerate(NETWORK):
        values = [(5 + (number + at) % 7) / 64 for at in range(math.prod(shape))]
        network[name] = array(values, shape)
        if name.endswith("running_var"):
            network[name.replace("running_var", "num_batches_tracked")] = array([3], (), "i8")
    save(state_dict(network), "network.pth")
    save(state_dict(network), "network_legacy.pth", legacy=True)
    parallel = {f"module.{name}": it for name, it in network.items()}
    momentum = {0: {"momentum_buffer": array([0.5] * 16, (16,))}}
    group = {"lr": 0.1, "nesterov": False, "dampening": None, "params": [0]}
    checkpoint = {"epoch": 90, "arch": "convnet", "best_acc1": array([76.5], ()),
                  "optimizer": {"state": momentum, "param_groups": [group]}, "state_dict": state_dict(parallel)}
    # The 21 letters of this name make the archive one that readers have stumbled over.
    save(checkpoint, "network_in_checkpoint.pth")
    save(checkpoint, "network_in_checkpoint_legacy.pth", legacy=True)
    # Refused:
    save({"w": tensor(W_T), "epoch": 3}, "refused_epoch.pth")
    save({"w": tensor(W_T), "options": argparse.Namespace(seed=1)}, "refused_object.pth")
    save({"w": tensor([[1, 2], [3, 4]], "i8")}, "refused_integers.pth")
    save({"a": tensor(W), "b": tensor(W)}, "refused_several.pth")
    save({"w": tensor([1.0, 2.0])}, "refused_vector.pth")
    save([tensor(W)], "refused_list.pth")
    (FOLDER / "made_by.txt").write_text(f"{made_by}, Python {sys.version.split()[0]}\n")


if __name__ == "__main__":
    main()
