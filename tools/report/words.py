# SPDX-License-Identifier: GPL-2.0
"""What the report says in words about methods, workloads and backends. Called by page and
pictures."""

METHODS = {
    "instructions": "instructions that the machine executes, counted by the emulator. On one CPU "
                    "they are the same in every run and on every host, but for a few percent "
                    "where workers, interrupts or the allocators' own caches are not in the same "
                    "state; on several CPUs it matters how these take turns. Neither cache misses "
                    "nor waiting for a lock cost anything here. In rows that sleep (expensive-new "
                    "builds by sleeping 1 ms, work waits for a worker) the time asleep counts as "
                    "instructions too, since the emulator's clock goes on.",
    "emulated": "wall time under an emulator: only good as ratios within one boot, that is within "
                "one table. Nanoseconds of different parts cannot be compared.",
    "native": "nanoseconds in User Mode Linux, which runs kernel code at the host's speed. There "
              "switching interrupts off and this_cpu operations are not what they are on hardware: "
              "they can cost hundreds of nanoseconds. Notes beside the tables say which rows that "
              "distorts.",
    "wall": "wall time of a virtual machine whose instructions run on the processor itself.",
}
UNITS = {"insns": "instructions", "ns": "nanoseconds"}

WORKLOADS = {
    "pair": "One get and its put, again and again, on one CPU: the price of the hot path.",
    "parallel": "The same on several CPUs at once. The cost is what an operation takes each CPU, "
                "so that it stays the same where CPUs do not get in each other's way.",
    "compress": "A page is deflated with a zlib workspace of 268 KiB: what a pool is for. kpool "
                "and objpool hand out workspaces that are built; most others build one for each "
                "page.",
    "overflow": "100 gets, then 100 puts, after Go's benchmark of that name: more objects than one "
                "CPU's cache holds.",
    "cross": "What some CPUs get, another puts: objects wander from the consumer back to the "
             "producers.",
    "state": "Get and put of an interpreter's state of 830 allocations.",
    "state-use": "The same with a script that runs on the state in between.",
    "buf": "A message is put together in a buffer that grows. kernel: kvmalloc() for each message.",
    "sized": "Buffers of changing sizes. kernel: kvmalloc() of the size.",
    "ring": "One buffer out of a fixed number. kernel: a list and a spinlock that interrupts may "
            "take.",
    "fifo": "A fifo of 16 pointers is got, used for 4, and put. kernel: a ptr_ring for each use.",
    "compound": "A parent and two children. kernel: one allocation for each of the three.",
    "work": "A work item is submitted and waited for. kernel: an item from kzalloc().",
    "dma": "A coherent buffer. kernel: dma_pool_alloc().",
    "static": "An object of a pool that is defined at file level. kernel: a list and a spinlock.",
    "starvation": "100 gets, then 67 puts, and 33 objects are lost for good, after Go's benchmark "
                  "of that name: a third of what is got has to be built again.",
    "expensive-new": "100 objects are held at once that take 1 ms each to build, while clearing "
                     "cycles run, after Go's benchmark of that name. The cost is the mean.",
    "burst": "So many gets, then as many puts; how many is random, up to 1000.",
    "mixed": "Get and put of eight sizes in changing order, each from a pool of its own.",
    "nested": "A request that takes an object from each of three pools.",
    "interrupt": "Half of the operations from a timer interrupt that arrives in the middle of the "
                 "other half. Entering and leaving interrupts is part of the cost.",
    "page": "Get and put of a page.",
}

# What a latency is measured of, where that is not one operation.
LATENCY_OF = {
    "overflow": "a burst of 100 gets and puts",
    "starvation": "a burst of 100 gets and puts",
    "mixed": "a turn of 64 operations",
}
LATENCY = ("of a burst of 100 gets and puts in overflow and starvation, of 64 operations in mixed, "
           "else of one")

# What the figures of a method leave out where CPUs share something.
SCALING = {
    "instructions": ", as far as instructions go: waiting for a lock or for another CPU's cache "
                    "line does not show here",
}

# What columns of the table of memory under pressure mean.
PRESSURE_COLUMNS = (
    "- held: what the backend held when the hog began; at the end: when the hog had all that it "
    "wanted, was killed, or had waited for too long.",
    "- given back: milliseconds from the moment when the hog had taken all that was free, so that "
    "only what the backend holds was left to take, until the backend held no more than half of "
    "its objects. Never: it did not.",
    "- killed: the kernel killed the hog for want of memory.",
    "- operations/s: with the second pool or list, before the hog, and while the hog takes memory.",
)

# Workloads whose cost is not divided by Go's, and why.
NO_RATIO_TO_GO = {
    "expensive-new": "expensive-new has no ratio: Go clears its pools when its collector runs, "
                     "kpool's benchmark clears every four batches, so that objects are not built "
                     "anew equally often.",
}

BACKENDS = (
    ("kpool-hooks, kpool-fixed", "kpool with a header to reset, and kpool with KPOOL_F_FIXED, "
                                 "which never builds in a get; no peers of kpool"),
    ("loop", "the measuring loop with nothing in it; no peer either"),
    ("kmem_cache, kmem_cache-ctor", "a slab cache of its own, the second with a constructor"),
    ("kmalloc, kvmalloc", "memory of that size, as it is"),
    ("mempool", "mempool_alloc() over a slab cache"),
    ("objpool", "a fixed number of objects in rings, one for each CPU"),
    ("page_pool", "pages, for one CPU"),
    ("ptr_ring, llist", "freelists as drivers write them by hand"),
    ("none", "kzalloc() and kfree() for each use"),
    ("fixed", "objects that a worker builds ahead, each used once"),
    ("kernel", "what a driver does that has no pool of this kind"),
)

DEARER = "which costs more in User Mode Linux than on hardware."

# In User Mode Linux: workloads and backends, or None for all; a sentence.
NATIVE_DISTORTS = (
    (None, ("objpool",),
     f"objpool switches interrupts off in each get and put, {DEARER}"),
    (None, ("fixed",), f"fixed takes a lock with interrupts off, {DEARER}"),
    (("interrupt",), None,
     "an interrupt is a signal of the host and takes microseconds; there is one in each batch"),
    (("interrupt",), ("llist", "ptr_ring"),
     f"llist and ptr_ring switch interrupts off here, {DEARER}"),
    (("buf", "sized", "ring", "fifo", "work"), ("kpool",),
     f"kpool's kinds count with this_cpu operations, which switch interrupts off here, {DEARER}"),
    (("ring", "static", "dma"), ("kernel",),
     f"kernel takes its lock with interrupts off, {DEARER}"),
    (("overflow", "burst", "cross", "starvation"),
     ("kpool", "kpool-hooks", "kpool-fixed", "kmem_cache", "kmem_cache-ctor", "kmalloc", "kvmalloc",
      "mempool", "none", "fixed"),
     f"kpool, and the slab allocator with all that is built on it, switch interrupts off where "
     f"they exchange a magazine or a sheaf, {DEARER}"),
)


def distorted(workload, backend):
    """Sentences on a row that User Mode Linux distorts."""
    for workloads, names, sentence in NATIVE_DISTORTS:
        if (workloads is None or workload in workloads) and (names is None or backend in names):
            yield sentence
