# SPDX-License-Identifier: GPL-2.0
#
# The targets that a developer types. kbuild itself reads Kbuild; the work is done by the scripts in
# tools/vm and tools/check, each of which documents itself with --help.

# The test kernel: stock, 6.1, 6.12, latest, or a name that tools/vm/kernel --list prints. A target
# that needs a kernel falls back to its own default, which "make help" shows.
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
# For "make check-configs": names of configurations, the number of random ones, and their seed
CONFIGS ?=
RANDOM_CONFIGS ?= 6
SEED ?=
# For "make driver"
M ?=
# An empty value is the default.
override FLAVOUR := $(or $(strip $(FLAVOUR)),fast)
override ARCH := $(or $(strip $(ARCH)),x86_64)
override SMP := $(or $(strip $(SMP)),2)
override MEM := $(or $(strip $(MEM)),1024)
override MINUTES := $(or $(strip $(MINUTES)),1)
override RANDOM_CONFIGS := $(or $(strip $(RANDOM_CONFIGS)),6)
# Passed on to kbuild
KBUILD_ARGS := $(if $(V),V=$(V)) $(if $(W),W=$(W)) $(if $(C),C=$(C))

# A variable on make's command line would be passed to every make below, including kbuild, where
# ARCH, M and KDIR have a different meaning.
MAKEOVERRIDES :=
unexport ARCH C CONFIGS FLAVOUR ICOUNT JSON KDIR KERNEL M MEM RANDOM_CONFIGS SEED SMP V W

test_kernel = --kernel $(call quoted,$(or $(KERNEL),$(1))) --flavour $(call quoted,$(FLAVOUR)) \
	--arch $(call quoted,$(ARCH))
# A flavour other than fast, or an architecture other than x86_64, exists only as a test kernel.
other_kernel = $(filter-out fast,$(FLAVOUR))$(filter-out x86_64,$(ARCH))
any_kernel = $(if $(KERNEL)$(other_kernel),$(call test_kernel,latest)) \
	$(if $(KDIR),--kdir $(call quoted,$(KDIR)))
quoted = '$(subst ','\'',$(1))'
machine = --smp $(call quoted,$(SMP)) --mem $(call quoted,$(MEM))

.PHONY: help modules tools selftests demo check check-all check-configs check-fresh check-kernels bench bench-go states torture shell driver docs lint setup clean

help:
	@echo 'kpool: pools of constructed objects for Linux drivers'
	@echo
	@echo '  make demo      boot a stock kernel, load kpool, benchmark it, watch memory come back'
	@echo '  make check     run the tests; KERNEL=latest (which includes stock), 6.1 or 6.12'
	@echo '  make check-all all tests, on every kernel and flavour: takes hours'
	@echo '  make check-configs  compile kpool for kernels of many configurations; CONFIGS="rt i386"'
	@echo '  make check-fresh  both in new Debian systems, as root and with sudo; needs root'
	@echo '  make check-kernels  build, boot and test on every kernel that Debian offers; KERNEL=name'
	@echo '  make bench     run all benchmarks; report and graphs in build/bench; KERNEL=latest'
	@echo '                 ICOUNT=1, JSON=file or ARCH=um: one machine, and only its table'
	@echo '  make bench-go  run the same workloads with sync.Pool, if Go is installed'
	@echo '  make states    compare ways to pool interpreter states; see Documentation/states.rst'
	@echo '  make torture   random load with every option enabled; MINUTES=1 KERNEL=latest SMP=2'
	@echo '  make shell     start an interactive machine with kpool loaded; KERNEL=latest'
	@echo '  make modules   build the modules for KERNEL=name, KDIR=path or the running kernel'
	@echo '  make driver M=dir  build the driver in dir against kpool, for the same kernels'
	@echo '  make tools     build the kpool command'
	@echo '  make selftests build the selftests'
	@echo '  make docs      build the documentation: pages in build/docs/html, man pages in build/docs/man'
	@echo '  make lint      checkpatch --strict, sparse, kernel-doc, W=1, shellcheck, links'
	@echo '  make setup     install what these targets need (demo and check do so themselves)'
	@echo '  make clean     remove build/, but not the cached kernels'
	@echo
	@echo '  KERNEL=stock|6.1|6.12|latest, or a name from tools/vm/kernel --list  SMP=2  MEM=1024'
	@echo '  FLAVOUR=fast   or one of these, latest kernel only and much slower, to find bugs:'
	@echo '          debug  KASAN, lockdep, kmemleak, UBSAN and more'
	@echo '          race   KCSAN'
	@echo '          rt     PREEMPT_RT'
	@echo '  ARCH=x86_64    or arm64: cross-built and emulated;'
	@echo '                 or um: User Mode Linux, latest and fast only, at host speed'
	@echo
	@echo 'To run one command in a test machine, see tools/vm/run --help'

modules:
	@tools/vm/modules $(any_kernel) --advise -- $(KBUILD_ARGS)

driver:
	@$(if $(M),,echo 'usage: make driver M=directory [KERNEL=name | KDIR=path]'; exit 2)
	@tools/vm/modules $(any_kernel) --driver $(call quoted,$(M)) --advise -- $(KBUILD_ARGS)

tools:
	@tools/vm/programs --arch $(call quoted,$(ARCH)) tools

selftests:
	@tools/vm/programs --arch $(call quoted,$(ARCH)) selftests

# The set of packages that each target needs; a target that names none gets all of them.
bench: SETUP = bench
check: SETUP = check $(filter arm64,$(ARCH))
check-all: SETUP = check arm64
check-configs: SETUP = configs
check-kernels: SETUP = check
docs: SETUP = docs
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
	@tools/check/configs --random $(call quoted,$(RANDOM_CONFIGS)) \
		$(if $(SEED),--seed $(call quoted,$(SEED))) $(foreach one,$(CONFIGS),$(call quoted,$(one)))

check-kernels: setup
	@tools/check/kernels $(foreach one,$(KERNEL),$(call quoted,$(one)))

bench: setup
	@$(if $(ICOUNT)$(JSON)$(other_kernel),tools/check/bench $(call test_kernel,latest) $(machine) \
		$(if $(ICOUNT),--icount) $(if $(JSON),--json $(call quoted,$(JSON))), \
		tools/report/run --kernel $(call quoted,$(or $(KERNEL),latest)))

bench-go: setup
	@tools/report/go/run

states: setup
	@tools/check/bench $(call test_kernel,latest) $(machine) $(if $(ICOUNT),--icount) \
		$(if $(JSON),--json $(call quoted,$(JSON))) -- --states

torture: setup
	@tools/check/torture $(call test_kernel,latest) $(machine) --minutes $(call quoted,$(MINUTES))

shell: setup
	@tools/vm/run $(call test_kernel,latest) $(machine) --interactive

docs: setup
	@tools/docs/build

lint: setup
	@tools/check/lint

clean:
	@rm -rf build
