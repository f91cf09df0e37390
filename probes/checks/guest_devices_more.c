/* Checks V08, V13 and V14: queues, balloons, and machines with devices that only cost. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_device.h"
#include "probes/checks/guest_walk.h"
#include "probes/text.h"
#include "probes/threads.h"
#include "probes/util.h"

/* "pc-q35-7.2", "pc-i440fx-rhel7.6.0": major and minor of QEMU; false where it has no number of QEMU's. */
static bool machine_version(struct value machine, unsigned *major, unsigned *minor)
{
	const char *last = value_known(machine) ? strrchr(machine.text, '-') : NULL;

	return last && sscanf(last, "-%u.%u", major, minor) == 2;
}

/* The busiest vhost thread of a guest, percent of a CPU; NAN where nothing is known of any. */
static double vhost_busy(const struct threads *t, const struct guest *g)
{
	const struct threads_guest *row = threads_find(t, g->uuid.text);
	const struct thread *th = row ? row->thread.row : NULL;
	double most = NAN;

	for (uint32_t i = 0; th && i < row->thread.n; i++)
		if (VALUE_IS(th[i].role, "vhost"))
			most = fmax(most, value_f64_or(th[i].busy, NAN));
	return most;
}

static void judge_queues(
	struct check_run *r, const struct threads *t, const struct guest *g, const struct guest_interface *i)
{
	uint64_t queues = value_u64_or(i->queues, 1), vcpus = value_u64_or(g->vcpus, 0);
	uint64_t most = (uint64_t)LIMIT_queues_enough, enough = vcpus < most ? vcpus : most;
	double packets, busy;

	if (!guest_knows(r, g, g->vcpus, "vcpus"))
		return;
	if (queues > vcpus) {
		check_fire(r, SEVERITY_WARN, card_at(r, g, i, "queues"), "%s: card %s has %u queues for %u vCPU%s.",
			guest_name(r, g), i->name.text, (unsigned)queues, (unsigned)vcpus, plural(vcpus));
		return;
	}
	if (queues >= enough)
		return;
	packets = value_f64_or(i->rx_per_s, NAN) + value_f64_or(i->tx_per_s, NAN);
	busy = vhost_busy(t, g);
	if (busy > LIMIT_vhost_busy_pct)
		check_fire(r, SEVERITY_WARN, card_at(r, g, i, "queues"),
			"%s: card %s has %u queue%s for %u vCPUs, and a vhost thread is %.0f %% busy.",
			guest_name(r, g), i->name.text, (unsigned)queues, plural(queues), (unsigned)vcpus, busy);
	else if (packets > LIMIT_packets_per_s)
		check_fire(r, SEVERITY_INFO, card_at(r, g, i, "queues"),
			"%s: card %s has %u queue%s for %u vCPUs and %.0f packets/s.", guest_name(r, g), i->name.text,
			(unsigned)queues, plural(queues), (unsigned)vcpus, packets);
	else if (isnan(packets) && isnan(busy))
		check_known(r, i->rx_per_s, card_at(r, g, i, "rx_per_s"));
	else
		return;
	check_cost(r, LIMIT_vhost_queue_us, packets);
}

/* QEMU gives a virtio-blk disk a queue for each vCPU since its machines of 5.2. */
static void judge_disk_queues(struct check_run *r, const struct guest *g, const struct guest_disk *d)
{
	unsigned major, minor;

	if (!disk_counts(d) || !VALUE_IS(d->bus, "virtio"))
		return;
	if (value_known(d->queues) && value_known(g->vcpus) && d->queues.u > g->vcpus.u)
		check_fire(r, SEVERITY_WARN, disk_at(r, g, d, "queues"), "%s: disk %s has %u queues for %u vCPU%s.",
			guest_name(r, g), check_name(r, d->target), (unsigned)d->queues.u, (unsigned)g->vcpus.u,
			plural(g->vcpus.u));
	else if (!value_known(d->queues) && value_u64_or(g->vcpus, 0) > 1 &&
		 machine_version(g->machine, &major, &minor) && (major < 5 || (major == 5 && minor < 2)))
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "machine"),
			"%s: disk %s has one queue for %u vCPUs: machine %s is older than 5.2 (estimate).",
			guest_name(r, g), check_name(r, d->target), (unsigned)g->vcpus.u, check_name(r, g->machine));
}

void rule_V08(struct check_run *r)
{
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct guest *g;
	struct guest_walk w;
	unsigned devices = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		const struct guest_interface *i = g->interface.row;
		const struct guest_disk *d = g->disk.row;

		for (uint32_t k = 0; k < g->interface.n; k++)
			if (VALUE_IS(i[k].model, "virtio") && !VALUE_IS(i[k].source, "user", "hostdev")) {
				devices++;
				judge_queues(r, t, g, &i[k]);
			}
		for (uint32_t k = 0; k < g->disk.n; k++) {
			devices += VALUE_IS(d[k].bus, "virtio");
			judge_disk_queues(r, g, &d[k]);
		}
	}
	if (!devices)
		check_not_applicable(r, "No running guest has a virtio device.");
	check_pass(r, "%u virtio device%s of guests: queues enough for the load.", devices, plural(devices));
}

static void judge_balloon(struct check_run *r, const struct guest *g)
{
	if (!guest_knows(r, g, g->memory_kib, "memory_kib") || !guest_knows(r, g, g->balloon_kib, "balloon_kib"))
		return;
	if ((double)g->balloon_kib.u < LIMIT_balloon_share * (double)g->memory_kib.u) {
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "balloon_kib"),
			"%s has %.1f of %.1f GiB: its balloon took %.0f %%.", guest_name(r, g),
			(double)g->balloon_kib.u / 1048576, (double)g->memory_kib.u / 1048576,
			100 - 100 * (double)g->balloon_kib.u / (double)g->memory_kib.u);
		if (r->ret->nparts == 1)
			check_now(r, "`virsh setmem %s %" PRIu64 "K --live`", guest_shell(r, g), g->memory_kib.u);
	}
	if (r->latency_us > 0 && value_u64_or(g->free_page_reporting, 0))
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "free_page_reporting"),
			"%s reports free pages: what it takes back has to be faulted in anew.", guest_name(r, g));
	if (value_known(g->balloon_stats_s) && g->balloon_stats_s.u && g->balloon_stats_s.u <= 1)
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "balloon_stats_s"),
			"%s is asked for its memory each second.", guest_name(r, g));
}

void rule_V13(struct check_run *r)
{
	const struct guest *g;
	struct guest_walk w;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w)))
		judge_balloon(r, g);
	check_pass(r, "%s: all with the memory that they are defined with.", guests_seen(&w, w.seen));
}

static bool has_polled_usb(const struct guest *g)
{
	const struct guest_controller *c = g->controller.row;

	for (uint32_t i = 0; i < g->controller.n; i++)
		if (VALUE_IS(c[i].type, "usb") &&
			(check_absent(c[i].model) || VALUE_IS(c[i].model, "piix3-uhci", "piix4-uhci", "ehci",
							     "ich9-ehci1", "vt82c686b-uhci")))
			return true;
	return false;
}

/* What there is to say of one guest goes into one part. */
struct needless {
	struct text words;
	const char *evidence;
	enum severity severity;
};

static void add(struct needless *n, enum severity severity, const char *evidence, const char *words)
{
	text_add(&n->words, "%s%s", n->words.len ? "; " : "", words);
	n->evidence = n->evidence ? n->evidence : evidence;
	n->severity = severity > n->severity ? severity : n->severity;
}

static void judge_machine(struct check_run *r, const struct guests *all, const struct guest *g, struct needless *n)
{
	unsigned major, minor, qemu;
	bool version = machine_version(g->machine, &major, &minor);

	if (strncmp(g->machine.text, "pc-i440fx", 9) == 0 || strcmp(g->machine.text, "pc") == 0)
		add(n, SEVERITY_INFO, guest_at(r, g, "machine"),
			arena_printf(r->a, "machine %s has no PCI Express", check_name(r, g->machine)));
	if (version && value_known(all->hypervisor) && sscanf(all->hypervisor.text, "%u", &qemu) == 1 &&
		qemu > major + (unsigned)LIMIT_machine_majors)
		add(n, SEVERITY_INFO, guest_at(r, g, "machine"),
			arena_printf(r->a, "machine of QEMU %u.%u on QEMU %u", major, minor, qemu));
	if (version && major < (unsigned)LIMIT_machine_entropy && VALUE_IS(g->os, "linux") && value_known(g->rng) &&
		!g->rng.u)
		add(n, SEVERITY_WARN, guest_at(r, g, "rng"),
			"no virtio-rng: an old system may wait for entropy when it boots");
}

static void judge_needless(struct check_run *r, const struct guests *all, const struct guest *g)
{
	struct needless n = {.words = text_begin()};
	const char *words;

	if (guest_knows(r, g, g->machine, "machine"))
		judge_machine(r, all, g, &n);
	if (value_has_word(g->inputs, "tablet:usb") && has_polled_usb(g))
		add(&n, SEVERITY_INFO, guest_at(r, g, "inputs"), "a USB tablet on a controller that QEMU polls");
	if (value_has_word(g->video, "qxl"))
		add(&n, SEVERITY_INFO, guest_at(r, g, "video"), "video qxl, which is for desktops");
	if (value_known(g->sound))
		add(&n, SEVERITY_INFO, guest_at(r, g, "sound"), "a sound card");
	words = text_end(&n.words, r->a);
	if (n.severity)
		check_fire(r, n.severity, n.evidence, "%s: %s.", guest_name(r, g), words);
}

void rule_V14(struct check_run *r)
{
	const struct guest *g;
	struct guest_walk w;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w)))
		judge_needless(r, w.g, g);
	check_pass(r, "%s: current machine%s, no device that only costs.", guests_seen(&w, w.seen), plural(w.seen));
}
