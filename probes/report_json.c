/* The report as JSON: the tables of the probes, walked; no field is named here. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/address.h"
#include "probes/cpuset.h"
#include "probes/json.h"
#include "probes/kernel.h"
#include "probes/parse.h"
#include "probes/report.h"

struct walk {
	struct arena *a; /* scratch */
	struct found at;
};

static void set_why(struct walk *w, struct js *o, const struct field *f, const struct value *v)
{
	const char *path = NULL;

	for (unsigned i = 0; f->source && f->source[i]; i++)
		if (i == v->src)
			path = address_source(w->a, &w->at, f->source[i]);
	if (path && path[0] != '/' && path[0] != '@') /* "computed from …" */
		path = NULL;
	js_set_text(o, arena_printf(w->a, "%s_why", f->name), value_why(w->a, v, path));
}

static struct js *words(const char *text, bool numbers)
{
	struct js *array = js_array();
	struct slice rest = slice_of(text), word;
	struct arena *a = arena_new(0);

	while (slice_word(&rest, &word)) {
		uint64_t u;
		int64_t i;

		if (numbers && !parse_u64(word, &u))
			js_append(array, js_u64(u));
		else if (numbers && !parse_i64(word, &i))
			js_append(array, js_i64(i));
		else
			js_append(array, js_text(slice_text(a, word)));
	}
	arena_free(a);
	return array;
}

struct js *value_json(struct arena *a, struct value v, enum type type)
{
	if (!value_known(v))
		return js_null();
	switch (type) {
	case TYPE_U64:
		return js_u64(v.u);
	case TYPE_I64:
		return js_i64(v.i);
	case TYPE_F64:
		return js_f64(v.f);
	case TYPE_BOOL:
		return js_bool(v.u);
	case TYPE_TEXT:
		return js_text(v.text);
	case TYPE_CPUS:
		return js_text(cpuset_text(a, v.set));
	case TYPE_WORDS:
	case TYPE_NUMBERS:
		break;
	}
	return words(v.text, type == TYPE_NUMBERS);
}

static void set_fields(struct walk *w, struct js *o, const struct field *fields, size_t n)
{
	const void *row = w->at.row[w->at.depth];

	for (size_t i = 0; i < n; i++) {
		const struct value *v = field_value(&fields[i], row);

		js_set(o, fields[i].name, value_json(w->a, *v, fields[i].type));
		if (!value_known(*v))
			set_why(w, o, &fields[i], v);
	}
}

static void set_sets(struct walk *w, struct js *o, const struct row_set *sets, size_t n);

static struct js *rows(struct walk *w, const struct row_set *set, const struct rows *rows)
{
	struct js *array = js_array();

	w->at.set[w->at.depth++] = set;
	for (uint32_t i = 0; i < rows->n; i++) {
		struct js *o = js_object();

		w->at.row[w->at.depth] = rows_at(set, rows, i);
		set_fields(w, o, set->fields, set->nfields);
		set_sets(w, o, set->sets, set->nsets);
		js_append(array, o);
	}
	w->at.depth--;
	return array;
}

/* A list that could not be read is null with its why; one that is there and empty is an empty array. */
static void set_sets(struct walk *w, struct js *o, const struct row_set *sets, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct rows *r = set_rows(&sets[i], w->at.row[w->at.depth]);
		struct value list = {.known = r->known, .err = r->err};

		if (r->known == KNOWN || r->known == KNOWN_ABSENT) {
			js_set(o, sets[i].name, rows(w, &sets[i], r));
			continue;
		}
		js_set_null(o, sets[i].name);
		js_set_text(o, arena_printf(w->a, "%s_why", sets[i].name), value_why(w->a, &list, NULL));
	}
}

static void set_facts(struct js *facts, const struct block *b)
{
	struct walk w = {.a = arena_new(0), .at = {.probe = b->probe, .block = b}};
	struct js *o;

	if (b->facts) {
		o = js_object();
		w.at.row[0] = b->facts;
		set_fields(&w, o, b->probe->fields, b->probe->nfields);
		set_sets(&w, o, b->probe->sets, b->probe->nsets);
		js_set(facts, b->probe->name, o);
	} else {
		struct value v = value_error(b->err, 0);

		js_set_null(facts, b->probe->name);
		js_set_text(facts, arena_printf(w.a, "%s_why", b->probe->name), value_why(w.a, &v, NULL));
	}
	arena_free(w.a);
}

struct js *report_host_json(struct arena *a, const struct snapshot *s)
{
	const struct kernel *k = snapshot_facts(s, &probe_kernel);
	struct js *host = js_object();

	js_set_text(host, "kind", host_kind_word(s->about.kind));
	js_set_text(host, "hostname", s->about.hostname);
	js_set_text(host, "kernel", k && value_known(k->release) ? k->release.text : NULL);
	js_set_text(host, "label", report_label(a, s));
	return host;
}

char *report_json(const struct snapshot *s)
{
	struct js *top = js_object(), *facts = js_object();
	struct arena *a = arena_new(0);
	char *text;

	js_set_text(top, "schema", "hvscope-report/1");
	js_set(top, "host", report_host_json(a, s));
	for (size_t i = 0; i < s->n; i++)
		if (s->block[i])
			set_facts(facts, s->block[i]);
	js_set(top, "facts", facts);
	text = js_dump(top, true);
	js_free(top);
	arena_free(a);
	return text;
}
