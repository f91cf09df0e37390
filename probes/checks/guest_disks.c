/* Checks V06 and V07: who serves the disks of guests, and how QEMU reads and writes what holds them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_device.h"
#include "probes/checks/guest_walk.h"
#include "probes/topology.h"
#include "probes/util.h"

/* Requests per second; NAN where they are not known yet. */
static double requests(const struct guest_disk *d)
{
	return value_f64_or(d->reads_per_s, NAN) + value_f64_or(d->writes_per_s, NAN);
}

/* What is known of the disks of one guest, its I/O threads apart. */
struct served {
	unsigned virtio, main_loop, rated;
	double requests; /* of those in the main loop, as far as they are known */
	const struct guest_disk *busiest; /* of the main loop */
};

static struct served disks_of(const struct guest *g)
{
	const struct guest_disk *d = g->disk.row;
	struct served s = {0};
	double most = -1;

	for (uint32_t i = 0; i < g->disk.n; i++) {
		double n = requests(&d[i]);

		if (!disk_counts(&d[i]) || !disk_is_virtio(&d[i]))
			continue;
		s.virtio++;
		if (value_known(d[i].iothread))
			continue;
		s.main_loop++;
		s.rated += !isnan(n);
		s.requests += isnan(n) ? 0 : n;
		if (!s.busiest || n > most) {
			s.busiest = &d[i];
			most = isnan(n) ? -1 : n;
		}
	}
	return s;
}

static void judge_main_loop(struct check_run *r, const struct guest *g, const struct served *s)
{
	double most = requests(s->busiest);
	bool busy = most > LIMIT_disk_busy_per_s;

	check_fire(r, busy ? SEVERITY_WARN : SEVERITY_INFO, disk_at(r, g, s->busiest, "iothread"),
		"%s: %u disk%s without an I/O thread%s%s.", guest_name(r, g), s->main_loop, plural(s->main_loop),
		s->rated ? arena_printf(r->a, ", %.0f requests/s in QEMU's main loop", s->requests) : "",
		guest_after(r, g, arena_printf(r->a, "%s iothread", value_text_or(s->busiest->target, ""))));
	check_cost(r, LIMIT_main_loop_us, s->rated ? s->requests : NAN);
}

/* Threads that serve nothing, and threads that serve too much. */
static void judge_iothreads(struct check_run *r, const struct guest *g)
{
	const struct guest_iothread *t = g->iothread.row;
	const struct guest_controller *c = g->controller.row;
	const struct guest_disk *d = g->disk.row;
	uint64_t idle = 0, first = 0;

	for (uint32_t i = 0; i < g->iothread.n; i++) {
		unsigned busy = 0, all = 0;
		uint64_t id = value_u64_or(t[i].id, 0);

		for (uint32_t k = 0; k < g->disk.n; k++)
			if (value_known(d[k].iothread) && d[k].iothread.u == id) {
				all++;
				busy += requests(&d[k]) > LIMIT_disk_busy_per_s;
			}
		for (uint32_t k = 0; k < g->controller.n; k++)
			all += value_known(c[k].iothread) && c[k].iothread.u == id;
		if (busy > (unsigned)LIMIT_disks_per_iothread)
			check_fire(r, SEVERITY_WARN, guest_at(r, g, "iothread[%u].id", (unsigned)id),
				"%s: I/O thread %u serves %u busy disks.", guest_name(r, g), (unsigned)id, busy);
		first = !all && !idle ? id : first;
		idle += !all;
	}
	if (idle)
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "iothread[%u].id", (unsigned)first),
			"%s: %u of its %u I/O threads serve%s no disk, the first is number %u.", guest_name(r, g),
			(unsigned)idle, (unsigned)g->iothread.n, idle == 1 ? "s" : "", (unsigned)first);
}

void rule_V06(struct check_run *r)
{
	const struct topology *topo = snapshot_facts(r->s, &probe_topology);
	const struct guest *g;
	struct guest_walk w;
	unsigned disks = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		struct served s = disks_of(g);

		disks += s.virtio;
		if (s.main_loop)
			judge_main_loop(r, g, &s);
		judge_iothreads(r, g);
		if (topo && value_known(topo->cpus_online) && value_known(g->iothreads) &&
			g->iothreads.u > 2 * topo->cpus_online.u)
			check_fire(r, SEVERITY_INFO, guest_at(r, g, "iothreads"),
				"%s: %u I/O threads on %u CPUs: one or two for each CPU are enough.", guest_name(r, g),
				(unsigned)g->iothreads.u, (unsigned)topo->cpus_online.u);
	}
	if (!disks)
		check_not_applicable(r, "No running guest has a disk on virtio.");
	check_pass(r, "%u virtio disk%s, each with an I/O thread.", disks, plural(disks));
}

/* A file or device of this host: cache and io say how it is opened. */
static bool is_local(const struct guest_disk *d)
{
	return VALUE_IS(d->source, "file", "block", "dir", "volume");
}

/* QEMU bypasses the host's cache. */
static bool is_direct(const struct guest_disk *d)
{
	return VALUE_IS(d->cache, "none", "directsync");
}

static void judge_cache(struct check_run *r, const struct guest *g, const struct guest_disk *d)
{
	const char *name = guest_name(r, g), *disk = check_name(r, d->target), *waits, *at;

	waits = guest_after(r, g, arena_printf(r->a, "%s cache", value_text_or(d->target, "")));
	at = disk_at(r, g, d, "cache");
	if (VALUE_IS(d->cache, "writethrough", "directsync")) {
		check_fire(r, SEVERITY_WARN, at, "%s: disk %s has cache %s: each write is flushed%s.", name, disk,
			d->cache.text, waits);
		check_cost(r, LIMIT_flush_us, value_f64_or(d->writes_per_s, NAN));
	} else if (VALUE_IS(d->cache, "unsafe")) {
		check_fire(r, SEVERITY_INFO, at,
			"%s: disk %s has cache unsafe: flushes are ignored, a power cut destroys data%s.", name, disk,
			waits);
	} else if (is_local(d) && (check_absent(d->cache) || VALUE_IS(d->cache, "default"))) {
		check_fire(r, SEVERITY_INFO, at,
			"%s: disk %s has QEMU's default cache, writeback: the host caches it a second time%s.", name,
			disk, waits);
	}
}

static void judge_io(struct check_run *r, const struct guest *g, const struct guest_disk *d)
{
	const char *waits = guest_after(r, g, arena_printf(r->a, "%s io", value_text_or(d->target, "")));
	bool threads = check_absent(d->io) || VALUE_IS(d->io, "threads");

	if (VALUE_IS(d->io, "native") && !is_direct(d))
		check_fire(r, SEVERITY_WARN, disk_at(r, g, d, "io"),
			"%s: disk %s has io native with cache %s: without none or directsync its requests block%s.",
			guest_name(r, g), check_name(r, d->target), check_absent(d->cache) ? "default" : d->cache.text,
			waits);
	else if (threads && VALUE_IS(d->source, "block") && VALUE_IS(d->format, "raw") && VALUE_IS(d->cache, "none")) {
		check_fire(r, r->latency_us > 0 ? SEVERITY_WARN : SEVERITY_INFO, disk_at(r, g, d, "io"),
			"%s: disk %s, a raw device without cache, hands each request to a thread%s%s.",
			guest_name(r, g), check_name(r, d->target), check_absent(d->io) ? ", QEMU's default" : "",
			waits);
		check_cost(r, LIMIT_hand_over_us, requests(d));
	}
}

static void judge_disk(struct check_run *r, const struct guest *g, const struct guest_disk *d)
{
	/* what cannot be read is noted; an absence has a meaning of its own */
	if (!check_absent(d->cache) && !value_known(d->cache))
		check_known(r, d->cache, disk_at(r, g, d, "cache"));
	judge_cache(r, g, d);
	if (is_local(d))
		judge_io(r, g, d);
	if (VALUE_IS(d->format, "qcow2") && value_u64_or(d->backing, 0) > 1)
		check_fire(r, SEVERITY_INFO, disk_at(r, g, d, "backing"),
			"%s: disk %s reads through %u images below its own.", guest_name(r, g),
			check_name(r, d->target), (unsigned)d->backing.u);
}

void rule_V07(struct check_run *r)
{
	const struct guest *g;
	struct guest_walk w;
	unsigned disks = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		const struct guest_disk *d = g->disk.row;

		for (uint32_t i = 0; i < g->disk.n; i++)
			if (disk_counts(&d[i]) && !VALUE_IS(d[i].source, "vhostuser", "vhostvdpa", "nvme")) {
				disks++;
				judge_disk(r, g, &d[i]);
			}
	}
	if (!disks)
		check_not_applicable(r, "No running guest has a disk that QEMU reads and writes.");
	check_pass(r, "%u disk%s: cache and I/O modes fit the storage.", disks, plural(disks));
}
