/* Fuzzes the reader of /proc/interrupts: lines lie inside their tables, and an older table finds each line again. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/interrupts_impl.h"
#include "probes/parse.h"
#include "probes/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct irq_table *t, struct arena *a)
{
	size_t hint = 0;

	for (size_t i = 0; i < t->nlines; i++) {
		struct irq_line *line = &t->line[i];
		struct interrupt row = {.name = value_text(line->name, 0)};

		if (line->first + (line->whole_host ? 1 : t->ncolumns) > t->ncounts)
			BUG("%s lies outside", line->name);
		if (irq_table_find(t, line, &hint) != line)
			BUG("%s is not found", line->name);
		irq_kind_of(line, irq_split_tail(a, line, &row));
		interrupts_pci_address(line->tail);
	}
	if (irq_table_columns(a, t, t))
		BUG("a table has other columns than itself");
}

/* The text up to the first line that is only a dot is the older table, the rest the newer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	char *text = xcalloc(size + 1, 1), *newer;
	struct irq_table old = {.nlines = 0}, now = {.nlines = 0};
	const uint32_t *columns;
	size_t hint = 0, len;

	if (size)
		memcpy(text, data, size);
	newer = strstr(text, "\n.\n");
	len = newer ? (size_t)(newer - text) + 1 : size;
	if (!irq_table_read(&old, a, text, len))
		check(&old, a);
	/* its own memory: what is read behind its end is seen */
	newer = xcalloc(size - len + 1, 1);
	memcpy(newer, text + len, size - len);
	if (!irq_table_read(&now, a, newer + (size - len >= 2 ? 2 : 0), size - len >= 2 ? size - len - 2 : 0)) {
		check(&now, a);
		columns = irq_table_columns(a, &old, &now);
		for (size_t i = 0; columns && i < now.ncolumns; i++)
			if (columns[i] != NO_COLUMN &&
				(columns[i] >= old.ncolumns || old.column[columns[i]] != now.column[i]))
				BUG("column %zu is that of another CPU", i);
		for (size_t i = 0; i < now.nlines; i++) {
			const struct irq_line *was = irq_table_find(&old, &now.line[i], &hint);

			if (was && strcmp(was->name, now.line[i].name) != 0)
				BUG("%s is %s", now.line[i].name, was->name);
		}
	}
	irq_table_free(&old);
	irq_table_free(&now);
	free(newer);
	free(text);
	arena_free(a);
	return 0;
}
