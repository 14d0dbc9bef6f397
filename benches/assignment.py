#!/usr/bin/env python3
"""Compares the matching with scipy and pathfinding, in one run.

Scores are cosines of random class means and random prototypes in min(n, 512) dimensions; the next epoch's
means are turned by 5 degrees, each in a direction of its own. Prints the median wall time and the mean
processor time (all threads; too coarse to see below n = 1000), and stops if the totals differ.

    python3 -m pip install numpy scipy
    python3 benches/assignment.py [--sizes 10 100 1000 4000 10000] [--slowest 60] [--sparse]

--sparse also matches 100,000 classes of 512 dimensions without their score matrix (minutes).
Set RAYON_NUM_THREADS=1 to give us one thread, as scipy has.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

ROOT = pathlib.Path(__file__).resolve().parent.parent


def unit_rows(random, count, dim):
    rows = random.standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def turned(random, rows, angle_deg):
    others = unit_rows(random, *rows.shape)
    others -= (others * rows).sum(axis=1, keepdims=True) * rows
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    angle_rad = np.float32(np.radians(angle_deg))
    return np.cos(angle_rad) * rows + np.sin(angle_rad) * others


def scipy_times(scores, repeats):
    wall, cpu = [], []
    for _ in range(repeats):
        wall_before, cpu_before = time.perf_counter(), time.process_time()
        rows, columns = linear_sum_assignment(scores, maximize=True)
        wall.append(time.perf_counter() - wall_before)
        cpu.append(time.process_time() - cpu_before)
    total = float(scores[rows, columns].astype(np.float64).sum())
    return {"wall_secs": wall, "cpu_secs": cpu, "total": total}


def build():
    subprocess.run(
        ["cargo", "build", "--quiet", "--release", "--workspace", "--example", "assignment_bench"],
        cwd=ROOT,
        check=True,
    )
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).expanduser()
    return target / "release" / "examples" / "assignment_bench"


def run(program, *arguments):
    command = [program, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000, 4000, 10000])
    parser.add_argument("--slowest", type=float, default=60.0, help="seconds that pathfinding may take")
    parser.add_argument("--sparse", action="store_true")
    options = parser.parse_args()
    program = build()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"scipy {scipy.__version__}, numpy {np.__version__}, load {load:.1f} on {os.cpu_count()} cores")
    print(f"{'n':>6} {'solver':<20} {'wall ms':>10} {'cpu ms':>10} {'scipy cpu / this':>17}  total")
    for n in options.sizes:
        random = np.random.default_rng(n)
        dim = min(n, 512)
        prototypes, means = unit_rows(random, n, dim), unit_rows(random, n, dim)
        scores = means @ prototypes.T
        following = turned(random, means, 5.0) @ prototypes.T
        repeats = 21 if n <= 1000 else 5 if n <= 4000 else 3
        with tempfile.TemporaryDirectory() as folder:
            scores.astype("<f4").tofile(f"{folder}/scores.f32")
            following.astype("<f4").tofile(f"{folder}/next.f32")
            ours = run(program, folder, n, repeats, options.slowest)
        of_scipy = scipy_times(scores, 1 if n > 4000 else min(repeats, 5))
        check = float(scipy_times(following, 1)["total"]) if n <= 4000 else ours["cold, next"]["total"]
        expected = {"cold": of_scipy["total"], "pathfinding": of_scipy["total"]}
        basis = np.mean(of_scipy["cpu_secs"])
        for name, result in {"scipy": of_scipy, **ours}.items():
            wanted = expected.get(name, of_scipy["total"] if name == "scipy" else check)
            assert abs(result["total"] - wanted) < 1e-6 * max(abs(wanted), 1.0), (n, name, result["total"], wanted)
            wall, cpu = np.median(result["wall_secs"]), np.mean(result["cpu_secs"])
            ratio = basis / cpu if cpu > 0 else float("nan")
            print(f"{n:>6} {name:<20} {wall * 1e3:>10.3f} {cpu * 1e3:>10.3f} {ratio:>17.1f}  {result['total']:.6f}")
    if options.sparse:
        print("100,000 classes, 100,000 prototypes, 512 dimensions:", run(program, "sparse", 100_000, 100_000, 512, 3))


if __name__ == "__main__":
    main()
