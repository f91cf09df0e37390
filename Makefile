# Builds, tests and installs hvscope; `make help` lists the targets.
# SPDX-License-Identifier: GPL-2.0-or-later

# It must parse on a machine that has make and nothing else: `make run` is what installs the compiler.
MAKEFLAGS += --no-builtin-rules
# Parallel unless the user says how much; make 4.3 hides a -j from its own makefile, and a make below inherits ours.
ifeq ($(MAKELEVEL)$(filter -j% --jobs%,$(shell tr '\0' '\n' <"/proc/$$PPID/cmdline")),0)
MAKEFLAGS += -j$(shell nproc)
endif
.SUFFIXES:
.DELETE_ON_ERROR:

ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
VERSION := $(shell sed -n 's/^## \([0-9][0-9.a-z-]*\).*/\1/p' CHANGELOG.md | head -n 1)
B ?= .build/$(notdir $(firstword $(CC)))$(if $(SAN),-san)$(if $(COV),-cov)$(if $(FUZZ),-fuzz)$(if $(WERROR),-werror)
Q := $(if $(V),,@)

# CFLAGS, CPPFLAGS and LDFLAGS stay the user's own, so that a make below this one does not add ours twice.
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wwrite-strings -Wcast-qual -Wundef -Wformat=2 -Wvla -Wswitch-enum -Werror=implicit
CFLAGS ?= -O2 -g
ALL_CPPFLAGS := -I. -D_GNU_SOURCE -DHVSCOPE_VERSION='"$(VERSION)"' -DHVSCOPE_DATADIR='"$(PREFIX)/share/hvscope"' $(CPPFLAGS)
ALL_CFLAGS := $(CFLAGS) -std=c17 -pthread -fno-common $(WARN) $(if $(WERROR),-Werror)
ALL_LDFLAGS := $(LDFLAGS) -pthread -Wl,--as-needed
ifdef SAN
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
ALL_CFLAGS += -O1 $(SANITIZE) -fno-omit-frame-pointer
ALL_LDFLAGS += $(SANITIZE)
endif
ifdef COV
ALL_CFLAGS += -O0 --coverage
ALL_LDFLAGS += --coverage
endif
ifdef FUZZ
SANITIZE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
ALL_CFLAGS += -O1 $(SANITIZE)
ALL_LDFLAGS += -fsanitize=fuzzer,address,undefined
endif

LIBS := -lncursesw -ltinfo -ljansson -linih -lpci -lvirt -lxml2 -lz -lm
ALL_CPPFLAGS += $(addprefix -isystem ,$(firstword $(wildcard /usr/include/libxml2 /usr/local/include/libxml2)))
ifneq ($(wildcard /usr/include/libcpuid/libcpuid.h),)
ALL_CPPFLAGS += -DHAVE_LIBCPUID
LIBS += -lcpuid
endif

SOURCES := $(wildcard probes/*.c probes/host/*.c probes/actions/*.c probes/checks/*.c widgets/*.c themes/*.c \
	tui/*.c tui/panels/*.c tui/guides/*.c)
objects = $(patsubst %.c,$(B)/%.o,$(1))
LIBRARY := $(call objects,$(filter-out tui/main.c,$(SOURCES)))
TESTLIB := $(call objects,$(wildcard tests/lib/*.c))
# Each tests/KIND/NAME.c is a program of its own, $(B)/KIND/NAME.
programs = $(patsubst tests/%.c,$(B)/%,$(wildcard tests/$(1)/*.c))
HELPERS := $(call programs,helper) $(filter %_demo,$(call programs,pty))
UNIT := $(call programs,unit)
PTY := $(filter-out $(HELPERS),$(call programs,pty))
SYS := $(call programs,sys)
TREES := $(call programs,trees)
TESTS := $(UNIT) $(PTY) $(SYS) $(TREES) $(HELPERS)
BENCH := $(call programs,bench)
FUZZERS := $(call programs,fuzz)

.PHONY: all build objects run deps test-deps check test check-san check-valgrind bench docs fuzz install uninstall clean help \
	lab lab-deps tests-built fuzz-built test-all coverage FORCE
all: build
build: $(B)/hvscope ## compile the program (CC=clang, SAN=1, COV=1, WERROR=1, V=1 to see the commands)
objects: $(LIBRARY) $(call objects,$(wildcard tui/main.c tests/*/*.c))
tests-built: build $(TESTS)
fuzz-built: $(FUZZERS)

# The second make looks anew at what the first line has installed.
run: ## install what is missing, build, and open the inspector of this host (a report where there is no terminal)
	@.packaging/deps.sh -q build >&2
	@$(MAKE) -s --no-print-directory build >&2
	@unset MAKEFLAGS MFLAGS MAKELEVEL; export HVSCOPE_DATADIR="$(CURDIR)"; \
	if [ -t 0 ] && [ -t 1 ]; then exec $(B)/hvscope $(ARGS); else exec $(B)/hvscope $(or $(ARGS),report); fi
deps: ## install what building and running need (Debian packages; prints the command first)
	@.packaging/deps.sh build
test-deps: ## install what the tests need besides
	@.packaging/deps.sh test

lab: build ## boot an emulated host with real governors and idle states; ARGS=report runs that in it (NODES=4, CPU=intel)
	@.packaging/deps.sh -q lab >&2
	@unset MAKEFLAGS MFLAGS MAKELEVEL; exec tests/lab/guest/lab.sh $(B)/hvscope $(ARGS)
lab-deps: ## install what the lab needs, and fetch its kernel
	@.packaging/deps.sh lab
	@tests/lab/guest/kernel.sh .build/lab/kernel

$(B)/hvscope: $(B)/tui/main.o $(B)/libhvscope.a
	@$(if $(V),,echo '  LD      $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(TESTS) $(BENCH): $(B)/%: $(B)/tests/%.o $(B)/libtest.a $(B)/libhvscope.a
	@mkdir -p $(@D)
	@$(if $(V),,echo '  LD      $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lvterm -lutil $(LIBS)
$(FUZZERS): $(B)/%: $(B)/tests/%.o $(B)/libhvscope.a
	@mkdir -p $(@D)
	@$(if $(V),,echo '  LD      $@')
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(B)/libhvscope.a: $(LIBRARY) $(B)/names
	@rm -f $@; ar rcs $@ $(filter %.o,$^)
$(B)/libtest.a: $(TESTLIB) $(B)/names
	@rm -f $@; ar rcs $@ $(filter %.o,$^)
$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	@$(if $(V),,echo '  CC      $<')
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Other flags, or a file less, are a changed file: what depends on it is built anew and `make clean` is never needed.
$(B)/flags: FORCE
	@mkdir -p $(@D); echo $(call quoted,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)) | cmp -s - $@ || \
		echo $(call quoted,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)) >$@
$(B)/names: FORCE
	@mkdir -p $(@D); echo $(LIBRARY) $(TESTLIB) | cmp -s - $@ || echo $(LIBRARY) $(TESTLIB) >$@
quoted = '$(subst ','\'',$(1))'
-include $(shell find $(B) -name '*.d' 2>/dev/null)

# What tests/run.sh runs, a group each; it counts single cases over all of them. The short ones come last, so that no CPU
# waits long for the end.
STATIC := $(wildcard tests/check-*.sh)
TOOLS := $(wildcard tests/tools/*.sh)
VALGRIND := env -u HVSCOPE_THOROUGH HVSCOPE_SAMPLE=4 HVSCOPE_NO_OPENAT2=1 valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible
# Units that take a half to many minutes there, of code that others run too; the sanitizers have all of them.
VALGRIND_SLOW := cmd_simulate recording_full recording_replay sampler_play host_capture_hostile beside beside_open \
	screen_sizes screen_change panels overlay_diff overlay_pin overlay_pin_plan probe_failures probe_idle_odd \
	probe_threads_follow simulate simulate_guests simulate_guest_move panel_topology panel_seats panel_idle_limits widget_coregrid
SANBUILD := .build/gcc-san
# The whole program runs under the sanitizers too, but where coverage is measured it counts.
STRICT := $(if $(COV),$(B),$(SANBUILD))
# At all sizes and with all errors they run under the sanitizers, and where coverage is measured.
FAST := $(if $(COV),,-w 'env -u HVSCOPE_THOROUGH')
# Texts of tens of megabytes, which the sanitizers' checks of strings would read anew with each search.
HUGE := tests/sys/capture_size.sh
RUN_CHECK = -b $(B) -g check $(STATIC) -g unit $(FAST) $(UNIT) -g script $(wildcard tests/script/*.sh)
RUN_SAN = -g san -t 600 -b $(SANBUILD) $(patsubst $(B)/%,$(SANBUILD)/%,$(UNIT))
RUN_VALGRIND = -g valgrind -b $(B) -t 600 -w '$(VALGRIND)' $(filter-out $(VALGRIND_SLOW:%=$(B)/unit/%),$(UNIT))
RUN_SYSTEM = -b $(SANBUILD) -g tools $(TOOLS) -g build -t 600 $(wildcard tests/build/*.sh) -g fuzz $(wildcard tests/fuzz/run.sh) \
	-g sys -t 600 $(filter-out $(HUGE),$(wildcard tests/sys/*.sh)) $(SYS) -b $(B) $(HUGE) \
	-b $(SANBUILD) -g tmux -t 600 $(wildcard tests/tmux/*.sh) \
	-g pty -b $(STRICT) -t 600 $(wildcard tests/pty/*.sh) $(patsubst $(B)/%,$(STRICT)/%,$(PTY)) \
	-g lab -b $(B) -t 600 $(wildcard tests/lab/*.sh) -g virt -b $(B) -t 600 $(wildcard tests/virt/*.sh) \
	-g trees -b $(STRICT) -t 600 $(wildcard tests/trees/*.sh) $(patsubst $(B)/%,$(STRICT)/%,$(TREES))

check: build $(UNIT) ## the fast tests: tables, layers, sizes, units; no root, no network
	@tests/run.sh $(RUN_CHECK)
check-san: ## the units under the address and undefined behaviour sanitizers
	@$(MAKE) --no-print-directory CC=gcc SAN=1 COV= WERROR= B=$(SANBUILD) tests-built
	@tests/run.sh $(RUN_SAN)
check-valgrind: build $(UNIT) ## the units under valgrind
	@tests/run.sh $(RUN_VALGRIND)
test: ## everything: check, sanitizers, valgrind, both compilers, system, terminals, real trees
	@.packaging/deps.sh -q test
	@.packaging/deps.sh -q lab || echo "The tests in the lab will be skipped." >&2
	@.packaging/deps.sh -q virt || echo "The tests with real guests will be skipped." >&2
	@$(MAKE) --no-print-directory test-all
test-all: tests-built
	@$(MAKE) --no-print-directory CC=gcc SAN=1 COV= WERROR= B=$(SANBUILD) tests-built
	@$(MAKE) --no-print-directory CC=clang FUZZ=1 COV= WERROR= B=.build/clang-fuzz fuzz-built
	@tests/run.sh $(if $(COV),-c 'tests/coverage.sh $(B)') -T $(RUN_CHECK) $(RUN_SYSTEM) $(RUN_SAN) $(RUN_VALGRIND)
bench: build $(BENCH) $(B)/helper/host_read ## measure CPU time per tick, bytes to the terminal, start and memory
	@tests/bench/run.sh $(B)/hvscope $(B)
docs: build ## write the documentation of all checks into .build/docs/checks.md, from their rows
	@mkdir -p .build/docs
	@$(B)/hvscope explain all --markdown > .build/docs/checks.md.new && mv .build/docs/checks.md.new .build/docs/checks.md
	@echo "The checks are described in .build/docs/checks.md."
fuzz: ## let libFuzzer look for inputs that break a parser, FUZZ_SECONDS=30 each
	@$(MAKE) --no-print-directory CC=clang FUZZ=1 COV= WERROR= B=.build/clang-fuzz fuzz-built
	@tests/run.sh -b .build/clang-fuzz -f $(FUZZ_SECONDS) -g fuzz -t 0 tests/fuzz/run.sh

install: build ## install the program, its themes and its licence (PREFIX=/usr/local, DESTDIR=)
	install -D -m 755 $(B)/hvscope '$(DESTDIR)$(PREFIX)/bin/hvscope'
	install -d '$(DESTDIR)$(PREFIX)/share/hvscope/themes' '$(DESTDIR)$(PREFIX)/share/doc/hvscope'
	install -m 644 $(wildcard themes/*.theme) '$(DESTDIR)$(PREFIX)/share/hvscope/themes'
	install -m 644 $(wildcard README.md CHANGELOG.md LICENSE) '$(DESTDIR)$(PREFIX)/share/doc/hvscope'
uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(PREFIX)/bin/hvscope'
	rm -rf '$(DESTDIR)$(PREFIX)/share/hvscope' '$(DESTDIR)$(PREFIX)/share/doc/hvscope'
clean: ## remove everything that was built
	rm -rf .build
help: ## this list
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile
