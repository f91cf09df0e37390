/* Whose pin p is about: the guest under the cursor, who sits on the CPU there, or the answer to a question. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/guests_why.h"
#include "probes/placement.h"
#include "tui/pin_pick.h"

enum { MENU_NAME = 18 };

/* A line of the menu; its command is "UUID what", and pin_key() knows. */
static void item(struct menu *m, const char *uuid, const char *what, const char *text)
{
	if (m->n == MENU_ITEMS)
		return;
	snprintf(m->item[m->n].text, sizeof(m->item[m->n].text), "%s", text);
	snprintf(m->item[m->n].command, sizeof(m->item[m->n].command), "%s %s", uuid, what);
	m->item[m->n++].role = ROLE_box;
}

/* What is left over when the menu is full. */
static void more(struct arena *arena, struct menu *m, unsigned n)
{
	if (!n)
		return;
	m->n = m->n == MENU_ITEMS ? MENU_ITEMS - 1 : m->n;
	item(m, "", "", arena_printf(arena, "%u more: 5 opens Guests, p pins there", n));
}

/* Who is pinned to that CPU, of the guests that libvirt lists; threads of vhost go where the emulator goes. */
static unsigned ask_role(const struct app *a, struct arena *arena, uint32_t cpu, bool vcpus, struct menu *m)
{
	const struct placement *p = snapshot_facts(a->snap, &probe_placement);
	const struct placement_guest *g = p ? p->guest.row : NULL;
	unsigned n = 0;

	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const struct placement_thread *t = g[i].thread.row;
		const char *guest = topo_brief(arena, value_text_or(g[i].name, "?"), PIN_NAME);

		for (uint32_t k = 0; value_u64_or(g[i].managed, 0) && k < g[i].thread.n; k++) {
			const char *name = value_text_or(t[k].name, "?"), *role = value_text_or(t[k].role, "vhost");

			if ((strcmp(role, "vcpu") == 0) != vcpus || strcmp(role, "vhost") == 0 ||
				!value_u64_or(t[k].pinned, 0) || !value_known(t[k].allowed) ||
				!cpuset_has(t[k].allowed.set, cpu))
				continue;
			item(m, g[i].key.text, name, arena_printf(arena, "%s %s", guest, name));
			n++;
		}
	}
	return n;
}

static void ask_cpu(const struct app *a, struct arena *arena, uint32_t cpu, struct menu *m)
{
	unsigned n = ask_role(a, arena, cpu, true, m);

	n += ask_role(a, arena, cpu, false, m);
	more(arena, m, n > MENU_ITEMS ? n - MENU_ITEMS + 1 : 0);
}

static void ask_guests(const struct app *a, struct arena *arena, struct menu *m)
{
	const struct guests *g = snapshot_facts(a->snap, &probe_guests);
	const struct guest *row = g->guest.row;

	for (uint32_t i = 0; i < g->guest.n && m->n < MENU_ITEMS; i++) {
		item(m, value_text_or(row[i].uuid, ""), "all",
			arena_printf(arena, "%-*s  %s, %u vCPU%s", MENU_NAME,
				topo_brief(arena, value_text_or(row[i].name, "?"), MENU_NAME - 3),
				value_text_or(row[i].state, "state not known"), (unsigned)value_u64_or(row[i].vcpus, 0),
				value_u64_or(row[i].vcpus, 0) == 1 ? "" : "s"));
	}
	more(arena, m, g->guest.n > MENU_ITEMS ? g->guest.n - MENU_ITEMS + 1 : 0);
}

/* Guests of another host are seen, and that is all; else NULL. */
static const char *elsewhere(struct arena *arena, const struct guests *g)
{
	if (!g || !value_known(g->of_this_machine) || g->of_this_machine.u)
		return NULL;
	return arena_printf(arena, "The guests of %s run on another host: they are never pinned from here.",
		topo_brief(arena, value_text_or(g->uri, "this connection"), 36));
}

/* Why no guest of this host can be pinned, or NULL. */
static const char *nobody(struct arena *arena, const struct app *a)
{
	const struct guests *g = snapshot_facts(a->snap, &probe_guests);
	const struct block *b = a->snap ? snapshot_block(a->snap, &probe_guests) : NULL;

	if (!g && a->capture)
		return guests_why(arena, a->snap);
	if (!g)
		return !b || !b->err ? "Reading: which guests there are is not known yet."
				     : arena_printf(arena, "Guests cannot be read here (%s): there is nobody to pin.",
					       errno_word(b->err));
	if (g->guest.n)
		return NULL;
	if (a->capture && value_known(g->why) && guests_why(arena, a->snap))
		return arena_printf(arena, "There is nobody to pin. %s", guests_why(arena, a->snap));
	if (value_known(g->why))
		return arena_printf(arena, "There is nobody to pin: %.180s. %.120s", g->why.text,
			value_text_or(g->remedy, ""));
	return "There is no guest to pin. p pins the guest or thread under the cursor, or who sits on that CPU.";
}

static void ask(struct app *a, struct arena *arena)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	int64_t cpu = p->cpu ? p->cpu(&v, a->state[a->panel]) : -1;
	struct menu *m = &a->menu;
	char command[INPUT_SIZE];

	*m = (struct menu){.title = "Pin which of these, that are pinned to this CPU?"};
	if (cpu >= 0)
		ask_cpu(a, arena, (uint32_t)cpu, m);
	if (m->n == 1) {
		snprintf(command, sizeof(command), "%s", m->item[0].command);
		pin_chosen(a, command);
		return;
	}
	if (!m->n) {
		m->title = "Pin which guest?";
		ask_guests(a, arena, m);
	}
	a->overlay = OVERLAY_PIN;
	pin_free(a); /* none yet: the menu is asked */
}

void pin_chosen(struct app *a, const char *command)
{
	size_t n = strcspn(command, " ");
	char uuid[64];

	snprintf(uuid, sizeof(uuid), "%.*s", (int)n, command);
	a->overlay = OVERLAY_NONE;
	if (n)
		pin_start(a, uuid, command + n + 1);
}

/* Why a process of QEMU that is none of the guests in libvirt's list is not pinned. */
static const char *unlisted(struct arena *arena, const struct app *a, const char *key)
{
	const struct placement_guest *g = placement_guest(snapshot_facts(a->snap, &probe_placement), key);
	const char *why = guests_why(arena, a->snap);

	if (!g || value_known(g->managed))
		return "libvirt does not know this guest: hvscope does not pin it; taskset -p does.";
	return arena_printf(arena, "Whether libvirt knows this guest cannot be told. %s", why ? why : "");
}

static void open_on(struct app *a, const struct panel_pin *pin)
{
	struct arena *arena = arena_new(0);
	const char *there = elsewhere(arena, snapshot_facts(a->snap, &probe_guests));

	if (there)
		app_say(a, ROLE_warn, "%s", there);
	else if (!pin->managed)
		app_say(a, ROLE_warn, "%s", unlisted(arena, a, pin->uuid));
	else
		pin_start(a, pin->uuid, pin->what);
	arena_free(arena);
}

void picker_pin_thread(struct app *a, const char *key, const char *what)
{
	struct panel_pin pin = {.uuid = key, .managed = strncmp(key, "pid", 3) != 0};

	snprintf(pin.what, sizeof(pin.what), "%s", what);
	open_on(a, &pin);
}

void picker_pin_open(struct app *a)
{
	const struct panel *p = app_panel(a);
	struct view v = app_view(a);
	struct panel_pin pin = {.uuid = NULL};
	struct arena *arena = arena_new(0);
	const char *there = elsewhere(arena, snapshot_facts(a->snap, &probe_guests)), *why = nobody(arena, a);

	if (there)
		app_say(a, ROLE_warn, "%s", there);
	else if (p->pin && p->pin(&v, a->state[a->panel], &pin))
		open_on(a, &pin);
	else if (why)
		app_say(a, ROLE_info, "%s", why);
	else
		ask(a, arena);
	arena_free(arena);
}
