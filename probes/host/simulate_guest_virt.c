/* Writes what libvirt would answer about simulated guests, as files below /@virt. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "probes/host/simulate_guest.h"
#include "probes/util.h"

static void write_pin(const struct model *m, struct out *o, int dir, const char *name, const struct sim_cpus *c)
{
	char list[64] = "-";

	if (c)
		sim_cpus_list(m, c, list, sizeof list);
	out_line(o, dir, name, "%s", list);
}

static void write_scope(const struct model *m, struct out *o, int guest, const struct sim_guest *g, bool live)
{
	int dir = out_dir(o, guest, live ? "live" : "config"), sub;
	bool pinned = g->emulator.n && !(g->live_only && !live);
	struct text t = {0};
	char name[16];

	sim_guest_xml(m, g, live, &t);
	out_text(o, dir, "xml", t.at, t.len);
	text_free(&t);
	write_pin(m, o, dir, "emulator", pinned ? &g->emulator : NULL);
	sub = out_dir(o, dir, "vcpu");
	for (unsigned v = 0; v < g->vcpus; v++) {
		snprintf(name, sizeof name, "%u", v);
		write_pin(m, o, sub, name, pinned ? &g->vcpu[v] : NULL);
	}
	out_close(sub);
	if (g->iothreads) {
		sub = out_dir(o, dir, "iothread");
		for (unsigned i = 1; i <= g->iothreads; i++) {
			snprintf(name, sizeof name, "%u", i);
			write_pin(m, o, sub, name, pinned ? &g->iothread : NULL);
		}
		out_close(sub);
	}
	out_close(dir);
}

static void write_text(struct out *o, int dir, const char *name, struct text *t)
{
	out_text(o, dir, name, t->at, t->len);
	text_free(t);
}

static void write_guest(const struct model *m, struct out *o, int virt, const struct sim_guest *g)
{
	int dir = out_dir(o, virt, "%s", g->uuid), stats;
	struct text t = {0};

	if (g->id)
		write_scope(m, o, dir, g, true);
	if (!g->transient)
		write_scope(m, o, dir, g, false);
	if (g->id) {
		stats = out_dir(o, dir, "stats");
		sim_guest_work(m, g, &t);
		write_text(o, stats, SIM_WORK, &t);
		sim_guest_exits(m, g, &t);
		write_text(o, stats, SIM_EXITS, &t);
		out_close(stats);
	}
	out_close(dir);
}

static void write_stats(const struct model *m, struct out *o, int virt)
{
	int dir = out_dir(o, virt, "stats");
	struct text traffic = {0}, work = {0}, exits = {0}, pages = {0};

	for (unsigned i = 0; i < m->o.guests; i++) {
		if (!m->guest[i].id)
			continue;
		sim_guest_traffic(m, &m->guest[i], &traffic);
		sim_guest_work(m, &m->guest[i], &work);
		sim_guest_exits(m, &m->guest[i], &exits);
		sim_guest_pages(m, &m->guest[i], &pages);
	}
	write_text(o, dir, SIM_TRAFFIC, &traffic);
	write_text(o, dir, SIM_WORK, &work);
	write_text(o, dir, SIM_EXITS, &exits);
	write_text(o, dir, SIM_PAGES, &pages);
	out_close(dir);
}

static void write_connection(const struct model *m, struct out *o, int virt)
{
	char cpus[64];

	model_list(m, 0, m->o.packages * m->o.cores, cpus, sizeof cpus);
	/* When it answered has no meaning in a folder; one that moves writes it, in the same width. */
	out_line(o, virt, "connection",
		"uri=qemu:///system\nlink=connected\nwhy=\nremedy=\nsince_ns=0\nanswered_ns=%019u\n"
		"hostname=simulated-%u\nof_this_machine=1\ndriver=QEMU\nlibvirt=9.0.0\nhypervisor=7.2.22\ncpus=%s",
		0, m->ncpus, cpus);
}

void simulate_guests_virt(const struct model *m, struct out *o, int root)
{
	struct text list = {0};
	int virt;

	if (!m->o.guests)
		return;
	virt = out_dir(o, root, "@virt");
	write_connection(m, o, virt);
	for (unsigned i = 0; i < m->o.guests && !o->err; i++) {
		const struct sim_guest *g = &m->guest[i];
		char id[16] = "-";

		if (!g->listed)
			continue;
		if (g->id)
			snprintf(id, sizeof id, "%u", g->id);
		sim_text_add(&list, "%s %s %s 1 %s %s\n", g->uuid, id,
			!g->id      ? "shutoff"
			: g->paused ? "paused"
				    : "running",
			g->transient ? "transient" : "persistent", g->name);
		write_guest(m, o, virt, g);
	}
	out_text(o, virt, "guests", list.at, list.len);
	text_free(&list);
	write_stats(m, o, virt);
	out_close(virt);
}
