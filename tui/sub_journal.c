/* hvscope journal: what was changed on this host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/host/host.h"
#include "probes/journal.h"
#include "tui/subcommands.h"

static int on(int val, const char *arg, void *data)
{
	int *form = data;

	(void)arg;
	if (*form != 't' && *form != val)
		return complain(EXIT_USAGE, "journal prints --json or --shell, not both");
	*form = val;
	return 0;
}

int sub_journal(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {
		{"json", no_argument, NULL, 'j'}, {"shell", no_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
	int form = 't', at = options_read(o, argc, argv, extra, on, &form, false), status;
	struct journal *j = NULL;
	struct entries e;
	struct arena *a;
	struct host *h;
	char why[200];

	if (at < 0)
		return -at;
	if (at < argc)
		return complain(EXIT_USAGE, "journal takes no \"%s\"; see hvscope --help", argv[at]);
	h = options_host(o);
	if (!h)
		return EXIT_FAILED;
	if (journal_open(h, &j, why) || journal_read(j, &e, why)) {
		journal_close(j);
		host_close(h);
		return complain(EXIT_FAILED, "%s", why);
	}
	a = arena_new(0);
	status = print_text(form == 'j'   ? journal_json(a, &e)
			    : form == 's' ? journal_shell(a, &e)
					  : journal_text(a, &e));
	arena_free(a);
	entries_free(&e);
	journal_close(j);
	host_close(h);
	return status;
}
