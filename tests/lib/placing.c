/* Writes the facts of topology, silicon, guests and threads that placement joins. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/placing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/placement.h"

const struct cpuset *placing_set(struct placing *p, const char *list)
{
	struct cpuset *set;

	if (cpuset_parse_list(p->a, list, &set))
		BUG("%s is no list", list);
	return set;
}

static void fill_cpu(struct placing *p, unsigned id)
{
	struct topology_cpu *t = &p->cpu[id];
	struct silicon_cpu *s = &p->below[id];

	t->id = s->id = value_u64(id, 0);
	t->online = s->online = value_bool(true, 0);
	t->isolated = s->isolated = value_bool(false, 0);
	t->node = s->node = value_i64(id >= p->ncpus / 2, 0);
	s->l3 = value_i64(id / 4, 0);
	s->siblings = value_set(placing_set(p, arena_printf(p->a, "%u-%u", id & ~1U, id | 1U)), 0);
	s->governor = value_text("powersave", 0);
	s->khz = value_u64(1200000, 0);
	s->base_khz = value_u64(2400000, 0);
	s->freshness = value_text("measured", 0);
	s->fresh = value_u64(FRESH_MEASURED, 0);
	s->idle_state = value_text("C6", 0);
	s->exit_us = value_u64(133, 0);
}

struct placing placing_new(unsigned cpus)
{
	struct placing p = {.c = crafted_new(&probe_placement), .ncpus = cpus};
	struct arena *a;

	p.topology = crafted_put(&p.c, &probe_topology, &p.a);
	p.silicon = crafted_put(&p.c, &probe_silicon, &a);
	p.guests = crafted_put(&p.c, &probe_guests, &a);
	p.threads = crafted_put(&p.c, &probe_threads, &a);
	p.cpu = arena_array(p.a, cpus, sizeof(*p.cpu));
	p.below = arena_array(p.a, cpus, sizeof(*p.below));
	p.guest = arena_array(p.a, PLACING_GUESTS, sizeof(*p.guest));
	p.process = arena_array(p.a, PLACING_GUESTS, sizeof(*p.process));
	for (unsigned i = 0; i < cpus; i++)
		fill_cpu(&p, i);
	p.topology->cpu = (struct rows){.row = p.cpu, .n = cpus, .known = KNOWN};
	p.topology->online = value_set(placing_set(&p, arena_printf(p.a, "0-%u", cpus - 1)), 0);
	p.topology->isolated = value_set(placing_set(&p, ""), 0);
	p.silicon->cpu = (struct rows){.row = p.below, .n = cpus, .known = KNOWN};
	p.guests->link = value_text("connected", 0);
	p.guests->of_this_machine = value_bool(true, 0);
	p.guests->guest = (struct rows){.row = p.guest, .known = KNOWN};
	p.threads->guest = (struct rows){.row = p.process, .known = KNOWN};
	return p;
}

void placing_end(struct placing *p)
{
	crafted_end(&p->c);
}

unsigned placing_stray(struct placing *p, const char *name)
{
	unsigned i = p->threads->guest.n++;
	struct threads_guest *g = &p->process[i];
	struct thread *rows = arena_array(p->a, PLACING_THREADS, sizeof(*rows));

	g->pid = value_u64(4000 + i * 100, 0);
	g->key = value_text(arena_printf(p->a, "pid%u", 4000 + i * 100), 0);
	g->name = name ? value_text(name, 0) : value_error(-ENOENT, 0);
	g->managed = value_bool(false, 0);
	g->slice_cpus = value_error(-ENOENT, 0);
	g->memory = (struct rows){.known = KNOWN_ABSENT, .err = -ENOENT};
	g->thread = (struct rows){.row = rows, .known = KNOWN};
	return i;
}

unsigned placing_guest(struct placing *p, const char *name)
{
	unsigned i = placing_stray(p, name);
	struct guest *g = &p->guest[p->guests->guest.n++];

	g->uuid = p->process[i].key = value_text(arena_printf(p->a, "uuid-%04u", i), 0);
	p->process[i].managed = value_bool(true, 0);
	g->name = value_text(name, 0);
	g->state = value_text("running", 0);
	g->cell = (struct rows){.known = KNOWN};
	return i;
}

const char *placing_key(struct placing *p, unsigned guest)
{
	return p->process[guest].key.text;
}

struct thread *placing_thread(struct placing *p, unsigned guest, const char *name, const char *allowed, unsigned cpu)
{
	struct threads_guest *g = &p->process[guest];
	struct thread *rows = (struct thread *)(uintptr_t)g->thread.row, *th;
	const char *blank = strchr(name, ' ');

	if (g->thread.n == PLACING_THREADS)
		BUG("too many threads");
	th = &rows[g->thread.n++];
	th->tid = value_u64(g->pid.u + g->thread.n, 0);
	th->name = value_text(arena_strdup(p->a, name), 0);
	th->role = value_text(blank ? arena_text(p->a, name, (size_t)(blank - name)) : name, 0);
	th->number = blank && strncmp(name, "vhost", 5) != 0 ? value_u64(strtoul(blank, NULL, 10), 0)
							     : value_error(-ENOENT, 0);
	th->allowed = value_set(placing_set(p, allowed), 0);
	th->last_cpu = value_u64(cpu, 0);
	th->busy = th->wait_ms_per_s = th->slices_per_s = value_f64(0, 0);
	th->wait_us = value_error(-ENOENT, 0);
	return th;
}

void placing_offline(struct placing *p, unsigned cpu)
{
	struct cpuset *set = cpuset_copy(p->a, p->topology->online.set);

	cpuset_remove(set, cpu);
	p->topology->online = value_set(set, 0);
	p->cpu[cpu].online = p->below[cpu].online = value_bool(false, 0);
}

void placing_isolate(struct placing *p, const char *list)
{
	p->topology->isolated = value_set(placing_set(p, list), 0);
	for (unsigned i = 0; i < p->ncpus; i++)
		p->cpu[i].isolated = value_bool(cpuset_has(p->topology->isolated.set, i), 0);
}

void placing_tick(struct placing *p)
{
	crafted_tick(&p->c);
}
