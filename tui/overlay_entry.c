/* One change of the journal: when and by whom, each step from what to what, and what refused. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <time.h>

#include "probes/change_words.h"
#include "tui/app_impl.h"
#include "tui/plan.h"
#include "widgets/dialog.h"

enum { HEAD_LINES = 5, TAIL_LINES = 2 };

static const struct entry *entry_of(const struct app *a)
{
	for (size_t i = 0; a->entries && i < a->entries->n; i++)
		if (a->entries->entry[i].id == a->entry_id)
			return &a->entries->entry[i];
	return NULL;
}

static const char *when(struct arena *arena, const struct entry *e)
{
	time_t s = (time_t)(e->wall_ns / 1000000000);
	char text[32] = "?";
	struct tm tm;

	if (localtime_r(&s, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return arena_strdup(arena, text);
}

static size_t entry_lines(struct arena *arena, const struct entry *e, struct dialog_line **ret)
{
	struct change as = {.title = e->title, .nsteps = e->nsteps};
	struct dialog_line *steps, *lines;
	size_t n = 0, nsteps;

	/* the plan's own lines, of the same steps: they are only read */
	as.steps = arena_array(arena, e->nsteps, sizeof(*as.steps));
	for (size_t i = 0; i < e->nsteps; i++)
		as.steps[i] = e->steps[i];
	nsteps = plan_lines(arena, &as, NULL, &steps);
	lines = arena_array(arena, HEAD_LINES + nsteps + TAIL_LINES, sizeof(*lines));
	lines[n++] = (struct dialog_line){.label = "State",
		.text = entry_state_text(e),
		.role = e->undoable ? ROLE_strong : ROLE_dim};
	lines[n++] = (struct dialog_line){.label = "When", .text = when(arena, e), .role = ROLE_box};
	lines[n++] = (struct dialog_line){.label = "By", .text = e->user ? e->user : "?", .role = ROLE_box};
	if (e->sudo_user)
		lines[n++] = (struct dialog_line){.label = "For", .text = e->sudo_user, .role = ROLE_box};
	if (e->uri)
		lines[n++] = (struct dialog_line){.label = "libvirt", .text = e->uri, .role = ROLE_box};
	for (size_t i = 0; i < nsteps; i++)
		lines[n++] = steps[i];
	if (steps_with_error(e->steps, e->nsteps))
		lines[n++] = (struct dialog_line){
			.label = "Refused", .text = steps_refused(arena, e->steps, e->nsteps), .role = ROLE_warn};
	*ret = lines;
	return n;
}

void entry_draw(struct app *a, struct canvas *c)
{
	struct arena *arena = arena_new(0);
	const struct entry *e = entry_of(a);
	struct dialog_line none = {.text = "This change is not in the journal any more.", .role = ROLE_warn},
			   *lines = &none;
	struct dialog d = {.title = "Change", .nlines = 1, .first = a->scroll};
	struct dialog_layout l;

	if (e) {
		d.title = arena_printf(arena, "Change %llu: %s", (unsigned long long)e->id, e->title ? e->title : "?");
		d.nlines = entry_lines(arena, e, &lines);
	}
	d.lines = lines;
	dialog_layout(&d, canvas_w(c), canvas_h(c) - 1, &l);
	a->scroll = l.first;
	dialog_draw(c, &d, &l);
	arena_free(arena);
}
