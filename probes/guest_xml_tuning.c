/* Where a domain may run and how much of a CPU it gets, from its XML: vCPUs, pins, iothreads, quota and nodes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "probes/guest_xml_impl.h"

static int read_vcpus(struct arena *a, const struct xml_node *domain, struct guest *g, char why[200])
{
	const struct xml_node *n = xml_child(domain, "vcpu");
	const char *current = xml_attr(n, "current");

	g->vcpus_max = n ? xml_u64_value(xml_text(a, n)) : value_u64(1, 0);
	if (g->vcpus_max.known == KNOWN_ABSENT) /* <vcpu/> is one, too */
		g->vcpus_max = value_u64(1, 0);
	if (value_u64_or(g->vcpus_max, 0) > XML_VCPUS_MOST) {
		snprintf(why, 200, "%" PRIu64 " vCPUs; libvirt knows no more than %d", g->vcpus_max.u, XML_VCPUS_MOST);
		return -EINVAL;
	}
	g->vcpus = current ? xml_u64_value(current) : g->vcpus_max;
	g->vcpu_cpuset = xml_cpus_value(a, xml_attr(n, "cpuset"));
	return 0;
}

/* A row for each vCPU that there can be, in their order. */
static void read_pins(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	size_t n = (size_t)value_u64_or(g->vcpus_max, 0);
	struct guest_pin *row = arena_array(a, n, sizeof(*row));

	for (size_t i = 0; i < n; i++) {
		row[i].vcpu = value_u64(i, 0);
		row[i].cpus = row[i].config_cpus = value_error(-ENOENT, 0);
	}
	for (const struct xml_node *tune = xml_child(domain, "cputune"); tune; tune = xml_next(tune, "cputune"))
		for (const struct xml_node *p = xml_child(tune, "vcpupin"); p; p = xml_next(p, "vcpupin")) {
			struct value vcpu = xml_u64_value(xml_attr(p, "vcpu"));

			if (value_known(vcpu) && vcpu.u < n && row[vcpu.u].cpus.known == KNOWN_ABSENT)
				row[vcpu.u].cpus = xml_cpus_value(a, xml_attr(p, "cpuset"));
		}
	g->pin = (struct rows){.row = row, .n = (uint32_t)n, .known = n ? KNOWN : g->vcpus_max.known};
	g->pin.err = n ? 0 : g->vcpus_max.err;
}

static bool has_iothread(const struct guest_iothread *row, uint32_t n, uint64_t id)
{
	for (uint32_t i = 0; i < n; i++)
		if (value_known(row[i].id) && row[i].id.u == id)
			return true;
	return false;
}

/* Ids that are named, then the lowest free ones up to the count. */
static void read_iothreads(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *ids = xml_child(domain, "iothreadids"), *n = xml_child(ids, "iothread"),
			      *count = xml_child(domain, "iothreads");
	size_t named = xml_count(ids, "iothread"), all = named;
	struct guest_iothread *row;
	uint64_t free_id = 1;

	g->iothreads = count ? xml_u64_value(xml_text(a, count)) : value_u64(named, 0);
	if (value_u64_or(g->iothreads, 0) > named)
		all = g->iothreads.u > XML_ROWS_MOST ? XML_ROWS_MOST + 1 : (size_t)g->iothreads.u;
	else if (value_known(g->iothreads))
		g->iothreads.u = named;
	row = xml_rows(a, all, sizeof(*row), &g->iothread);
	for (uint32_t i = 0; i < g->iothread.n; i++) {
		row[i].cpus = row[i].config_cpus = value_error(-ENOENT, 0);
		if (n) {
			row[i].id = xml_u64_value(xml_attr(n, "id"));
			n = xml_next(n, "iothread");
			continue;
		}
		while (has_iothread(row, i, free_id))
			free_id++;
		row[i].id = value_u64(free_id++, 0);
	}
}

static void read_iothread_pins(struct arena *a, const struct xml_node *tune, struct guest *g)
{
	/* made by read_iothreads() in this very arena */
	struct guest_iothread *row = (struct guest_iothread *)(uintptr_t)g->iothread.row;
	const struct xml_node *p = xml_child(tune, "iothreadpin");

	for (size_t n = 0; p && n < XML_ROWS_MOST; n++, p = xml_next(p, "iothreadpin")) {
		struct value id = xml_u64_value(xml_attr(p, "iothread"));

		for (uint32_t i = 0; i < g->iothread.n; i++)
			if (value_known(id) && value_equal(row[i].id, id, TYPE_U64))
				row[i].cpus = xml_cpus_value(a, xml_attr(p, "cpuset"));
	}
}

/* "fifo 1" of the first vCPUs that have a scheduler of their own. */
static struct value read_scheduler(struct arena *a, const struct xml_node *tune)
{
	const struct xml_node *n = xml_child(tune, "vcpusched");
	const char *name = xml_attr(n, "scheduler"), *priority = xml_attr(n, "priority");

	if (!name || !*name)
		return value_error(-ENOENT, 0);
	return value_text(arena_printf(a, "%.32s%s%.16s", name, priority ? " " : "", priority ? priority : ""), 0);
}

static void read_cputune(struct arena *a, const struct xml_node *domain, struct guest *g)
{
	const struct xml_node *tune = xml_child(domain, "cputune");

	g->emulator_cpus = xml_cpus_value(a, xml_attr_of(tune, "emulatorpin", "cpuset"));
	g->shares = xml_u64_value(xml_text(a, xml_child(tune, "shares")));
	g->period_us = xml_u64_value(xml_text(a, xml_child(tune, "period")));
	g->emulator_period_us = xml_u64_value(xml_text(a, xml_child(tune, "emulator_period")));
	g->iothread_period_us = xml_u64_value(xml_text(a, xml_child(tune, "iothread_period")));
	g->global_period_us = xml_u64_value(xml_text(a, xml_child(tune, "global_period")));
	g->quota_us = xml_i64_value(xml_text(a, xml_child(tune, "quota")));
	g->emulator_quota_us = xml_i64_value(xml_text(a, xml_child(tune, "emulator_quota")));
	g->iothread_quota_us = xml_i64_value(xml_text(a, xml_child(tune, "iothread_quota")));
	g->global_quota_us = xml_i64_value(xml_text(a, xml_child(tune, "global_quota")));
	g->scheduler = read_scheduler(a, tune);
	for (; tune; tune = xml_next(tune, "cputune"))
		read_iothread_pins(a, tune, g);
}

int guest_xml_tuning(struct arena *a, const struct xml_node *domain, struct guest *g, char why[200])
{
	const struct xml_node *memory = xml_child(xml_child(domain, "numatune"), "memory");
	int err = read_vcpus(a, domain, g, why);

	if (err)
		return err;
	read_pins(a, domain, g);
	read_iothreads(a, domain, g);
	read_cputune(a, domain, g);
	g->numatune_mode = xml_text_value(a, xml_attr(memory, "mode"));
	g->numatune_nodes = xml_cpus_value(a, xml_attr(memory, "nodeset"));
	return 0;
}
