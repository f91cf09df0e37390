/* Guests of a test's own: their rows, and the placement that follows from them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/seats.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/snapshot.h"
#include "probes/topology.h"

static const struct seats_guest founding[SEATS_GUESTS] = {
	{SEATS_DB1, "db1", "running", 1, 4, true, false,
		{{"vcpu", 0, "1", 1}, {"vcpu", 1, "2", 2}, {"vcpu", 2, "3", 3}, {"vcpu", 3, "4", 4},
			{"emulator", 0, "0", 0}, {"iothread", 1, "13", 13}}},
	{SEATS_MAIL, "mail", "running", 3, 2, false, false,
		{{"vcpu", 0, "16-17", 16}, {"vcpu", 1, "16-17", 17}, {"emulator", 0, "0-23", 14}}},
	{SEATS_OFF, "off", "shutoff", 0, 2, true, false, {{"vcpu", 0, "20", 0}}},
	{SEATS_WEB3, "web3", "running", 2, 4, true, false,
		{{"vcpu", 0, "8", 8}, {"vcpu", 1, "9", 9}, {"vcpu", 2, "8", 8}, {"vcpu", 3, "0-23", 23},
			{"emulator", 0, "8", 8}}},
	{"pid4711", "proxmox", "running", 0, 1, false, true, {{"vcpu", 0, "21", 21}, {"emulator", 0, "0-23", 22}}},
};

void seats_new(struct seats *s)
{
	*s = (struct seats){.everywhere = "0-23"};
	memcpy(s->guest, founding, sizeof(founding));
}

void seats_free(struct seats *s)
{
	arena_free(s->a);
}

static struct value set_of(struct seats *s, const char *list)
{
	struct cpuset *set;

	assert_int_equal(cpuset_parse_list(s->a, list, &set), 0);
	return value_set(set, 0);
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static bool runs(const struct seats_guest *g)
{
	return is(g->state, "running");
}

static struct rows rows_of(const void *row, size_t n)
{
	return (struct rows){.row = row, .n = (uint32_t)n, .known = KNOWN};
}

static struct guest guest_row(struct seats *s, const struct seats_guest *g)
{
	struct guest row = {.uuid = value_text(g->uuid, 0),
		.name = value_text(g->name, 0),
		.state = value_text(g->state, 0),
		.persistent = value_bool(g->persistent, 0),
		.id = runs(g) ? value_u64(g->id, 0) : value_error(-ENOENT, 0),
		.vcpus = value_u64(g->vcpus, 0),
		.emulator_cpus = value_error(-ENOENT, 0)};
	struct guest_pin *pin = arena_array(s->a, g->vcpus, sizeof(*pin));
	struct guest_iothread *io = arena_array(s->a, SEATS_THREADS, sizeof(*io));
	size_t nio = 0;

	for (unsigned i = 0; i < g->vcpus; i++)
		pin[i] = (struct guest_pin){.vcpu = value_u64(i, 0),
			.cpus = value_error(-ENOENT, 0),
			.config_cpus = value_error(-ENOENT, 0)};
	for (const struct seats_thread *t = g->thread; t->role; t++) {
		struct value cpus = is(t->cpus, s->everywhere) ? value_error(-ENOENT, 0) : set_of(s, t->cpus);

		if (is(t->role, "vcpu"))
			pin[t->number].cpus = pin[t->number].config_cpus = cpus;
		else if (is(t->role, "emulator"))
			row.emulator_cpus = cpus;
		else
			io[nio++] = (struct guest_iothread){value_u64(t->number, 0), cpus, cpus};
	}
	row.pin = rows_of(pin, g->vcpus);
	row.iothread = rows_of(io, nio);
	row.iothreads = value_u64(nio, 0);
	return row;
}

static struct placement_guest place_row(struct seats *s, const struct seats_guest *g)
{
	struct placement_guest row = {.key = value_text(g->uuid, 0),
		.name = value_text(g->name, 0),
		.state = value_text(g->state, 0),
		.managed = value_bool(!g->unmanaged, 0),
		.joined = value_bool(runs(g), 0),
		.vcpus = value_u64(g->vcpus, 0)};
	struct placement_thread *t = arena_array(s->a, SEATS_THREADS, sizeof(*t));
	struct cpuset *cpus = cpuset_new(s->a, SEATS_CPUS);
	size_t n = 0, pinned = 0;

	for (; runs(g) && !s->elsewhere && g->thread[n].role; n++) {
		const struct seats_thread *from = &g->thread[n];
		bool pin = !is(from->cpus, s->everywhere), vcpu = is(from->role, "vcpu");

		t[n] = (struct placement_thread){.tid = value_u64(1000 * g->id + n, 0),
			.name = value_text(arena_printf(s->a, is(from->role, "emulator") ? "%s" : "%s %u", from->role,
						   from->number),
				0),
			.role = value_text(from->role, 0),
			.number = is(from->role, "emulator") ? value_error(-ENOENT, 0) : value_u64(from->number, 0),
			.allowed = set_of(s, from->cpus),
			.pinned = value_bool(pin, 0),
			.now = value_u64(from->now, 0)};
		pinned += vcpu && pin;
		if (vcpu)
			cpuset_add_all(cpus, t[n].allowed.set);
	}
	row.thread = rows_of(t, n);
	row.pinned = value_u64(pinned, 0);
	row.cpus = value_set(cpus, 0);
	return row;
}

static const char *brief_of(struct arena *a, const struct placement_guest *g, const struct placement_thread *t)
{
	const char *role = t->role.text;

	return is(role, "vcpu") ? arena_printf(a, "%s/%u", g->name.text, (unsigned)t->number.u)
	       : is(role, "iothread")
		       ? arena_printf(a, "%s/i%u", g->name.text, (unsigned)t->number.u)
		       : arena_printf(a, "%s/e", g->name.text);
}

static struct placement_cpu cpu_row(struct seats *s, const struct placement *p, uint32_t id)
{
	const char *who = "", *run = "";
	uint64_t vcpus = 0, threads = 0;

	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct placement_guest *g = (const struct placement_guest *)p->guest.row + i;
		const struct placement_thread *t = g->thread.row;

		for (uint32_t k = 0; k < g->thread.n; k++) {
			bool here = t[k].pinned.u && cpuset_has(t[k].allowed.set, id);
			const char *name = brief_of(s->a, g, &t[k]);

			threads += here;
			vcpus += here && is(t[k].role.text, "vcpu");
			who = here ? arena_printf(s->a, "%s%s%s", who, *who ? " " : "", name) : who;
			run = t[k].now.u == id ? arena_printf(s->a, "%s%s%s", run, *run ? " " : "", name) : run;
		}
	}
	return (struct placement_cpu){.id = value_u64(id, 0),
		.role = value_text(vcpus == 1 && threads == 1 ? "vcpu-dedicated" : vcpus ? "vcpu-shared" : "", 0),
		.vcpus = value_u64(vcpus, 0),
		.threads = value_u64(threads, 0),
		.who = *who ? value_text(who, 0) : value_error(-ENOENT, 0),
		.runs = *run ? value_text(run, 0) : value_error(-ENOENT, 0)};
}

static void into(struct screen *on, const struct probe *p, const void *facts)
{
	for (size_t i = 0; i < nprobes; i++)
		if (probes[i] == p) {
			assert_non_null(on->app->snap->block[i]);
			on->app->snap->block[i]->facts = facts;
			on->app->snap->block[i]->err = 0;
			return;
		}
	fail_msg("no probe %s", p->name);
}

void seats_put(struct seats *s, struct screen *on)
{
	const struct topology *t = snapshot_facts(on->app->snap, &probe_topology);
	struct guests *guests;
	struct placement *p;
	struct guest *rows;
	struct placement_guest *placed;
	struct placement_cpu *cpu;
	uint64_t running = 0;
	size_t n = 0, nplaced = 0;

	s->a = s->a ? s->a : arena_new(0);
	guests = arena_alloc(s->a, sizeof(*guests));
	p = arena_alloc(s->a, sizeof(*p));
	rows = arena_array(s->a, SEATS_GUESTS, sizeof(*rows));
	placed = arena_array(s->a, SEATS_GUESTS, sizeof(*placed));
	for (size_t i = 0; i < SEATS_GUESTS; i++) {
		if (!s->guest[i].name)
			continue;
		running += runs(&s->guest[i]);
		placed[nplaced++] = place_row(s, &s->guest[i]);
		if (!s->guest[i].unmanaged)
			rows[n++] = guest_row(s, &s->guest[i]);
	}
	guests->guest = rows_of(rows, n);
	guests->of_this_machine = value_bool(!s->elsewhere, 0);
	guests->uri = value_text(s->elsewhere ? "qemu+ssh://other/system" : "qemu:///system", 0);
	p->guest = rows_of(placed, nplaced);
	p->running = value_u64(running, 0);
	cpu = arena_array(s->a, t->cpu.n, sizeof(*cpu));
	for (uint32_t i = 0; i < t->cpu.n; i++)
		cpu[i] = cpu_row(s, p, (uint32_t)((const struct topology_cpu *)t->cpu.row)[i].id.u);
	p->cpu = rows_of(cpu, t->cpu.n);
	into(on, &probe_guests, guests);
	into(on, &probe_placement, p);
}
