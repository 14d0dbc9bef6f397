"""Makes backbones/state_dicts.json: names and shapes of the state dicts of torchvision's and timm's networks.

    python make_state_dict_golden.py

Needs torch, torchvision and timm.
"""

import json
import pathlib

import timm
import torchvision

MODELS = {
    "torchvision resnet50": torchvision.models.resnet50,
    "torchvision swin_t": torchvision.models.swin_t,
    "timm resnet50": lambda: timm.create_model("resnet50"),
    "timm swin_t": lambda: timm.create_model("swin_tiny_patch4_window7_224"),
}


def main():
    lists = {}
    for name, make in MODELS.items():
        state = make().state_dict()
        lists[name] = [[key, "x".join(map(str, value.shape))] for key, value in state.items()]
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(items, separators=(',', ':'))}" for name, items in lists.items())
    path = pathlib.Path(__file__).parent / "backbones" / "state_dicts.json"
    path.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
