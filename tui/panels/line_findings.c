/* The line FOUND: how many problems there are of each severity, and how many checks are not known. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks.h"
#include "tui/panels/lines.h"

static void part(struct arena *a, struct overview_line *l, enum role role, const char *sign, size_t n, const char *one,
	const char *many)
{
	if (n)
		line_part(l, role, arena_printf(a, "%s %zu %s", sign, n, n == 1 ? one : many));
}

bool line_findings(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct findings *f = s ? s->findings : NULL;

	if (!f)
		return false;
	*l = (struct overview_line){.label = "FOUND", .role = ROLE_text, .panel = "findings"};
	part(a, l, ROLE_crit, "▲", f->crit, "critical", "critical");
	part(a, l, ROLE_warn, "△", f->warn, "warning", "warnings");
	part(a, l, ROLE_info, "·", f->info, "note", "notes");
	if (!l->nparts && f->passed)
		line_part(l, ROLE_good, arena_printf(a, "nothing: %zu checks pass", f->passed));
	else if (!l->nparts)
		line_part(l, ROLE_dim, f->unknown ? "nothing could be judged" : "no check applies");
	part(a, l, ROLE_unknown, "–", f->unknown, "not known", "not known");
	if (f->refused)
		line_part(l, ROLE_dim, arena_printf(a, "%zu of them refused", f->refused));
	return true;
}
