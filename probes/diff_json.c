/* The diff as JSON: values typed as in the report's. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/diff.h"
#include "probes/json.h"
#include "probes/report.h"

static struct js *host_json(const struct snapshot *s)
{
	struct js *o = js_object();

	js_set_text(o, "kind", host_kind_word(s->about.kind));
	js_set_text(o, "hostname", s->about.hostname);
	js_set_text(o, "label", s->about.label);
	js_set_text(o, "where", s->about.where);
	js_set_bool(o, "anonymous", s->about.anonymous);
	return o;
}

static struct js *range_json(const struct difference_range *r)
{
	struct js *o = js_object();

	js_set_f64(o, "low", r->low);
	js_set_f64(o, "mean", r->mean);
	js_set_f64(o, "high", r->high);
	return o;
}

static const char *kind_word(enum difference_kind kind)
{
	static const char *const words[] = {
		[DIFFERENCE_VALUE] = "value", [DIFFERENCE_ONLY_A] = "only_a", [DIFFERENCE_ONLY_B] = "only_b"};

	return words[kind];
}

static const char *part_word(enum difference_part part)
{
	static const char *const words[NPARTS] = {
		[PART_SET] = "set", [PART_WHO] = "who", [PART_UNREAD] = "unread", [PART_MOVES] = "moves"};

	return words[part];
}

/* One side: its value, and in words why there is none. */
static void set_side(struct js *o, struct arena *a, const struct difference *d, bool is_b)
{
	const struct value *v = is_b ? d->vb : d->va;
	const char *words = is_b ? d->b : d->a;

	if (d->range)
		js_set(o, is_b ? "b" : "a", range_json(&d->range[is_b]));
	else
		js_set(o, is_b ? "b" : "a", v ? value_json(a, *v, d->field->type) : js_null());
	if (words && (!v || !value_known(*v)))
		js_set_text(o, is_b ? "b_why" : "a_why", v ? value_why(a, v, NULL) : words);
}

static struct js *difference_json(const struct difference *d)
{
	struct arena *a = arena_new(0);
	struct js *o = js_object();

	js_set_text(o, "address", d->full);
	js_set_text(o, "names", d->address);
	js_set_text(o, "kind", kind_word(d->kind));
	set_side(o, a, d, false);
	set_side(o, a, d, true);
	js_set_u64(o, "rows", d->rows);
	js_set_text(o, "part", part_word(d->part));
	js_set_bool(o, "moves", d->moves);
	arena_free(a);
	return o;
}

char *diff_json(const struct snapshot *a, const struct snapshot *b, const struct differences *d)
{
	struct js *top = js_object(), *all = js_array();
	char *text;

	js_set_text(top, "schema", "hvscope-diff/1");
	js_set(top, "a", host_json(a));
	js_set(top, "b", host_json(b));
	for (size_t i = 0; i < d->n; i++)
		js_append(all, difference_json(&d->row[i]));
	js_set(top, "differences", all);
	js_set_u64(top, "compared", d->compared);
	js_set_u64(top, "unknown", d->unknown);
	text = js_dump(top, true);
	js_free(top);
	return text;
}
