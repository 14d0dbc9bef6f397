#!/usr/bin/env python3
"""Writes assignment.json: the best totals that scipy finds for matrices both sides can make.

Needs numpy and scipy (made with scipy 1.17.1): python3 -m pip install numpy scipy
Run it in this folder; tests/assignment.rs reads the file. A matrix is not stored but given by its shape,
kind and seed, with numbers from the 64-bit linear congruential generator below: "uniform" ones come row by
row, "products" multiply a number of the row with one of the column, which leads to long searches and ties.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

MASK = (1 << 64) - 1


def numbers(count, seed):
    """The upper 31 bits of each state."""
    state = seed
    high = np.empty(count, dtype=np.int64)
    for index in range(count):
        state = (6364136223846793005 * state + 1442695040888963407) & MASK
        high[index] = state >> 33
    return high


def matrix(rows, columns, kind, seed):
    """Scores that are exact in double precision: in [-1, 1), or whole numbers below 10^6."""
    if kind == "uniform":
        return (numbers(rows * columns, seed) / 2**30 - 1.0).reshape(rows, columns)
    factors = numbers(rows + columns, seed) % 1000
    return np.outer(factors[:rows], factors[rows:]).astype(float)


def main():
    shapes = [(n, n) for n in (1, 2, 3, 5, 8, 10, 25, 50, 100, 200, 350, 500)]
    shapes += [(1, 7), (10, 16), (100, 128), (200, 500)]
    cases = []
    for rows, columns in shapes:
        for kind in ("uniform", "products"):
            seed = 1000 * rows + columns
            scores = matrix(rows, columns, kind, seed)
            y, k = linear_sum_assignment(scores, maximize=True)
            total = float(scores[y, k].sum())
            cases.append({"rows": rows, "columns": columns, "kind": kind, "seed": seed, "total": total})
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    text = f'{{\n  "scipy": "{scipy.__version__}",\n  "cases": [\n{lines}\n  ]\n}}\n'
    pathlib.Path(__file__).with_name("assignment.json").write_text(text)


if __name__ == "__main__":
    main()
