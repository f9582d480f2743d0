# SPDX-License-Identifier: GPL-2.0
"""Reads measurements and distinguishes their kinds.

Owns the check of all input: the caller may rely on the keys of a part from here, and on its numbers
being numbers. A part that cannot be used is left out, with a note. Called by
report.
"""

import json

# The empty measuring loop.
LOOP = "loop"
# The value for a property of the machine that is unknown.
UNKNOWN = "unknown"

BENCH_HEAD = {"kernel": str, "flavour": str, "arch": str, "accel": str, "cpus": int}
BENCH_HEAD_TEXTS = ("method", "commit")
BENCH_HEAD_NUMBERS = ("rounds", "confidence")
# Descriptions of workloads and backends, which reports of older versions lack.
DESCRIPTIONS = ("workloads", "backends")
ROW_NUMBERS = ("cost_net", "cost_low", "cost_high", "p50", "p99", "p999", "max", "object_size",
               "ops", "allocs_per_op", "bytes_per_op", "hit_rate", "held", "held_cleared")
BACKEND_NUMBERS = ("held_peak", "given_back_ms", "ops_before", "ops_during")
# No measurement is larger, and larger numbers could break calculations.
NUMBER_LIMIT = 1e30


class Bad(Exception):
    """The input cannot be used; the text says why, in one line."""


def is_number(value):
    return (isinstance(value, (int, float)) and not isinstance(value, bool)
            and abs(value) < NUMBER_LIMIT)


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse(text):
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except RecursionError:
        raise ValueError("too many nested lists") from None


def check_numbers(what, pairs, optional=False):
    for name, value in pairs:
        if not is_number(value) and not (optional and value is None):
            raise Bad(f"{what}: '{name}' is not a number")


def check_texts(what, part, keys):
    for key in keys:
        if part.get(key) is not None and not isinstance(part[key], str):
            raise Bad(f"{what}: '{key}' is not text")


def check_sample(what, sample, width):
    if not isinstance(sample, list) or len(sample) != width or not all(map(is_number, sample)):
        raise Bad(f"{what}: a sample is not {width} numbers")


def check_samples(what, samples, width):
    if not isinstance(samples, list):
        raise Bad(f"{what}: 'samples' is not a list")
    for sample in samples:
        check_sample(what, sample, width)


def check_bench_head(what, head):
    for key, kind in BENCH_HEAD.items():
        if not isinstance(head.get(key), kind):
            raise Bad(f"{what}: the head has no '{key}'")
    check_texts(what, head, BENCH_HEAD_TEXTS)
    check_numbers(what, ((key, head.get(key)) for key in BENCH_HEAD_NUMBERS), optional=True)
    check_described(what, head)


def check_described(what, head):
    for key in DESCRIPTIONS:
        for one in head.setdefault(key, []) if isinstance(head.get(key, []), list) else [None]:
            if not isinstance(one, dict) or not all(isinstance(one.get(text), str)
                                                    for text in ("name", "text")):
                raise Bad(f"{what}: '{key}' is not a list of descriptions")
            check_numbers(what, [("unit", one.get("unit", 1))])


def check_row(what, row):
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str)
                                            for key in ("workload", "backend")):
        raise Bad(f"{what}: a row has no workload or no backend")
    name = f"{what}: row {row['workload']}/{row['backend']}"
    if not isinstance(row.get("cpus"), int) or row["cpus"] < 1:
        raise Bad(f"{name}: 'cpus' is not a number of CPUs")
    check_texts(name, row, ("note", "absent"))
    if "absent" in row:
        return
    check_numbers(name, [("cost", row.get("cost"))])
    check_numbers(name, ((key, row.get(key)) for key in ROW_NUMBERS), optional=True)
    latencies = row.get("latencies")
    if latencies is not None:
        check_samples(f"{name}: latencies", latencies, 2)


def method_of(head):
    """The method of an older program, which did not write it."""
    if head.get("icount"):
        return "instructions"
    return {"native": "native", "tcg": "emulated"}.get(head["accel"], "wall")


class Bench:
    """A bench report: a head, and rows by workload, backend and CPUs."""

    def __init__(self, head):
        self.head = head
        self.kernel = head["kernel"]
        # The commit of the source, or None.
        self.commit = head.get("commit") if head.get("commit") != UNKNOWN else None
        self.method = head.get("method") or method_of(head)
        self.unit = "insns" if self.method == "instructions" else "ns"
        self.rows = [row for row in head["rows"] if "absent" not in row]
        self.absent = [row for row in head["rows"] if "absent" in row]
        # Operations that are timed as one, of workloads whose latencies are measured.
        self.units = {one["name"]: int(one.get("unit", 1)) for one in head["workloads"]
                      if one.get("latency")}
        # Made unique by Parts.
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


def is_own(backend):
    """Is it kpool, or a variant of it? Every other backend is a peer."""
    return backend.split("-")[0] == "kpool"


def described(benches, key):
    """The texts on workloads or backends, by name."""
    return {one["name"]: one["text"] for bench in reversed(benches) for one in bench.head[key]}


def units(benches):
    return {name: unit for bench in benches for name, unit in bench.units.items()}


def peers(rows):
    """The rows, by backend, that kpool is compared with."""
    return {backend: row for backend, row in rows.items()
            if backend != LOOP and not is_own(backend)}


def check_pressure_head(what, part):
    for key in ("kernel", "method"):
        if not isinstance(part.get(key), str):
            raise Bad(f"{what}: no '{key}'")
    check_numbers(what, [("memory_bytes", part.get("memory_bytes"))])


def check_backend(what, backend):
    if not isinstance(backend, dict) or not isinstance(backend.get("backend"), str):
        raise Bad(f"{what}: a backend without a name")
    name = f"{what}: {backend['backend']}"
    check_numbers(name, ((key, backend.get(key)) for key in BACKEND_NUMBERS), optional=True)
    if backend.get("samples") is None:
        backend["samples"] = []
    check_samples(name, backend["samples"], 3)


def check_stability_head(what, part):
    if not isinstance(part.get("kernel"), str):
        raise Bad(f"{what}: no 'kernel'")


def check_stability_sample(what, sample):
    check_sample(what, sample, 4)


def operations(stability):
    """The number of operations done when the last sample was taken."""
    return int(stability["samples"][-1][0]) if stability["samples"] else 0


def check_go_head(what, part):
    if not isinstance(part.get("version"), str):
        raise Bad(f"{what}: no 'version'")
    check_numbers(what, [("cpus", part.get("cpus"))])


def check_go_row(what, row):
    if not isinstance(row, dict) or not isinstance(row.get("workload"), str):
        raise Bad(f"{what}: a row has no workload")
    check_numbers(f"{what}: row {row['workload']}", [("ns", row.get("ns"))])


class Kind:
    """A kind of part: the key of its list, the name of its items, and checks of head and item."""

    def __init__(self, key, items, check_head, check_item):
        self.key = key
        self.items = items
        self.check_head = check_head
        self.check_item = check_item

    def check(self, what, part):
        self.check_head(what, part)
        if not isinstance(part.get(self.key), list):
            raise Bad(f"{what}: '{self.key}' is not a list")
        for item in part[self.key]:
            self.check_item(what, item)


BENCH = Kind("rows", "rows", check_bench_head, check_row)
PRESSURE = Kind("backends", "rows", check_pressure_head, check_backend)
STABILITY = Kind("samples", "samples", check_stability_head, check_stability_sample)
GO = Kind("rows", "rows", check_go_head, check_go_row)
# Kinds by their key in the head; any other part with rows is a bench report.
KINDS = {"pressure": PRESSURE, "stability": STABILITY, "go": GO}


def kind_of(part):
    for mark, kind in KINDS.items():
        if part.get(mark):
            return kind
    return BENCH if "rows" in part else None


def read_lines(what, text):
    """The part in a file of lines (its head, then each item of its list), and a note or None."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        head = parse(lines[0])
    except (IndexError, ValueError):
        raise Bad(f"{what}: not JSON") from None
    kind = kind_of(head) if isinstance(head, dict) else None
    if not kind or not isinstance(head.get(kind.key), list):
        raise Bad(f"{what}: not JSON")
    items, left_out = head[kind.key], 0
    for line in lines[1:]:
        try:
            item = parse(line)
            kind.check_item(what, item)
            items.append(item)
        except (ValueError, Bad):
            left_out += 1
    return head, left_out and (
        f"the file {name_of(what)} is cut off: {len(items)} {kind.items} are complete, "
        f"{left_out} line{' was' if left_out == 1 else 's were'} left out")


def read_file(file):
    """The unchecked parts in a file, and a note if the file is cut off."""
    try:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
    except UnicodeDecodeError:
        raise Bad(f"{file}: not JSON") from None
    except OSError as error:
        raise Bad(f"{file}: {error.strerror}") from None
    note = None
    try:
        part = parse(text)
    except ValueError:
        part, note = read_lines(file, text)
    several = part.get("parts") if isinstance(part, dict) else None
    return several if isinstance(several, list) else [part], note


def name_of(file):
    return file.rsplit("/", 1)[-1]


class Parts:
    """All usable parts, each in the list of its kind."""

    def __init__(self, files):
        self.benches, self.pressures, self.stabilities, self.gos = [], [], [], []
        self.notes = []
        self._raw = []
        self._bad = []
        for file in files:
            self._read(file)
        if not self._raw:
            raise Bad("; ".join(self._bad))
        self._tell_apart()
        self._compare_commits()

    def raw(self):
        return self._raw

    def _read(self, file):
        used = len(self._raw)
        try:
            found, note = read_file(file)
        except Bad as error:
            self._leave_out(file, error, "the file")
            return
        if not found:
            self._leave_out(file, Bad(f"{file}: not a report"), "the file")
        for part in found:
            try:
                self._add(file, part)
            except Bad as error:
                self._leave_out(file, error, "the file" if len(found) == 1 else "a part of")
        if note and len(self._raw) > used:
            self.notes.append(note)

    def _leave_out(self, file, error, subject):
        reason = str(error).removeprefix(f"{file}: ")
        self._bad.append(str(error))
        self.notes.append(f"{subject} {name_of(file)} was left out: {reason}")

    def _add(self, file, part):
        if not isinstance(part, dict):
            raise Bad(f"{file}: not a report")
        kind = kind_of(part)
        if not kind:
            raise Bad(f"{file}: not a report of a known kind")
        kind.check(file, part)
        part.pop("comment", None)
        if isinstance(part.get("incomplete"), str):
            self.notes.append(f"{name_of(file)} is incomplete: {part['incomplete']}")
        if kind is BENCH:
            self.benches.append(Bench(part))
        else:
            {PRESSURE: self.pressures, STABILITY: self.stabilities, GO: self.gos}[kind].append(part)
        self._raw.append(part)

    def _compare_commits(self):
        labels = {}
        for bench in self.benches:
            if bench.commit:
                labels.setdefault(bench.commit, []).append(bench.label)
        if len(labels) > 1:
            self.notes.append("the parts are from different states of the source: " + "; ".join(
                f"{commit} ({', '.join(found)})" for commit, found in labels.items()))

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
