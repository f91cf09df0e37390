/* The commands walk and case, and what is typed for them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/files.h"
#include "probes/host/answer.h"
#include "probes/host/host.h"
#include "tui/cmd.h"
#include "tui/walk.h"
#include "tui/walk_strip.h"

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

/* "hvscope-case-kvm07-20261127-0312.md": what no file name should have is left out. */
static void case_name(const struct app *a, char *name, size_t size)
{
	char when[32], host[64], *p = host;

	journal_time(a->snap->wall_ns, when);
	for (const char *from = a->snap->about.hostname; *from && p < host + sizeof(host) - 1; from++)
		if (isalnum((unsigned char)*from) || *from == '-' || *from == '_')
			*p++ = *from;
	*p = '\0';
	for (unsigned n = 1; n < 100; n++) { /* a case that is there already is not written over */
		char number[8] = "";

		if (n > 1)
			snprintf(number, sizeof(number), "-%u", n);
		snprintf(name, size, "hvscope-case-%s%s%.4s%.2s%.2s-%.2s%.2s%s.md", host, *host ? "-" : "", when,
			when + 5, when + 8, when + 11, when + 14, number);
		if (!host_is_file(name))
			break;
	}
}

void walk_ask_file(struct app *a)
{
	if (!a->snap) {
		app_say(a, ROLE_info, "The host is still being read.");
		return;
	}
	walk_read_journal(a); /* it has come when the name is typed */
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
	if (host_is_file(file)) {
		app_say(a, ROLE_warn, "%s is there already, and was left as it is: give the case another name.", file);
		return;
	}
	text = walk_case(&a->walk, a->snap, a->entries);
	err = files_write(file, text, strlen(text), why);
	free(text);
	if (err)
		app_say(a, ROLE_crit, "The case was not written: %s", why);
	else
		app_say(a, ROLE_good, "The case is in %s.", file);
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
		walk_show(a);
		app_want(a, false);
	}
	if (strcmp(arg, "next") == 0 || strcmp(arg, "skip") == 0)
		walk_move_on(a, *arg == 's');
	else if (strcmp(arg, "back") == 0)
		walk_move_back(a);
	else if (*arg && strcmp(arg, "w") != 0 && strcmp(arg, "new") != 0)
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
		walk_ask_file(a);
}
