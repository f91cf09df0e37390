/* hvscope undo: puts back what was changed, one entry of the journal or all of them, the newest first. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/journal.h"
#include "tui/plan.h"
#include "tui/signals.h"
#include "tui/subcommands.h"

struct undo {
	bool all, yes;
	struct host *h;
	struct journal *j;
	struct entries e;
};

static int on(int val, const char *arg, void *data)
{
	struct undo *u = data;

	(void)arg;
	if (val == 'a')
		u->all = true;
	else
		u->yes = true;
	return 0;
}

/* ret_nothing: others hold all that is left of it, so that an older change may be meant. */
static int undo_one(struct undo *u, const struct entry *e, bool *ret_nothing)
{
	struct change *c = NULL;
	struct result r;
	sigset_t held;
	char not_now[RESULT_WHY], question[64];
	int err = journal_may_undo(u->h, u->j, e, not_now), status = EXIT_DONE;

	if (err != -EXDEV && (e->undoable || e->overwritten))
		c = journal_plan_undo(u->h, e);
	if (c)
		plan_print(c, err ? not_now : NULL);
	change_free(c);
	if (err)
		return complain(EXIT_FAILED, "nothing was put back: %s", not_now);
	snprintf(question, sizeof(question), "Put back change %llu?", (unsigned long long)e->id);
	if (c && !u->yes)
		status = plan_confirm(question);
	if (status)
		return status;
	signals_hold(&held);
	r = journal_undo(u->h, u->j, e, plan_stop_when_asked, NULL);
	if (r.outcome != OUTCOME_APPLIED)
		status = complain(EXIT_FAILED, "%s%s", r.why, plan_hint(&r));
	else
		printf("%s\n", r.why);
	*ret_nothing = r.outcome == OUTCOME_REFUSED && r.err == -ESTALE;
	fflush(stdout);
	signals_release(&held);
	return status;
}

/* Which entries: that of an id, all that can be undone, or the newest of those. */
static int undo_entries(struct undo *u, uint64_t id)
{
	int status = EXIT_DONE, one;
	uint64_t held;
	size_t done = 0;

	for (size_t i = u->e.n; i-- > 0;) {
		const struct entry *e = &u->e.entry[i];
		bool nothing = false;

		if (id ? e->id != id : !e->undoable && !(u->all && e->overwritten))
			continue;
		one = undo_one(u, e, &nothing);
		/* what refuses to be undone keeps no older change from it */
		status = one || !u->all ? one : status;
		done++;
		if (one == EXIT_NOT_CONFIRMED || (!u->all && !nothing))
			break;
	}
	if (done)
		return status;
	if (id)
		return complain(EXIT_FAILED, "the journal has no change %llu; hvscope journal lists them",
			(unsigned long long)id);
	held = entries_held(&u->e);
	if (held)
		return complain(EXIT_FAILED,
			"there is nothing to undo but what others changed since: hvscope undo %llu tries that again",
			(unsigned long long)held);
	return complain(EXIT_FAILED, "there is nothing to undo; hvscope journal lists what was changed");
}

static int parse_id(const char *text, uint64_t *ret)
{
	char *end;

	*ret = strtoull(text, &end, 10);
	return *end || end == text || !*ret || text[0] == '-' ? -1 : 0;
}

int sub_undo(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {
		{"all", no_argument, NULL, 'a'}, {"yes", no_argument, NULL, 'y'}, {NULL, 0, NULL, 0}};
	struct undo u = {.all = false};
	int at = options_read(o, argc, argv, extra, on, &u, false), status;
	uint64_t id = 0;
	char why[200];

	if (at < 0)
		return -at;
	if (argc - at > 1 || (at < argc && (u.all || parse_id(argv[at], &id))))
		return complain(EXIT_USAGE, "undo takes the number of one change, or --all; see hvscope --help");
	u.h = options_host(o);
	if (!u.h)
		return EXIT_FAILED;
	host_wait(u.h, (unsigned)(o->timeout * 1000));
	if (journal_open(u.h, &u.j, why) || journal_read(u.j, &u.e, why)) {
		status = complain(EXIT_FAILED, "%s", why);
	} else {
		status = undo_entries(&u, id);
		entries_free(&u.e);
	}
	journal_close(u.j);
	host_close(u.h);
	return status;
}
