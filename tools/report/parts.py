# SPDX-License-Identifier: GPL-2.0
"""Reads measurements and tells their kinds apart.

Owns the check of everything that comes from outside: whoever gets a part from here may rely on
its keys and on numbers being numbers. Called by report.
"""

import json

# kpool itself, in several ways; every other backend is a peer.
OWN = ("kpool", "kpool-hooks", "kpool-fixed")
# The measuring loop with nothing in it.
LOOP = "loop"

BENCH_HEAD = {"kernel": str, "flavour": str, "arch": str, "accel": str, "cpus": int}
ROW_NUMBERS = ("cost_net", "cost_low", "cost_high", "p50", "p99", "p999", "max", "object_size",
               "ops", "allocs_per_op", "bytes_per_op", "hit_rate", "held", "held_cleared")


class Bad(Exception):
    """What was given cannot be used; the text says why, in one line."""


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def parse(text):
    return json.loads(text, parse_constant=refuse_constant)


def check_numbers(what, pairs, optional=False):
    for name, value in pairs:
        if not is_number(value) and not (optional and value is None):
            raise Bad(f"{what}: '{name}' is no number")


def check_samples(what, samples, width):
    if not isinstance(samples, list):
        raise Bad(f"{what}: 'samples' is no list")
    for sample in samples:
        if not isinstance(sample, list) or len(sample) != width or not all(map(is_number, sample)):
            raise Bad(f"{what}: a sample is not {width} numbers")


def check_row(what, row):
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str)
                                            for key in ("workload", "backend")):
        raise Bad(f"{what}: a row names no workload or no backend")
    name = f"{what}: row {row['workload']}/{row['backend']}"
    if not isinstance(row.get("cpus"), int) or row["cpus"] < 1:
        raise Bad(f"{name}: 'cpus' is no number of CPUs")
    if "absent" in row:
        return
    check_numbers(name, [("cost", row.get("cost"))])
    check_numbers(name, ((key, row.get(key)) for key in ROW_NUMBERS), optional=True)
    latencies = row.get("latencies")
    if latencies is not None:
        check_samples(f"{name}: latencies", latencies, 2)


def method_of(head):
    """As the program measured that wrote no method."""
    if head.get("icount"):
        return "instructions"
    if head["accel"] == "um":
        return "native"
    return "emulated" if head["accel"] == "tcg" else "wall"


class Bench:
    """A bench report: a head, and rows by workload, backend and CPUs."""

    def __init__(self, what, head):
        for key, kind in BENCH_HEAD.items():
            if not isinstance(head.get(key), kind):
                raise Bad(f"{what}: the head has no '{key}'")
        if not isinstance(head["rows"], list):
            raise Bad(f"{what}: 'rows' is no list")
        for row in head["rows"]:
            check_row(what, row)
        self.head = head
        self.kernel = head["kernel"]
        self.method = head.get("method") or method_of(head)
        self.unit = "insns" if self.method == "instructions" else "ns"
        self.rows = [row for row in head["rows"] if "absent" not in row]
        self.absent = [row for row in head["rows"] if "absent" in row]
        # Told apart from others by Parts.
        self.label = self.slug = ""

    def name(self):
        cpus = self.head["cpus"]
        flavour = self.head["flavour"]
        return (f"Linux {self.kernel}{'' if flavour == 'fast' else ' ' + flavour}, {self.method}, "
                f"{cpus} CPU{'' if cpus == 1 else 's'}")

    def groups(self):
        """Workload and CPUs of all rows, in the order measured, CPUs ascending."""
        order = {row["workload"]: None for row in self.head["rows"]}
        return [(workload, cpus) for workload in order
                for cpus in sorted({row["cpus"] for row in self.head["rows"]
                                    if row["workload"] == workload})]

    def of(self, workload, cpus):
        """The rows of one group by backend."""
        found = {}
        for row in self.rows:
            if (row["workload"], row["cpus"]) == (workload, cpus):
                found.setdefault(row["backend"], row)
        return found

    def fewest(self, workload):
        """The rows of a workload on the fewest CPUs, by backend."""
        cpus = [row["cpus"] for row in self.rows if row["workload"] == workload]
        return self.of(workload, min(cpus)) if cpus else {}


def peers(rows):
    """Of rows by backend, those that kpool is compared with."""
    return {backend: row for backend, row in rows.items()
            if backend != LOOP and backend not in OWN}


def check_pressure(what, part):
    for key in ("kernel", "method"):
        if not isinstance(part.get(key), str):
            raise Bad(f"{what}: no '{key}'")
    check_numbers(what, [("memory_bytes", part.get("memory_bytes"))])
    if not isinstance(part.get("backends"), list):
        raise Bad(f"{what}: 'backends' is no list")
    for backend in part["backends"]:
        if not isinstance(backend, dict) or not isinstance(backend.get("backend"), str):
            raise Bad(f"{what}: a backend without a name")
        name = f"{what}: {backend['backend']}"
        check_numbers(name, ((key, backend.get(key)) for key in
                             ("held_peak", "given_back_ms", "ops_before", "ops_during")),
                      optional=True)
        check_samples(name, backend.setdefault("samples", []), 3)


def check_stability(what, part):
    if not isinstance(part.get("kernel"), str):
        raise Bad(f"{what}: no 'kernel'")
    check_numbers(what, [("operations", part.get("operations"))])
    check_samples(what, part.get("samples"), 4)


def check_go(what, part):
    if not isinstance(part.get("version"), str) or not isinstance(part.get("rows"), list):
        raise Bad(f"{what}: no 'version' or no 'rows'")
    check_numbers(what, [("cpus", part.get("cpus"))])
    for row in part["rows"]:
        if not isinstance(row, dict) or not isinstance(row.get("workload"), str):
            raise Bad(f"{what}: a row names no workload")
        check_numbers(f"{what}: row {row['workload']}", [("ns", row.get("ns"))])


def read_lines(what, text):
    """The head and rows of a file of lines, and how many lines were not complete."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        head = parse(lines[0])
    except (IndexError, ValueError):
        raise Bad(f"{what}: no JSON") from None
    if not isinstance(head, dict) or not isinstance(head.get("rows"), list):
        raise Bad(f"{what}: no JSON")
    left_out = 0
    for line in lines[1:]:
        try:
            row = parse(line)
            check_row(what, row)
            head["rows"].append(row)
        except (ValueError, Bad):
            left_out += 1
    return head, left_out


class Parts:
    """All parts given, each in the list of its kind."""

    def __init__(self, files):
        self.benches, self.pressures, self.stabilities, self.gos = [], [], [], []
        self.notes = []
        self._raw = []
        for file in files:
            self._read(file)
        self._tell_apart()

    def raw(self):
        return self._raw

    def _read(self, file):
        what = file.rsplit("/", 1)[-1]
        try:
            with open(file, encoding="utf-8") as stream:
                text = stream.read()
        except UnicodeDecodeError:
            raise Bad(f"{file}: no JSON") from None
        try:
            part = parse(text)
        except ValueError:
            part, left_out = read_lines(file, text)
            if left_out:
                self.notes.append(
                    f"the file {what} is cut off: {len(part['rows'])} rows are complete, "
                    f"{left_out} line{' was' if left_out == 1 else 's were'} left out")
        several = part.get("parts") if isinstance(part, dict) else None
        for one in several if isinstance(several, list) else [part]:
            self._add(file, one)

    def _add(self, file, part):
        if not isinstance(part, dict):
            raise Bad(f"{file}: no report")
        part.pop("comment", None)
        if part.get("pressure"):
            check_pressure(file, part)
            self.pressures.append(part)
        elif part.get("stability"):
            check_stability(file, part)
            self.stabilities.append(part)
        elif part.get("go"):
            check_go(file, part)
            self.gos.append(part)
        elif "rows" in part:
            self.benches.append(Bench(file, part))
        else:
            raise Bad(f"{file}: no report of a known kind")
        self._raw.append(part)

    def _tell_apart(self):
        seen = {}
        for bench in self.benches:
            number = seen[bench.name()] = seen.get(bench.name(), 0) + 1
            bench.label = bench.name() + (f" ({number})" if number > 1 else "")
        used = set()
        for bench in self.benches:
            slug = "".join(c if c.isalnum() or c in ".-" else "_"
                           for c in f"{bench.kernel}-{bench.method}")
            number = 1
            bench.slug = slug
            while bench.slug in used:
                number += 1
                bench.slug = f"{slug}-{number}"
            used.add(bench.slug)
