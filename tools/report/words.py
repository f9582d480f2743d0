# SPDX-License-Identifier: GPL-2.0
"""The sentences of the report on methods, workloads and backends. Called by page and pictures."""

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

WORKLOADS = {
    "pair": "One get and its put, again and again, on one CPU: the price of the hot path.",
    "parallel": "The same on several CPUs at once. The cost is the time of an operation on each "
                "CPU, so it stays the same as long as CPUs do not contend.",
    "compress": "A page is deflated with a zlib workspace of 268 KiB: a typical use of a pool. "
                "kpool and objpool return workspaces that are built already; most others build "
                "one for each page.",
    "overflow": "100 gets, then 100 puts, after Go's benchmark of that name: more objects than one "
                "CPU's cache holds.",
    "cross": "Some CPUs get objects and another CPU puts them: objects move from the consumer back "
             "to the producers.",
    "state": "Get and put of an interpreter's state of 830 allocations.",
    "state-use": "The same with a script that runs on the state in between.",
    "buf": "A message is assembled in a growing buffer. kernel: kvmalloc() for each message.",
    "sized": "Buffers of changing sizes. kernel: kvmalloc() of the size.",
    "ring": "One of a fixed number of buffers. kernel: a list and a spinlock that interrupts may "
            "take.",
    "fifo": "A fifo of 16 pointers is got, used for 4, and put. kernel: a ptr_ring for each use.",
    "compound": "A parent and two children. kernel: one allocation for each of the three.",
    "work": "A work item is submitted and waited for. kernel: an item from kzalloc().",
    "dma": "A coherent buffer. kernel: dma_pool_alloc().",
    "static": "An object of a pool defined at file level. kernel: a list and a spinlock.",
    "starvation": "100 gets, then 67 puts, and 33 objects are lost for good, after Go's benchmark "
                  "of that name: a third of the objects has to be built again.",
    "expensive-new": "100 objects are held at once that take 1 ms each to build, while clearing "
                     "cycles run, after Go's benchmark of that name. The cost is the mean.",
    "burst": "A random number of gets, up to 1000, then as many puts.",
    "mixed": "Get and put of eight sizes in changing order, each from a pool of its own.",
    "nested": "A request that takes an object from each of three pools.",
    "interrupt": "Half of the operations from a timer interrupt that arrives in the middle of the "
                 "other half. Entering and leaving interrupts is part of the cost.",
    "page": "Get and put of a page.",
}

# The operations of one latency, if more than one.
LATENCY_OF = {
    "overflow": "a burst of 100 gets and puts",
    "starvation": "a burst of 100 gets and puts",
    "mixed": "a turn of 64 operations",
}
LATENCY = ("of a burst of 100 gets and puts in overflow and starvation, of 64 operations in mixed, "
           "else of one")

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

BACKENDS = (
    ("kpool-hooks, kpool-fixed", "kpool with a header to reset, and kpool with KPOOL_F_FIXED, "
                                 "which never builds in a get; not peers of kpool"),
    ("loop", "the empty measuring loop; not a peer either"),
    ("kmem_cache, kmem_cache-ctor", "a slab cache of its own, the second with a constructor"),
    ("kmalloc, kvmalloc", "memory of that size, without construction"),
    ("mempool", "mempool_alloc() over a slab cache"),
    ("objpool", "a fixed number of objects in rings, one for each CPU"),
    ("page_pool", "pages, for one CPU"),
    ("ptr_ring, llist", "freelists as drivers write them by hand"),
    ("none", "kzalloc() and kfree() for each use"),
    ("single-use", "objects that a worker builds in advance, each used once"),
    ("kernel", "the code of a driver without a pool of this kind"),
)

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
