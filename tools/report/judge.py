# SPDX-License-Identifier: GPL-2.0
"""Judges the JSON report of "kpool bench". Called by report.

The costs of peers are printed, never judged: they depend on the kernel and may change with it.
"""

import json

import parts

EXPLAINED = """
WHAT is one of:
  complete REPORT     head and rows are present and well formed
  limits REPORT       kpool keeps its promised limits
  same REPORT REPORT  kpool's rows of one CPU cost the same in both
  engine REPORT       kpool on the newest kernel is within its tightest limits
  cost REPORT         print the cost of a pair with kpool
  main REPORT         print the part to record: rows and their costs
  pressure REPORT     kpool gave memory back
  stability REPORT    memory and objects stayed constant

Exit status: 0; 1 if there are errors; 2 if a report cannot be used.
"""

HEAD = {"kernel", "flavour", "commit", "arch", "accel", "icount", "cpus", "method", "rounds",
        "confidence", "workloads", "backends", "rows"}
ROW = {"workload", "backend", "cpus", "object_size", "ops", "cost", "cost_net", "cost_low",
       "cost_high", "unit", "method", "p50", "p99", "p999", "max", "allocs_per_op", "bytes_per_op",
       "hit_rate", "held", "held_cleared", "latencies"}
# The keys of a row that was not measured.
ABSENT = {"workload", "backend", "cpus", "absent"}
# The allocations, and their bytes, for a state that is built.
STATE_ALLOCS, STATE_BYTES = 830, 184257
# Backends that a kernel may lack; all others must have figures where that makes sense.
OPTIONAL = ("objpool", "page_pool")

# A workload with kpool, and the most that it may cost, in pairs. Building dominates: a state takes
# 27000 pairs, and the script that state-use runs takes 450.
LIMITS = (("parallel", 1.15), ("overflow", 1.5), ("state", 6), ("state-use", 900))
# Peers whose costs are printed next to kpool's, for readers.
COMPARED = (("pair", "kmem_cache"), ("pair", "objpool"), ("compress", "none"), ("compress", "single-use"),
            ("state", "none"), ("state", "single-use"), ("state-use", "none"), ("state-use", "single-use"))
# Limits in instructions for a pair: on any kernel, and on the newest one in the flavour "fast".
PAIR_LIMIT_ANYWHERE = 60
PAIR_LIMIT = 50
# Workloads in which kpool has to allocate in the long run: objects are lost, or a script allocates.
UNSTEADY = ("starvation", "state-use")
# As LIMITS, but on the newest kernel in the flavour "fast", for any number of CPUs.
ENGINE_LIMITS = (("overflow", 1.3), ("cross", 2.0), ("parallel", 1.10))
# Idle bytes under pressure: at least the size of the objects.
HELD = 32 << 20
# The bytes by which slab memory may grow while a million times as many pass through pools, and the
# number of objects: a CPU's cache keeps up to a magazine of objects put by workers on that CPU.
SLAB_GROWTH = 256 << 10
OBJECT_GROWTH = 64
# The instructions of the measuring loop itself.
LOOP_LIMIT = 8


def main_rows(report):
    keys = ("workload", "backend", "cpus", "object_size", "method", "cost")
    rows = [{key: row[key] for key in keys} for row in measured(report)]
    print(json.dumps({"comment": "SPDX-License-Identifier: GPL-2.0",
                      "kernel": report["kernel"], "rows": rows}, indent=1))
    return ()


def key_of(row):
    return row["workload"], row["backend"]


def measured(report):
    return [row for row in report["rows"] if "absent" not in row]


def rows_of(report):
    """The rows of the fewest CPUs, for workloads with several numbers of CPUs."""
    rows = {}
    for row in measured(report):
        rows.setdefault((row["workload"], row["backend"]), row)
    return rows


def complete(report):
    if set(report) != HEAD:
        yield f"the head has {sorted(report)} in place of {sorted(HEAD)}"
        return
    for row in measured(report):
        # In this workload a burst is timed, and the schedule leaves twice the time.
        if (row["workload"], row["backend"]) == ("overflow", "kpool") and \
                row["p50"] is not None and not 50 < row["p50"] / row["cost"] < 400:
            yield f"latencies are not those of a burst of 100: {row['p50']}, cost {row['cost']}"
    for row in report["rows"]:
        if "absent" in row and set(row) == ABSENT and row["absent"]:
            continue
        if set(row) != ROW:
            yield f"a row has {sorted(row)} in place of {sorted(ROW)}"
            return
        if not row["cost"] > 0 or not row["ops"] > 0:
            yield f"no cost or no operations: {row}"
        if row["unit"] != ("insns" if report["icount"] else "ns"):
            yield f"unit {row['unit']} with icount {report['icount']}"
    rows = rows_of(report)
    present = {(row["workload"], row["backend"]) for row in report["rows"]}
    compared = {one["name"]: one["backends"] for one in report["workloads"]}
    for workload, backends in compared.items():
        for backend in backends:
            if (workload, backend) not in present:
                yield f"no row for {workload} with {backend}"
        # Kinds of pools have no loop to measure, and few backends, which all must run.
        for backend in ("loop", "kpool", "kmem_cache") if "loop" in backends else backends:
            if (workload, backend) not in rows:
                yield f"no figures for {workload} with {backend}"
    for backend in (one["name"] for one in report["backends"]):
        if backend not in OPTIONAL and not any(name == backend for _, name in rows):
            yield f"no figures with {backend}"
    for backend in ("none", "single-use"):
        row = rows.get(("state", backend))
        if row and (row["allocs_per_op"], row["bytes_per_op"]) != (STATE_ALLOCS, STATE_BYTES):
            yield f"a state is not {STATE_ALLOCS} allocations of {STATE_BYTES} bytes: {row}"


def limits(report):
    rows = rows_of(report)
    pair = rows["pair", "kpool"]["cost"]
    for workload, peer in COMPARED:
        cost = rows[workload, "kpool"]["cost"]
        if (workload, peer) in rows:
            against = rows[workload, peer]["cost"]
            print(f"{workload}: {cost} is {cost / against:.3f} of {peer}")
    if pair > PAIR_LIMIT_ANYWHERE:
        yield f"a pair costs {pair}, more than {PAIR_LIMIT_ANYWHERE} instructions"
    for workload, factor in LIMITS:
        cost = rows[workload, "kpool"]["cost"]
        print(f"{workload}: {cost} is {cost / pair:.3f} of a pair")
        if cost > factor * pair:
            yield f"{workload} costs {cost}, more than {factor} pairs of {pair}"
    # The kinds' own allocations are not promised.
    steady = [one["name"] for one in report["workloads"] if "kernel" not in one["backends"]]
    for workload in steady:
        if workload not in UNSTEADY and rows[workload, "kpool"]["allocs_per_op"] != 0:
            yield f"kpool allocates in steady state: {rows[workload, 'kpool']}"
    if rows["pair", "loop"]["cost"] > LOOP_LIMIT:
        yield f"the measuring loop costs {rows['pair', 'loop']['cost']}, more than {LOOP_LIMIT}"


def engine(report):
    pair = rows_of(report)["pair", "kpool"]["cost"]
    if pair > PAIR_LIMIT:
        yield f"a pair costs {pair}, more than {PAIR_LIMIT} instructions"
    for workload, factor in ENGINE_LIMITS:
        # There is a row for each number of CPUs.
        subjects = [row for row in measured(report)
                    if row["workload"] == workload and row["backend"] == "kpool"]
        if not subjects:
            yield f"no row for {workload} with kpool"
        for row in subjects:
            name = f"{workload} on {row['cpus']} CPUs"
            print(f"{name}: {row['cost']} is {row['cost'] / pair:.3f} of a pair")
            if row["cost"] > factor * pair:
                yield f"{name} costs {row['cost']}, more than {factor} pairs of {pair}"
            if row["allocs_per_op"] != 0:
                yield f"{name} allocates in steady state: {row}"


def cost(report):
    print(rows_of(report)["pair", "kpool"]["cost"])
    return ()


def same(one, other):
    """Compare exactly: the machine, including its boot, does the same each time."""
    rows, again = ({key_of(row): (row["cost_low"], row["cost"], row["cost_high"])
                    for row in measured(report) if parts.is_own(row["backend"]) and row["cpus"] == 1}
                   for report in (one, other))
    if not rows:
        yield "no row of kpool's on one CPU"
    for key in sorted(rows.keys() | again.keys()):
        if rows.get(key) != again.get(key):
            yield f"{' '.join(key)} costs {rows.get(key)}, then {again.get(key)}"


def pressure(report):
    """Peers are shown: what they do with idle memory is their choice, and their kernel's."""
    for row in report["backends"]:
        if row["held_peak"] is None:
            print(f"{row['backend']} could not hold the objects on this machine")
            continue
        back = row["given_back_ms"]
        print(f"{row['backend']} held {row['held_peak']} bytes, "
              f"{'kept them' if back is None else f'gave them back after {back} ms'}")
        if not row["ops_before"] > 0 or not row["samples"]:
            yield f"no operations or no samples: {row['backend']}"
    own = {row["backend"]: row for row in report["backends"]}["kpool"]
    if own["held_peak"] is None or own["held_peak"] < HELD:
        yield f"kpool held {own['held_peak']} bytes, less than its objects have"
    if own["killed"] or own["given_back_ms"] is None or not own["ops_during"] > 0:
        yield "kpool did not give back what another process wanted"


def stability(report):
    samples = report["samples"]
    half = len(samples) // 2
    print(f"{len(samples)} samples: in the middle {samples[half]}, at the end {samples[-1]}")
    if half < 10 or samples[half][2] == 0:
        yield "no samples or no objects"
        return
    # Half of the run is enough to reach the steady state.
    for column, what, slack in ((1, "bytes of slabs", SLAB_GROWTH), (2, "objects", OBJECT_GROWTH)):
        before = max(sample[column] for sample in samples[:half])
        after = max(sample[column] for sample in samples[half:])
        if after > before + slack:
            yield f"{what} grew from {before} to {after}"


JUDGES = {judge.__name__.removesuffix("_rows"): judge
          for judge in (complete, limits, same, engine, cost, main_rows, pressure, stability)}


def judge(what, files):
    """Print all errors; return 1 if there are any."""
    reports = [report for file in files for report in parts.read_file(file)[0]]
    if len(reports) != (2 if what == "same" else 1) or not all(isinstance(report, dict)
                                                               for report in reports):
        raise parts.Bad(f"judge {what}: not the number of reports that it needs")
    try:
        complaints = list(JUDGES[what](*reports))
    except KeyError as error:
        raise parts.Bad(f"judge {what}: the report lacks {error}") from None
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0
