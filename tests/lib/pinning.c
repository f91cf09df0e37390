/* Writes the facts of four guests by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/pinning.h"

#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"

static const struct value absent = {.known = KNOWN_ABSENT, .err = -2};

static void *add_block(struct snapshot *s, size_t at, const struct probe *probe)
{
	struct block *b = xcalloc(1, sizeof(*b));
	void *facts;

	b->probe = probe;
	b->a = arena_new(0);
	facts = arena_alloc(b->a, probe->size);
	b->facts = facts;
	b->refs = 1;
	s->block[at] = b;
	return facts;
}

struct value pinning_set(struct pinning *p, const char *list)
{
	struct cpuset *set;

	if (cpuset_parse_list(p->a, list, &set))
		BUG("\"%s\" is no list", list);
	return value_set(set, 0);
}

bool pinning_notes(const struct pinning *p, const char *words)
{
	for (size_t i = 0; i < p->c->nnotes; i++)
		if (strstr(p->c->notes[i], words))
			return true;
	return false;
}

static void add_topology(struct pinning *p)
{
	struct topology *t = p->topology;

	t->present = t->possible = pinning_set(p, "0-15");
	t->online = pinning_set(p, "0-14");
	t->offline = pinning_set(p, "15");
	t->isolated = pinning_set(p, "");
	p->cpu = arena_array(p->a, PINNING_CPUS, sizeof(*p->cpu));
	t->cpu = (struct rows){.row = p->cpu, .n = PINNING_CPUS, .known = KNOWN};
	for (uint32_t i = 0; i < PINNING_CPUS; i++)
		p->cpu[i] = (struct topology_cpu){
			.id = value_u64(i, 0),
			.online = value_bool(i != 15, 0),
			.node = i == 15 ? absent : value_i64(i / 8, 0),
			.siblings = pinning_set(p, arena_printf(p->a, "%u-%u", i & ~1U, i | 1U)),
		};
}

static void add_guest(struct pinning *p, struct guest *g, size_t at, const char *uuid, const char *name, uint64_t id,
	uint64_t vcpus, uint64_t most)
{
	struct guest_pin *pin = arena_array(p->a, most, sizeof(*pin));

	*g = (struct guest){
		.uuid = value_text(uuid, 0),
		.name = value_text(name, 0),
		.title = absent,
		.id = id ? value_u64(id, 0) : absent,
		.state = value_text(id ? "running" : "shutoff", 0),
		.persistent = value_bool(true, 0),
		.type = value_text("kvm", 0),
		.vcpus = value_u64(vcpus, 0),
		.vcpus_max = value_u64(most, 0),
		.emulator_cpus = absent,
		.vcpu_cpuset = absent,
		.pin = {.row = pin, .n = (uint32_t)most, .known = KNOWN},
		.iothread = {.known = KNOWN},
	};
	for (uint32_t i = 0; i < most; i++)
		pin[i] = (struct guest_pin){.vcpu = value_u64(i, 0), .cpus = absent, .config_cpus = absent};
	p->pin[at] = pin;
}

static void add_guests(struct pinning *p)
{
	struct guest *g = arena_array(p->a, PINNING_GUESTS, sizeof(*g));
	struct guest_iothread *io = arena_array(p->a, 2, sizeof(*io));

	p->guests->link = value_text("connected", 0);
	p->guests->uri = value_text("qemu:///system", 0);
	p->guests->of_this_machine = value_bool(true, 0);
	p->guests->guest = (struct rows){.row = g, .n = PINNING_GUESTS, .known = KNOWN};
	p->web3 = &g[0];
	p->db1 = &g[1];
	p->once = &g[2];
	p->off1 = &g[3];
	add_guest(p, p->web3, 0, WEB3, "web3", 3, 4, 6);
	add_guest(p, p->db1, 1, DB1, "db1", 4, 1, 1);
	add_guest(p, p->once, 2, ONCE, "once", 5, 1, 1);
	add_guest(p, p->off1, 3, OFF1, "off1", 0, 2, 2);
	p->once->persistent = value_bool(false, 0);
	io[0] = (struct guest_iothread){.id = value_u64(1, 0), .cpus = absent, .config_cpus = absent};
	io[1] = (struct guest_iothread){.id = value_u64(2, 0), .cpus = absent, .config_cpus = absent};
	p->web3->iothread = (struct rows){.row = io, .n = 2, .known = KNOWN};
	p->pin[1][0].cpus = p->pin[1][0].config_cpus = pinning_set(p, "10");
	p->db1->emulator_cpus = pinning_set(p, "12-13");
}

static struct rows threads_of(struct pinning *p, uint32_t vcpus, uint64_t tid)
{
	struct thread *t = arena_array(p->a, vcpus + 1, sizeof(*t));

	for (uint32_t i = 0; i <= vcpus; i++)
		t[i] = (struct thread){
			.tid = value_u64(tid + i, 0),
			.role = value_text(i < vcpus ? "vcpu" : "emulator", 0),
			.number = i < vcpus ? value_u64(i, 0) : absent,
		};
	return (struct rows){.row = t, .n = vcpus + 1, .known = KNOWN};
}

static void add_threads(struct pinning *p)
{
	static const char *const uuid[] = {WEB3, DB1, ONCE};
	struct threads_guest *g = arena_array(p->a, 3, sizeof(*g));

	for (uint32_t i = 0; i < 3; i++)
		g[i] = (struct threads_guest){
			.key = value_text(uuid[i], 0),
			.managed = value_bool(true, 0),
			.cgroup = value_text("/machine.slice/guest.scope/libvirt/emulator", 0),
			.cpuset_cpus = pinning_set(p, "0-14"),
			.slice_cpus = pinning_set(p, "0-14"),
			.thread = threads_of(p, i ? 1 : 4, 100 * (i + 1)),
		};
	p->tweb3 = &g[0];
	p->tdb1 = &g[1];
	p->tonce = &g[2];
	p->threads->guest = (struct rows){.row = g, .n = 3, .known = KNOWN};
}

static struct placement_thread *place(struct pinning *p, struct placement_guest *g, uint32_t vcpus)
{
	struct placement_thread *t = arena_array(p->a, vcpus + 1, sizeof(*t));

	for (uint32_t i = 0; i <= vcpus; i++)
		t[i] = (struct placement_thread){
			.name = value_text(i < vcpus ? arena_printf(p->a, "vcpu %u", (unsigned)i) : "emulator", 0),
			.role = value_text(i < vcpus ? "vcpu" : "emulator", 0),
			.number = i < vcpus ? value_u64(i, 0) : absent,
			.allowed = pinning_set(p, "0-14"),
			.pinned = value_bool(false, 0),
		};
	g->thread = (struct rows){.row = t, .n = vcpus + 1, .known = KNOWN};
	return t;
}

static void add_placement(struct pinning *p)
{
	struct placement_guest *g = arena_array(p->a, 3, sizeof(*g));

	p->pweb3 = &g[0];
	p->pdb1 = &g[1];
	g[0] = (struct placement_guest){.key = value_text(WEB3, 0),
		.name = value_text("web3", 0),
		.managed = value_bool(true, 0),
		.memory_node = value_i64(0, 0),
		.memory_percent = value_f64(93, 0)};
	g[1] = (struct placement_guest){.key = value_text(DB1, 0),
		.name = value_text("db1", 0),
		.managed = value_bool(true, 0),
		.memory_node = absent};
	g[2] = (struct placement_guest){.key = value_text("pid4711", 0),
		.name = value_text("proxy", 0),
		.managed = value_bool(false, 0),
		.pid = value_u64(4711, 0)};
	p->web3_thread = place(p, &g[0], 4);
	p->db1_thread = place(p, &g[1], 1);
	p->db1_thread[0].allowed = pinning_set(p, "10");
	p->db1_thread[1].allowed = pinning_set(p, "12-13");
	p->db1_thread[0].pinned = p->db1_thread[1].pinned = value_bool(true, 0);
	p->placement->guest = (struct rows){.row = g, .n = 3, .known = KNOWN};
}

int pinning_setup(void **state)
{
	struct pinning *p = xcalloc(1, sizeof(*p));
	struct daemons *d;

	p->s = snapshot_new(5);
	p->guests = add_block(p->s, 0, &probe_guests);
	p->threads = add_block(p->s, 1, &probe_threads);
	p->placement = add_block(p->s, 2, &probe_placement);
	p->topology = add_block(p->s, 3, &probe_topology);
	d = add_block(p->s, 4, &probe_daemons);
	p->a = p->s->block[0]->a;
	p->numad = arena_array(p->a, 1, sizeof(*p->numad));
	*p->numad = (struct daemon){
		.name = value_text("numad", 0), .running = value_bool(false, 0), .owns = value_text("numa", 0)};
	d->daemon = (struct rows){.row = p->numad, .n = 1, .known = KNOWN};
	add_topology(p);
	add_guests(p);
	add_threads(p);
	add_placement(p);
	p->c = change_new();
	*state = p;
	return 0;
}

int pinning_teardown(void **state)
{
	struct pinning *p = *state;

	change_free(p->c);
	snapshot_unref(p->s);
	free(p);
	return 0;
}
