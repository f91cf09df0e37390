/* hvscope check: what the checks find, once, and an exit status that says how bad it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_report.h"
#include "probes/probe.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tui/oneshot.h"
#include "tui/subcommands.h"

enum { NAGIOS_UNKNOWN = 3 };
#define REQUIRED "F01,F02,K01"

struct check_options {
	bool json, nagios;
	bool crit; /* warnings do not fail */
	const char *only, *require; /* NULL: not said */
};

static int on(int val, const char *arg, void *data)
{
	struct check_options *c = data;

	if (val == 'j')
		c->json = true;
	else if (val == 'n')
		c->nagios = true;
	else if (val == 'o')
		c->only = arg;
	else if (val == 'r')
		c->require = arg;
	else if (strcmp(arg, "crit") == 0 || strcmp(arg, "warn") == 0)
		c->crit = strcmp(arg, "crit") == 0;
	else
		return complain(EXIT_USAGE, "--fail-on takes warn or crit, not \"%s\"", arg);
	return 0;
}

/* Whoever names a check wants its answer; of the usual ones, those that are asked for at all. */
static void require_usual(const struct check_options *o, struct check_choice *c)
{
	checks_named(REQUIRED, c->required);
	for (size_t i = 0; c->only && i < nchecks; i++)
		c->required[i] = c->required[i] && c->only[i];
	if (o->only)
		checks_named(o->only, c->required);
}

/* The names of both lists. 0, or EXIT_USAGE after a complaint. */
static int choose(const struct check_options *o, struct check_choice *c)
{
	struct arena *a;
	char bad[64];

	c->crit = o->crit;
	c->required = xcalloc(nchecks, sizeof(*c->required));
	if (o->only) {
		c->only = xcalloc(nchecks, sizeof(*c->only));
		if (checks_choose(o->only, true, c->only, bad)) {
			a = arena_new(0);
			complain(EXIT_USAGE,
				"--only takes ids (F02), slugs (cpufreq-governor) and families (%s), not \"%s\"; "
				"hvscope explain all lists the checks",
				checks_families(a), *bad ? bad : o->only);
			arena_free(a);
			return EXIT_USAGE;
		}
	}
	if (!o->require)
		require_usual(o, c);
	else if (strcmp(o->require, "none") != 0 && checks_choose(o->require, false, c->required, bad))
		return complain(EXIT_USAGE,
			"--require takes ids, slugs or none, not \"%s\"; hvscope explain all lists them",
			*bad ? bad : o->require);
	return 0;
}

/* In a folder that stands still: what to require that it can answer. */
static const char *instead(struct arena *a, const struct snapshot *s, const struct check_choice *c)
{
	const char *ids = "";

	if (s->about.kind != HOST_DIRECTORY || checks_sum(s->findings, c).required->err != -ENODATA)
		return "";
	for (size_t i = 0; i < nchecks; i++)
		if (c->required[i] && s->findings->finding[i].verdict != VERDICT_UNKNOWN)
			ids = arena_printf(a, "%s%s%s", ids, *ids ? "," : "", checks[i]->id);
	return arena_printf(
		a, " Nothing moves in a folder: --require %s asks for no more than it can tell.", *ids ? ids : "none");
}

static void complain_required(int status, const struct snapshot *s, const struct check_choice *c)
{
	const struct finding *f = checks_sum(s->findings, c).required;
	struct arena *a = arena_new(0);

	complain(status, "%s %s is required and not known: %s%s", f->check->id, f->check->slug, f->line,
		instead(a, s, c));
	arena_free(a);
}

static int report(const struct snapshot *s, const struct check_options *o, const struct check_choice *c)
{
	struct check_sum sum = checks_sum(s->findings, c);
	enum check_end end = checks_end(&sum, c);
	int status = end == CHECKS_FIRE ? EXIT_FAILED : end == CHECKS_UNKNOWN ? EXIT_COULD_NOT : EXIT_DONE, printed;
	char *text;

	if (o->nagios)
		text = checks_nagios(s, c, &status);
	else if (o->json)
		text = checks_json(s, c);
	else
		text = checks_text(s, c, (int)print_columns());
	printed = print_text(text);
	free(text);
	if (!printed && o->json)
		printed = print_text("\n");
	if (o->nagios || !(sum.required || sum.nothing))
		return printed ? (o->nagios ? NAGIOS_UNKNOWN : EXIT_COULD_NOT) : status;
	if (sum.required)
		complain_required(status, s, c);
	else
		complain(status, "none of the checks that were asked for could be judged");
	return printed ? EXIT_COULD_NOT : status;
}

/* A monitor reads one line of stdout and knows no other status. */
static int for_nagios(void)
{
	char *line = checks_nagios_failed(complained());

	print_text(line);
	free(line);
	return NAGIOS_UNKNOWN;
}

static int run(struct options *o, const struct check_options *co, struct check_choice *c)
{
	struct snapshot *snap;
	struct sampler *s;
	int status = choose(co, c);

	if (status)
		return co->nagios ? for_nagios() : status;
	s = oneshot_times(o, NULL, CHECK_SAMPLES, &snap, &status);
	if (!s)
		return co->nagios ? for_nagios() : status == EXIT_USAGE ? status : EXIT_COULD_NOT;
	status = snap && snap->findings ? report(snap, co, c) : complain(EXIT_COULD_NOT, "nothing was read");
	if (co->nagios && !(snap && snap->findings))
		status = for_nagios();
	snapshot_unref(snap);
	sampler_free(s);
	return status;
}

/* Also where the options cannot be read. */
static bool wants_nagios(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--nagios") == 0)
			return true;
	return false;
}

int check_refused(int argc, char **argv, int status)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "check") == 0)
			return wants_nagios(argc - i, argv + i) ? for_nagios() : status;
	return status;
}

int sub_check(struct options *o, int argc, char **argv)
{
	static const struct option extra[] = {{"json", no_argument, NULL, 'j'}, {"nagios", no_argument, NULL, 'n'},
		{"only", required_argument, NULL, 'o'}, {"require", required_argument, NULL, 'r'},
		{"fail-on", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	struct check_options c = {.require = NULL};
	struct check_choice choice = {.only = NULL};
	bool nagios = wants_nagios(argc, argv);
	int at = options_read(o, argc, argv, extra, on, &c, false), status = EXIT_DONE;

	if (at < 0)
		status = -at;
	else if (at < argc)
		status = complain(EXIT_USAGE, "check takes no \"%s\"; see hvscope --help", argv[at]);
	else if (c.json && c.nagios)
		status = complain(EXIT_USAGE, "--json and --nagios stand against each other");
	if (status)
		return nagios ? for_nagios() : status;
	status = run(o, &c, &choice);
	free(choice.only);
	free(choice.required);
	return status;
}
