# SPDX-License-Identifier: GPL-2.0
"""Rows in which kpool does not win, and why.

Owns explanations.json: sentences keyed by "workload/backend", each of the two a name or "*",
followed by "@method" if the sentence holds for one method only. The most specific key wins: a
method before none, a workload before "*", a backend before "*". Called by report.
"""

import os

import parts

EXPLANATIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "explanations.json")


class Loss:
    """A row of a peer that costs as much as kpool or less."""

    def __init__(self, bench, row, own, why):
        self.bench = bench
        self.row = row
        self.own = own
        self.why = why

    def overlaps(self):
        """Whether the difference may be due to chance."""
        high, low = self.row.get("cost_high"), self.own.get("cost_low")
        return high is not None and low is not None and high >= low

    def __str__(self):
        cpus = self.row["cpus"]
        return (f"{self.row['workload']}/{self.row['backend']} on {cpus} "
                f"CPU{'' if cpus == 1 else 's'} ({self.bench.label}): {self.row['cost']:.2f} "
                f"{self.bench.unit}, kpool {self.own['cost']:.2f}")


def read(file):
    try:
        with open(file, encoding="utf-8") as stream:
            explanations = parts.parse(stream.read())
    except ValueError:
        raise parts.Bad(f"{file}: not JSON") from None
    if not isinstance(explanations, dict) or not all(isinstance(text, str) and text
                                                     for text in explanations.values()):
        raise parts.Bad(f"{file}: must contain sentences keyed by names of rows")
    return explanations


def explain(explanations, workload, backend, method):
    for suffix in (f"@{method}", ""):
        for key in (f"{workload}/{backend}", f"{workload}/*", f"*/{backend}", "*/*"):
            if key + suffix in explanations:
                return explanations[key + suffix]
    return None


def find(benches, explanations):
    lost = []
    for bench in benches:
        for workload, cpus in bench.groups():
            rows = bench.of(workload, cpus)
            own = rows.get("kpool")
            for backend, row in parts.peers(rows).items() if own else ():
                if row["cost"] <= own["cost"]:
                    why = explain(explanations, workload, backend, bench.method)
                    lost.append(Loss(bench, row, own, why))
    return lost
