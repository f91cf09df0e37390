/* Ticks of the real probes over a sham machine or a capture, and what they found by address: for tests of probes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PROBING_H
#define TESTS_LIB_PROBING_H

#include <stdint.h>

#include "probes/probe.h"
#include "probes/sampler.h"
#include "tests/lib/sham.h"

struct probing {
	struct sham *m; /* NULL: a capture */
	struct sampler *s;
	struct snapshot *snap; /* of the last tick; NULL before it */
	struct want want;
};

/* sham_machine(cpus) when cpus is not 0; nothing is wanted in particular. */
struct probing probing_new(unsigned cpus);
/* A machine of tests/hosts, before its first tick; everything is wanted. */
struct probing probing_capture(const char *name);
void probing_end(struct probing *p);
void probing_tick(struct probing *p); /* without time going by */
void probing_pass(struct probing *p, unsigned ms); /* time, then a tick */

/* Waits until the eventfd says that a sampler has something new, which is counted away. */
void probing_news(int fd);

/* The test fails where the address leads to no value. */
struct value probing_value(struct probing *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Known, and this; the failure names the address. */
void probing_is(struct probing *p, const char *address, uint64_t expected);
void probing_says(struct probing *p, const char *address, const char *expected);
/* In words as a report has them, known or not: "denied: EACCES". */
void probing_words(struct probing *p, const char *address, const char *expected);
void probing_near(struct probing *p, const char *address, double expected, double within);
/* Not known, in this way. */
void probing_not(struct probing *p, const char *address, enum known known);

#endif
