# Builds, tests and installs hvscope; `make help` lists the targets.
# SPDX-License-Identifier: GPL-2.0-or-later
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
V := $(shell sed -n 's/^## \([0-9][0-9.a-z-]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)
B ?= .build/$(notdir $(CC))$(if $(SAN),-san)$(if $(COV),-cov)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wwrite-strings -Wcast-qual -Wundef -Wformat=2 -Wvla -Wswitch-enum -Werror=implicit
CPPFLAGS += -I. -D_GNU_SOURCE -DHVSCOPE_VERSION='"$(V)"'
CFLAGS ?= -O2 -g
override CFLAGS += -std=c17 -pthread -fno-common $(WARN)
ifdef WERROR
override CFLAGS += -Werror
endif
ifdef SAN
override CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
endif
ifdef COV
override CFLAGS += -O0 --coverage
LDFLAGS += --coverage
endif

LIBS := -lncursesw -ltinfo -ljansson -linih -lm
ifneq ($(wildcard /usr/include/libcpuid/libcpuid.h),)
CPPFLAGS += -DHAVE_LIBCPUID
LIBS += -lcpuid
endif

PROBES := $(wildcard probes/*.c probes/host/*.c probes/actions/*.c probes/checks/*.c)
WIDGETS := $(wildcard widgets/*.c)
THEMES := $(wildcard themes/*.c)
TUI := $(wildcard tui/*.c tui/panels/*.c tui/guides/*.c)
TESTLIB := $(wildcard tests/lib/*.c)
UNITS := $(wildcard tests/unit/*.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))
LIBOBJ := $(call obj,$(filter-out tui/main.c,$(TUI)) $(PROBES) $(WIDGETS) $(THEMES))

.PHONY: all build units clean
all: build
build: $(B)/hvscope
units: $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNITS))

$(B)/libhvscope.a: $(LIBOBJ)
	@rm -f $@; ar rcs $@ $^
$(B)/hvscope: $(call obj,tui/main.c) $(B)/libhvscope.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/unit/%: $(B)/tests/unit/%.o $(call obj,$(TESTLIB)) $(B)/libhvscope.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
# A change of flags is a change of a file: everything is built anew, `make clean` is never needed.
$(B)/flags: FORCE
	@mkdir -p $(@D); echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' >$@
FORCE:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
clean:
	rm -rf .build
