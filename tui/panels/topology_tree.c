/* The tree: packages, dies, nodes and L3 caches as rows; a place that has only one child is one row with it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/cpuset.h"
#include "probes/limits.h"
#include "tui/panels/topology_impl.h"

static const char *const level_words[LEVELS] = {"package", "die", "node", "L3"};
static const char *const level_fields[LEVELS] = {"package", "die", "node", "l3"};

static const char *add(struct arena *a, const char *text, const char *more)
{
	return *text ? arena_printf(a, "%s, %s", text, more) : more;
}

static const char *counted(struct arena *a, const char *note, size_t n, size_t of, const char *word)
{
	if (!n)
		return note;
	return add(a, note, n == of ? word : arena_printf(a, "%zu %s", n, word));
}

/* What is worth saying of these CPUs, what matters most first. */
static const char *note(struct arena *a, const struct topo *t, size_t first, size_t n)
{
	size_t slow = 0, crowded = 0, isolated = 0, nohz = 0, kind[3] = {0};
	const char *text = "", *guests;

	for (size_t i = first; i < first + n; i++) {
		const struct topo_cpu *c = &t->cpu[i];
		const char *word = value_text_or(c->row->kind, "");

		/* one that is slow for the first time may just have woken up: the headline does not count it either */
		slow += c->now && value_f64_or(c->now->ratio, 1) < SLOW_SHARE && !value_u64_or(c->now->settling, 0);
		crowded += topo_seat(c) == SEAT_CROWDED;
		isolated += value_u64_or(c->row->isolated, 0) != 0;
		nohz += value_u64_or(c->row->nohz_full, 0) != 0;
		kind[*word == 'P' ? 0 : *word == 'E' ? 1 : 2] += *word != '\0';
	}
	if (crowded)
		text = arena_printf(a, "%zu crowded", crowded);
	if (slow)
		text = add(a, text, arena_printf(a, "%zu slow", slow));
	guests = topo_seat_note(a, t, first, n);
	text = *guests ? add(a, text, guests) : text;
	text = counted(a, text, isolated, n, "isolated");
	text = counted(a, text, nohz, n, "without ticks");
	text = kind[0] ? add(a, text, arena_printf(a, "%zu P", kind[0])) : text;
	text = kind[1] ? add(a, text, arena_printf(a, "%zu E", kind[1])) : text;
	return kind[2] ? add(a, text, arena_printf(a, "%zu LP", kind[2])) : text;
}

static struct topo_row *append(struct arena *a, struct topo_tree *tree)
{
	if (tree->n == tree->room) {
		struct topo_row *old = tree->row;

		tree->room = tree->room ? 2 * tree->room : 32;
		tree->row = arena_array(a, tree->room, sizeof(*tree->row));
		for (size_t i = 0; i < tree->n; i++)
			tree->row[i] = old[i];
	}
	tree->row[tree->n] = (struct topo_row){.label = "", .note = "", .busy = NAN};
	return &tree->row[tree->n++];
}

static size_t add_row(struct arena *a, const struct topo *t, struct topo_tree *tree, size_t first, size_t n, int depth,
	const char *label)
{
	struct topo_row *r = append(a, tree);
	double busy = 0;
	size_t known = 0;

	*r = (struct topo_row){.label = label, .depth = depth, .first = first, .n = n, .note = note(a, t, first, n)};
	for (size_t i = first; i < first + n; i++) {
		const struct topo_cpu *c = &t->cpu[i];

		r->cores += i == first || c->core != c[-1].core;
		if (c->now && value_known(c->now->busy)) {
			busy += c->now->busy.f;
			known++;
		}
	}
	r->busy = known ? busy / (double)known : NAN;
	return tree->n - 1;
}

static size_t run(const struct topo *t, size_t first, size_t end, enum topo_level level)
{
	size_t i = first + 1;

	while (i < end && t->cpu[i].key[level] == t->cpu[first].key[level])
		i++;
	return i;
}

static const char *name(struct arena *a, const struct topo *t, size_t i, enum topo_level level)
{
	int64_t key = t->cpu[i].key[level];

	return key == NO_PLACE ? arena_printf(a, "no known %s", level_words[level])
			       : arena_printf(a, "%s %d", level_words[level], (int)key);
}

/* Splits the CPUs of a row by the next level; where that is one place, the row takes its name along. */
static void split(struct arena *a, const struct topo *t, struct topo_tree *tree, size_t parent, size_t at)
{
	size_t first = tree->row[parent].first, end = first + tree->row[parent].n;
	enum topo_level level;

	if (at >= LEVELS)
		return;
	level = t->order[at];
	if (run(t, first, end, level) == end) {
		if (t->cpu[first].key[level] != NO_PLACE && level != LEVEL_DIE)
			tree->row[parent].label =
				arena_printf(a, "%s, %s", tree->row[parent].label, name(a, t, first, level));
		split(a, t, tree, parent, at + 1);
		return;
	}
	for (size_t i = first, next; i < end; i = next) {
		size_t row;

		next = run(t, i, end, level);
		row = add_row(a, t, tree, i, next - i, tree->row[parent].depth + 1, name(a, t, i, level));
		tree->row[row].address =
			arena_printf(a, "topology.cpu[%u].%s", (unsigned)t->cpu[i].row->id.u, level_fields[level]);
		split(a, t, tree, row, at + 1);
	}
}

/* Nodes that are memory only, of cards or of a kind of its own, belong to the picture too. */
static void empty_nodes(struct arena *a, const struct topo *t, struct topo_tree *tree)
{
	const char *note = "no CPUs";

	if (!t->t || !value_known(t->t->node_ids))
		return;
	for (size_t i = 0; i < t->n; i++) /* who is in no known node may be in this one */
		if (!t->cpu[i].offline && !value_known(t->cpu[i].row->node) &&
			t->cpu[i].row->node.known != KNOWN_ABSENT)
			note = "its CPUs are not known";
	CPUSET_EACH(node, t->t->node_ids.set)
	{
		struct topo_row *r;
		size_t i = 0;

		while (i < t->n && t->cpu[i].key[LEVEL_NODE] != node)
			i++;
		if (i < t->n)
			continue;
		r = append(a, tree);
		r->label = arena_printf(a, "node %d", (int)node);
		r->note = note;
		r->address = "topology.node_ids";
	}
}

struct topo_tree topo_tree(struct arena *a, const struct topo *t)
{
	struct topo_tree tree = {.n = 0};
	size_t online = 0;

	while (online < t->n && !t->cpu[online].offline)
		online++;
	for (size_t i = 0, next; i < online; i = next) {
		size_t row;

		next = run(t, i, online, LEVEL_PACKAGE);
		row = add_row(a, t, &tree, i, next - i, 0,
			t->cpu[i].key[LEVEL_PACKAGE] == NO_PLACE && next - i == online ? "this host"
										       : name(a, t, i, LEVEL_PACKAGE));
		tree.row[row].address = arena_printf(a, "topology.cpu[%u].package", (unsigned)t->cpu[i].row->id.u);
		split(a, t, &tree, row, 1);
	}
	empty_nodes(a, t, &tree);
	if (online < t->n) {
		struct topo_row *r = &tree.row[add_row(a, t, &tree, online, t->n - online, 0, "offline")];

		r->cores = 0;
		r->address = "topology.offline";
	}
	return tree;
}
