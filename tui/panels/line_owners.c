/* The line OWNERS: the daemons that set knobs, and may put back what is changed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/daemons.h"
#include "tui/panels/lines.h"

bool line_owners(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct daemons *d = snapshot_facts(s, &probe_daemons);
	const struct daemon *rows = d ? d->daemon.row : NULL;
	bool known = false;

	if (!d)
		return false;
	*l = (struct overview_line){.label = "OWNERS", .role = ROLE_text, .address = "daemons.tuned_profile"};
	for (uint32_t i = 0; i < d->daemon.n; i++) {
		known = known || value_known(rows[i].running);
		if (!value_u64_or(rows[i].running, 0))
			continue;
		if (strcmp(rows[i].name.text, "tuned") == 0 && value_known(d->tuned_profile))
			line_part(l, ROLE_info, arena_printf(a, "tuned (%s)", d->tuned_profile.text));
		else
			line_part(l, ROLE_info, rows[i].name.text);
	}
	if (!l->nparts)
		line_part(l, ROLE_dim,
			known ? "no daemon that sets clocks, interrupts or KSM" : "processes cannot be read");
	return true;
}
