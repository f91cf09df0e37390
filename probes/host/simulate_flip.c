/* Lets CPUs of a simulated machine change between idle and busy, those of calm guests left alone. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_flip.h"

#include <stdlib.h>

#include "probes/host/simulate_guest_move.h"
#include "probes/host/simulate_model.h"
#include "probes/util.h"

void simulate_flip(struct model *m, const struct guest_moves *guests, uint64_t second, unsigned n)
{
	unsigned ncpus = m->ncpus;
	bool *done = xcalloc(ncpus, sizeof *done);

	for (unsigned cpu = 0; cpu < ncpus; cpu++)
		done[cpu] = guest_moves_rests(guests, cpu) || model_stays_busy(m, cpu);
	for (unsigned i = 0; i < n && i < ncpus; i++) {
		unsigned from = (unsigned)(model_random(m, i, 1000 + second * 8) % ncpus), pick = ncpus;
		bool wanted = (second + i) % 2;

		for (unsigned k = 0; k < ncpus && pick == ncpus; k++) {
			unsigned cpu = (from + k) % ncpus;

			pick = !done[cpu] && m->busy[cpu] == wanted ? cpu : ncpus;
		}
		/* None of that kind is left: any other. */
		for (unsigned cpu = 0; cpu < ncpus && pick == ncpus; cpu++)
			pick = done[cpu] ? ncpus : cpu;
		if (pick == ncpus)
			break;
		done[pick] = true;
		m->busy[pick] = !m->busy[pick];
	}
	free(done);
}
