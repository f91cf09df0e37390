/* A screen with guests of a test's own on it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/bench_seats.h"

#include <stdlib.h>

#include "probes/util.h"

struct bench *bench_on(const char *host, const char *everywhere)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->s = screen_unpacked(host);
	seats_new(&b->seats);
	b->seats.everywhere = everywhere;
	seats_put(&b->seats, b->s);
	screen_keys(b->s, "2");
	return b;
}

void again(struct bench *b)
{
	screen_tick(b->s);
	seats_put(&b->seats, b->s);
}

int set_up(void **state)
{
	*state = bench_on("founding", "0-23");
	return 0;
}

int tear_down(void **state)
{
	struct bench *b = *state;

	screen_close(b->s);
	seats_free(&b->seats);
	free(b);
	return 0;
}
