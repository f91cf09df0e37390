/* Devices: which cards there are, whether their links run as they could, what goes through them, where interrupts land.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/address.h"
#include "tui/panels/devices_list.h"
#include "widgets/glyph.h"

struct state {
	char key[64]; /* of the device under the cursor; "": the first of the list */
	size_t column, first;
	struct rows_order order;
	bool all;
};

static const struct table_column columns[DEVICE_COLUMNS] = {
	[DEV_NAME] = {"  Used as", 16, 12, ALIGN_LEFT, 20, false},
	[DEV_NODE] = {"Node", 4, 0, ALIGN_RIGHT, 13, false},
	[DEV_ADDRESS] = {"Address", 13, 12, ALIGN_LEFT, 15, false},
	[DEV_LINK] = {"Link", 12, 8, ALIGN_LEFT, 19, false},
	[DEV_STATE] = {"State", 9, 8, ALIGN_LEFT, 18, false},
	[DEV_RATE] = {"Bytes/s", 8, 0, ALIGN_RIGHT, 16, false},
	[DEV_WAIT] = {"Wait", 7, 0, ALIGN_RIGHT, 10, false},
	[DEV_IRQS] = {"IRQ/s", 5, 0, ALIGN_RIGHT, 14, false},
	[DEV_LANDS] = {"Land on CPUs", 14, 8, ALIGN_LEFT, 17, false},
	[DEV_DRIVER] = {"Driver", 12, 8, ALIGN_LEFT, 11, false},
	[DEV_GROUP] = {"IOMMU", 5, 0, ALIGN_RIGHT, 6, false},
	[DEV_ASPM] = {"ASPM", 7, 4, ALIGN_LEFT, 5, false},
	[DEV_MODEL] = {"Card", 30, 12, ALIGN_LEFT, 8, true},
};

static const struct hint hints[] = {
	{"Tab", "column", "Move the cursor to the next column: ? explains the number under it."},
	{"s", "sort", "Sort by the column under the cursor; S the other way round."},
	{"b", "show all", "Show virtual functions, bridges and what belongs to the board too, or hide them."},
};

/* Where everything lies: the sentence, the summary, the table, the details. */
struct layout {
	int text_h;
	struct rect table, details;
};

static struct layout layout(const struct view *v)
{
	int details = v->h >= 30 ? 7 : v->h >= 18 ? 5 : v->h >= 14 ? 2 : 0, top;
	struct layout l = {.text_h = v->h > 20 ? 3 : v->h > 6 ? 2 : 1};

	top = l.text_h + (v->h > 9) + (v->h > 14); /* the summary, and a line of air */
	l.table = (struct rect){0, top, v->w, v->h - top - (details ? details + 1 : 0)};
	l.details = (struct rect){1, v->h - details, v->w - 2, details};
	return l;
}

static ptrdiff_t selected(const struct device_list *l, const struct state *st)
{
	ptrdiff_t i = *st->key ? device_list_find(l, st->key) : TABLE_NONE;

	return i == TABLE_NONE && l->n ? 0 : i;
}

static struct table table_of(const struct device_drawn *d, const struct view *v, const struct state *st)
{
	struct rect r = layout(v).table;
	struct table t = {
		.columns = columns,
		.ncolumns = DEVICE_COLUMNS,
		.nrows = d->list->n,
		.selected = selected(d->list, st),
		.sort = st->order.chosen ? (ptrdiff_t)st->order.by : TABLE_NONE,
		.descending = st->order.reverse,
		.empty = !d->list->all.known ? "reading"
			 : *v->filter        ? "no device fits the filter"
			 : d->list->all.n    ? "only virtual functions and the board: b shows them"
					     : "this host shows no devices",
		.data = d,
		.cell = device_cell,
	};

	t.first = table_scroll(st->first, t.selected, t.nrows, table_visible(t.nrows, r.h));
	return t;
}

static const char *summary(struct arena *a, const struct view *v, const struct device_list *l, const struct state *st)
{
	const struct pci *pci = snapshot_facts(v->s, &probe_pci);
	const char *text = st->order.chosen ? "sorted" : "by use and node";

	text = arena_printf(a, "%s · %zu device%s", text, l->n, l->n == 1 ? "" : "s");
	if (pci && value_known(pci->aspm_policy))
		text = arena_printf(a, "%s · ASPM policy %s", text, pci->aspm_policy.text);
	if (l->vfs || l->board)
		text = arena_printf(a, "%s · b shows", text);
	if (l->vfs)
		text = arena_printf(
			a, "%s %zu virtual function%s%s", text, l->vfs, l->vfs == 1 ? "" : "s", l->board ? " and" : "");
	if (l->board)
		text = arena_printf(a, "%s %zu of the board", text, l->board);
	return text;
}

static void draw(struct canvas *c, const struct view *v, const void *state)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct device_list list = device_list(a, v, st->order, st->all);
	struct device_drawn drawn = {.a = a, .list = &list};
	struct table t = table_of(&drawn, v, st);
	struct layout l = layout(v);
	bool warns;
	const char *text = devices_sentence(a, v->s, &list.all, &warns);

	canvas_wrap(c, (struct rect){1, 0, v->w - 2, l.text_h}, warns ? ROLE_strong : ROLE_text, text);
	if (v->h > 9)
		canvas_cut(c, 1, l.text_h, v->w - 2, ROLE_dim, summary(a, v, &list, st));
	table_draw(c, l.table, &t);
	rows_head(c, l.table, columns, DEVICE_COLUMNS, st->column);
	if (l.details.h && t.selected != TABLE_NONE) {
		canvas_fill(c, (struct rect){0, l.details.y - 1, v->w, 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
		device_details(c, l.details, a, v->s, list.row[t.selected]);
	}
	arena_free(a);
}

static void choose(struct state *st, const struct device_list *l, ptrdiff_t row)
{
	snprintf(st->key, sizeof(st->key), "%s", device_key(l->row[row]));
}

static void move(const struct view *v, void *state, enum motion m)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct device_list list = device_list(a, v, st->order, st->all);
	struct device_drawn drawn = {.a = a, .list = &list};
	size_t page = table_visible(list.n, layout(v).table.h);

	if (m == MOVE_NEXT || m == MOVE_PREVIOUS) {
		st->column = rows_column(columns, DEVICE_COLUMNS, v->w, st->column, m);
	} else if (list.n) {
		ptrdiff_t i = rows_step(selected(&list, st), list.n, page, m);

		st->first = table_of(&drawn, v, st).first;
		choose(st, &list, i);
		st->first = table_of(&drawn, v, st).first;
	}
	arena_free(a);
}

static void click(const struct view *v, void *state, int x, int y)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct device_list list = device_list(a, v, st->order, st->all);
	struct device_drawn drawn = {.a = a, .list = &list};
	struct table t = table_of(&drawn, v, st);
	ptrdiff_t row, column;

	if (table_hit(&t, layout(v).table, x, y, &row, &column)) {
		if (row != TABLE_NONE) {
			st->first = t.first;
			choose(st, &list, row);
		}
		rows_clicked(&st->order, &st->column, row, column);
	}
	arena_free(a);
}

static size_t address(const struct view *v, const void *state, char *buf, size_t size)
{
	const struct state *st = state;
	struct arena *a = arena_new(0);
	struct device_list list = device_list(a, v, st->order, st->all);
	ptrdiff_t i = selected(&list, st);
	size_t n = i == TABLE_NONE ? 0 : device_address(list.row[i], (enum device_column)st->column, buf, size);

	arena_free(a);
	return n;
}

static void sort(void *state, bool reverse)
{
	struct state *st = state;

	st->order = (struct rows_order){st->column, reverse, true};
}

static const char *by(void *state, const char *what)
{
	struct state *st = state;

	if (*what && strcmp(what, "all") != 0 && strcmp(what, "main") != 0)
		return NULL;
	st->all = *what ? strcmp(what, "all") == 0 : !st->all;
	return st->all ? "all" : "main";
}

/* "pci.device[0000:81:00.0].width", "net.interface[ens1f0].mtu", "block.disk[sda].busy": also one that was hidden. */
static void seek(const struct view *v, void *state, const char *what)
{
	struct state *st = state;
	struct arena *a = arena_new(0);
	struct device_list list = device_list(a, v, st->order, true);
	struct address_part row = {.has_key = false};

	while (address_part(&what, &row) == 0 && !row.has_key)
		;
	for (size_t i = 0; row.has_key && i < list.n; i++) {
		const struct device *d = list.row[i];

		if (strcmp(device_key(d), row.key) == 0 || strcmp(d->name, row.key) == 0) {
			choose(st, &list, (ptrdiff_t)i);
			break;
		}
	}
	if (*st->key && !st->all) {
		list = device_list(a, v, st->order, false);
		st->all = device_list_find(&list, st->key) == TABLE_NONE;
	}
	arena_free(a);
}

const struct panel panel_devices = {
	.name = "devices",
	.title = "Devices",
	.brief = "Dev",
	.sentence = "Which cards there are, whether their links run as they could, and where their interrupts land.",
	.state_size = sizeof(struct state),
	.hints = hints,
	.nhints = COUNT(hints),
	.draw = draw,
	.move = move,
	.click = click,
	.address = address,
	.sort = sort,
	.by = by,
	.seek = seek,
};
