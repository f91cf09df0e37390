/* The diff as text: one aligned line a difference, under the title of its probe. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "probes/diff.h"
#include "probes/journal.h"
#include "probes/text.h"

enum { INDENT = 2, GAP = 2 };
/* How many lines one field gets before they are only counted. */
enum { ALIKE_MOST = 6 };

struct layout {
	struct text out;
	unsigned columns; /* 0: as wide as it is */
	bool all;
	int address, a; /* widths */
};

static const char *address_of(const struct layout *l, const struct difference *d)
{
	return l->all ? d->names : d->address;
}

/* Which machine it is, and when: what is pasted somewhere stands alone. */
static void put_host(struct layout *l, const char *which, const struct snapshot *s)
{
	char where[sizeof(s->about.where)], name[sizeof(s->about.hostname)], when[32];
	struct text t = text_begin();

	text_printable(where, sizeof(where), s->about.where);
	text_printable(name, sizeof(name), s->about.hostname);
	journal_time(s->wall_ns, when);
	text_add(&t, "%s  %s%s%s", name, s->about.label, *where ? "  " : "", where);
	if (s->tape.ticks)
		text_add(&t, "  tick %" PRIu32 " of %" PRIu32, s->tape.tick, s->tape.ticks);
	text_add(&t, "  %s%s", when, s->about.anonymous ? "  anonymous" : "");
	text_add(&l->out, "%*s%s  ", INDENT, "", which);
	if (INDENT + 1 + GAP + text_columns(t.bytes) <= (int)l->columns || !l->columns)
		text_add(&l->out, "%s", t.bytes);
	else
		text_add_wrapped(&l->out, t.bytes, INDENT + 1 + GAP, (int)l->columns, text_columns);
	text_add(&l->out, "\n");
	text_end(&t, NULL);
}

/* Beside its address, or below it. */
static bool fits(const struct layout *l, const struct difference *d)
{
	int address = text_columns(address_of(l, d)), a = text_columns(d->a), b = text_columns(d->b);

	address = address > l->address ? address : l->address;
	a = a > l->a ? a : l->a;
	return !l->columns || INDENT + address + GAP + a + GAP + b <= (int)l->columns;
}

static void widen(int *width, const char *text, int most)
{
	int n = text_columns(text);

	if (n > *width && n <= most)
		*width = n;
}

static struct layout layout_of(const struct differences *d, unsigned columns, bool all)
{
	int most = columns ? (int)columns : 160;
	struct layout l = {.out = text_begin(), .columns = columns, .all = all};

	for (size_t i = 0; i < d->n; i++) {
		if (d->row[i].kind != DIFFERENCE_VALUE)
			continue;
		widen(&l.address, address_of(&l, &d->row[i]), most / 2);
		widen(&l.a, d->row[i].a, most / 3);
	}
	return l;
}

static void put_padded(struct layout *l, const char *text, int width)
{
	int blanks = width - text_columns(text);

	text_add(&l->out, "%s%*s", text, blanks > 0 ? blanks : 0, "");
}

static void put_row(struct layout *l, const char *address, const char *a, const char *b)
{
	text_add(&l->out, "%*s", INDENT, "");
	put_padded(l, address, l->address);
	text_add(&l->out, "%*s", GAP, "");
	put_padded(l, a, l->a);
	text_add(&l->out, "%*s%s\n", GAP, "", b);
}

static void put_below(struct layout *l, const char *which, const char *text)
{
	text_add(&l->out, "%*s%s%*s", 3 * INDENT, "", which, GAP, "");
	text_add_wrapped(&l->out, text, 3 * INDENT + 1 + GAP, (int)l->columns, text_columns);
	text_add(&l->out, "\n");
}

static void put_only(struct layout *l, const struct difference *d)
{
	bool a = d->kind == DIFFERENCE_ONLY_A;

	text_add(&l->out, "%*sonly in %s: %s ", INDENT, "", a ? "A" : "B", address_of(l, d));
	if (d->a) /* a probe that does not answer over there */
		text_add(&l->out, "(in %s %s)\n", a ? "B" : "A", a ? d->b : d->a);
	else
		text_add(&l->out, "(%u)\n", d->rows);
}

static void put_difference(struct layout *l, const struct difference *d)
{
	if (d->kind != DIFFERENCE_VALUE) {
		put_only(l, d);
	} else if (fits(l, d)) {
		put_row(l, address_of(l, d), d->a, d->b);
	} else {
		text_add(&l->out, "%*s%s\n", INDENT, "", address_of(l, d));
		put_below(l, "A", d->a);
		put_below(l, "B", d->b);
	}
}

static bool alike(const struct difference *x, const struct difference *y)
{
	return x->field && x->field == y->field && x->kind == y->kind && x->part == y->part;
}

/* Of what was set the probe's title; what comes behind that has one title for all probes. */
static void put_title(struct layout *l, const struct difference *d, const struct difference *before)
{
	static const char *const titles[NPARTS] = {[PART_WHO] = "Who they are",
		[PART_UNREAD] = "Could not be read on one side",
		[PART_MOVES] = "Moving by itself"};
	bool same = before && before->part == d->part;

	if (same && (d->part != PART_SET || before->probe == d->probe))
		return;
	text_add(&l->out, "\n%s\n", titles[d->part] ? titles[d->part] : d->probe->title);
}

static void put_all(struct layout *l, const struct differences *d)
{
	if (d->n)
		text_add(&l->out, "\n");
	if (d->n)
		put_row(l, "", "A", "B");
	for (size_t i = 0, end; i < d->n; i = end) {
		size_t most = ALIKE_MOST;

		put_title(l, &d->row[i], i ? &d->row[i - 1] : NULL);
		for (end = i + 1; end < d->n && alike(&d->row[i], &d->row[end]); end++)
			;
		if (l->all || end - i <= most + 1)
			most = end - i;
		for (size_t k = i; k < end && k - i < most; k++)
			put_difference(l, &d->row[k]);
		if (end - i > most)
			text_add(&l->out, "%*sand %zu more lines of %s; --all shows them\n", INDENT, "",
				end - i - most, d->row[i].field->name);
	}
}

static void put_sum(struct layout *l, const struct differences *d)
{
	struct text t = text_begin();

	if (d->n > d->unread)
		text_add(&t, "%zu difference%s; ", d->n - d->unread, d->n - d->unread == 1 ? "" : "s");
	else /* "the same" is not said of what was not seen */
		text_add(&t, "no difference%s; ",
			d->unread || d->unknown > d->compared / 10 ? " in what is known" : "");
	if (d->unread)
		text_add(&t, "%zu line%s that only one side could read; ", d->unread, d->unread == 1 ? "" : "s");
	text_add(&t, "%zu values compared, %zu of them not known on one or both sides", d->compared, d->unknown);
	if (l->columns && text_columns(t.bytes) > (int)l->columns)
		text_add_wrapped(&l->out, t.bytes, 0, (int)l->columns, text_columns);
	else
		text_add(&l->out, "%s", t.bytes);
	text_add(&l->out, "\n");
	text_end(&t, NULL);
}

char *diff_text(
	const struct snapshot *a, const struct snapshot *b, const struct differences *d, unsigned columns, bool all)
{
	struct layout l = layout_of(d, columns, all);

	text_add(&l.out, "hvscope diff\n");
	put_host(&l, "A", a);
	put_host(&l, "B", b);
	if (a->about.anonymous || b->about.anonymous)
		text_add(&l.out, "%*sAnonymous names are of one file alone: guest1 may be another on each side.\n",
			INDENT, "");
	put_all(&l, d);
	text_add(&l.out, "\n");
	put_sum(&l, d);
	return l.out.bytes;
}
