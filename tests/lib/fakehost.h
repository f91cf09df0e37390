/* A small machine in memory for tests of changes: its files hold what they are told to, fail and die when they must. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_FAKEHOST_H
#define TESTS_LIB_FAKEHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/host/host.h"

enum { FAKE_FILES = 64, FAKE_PATH = 128, FAKE_TEXT = 128 };

struct fake_file {
	char path[FAKE_PATH], text[FAKE_TEXT];
	int read_error, write_error; /* negative errno of every call, 0: none */
	char words[FAKE_TEXT]; /* of an error; "" are the errno's own */
	char instead[FAKE_TEXT]; /* what a write really leaves; "" is what was written */
};

/* Shared between processes, so that a child that was killed leaves its work to be looked at. */
struct fake {
	size_t n;
	struct fake_file file[FAKE_FILES];
	uint64_t calls, writes; /* reads and writes so far; the writes among them */
	uint64_t fail_nth, fail_times; /* that call (1 is the first) and the next ones answer fail_error */
	int fail_error;
	uint64_t die_nth; /* the process is killed instead of that call */
	bool may_fail_silently; /* a failing write does its work nevertheless */
};

/* A live, writable machine of this name; its boot id is a file like any other. fake lives until fake_free(). */
struct fake *fake_new(void);
void fake_free(struct fake *f);
struct host *fake_host(struct fake *f, const char *hostname, bool writable);

void fake_put(struct fake *f, const char *path, const char *text);
struct fake_file *fake_file(struct fake *f, const char *path); /* NULL when there is none */
const char *fake_text(struct fake *f, const char *path);

/* Counts from now on. */
void fake_fail(struct fake *f, uint64_t nth, uint64_t times, int error);
void fake_die(struct fake *f, uint64_t nth);

#endif
