/* The diff's tables: which probe speaks first, and what makes two rows the same one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/daemons.h"
#include "probes/diff_impl.h"
#include "probes/parse.h"

/* Why is this node slower than its twin? The clock, sleep, the guests' own settings; then what costs all of them. */
const struct diff_probe diff_probes[] = {
	{"frequency", false},
	{"power", false},
	{"idle", false},
	{"residency", false},
	{"guests", false},
	{"threads", false},
	{"kvm_stats", true},
	{"kernel", false},
	{"daemons", false},
	{"mitigations", false},
	{"kvm", false},
	{"memory", false},
	{"numa", false},
	{"clock", false},
	{"sysctl", false},
	{"kernel_log", false},
	{"cpu", false},
	{"topology", false},
	{"cache", false},
	{"firmware", false},
	{"interrupts", false},
	{"pci", false},
	{"net", false},
	{"netstack", false},
	{"block", false},
	{"pressure", false},
	{"load", false},
	{"tasks", false},
	{"silicon", true},
	{"placement", true},
};
const size_t ndiff_probes = COUNT(diff_probes);

const struct diff_rows diff_rows[] = {
	{"idle.holder", "comm", NULL, NULL, NULL, "pid comm"},
	{"guests.guest", NULL, "name", "name", NULL, "id"},
	{"threads.guest", "uuid name", "name", "name", NULL, "pid cgroup uuid"},
	{"threads.guest.thread", "name", NULL, NULL, "vhost", "tid name number comm"},
	{"kvm_stats.guest", NULL, "name", "name", NULL, "folder"},
	{"tasks.task", "comm", NULL, NULL, NULL, "tid pid comm"},
	{"placement.guest", NULL, "name", "name", NULL, "pid"},
	{"placement.guest.thread", "name", NULL, NULL, "vhost", "tid name number"},
	{"interrupts.irq", "action", NULL, NULL, NULL, "name action"},
	{"power.sensor", "chip label", NULL, NULL, NULL, "name chip label"},
};
const size_t ndiff_rows = COUNT(diff_rows);

/* What these daemons set anew every few seconds is no configuration while they run. */
static const struct {
	const char *daemon, *path, *field;
} movers[] = {
	{"irqbalance", "interrupts.irq", "affinity"},
	{"irqbalance", "interrupts.irq", "effective"},
	{"ksmtuned", "memory", "ksm_pages_to_scan"},
	{"numad", "threads.guest.thread", "allowed"},
};

const struct diff_rows *diff_rows_of(const char *path)
{
	for (size_t i = 0; i < ndiff_rows; i++)
		if (strcmp(diff_rows[i].path, path) == 0)
			return &diff_rows[i];
	return NULL;
}

static bool runs(const struct snapshot *s, const char *name)
{
	const struct daemons *d = snapshot_facts(s, &probe_daemons);

	for (uint32_t i = 0; d && i < d->daemon.n; i++) {
		const struct daemon *row = &((const struct daemon *)d->daemon.row)[i];

		if (strcmp(value_text_or(row->name, ""), name) == 0)
			return value_known(row->running) && row->running.u;
	}
	return false;
}

bool diff_field_moves(const struct snapshot *a, const struct snapshot *b, const char *path, const struct field *f)
{
	if (f->flags & FIELD_MOVES)
		return true;
	for (size_t i = 0; i < COUNT(movers); i++)
		if (strcmp(movers[i].field, f->name) == 0 && strcmp(movers[i].path, path) == 0)
			return runs(a, movers[i].daemon) || runs(b, movers[i].daemon);
	return false;
}

static bool has_word(const char *words, const char *word)
{
	struct slice rest = slice_of(words ? words : ""), one;

	while (slice_word(&rest, &one))
		if (slice_is(one, word))
			return true;
	return false;
}

bool diff_field_is_key(const struct diff_level *l, const struct field *f)
{
	if (f->flags & FIELD_WHO) /* two that are the same one by another field */
		return false;
	return l->set && (strcmp(f->name, l->set->key) == 0 || (l->rows && has_word(l->rows->skip, f->name)));
}

static void add_level(struct arena *a, struct diff_level *l, unsigned *slot)
{
	l->slot = *slot;
	*slot += SLOT_FIELDS + (unsigned)l->nfields;
	l->rows = diff_rows_of(l->path);
	l->moves = true;
	for (size_t i = 0; i < l->nfields; i++)
		l->moves = l->moves && (l->fields[i].flags & FIELD_MOVES || diff_field_is_key(l, &l->fields[i]));
	l->inner = arena_array(a, l->nsets, sizeof(*l->inner));
	for (size_t i = 0; i < l->nsets; i++) {
		const struct row_set *set = &l->sets[i];

		l->inner[i] = (struct diff_level){.probe = l->probe,
			.set = set,
			.around = l,
			.path = arena_printf(a, "%s.%s", l->path, set->name),
			.depth = l->depth + 1,
			.fields = set->fields,
			.nfields = set->nfields,
			.sets = set->sets,
			.nsets = set->nsets};
		add_level(a, &l->inner[i], slot);
		l->moves = l->moves && l->inner[i].moves;
	}
}

struct diff_level *diff_level_new(struct arena *a, const struct probe *p)
{
	struct diff_level *l = arena_alloc(a, sizeof(*l));
	unsigned slot = 0;

	*l = (struct diff_level){.probe = p,
		.path = p->name,
		.fields = p->fields,
		.nfields = p->nfields,
		.sets = p->sets,
		.nsets = p->nsets};
	add_level(a, l, &slot);
	return l;
}
