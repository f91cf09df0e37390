/* Prints what a folder's host answers, masked or plain: every path with its text, or the report. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * masked [-p] answers FOLDER    "= PATH" and the text, "> PATH TARGET" of all that is below the folder; -p: not masked
 * masked [-p] report FOLDER     the report as JSON, of the second tick
 * masked [-p] why FOLDER PATH…  what is refused, in the host's own words
 * masked unpack FOLDER NAME     the machine of that name in tests/hosts
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/clocked.h"
#include "tests/lib/hosts.h"

struct names {
	char **name;
	size_t n;
};

static int add_name(const char *name, void *arg)
{
	struct names *names = arg;

	names->name = xrealloc(names->name, names->n + 1, sizeof(char *));
	names->name[names->n++] = xstrdup(name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What libvirt says is asked for without the slash. */
static const char *asked(const char *path)
{
	return path + (strncmp(path, "/@", 2) == 0);
}

static void print_text(const struct answer *a)
{
	for (size_t i = 0; i < a->len; i++) {
		if (a->text[i])
			putchar(a->text[i]);
		else
			fputs("\\0", stdout);
	}
	if (a->len && a->text[a->len - 1] != '\n')
		putchar('\n');
}

static void print_all(struct host *h, const char *path)
{
	struct names names = {.n = 0};
	struct answer answer;

	if (host_link(h, path, &answer) == 0) {
		printf("> %s %s\n", path, answer.text);
		return;
	}
	if (host_list(h, *path ? path : "/", add_name, &names) < 0) {
		int err = host_read(h, asked(path), &answer);

		printf("%s %s\n", err ? "!" : "=", path);
		if (!err)
			print_text(&answer);
		return;
	}
	if (names.n)
		qsort(names.name, names.n, sizeof(*names.name), by_name);
	for (size_t i = 0; i < names.n; i++) {
		char *below = xasprintf("%s/%s", path, names.name[i]);

		print_all(h, below);
		free(below);
		free(names.name[i]);
	}
	free(names.name);
}

static void print_report(struct host *h)
{
	const struct want want = {.everything = true};
	uint64_t now = 5000000000;
	struct clocked clock;
	struct sampler *s = sampler_new(clocked(&clock, h, &now));
	struct snapshot *snap;
	char *json;

	snapshot_unref(sampler_step(s, &want));
	now += 1000000000;
	snap = sampler_step(s, &want);
	json = report_json(snap);
	puts(json);
	free(json);
	snapshot_unref(snap);
	sampler_free(s);
}

int main(int argc, char **argv)
{
	bool plain = argc > 1 && strcmp(argv[1], "-p") == 0;
	struct host_options options = {.root = argc > 2 + plain ? argv[2 + plain] : NULL};
	struct answer answer;
	struct host *h;
	char why[200];

	if (argc == 4 && strcmp(argv[1], "unpack") == 0) {
		host_unpack(argv[2], argv[3], "tree");
		return 0;
	}
	if (!options.root || host_open(&options, &h, why)) {
		fprintf(stderr, "masked: %s\n", options.root ? why : "[-p] answers|report|why FOLDER");
		return 2;
	}
	if (!plain && masked_open(h, &h))
		return 2;
	if (strcmp(argv[1 + plain], "report") == 0) {
		print_report(h);
		return 0;
	}
	printf("# %s\n", host_about(h)->hostname);
	host_read(h, "@virt/guests", &answer); /* as the probes do: names are known before what hangs on them */
	if (strcmp(argv[1 + plain], "answers") == 0)
		print_all(h, "");
	for (int i = 3 + plain; i < argc; i++)
		if (host_read(h, argv[i], &answer) < 0)
			printf("%s\n", answer.why);
	host_close(h);
	return 0;
}
