/* Firmware: who built the machine, what it says it is for, and whether it is a machine at all. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_FIRMWARE_H
#define PROBES_FIRMWARE_H

#include "probes/probe.h"

struct firmware {
	struct value sys_vendor, product_name, board_name; /* text */
	struct value bios_vendor, bios_version, bios_date; /* text */
	struct value bios_age_years; /* f64: since bios_date */
	struct value pm_profile; /* u64: the ACPI preferred profile, 4 and 7 are servers */
	struct value pm_profile_name; /* text */
	struct value guest; /* bool: this host is itself a virtual machine */
	struct value guest_why; /* text: what says so */
};

extern const struct probe probe_firmware;

#endif
