/* Reads /proc/interrupts and /proc/softirqs: one pass over millions of counts, most of which are 0. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/interrupts_impl.h"
#include "probes/parse.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "           CPU0       CPU1": only CPUs that are online have a column. */
static int read_header(struct irq_table *t, struct slice line)
{
	struct slice word;
	uint64_t id;

	t->ncolumns = 0;
	while (slice_word(&line, &word)) {
		if (!slice_starts(word, "CPU") || parse_u64((struct slice){word.p + 3, word.len - 3}, &id) ||
			id >= CPUSET_MAX || (t->ncolumns && t->column[t->ncolumns - 1] >= id))
			return -EINVAL;
		if (t->ncolumns == t->columns_room) {
			t->columns_room = t->columns_room ? t->columns_room * 2 : 64;
			t->column = xrealloc(t->column, t->columns_room, sizeof(*t->column));
		}
		t->column[t->ncolumns++] = (uint32_t)id;
	}
	return t->ncolumns ? 0 : -EINVAL;
}

enum { WIDTH = 11 }; /* of a count with the blanks before it */

/* On a large machine nearly all counts are 0. */
static bool is_zero(const char *p, const char *end)
{
	return end - p > WIDTH && memcmp(p, "          0", WIDTH) == 0 && (p[WIDTH] == ' ' || p[WIDTH] == '\n');
}

/* Up to as many counts as there are columns; gives how many, and moves *at behind them. */
static size_t read_counts(struct irq_table *t, const char **at, const char *end, uint64_t *total)
{
	uint32_t *count = t->count + t->ncounts;
	const char *p = *at;
	size_t n = 0;

	*total = 0;
	while (n < t->ncolumns) {
		const char *word;
		uint64_t v = 0;

		if (is_zero(p, end)) {
			count[n++] = 0;
			p += WIDTH;
			continue;
		}
		for (word = p; *word == ' ';)
			word++;
		for (p = word; is_digit(*p); p++)
			v = v * 10 + (uint64_t)(*p - '0');
		if (p == word || (*p && *p != ' ' && *p != '\n')) {
			p = word; /* "48055000.gpio" is no count */
			break;
		}
		*total += v;
		count[n++] = (uint32_t)v;
	}
	*at = p;
	return n;
}

static void make_room(struct irq_table *t)
{
	if (t->ncounts + t->ncolumns > t->counts_room) {
		t->counts_room = (t->ncounts + t->ncolumns) * 2;
		t->count = xrealloc(t->count, t->counts_room, sizeof(*t->count));
	}
	if (t->nlines == t->lines_room) {
		t->lines_room = t->lines_room ? t->lines_room * 2 : 64;
		t->line = xrealloc(t->line, t->lines_room, sizeof(*t->line));
	}
}

/* Whether a line may follow those before it: a name that comes twice would be two rows of one key. */
static bool in_order(const struct irq_table *t, const struct irq_line *line)
{
	const struct irq_line *last = t->nlines ? &t->line[t->nlines - 1] : NULL;
	enum { NAMED_MOST = 256 };
	size_t named = 0;

	if (!last)
		return true;
	if (line->number != IRQ_NAMED)
		return last->number != IRQ_NAMED && last->number < line->number;
	for (size_t i = t->nlines; i-- > 0 && t->line[i].number == IRQ_NAMED; named++)
		if (strcmp(t->line[i].name, line->name) == 0)
			return false;
	return named < NAMED_MOST;
}

/* ERR and MIS are counted once; where there is one CPU only their names tell. */
static bool is_whole_host(const struct irq_table *t, const struct irq_line *line, size_t n)
{
	static const char *const names[] = {"ERR", "MIS", "Err", "BAD"};

	if (n != 1 || line->number != IRQ_NAMED)
		return false;
	if (t->ncolumns > 1)
		return true;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(line->name, names[i]) == 0)
			return true;
	return false;
}

/* " 24:  1  0  PCI-MSI 3-edge  eth0" */
static void read_line(struct irq_table *t, struct arena *a, const char *p, const char *end, const char *line_end)
{
	const char *colon = memchr(p, ':', (size_t)(line_end - p));
	struct irq_line line = {.number = IRQ_NAMED};
	struct slice name;
	uint64_t number;
	size_t n;

	if (!colon)
		return;
	name = slice_trim((struct slice){p, (size_t)(colon - p)});
	if (!name.len || name.len >= sizeof(line.name))
		return;
	memcpy(line.name, name.p, name.len);
	if (is_digit(name.p[0]) && !parse_u64(name, &number) && number < IRQ_NAMED)
		line.number = (uint32_t)number;
	if (!in_order(t, &line))
		return;
	make_room(t);
	p = colon + 1;
	n = read_counts(t, &p, end, &line.total);
	line.whole_host = is_whole_host(t, &line, n);
	if (n != t->ncolumns && !line.whole_host)
		return; /* it was cut short */
	line.first = t->ncounts;
	line.tail = slice_text(a, slice_trim((struct slice){p, (size_t)(line_end - p)}));
	t->ncounts += n;
	t->line[t->nlines++] = line;
}

int irq_table_read(struct irq_table *t, struct arena *a, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	bool header = true;
	int err;

	t->nlines = t->ncounts = 0;
	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));

		line_end = line_end ? line_end : end;
		if (header) {
			err = read_header(t, (struct slice){p, (size_t)(line_end - p)});
			if (err)
				return err;
			header = false;
		} else {
			read_line(t, a, p, end, line_end);
		}
		p = line_end + 1;
	}
	return header ? -EINVAL : 0;
}

void irq_table_free(struct irq_table *t)
{
	free(t->column);
	free(t->line);
	free(t->count);
}

/* Both tables are in one order: as long as no line came or went, the hint is right each time. */
const struct irq_line *irq_table_find(const struct irq_table *old, const struct irq_line *line, size_t *hint)
{
	size_t i = *hint;

	while (i < old->nlines && old->line[i].number < line->number)
		i++;
	for (*hint = i; i < old->nlines && old->line[i].number == line->number; i++) {
		if (strcmp(old->line[i].name, line->name) != 0)
			continue;
		*hint = i + 1;
		return &old->line[i];
	}
	/* A name that the older table has further up: names have no order. */
	for (i = *hint; line->number == IRQ_NAMED && i-- > 0 && old->line[i].number == IRQ_NAMED;)
		if (strcmp(old->line[i].name, line->name) == 0)
			return &old->line[i];
	return NULL;
}

const uint32_t *irq_table_columns(struct arena *a, const struct irq_table *old, const struct irq_table *now)
{
	uint32_t *map;
	size_t k = 0;

	if (old->ncolumns == now->ncolumns &&
		memcmp(old->column, now->column, now->ncolumns * sizeof(*now->column)) == 0)
		return NULL;
	map = arena_array(a, now->ncolumns, sizeof(*map));
	for (size_t i = 0; i < now->ncolumns; i++) {
		while (k < old->ncolumns && old->column[k] < now->column[i])
			k++;
		map[i] = k < old->ncolumns && old->column[k] == now->column[i] ? (uint32_t)k : NO_COLUMN;
	}
	return map;
}
