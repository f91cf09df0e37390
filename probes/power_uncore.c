/* The clock outside the cores, and sensors that can be read without interrupting anybody. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/parse.h"
#include "probes/power_impl.h"

/* "package_01_die_00": the two numbers. */
static bool ids_of(const char *name, uint64_t *ret_package, uint64_t *ret_die)
{
	const char *package = name + strlen("package_"), *die = strstr(name, "_die_");

	return strncmp(name, "package_", 8) == 0 && die &&
	       !parse_u64((struct slice){package, (size_t)(die - package)}, ret_package) &&
	       !parse_u64(slice_of(die + 5), ret_die);
}

/* Newer parts have folders uncoreNN, whose registers lie in memory: reading them interrupts nobody. */
static bool in_memory(const struct power_names *names)
{
	return names->n && strncmp(names->name[names->n - 1], "uncore", 6) == 0;
}

static void read_uncore(const struct tick *t, struct power_uncore *row, bool may)
{
	const char *name = row->name.text;

	row->initial_min_khz = get_u64(t, 0, UNCORE "/%s/initial_min_freq_khz", name);
	row->initial_max_khz = get_u64(t, 0, UNCORE "/%s/initial_max_freq_khz", name);
	row->agents = get_text(t, 0, UNCORE "/%s/agent_types", name);
	if (may) {
		row->min_khz = get_u64(t, 0, UNCORE "/%s/min_freq_khz", name);
		row->max_khz = get_u64(t, 0, UNCORE "/%s/max_freq_khz", name);
		row->cur_khz = get_u64(t, 0, UNCORE "/%s/current_freq_khz", name);
		row->floor_khz = get_u64(t, 0, UNCORE "/%s/elc_floor_freq_khz", name);
		row->floor_below_pct = get_u64(t, 0, UNCORE "/%s/elc_low_threshold_percent", name);
	} else if (row->min_khz.known == KNOWN_NOT_YET) {
		row->min_khz = row->max_khz = row->cur_khz = row->floor_khz = row->floor_below_pct =
			value_skipped(WOULD_INTERRUPT);
	}
	if (value_known(row->cur_khz) && !row->cur_khz.u)
		row->cur_khz = value_error(-EINVAL, 0); /* no clock is 0 */
}

void power_uncores(const struct tick *t, struct power *p)
{
	const struct power *prev = t->prev;
	struct carry carry = {.a = t->a, .older_ds = prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	struct power_names *names = xcalloc(1, sizeof(*names));
	struct power_uncore *rows;

	power_list(t, UNCORE, "", names);
	rows = arena_array(t->a, names->n, sizeof(*rows));
	for (size_t i = 0; i < names->n; i++) {
		const struct power_uncore *old =
			prev && i < prev->uncore.n ? (const struct power_uncore *)prev->uncore.row + i : NULL;
		struct power_uncore *row = &rows[i];
		uint64_t package, die;

		if (old && strcmp(old->name.text, names->name[i]) == 0)
			row_carry(&carry, power_uncore_fields, NUNCORE_FIELDS, old, row);
		row->name = value_text(arena_strdup(t->a, names->name[i]), 0);
		if (ids_of(names->name[i], &package, &die)) {
			row->package = value_u64(package, 0);
			row->domain = value_u64(die, 0);
		} else {
			row->package = get_u64(t, 1, UNCORE "/%s/package_id", row->name.text);
			row->domain = get_u64(t, 1, UNCORE "/%s/domain_id", row->name.text);
		}
		read_uncore(t, row, in_memory(names) || power_may_interrupt(t, row->package));
	}
	p->uncore = power_rows(rows, names);
	free(names);
}

/* These ask the PCI configuration; coretemp asks the CPU itself. */
static bool may_read(const struct tick *t, const char *chip)
{
	return strcmp(chip, "k10temp") == 0 || strcmp(chip, "zenpower") == 0 ||
	       (strcmp(chip, "coretemp") == 0 && (t->want->deep || t->so_far->about.origin == HOST_DIRECTORY));
}

static struct value degrees(struct value milli)
{
	return value_known(milli) ? value_f64((double)milli.i / 1000, milli.src) : milli;
}

enum { TEMPS_MOST = 16, SENSORS_MOST = 256 };

/* "Package id 0", of older kernels "Physical id 0": coretemp has the cores as well. */
static bool is_package(struct value label)
{
	return value_known(label) &&
	       (strncmp(label.text, "Package", 7) == 0 || strncmp(label.text, "Physical", 8) == 0);
}

static size_t read_chip(
	const struct tick *t, const char *hwmon, const char *chip, struct power_sensor *rows, size_t room)
{
	size_t n = 0;

	for (unsigned i = 1; i <= TEMPS_MOST && n < room; i++) {
		struct value label = get_text(t, 0, HWMON "/%s/temp%u_label", hwmon, i), temp;
		struct power_sensor *row = &rows[n];

		if (strcmp(chip, "coretemp") == 0 && !is_package(label))
			continue;
		temp = degrees(get_i64(t, 0, HWMON "/%s/temp%u_input", hwmon, i));
		if (temp.known == KNOWN_ABSENT)
			continue;
		row->name = value_text(arena_printf(t->a, "%s/temp%u", hwmon, i), 0);
		row->chip = value_text(arena_strdup(t->a, chip), 0);
		row->label = label;
		row->temp_c = temp;
		row->max_c = degrees(get_i64(t, 0, HWMON "/%s/temp%u_max", hwmon, i));
		row->crit_c = degrees(get_i64(t, 0, HWMON "/%s/temp%u_crit", hwmon, i));
		n++;
	}
	return n;
}

void power_sensors(const struct tick *t, struct power *p)
{
	struct power_names *names = xcalloc(1, sizeof(*names));
	struct power_sensor *rows = xcalloc(SENSORS_MOST, sizeof(*rows)), *all;
	size_t n = 0;
	int err = 0;

	power_list(t, HWMON, "hwmon", names);
	for (size_t i = 0; i < names->n; i++) {
		struct value chip = get_text(t, 0, HWMON "/%s/name", names->name[i]);

		if (!value_known(chip) && chip.known != KNOWN_ABSENT)
			err = chip.err;
		if (value_known(chip) && may_read(t, chip.text))
			n += read_chip(t, names->name[i], chip.text, rows + n, SENSORS_MOST - n);
	}
	all = arena_array(t->a, n, sizeof(*all));
	memcpy(all, rows, n * sizeof(*rows));
	err = n ? 0 : names->err ? names->err : err ? err : -ENOENT;
	p->sensor = (struct rows){
		.row = all, .n = (uint32_t)n, .known = err ? value_error(err, 0).known : KNOWN, .err = err};
	free(names);
	free(rows);
}
