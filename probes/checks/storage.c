/* Checks N10 and N11: how disks are scheduled, how long guests wait for them, and whether the host does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/block.h"
#include "probes/checks/ask.h"
#include "probes/checks/guest_device.h"
#include "probes/checks/guest_walk.h"
#include "probes/checks/here.h"
#include "probes/pressure.h"

/* Disks whose requests a scheduler sorts: no mapped ones and no images. */
static bool has_queue(const struct block_disk *d)
{
	return !VALUE_IS(d->kind, "loop", "dm", "md", "zram", "ram");
}

static void judge_scheduler(struct check_run *r, const struct block_disk *d)
{
	const char *key = check_key(r, d->name.text), *name = check_name(r, d->name);

	if (check_absent(d->scheduler) ||
		!check_known(r, d->scheduler,
			value_known(d->scheduler) ? NULL : check_address(r, "block.disk[%s].scheduler", key)))
		return;
	if (VALUE_IS(d->scheduler, "bfq") && value_known(d->rotational) && !d->rotational.u) {
		check_fire(r, SEVERITY_WARN, check_address(r, "block.disk[%s].scheduler", key),
			"%s does not rotate, and bfq sorts its requests.", name);
		check_cost(r, LIMIT_bfq_us, NAN);
	} else if (VALUE_IS(d->kind, "nvme") && VALUE_IS(d->scheduler, "mq-deadline", "kyber")) {
		check_fire(r, SEVERITY_INFO, check_address(r, "block.disk[%s].scheduler", key),
			"%s is NVMe, and %s sorts its requests: none is faster.", name, check_name(r, d->scheduler));
		check_cost(r, LIMIT_bfq_us / 4, NAN);
	} else {
		return;
	}
	if (r->ret->nparts == 1)
		check_now(r, "`echo none > /sys/block/%s/queue/scheduler`", name);
}

/* What its disks are like, where it is not known which of them a guest's disk is on. */
struct below {
	const struct block_facts *b;
	bool rotates;
};

static void judge_reads(
	struct check_run *r, const struct below *w, const struct guest *g, const struct guest_disk *d)
{
	const struct block_disk *under = ask_is(d->source, "block") ? here_disk(r, value_text_or(d->source_name, "")) : NULL;
	bool rotates = under && value_known(under->rotational) ? under->rotational.u != 0 : w->rotates;
	double us = value_f64_or(d->read_us, 0), host = under ? value_f64_or(under->read_wait_us, NAN) : NAN;
	const char *guest = guest_name(r, g), *disk = check_name(r, d->target);

	if (!(value_f64_or(d->reads_per_s, 0) >= LIMIT_disk_judged_per_s))
		return;
	if (us > (rotates ? LIMIT_disk_read_us : LIMIT_flash_read_us))
		check_fire(r, SEVERITY_WARN, disk_at(r, g, d, "read_us"), "%s waits %.1f ms for a read from %s.", guest,
			us / 1000, disk);
	else if (us > LIMIT_layer_times * host && us - host > LIMIT_flush_us)
		check_fire(r, SEVERITY_WARN, disk_at(r, g, d, "read_us"),
			"%s waits %.2f ms for a read from %s, while %s takes %.2f: the rest is lost between.", guest, us / 1000,
			disk, check_name(r, under->name), host / 1000);
	else
		return;
	check_cost(r, us, d->reads_per_s.f);
}

static void judge_flushes(struct check_run *r, const struct guest *g, const struct guest_disk *d)
{
	if (!(value_f64_or(d->flushes_per_s, 0) > 0) || !(value_f64_or(d->flush_us, 0) > LIMIT_flush_slow_us))
		return;
	check_fire(r, SEVERITY_WARN, disk_at(r, g, d, "flush_us"), "%s waits %.1f ms for a flush of %s.", guest_name(r, g),
		d->flush_us.f / 1000, check_name(r, d->target));
	check_cost(r, d->flush_us.f, d->flushes_per_s.f);
}

static unsigned judge_guests(struct check_run *r, const struct below *w)
{
	const struct guests *all = snapshot_facts(r->s, &probe_guests);
	const struct guest *row = all ? all->guest.row : NULL;
	unsigned seen = 0;

	for (uint32_t i = 0; all && i < all->guest.n; i++) {
		const struct guest_disk *d = row[i].disk.row;

		if (!here_runs(&row[i]))
			continue;
		for (uint32_t k = 0; k < row[i].disk.n; k++) {
			if (!disk_counts(&d[k]) || check_absent(d[k].reads_per_s) ||
				!check_known(r, d[k].reads_per_s,
					value_known(d[k].reads_per_s) ? NULL : disk_at(r, &row[i], &d[k], "reads_per_s")))
				continue;
			seen++;
			judge_reads(r, w, &row[i], &d[k]);
			judge_flushes(r, &row[i], &d[k]);
		}
	}
	return seen;
}

void rule_N10(struct check_run *r)
{
	struct below w = {.b = check_facts(r, &probe_block)};
	const struct block_disk *row = w.b ? w.b->disk.row : NULL;
	unsigned disks = 0, seen;

	if (!w.b)
		return;
	if (w.b->disk.known == KNOWN_ABSENT && ask_absence_tells(r)) {
		check_not_applicable(r, "This host has no disks of its own.");
		return;
	}
	if (!check_list(r, &w.b->disk, "block.disk"))
		return;
	for (uint32_t i = 0; i < w.b->disk.n; i++) {
		if (!has_queue(&row[i]))
			continue;
		disks++;
		w.rotates = w.rotates || value_u64_or(row[i].rotational, 0);
		judge_scheduler(r, &row[i]);
	}
	if (!disks)
		check_not_applicable(r, "This host has no disks of its own.");
	seen = judge_guests(r, &w);
	check_evidence(r, "block.disks");
	if (seen)
		check_pass(r, "%s of this host and %u of guests: scheduled as they should be, and none waits long.",
			ask_count(r, disks, "disk"), seen);
	else
		check_pass(r, "%s of this host: scheduled as they should be.", ask_count(r, disks, "disk"));
}

static void fire_pressure(struct check_run *r, double full, const char *evidence, const char *who)
{
	if (!(full > LIMIT_io_pressure_warn))
		return;
	check_fire(r, full > LIMIT_io_pressure_crit ? SEVERITY_CRIT : SEVERITY_WARN, evidence,
		"In %.0f %% of the last 10 seconds all tasks of %s that could run waited for disks.", full, who);
	check_share(r, full / 100);
}

void rule_N11(struct check_run *r)
{
	const struct pressure_resource *io = ask_pressure(r, "io");
	const struct threads *t = snapshot_facts(r->s, &probe_threads);
	const struct threads_guest *row = t ? t->guest.row : NULL;

	if (!io || !check_known(r, io->full_avg10, "pressure.resource[io].full_avg10"))
		return;
	fire_pressure(r, io->full_avg10.f, "pressure.resource[io].full_avg10", "this host");
	for (uint32_t i = 0; t && i < t->guest.n; i++)
		if (value_f64_or(row[i].io_full_avg10, 0) > LIMIT_io_pressure_warn)
			fire_pressure(r, row[i].io_full_avg10.f,
				check_address(r, "threads.guest[%s].io_full_avg10", check_key(r, row[i].key.text)),
				check_guest_name(r, row[i].name, row[i].key));
	check_evidence(r, "pressure.resource[io].full_avg60");
	check_pass(r, "In %.1f %% of the last 10 seconds all tasks waited for disks.", io->full_avg10.f);
}
