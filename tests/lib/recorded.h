/* A machine that is recorded while the probes look at it, and the capture played again, tick by tick beside it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_RECORDED_H
#define TESTS_LIB_RECORDED_H

#include <stddef.h>

struct host;

/* Bytes that are written to memory: what record_sink is given. */
struct recorded {
	char *text;
	size_t len;
};

int recorded_sink(void *arg, const char *bytes, size_t len);
void recorded_free(struct recorded *r);

/* A copy of the text as a capture host; the test fails where it cannot be opened. */
struct host *recorded_open(const struct recorded *r);

/*
 * Records so many ticks of inner, which it owns, and plays them: the test fails where a report of any tick, as text or
 * as JSON, is another one. pass(arg, n) lets time go by before tick n + 1; NULL: nothing moves. What was written is left.
 */
void recorded_plays(struct host *inner, unsigned ticks, void (*pass)(void *arg, unsigned n), void *arg, struct recorded *ret);

#endif
