/* The time stamp counter beside the clock: two such readings tell how fast it ticks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "probes/host/answer.h"
#include "probes/host/identity.h"

#if defined(__x86_64__) || defined(__i386__)
#include <x86intrin.h>

static uint64_t raw_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

int tsc_text(char *buf, size_t size, char why[200])
{
	uint64_t before, after, tsc, best = UINT64_MAX, ns = 0, at = 0;

	why[0] = '\0';
	for (int i = 0; i < 5; i++) { /* the closest pair of five: an interrupt in between would be an error */
		before = raw_ns();
		tsc = __rdtsc();
		after = raw_ns();
		if (after - before >= best)
			continue;
		best = after - before;
		ns = before + best / 2;
		at = tsc;
	}
	return snprintf(buf, size, "tsc=%" PRIu64 "\nns=%" PRIu64 "\n", at, ns);
}

#else

int tsc_text(char *buf, size_t size, char why[200])
{
	(void)buf;
	(void)size;
	snprintf(why, WHY_SIZE, "This processor has no time stamp counter that a program can read.");
	return -EOPNOTSUPP;
}

#endif
