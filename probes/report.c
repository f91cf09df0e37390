/* The report as text: the answer first, then every probe's facts, rows as aligned columns. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probes/address.h"
#include "probes/frequency.h"
#include "probes/parse.h"
#include "probes/silicon.h"
#include "probes/text.h"

static const char *mood_sign(enum headline_mood mood)
{
	static const char *const signs[] = {"?", "ok", "!", "!!"};

	return signs[mood];
}

static void pad(FILE *out, const char *text, int width, bool right)
{
	int blanks = width - text_columns(text);

	if (right)
		fprintf(out, "%*s%s", blanks > 0 ? blanks : 0, "", text);
	else
		fprintf(out, "%s%*s", text, blanks > 0 ? blanks : 0, "");
}

static bool is_number(enum type type)
{
	return type == TYPE_U64 || type == TYPE_I64 || type == TYPE_F64;
}

static void put_fields(FILE *out, struct arena *a, const struct field *fields, size_t n, const void *facts)
{
	for (size_t i = 0; i < n; i++) {
		struct value v = *field_value(&fields[i], facts);
		const char *unit = value_known(v) ? unit_word(fields[i].unit) : "";

		fprintf(out, "  ");
		pad(out, fields[i].name, 20, false);
		fprintf(out, " %s%s%s\n", text_tame(value_words(a, v, fields[i].type)), *unit ? " " : "", unit);
	}
}

/* A table that is being filled: cells row by row, the heads first. */
struct sheet {
	struct arena *a;
	size_t columns, rows, room;
	const char **cell;
	bool *right;
};

static struct sheet sheet_begin(struct arena *a, size_t columns)
{
	return (struct sheet){.a = a, .columns = columns, .right = arena_array(a, columns, sizeof(bool))};
}

static const char **sheet_row(struct sheet *t)
{
	if (t->rows == t->room) {
		const char **old = t->cell;

		t->room = t->room ? t->room * 2 : 16;
		t->cell = arena_array(t->a, t->room * t->columns, sizeof(*t->cell));
		if (old)
			memcpy(t->cell, old, t->rows * t->columns * sizeof(*t->cell));
	}
	return &t->cell[t->rows++ * t->columns];
}

/* Each column as wide as its widest cell. */
static void sheet_put(FILE *out, const struct sheet *t)
{
	int *width = arena_array(t->a, t->columns, sizeof(*width));

	for (size_t i = 0; i < t->rows * t->columns; i++)
		if (text_columns(t->cell[i]) > width[i % t->columns])
			width[i % t->columns] = text_columns(t->cell[i]);
	for (size_t r = 0; r < t->rows; r++) {
		fprintf(out, "   ");
		for (size_t c = 0; c < t->columns; c++) {
			bool last = c + 1 == t->columns;

			fprintf(out, " ");
			pad(out, t->cell[r * t->columns + c], last && !t->right[c] ? 0 : width[c], t->right[c]);
		}
		fprintf(out, "\n");
	}
}

/* Sets within sets: those that lead to the rows of a table, the outermost first. */
struct path {
	const struct row_set *set[ADDRESS_DEPTH];
	const void *row[ADDRESS_DEPTH];
	size_t n;
};

/* The key of each row around it stands before the fields of a row. */
static void sheet_heads(struct sheet *t, const struct path *around, const struct row_set *set)
{
	const char **cell = sheet_row(t);

	for (size_t i = 0; i < around->n; i++) {
		const struct row_set *outer = around->set[i];

		*cell++ = outer->name;
		t->right[i] = is_number(field_find(outer->fields, outer->nfields, outer->key)->type);
	}
	for (size_t f = 0; f < set->nfields; f++) {
		*cell++ = set->fields[f].name;
		t->right[around->n + f] = is_number(set->fields[f].type);
	}
}

static void sheet_rows(struct sheet *t, const struct path *around, const struct row_set *set, const struct rows *rows)
{
	for (uint32_t r = 0; r < rows->n; r++) {
		const char **cell = sheet_row(t);

		for (size_t i = 0; i < around->n; i++) {
			char key[2 * ADDRESS_KEY]; /* escaped */

			address_key(around->set[i], around->row[i], key, sizeof(key));
			*cell++ = text_tame(arena_strdup(t->a, key));
		}
		for (size_t f = 0; f < set->nfields; f++)
			*cell++ = text_tame(value_words(
				t->a, *field_value(&set->fields[f], rows_at(set, rows, r)), set->fields[f].type));
	}
}

/* All rows of the set number last of path, whatever rows of the sets around it they lie in. */
static void sheet_fill(struct sheet *t, struct path *p, size_t depth, size_t last, const void *row)
{
	const struct rows *rows = set_rows(p->set[depth], row);
	struct path around = *p;

	if (depth == last) {
		around.n = last;
		sheet_rows(t, &around, p->set[last], rows);
		return;
	}
	for (uint32_t i = 0; i < rows->n; i++) {
		p->row[depth] = rows_at(p->set[depth], rows, i);
		sheet_fill(t, p, depth + 1, last, p->row[depth]);
	}
}

/* One table for all rows of a set, and one for each set within it. */
static void put_set(FILE *out, struct arena *a, struct path *p, const struct row_set *set, const void *facts)
{
	struct sheet t = sheet_begin(a, p->n + set->nfields);
	size_t depth = p->n;
	const char *title = "";

	sheet_heads(&t, p, set);
	p->set[p->n++] = set;
	for (size_t i = 0; i < p->n; i++)
		title = arena_printf(a, "%s%s%s", title, i ? "." : "", p->set[i]->name);
	sheet_fill(&t, p, 0, depth, facts);
	if (t.rows > 1) {
		fprintf(out, "  %s\n", title);
		sheet_put(out, &t);
	} else if (!depth) {
		const struct rows *rows = set_rows(set, facts);

		fprintf(out, "  %-20s %s\n", title,
			rows->known == KNOWN_ABSENT ? "-" : rows->known == KNOWN ? "none" : known_word(rows->known));
	}
	for (size_t i = 0; t.rows > 1 && i < set->nsets && p->n < ADDRESS_DEPTH; i++)
		put_set(out, a, p, &set->sets[i], facts);
	p->n = depth;
}

static void put_sets(FILE *out, struct arena *a, const struct row_set *sets, size_t n, const void *facts)
{
	struct path p = {.n = 0};

	for (size_t i = 0; i < n; i++)
		put_set(out, a, &p, &sets[i], facts);
}

static void put_probe(FILE *out, const struct block *b)
{
	struct arena *a = arena_new(0);

	fprintf(out, "\n%s  (%s)\n", b->probe->title, b->probe->name);
	if (b->facts) {
		put_fields(out, a, b->probe->fields, b->probe->nfields, b->facts);
		put_sets(out, a, b->probe->sets, b->probe->nsets, b->facts);
	} else {
		struct value v = value_error(b->err, 0);

		fprintf(out, "  %s\n", value_why(a, &v, NULL));
	}
	arena_free(a);
}

const char *report_label(struct arena *a, const struct snapshot *s)
{
	time_t at = (time_t)(s->wall_ns / 1000000000);
	char when[32] = "";
	struct tm tm;

	if (!s->tape.ticks)
		return s->about.label;
	if (gmtime_r(&at, &tm))
		strftime(when, sizeof(when), "%F %TZ", &tm);
	return arena_printf(a, "%s tick %u of %u, %s", s->about.label, (unsigned)s->tape.tick, (unsigned)s->tape.ticks, when);
}

char *report_text(const struct snapshot *s)
{
	struct arena *a = arena_new(0);
	struct headline h = headline(a, s);
	/* who asks for other probes only is told nothing of clocks */
	bool judged = snapshot_block(s, &probe_silicon) && snapshot_block(s, &probe_frequency);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		BUG("no memory for a report");
	fprintf(out, "hvscope report   %s   %s\n", s->about.hostname, report_label(a, s));
	/* the sentence quotes drivers and governors */
	if (judged)
		fprintf(out, "%s %s\n", mood_sign(h.mood), text_tame(arena_strdup(a, h.text)));
	if (judged && h.worth)
		fprintf(out, "   %s\n", text_tame(arena_strdup(a, h.worth)));
	for (size_t i = 0; i < s->n; i++)
		if (s->block[i])
			put_probe(out, s->block[i]);
	fclose(out);
	arena_free(a);
	return text;
}
