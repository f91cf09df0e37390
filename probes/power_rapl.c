/* Zones of RAPL: energy becomes watts; limits and energy are registers that a CPU of the package must read. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/parse.h"
#include "probes/power_impl.h"

#define TOO_SOON_NS UINT64_C(100000000)
#define LIMITS_AGAIN_NS UINT64_C(10000000000)
#define OLD_NS UINT64_C(60000000000) /* watts older than this are not shown, and energies not compared */

enum { CONSTRAINTS = 3 };

static struct zone_state *find_state(struct power_state *st, const char *name)
{
	for (size_t i = 0; i < st->nzones; i++)
		if (strcmp(st->zone[i].name, name) == 0)
			return &st->zone[i];
	return NULL;
}

/* The states of these zones, in their order: what is gone is forgotten. */
static void follow(struct power_state *st, const struct power_names *names)
{
	struct zone_state *now = xcalloc(names->n + 1, sizeof(*now));

	for (size_t i = 0; i < names->n; i++) {
		const struct zone_state *was = find_state(st, names->name[i]);

		if (was)
			now[i] = *was;
		else
			strcpy(now[i].name, names->name[i]);
	}
	free(st->zone);
	st->zone = now;
	st->nzones = names->n;
}

static struct value micro(struct value v)
{
	return value_known(v) ? value_f64((double)v.u / 1e6, v.src) : v;
}

/* "package-1", "package-1-die-0": the number of the package. Zones of the other interface are the same packages again.
 */
static struct value package_of(const char *zone, struct value what)
{
	struct slice s;
	uint64_t id;
	size_t n;

	if (!value_known(what) || strncmp(zone, "intel-rapl:", 11) != 0 || strncmp(what.text, "package-", 8) != 0)
		return value_error(value_known(what) ? -ENOENT : what.err, 0);
	n = strspn(what.text + 8, "0123456789");
	s = (struct slice){what.text + 8, n};
	return parse_u64(s, &id) ? value_error(-EINVAL, 0) : value_u64(id, 0);
}

/* Zones below a package, "intel-rapl:1:0", are read by the same CPU. */
static struct value reader_of(const struct power_zone *rows, size_t n, const char *zone)
{
	const char *colon = strchr(zone, ':');
	size_t len = (size_t)(colon - zone) + 1 + strspn(colon + 1, "0123456789");

	for (size_t i = 0; i < n; i++)
		if (strlen(rows[i].name.text) == len && strncmp(rows[i].name.text, zone, len) == 0)
			return rows[i].package;
	return value_error(-ENOENT, 0);
}

static void read_limits(const struct tick *t, struct power_zone *row)
{
	const char *zone = row->name.text;

	row->enabled = get_bool(t, 0, POWERCAP "/%s/enabled", zone);
	row->limit_w = row->limit_s = row->max_w = row->burst_w = row->burst_ms = value_error(-ENOENT, 0);
	for (unsigned i = 0; i < CONSTRAINTS; i++) {
		struct value name = get_text(t, 0, POWERCAP "/%s/constraint_%u_name", zone, i), limit, time;
		bool lasting = value_known(name) && strcmp(name.text, "long_term") == 0;

		if (!value_known(name) && name.known != KNOWN_ABSENT && !i)
			row->limit_w = row->limit_s = row->max_w = name;
		if (!lasting && !(value_known(name) && strcmp(name.text, "short_term") == 0))
			continue;
		limit = micro(get_u64(t, 0, POWERCAP "/%s/constraint_%u_power_limit_uw", zone, i));
		time = micro(get_u64(t, 0, POWERCAP "/%s/constraint_%u_time_window_us", zone, i));
		if (!lasting) {
			row->burst_w = limit;
			row->burst_ms = value_known(time) ? value_f64(time.f * 1000, 0) : time;
			continue;
		}
		row->limit_w = limit;
		row->limit_s = time;
		row->max_w = micro(get_u64(t, 0, POWERCAP "/%s/constraint_%u_max_power_uw", zone, i));
		if (value_known(row->max_w) && row->max_w.f <= 0)
			row->max_w = value_error(-ENOENT, 0); /* servers often do not say */
	}
}

static struct value watts(const struct tick *t, struct zone_state *z)
{
	struct value energy = get_u64(t, 0, POWERCAP "/%s/energy_uj", z->name), range;
	uint64_t was = z->energy_uj, since = t->now_ns - z->energy_ns, more;
	bool first = !z->energy_ns || since > OLD_NS;

	if (!value_known(energy))
		return value_error(energy.err, 0);
	z->energy_uj = energy.u;
	z->energy_ns = t->now_ns;
	if (first)
		return (struct value){.known = KNOWN_NOT_YET};
	if (energy.u == was) /* a copy, or a zone that does not count */
		return value_error(-ENODATA, 0);
	more = energy.u - was;
	if (energy.u < was) {
		range = get_u64(t, 0, POWERCAP "/%s/max_energy_range_uj", z->name);
		if (!value_known(range) || range.u < was)
			return (struct value){.known = KNOWN_NOT_YET};
		more = range.u - was + energy.u;
	}
	return value_f64((double)more * 1e3 / (double)since, 0);
}

static void fill_power(const struct tick *t, struct zone_state *z, bool may, struct power_zone *row)
{
	bool soon = z->energy_ns && t->now_ns - z->energy_ns < TOO_SOON_NS;

	if (may && !soon)
		row->power_w = watts(t, z);
	else if (!soon && (row->power_w.known != KNOWN || row->power_w.age_ds > OLD_NS / 100000000))
		row->power_w = value_skipped(WOULD_INTERRUPT);
	if (!value_known(row->power_w) || !value_known(row->limit_w))
		row->drawn_pct = value_known(row->limit_w) ? row->power_w : row->limit_w;
	else if (row->limit_w.f <= 0)
		row->drawn_pct = value_error(-ENOENT, 0);
	else
		row->drawn_pct = value_f64(100 * row->power_w.f / row->limit_w.f, 0);
}

static void fill_limits(const struct tick *t, struct zone_state *z, bool may, struct power_zone *row)
{
	bool due = !z->limits_ns || t->want->everything || t->now_ns - z->limits_ns >= LIMITS_AGAIN_NS;

	if (may && due) {
		read_limits(t, row);
		z->limits_ns = t->now_ns;
	} else if (row->limit_w.known == KNOWN_NOT_YET) {
		row->enabled = row->limit_w = row->limit_s = row->max_w = row->burst_w = row->burst_ms =
			value_skipped(WOULD_INTERRUPT);
	}
}

void power_zones(const struct tick *t, struct power_state *st, struct power *p)
{
	const struct power *prev = t->prev;
	struct carry carry = {.a = t->a, .older_ds = prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	struct power_names *names = xcalloc(1, sizeof(*names));
	struct power_zone *rows;
	size_t n = 0;

	power_list(t, POWERCAP, "intel-rapl", names);
	for (size_t i = 0; i < names->n; i++) /* without a colon it is the folder of all */
		if (strchr(names->name[i], ':'))
			memmove(names->name[n++], names->name[i], POWER_NAME_SIZE);
	names->n = n;
	follow(st, names);
	rows = arena_array(t->a, n, sizeof(*rows));
	for (size_t i = 0; i < n; i++) {
		const struct power_zone *old =
			prev && i < prev->zone.n ? (const struct power_zone *)prev->zone.row + i : NULL;
		struct power_zone *row = &rows[i];
		bool may;

		if (old && strcmp(old->name.text, names->name[i]) == 0)
			row_carry(&carry, power_zone_fields, NZONE_FIELDS, old, row);
		row->name = value_text(arena_strdup(t->a, names->name[i]), 0);
		row->what = get_text(t, 0, POWERCAP "/%s/name", names->name[i]);
		row->package = package_of(names->name[i], row->what);
		may = power_may_interrupt(t, reader_of(rows, i + 1, names->name[i]));
		fill_limits(t, &st->zone[i], may, row);
		fill_power(t, &st->zone[i], may, row);
	}
	p->zone = power_rows(rows, names);
	free(names);
}
