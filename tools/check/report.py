# SPDX-License-Identifier: GPL-2.0
"""Judge the report for machines of "kpool bench".

Usage: python3 report.py complete REPORT     head and rows are there, well formed
       python3 report.py limits REPORT       kpool keeps to what it promises
       python3 report.py same REPORT REPORT  rows of "pair" cost the same in both
       python3 report.py engine REPORT       kpool on the newest kernel is as cheap as it was made
       python3 report.py cost REPORT         print what a pair costs with kpool

Prints what is wrong, and exits with 1 if anything is.
"""

import json
import sys

HEAD = {"kernel", "flavour", "arch", "accel", "icount", "cpus", "rows"}
ROW = {"workload", "backend", "cpus", "object_size", "ops", "cost", "unit",
       "allocs_per_op", "bytes_per_op", "hit_rate"}
WORKLOADS = ("pair", "parallel", "compress")
BACKENDS = ("loop", "kpool", "kmem_cache", "kmalloc", "mempool", "objpool", "none", "fixed")
# Workloads with backends of their own.
KINDS = {
    "state": ("kpool", "none", "fixed"),
    "state-use": ("kpool", "none", "fixed"),
} | {
    kind: ("kpool", "kernel")
    for kind in ("buf", "sized", "ring", "fifo", "compound", "work", "dma", "static")
}
# What a state that is built asks of the kernel's allocators.
STATE_ALLOCS, STATE_BYTES = 830, 184257
# For compress, kmalloc is what "none" does. Linux has objpool since 6.7.
LEFT_OUT = {("compress", "kmalloc")}
OBJPOOL_SINCE = (6, 7)

# The workload, what it is compared with, and how many times that it may cost at most.
LIMITS = (
    (("pair", "kpool"), ("pair", "kmem_cache"), 0.45),
    (("pair", "kpool"), ("pair", "objpool"), 1.0),
    (("parallel", "kpool"), ("pair", "kpool"), 1.15),
    (("compress", "kpool"), ("compress", "none"), 1.0),
    (("compress", "kpool"), ("compress", "fixed"), 1.0),
    (("state", "kpool"), ("state", "none"), 0.01),
    (("state", "kpool"), ("state", "fixed"), 0.01),
    (("state-use", "kpool"), ("state-use", "none"), 0.2),
    (("state-use", "kpool"), ("state-use", "fixed"), 0.2),
)
# The same, for instructions counted on the newest kernel in the flavour "fast".
ENGINE_LIMITS = (
    ("pair", ("pair", "kmem_cache"), 0.32),
    ("pair", ("pair", "objpool"), 0.70),
    ("overflow", ("pair", "kpool"), 1.3),
    ("cross", ("pair", "kpool"), 2.0),
    ("parallel", ("pair", "kpool"), 1.10),
)
PAIR_LIMIT = 50
# By which part costs may differ from run to run: how many objects the worker of "fixed" has ready
# depends on when it gets the CPU, too.
SPREAD = {"fixed": 0.01}
# The measuring loop's own instructions.
LOOP_LIMIT = 8


def has_objpool(report):
    major, minor = report["kernel"].split(".")[:2]
    return (int(major), int(minor.split("-")[0])) >= OBJPOOL_SINCE


def rows_of(report):
    return {(row["workload"], row["backend"]): row for row in report["rows"]}


def complete(report):
    if set(report) != HEAD:
        yield f"the head has {sorted(report)} in place of {sorted(HEAD)}"
        return
    for row in report["rows"]:
        if set(row) != ROW:
            yield f"a row has {sorted(row)} in place of {sorted(ROW)}"
            return
        if not row["cost"] > 0 or not row["ops"] > 0:
            yield f"no cost or no operations: {row}"
        if row["unit"] != ("insns" if report["icount"] else "ns"):
            yield f"unit {row['unit']} with icount {report['icount']}"
    rows = rows_of(report)
    for workload in WORKLOADS:
        for backend in BACKENDS:
            if (workload, backend) in LEFT_OUT or backend == "objpool" and not has_objpool(report):
                continue
            if (workload, backend) not in rows:
                yield f"no row for {workload} with {backend}"
    for workload, backends in KINDS.items():
        for backend in backends:
            if (workload, backend) not in rows:
                yield f"no row for {workload} with {backend}"
    for backend in ("none", "fixed"):
        row = rows.get(("state", backend))
        if row and (row["allocs_per_op"], row["bytes_per_op"]) != (STATE_ALLOCS, STATE_BYTES):
            yield f"a state is not {STATE_ALLOCS} allocations of {STATE_BYTES} bytes: {row}"


def limits(report):
    rows = rows_of(report)
    for subject, reference, factor in LIMITS:
        if reference[1] == "objpool" and not has_objpool(report):
            continue
        cost, against = rows[subject]["cost"], rows[reference]["cost"]
        print(f"{' '.join(subject)}: {cost} is {cost / against:.3f} of {' '.join(reference)}")
        if cost > factor * against:
            yield (f"{' '.join(subject)} costs {cost}, more than {factor} times "
                   f"{' '.join(reference)} with {against}")
    for workload in (*WORKLOADS, "state"):
        if rows[workload, "kpool"]["allocs_per_op"] != 0:
            yield f"kpool allocates in steady state: {rows[workload, 'kpool']}"
    if rows["pair", "loop"]["cost"] > LOOP_LIMIT:
        yield f"the measuring loop costs {rows['pair', 'loop']['cost']}, more than {LOOP_LIMIT}"


def engine(report):
    rows = rows_of(report)
    if rows["pair", "kpool"]["cost"] > PAIR_LIMIT:
        yield f"a pair costs {rows['pair', 'kpool']['cost']}, more than {PAIR_LIMIT} instructions"
    for workload, reference, factor in ENGINE_LIMITS:
        against = rows[reference]["cost"]
        # One row for each number of CPUs.
        subjects = [row for row in report["rows"]
                    if row["workload"] == workload and row["backend"] == "kpool"]
        if not subjects:
            yield f"no row for {workload} with kpool"
        for row in subjects:
            name = f"{workload} on {row['cpus']} CPUs"
            print(f"{name}: {row['cost']} is {row['cost'] / against:.3f} of {' '.join(reference)}")
            if row["cost"] > factor * against:
                yield (f"{name} costs {row['cost']}, more than {factor} times "
                       f"{' '.join(reference)} with {against}")
            if row["allocs_per_op"] != 0:
                yield f"{name} allocates in steady state: {row}"


def cost(report):
    print(rows_of(report)["pair", "kpool"]["cost"])
    return ()


def same(one, other):
    one, other = rows_of(one), rows_of(other)
    for key in one:
        if key[0] != "pair":
            continue
        if key not in other:
            yield f"{' '.join(key)} is in one report only"
        elif abs(one[key]["cost"] - other[key]["cost"]) > one[key]["cost"] * SPREAD.get(key[1], 0):
            yield f"{' '.join(key)} costs {one[key]['cost']}, then {other[key]['cost']}"


def main(arguments):
    judges = {"complete": (complete, 1), "limits": (limits, 1), "same": (same, 2),
              "engine": (engine, 1), "cost": (cost, 1)}
    if not arguments or arguments[0] not in judges or len(arguments) != 1 + judges[arguments[0]][1]:
        sys.exit(__doc__)
    reports = []
    for name in arguments[1:]:
        with open(name, encoding="utf-8") as file:
            reports.append(json.load(file))
    complaints = list(judges[arguments[0]][0](*reports))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
