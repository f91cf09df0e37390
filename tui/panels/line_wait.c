/* The line WAIT: the thread of a guest that waits most for a CPU, and who else wants that CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/limits.h"
#include "tui/panels/guests_impl.h"
#include "tui/panels/lines.h"
#include "tui/panels/not_yet.h"

#define FELT_MS 0.05 /* a second: less is shown as none */
enum { VALUE_CELLS = 17 }; /* that a line has for its value */

static const char *name_of(const struct guest_rows *r)
{
	const char *key = value_text_or(r->placement->wait_guest, "");

	for (size_t i = 0; i < r->nall; i++)
		if (strcmp(r->all[i].key, key) == 0)
			return r->all[i].name;
	return key;
}

/* The name gives way to the thread where both have no room. */
static const char *who(struct arena *a, const struct guest_rows *r)
{
	const char *thread = guest_words(a, value_text_or(r->placement->wait_thread, "?"), 12);

	return arena_printf(a, "%s %s", guest_words(a, name_of(r), VALUE_CELLS - 1 - (int)strlen(thread)), thread);
}

bool line_wait(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	struct guest_rows r = guest_rows(a, s, "", (struct rows_order){0});
	const struct placement *p = r.placement;
	const char *text;
	enum grave grave;

	if (!p || !value_u64_or(p->running, 0))
		return false;
	*l = (struct overview_line){.label = "WAIT",
		.role = ROLE_text,
		.share = NAN,
		.address = "placement.wait_ms_per_s",
		.panel = "guests"};
	if (!value_known(p->wait_ms_per_s)) {
		l->value = p->wait_ms_per_s.known == KNOWN_NOT_YET  ? not_yet(s)
			   : p->wait_ms_per_s.known == KNOWN_DENIED ? "denied"
								    : "not known";
		l->role = ROLE_unknown;
		return true;
	}
	grave = grave_of_wait(p->wait_ms_per_s, p->wait_us);
	l->has_bar = true;
	l->share = p->wait_ms_per_s.f / 1000;
	l->role = grave_role(grave);
	if (p->wait_ms_per_s.f < FELT_MS) {
		l->value = "nobody";
		l->share = 0;
		line_part(l, ROLE_dim, "no thread of a guest waits for a CPU");
		return true;
	}
	l->value = who(a, &r);
	text = guest_rate(a, p->wait_ms_per_s.f);
	if (value_known(p->wait_cpu))
		text = arena_printf(a, "%s on CPU %u", text, (unsigned)p->wait_cpu.u);
	line_part(l, l->role, text);
	line_part(l, grave ? ROLE_text : ROLE_dim, guests_shared(a, p->wait_with, name_of(&r)));
	if (grave && value_f64_or(p->wait_us, 0) >= WAIT_FELT_US)
		line_part(l, l->role, arena_printf(a, "%.1f ms a turn", p->wait_us.f / 1000));
	if (value_u64_or(p->waiting, 0) > 1)
		line_part(l, ROLE_warn, arena_printf(a, "%u more wait", (unsigned)p->waiting.u - 1));
	return true;
}
