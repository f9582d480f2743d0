# SPDX-License-Identifier: GPL-2.0
#
# The targets that a person types. kbuild reads Kbuild; the work is done by the scripts in tools/vm and
# tools/check, each of which explains itself with --help.

# A test kernel: stock, 6.1, 6.12, latest, or what tools/vm/kernel --list shows. Where a target needs
# one and none is given, the target says which it takes.
KERNEL ?=
FLAVOUR ?= fast
ARCH ?= x86_64
# Any other kernel, for "make modules" and "make driver" only
KDIR ?=
# The test machine
SMP ?= 2
MEM ?= 1024
# For "make bench" and "make states"
JSON ?=
ICOUNT ?=
# For "make torture"
MINUTES ?= 1
# For "make check-configs": some of them by name, how many random ones, and what those derive from
CONFIGS ?=
RANDOM_CONFIGS ?= 6
SEED ?=
# For "make driver"
M ?=
# Passed on to kbuild
KBUILD_ARGS := $(if $(V),V=$(V)) $(if $(W),W=$(W)) $(if $(C),C=$(C))

# A variable of make's command line would reach every make below, kbuild's included, where ARCH, M
# and KDIR mean something else.
MAKEOVERRIDES :=
unexport ARCH C CONFIGS FLAVOUR ICOUNT JSON KDIR KERNEL M MEM RANDOM_CONFIGS SEED SMP V W

test_kernel = --kernel $(or $(KERNEL),$(1)) --flavour $(FLAVOUR) --arch $(ARCH)
# A flavour or an architecture of its own has only a test kernel.
other_kernel = $(filter-out fast,$(FLAVOUR))$(filter-out x86_64,$(ARCH))
any_kernel = $(if $(KERNEL)$(other_kernel),$(call test_kernel,latest)) \
	$(if $(KDIR),--kdir $(call quoted,$(KDIR)))
quoted = '$(subst ','\'',$(1))'
machine = --smp $(SMP) --mem $(MEM)

.PHONY: help modules tools selftests demo check check-all check-configs check-fresh check-kernels bench bench-go states torture shell driver lint setup clean

help:
	@echo 'kpool: pools of constructed objects for Linux drivers'
	@echo
	@echo '  make demo      boot a stock kernel, load kpool, benchmark it, watch memory come back'
	@echo '  make check     run the tests; KERNEL=latest, which includes stock, 6.1 or 6.12'
	@echo '  make check-all all of them, on every kernel and flavour: takes hours'
	@echo '  make check-configs  compile kpool in kernels of many configurations; CONFIGS="rt i386"'
	@echo '  make check-fresh  both in new Debian systems, as root and as a user with sudo; needs root'
	@echo '  make check-kernels  build, boot and test on every kernel that Debian offers; KERNEL=name'
	@echo '  make bench     all benchmarks, a report and pictures in build/bench; KERNEL=latest'
	@echo '                 ICOUNT=1, JSON=file or ARCH=um: one machine, and its table only'
	@echo '  make bench-go  the same workloads with sync.Pool, if this machine has Go'
	@echo '  make states    pools for states of an interpreter compared, as the README shows it'
	@echo '  make torture   random load with everything switched on; MINUTES=1 KERNEL=latest SMP=2'
	@echo '  make shell     an interactive machine with kpool loaded; KERNEL=latest'
	@echo '  make modules   build for KERNEL=name, for KDIR=path or for the running kernel'
	@echo '  make driver M=dir  build the driver in dir against kpool, likewise'
	@echo '  make tools     build the command kpool'
	@echo '  make selftests build the selftests'
	@echo '  make lint      checkpatch --strict, sparse, kernel-doc, W=1, shellcheck'
	@echo '  make setup     install what all of this needs (demo and check do it themselves)'
	@echo '  make clean     remove build/; the kernels in the cache stay'
	@echo
	@echo '  KERNEL=stock|6.1|6.12|latest, or what tools/vm/kernel --list shows  SMP=2  MEM=1024'
	@echo '  FLAVOUR=fast   or, of the latest kernel and much slower, to find what is wrong:'
	@echo '          debug  KASAN, lockdep, kmemleak, UBSAN and more'
	@echo '          race   KCSAN'
	@echo '          rt     PREEMPT_RT'
	@echo '  ARCH=x86_64    or arm64: cross-built and emulated;'
	@echo '                 or um: User Mode Linux, latest and fast only, at the speed of the host'
	@echo
	@echo 'One command in a test machine: tools/vm/run --help'

modules:
	@tools/vm/modules $(any_kernel) --advise -- $(KBUILD_ARGS)

driver:
	@$(if $(M),,echo 'usage: make driver M=directory [KERNEL=name | KDIR=path]'; exit 2)
	@tools/vm/modules $(any_kernel) --driver $(call quoted,$(M)) --advise -- $(KBUILD_ARGS)

tools:
	@tools/vm/programs --arch $(ARCH) tools

selftests:
	@tools/vm/programs --arch $(ARCH) selftests

# The packages that a target needs; all of them if none are named.
bench: SETUP = bench
check: SETUP = check $(filter arm64,$(ARCH))
check-all: SETUP = check arm64
check-configs: SETUP = configs
check-kernels: SETUP = check
lint: SETUP = lint
bench-go shell states torture: SETUP = kernel $(filter arm64,$(ARCH))
setup:
	@tools/check/setup $(SETUP)

demo:
	@tools/check/demo $(call test_kernel,stock) $(machine)

check-fresh:
	@tools/check/fresh

check: setup
	@tools/check/check $(call test_kernel,latest)

check-all: setup
	@tools/check/check-all

check-configs: setup
	@tools/check/configs --random $(RANDOM_CONFIGS) $(if $(SEED),--seed $(SEED)) $(CONFIGS)

check-kernels: setup
	@tools/check/kernels $(KERNEL)

bench: setup
	@$(if $(ICOUNT)$(JSON)$(other_kernel),tools/check/bench $(call test_kernel,latest) $(machine) \
		$(if $(ICOUNT),--icount) $(if $(JSON),--json $(JSON)), \
		tools/report/run --kernel $(or $(KERNEL),latest))

bench-go: setup
	@tools/report/go/run

states: setup
	@tools/check/bench $(call test_kernel,latest) $(machine) $(if $(ICOUNT),--icount) \
		$(if $(JSON),--json $(JSON)) -- --states

torture: setup
	@tools/check/torture $(call test_kernel,latest) $(machine) --seconds $$(($(MINUTES) * 60))

shell: setup
	@tools/vm/run $(call test_kernel,latest) $(machine) --interactive

lint: setup
	@tools/check/lint

clean:
	@rm -rf build
