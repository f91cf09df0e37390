/* hvscope explain: one check or one fact, as the screen explains it, or all checks for the documentation. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_docs.h"
#include "probes/checks_text.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "probes/text.h"
#include "tui/explained.h"
#include "tui/oneshot.h"
#include "tui/panels/not_yet.h"
#include "tui/subcommands.h"

enum { LABEL = 12 };

static int on(int val, const char *arg, void *data)
{
	(void)val;
	(void)arg;
	*(bool *)data = true;
	return 0;
}

static int explain_all(bool markdown)
{
	char *text = checks_docs(markdown, markdown ? 0 : (int)print_columns());
	int status = print_text(text);

	free(text);
	return status;
}

static int explain_check(const struct options *o, const struct check *c, bool markdown)
{
	struct snapshot *snap;
	int status;
	struct sampler *s = oneshot_times(o, NULL, CHECK_SAMPLES, &snap, &status);
	struct arena *a;

	if (!s)
		return status;
	a = arena_new(0);
	status = print_text(check_text(a, c, snap ? snap->findings : NULL, snap, (int)print_columns(), markdown));
	arena_free(a);
	snapshot_unref(snap);
	sampler_free(s);
	return status;
}

/* The lines of the screen's box, below each other. */
static char *fact_text(struct arena *a, const struct snapshot *s, const char *address, const struct found *at,
	bool markdown)
{
	struct dialog_line lines[EXPLAIN_LINES];
	struct text t = text_begin();
	int width = (int)print_columns();
	size_t n = 0;

	explained_add(lines, &n, "Value",
		at->value && at->value->known == KNOWN_NOT_YET ? not_yet(s) : found_words(a, at), ROLE_strong);
	explained_facts(a, s, address, at, lines, &n);
	text_add(&t, markdown ? "### %s\n\n" : "%s\n", markdown ? markdown_text(a, address) : address);
	for (size_t i = 0; i < n; i++) {
		const char *text = text_tame(arena_strdup(a, lines[i].text));

		if (markdown) {
			text_add(&t, *lines[i].label ? "- **%s** %s\n" : "  - %s%s\n", lines[i].label, markdown_text(a, text));
			continue;
		}
		text_add(&t, "  %-*s", LABEL - 2, lines[i].label);
		text_add_wrapped(&t, text, LABEL, width, text_columns);
		text_add(&t, "\n");
	}
	return text_end(&t, a);
}

static int explain_fact(const struct options *o, const char *address, bool markdown)
{
	struct found at;
	struct snapshot *snap;
	int status, err = address_find(NULL, address, &at);
	struct sampler *s;
	struct arena *a;

	if (err == -EINVAL || err == -ENOENT)
		return complain(EXIT_USAGE,
			"\"%s\" is neither a check (F02, cpufreq-governor) nor an address such as "
			"frequency.policy[0].governor; hvscope explain all and hvscope report list them",
			address);
	s = oneshot_explain(o, address, &snap, &status);
	if (!s)
		return status;
	a = arena_new(0);
	err = address_find(snap, address, &at);
	if (err == -ESRCH)
		status = complain(EXIT_FAILED, "%s is not there: no row has that key", address);
	else if (err)
		status = complain(EXIT_USAGE, "nothing has the address %s; hvscope report lists the names", address);
	else if (!at.field)
		status = complain(EXIT_USAGE, "%s is several facts: name one of them; hvscope report --only %s lists them",
			address, at.probe->name);
	else
		status = print_text(fact_text(a, snap, address, &at, markdown));
	arena_free(a);
	snapshot_unref(snap);
	sampler_free(s);
	return status;
}

int sub_explain(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"markdown", no_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};
	bool markdown = false;
	int at = options_read(o, argc, argv, extra, on, &markdown, false);
	const struct check *c;

	if (at < 0)
		return -at;
	if (argc - at != 1)
		return complain(EXIT_USAGE, "explain takes one check (F02, cpufreq-governor), one address "
					    "(frequency.policy[0].governor), or all");
	if (strcmp(argv[at], "all") == 0)
		return explain_all(markdown);
	c = check_find(argv[at]);
	return c ? explain_check(o, c, markdown) : explain_fact(o, argv[at], markdown);
}
