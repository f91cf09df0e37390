/* Power: its lists, what of them may be read now, and their sums. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/limits.h"
#include "probes/power_impl.h"

struct listing {
	const char *prefix;
	struct power_names *to;
};

static int add_name(const char *name, void *arg)
{
	struct listing *l = arg;

	if (strncmp(name, l->prefix, strlen(l->prefix)) == 0 && l->to->n < POWER_ROWS_MOST &&
		strlen(name) < POWER_NAME_SIZE)
		strcpy(l->to->name[l->to->n++], name);
	return 0;
}

/* "intel-rapl:2" comes before "intel-rapl:10". */
static int by_name(const void *a, const void *b)
{
	return strverscmp(a, b);
}

void power_list(const struct tick *t, const char *folder, const char *prefix, struct power_names *ret)
{
	struct listing l = {prefix, ret};

	ret->n = 0;
	ret->err = host_list(t->h, folder, add_name, &l);
	if (ret->err)
		ret->n = 0; /* half a list would be a smaller machine */
	qsort(ret->name, ret->n, sizeof(ret->name[0]), by_name);
}

struct rows power_rows(const void *row, const struct power_names *names)
{
	int err = names->n ? 0 : names->err ? names->err : -ENOENT;

	return (struct rows){
		.row = row, .n = (uint32_t)names->n, .known = err ? value_error(err, 0).known : KNOWN, .err = err};
}

bool power_may_interrupt(const struct tick *t, struct value package)
{
	const struct topology *top = snapshot_facts(t->so_far, &probe_topology);
	const struct load *load = snapshot_facts(t->so_far, &probe_load);
	const struct topology_cpu *rows = top ? top->cpu.row : NULL;

	if (t->so_far->about.origin == HOST_DIRECTORY || t->want->deep)
		return true;
	if (!value_known(package))
		return false;
	for (uint32_t i = 0; top && i < top->cpu.n; i++) {
		const struct load_cpu *l;

		if (!value_known(rows[i].package) || rows[i].package.i != (int64_t)package.u)
			continue;
		/* The kernel asks the first one that it brought up: the lowest. */
		l = load_cpu(load, rows[i].id.u, NULL);
		return l && value_f64_or(l->busy, 0) >= BUSY_PERCENT && !value_u64_or(rows[i].isolated, 0) &&
		       !value_u64_or(rows[i].nohz_full, 0);
	}
	return false;
}

/* The first that is not known says why a sum is open. */
static void leave_open(struct value *sum, bool *known, struct value why)
{
	if (*known)
		*sum = why;
	*known = false;
}

/*
 * Sums over packages: one that is not known leaves the sum open. A limit that is switched off caps nobody; kernels say
 * that too of one that the firmware locked, and nothing else tells the two apart.
 */
static void sum_zones(struct power *p)
{
	const struct power_zone *rows = p->zone.row;
	uint64_t capped = 0, at_limit = 0;
	struct value why = value_error(p->zone.n ? -ENOENT : p->zone.err, 0);
	double all = 0;
	bool power = true, limits = true, drawn = true, any = false;

	for (uint32_t i = 0; i < p->zone.n; i++) {
		const struct power_zone *z = &rows[i];

		if (!value_known(z->package))
			continue;
		any = true;
		if (value_known(z->power_w))
			all += z->power_w.f;
		else
			leave_open(&p->package_w, &power, z->power_w);
		if (!value_known(z->enabled)) {
			leave_open(&p->capped, &limits, z->enabled);
			leave_open(&p->at_limit, &drawn, z->enabled);
			continue;
		}
		if (!z->enabled.u)
			continue;
		if (!value_known(z->limit_w))
			leave_open(&p->capped, &limits, z->limit_w);
		capped += value_known(z->limit_w) && value_f64_or(z->max_w, 0) > 0 &&
			  z->limit_w.f < z->max_w.f * CAP_SHARE;
		if (!value_known(z->drawn_pct))
			leave_open(&p->at_limit, &drawn, z->drawn_pct);
		at_limit += value_f64_or(z->drawn_pct, 0) >= POWER_LIMIT_PERCENT;
	}
	if (!any) {
		p->package_w = p->capped = p->at_limit = why;
		return;
	}
	if (power)
		p->package_w = value_f64(all, 0);
	if (limits)
		p->capped = value_u64(capped, 0);
	if (drawn)
		p->at_limit = value_u64(at_limit, 0);
}

static void sum_uncores(struct power *p)
{
	const struct power_uncore *rows = p->uncore.row;
	uint64_t capped = 0;

	if (!p->uncore.n) {
		p->uncore_capped = value_error(p->uncore.err, 0);
		return;
	}
	for (uint32_t i = 0; i < p->uncore.n; i++) {
		if (!value_known(rows[i].max_khz) || !value_known(rows[i].initial_max_khz)) {
			p->uncore_capped = value_known(rows[i].max_khz) ? rows[i].initial_max_khz : rows[i].max_khz;
			return;
		}
		capped += rows[i].max_khz.u < rows[i].initial_max_khz.u;
	}
	p->uncore_capped = value_u64(capped, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct power *p = facts;

	power_zones(t, state, p);
	power_uncores(t, p);
	power_sensors(t, p);
	sum_zones(p);
	sum_uncores(p);
	p->platform_profile = get_text(t, 0, "/sys/firmware/acpi/platform_profile");
	p->platform_profiles = get_text(t, 0, "/sys/firmware/acpi/platform_profile_choices");
	return 0;
}

static void end(struct host *h, void *state)
{
	struct power_state *st = state;

	(void)h;
	free(st->zone);
}

static const struct row_set sets[] = {
	{"zone", "name", offsetof(struct power, zone), sizeof(struct power_zone), power_zone_fields, NZONE_FIELDS, NULL,
		0},
	{"uncore", "name", offsetof(struct power, uncore), sizeof(struct power_uncore), power_uncore_fields,
		NUNCORE_FIELDS, NULL, 0},
	{"sensor", "name", offsetof(struct power, sensor), sizeof(struct power_sensor), power_sensor_fields,
		NSENSOR_FIELDS, NULL, 0},
};

const struct probe probe_power = {
	.name = "power",
	.title = "Power",
	.needs = SOURCES("load", "topology"),
	.size = sizeof(struct power),
	.state_size = sizeof(struct power_state),
	.period_ms = 2000,
	.fields = power_fields,
	.nfields = NPOWER_FIELDS,
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
