/* Pressure: the files of /proc/pressure, their averages, and their sums as time lost in a second. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pressure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/memory_read.h"
#include "probes/parse.h"

enum { NRESOURCES = 4 };

static const struct {
	const char *name, *path;
} resources[NRESOURCES] = {{"cpu", "/proc/pressure/cpu"}, {"memory", "/proc/pressure/memory"},
	{"io", "/proc/pressure/io"}, {"irq", "/proc/pressure/irq"}};

struct state {
	struct kept kept[NRESOURCES];
	struct counter some[NRESOURCES], full[NRESOURCES];
	uint64_t read_ns;
};

#define OWN SOURCES("/proc/pressure/{resource}")
#define AVERAGE(member, label, flags, meaning) \
	FIELD(struct pressure_resource, member, label, TYPE_F64, UNIT_PERCENT, FIELD_MOVES | (flags), OWN, meaning)
#define LOST(member, label, flags, meaning) \
	FIELD(struct pressure_resource, member, label, TYPE_F64, UNIT_US, FIELD_MOVES | (flags), OWN, meaning)

static const struct field row_fields[] = {
	FIELD(struct pressure_resource, resource, "Resource", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES("the files of /proc/pressure"), "What tasks wait for."),
	AVERAGE(some_avg10, "Some, 10 s", FIELD_HISTORY,
		"Share of the last 10 seconds in which at least one task waited for it."),
	AVERAGE(some_avg60, "Some, 60 s", 0, "Share of the last minute in which at least one task waited for it."),
	AVERAGE(some_avg300, "Some, 5 min", 0, "Share of the last 5 minutes in which at least one task waited for it."),
	LOST(some_us_per_s, "Some, now", FIELD_HISTORY,
		"Time in each second in which at least one task waited for it, since the last reading."),
	AVERAGE(full_avg10, "Full, 10 s", FIELD_HISTORY,
		"Share of the last 10 seconds in which all tasks that had work waited for it."),
	AVERAGE(full_avg60, "Full, 60 s", 0,
		"Share of the last minute in which all tasks that had work waited for it."),
	AVERAGE(full_avg300, "Full, 5 min", 0,
		"Share of the last 5 minutes in which all tasks that had work waited for it."),
	LOST(full_us_per_s, "Full, now", FIELD_HISTORY,
		"Time in each second in which all tasks that had work waited for it, since the last reading."),
};

static const struct row_set sets[] = {
	{"resource", "resource", offsetof(struct pressure, resource), sizeof(struct pressure_resource),
		TABLE(row_fields), NULL, 0},
};

/* "12.34", whatever the locale; -EINVAL else. */
static int percent(struct slice s, double *ret)
{
	uint64_t whole, part;
	const char *dot = s.len ? memchr(s.p, '.', s.len) : NULL;

	if (!dot || s.p + s.len != dot + 3 || parse_u64((struct slice){s.p, (size_t)(dot - s.p)}, &whole) ||
		parse_u64((struct slice){dot + 1, 2}, &part))
		return -EINVAL;
	*ret = (double)whole + (double)part / 100;
	return 0;
}

/* What one line says: avg10, avg60, avg300 and total. */
struct said {
	struct value average[3], total;
};

static void said_error(struct said *s, int err)
{
	for (int i = 0; i < 3; i++)
		s->average[i] = value_error(err, 0);
	s->total = value_error(err, 0);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0" */
static void read_line(struct slice rest, struct said *ret)
{
	static const char *const names[] = {"avg10", "avg60", "avg300"};
	struct slice word, name, value;
	uint64_t total;

	said_error(ret, -EINVAL);
	while (slice_word(&rest, &word)) {
		double f;

		if (!slice_pair(word, '=', &name, &value))
			continue;
		for (int i = 0; i < 3; i++)
			if (slice_is(name, names[i]) && !percent(value, &f))
				ret->average[i] = value_f64(f, 0);
		if (slice_is(name, "total") && !parse_u64(value, &total))
			ret->total = value_u64(total, 0);
	}
}

/* A line that is not there is no error: older kernels have no full line for cpu, and irq has no some line. */
static void read_text(const char *text, struct said *some, struct said *full)
{
	struct slice rest = slice_of(text), line, word;

	said_error(some, -ENOENT);
	said_error(full, -ENOENT);
	while (slice_line(&rest, &line)) {
		if (!slice_word(&line, &word))
			continue;
		if (slice_is(word, "some"))
			read_line(line, some);
		else if (slice_is(word, "full"))
			read_line(line, full);
	}
}

void pressure_avg10(const char *text, struct value *ret_some, struct value *ret_full)
{
	struct said some, full;

	read_text(text, &some, &full);
	*ret_some = some.average[0];
	*ret_full = full.average[0];
}

/* 0 when there is a row for it; else why there is none. */
static int read_resource(const struct tick *t, struct state *st, int i, bool still, struct pressure_resource *row)
{
	struct said some, full;
	struct answer answer;
	int err = kept_read(t->h, &st->kept[i], resources[i].path, &answer);

	if (err && value_error(err, 0).known == KNOWN_ABSENT)
		return err;
	if (err) {
		said_error(&some, err);
		said_error(&full, err);
	} else {
		read_text(answer.text, &some, &full);
	}
	row->resource = value_text(resources[i].name, 0);
	row->some_avg10 = some.average[0];
	row->some_avg60 = some.average[1];
	row->some_avg300 = some.average[2];
	row->full_avg10 = full.average[0];
	row->full_avg60 = full.average[1];
	row->full_avg300 = full.average[2];
	row->some_us_per_s = counter_per_s(&st->some[i], some.total, t->now_ns, still);
	row->full_us_per_s = counter_per_s(&st->full[i], full.total, t->now_ns, still);
	return 0;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct pressure_resource *rows = arena_array(t->a, NRESOURCES, sizeof(*rows));
	struct state *st = state;
	struct pressure *p = facts;
	bool still = host_stands_still(t);
	uint32_t n = 0;
	int why = 0;

	if (read_too_soon(t, st->read_ns))
		return SAMPLE_SAME;
	st->read_ns = t->now_ns;
	for (int i = 0; i < NRESOURCES; i++) {
		int err = read_resource(t, st, i, still, &rows[n]);

		n += !err;
		why = why ? why : err; /* -EOPNOTSUPP: the kernel could count, and was booted with psi=0 */
	}
	p->resource = (struct rows){.row = rows, .n = n, .known = KNOWN};
	if (!n)
		p->resource = (struct rows){.known = KNOWN_ABSENT, .err = why};
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	for (int i = 0; i < NRESOURCES; i++)
		kept_drop(h, &st->kept[i]);
}

const struct pressure_resource *pressure_of(const struct pressure *p, const char *resource)
{
	const struct pressure_resource *rows = p ? p->resource.row : NULL;

	for (uint32_t i = 0; p && i < p->resource.n; i++)
		if (strcmp(rows[i].resource.text, resource) == 0)
			return &rows[i];
	return NULL;
}

const struct probe probe_pressure = {
	.name = "pressure",
	.title = "Pressure",
	.needs = SOURCES("load"),
	.size = sizeof(struct pressure),
	.state_size = sizeof(struct state),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
