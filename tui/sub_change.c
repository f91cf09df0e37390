/* The one-shot change: the same plan as the dialog's, asked for on the terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/sub_change.h"

#include <stdio.h>

#include "probes/arena.h"
#include "probes/change.h"
#include "probes/change_words.h"
#include "probes/host/host.h"
#include "probes/journal.h"
#include "probes/value.h"
#include "tui/plan.h"
#include "tui/signals.h"

static int tell(const struct result *r)
{
	if (r->outcome != OUTCOME_APPLIED)
		return complain(EXIT_FAILED, "%s%s", r->why, plan_hint(r));
	printf("%s", r->why);
	if (r->id)
		printf("; hvscope undo %llu puts it back", (unsigned long long)r->id);
	printf("\n");
	fflush(stdout);
	return EXIT_DONE;
}

/* A value that cannot be read cannot be put back either. */
static int unreadable(const struct change *c)
{
	struct arena *a = arena_new(0);
	const struct step *s = c->steps;
	const char *help;
	int status;

	while (!s->err)
		s++;
	help = step_help(s);
	status = complain(EXIT_FAILED, "nothing was changed: %s cannot be read: %s%s", step_name(a, s->path),
		s->why ? s->why : errno_word(s->err), help ? help : "");
	arena_free(a);
	return status;
}

int sub_change(const struct options *o, struct host *h, struct change *c, bool yes)
{
	struct journal *j = NULL;
	char why[200], not_now[200] = "";
	struct result r;
	sigset_t held;
	int status, err;

	if (!h && !(h = options_host(o)))
		return EXIT_FAILED;
	host_wait(h, (unsigned)(o->timeout * 1000));
	err = change_fill(h, c);
	plan_print(c, host_may_write(h, not_now) ? not_now : NULL);
	if (*not_now)
		status = complain(EXIT_FAILED, "nothing was changed: %s", not_now);
	else if (err)
		status = unreadable(c);
	else if (journal_open(h, &j, why))
		status = complain(EXIT_FAILED, "nothing was changed: %s", why);
	else
		status = yes ? EXIT_DONE : plan_confirm("Change it?");
	if (!status) {
		signals_hold(&held);
		r = change_apply(h, j, c, plan_stop_when_asked, NULL);
		status = tell(&r);
		signals_release(&held);
	}
	journal_close(j);
	host_close(h);
	return status;
}
