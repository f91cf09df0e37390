/* What the files of the power probe share: what is kept between readings, and who may be interrupted. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_POWER_IMPL_H
#define PROBES_POWER_IMPL_H

#include "probes/disturb.h"
#include "probes/get.h"
#include "probes/load.h"
#include "probes/power.h"
#include "probes/topology.h"

enum { POWER_NAME_SIZE = 48, POWER_ROWS_MOST = 256 };

#define POWERCAP "/sys/class/powercap"
#define UNCORE "/sys/devices/system/cpu/intel_uncore_frequency"
#define HWMON "/sys/class/hwmon"

struct zone_state {
	char name[POWER_NAME_SIZE];
	uint64_t energy_uj, energy_ns; /* at the last reading; ns 0: never */
	uint64_t limits_ns; /* when its limits were read; 0: never */
};

struct power_state {
	struct zone_state *zone; /* by name */
	size_t nzones;
};

struct power_names {
	char name[POWER_ROWS_MOST][POWER_NAME_SIZE];
	size_t n;
	int err; /* of the list */
};
/* The names in that folder that begin like this, sorted; only those behind which something stands. */
void power_list(const struct tick *t, const char *folder, const char *prefix, struct power_names *ret);
/* The list of rows that these names became. */
struct rows power_rows(const void *row, const struct power_names *names);

/*
 * Registers of a package are read on a CPU of it, which is interrupted. That is done when it is awake anyway and not
 * set apart, when somebody asked for it (deep), or when the machine is a folder. A package that is not known may not.
 */
bool power_may_interrupt(const struct tick *t, struct value package);

void power_zones(const struct tick *t, struct power_state *st, struct power *p);
void power_uncores(const struct tick *t, struct power *p);
void power_sensors(const struct tick *t, struct power *p);

enum { NPOWER_FIELDS = 6, NZONE_FIELDS = 11, NUNCORE_FIELDS = 11, NSENSOR_FIELDS = 6 };
extern const struct field power_fields[NPOWER_FIELDS];
extern const struct field power_zone_fields[NZONE_FIELDS];
extern const struct field power_uncore_fields[NUNCORE_FIELDS];
extern const struct field power_sensor_fields[NSENSOR_FIELDS];

#endif
