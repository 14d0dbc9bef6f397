#!/usr/bin/env python3
"""Writes assignment.json: the best totals that scipy finds for 200 matrices that both sides can make.

Needs numpy and scipy (made with scipy 1.17.1): python3 -m pip install numpy scipy
Run it in this folder; tests/assignment.rs reads the file. A matrix is not stored but given by its shape,
kind and seed, with numbers from the 64-bit linear congruential generator below:

uniform   numbers in [-1, 1), row by row
coarse    whole numbers from 0 to 9, row by row: full of ties
products  a number of the row times one of the column, below 10^6: long searches
groups    1000 where row and column are of one group (of about 8), less the distance of two numbers below
          1000: classes that compete for the same prototypes
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

MASK = (1 << 64) - 1
KINDS = ("uniform", "coarse", "products", "groups")


def numbers(count, seed):
    """The upper 31 bits of each state."""
    state = seed
    high = np.empty(count, dtype=np.int64)
    for index in range(count):
        state = (6364136223846793005 * state + 1442695040888963407) & MASK
        high[index] = state >> 33
    return high


def matrix(rows, columns, kind, seed):
    """Scores that are exact in double precision."""
    if kind == "uniform":
        return (numbers(rows * columns, seed) / 2**30 - 1.0).reshape(rows, columns)
    if kind == "coarse":
        return (numbers(rows * columns, seed) % 10).astype(float).reshape(rows, columns)
    factors = numbers(rows + columns, seed) % 1000
    of_rows, of_columns = factors[:rows, None], factors[None, rows:]
    if kind == "products":
        return (of_rows * of_columns).astype(float)
    groups = max(rows // 8, 1)
    same = of_rows % groups == of_columns % groups
    return np.where(same, 1000.0, 0.0) - np.abs(of_rows - of_columns)


def main():
    small = [(n, n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 47, 48, 49, 50)]
    small += [(1, 7), (3, 5), (5, 50), (10, 16), (20, 21), (30, 60), (48, 49), (49, 97)]
    middle = [(n, n) for n in (64, 75, 100, 128, 150, 200, 256, 350, 500)]
    middle += [(100, 128), (60, 300), (200, 500), (511, 513)]
    large = [(700, 700), (1000, 1000), (400, 1000), (999, 1000)]
    extra = [(511, 511), (512, 512), (513, 600)]
    cases = []
    for rows, columns in small + middle + large + extra:
        for kind in KINDS:
            seed = 1000 * rows + columns
            scores = matrix(rows, columns, kind, seed)
            y, k = linear_sum_assignment(scores, maximize=True)
            total = float(scores[y, k].sum())
            cases.append({"rows": rows, "columns": columns, "kind": kind, "seed": seed, "total": total})
    assert len(cases) == 200, len(cases)
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    text = f'{{\n  "scipy": "{scipy.__version__}",\n  "cases": [\n{lines}\n  ]\n}}\n'
    pathlib.Path(__file__).with_name("assignment.json").write_text(text)


if __name__ == "__main__":
    main()
