# SPDX-License-Identifier: GPL-2.0
"""The sentences of the report on methods, and on what they distort. Called by page."""

METHODS = {
    "instructions": "instructions that the machine executes, counted by the emulator. On one CPU "
                    "they are the same in every run and on every host, except for a few percent "
                    "if workers, interrupts or the allocators' own caches are not in the same "
                    "state; on several CPUs they depend on how the CPUs take turns. Neither cache "
                    "misses nor waiting for a lock cost anything here. In rows that sleep "
                    "(expensive-new builds by sleeping 1 ms, work waits for a worker) the time "
                    "asleep counts as instructions too, since the emulator's clock continues.",
    "emulated": "wall time under an emulator: only ratios within one boot, that is within one "
                "table, are meaningful. Nanoseconds of different parts cannot be compared.",
    "native": "nanoseconds in User Mode Linux, which runs kernel code at the host's speed. There "
              "disabling interrupts and this_cpu operations cost more than on hardware: they can "
              "take hundreds of nanoseconds. Notes below the tables say which rows are distorted.",
    "wall": "wall time of a virtual machine whose instructions run on the processor itself.",
}
UNITS = {"insns": "instructions", "ns": "nanoseconds"}

# The costs of sharing that the figures of a method do not include.
SCALING = {
    "instructions": ", in terms of instructions: waiting for a lock or for another CPU's cache "
                    "line is not visible here",
}

# The columns of the table of memory under pressure.
PRESSURE_COLUMNS = (
    "- held: the memory that the backend held when the hog started; at the end: when the hog had "
    "all the memory it wanted, was killed, or had waited too long.",
    "- given back: milliseconds from the moment when the hog had taken all free memory, so that "
    "only the backend's memory was left to take, until the backend held no more than half of its "
    "objects. Never: it did not.",
    "- killed: the kernel killed the hog for lack of memory.",
    "- operations/s: with the second pool or list, before the hog started and while it runs.",
)

# Workloads whose cost is not divided by Go's, and why.
NO_RATIO_TO_GO = {
    "expensive-new": "expensive-new has no ratio: Go clears its pools when its collector runs, "
                     "kpool's benchmark clears every four batches, so objects are not built "
                     "equally often.",
}

COSTLIER = "which costs more in User Mode Linux than on hardware."

# In User Mode Linux: workloads and backends, or None for all; a sentence.
NATIVE_DISTORTS = (
    (None, ("objpool",),
     f"objpool disables interrupts in each get and put, {COSTLIER}"),
    (None, ("single-use",), f"single-use takes a lock with interrupts disabled, {COSTLIER}"),
    (("interrupt",), None,
     "an interrupt is a signal of the host and takes microseconds; there is one in each batch"),
    (("interrupt",), ("llist", "ptr_ring"),
     f"llist and ptr_ring disable interrupts here, {COSTLIER}"),
    (("buf", "sized", "ring", "fifo", "work"), ("kpool",),
     f"kpool's kinds count with this_cpu operations, which disable interrupts here, {COSTLIER}"),
    (("ring", "static", "dma"), ("kernel",),
     f"kernel takes its lock with interrupts disabled, {COSTLIER}"),
    (("overflow", "burst", "cross", "starvation"),
     ("kpool", "kpool-hooks", "kpool-fixed", "kmem_cache", "kmem_cache-ctor", "kmalloc", "kvmalloc",
      "mempool", "none", "single-use"),
     f"kpool, and the slab allocator with all that is built on it, disable interrupts when "
     f"they exchange a magazine or a sheaf, {COSTLIER}"),
)


def distorted(workload, backend):
    """Sentences on a row that User Mode Linux distorts."""
    for workloads, names, sentence in NATIVE_DISTORTS:
        if (workloads is None or workload in workloads) and (names is None or backend in names):
            yield sentence
