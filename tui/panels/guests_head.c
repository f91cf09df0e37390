/* The head of one guest: what it is, what matters about it now, and its devices with what is slow about them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/cpuset.h"
#include "tui/panels/guests_one.h"
#include "widgets/format.h"
#include "widgets/glyph.h"

static const char *dot(struct arena *a, const char *before, const char *more)
{
	if (!more || !*more)
		return before;
	return *before ? arena_printf(a, "%s · %s", before, more) : more;
}

/* Most guests have a round number of them. */
static const char *whole_gib(struct arena *a, uint64_t kib)
{
	char size[FORMAT_SIZE];

	if (kib && kib % (1 << 20) == 0)
		return arena_printf(a, "%llu GiB", (unsigned long long)kib >> 20);
	return arena_strdup(a, format_bytes((double)kib * 1024, size));
}

static const char *words(struct arena *a, const struct guest_row *row)
{
	const struct guest *g = row->g;
	const struct placement_guest *p = row->p;
	const char *state = value_text_or(g ? g->state : p->state, "state not known"), *text;

	text = strcmp(state, "shutoff") == 0 ? "off" : guest_words(a, state, 12);
	if (row->trouble && !guest_joined(row)) /* a process that is there proves that it runs */
		text = arena_printf(a, "%s?", text);
	if (!guest_managed(row) && !row->unlisted)
		text = dot(a, text, arena_printf(a, "QEMU process %u", (unsigned)value_u64_or(p->pid, 0)));
	else if (!guest_managed(row))
		text = dot(a, text,
			arena_printf(a, "unmanaged: QEMU process %u, libvirt does not list it",
				(unsigned)value_u64_or(p->pid, 0)));
	else if (row->elsewhere)
		text = dot(a, text, "not on this machine");
	if (value_known(guest_vcpus(row)))
		text = dot(a, text,
			arena_printf(a, "%u vCPU%s", (unsigned)guest_vcpus(row).u, guest_vcpus(row).u == 1 ? "" : "s"));
	if (g && value_known(g->memory_kib))
		text = dot(a, text, whole_gib(a, g->memory_kib.u));
	if (p && value_known(p->memory_node) && value_known(p->memory_percent))
		text = arena_printf(a, "%s%s%.0f %% %son node %d", text, g && value_known(g->memory_kib) ? ", " : " · ",
			p->memory_percent.f, g && value_known(g->memory_kib) ? "" : "of its memory ",
			(int)p->memory_node.i);
	if (!g)
		return text;
	text = dot(a, text, guest_words(a, value_text_or(g->type, ""), 12));
	return dot(a, text, guest_words(a, value_text_or(g->machine, ""), 24));
}

void one_title(struct canvas *c, struct rect r, struct arena *a, const struct guest_row *row)
{
	const char *title = row->g ? value_text_or(row->g->title, "") : "", *uuid;
	int x = canvas_cut(
		c, r.x, r.y, text_width(row->name) < r.w ? text_width(row->name) : r.w, ROLE_strong, row->name);
	const char *text = words(a, row);

	if (*title && r.x + r.w - x > 60)
		x = canvas_text(c, x, r.y, -1, ROLE_dim, arena_printf(a, " (%s)", guest_words(a, title, 24)));
	if (r.x + r.w - x <= 2)
		return;
	canvas_cut(c, x + 2, r.y, r.x + r.w - x - 2, ROLE_text, text);
	x += 2 + text_width(text);
	uuid = row->g ? arena_printf(a, "uuid %s", row->key) : "";
	if (r.x + r.w - x > text_width(uuid) + 2)
		canvas_right(c, x, r.y, r.x + r.w - x, ROLE_dim, uuid);
}

static const char *pins(struct arena *a, const struct guest_row *row)
{
	struct value pinned = guest_pinned(row), vcpus = guest_vcpus(row);
	const struct placement_guest *p = row->p;
	const char *text;

	if (!value_known(pinned) || !value_known(vcpus))
		return "";
	text = !pinned.u    ? "no vCPU is pinned"
	       : vcpus.u > 1 ? arena_printf(a, "%u of %u vCPUs pinned", (unsigned)pinned.u, (unsigned)vcpus.u)
			     : "its vCPU is pinned";
	if (p && value_known(p->nodes) && cpuset_count(p->nodes.set))
		text = arena_printf(a, "%s, node%s %s", text, cpuset_count(p->nodes.set) > 1 ? "s" : "",
			cpuset_text(a, p->nodes.set));
	return text;
}

/* What is wrong with the thread of that name, or who is in its way; "": nothing. Of an emulator the one that waits. */
static const char *remark_of(struct arena *a, const struct guest_row *row, struct value name)
{
	const struct placement_thread *t = row->p->thread.row;
	const char *text = "";

	for (uint32_t i = 0; !*text && i < row->p->thread.n; i++)
		if (strcmp(value_text_or(t[i].name, ""), value_text_or(name, "")) == 0)
			text = thread_remark(a, &t[i], row->name);
	return text;
}

const char *one_answer(struct arena *a, const struct guest_row *row, enum grave *ret)
{
	const struct placement_guest *p = row->p;
	const char *text = row->trouble ? row->trouble : "", *own = "", *what = "";

	*ret = row->wait > row->conflict ? row->wait : row->conflict;
	if (p && row->wait && value_known(p->wait_thread))
		what = arena_printf(a, "%s waits %s, %.1f ms a turn", guest_words(a, p->wait_thread.text, 20),
			guest_rate(a, value_f64_or(p->wait_ms_per_s, 0)), value_f64_or(p->wait_us, 0) / 1000);
	if (p && *what)
		own = remark_of(a, row, p->wait_thread);
	if (*own)
		what = dot(a, what, own);
	else if (p && value_known(p->conflict))
		what = dot(a, what, guest_words(a, p->conflict.text, 90));
	if (!guest_joined(row))
		return dot(a, text, guest_runs(row) ? "where its threads run is not known here"
						    : dot(a, "it does not run", pins(a, row)));
	if (!*what)
		what = value_known(p->wait_ms_per_s) ? "none of its threads waits"
						     : "whether it waits is not known yet";
	return dot(a, dot(a, text, what), pins(a, row));
}

void one_devices(struct canvas *c, struct rect r, struct arena *a, const struct guest_row *row)
{
	struct remark remarks[REMARKS];
	size_t n = guest_remarks(a, row->g, remarks), left = n;
	int x = r.x, y = r.y;

	if (r.h > 0 && !row->g)
		canvas_cut(c, r.x, r.y, r.w, ROLE_dim,
			row->unlisted ? "its devices are not known: libvirt does not list it"
				      : "its devices are not known: libvirt cannot be asked");
	for (size_t i = 0; i < n && y < r.y + r.h; i++) {
		const char *text = remarks[i].what;
		int need;

		if (remarks[i].why)
			text = arena_printf(a, "%s %s%s", text, grave_sign(remarks[i].grave), remarks[i].why);
		need = text_width(text);
		if (x > r.x && x + need > r.x + r.w - (y == r.y + r.h - 1 && left > 1 ? 9 : 0)) {
			if (y == r.y + r.h - 1)
				break;
			y++;
			x = r.x;
		}
		x = (need > r.x + r.w - x ? canvas_cut(c, x, y, r.x + r.w - x, grave_role(remarks[i].grave), text)
					  : canvas_text(c, x, y, -1, grave_role(remarks[i].grave), text)) +
		    3;
		left--;
	}
	if (left && r.h > 0 && x + 8 <= r.x + r.w + 3)
		canvas_printf(c, x, y, -1, ROLE_dim, "%zu more", left);
}

void one_brief(struct canvas *c, struct rect r, struct arena *a, const struct guest_row *row)
{
	enum grave grave;
	const char *text = one_answer(a, row, &grave);

	one_title(c, (struct rect){r.x, r.y, r.w, 1}, a, row);
	if (r.h > 1)
		canvas_cut(c, r.x, r.y + 1, r.w, row->trouble && grave < GRAVE_WARN ? ROLE_warn : grave_role(grave),
			arena_printf(a, "%s%s", grave ? grave_sign(grave) : "", text));
	one_devices(c, (struct rect){r.x, r.y + 2, r.w, r.h - 2}, a, row);
}
