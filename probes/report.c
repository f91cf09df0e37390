/* The report as text: the answer first, then every probe's facts, rows as aligned columns. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/frequency.h"
#include "probes/parse.h"
#include "probes/silicon.h"
#include "probes/text.h"

static const char *mood_sign(enum headline_mood mood)
{
	static const char *const signs[] = {"?", "ok", "!", "!!"};

	return signs[mood];
}

/* Continuation bytes take no column: the names of units and hosts are the only ones that have any. */
static int columns(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void pad(FILE *out, const char *text, int width, bool right)
{
	int blanks = width - columns(text);

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

/* Cells of one set, each as wide as its widest: two passes over the rows. */
static void put_rows(FILE *out, struct arena *a, const struct row_set *set, const struct rows *rows)
{
	int *width = arena_array(a, set->nfields, sizeof(*width));
	char **cell = arena_array(a, rows->n * set->nfields, sizeof(*cell));

	for (size_t f = 0; f < set->nfields; f++)
		width[f] = columns(set->fields[f].name);
	for (uint32_t r = 0; r < rows->n; r++)
		for (size_t f = 0; f < set->nfields; f++) {
			struct value v = *field_value(&set->fields[f], rows_at(set, rows, r));
			char *text = text_tame(value_words(a, v, set->fields[f].type));

			cell[r * set->nfields + f] = text;
			if (columns(text) > width[f])
				width[f] = columns(text);
		}
	for (uint32_t r = 0; r <= rows->n; r++) {
		fprintf(out, "   ");
		for (size_t f = 0; f < set->nfields; f++) {
			const char *text = r ? cell[(r - 1) * set->nfields + f] : set->fields[f].name;
			bool last = f + 1 == set->nfields, right = is_number(set->fields[f].type);

			fprintf(out, " ");
			pad(out, text, last && !right ? 0 : width[f], right);
		}
		fprintf(out, "\n");
	}
}

static const char *whose(struct arena *a, const struct row_set *set, const void *row, const char *around)
{
	const struct field *key = field_find(set->fields, set->nfields, set->key);
	char *text = text_tame(value_words(a, *field_value(key, row), key->type));

	return arena_printf(a, "%s%s %s ", around, set->name, text);
}

/* around: whose rows they are, "cpu 12 ", or nothing. */
static void put_sets(
	FILE *out, struct arena *a, const struct row_set *sets, size_t n, const void *row, const char *around)
{
	for (size_t i = 0; i < n; i++) {
		const struct rows *rows = set_rows(&sets[i], row);

		if (rows->n) {
			fprintf(out, "  %s%s\n", around, sets[i].name);
			put_rows(out, a, &sets[i], rows);
		} else {
			fprintf(out, "  %-20s %s\n", arena_printf(a, "%s%s", around, sets[i].name),
				rows->known == KNOWN_ABSENT ? "-"
				: rows->known == KNOWN      ? "none"
							    : known_word(rows->known));
		}
		for (uint32_t r = 0; sets[i].nsets && r < rows->n; r++) {
			const void *inner = rows_at(&sets[i], rows, r);

			put_sets(out, a, sets[i].sets, sets[i].nsets, inner, whose(a, &sets[i], inner, around));
		}
	}
}

static void put_probe(FILE *out, const struct block *b)
{
	struct arena *a = arena_new(0);

	fprintf(out, "\n%s  (%s)\n", b->probe->title, b->probe->name);
	if (b->facts) {
		put_fields(out, a, b->probe->fields, b->probe->nfields, b->facts);
		put_sets(out, a, b->probe->sets, b->probe->nsets, b->facts, "");
	} else {
		struct value v = value_error(b->err, 0);

		fprintf(out, "  %s\n", value_why(a, &v, NULL));
	}
	arena_free(a);
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
	fprintf(out, "hvscope report   %s   %s\n", s->about.hostname, s->about.label);
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
