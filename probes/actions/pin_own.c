/* Goes over the pins of a guest's own definition that a change leaves as they are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "probes/actions/pin_impl.h"
#include "probes/arena.h"
#include "probes/guests.h"

static bool is_target(const struct pin_plan *p, const char *kind, uint64_t number)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct pin_path *path = &p->target[i].path;

		if (!strcmp(path->kind, kind) && (!path->numbered || path->number == number))
			return true;
	}
	return false;
}

void pin_own(const struct pin_plan *p, pin_own_each *each, void *arg)
{
	const struct guest_pin *pin = p->g->pin.row;
	const struct guest_iothread *io = p->g->iothread.row;
	bool off = !value_known(p->g->id); /* of a guest that runs its emulator's pin is that of the running guest */

	for (uint32_t i = 0; i < p->g->pin.n; i++) {
		struct value cpus = off ? pin[i].cpus : pin[i].config_cpus;

		if (value_known(cpus) && !is_target(p, "vcpu", pin[i].vcpu.u))
			each(arena_printf(p->a, "vcpu %" PRIu64, pin[i].vcpu.u), cpus.set, arg);
	}
	if (off && value_known(p->g->emulator_cpus) && !is_target(p, "emulator", 0))
		each("emulator", p->g->emulator_cpus.set, arg);
	for (uint32_t i = 0; i < p->g->iothread.n; i++) {
		struct value cpus = off ? io[i].cpus : io[i].config_cpus;

		if (value_known(cpus) && value_known(io[i].id) && !is_target(p, "iothread", io[i].id.u))
			each(arena_printf(p->a, "iothread %" PRIu64, io[i].id.u), cpus.set, arg);
	}
}
