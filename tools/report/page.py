# SPDX-License-Identifier: GPL-2.0
"""The page report.md. Owns its structure; the sentences on methods are in words.py, those on workloads
and backends come with the measurements. Called by report."""

import parts
import words

NO_FIGURE = "-"

def number(value):
    if value is None:
        return NO_FIGURE
    if abs(value) >= 1000 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.2f}"


def size(value):
    if value is None:
        return NO_FIGURE
    if abs(value) >= 1 << 20:
        return f"{value / (1 << 20):.1f} MiB"
    if abs(value) >= 1 << 10:
        return f"{value / (1 << 10):.1f} KiB"
    return f"{value:.0f} B" if value else "0"


def ratio(cost, of):
    if not of:
        return NO_FIGURE
    return f"{cost / of:.2f}" if cost / of >= 0.1 else f"{cost / of:.3f}"


def cpus_of(count):
    return f"{count} CPU{'' if count == 1 else 's'}"


def table(columns, rows, left=1):
    """Lines of a table; the first @left columns are left-aligned."""
    def line(cells):
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    yield line(columns)
    yield line(["---"] * left + ["---:"] * (len(columns) - left))
    yield from map(line, rows)
    yield ""


def picture(drawn, name, alternative):
    if name in drawn.names:
        yield f"![{alternative}]({name}.svg)"
        yield ""


def sources(measured):
    yield "## Where the figures come from"
    yield ""
    for bench in measured.benches:
        head = bench.head
        how = f"{len(bench.rows)} rows"
        rounds = head.get("rounds") or 0
        if rounds > 1:
            how += f", each the median of {rounds} rounds"
            if head.get("confidence"):
                how += (f"; the true median lies in the range shown with "
                        f"{100 * head['confidence']:.1f} % confidence")
        accel = head["accel"] + (" with icount" if head.get("icount") else "")
        commit = f", commit {bench.commit}" if bench.commit else ""
        yield (f"- {bench.label}: flavour {head['flavour']}, {head['arch']}, accel {accel}"
               f"{commit}; {how}.")
    for part in measured.pressures:
        yield (f"- Memory pressure: Linux {part['kernel']}, {part['method']}, {free(part)} at "
               f"the beginning.")
    for part in measured.stabilities:
        yield (f"- Memory over time: Linux {part['kernel']}, {parts.operations(part):,} "
               f"operations, {len(part['samples'])} samples.")
    for part in measured.gos:
        yield f"- Go: {part['version']}, {cpus_of(part['cpus'])}, nanoseconds on the host."
    for note in measured.notes:
        yield f"- {note[0].upper()}{note[1:]}."
    for found, what in ((measured.benches, "benchmark of backends"),
                        (measured.pressures, "run under memory pressure"),
                        (measured.stabilities, "run for memory stability"),
                        (measured.gos, "comparison with Go"),
                        (any(map(scaling_groups, measured.benches)),
                         "benchmark of parallel on several numbers of CPUs"),
                        (any(row.get("latencies") for bench in measured.benches
                             for row in bench.rows), "latency")):
        if not found:
            yield f"- No {what} was given: that section is left out."
    yield ""
    for method in dict.fromkeys(bench.method for bench in measured.benches):
        if method in words.METHODS:
            yield f"- {method}: {words.METHODS[method]}"
    yield ""


def backends(benches):
    yield "One operation is one get and its put. The backends:"
    yield ""
    for name, what in parts.described(benches, "backends").items():
        yield f"- {name}: {what}."
    yield ""


def latency_of(benches):
    """What a latency is that of: operations that are timed as one."""
    names = {}
    for name, unit in parts.units(benches).items():
        if unit > 1:
            names.setdefault(unit, []).append(name)
    several = [f"of {unit} operations in {' and '.join(found)}" for unit, found in names.items()]
    return ", ".join(several + ["else of one" if several else "of one operation"])


def summary_rows(bench, columns):
    for workload, cpus in bench.groups():
        rows = bench.of(workload, cpus)
        if "kpool" not in rows:
            continue
        own = rows["kpool"]["cost"]
        yield [workload, cpus, number(own)] + [
            ratio(own, rows[peer]["cost"]) if peer in rows else NO_FIGURE for peer in columns]


def peer_columns(bench):
    found = {}
    for workload, cpus in bench.groups():
        found.update(parts.peers(bench.of(workload, cpus)))
    # Variants of a backend come next to it.
    order = list(dict.fromkeys(name.split("-")[0] for name in found))
    return sorted(found, key=lambda name: order.index(name.split("-")[0]))


def summary(measured, drawn):
    if not measured.benches:
        return
    yield "## Summary"
    yield ""
    yield ("The cost of kpool, and its ratio to each peer's cost: below 1 kpool is cheaper, 0.25 "
           "is a quarter of the peer's cost.")
    yield ""
    for bench in measured.benches:
        yield f"### {bench.label}"
        yield ""
        columns = peer_columns(bench)
        rows = list(summary_rows(bench, columns))
        if rows:
            yield from table(["workload", "CPUs", f"kpool, {bench.unit}"] + columns, rows)
        else:
            yield "No row of kpool: nothing can be compared with it."
            yield ""
        yield from picture(drawn, f"cost-{bench.slug}", f"Cost by backend, {bench.label}")


def lost_rows(lost):
    """Each explanation with its rows, and then the rows without an explanation."""
    yield "## Where kpool does not win"
    yield ""
    if not lost:
        yield "In no row does a peer cost as little as kpool."
        yield ""
    explained = {}
    for loss in lost:
        if loss.why:
            explained.setdefault(loss.why, []).append(loss)
    for why, losses in explained.items():
        backends = dict.fromkeys(loss.row["backend"] for loss in losses)
        found_in = dict.fromkeys(loss.row["workload"] for loss in losses)
        yield f"{', '.join(backends)} in {', '.join(found_in)}: {why}"
        yield ""
        yield from table(["workload", "backend", "where", "CPUs", "costs", "kpool", "unit"],
                         map(loss_row, losses), left=3)
    unexplained = [loss for loss in lost if not loss.why]
    if unexplained:
        yield "### Not explained"
        yield ""
        yield from (f"- {loss}{chance(loss)}" for loss in unexplained)
        yield ""


def chance(loss):
    return " (the ranges overlap)" if loss.overlaps() else ""


def loss_row(loss):
    return [loss.row["workload"], loss.row["backend"], loss.bench.label + chance(loss),
            loss.row["cpus"], number(loss.row["cost"]), number(loss.own["cost"]), loss.bench.unit]


def scaling_groups(bench):
    groups = {cpus: bench.of("parallel", cpus) for workload, cpus in bench.groups()
              if workload == "parallel"}
    return groups if len(groups) > 1 else {}


def scaling(measured, drawn):
    for bench in measured.benches:
        groups = scaling_groups(bench)
        if not groups:
            continue
        yield f"## Scaling: {bench.label}"
        yield ""
        yield (f"The cost of an operation on each CPU, in {words.UNITS[bench.unit]}, while that "
               f"many CPUs use one pool at once. A constant cost means that it scales"
               f"{words.SCALING.get(bench.method, '')}.")
        yield ""
        names = dict.fromkeys(name for rows in groups.values() for name in rows)
        yield from table(["backend"] + [cpus_of(cpus) for cpus in groups],
                         [[name] + [number(rows[name]["cost"]) if name in rows else NO_FIGURE
                                    for rows in groups.values()] for name in names])
        yield from picture(drawn, f"scaling-{bench.slug}", f"Scaling, {bench.label}")


def latency(measured, drawn):
    title = True
    for bench in measured.benches:
        for workload in dict.fromkeys(workload for workload, cpus in bench.groups()):
            name = f"latency-{workload}-{bench.slug}"
            if name not in drawn.names:
                continue
            if title:
                yield "## Latency"
                yield ""
                yield (f"Each latency is measured from the scheduled time, even if the operation "
                       f"before was late. It is that {latency_of(measured.benches)}.")
                yield ""
                title = False
            yield from picture(drawn, name, f"Latency of {workload}, {bench.label}")


def free(part):
    return f"{part['memory_bytes'] / (1 << 20):.0f} MiB free"


def held_size(value):
    """A value below 0 is memory that others, not the backend, have freed."""
    return size(None if value is None else max(0, value))


def pressure_row(one):
    if one.get("held_peak") is None:
        return [one["backend"]] + 4 * [NO_FIGURE] + [number(one.get("ops_before")), NO_FIGURE]
    back = one.get("given_back_ms")
    return [one["backend"], held_size(one["held_peak"]),
            held_size(one["samples"][-1][1] if one["samples"] else None),
            "never" if back is None else number(back), "yes" if one.get("killed") else "no",
            number(one.get("ops_before")), number(one.get("ops_during"))]


def pressure_notes(backends):
    for one in backends:
        if one.get("held_peak") is None:
            yield f"- {one['backend']} could not hold the objects on this machine."


def pressure(measured, drawn):
    for number_of, part in enumerate(measured.pressures, 1):
        yield f"## Memory under pressure: Linux {part['kernel']}, {part['method']}"
        yield ""
        yield (f"With {free(part)}, a backend is left with about 32 MiB of idle objects. Then "
               f"another process, the hog, takes all free memory and nearly all that the backend "
               f"holds, while a second pool or list of the backend continues with gets and puts "
               f"(overflow, 100 at a time).")
        yield ""
        yield from words.PRESSURE_COLUMNS
        yield ""
        yield from table(["backend", "held", "held at the end", "given back, ms", "killed",
                          "operations/s before", "during"], map(pressure_row, part["backends"]))
        notes = list(pressure_notes(part["backends"]))
        if notes:
            yield from (*notes, "")
        yield from picture(drawn, f"pressure-{number_of}", "Memory over time under pressure")


def stability(measured, drawn):
    for number_of, part in enumerate(measured.stabilities, 1):
        yield f"## Memory stability: Linux {part['kernel']}"
        yield ""
        yield f"{parts.operations(part):,} operations with all kinds of pool."
        yield ""
        samples = part["samples"]
        if samples:
            yield from table(
                ["what", "first", "last", "least", "most"],
                [[what] + [show(value) for value in (samples[0][column], samples[-1][column],
                                                     min(sample[column] for sample in samples),
                                                     max(sample[column] for sample in samples))]
                 for what, column, show in (("slab memory", 1, size),
                                            ("objects in pools", 2, number),
                                            ("free memory", 3, size))])
        yield from picture(drawn, f"stability-{number_of}", "Memory over operations")


def go_rows(part, bench):
    """Go divides the elapsed time by the operations of all CPUs, so do the same for kpool."""
    for row in part["rows"]:
        if row["workload"] == "parallel":
            cpus = row.get("cpus", part["cpus"])
            rows = bench.of("parallel", cpus)
        else:
            rows = bench.fewest(row["workload"])
        if "kpool" not in rows:
            yield [row["workload"], NO_FIGURE, number(row["ns"]), NO_FIGURE, NO_FIGURE]
            continue
        own = rows["kpool"]
        cost = own["cost"] / own["cpus"]
        compared = row["workload"] not in words.NO_RATIO_TO_GO
        yield [row["workload"], own["cpus"], number(row["ns"]), number(cost),
               ratio(cost, row["ns"]) if compared else NO_FIGURE]


def go(measured):
    natives = [bench for bench in measured.benches if bench.method == "native"]
    for part in measured.gos:
        yield f"## Against Go: {part['version']}"
        yield ""
        yield ("sync.Pool on the host, and kpool at the host's speed in User Mode Linux. Costs are "
               "counted as in Go: the elapsed time divided by the operations of all CPUs.")
        yield ""
        for bench in natives:
            yield f"{bench.label}:"
            yield ""
            yield from table(["workload", "CPUs", "sync.Pool, ns", "kpool, ns",
                              "kpool / sync.Pool"], go_rows(part, bench))
            for workload in dict.fromkeys(row["workload"] for row in part["rows"]):
                if workload in words.NO_RATIO_TO_GO:
                    yield words.NO_RATIO_TO_GO[workload]
                    yield ""
        if not natives:
            yield "No native figures of kpool were given to compare with."
            yield ""
            yield from table(["workload", "sync.Pool, ns"],
                             ([row["workload"], number(row["ns"])] for row in part["rows"]))


def distortions(bench, row):
    if bench.method != "native":
        return ()
    return words.distorted(row["workload"], row["backend"])


def bench_row(bench, row):
    low, high = row.get("cost_low"), row.get("cost_high")
    between = NO_FIGURE if low is None or high is None else f"{number(low)} to {number(high)}"
    rate = row.get("hit_rate")
    mark = " \\*" if any(distortions(bench, row)) else ""
    return [row["backend"] + mark, row["cpus"], number(row["cost"]), number(row.get("cost_net")),
            between, *(number(row.get(key)) for key in ("p50", "p99", "p999", "max")),
            *(number(row.get(key)) for key in ("allocs_per_op", "bytes_per_op")),
            NO_FIGURE if rate is None else f"{100 * rate:.2f} %",
            size(row.get("held")), size(row.get("held_cleared"))]


def absent_rows(rows):
    reasons = {}
    for row in rows:
        reasons.setdefault(row["absent"], {})[row["backend"]] = None
    return "; ".join(f"{', '.join(names)} ({reason})" for reason, names in reasons.items())


def workload_tables(bench, workload):
    rows = [row for row in bench.rows if row["workload"] == workload]
    absent = [row for row in bench.absent if row["workload"] == workload]
    if not rows and not absent:
        return
    yield f"{bench.label}, in {words.UNITS[bench.unit]}:"
    yield ""
    if rows:
        rows.sort(key=lambda row: (row["cpus"], row["cost"]))
        yield from table(
            ["backend", "CPUs", "cost", "net", "range", "p50", "p99", "p99.9", "max", "allocs/op",
             "bytes/op", "hits", "held", "cleared"],
            (bench_row(bench, row) for row in rows))
    notes = dict.fromkeys(note for row in rows for note in distortions(bench, row))
    if notes:
        yield from (*(f"- \\*: {note}" for note in notes), "")
    if absent:
        yield f"Absent: {absent_rows(absent)}."
        yield ""


def workloads(measured):
    if not measured.benches:
        return
    yield "## Workloads"
    yield ""
    yield (f"Cheapest first. Net: without the measuring loop. Range: over all rounds. p50 to max: "
           f"latency, {latency_of(measured.benches)}. Held: memory when idle; cleared: the same after two "
           f"clearing cycles.")
    yield ""
    texts = parts.described(measured.benches, "workloads")
    for workload in dict.fromkeys(workload for bench in measured.benches
                                  for workload, cpus in bench.groups()):
        yield f"### {workload}"
        yield ""
        if workload in texts:
            yield texts[workload]
            yield ""
        for bench in measured.benches:
            yield from workload_tables(bench, workload)


def text(measured, lost, drawn):
    lines = ["# Benchmarks of kpool", "",
             'Figures that compare kpool with kmem_cache, mempool, freelists and others.', ""]
    lines += sources(measured)
    lines += [line for note in drawn.notes for line in (f"{note[0].upper()}{note[1:]}.", "")]
    if measured.benches:
        lines += backends(measured.benches)
    lines += summary(measured, drawn)
    if measured.benches:
        lines += lost_rows(lost)
    lines += scaling(measured, drawn)
    lines += latency(measured, drawn)
    lines += pressure(measured, drawn)
    lines += stability(measured, drawn)
    lines += go(measured)
    lines += workloads(measured)
    return "\n".join(lines)
