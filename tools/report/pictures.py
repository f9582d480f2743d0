# SPDX-License-Identifier: GPL-2.0
"""The pictures, drawn by gnuplot. Called by report.

Owns which pictures there are and their data. How each looks is in a template, *.gp, which reads
variables that a generated script sets. Scripts, templates and data go to DIR/data, so that
"gnuplot data/NAME.gp" in DIR draws a picture again.
"""

import math
import os
import shutil
import subprocess

import parts

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = (900, 560)
COST_WORKLOADS = ("pair", "overflow", "cross", "compress")
LATENCY_WORKLOADS = ("pair", "overflow", "compress")
UNITS = {"insns": ("instructions", "thousand instructions", "million instructions"),
         "ns": ("ns", "µs", "ms")}

# Okabe and Ito's colours, which are safe for the colour-blind; related backends differ in dashes.
BLUE, SKY, GREEN, ORANGE, RED, PINK, GREY, BLACK = (
    "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#808080", "#000000")
# Colour, dash type, point type.
STYLES = {
    "kpool": (BLUE, 1, 7), "kpool-hooks": (BLUE, 2, 6), "kpool-fixed": (BLUE, 3, 7),
    "kmem_cache": (RED, 1, 5), "kmem_cache-ctor": (RED, 2, 4),
    "kmalloc": (ORANGE, 1, 9), "kvmalloc": (ORANGE, 2, 8),
    "mempool": (PINK, 1, 11), "objpool": (GREEN, 1, 13), "page_pool": (PINK, 2, 10),
    "ptr_ring": (SKY, 1, 3), "llist": (BLACK, 1, 2),
    "none": (GREY, 1, 1), "single-use": (GREY, 2, 12), "kernel": (BLACK, 2, 12),
}
OTHER_STYLE = (GREY, 4, 1)
# The colour of a bar shows whether it is kpool, a variant of it, or a peer.
BAR_COLOURS = {"kpool": 0x0072B2, "kpool-hooks": 0x56B4E9, "kpool-fixed": 0x56B4E9}
PEER_COLOUR = 0xE69F00

# Heights in pixels: above and below the panels, between them, of a bar, and below the key.
COST_TOP, COST_BOTTOM, COST_GAP, COST_BAR, COST_KEY = 80, 85, 90, 20, 20

# The histogram of "kpool bench" has 16 buckets for each power of two.
BUCKETS_AN_OCTAVE = 16
# Percentiles are drawn as x = 1 / (1 - percentile): 2 is the median, 1000 is 99.9 %.
TAIL_FIRST, TAIL_LAST, TAIL_STEPS = 2, 1000, 120


class Drawn:
    """Names of the pictures drawn, and notes on those that could not be drawn."""

    def __init__(self):
        self.names = []
        self.notes = []


def quoted(text):
    """A string for gnuplot, which interprets nothing but the quote within single quotes."""
    return "'" + str(text).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") + "'"


def value(variable):
    return quoted(variable) if isinstance(variable, str) else str(variable)


class Picture:
    """The variables that a script sets for its template, and the blocks of data to draw."""

    def __init__(self, name, template, title, source, size=SIZE, **variables):
        self.name = name
        self.template = template
        self.size = size
        self.variables = dict(variables, picture_title=title, picture_source=source,
                              data=f"data/{name}.dat")
        self.arrays = {}
        self.blocks = []

    def series(self, names):
        """One line per backend: set names and styles, in the order of the blocks."""
        styles = [STYLES.get(name, OTHER_STYLE) for name in names]
        self.arrays.update(
            names=list(names), colours=[style[0] for style in styles],
            dashes=[style[1] for style in styles], points=[style[2] for style in styles],
            widths=[3 if name == "kpool" else 1.6 for name in names])
        self.variables["series"] = len(names)

    def logarithmic(self):
        """Set the axis for the second column of the data: its range, and its labelled ticks."""
        values = [line[1] for block in self.blocks for line in block]
        low, high = min(values) / 1.3, max(values) * 1.3
        steps = (1, 2, 5) if high / low < 1000 else (1,)
        ticks = [step * 10 ** exponent
                 for exponent in range(math.floor(math.log10(low)), math.ceil(math.log10(high)))
                 for step in steps if low <= step * 10 ** exponent <= high]
        self.variables.update(low=low, high=high,
                              ticks=", ".join(f'"{tick:,g}" {tick:g}' if tick < 1e6 else
                                              f'"{tick / 1e6:,.0f} million" {tick:g}'
                                              for tick in ticks))

    def script(self):
        yield "# SPDX-License-Identifier: GPL-2.0"
        for name, variable in self.variables.items():
            yield f"{name} = {value(variable)}"
        for name, array in self.arrays.items():
            yield f"array {name}[{len(array)}] = [{', '.join(map(value, array))}]"
        width, height = self.size
        terminal = f"size {width},{height} background '#ffffff' noenhanced"
        for kind, font in (("svg", "sans-serif,13"), ("pngcairo", "sans,10")):
            yield f"set terminal {kind} {terminal} font '{font}'"
            yield f"set output '{self.name}.{kind[:3]}'"
            yield f"load 'data/{self.template}'"
            yield "unset output"

    def write(self, directory):
        data = os.path.join(directory, "data")
        shutil.copyfile(os.path.join(HERE, self.template), os.path.join(data, self.template))
        shutil.copyfile(os.path.join(HERE, "style.gp"), os.path.join(data, "style.gp"))
        with open(os.path.join(data, f"{self.name}.dat"), "w", encoding="utf-8") as file:
            file.write("\n\n".join("".join(" ".join(map(str, line)) + "\n" for line in block)
                                   for block in self.blocks))
        with open(os.path.join(data, f"{self.name}.gp"), "w", encoding="utf-8") as file:
            file.write("\n".join(self.script()) + "\n")


def scale_of(unit, most):
    """A unit in which @most has few digits, and its divisor."""
    step = 2 if most >= 1e7 else 1 if most >= 1e4 else 0
    return UNITS[unit][step], 1000 ** step


def word(text):
    """A column of a data file."""
    return '"' + text.replace('"', "") + '"'


def cost(bench):
    panels = []
    for workload in COST_WORKLOADS:
        rows = bench.fewest(workload)
        loop = rows.pop(parts.LOOP, None)
        if rows:
            panels.append((workload, sorted(rows.values(), key=lambda row: row["cost"]), loop))
    if not panels:
        return
    columns = min(2, len(panels))
    lines = math.ceil(len(panels) / columns)
    bars = max(4, max(len(rows) for _, rows, _ in panels))
    height = COST_TOP + COST_BOTTOM + (lines - 1) * COST_GAP + lines * COST_BAR * bars
    picture = Picture(
        f"cost-{bench.slug}", "cost.gp",
        "Cost of one get and its put by backend: shorter is better", bench.label,
        size=(SIZE[0], height), panels=len(panels), panel_columns=columns, panel_lines=lines,
        top=1 - COST_TOP / height, bottom=COST_BOTTOM / height, gap=COST_GAP / height,
        bars=bars, key_height=COST_KEY / height,
        legend_colours=f"{BAR_COLOURS['kpool']} {BAR_COLOURS['kpool-hooks']} {PEER_COLOUR}")
    arrays = {name: [] for name in ("titles", "units", "loops", "most", "ticks")}
    for workload, rows, loop in panels:
        unit, divisor = scale_of(bench.unit, rows[-1]["cost"])
        most = rows[-1]["cost"] / divisor or 1
        cpus = rows[0]["cpus"]
        for name, item in (
                ("titles", f"{workload}, {cpus} CPU{'' if cpus == 1 else 's'}"), ("units", unit),
                ("loops", loop["cost"] / divisor if loop else -1),
                ("most", most), ("ticks", tick(most))):
            arrays[name].append(item)
        picture.blocks.append([
            (index, word(row["backend"]), row["cost"] / divisor,
             word(label(row["cost"] / divisor)), BAR_COLOURS.get(row["backend"], PEER_COLOUR))
            for index, row in enumerate(rows)])
    picture.arrays.update(arrays)
    yield picture


def tick(most):
    """A round step that divides an axis up to @most into two to five parts."""
    step = 10 ** math.floor(math.log10(most))
    return step * next(factor for factor in (0.2, 0.5, 1, 2) if most / (step * factor) < 5.5)


def label(number):
    return f"{number:.0f}" if number >= 1000 else f"{number:.1f}"


def scaling(bench):
    cpus = [number for workload, number in bench.groups() if workload == "parallel"]
    groups = {number: bench.of("parallel", number) for number in cpus}
    names = [name for name in dict.fromkeys(name for rows in groups.values() for name in rows)
             if name != parts.LOOP and sum(name in rows for rows in groups.values()) > 1]
    if not names:
        return
    picture = Picture(
        f"scaling-{bench.slug}", "scaling.gp",
        "Cost of one get and its put while more CPUs share a pool: flat is better", bench.label,
        unit=UNITS[bench.unit][0],
        cpu_ticks=", ".join(map(str, cpus)), first_cpus=cpus[0] * 1.0, last_cpus=cpus[-1] * 1.0)
    picture.series(names)
    for name in names:
        picture.blocks.append([(number, max(rows[name]["cost"], 0.01))
                               for number, rows in groups.items() if name in rows])
    picture.logarithmic()
    yield picture


def bucket_last(begin):
    """The longest latency in the bucket that begins with @begin."""
    if begin < 2 * BUCKETS_AN_OCTAVE:
        return begin
    width = 1 << (int(begin) // BUCKETS_AN_OCTAVE).bit_length() - 1
    return begin + width - 1


def tail(row):
    """Pairs of 1 / (1 - percentile) and latency, as far as the number of samples allows."""
    buckets = sorted(row["latencies"])
    total = sum(count for _, count in buckets)
    most = row.get("max")
    for step in range(TAIL_STEPS + 1):
        x = TAIL_FIRST * (TAIL_LAST / TAIL_FIRST) ** (step / TAIL_STEPS)
        if x > max(total, TAIL_FIRST):
            return
        wanted = total * (1 - 1 / x)
        seen = 0
        for begin, count in buckets:
            seen += count
            if seen >= wanted - 1e-6:
                latency = bucket_last(begin)
                # A logarithmic scale cannot show a latency of 0.
                yield f"{x:.4f}", max(1, latency if most is None else min(latency, most))
                break


def latency(bench):
    for workload in LATENCY_WORKLOADS:
        rows = {name: row for name, row in bench.fewest(workload).items()
                if name != parts.LOOP and row.get("latencies")}
        if not rows:
            continue
        cpus = next(iter(rows.values()))["cpus"]
        operations = bench.units.get(workload, 1)
        unit = "one operation" if operations == 1 else f"{operations} operations"
        picture = Picture(
            f"latency-{workload}-{bench.slug}", "latency.gp",
            f"Latency of {workload}, from the median to the slowest thousandth: lower is better",
            f"{bench.label}, of which {cpus} {'is' if cpus == 1 else 'are'} used; each latency is "
            f"that of {unit}",
            unit=UNITS[bench.unit][0])
        picture.series(list(rows))
        picture.blocks = [list(tail(row)) for row in rows.values()]
        picture.logarithmic()
        yield picture


def pressure(number, part):
    backends = [one for one in part["backends"] if one["samples"]]
    if not backends:
        return
    picture = Picture(
        f"pressure-{number}", "pressure.gp",
        "Memory that each backend holds while another process, the hog, takes more and more",
        f"Linux {part['kernel']}, {part['method']}, "
        f"{part['memory_bytes'] / (1 << 20):.0f} MiB free")
    picture.series([one["backend"] for one in backends])
    picture.arrays["killed"] = [" (hog killed)" if one.get("killed") else "" for one in backends]
    # Memory held is a difference of free memory, which others use too: below 0 it is noise.
    picture.blocks = [[(time / 1000, max(0, held) / (1 << 20), hog / (1 << 20))
                       for time, held, hog in one["samples"]] for one in backends]
    yield picture


def stability(number, part):
    if not part["samples"]:
        return
    operations = parts.operations(part)
    unit, divisor = ("million", 1e6) if operations >= 1e6 else ("thousand", 1e3)
    picture = Picture(
        f"stability-{number}", "stability.gp",
        f"Memory over {operations / divisor:.4g} {unit} operations with all kinds of pool: "
        f"flat means no leak", f"Linux {part['kernel']}", size=(SIZE[0], 700), unit=unit)
    picture.blocks = [[(done / divisor, slab / (1 << 20), objects, free / (1 << 20))
                       for done, slab, objects, free in part["samples"]]]
    yield picture


def pictures(measured):
    for bench in measured.benches:
        yield from cost(bench)
        yield from scaling(bench)
        yield from latency(bench)
    for number, part in enumerate(measured.pressures, 1):
        yield from pressure(number, part)
    for number, part in enumerate(measured.stabilities, 1):
        yield from stability(number, part)


def remove_old(directory):
    """Remove pictures of an earlier report, which must not pass for those of this one."""
    data = os.path.join(directory, "data")
    if not os.path.isdir(data):
        return
    for name in os.listdir(data):
        if name.endswith(".dat"):
            for file in (f"{name[:-4]}.svg", f"{name[:-4]}.png", f"data/{name[:-4]}.gp",
                         f"data/{name}"):
                if os.path.exists(os.path.join(directory, file)):
                    os.remove(os.path.join(directory, file))


def draw(measured, directory):
    drawn = Drawn()
    remove_old(directory)
    os.makedirs(os.path.join(directory, "data"), exist_ok=True)
    gnuplot = shutil.which("gnuplot")
    if not gnuplot:
        drawn.notes.append("there is no gnuplot on this machine, so there are no pictures; the "
                           "data and scripts for them are in data")
    for picture in pictures(measured):
        picture.write(directory)
        if not gnuplot:
            continue
        done = subprocess.run([gnuplot, f"data/{picture.name}.gp"], cwd=directory, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            why = " ".join(done.stderr.split()) or f"status {done.returncode}"
            drawn.notes.append(f"gnuplot did not draw {picture.name}: {why}")
        else:
            drawn.names.append(picture.name)
    return drawn
