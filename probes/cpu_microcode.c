/* Microcode: every revision that some CPU runs, since one processor of a pair may have been left behind. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/cpu_impl.h"
#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/parse.h"

#define CPU_FOLDER "/sys/devices/system/cpu"

enum { REVISIONS_MOST = 16 };

struct revisions {
	struct slice of[REVISIONS_MOST];
	size_t n;
};

static void add(struct revisions *r, struct slice revision)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->of[i].len == revision.len && memcmp(r->of[i].p, revision.p, revision.len) == 0)
			return;
	if (revision.len && r->n < REVISIONS_MOST)
		r->of[r->n++] = revision;
}

static int from_info(const char *info, struct revisions *r)
{
	struct slice line, key, value;

	for (const char *p = strstr(info, "\nmicrocode"); p; p = strstr(p + 1, "\nmicrocode")) {
		struct slice rest = slice_of(p + 1);

		if (slice_line(&rest, &line) && slice_pair(line, ':', &key, &value) && slice_is(key, "microcode"))
			add(r, value);
	}
	return r->n ? 0 : -ENOENT;
}

/* CPUs that are offline have no such file. */
static int from_files(const struct tick *t, struct revisions *r)
{
	struct cpuset *ids;
	int err = get_ids(t, CPU_FOLDER, "cpu", &ids);

	if (err)
		return err;
	CPUSET_EACH(id, ids)
	{
		struct value v = get_text(t, 1, CPU_FOLDER "/cpu%d/microcode/version", (int)id);

		if (value_known(v))
			add(r, slice_of(v.text));
		else if (v.known != KNOWN_ABSENT)
			return v.err;
	}
	return r->n ? 0 : -ENOENT;
}

void cpu_microcodes(const struct tick *t, const char *info, struct cpu *c)
{
	struct revisions r = {.n = 0};
	unsigned src = info ? 0 : 1;
	const char *text = "";
	int err = info ? from_info(info, &r) : from_files(t, &r);

	if (err) {
		c->microcodes = c->microcode_mixed = value_error(err, src);
		return;
	}
	for (size_t i = 0; i < r.n; i++)
		text = arena_printf(t->a, "%s%s%.*s", text, *text ? " " : "", (int)r.of[i].len, r.of[i].p);
	c->microcodes = value_text(text, src);
	c->microcode_mixed = value_bool(r.n > 1, src);
}
