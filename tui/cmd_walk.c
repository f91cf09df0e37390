/* The command walk, and the keys of its strip. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/files.h"
#include "probes/host/answer.h"
#include "tui/cmd.h"
#include "tui/walk.h"
#include "tui/walk_strip.h"

/* The panel that shows the evidence of this step comes forward. */
static void bring_forward(struct app *a)
{
	const char *name = walk_step(&a->walk)->panel;
	int panel = name ? panel_find(name) : -1;

	if (panel >= 0 && panels[panel] && panel != a->panel)
		app_open_panel(a, panel);
}

static void ask(struct app *a)
{
	const struct walk *w = &a->walk;

	a->prompt = PROMPT_WALK;
	a->input[0] = '\0';
	if (w->framed && !isnan(w->observed_ms))
		snprintf(a->input, sizeof(a->input), "%.100s%s%g %g", w->guest, *w->guest ? " " : "", w->reference_ms,
			w->observed_ms);
	a->offered = *a->input != '\0';
}

void walk_answer(struct app *a, const char *text)
{
	char why[200];
	const char *note;

	if (walk_frame(&a->walk, a->snap, text, why, &note)) {
		app_say(a, ROLE_warn, "%s", why);
		return;
	}
	if (a->snap)
		walk_look(&a->walk, a->snap);
	if (note)
		app_say(a, ROLE_info, "%s", note);
}

static void move_on(struct app *a, bool skip)
{
	if (!a->snap || !a->snap->findings)
		app_say(a, ROLE_info, "The host is still being read.");
	else if (walk_next(&a->walk, a->snap, skip))
		bring_forward(a);
	else
		app_say(a, ROLE_info, "That was the last step: e writes the case, b goes back.");
}

static void measure(struct app *a)
{
	const char *what = walk_step(&a->walk)->measure;

	cmd_read_now(a, "");
	if (!*a->message)
		app_say(a, ROLE_info, "Read again.%s%s", what ? " Then measure: " : "", what ? what : "");
}

/* "hvscope-case-kvm07-20261127-0312.md": what no file name should have is left out. */
static void case_name(const struct app *a, char *name, size_t size)
{
	char when[32], host[64], *p = host;

	journal_time(a->snap->wall_ns, when);
	for (const char *from = a->snap->about.hostname; *from && p < host + sizeof(host) - 1; from++)
		if (isalnum((unsigned char)*from) || *from == '-' || *from == '_')
			*p++ = *from;
	*p = '\0';
	snprintf(name, size, "hvscope-case-%s%s%.4s%.2s%.2s-%.2s%.2s.md", host, *host ? "-" : "", when, when + 5,
		when + 8, when + 11, when + 14);
}

static void ask_file(struct app *a)
{
	if (!a->snap) {
		app_say(a, ROLE_info, "The host is still being read.");
		return;
	}
	a->prompt = PROMPT_CASE;
	case_name(a, a->input, sizeof(a->input));
	a->offered = true;
}

void walk_export(struct app *a, const char *file)
{
	char why[200], *text;
	int err;

	if (!*file || !a->snap)
		return;
	text = walk_case(&a->walk, a->snap, a->entries);
	err = files_write(file, text, strlen(text), why);
	free(text);
	if (err)
		app_say(a, ROLE_crit, "The case was not written: %s", why);
	else
		app_say(a, ROLE_good, "The case is in %s.", file);
}

static void fix(struct app *a)
{
	struct walk_judged j = walk_judge(&a->walk, a->snap, a->walk.order[a->walk.at]);
	char command[32];

	if (!j.worst) {
		app_say(a, ROLE_info, "This step has found nothing to mend.");
		return;
	}
	snprintf(command, sizeof(command), "fix %s", j.worst->check->id);
	app_command(a, command);
}

/* What moves within the strip. */
static bool scroll_key(struct walk *w, uint32_t code)
{
	if (code == K_UP || code == 'k')
		w->scroll -= w->scroll > 0;
	else if (code == K_DOWN || code == 'j')
		w->scroll++;
	else if (code == K_PAGE_UP)
		w->scroll = w->scroll > 8 ? w->scroll - 8 : 0;
	else if (code == K_PAGE_DOWN)
		w->scroll += 8;
	else
		return false;
	return true;
}

bool walk_key(struct app *a, uint32_t code)
{
	struct walk *w = &a->walk;

	if (!w->open || !w->focus || a->overlay)
		return false;
	if (scroll_key(w, code))
		return true;
	switch (code) {
	case K_ENTER:
		if (walk_step(w)->kind == GUIDE_FRAME)
			ask(a);
		else
			bring_forward(a);
		return true;
	case 'n':
	case 's':
		move_on(a, code == 's');
		return true;
	case 'b':
		if (walk_back(w, a->snap))
			bring_forward(a);
		return true;
	case 'f':
		fix(a);
		return true;
	case 'm':
		measure(a);
		return true;
	case 'e':
		ask_file(a);
		return true;
	case '\t':
		w->focus = false;
		return true;
	case K_ESC:
		w->open = w->focus = false;
		app_say(a, ROLE_info, "The walk is left; w takes it up again at this step.");
		app_want(a, false);
		return true;
	default:
		return false;
	}
}

void walk_refresh(struct app *a)
{
	if (a->walk.open && a->snap)
		walk_look(&a->walk, a->snap);
}

/* "walk", "walk new", "walk web3 60 112", "walk off", "walk next" …: for scripts and the prompt. */
void cmd_walk(struct app *a, const char *arg)
{
	struct walk *w = &a->walk;

	if (!w->guide || strcmp(arg, "new") == 0) {
		walk_end(w);
		walk_begin(w, guides[0], a->snap);
	}
	if (strcmp(arg, "off") == 0) {
		w->open = w->focus = false;
		return;
	}
	w->focus = !(w->open && w->focus && strcmp(arg, "w") == 0);
	if (!w->open) {
		w->open = true;
		bring_forward(a);
		app_want(a, false);
	}
	if (strcmp(arg, "next") == 0 || strcmp(arg, "skip") == 0)
		move_on(a, *arg == 's');
	else if (strcmp(arg, "back") == 0 && walk_back(w, a->snap))
		bring_forward(a);
	else if (*arg && strcmp(arg, "w") != 0 && strcmp(arg, "new") != 0 && strcmp(arg, "back") != 0)
		walk_answer(a, arg);
	walk_refresh(a);
}

void cmd_case(struct app *a, const char *arg)
{
	if (!a->walk.guide)
		app_say(a, ROLE_info, "There is no case yet: w begins one.");
	else if (*arg)
		walk_export(a, arg);
	else
		ask_file(a);
}
