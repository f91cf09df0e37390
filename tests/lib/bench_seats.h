/* A screen with guests of a test's own on it: the state of tests of what is pinned. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_BENCH_SEATS_H
#define TESTS_LIB_BENCH_SEATS_H

#include "tests/lib/screen.h"
#include "tests/lib/seats.h"

enum { DB1, MAIL, OFF, WEB3, STRAY }; /* of seats.guest */

struct bench {
	struct screen *s;
	struct seats seats;
};

/* Topology of that machine. */
struct bench *bench_on(const char *host, const char *everywhere);
void again(struct bench *b); /* a tick; the guests as they are now */

/* For cmocka: on `founding`. */
int set_up(void **state);
int tear_down(void **state);

#endif
