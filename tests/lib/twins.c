/* Ticks two sham machines and looks up lines of their diff; a failure shows all of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/twins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/sham_idle.h"

struct twins twins_new(unsigned cpus)
{
	struct twins t = {.a = probing_new(cpus), .b = probing_new(cpus)};

	sham_idle(t.a.m, cpus);
	sham_idle(t.b.m, cpus);
	t.a.want.everything = t.b.want.everything = true;
	return t;
}

void twins_end(struct twins *t)
{
	arena_free(t->arena);
	probing_end(&t->a);
	probing_end(&t->b);
}

void twins_compare(struct twins *t, bool moving)
{
	probing_tick(&t->a);
	probing_tick(&t->b);
	arena_free(t->arena);
	t->arena = arena_new(0);
	t->all = diff_snapshots(t->arena, t->a.snap, t->b.snap, moving);
}

static void show(struct twins *t)
{
	char *text = diff_text(t->a.snap, t->b.snap, &t->all, 0, true);

	fputs(text, stderr);
	free(text);
}

static bool says(const char *expected, const char *got)
{
	return !expected || (got && strcmp(expected, got) == 0);
}

const struct difference *twins_line(struct twins *t, const char *address, const char *a, const char *b)
{
	for (size_t i = 0; i < t->all.n; i++) {
		const struct difference *d = &t->all.row[i];

		if (d->kind == DIFFERENCE_VALUE && says(address, d->address) && says(a, d->a) && says(b, d->b))
			return d;
	}
	show(t);
	fail_msg("no line %s %s %s", address, a ? a : "", b ? b : "");
	return NULL;
}

const struct difference *twins_only(struct twins *t, const char *address, enum difference_kind kind)
{
	for (size_t i = 0; i < t->all.n; i++)
		if (t->all.row[i].kind == kind && says(address, t->all.row[i].address))
			return &t->all.row[i];
	show(t);
	fail_msg("no line that %s is only on one side", address);
	return NULL;
}

void twins_silent(struct twins *t, const char *begin)
{
	for (size_t i = 0; i < t->all.n; i++) {
		if (strncmp(t->all.row[i].address, begin, strlen(begin)) != 0)
			continue;
		show(t);
		fail_msg("%s is said to differ", t->all.row[i].address);
	}
}
