/* Guests made by hand: their facts as the probes would leave them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/guesting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cpuset.h"
#include "probes/silicon.h"
#include "probes/snapshot.h"

#define DB1 "0b5c8a52-8a4e-4d0e-9a53-6a1d3a7d0001"
#define OLD1 "0b5c8a52-8a4e-4d0e-9a53-6a1d3a7d0002"
#define WEB3 "6f3a8a52-8a4e-4d0e-9a53-6a1d3a7d0003"

static const struct value absent = {.known = KNOWN_ABSENT};

static struct value text(const char *t)
{
	return t ? value_text(t, 0) : absent;
}

static struct value set(struct arena *a, const char *list)
{
	struct cpuset *s;

	assert_int_equal(cpuset_parse_list(a, list, &s), 0);
	return value_set(s, 0);
}

static void *put_block(struct snapshot *s, const struct probe *p, struct arena *a)
{
	static const uint64_t first_id = 1 << 20;
	size_t at = 0;
	struct block *b;

	while (at < s->n && probes[at] != p)
		at++;
	assert_true(at < s->n);
	b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->probe = p;
	b->a = a;
	b->facts = arena_alloc(a, p->size);
	b->t_ns = s->t_ns;
	b->id = first_id + at;
	b->refs = 1;
	block_unref(s->block[at]);
	s->block[at] = b;
	return arena_alloc(a, 0) ? (void *)(uintptr_t)b->facts : NULL;
}

/* All that is not said is not there: what the probes say of it. */
static void all_absent(void *row, size_t size)
{
	for (struct value *v = row; (char *)(v + 1) <= (char *)row + size; v++)
		v->known = KNOWN_ABSENT;
}

static struct guest guest_of(const char *uuid, const char *name, const char *state, unsigned vcpus)
{
	struct guest g;

	memset(&g, 0, sizeof(g));
	all_absent(&g, offsetof(struct guest, pin));
	g.uuid = text(uuid);
	g.name = text(name);
	g.state = text(state);
	g.persistent = value_bool(true, 0);
	g.generation = value_u64(1, 0);
	g.type = text("kvm");
	g.machine = text("pc-q35-7.2");
	g.cpu_mode = text("host-passthrough");
	g.vcpus = g.vcpus_max = value_u64(vcpus, 0);
	g.memory_kib = g.balloon_kib = value_u64(8 << 20, 0);
	g.iothreads = value_u64(0, 0);
	g.hugepages = g.pending = g.lost = value_bool(false, 0);
	g.memballoon = text("virtio");
	return g;
}

static void disk(struct arena *a, struct guest *g, const char *target, const char *bus)
{
	struct guest_disk *d = arena_alloc(a, sizeof(*d));

	all_absent(d, sizeof(*d));
	d->target = text(target);
	d->bus = text(bus);
	d->device = text("disk");
	d->format = text("qcow2");
	d->cache = text("none");
	d->io = text("native");
	d->source = text("file");
	d->source_name = text("/var/lib/libvirt/images/disk.qcow2");
	d->reads_per_s = value_f64(120, 0);
	d->read_us = value_f64(410, 0);
	g->disk = (struct rows){.row = d, .n = 1, .known = KNOWN};
}

static void interface(struct arena *a, struct guest *g, const char *model)
{
	struct guest_interface *i = arena_alloc(a, sizeof(*i));

	all_absent(i, sizeof(*i));
	i->name = text("net0");
	i->mac = text("52:54:00:12:34:56");
	i->model = text(model);
	i->source = text("bridge");
	i->source_name = text("br0");
	i->target = text("vnet3");
	i->rx_per_s = value_f64(3400, 0);
	g->interface = (struct rows){.row = i, .n = 1, .known = KNOWN};
}

static void drift(struct arena *a, struct guest *g)
{
	struct guest_drift *d = arena_array(a, 2, sizeof(*d));

	d[0] = (struct guest_drift){text("vda bus"), text("ide"), text("virtio"), text("pending")};
	d[1] = (struct guest_drift){text("vcpu 2 cpus"), text("12"), text("14"), text("lost")};
	g->drift = (struct rows){.row = d, .n = 2, .known = KNOWN};
	g->pending = g->lost = value_bool(true, 0);
}

static struct placement_guest place_of(struct arena *a, const char *key, const char *name, const char *state, bool here)
{
	struct placement_guest p;

	memset(&p, 0, sizeof(p));
	all_absent(&p, offsetof(struct placement_guest, thread));
	(void)a;
	p.key = text(key);
	p.name = text(name);
	p.state = text(state);
	p.managed = value_bool(strncmp(key, "pid", 3) != 0, 0);
	p.joined = value_bool(here, 0);
	return p;
}

struct threads_made {
	struct arena *a;
	const struct silicon *silicon;
	struct placement_thread *row;
	uint32_t n;
	uint64_t tid;
};

static struct placement_thread *thread(struct threads_made *t, const char *role, int number, const char *allowed,
	unsigned now, double wait_ms, double wait_us)
{
	struct placement_thread *row = &t->row[t->n++];
	const struct silicon_cpu *cpu = silicon_cpu(t->silicon, now);

	all_absent(row, sizeof(*row));
	row->tid = value_u64(t->tid++, 0);
	row->name = text(number < 0 ? role : arena_printf(t->a, "%s %d", role, number));
	row->role = text(role);
	row->number = number < 0 ? absent : value_u64((uint64_t)number, 0);
	row->allowed = set(t->a, allowed);
	row->pinned = value_bool(cpuset_count(row->allowed.set) < 20, 0);
	row->now = value_u64(now, 0);
	row->busy = value_f64(12, 0);
	row->wait_ms_per_s = value_f64(wait_ms, 0);
	row->wait_us = value_f64(wait_us, 0);
	if (!cpu)
		return row;
	row->siblings = absent;
	if (value_known(cpu->siblings)) {
		struct cpuset *others = cpuset_copy(t->a, cpu->siblings.set);

		cpuset_remove(others, now);
		row->siblings = value_set(others, 0);
	}
	row->l3 = cpu->l3;
	row->node = cpu->node;
	row->governor = cpu->governor;
	row->khz = cpu->khz;
	row->base_khz = cpu->base_khz;
	row->freshness = cpu->freshness;
	row->fresh = cpu->fresh;
	row->idle_state = cpu->idle_state;
	row->exit_us = cpu->exit_us;
	return row;
}

static void conflict(struct placement_guest *p, struct placement_thread *t, const char *clause, unsigned severity)
{
	t->conflict = text(clause);
	t->severity = value_u64(severity, 0);
	if (!value_known(p->conflict))
		p->conflict = t->conflict;
	p->conflicts = value_u64(value_u64_or(p->conflicts, 0) + 1, 0);
}

/* The sums that the probe makes of the threads. */
static void finish(
	struct placement_guest *p, const struct threads_made *t, unsigned vcpus, const char *cpus, const char *nodes)
{
	uint64_t pinned = 0;

	p->thread = (struct rows){.row = t->row, .n = t->n, .known = KNOWN};
	p->pid = value_u64(t->row[0].tid.u - 1, 0);
	p->vcpus = value_u64(vcpus, 0);
	p->cpus = set(t->a, cpus);
	p->nodes = set(t->a, nodes);
	p->busy = value_f64(12.0 * t->n, 0);
	p->wait_ms_per_s = p->wait_us = value_f64(0, 0);
	p->conflicts = value_u64(value_u64_or(p->conflicts, 0), 0);
	for (uint32_t i = 0; i < t->n; i++) {
		pinned += strcmp(t->row[i].role.text, "vcpu") == 0 && t->row[i].pinned.u;
		if (t->row[i].wait_ms_per_s.f >= p->wait_ms_per_s.f) {
			p->wait_ms_per_s = t->row[i].wait_ms_per_s;
			p->wait_us = t->row[i].wait_us;
			p->wait_thread = t->row[i].name;
		}
	}
	p->pinned = value_u64(pinned, 0);
}

static struct placement_guest place_db1(struct threads_made *t)
{
	struct placement_guest p = place_of(t->a, DB1, "db1", "running", true);

	for (int i = 0; i < 4; i++)
		thread(t, "vcpu", i,
			i == 2   ? "12"
			: i == 0 ? "4"
			: i == 1 ? "5"
				 : "6",
			i == 2   ? 12
			: i == 3 ? 6
				 : 4 + (unsigned)i,
			i == 2 ? 38.1 : 0.2, i == 2 ? 3200 : 90);
	t->row[2].others = text("web3 vcpu 0");
	conflict(&p, &t->row[2], "vcpu 2 shares CPU 12 with web3 vcpu 0", 3);
	thread(t, "emulator", -1, "0-23", 1, 0.1, 20);
	thread(t, "iothread", 1, "0", 0, 0.0, 0);
	finish(&p, t, 4, "4-6,12", "0-1");
	p.memory_node = value_i64(0, 0);
	p.memory_percent = value_f64(81, 0);
	return p;
}

static struct placement_guest place_web3(struct threads_made *t)
{
	struct placement_guest p = place_of(t->a, WEB3, "web3", "running", true);

	thread(t, "vcpu", 0, "12", 12, 0.2, 100);
	thread(t, "vcpu", 1, "13", 13, 0.1, 100);
	thread(t, "vcpu", 2, "12", 12, 11.4, 700);
	thread(t, "vcpu", 3, "0-23", 18, 0, 0);
	thread(t, "emulator", -1, "13", 13, 4, 400);
	thread(t, "vhost", 4711, "12-13", 12, 0.4, 40);
	conflict(&p, &t->row[2], "vcpu 2 shares CPU 12 with vcpu 0", 3);
	conflict(&p, &t->row[4], "on the CPU of vcpu 1", 2);
	conflict(&p, &t->row[0], "vcpu 0 shares CPU 12 with vcpu 2", 3);
	finish(&p, t, 4, "0-23", "0-1");
	p.memory_node = value_i64(0, 0);
	p.memory_percent = value_f64(96, 0);
	return p;
}

static struct placement_guest place_plain(struct threads_made *t, const char *key, const char *name, unsigned threads)
{
	struct placement_guest p = place_of(t->a, key, name, "running", true);
	unsigned vcpus = threads > 1 ? threads - 1 : 1;

	for (unsigned i = 0; i < vcpus; i++)
		thread(t, "vcpu", (int)i, "0-23", i % 24, 0.3, 60);
	thread(t, "emulator", -1, "0-23", 0, 0, 0);
	finish(&p, t, vcpus, "0-23", "0-1");
	return p;
}

static struct threads_made threads_for(struct arena *a, const struct snapshot *s, unsigned n, uint64_t tid)
{
	return (struct threads_made){.a = a,
		.silicon = snapshot_facts(s, &probe_silicon),
		.row = arena_array(a, n, sizeof(struct placement_thread)),
		.tid = tid};
}

/* Who is pinned where, as far as the pictures need it. */
static void fill_cpus(struct arena *a, struct placement *p)
{
	struct placement_cpu *row = arena_array(a, 24, sizeof(*row));

	for (unsigned i = 0; i < 24; i++) {
		all_absent(&row[i], sizeof(row[i]));
		row[i].id = value_u64(i, 0);
		row[i].vcpus = row[i].threads = value_u64(i == 12 ? 3 : i == 13 || (i >= 4 && i <= 6), 0);
	}
	row[12].who = text("web3/0 web3/2 db1/2");
	p->cpu = (struct rows){.row = row, .n = 24, .known = KNOWN};
}

static void fill_guests(struct arena *a, struct guests *g, struct guest *row, unsigned plain)
{
	g->link = text("connected");
	g->uri = text("qemu:///system");
	g->driver = text("QEMU");
	g->hypervisor = text("7.2.22");
	g->of_this_machine = value_bool(true, 0);
	g->answered_s = value_f64(0.4, 0);
	row[GUESTING_DB1] = guest_of(DB1, "db1", "running", 4);
	row[GUESTING_DB1].iothreads = value_u64(1, 0);
	disk(a, &row[GUESTING_DB1], "vda", "virtio");
	interface(a, &row[GUESTING_DB1], "virtio");
	row[GUESTING_OLD1] = guest_of(OLD1, "old1", "shutoff", 2);
	row[GUESTING_OLD1].slow_devices = text("hda:ide");
	disk(a, &row[GUESTING_OLD1], "hda", "ide");
	row[GUESTING_WEB3] = guest_of(WEB3, "web3", "running", 4);
	row[GUESTING_WEB3].title = text("shop front");
	row[GUESTING_WEB3].id = value_u64(3, 0);
	row[GUESTING_WEB3].machine = text("pc-i440fx-7.2");
	row[GUESTING_WEB3].cpu_mode = text("custom");
	row[GUESTING_WEB3].cpu_model = text("qemu64");
	row[GUESTING_WEB3].slow_devices = text("vda:ide net0:e1000");
	disk(a, &row[GUESTING_WEB3], "vda", "ide");
	interface(a, &row[GUESTING_WEB3], "e1000");
	drift(a, &row[GUESTING_WEB3]);
	for (unsigned i = 0; i < plain; i++) {
		struct guest *r = &row[GUESTING_PLAIN + i];

		*r = guest_of(arena_printf(a, "11111111-8a4e-4d0e-9a53-6a1d3a7d%04u", i), arena_printf(a, "vm-%03u", i),
			"running", 4);
		disk(a, r, "vda", "virtio");
		interface(a, r, "virtio");
	}
	g->guest = (struct rows){.row = row, .n = GUESTING_PLAIN + plain, .known = KNOWN};
	g->total = value_u64(g->guest.n, 0);
	g->running = value_u64(2 + plain, 0);
	g->emulated = g->pending = g->lost = value_u64(1, 0);
}

struct guesting guesting_put(struct snapshot *s, unsigned plain, unsigned threads)
{
	struct arena *ga = arena_new(0), *pa = arena_new(0);
	struct guesting r = {
		.guests = put_block(s, &probe_guests, ga), .placement = put_block(s, &probe_placement, pa), .a = pa};
	struct threads_made t;

	all_absent(r.guests, offsetof(struct guests, guest));
	all_absent(r.placement, offsetof(struct placement, guest));
	r.guest = arena_array(ga, GUESTING_PLAIN + plain, sizeof(*r.guest));
	fill_guests(ga, r.guests, r.guest, plain);
	r.place = arena_array(pa, GUESTING_PLAIN + plain + 1, sizeof(*r.place));
	t = threads_for(pa, s, 8, 1001);
	r.place[GUESTING_DB1] = place_db1(&t);
	r.place[GUESTING_OLD1] = place_of(pa, OLD1, "old1", "shutoff", false);
	t = threads_for(pa, s, 8, 2001);
	r.place[GUESTING_WEB3] = place_web3(&t);
	for (unsigned i = 0; i < plain; i++) {
		t = threads_for(pa, s, threads + 2, 10000 + 100 * (uint64_t)i);
		r.place[GUESTING_PLAIN + i] = place_plain(
			&t, r.guest[GUESTING_PLAIN + i].uuid.text, r.guest[GUESTING_PLAIN + i].name.text, threads);
	}
	t = threads_for(pa, s, 8, 4712);
	r.place[GUESTING_PLAIN + plain] = place_plain(&t, "pid4711", "proxmox-104", 3);
	r.placement->guest = (struct rows){.row = r.place, .n = GUESTING_PLAIN + plain + 1, .known = KNOWN};
	fill_cpus(pa, r.placement);
	r.placement->running = value_u64(3 + plain, 0);
	r.placement->unmanaged = r.placement->waiting = value_u64(1, 0);
	r.placement->wait_ms_per_s = value_f64(38.1, 0);
	r.placement->wait_us = value_f64(3200, 0);
	r.placement->wait_guest = text(DB1);
	r.placement->wait_thread = text("vcpu 2");
	r.placement->wait_cpu = value_u64(12, 0);
	r.placement->wait_with = text("web3 vcpu 0");
	r.placement->conflicts = value_u64(4, 0);
	r.placement->spread = value_u64(2, 0);
	return r;
}

struct guesting guesting_none(struct snapshot *s, const char *link)
{
	struct arena *ga = arena_new(0), *pa = arena_new(0);
	struct guesting r = {
		.guests = put_block(s, &probe_guests, ga), .placement = put_block(s, &probe_placement, pa), .a = pa};

	all_absent(r.guests, offsetof(struct guests, guest));
	all_absent(r.placement, offsetof(struct placement, guest));
	r.guests->link = text(link);
	r.placement->running = r.placement->waiting = value_u64(0, 0);
	return r;
}
