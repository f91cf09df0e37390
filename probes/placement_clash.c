/* Keeps what is wrong with the places of threads: the worst for each thread, all of it for each guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "probes/placement_impl.h"

static const char *const kinds[CLASH_KINDS] = {
	"same-cpu", "floating", "sibling", "offline", "helper", "visitor", "nodes", "no-host", "iothread", "limited"};

/* What was found of this kind before: of the same thread just now, or of another one with its name and pin. */
static struct placed_clash *same(struct joint *j, uint32_t thread, enum clash kind)
{
	const struct placed_thread *th = &j->thread[thread];
	struct placed_clash *last = j->nclashes ? &j->clash[j->nclashes - 1] : NULL;
	uint32_t known = th->role == PLACED_EMULATOR ? j->guest[th->guest].of_emulator[kind] : 0;

	if (known)
		return &j->clash[known - 1];
	return last && last->thread == thread && last->kind == kind ? last : NULL;
}

static struct placed_clash *more(struct joint *j, uint32_t thread, enum clash kind)
{
	struct placed_guest *g = &j->guest[j->thread[thread].guest];

	if (j->nclashes == j->clash_room) {
		uint32_t room = j->clash_room ? 2 * j->clash_room : 64;
		struct placed_clash *bigger = arena_array(j->scratch, room, sizeof(*bigger));

		if (j->nclashes)
			memcpy(bigger, j->clash, j->nclashes * sizeof(*bigger));
		j->clash = bigger;
		j->clash_room = room;
	}
	g->nclashes++;
	j->clash[j->nclashes] = (struct placed_clash){.thread = thread, .kind = (uint8_t)kind};
	if (j->thread[thread].role == PLACED_EMULATOR)
		g->of_emulator[kind] = j->nclashes + 1;
	return &j->clash[j->nclashes++];
}

/* The worst stays; of two alike the first that was found. */
void placement_blame(
	struct joint *j, uint32_t thread, enum clash kind, uint64_t severity, int64_t cpu, const char *format, ...)
{
	struct placement_thread *row = j->thread[thread].row;
	struct placed_clash *c = same(j, thread, kind);
	bool worst = value_u64_or(row->severity, 0) < severity;
	struct value says;
	va_list ap;

	if (c && c->severity >= severity && !worst)
		return;
	va_start(ap, format);
	says = value_text(arena_vprintf(j->t->a, format, ap), 0);
	va_end(ap);
	if (!c || c->severity < severity) {
		c = c ? c : more(j, thread, kind);
		*c = (struct placed_clash){thread, (uint8_t)kind, (uint8_t)severity, cpu, says};
	}
	if (!worst)
		return;
	row->conflict = says;
	row->severity = value_u64(severity, 0);
}

static void fill(struct joint *j, const struct placed_clash *c, struct placement_clash *row)
{
	const struct placement_thread *th = j->thread[c->thread].row;

	row->kind = value_text(kinds[c->kind], 0);
	row->thread = th->name;
	row->item = value_text(arena_printf(j->t->a, "%s %s", kinds[c->kind], th->name.text), 0);
	row->tid = th->tid;
	row->says = c->says;
	row->severity = value_u64(c->severity, 0);
	row->cpu = c->cpu >= 0 ? value_u64((uint64_t)c->cpu, 0) : value_error(-ENOENT, 0);
}

void placement_clashes(struct joint *j)
{
	struct placement_clash **next = arena_array(j->scratch, j->nguests, sizeof(*next));

	for (uint32_t i = 0; i < j->nguests; i++) {
		struct placed_guest *g = &j->guest[i];

		next[i] = arena_array(j->t->a, g->nclashes, sizeof(*next[i]));
		g->row->clash = (struct rows){.row = next[i], .n = g->nclashes, .known = KNOWN};
	}
	for (uint32_t i = 0; i < j->nclashes; i++)
		fill(j, &j->clash[i], next[j->thread[j->clash[i].thread].guest]++);
}
