/* The line GUESTS: how many run, what QEMU emulates for them, who is not pinned, and whether libvirt answers. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "tui/panels/guests_impl.h"
#include "tui/panels/lines.h"
#include "tui/panels/not_yet.h"

static void trouble(struct arena *a, const struct guest_rows *r, struct overview_line *l)
{
	const char *text = guests_trouble(a, r->s, r->guests), *link = r->guests ? value_text_or(r->guests->link, "") : "";

	/* without libvirt there are still processes of QEMU: that is how some hosts are meant to be */
	line_part(l, guests_without_libvirt(r->guests) || strcmp(link, "connecting") == 0 ? ROLE_dim : ROLE_warn, text);
}

static void counts(struct arena *a, const struct guest_rows *r, struct overview_line *l)
{
	const struct placement *p = r->placement;
	uint64_t emulated = r->guests ? value_u64_or(r->guests->emulated, 0) : 0;
	uint64_t pending = r->guests ? value_u64_or(r->guests->pending, 0) : 0;
	bool warns = false;
	uint64_t conflicts = p ? value_u64_or(p->conflicts, 0) : 0, spread = p ? value_u64_or(p->spread, 0) : 0;

	for (size_t i = 0; i < r->nall; i++)
		warns = warns || r->all[i].conflict >= GRAVE_WARN;
	if (conflicts) /* some are but worth a note */
		line_part(l, warns ? ROLE_warn : ROLE_info,
			arena_printf(a, "%u thread%s in conflict", (unsigned)conflicts, conflicts == 1 ? "" : "s"));
	if (emulated)
		line_part(l, ROLE_warn, arena_printf(a, "%u on %s", (unsigned)emulated, guests_emulated(a, r->guests)));
	if (spread)
		line_part(l, ROLE_info, arena_printf(a, "%u over several nodes", (unsigned)spread));
	if (pending)
		line_part(l, ROLE_info,
			arena_printf(a, "%u wait%s for a restart", (unsigned)pending, pending == 1 ? "s" : ""));
	if (p && value_u64_or(p->unmanaged, 0))
		line_part(l, ROLE_info, arena_printf(a, "%u not of libvirt", (unsigned)p->unmanaged.u));
}

bool line_guests(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	struct guest_rows r = guest_rows(a, s, "", (struct rows_order){0});
	const char *link = r.guests ? value_text_or(r.guests->link, "none") : "none";
	unsigned running = 0;

	if (!r.nall && strcmp(link, "none") == 0)
		return false;
	*l = (struct overview_line){
		.label = "GUESTS", .role = ROLE_text, .share = NAN, .address = "guests.running", .panel = "guests"};
	for (size_t i = 0; i < r.nall; i++)
		running += guest_runs(&r.all[i]);
	if (r.nall) {
		l->value = arena_printf(a, "%u running", running);
		l->address = r.guests && value_known(r.guests->running) ? "guests.running" : "placement.running";
	} else {
		l->value = strcmp(link, "connected") == 0    ? "none"
			   : strcmp(link, "connecting") == 0 ? not_yet(s)
							     : "not known";
		l->role = strcmp(link, "connected") == 0 ? ROLE_dim : ROLE_unknown;
		l->address = "guests.link";
	}
	trouble(a, &r, l);
	counts(a, &r, l);
	if (!l->nparts && r.nall > running)
		line_part(l, ROLE_dim, arena_printf(a, "%zu off", r.nall - running));
	return true;
}
