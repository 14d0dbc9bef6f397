"""Searches the class colours and writes ../src/palette/table.rs: python3 make_palette.py

A set is as good as its closest pair: OKLab distance, the least over normal sight and the three kinds of
colour-blindness (Machado, Oliveira and Fernandes 2009, severity 1). Every colour keeps 3:1 against the card it is
drawn on, some chroma, and a lightness that is neither black nor white: lightness tells states apart, not classes.
The search moves one colour of the closest pair at a time; the seed is fixed, so the table is reproducible.
"""

from pathlib import Path

import numpy as np

CVD = np.array([
    np.eye(3),
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
])
LMS = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])
LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])
SURFACE = {"dark": 0x12161F, "light": 0xFFFFFF}
LIGHTNESS = {"dark": (0.56, 0.92), "light": (0.40, 0.72)}
MIN_CHROMA = 0.07
MIN_CONTRAST = 3.0


def linear(srgb):
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def encoded(rgb):
    rgb = np.clip(rgb, 0, 1)
    return np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)


def oklab(rgb):
    return np.cbrt(np.clip(rgb, 0, 1) @ LMS.T) @ LAB.T


def seen(rgb):
    """4 x n x 3: OKLab as each kind of sight has it."""
    return np.stack([oklab(rgb @ m.T) for m in CVD])


def luminance(rgb):
    return rgb @ np.array([0.2126, 0.7152, 0.0722])


def candidates(theme, rng, count):
    """n x 3 linear colours on the 8-bit grid that keep contrast and are not grey."""
    surface = linear(np.array([(SURFACE[theme] >> s) & 255 for s in (16, 8, 0)]) / 255)
    ground = luminance(surface)
    srgb = rng.integers(0, 256, (count, 3)) / 255
    rgb = linear(srgb)
    light = luminance(rgb)
    contrast = (np.maximum(light, ground) + 0.05) / (np.minimum(light, ground) + 0.05)
    lab = oklab(rgb)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    low, high = LIGHTNESS[theme]
    kept = (contrast >= MIN_CONTRAST) & (chroma >= MIN_CHROMA) & (lab[:, 0] >= low) & (lab[:, 0] <= high)
    return rgb[kept][:2500]


def search(theme, size, rng, restarts=6, rounds=500):
    best, best_score = None, -1.0
    for _ in range(restarts):
        pool = candidates(theme, rng, 20000)
        views = seen(pool)
        # A first set by farthest-point sampling, then improvement of the closest pair.
        chosen = [int(rng.integers(len(pool)))]
        near = np.min(np.linalg.norm(views - views[:, chosen], axis=2), axis=0)
        while len(chosen) < size:
            chosen.append(int(np.argmax(near)))
            near = np.minimum(near, np.min(np.linalg.norm(views - views[:, chosen[-1:]], axis=2), axis=0))
        for _ in range(rounds):
            v = views[:, chosen]
            d = np.min(np.linalg.norm(v[:, :, None] - v[:, None], axis=3), axis=0)
            np.fill_diagonal(d, np.inf)
            score = d.min()
            if score > best_score:
                best, best_score = pool[chosen].copy(), score
            pair = np.unravel_index(np.argmin(d), d.shape)
            moved = False
            for slot in rng.permutation(pair):
                others = [c for i, c in enumerate(chosen) if i != slot]
                reach = np.min(np.linalg.norm(views[:, :, None] - views[:, others][:, None], axis=3), axis=(0, 2))
                top = int(np.argmax(reach))
                if reach[top] > score + 1e-9:
                    chosen[slot] = top
                    moved = True
                    break
            if not moved:
                # A kick: replace one colour at random and go on from there.
                chosen[int(rng.integers(size))] = int(rng.integers(len(pool)))
    return best, best_score


def by_hue(rgb):
    lab = oklab(rgb)
    return rgb[np.argsort(np.arctan2(lab[:, 2], lab[:, 1]))]


def spread_order(rgb):
    """Farthest first, so that a few classes take the most different colours."""
    views = seen(rgb)
    d = np.min(np.linalg.norm(views[:, :, None] - views[:, None], axis=3), axis=0)
    order = [int(np.argmax(d.sum(axis=1)))]
    while len(order) < len(rgb):
        rest = [i for i in range(len(rgb)) if i not in order]
        order.append(max(rest, key=lambda i: d[i, order].min()))
    return rgb[order]


def main():
    rng = np.random.default_rng(7)
    lines = [
        "//! The generated class colours. Do not edit: `palette/make_palette.py` writes this file.",
        "",
    ]
    for theme in ("dark", "light"):
        for size in (12, 20):
            rgb, score = search(theme, size, rng)
            rgb = spread_order(by_hue(rgb))
            codes = [int("".join(f"{round(float(c) * 255):02x}" for c in encoded(row)), 16) for row in rgb]
            print(theme, size, round(score, 4))
            lines += [
                f"/// {size} colours on the {theme} theme; closest pair {score:.4f} in OKLab over all kinds of sight.",
                f"pub(super) const {theme.upper()}_{size}: [u32; {size}] = [",
                *[f"    0x{code:06x}," for code in codes],
                "];",
                "",
            ]
    out = Path(__file__).parent.parent / "src" / "palette" / "table.rs"
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines).rstrip() + "\n")


main()
