/* Who puts it back? When a policy's governor, energy preference or limits were last seen to change, and from what. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "probes/frequency_impl.h"

/* What daemons write. */
static const struct {
	const char *name;
	size_t offset;
	enum type type;
} watched[] = {
	{"governor", offsetof(struct policy, governor), TYPE_TEXT},
	{"epp", offsetof(struct policy, epp), TYPE_TEXT},
	{"min_khz", offsetof(struct policy, min_khz), TYPE_U64},
	{"max_khz", offsetof(struct policy, max_khz), TYPE_U64},
};

static const struct value *watched_value(const struct policy *row, size_t i)
{
	return (const struct value *)(const void *)((const char *)row + watched[i].offset);
}

static void note(struct policy_change *c, size_t i, const struct value *old, uint64_t now_ns)
{
	c->what = watched[i].name;
	c->ns = now_ns;
	if (watched[i].type == TYPE_TEXT)
		snprintf(c->from, sizeof(c->from), "%s", old->text);
	else
		snprintf(c->from, sizeof(c->from), "%" PRIu64, old->u);
}

/* A value that was not known before or is not known now says nothing. */
void frequency_changed(struct frequency_tick *ft, struct policy_state *p, const struct policy *old, struct policy *row)
{
	const struct tick *t = ft->t;

	for (size_t i = 0; old && i < COUNT(watched); i++) {
		const struct value *was = watched_value(old, i), *is = watched_value(row, i);

		if (value_known(*was) && value_known(*is) && !value_equal(*was, *is, watched[i].type))
			note(&p->change, i, was, t->now_ns);
	}
	row->changed_s = row->changed_what = row->changed_from = value_error(-ENOENT, 0);
	if (!p->change.what)
		return;
	row->changed_s = value_f64((double)(t->now_ns - p->change.ns) / 1e9, 0);
	row->changed_what = value_text(p->change.what, 0);
	row->changed_from = value_text(arena_strdup(t->a, p->change.from), 0);
}
