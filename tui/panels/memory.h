/* What the Memory panel and the line MEMORY share: sizes in words, the answer as a sentence, and the lines below. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_MEMORY_H
#define TUI_PANELS_MEMORY_H

#include "probes/memory.h"
#include "probes/numa.h"
#include "probes/pressure.h"
#include "probes/report.h"
#include "tui/panel.h"
#include "widgets/table.h"

/* All that is known of memory; each may be NULL. */
struct memory_facts {
	const struct memory *m;
	const struct numa *numa;
	const struct pressure *pressure;
	bool files; /* of a folder: what is not there may only be not recorded */
};
struct memory_facts memory_facts(const struct snapshot *s);

/* "412 GiB", "9.5 GiB", "64 MiB": so few digits that the screen stands still while little changes. */
const char *memory_size(struct arena *a, double kib);
const char *memory_page_size(struct arena *a, uint64_t kib); /* "2 MiB" */
/* "412 of 768 GiB": both in the unit of the whole. */
const char *memory_part_of(struct arena *a, double part_kib, double whole_kib);
const char *memory_per_s(struct arena *a, double per_s); /* "120"; "<1" for what would read as nothing */
/* The node with the least free memory of those that have CPUs and memory; NULL where there are not two. */
const struct numa_node *memory_tightest(const struct numa *n);
/* Little free, by the kernel's own measure, while others have some. */
bool memory_node_is_tight(const struct numa *n, const struct numa_node *node);
bool memory_has_pools(const struct memory_facts *f); /* pages in a huge page pool */
bool memory_unmerges(const struct memory_facts *f); /* KSM takes merged pages apart and is not through */
bool memory_merges_across(const struct memory_facts *f); /* KSM merges pages of different nodes */

struct memory_answer {
	enum headline_mood mood;
	const char *text;
};
struct memory_answer memory_answer(struct arena *a, const struct memory_facts *f);

enum { MEMORY_PARTS = 8, MEMORY_LINES = 8 };
struct memory_line {
	const char *label; /* "KSM" */
	size_t nparts;
	struct memory_part {
		const char *text;
		enum role role;
		const char *address; /* what ? explains */
	} part[MEMORY_PARTS];
};
/* Always all of them, in one order: what is not known says so. */
void memory_lines(struct arena *a, const struct memory_facts *f, struct memory_line lines[MEMORY_LINES]);

/* The nodes as a table. */
enum { NODE_POOLS = 2, NODE_COLUMNS = 11 };
struct node_table {
	const struct numa *numa;
	struct table_column column[NODE_COLUMNS];
	uint8_t what[NODE_COLUMNS]; /* each of them is */
	size_t ncolumns;
	uint64_t pool_kib[NODE_POOLS]; /* page sizes that have a column; 0: none */
	int bar_w;
};
void node_table(struct arena *a, const struct numa *n, int w, struct node_table *ret);
void node_cell(const void *data, size_t row, size_t column, struct cell_text *ret); /* data: a struct node_table */
/* The address of the fact in that cell. Returns as snprintf. */
size_t node_address(const struct node_table *t, size_t row, size_t column, char *buf, size_t size);

#endif
