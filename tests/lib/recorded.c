/* Records a machine into memory, and compares what the probes report of it and of its capture. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/capture.h"
#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "probes/util.h"

struct reports {
	char *json, *text;
};

int recorded_sink(void *arg, const char *bytes, size_t len)
{
	struct recorded *r = arg;

	r->text = xrealloc(r->text, r->len + len + 1, 1);
	memcpy(r->text + r->len, bytes, len);
	r->len += len;
	r->text[r->len] = '\0';
	return 0;
}

void recorded_free(struct recorded *r)
{
	free(r->text);
	*r = (struct recorded){NULL, 0};
}

struct host *recorded_open(const struct recorded *r)
{
	char why[200] = "", *copy = xcalloc(r->len + 1, 1);
	struct host *h = NULL;

	memcpy(copy, r->text, r->len);
	if (capture_open_text(copy, r->len, "memory", &h, why))
		fail_msg("%s", why);
	return h;
}

/* The fast tests compare some of the ticks. */
static bool is_compared(unsigned i, unsigned ticks)
{
	return i % 4 == 0 || i + 1 == ticks || getenv("HVSCOPE_THOROUGH");
}

/* One tick, reported as if by the same kind of host. */
static struct reports step(struct sampler *s, unsigned i, unsigned ticks, const struct about *as)
{
	const struct want everything = {.everything = true};
	struct snapshot *snap = sampler_step(s, i == 0 ? &everything : NULL);
	struct reports r = {NULL, NULL};

	snap->about = *as;
	snap->tape = (struct tape){.ticks = 0}; /* the label says which tick it is */
	if (is_compared(i, ticks))
		r = (struct reports){report_json(snap), report_text(snap)};
	snapshot_unref(snap);
	return r;
}

static void reports_free(struct reports *r)
{
	free(r->json);
	free(r->text);
}

static void same(const char *one, const char *other, const char *name, unsigned tick)
{
	size_t at = 0, line;

	if (strcmp(one, other) == 0)
		return;
	while (one[at] == other[at])
		at++;
	for (line = at; line && one[line - 1] != '\n';)
		line--;
	fail_msg("%s of tick %u: it said\n%.300s\nand now\n%.300s", name, tick, one + line, other + line);
}

static struct reports *record(struct host *h, unsigned ticks, void (*pass)(void *arg, unsigned n), void *arg)
{
	struct reports *all = xcalloc(ticks, sizeof(*all));
	struct about about = *host_about(h);
	struct sampler *s = sampler_new(h);

	for (unsigned i = 0; i < ticks; i++) {
		if (i && pass)
			pass(arg, i);
		recording_all(h, i == 0);
		all[i] = step(s, i, ticks, &about);
	}
	assert_int_equal(recording_flush(h, true), 0);
	sampler_free(s);
	return all;
}

void recorded_plays(struct host *inner, unsigned ticks, void (*pass)(void *arg, unsigned n), void *arg, struct recorded *ret)
{
	struct about about = *host_about(inner);
	struct reports *before;
	struct host *h;

	*ret = (struct recorded){NULL, 0};
	assert_int_equal(recording_open(inner, recorded_sink, ret, &h), 0);
	before = record(h, ticks, pass, arg);
	struct sampler *s = sampler_new(recorded_open(ret));
	for (unsigned i = 0; i < ticks; i++) {
		struct reports now = step(s, i, ticks, &about);

		if (now.json) {
			same(before[i].json, now.json, "the JSON", i + 1);
			same(before[i].text, now.text, "the text", i + 1);
		}
		reports_free(&before[i]);
		reports_free(&now);
	}
	sampler_free(s);
	free(before);
}
