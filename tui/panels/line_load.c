/* The line LOAD: how busy all CPUs are together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "probes/load.h"
#include "tui/cpu_look.h"
#include "tui/panels/lines.h"
#include "tui/panels/not_yet.h"

bool line_load(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct load *load = snapshot_facts(s, &probe_load);
	const struct block *block = s ? snapshot_block(s, &probe_load) : NULL;

	*l = (struct overview_line){
		.label = "LOAD", .role = ROLE_text, .has_bar = true, .share = NAN, .address = "load.busy"};
	if (!load || !value_known(load->busy)) {
		l->value = !load                               ? (block ? "not readable" : not_yet(s))
			   : load->busy.known == KNOWN_NOT_YET ? not_yet(s)
							       : "not known";
		l->role = ROLE_unknown;
		l->has_bar = false;
		return true;
	}
	l->share = load->busy.f / 100;
	l->value = arena_printf(a, "CPUs %.0f %% busy", percent_calm(load->busy.f));
	return true;
}
