/* What the files of the residency probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_RESIDENCY_IMPL_H
#define PROBES_RESIDENCY_IMPL_H

#include "probes/residency.h"

/* Registers of a package as they were read last: they hardly ever change. */
struct registers {
	unsigned turn;
	uint64_t ns;
	struct value c1e_promotion, firmware_pstates, hwp_epp;
};

/* Asks that CPU, when it is their turn, and fills what they say. */
void residency_registers(const struct tick *t, struct registers *r, uint32_t asked, struct residency_package *row);

#endif
