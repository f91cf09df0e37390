/* The checks of guests on every domain XML of real projects, as that of a guest that runs on a host that is set up
 * well. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/checks.h"
#include "probes/host/host.h"
#include "probes/sampler.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/edited.h"
#include "tests/lib/golden.h"
#include "tests/lib/hosts.h"
#include "tests/lib/tally.h"

#define GUEST "d1367ba9-40ee-4a22-a23d-0eeb562efa8f" /* db1 of tests/hosts/clean.host */
enum { FOLDERS_DEEP = 12 };

struct documents {
	char **path;
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect(struct documents *all, const char *folder, int deep)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	if (!d || deep > FOLDERS_DEEP)
		fail_msg("%s: %s", folder, strerror(errno));
	while ((e = readdir(d))) {
		char *path = xasprintf("%s/%s", folder, e->d_name);
		size_t n = strlen(path);
		struct stat st;

		if (e->d_name[0] != '.' && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			collect(all, path, deep + 1);
		if (n < 4 || strcmp(path + n - 4, ".xml") != 0) {
			free(path);
			continue;
		}
		all->path = xrealloc(all->path, all->n + 1, sizeof(*all->path));
		all->path[all->n++] = path;
	}
	closedir(d);
}

/* The document as an edit has it: on one line. */
static char *escaped(const char *path)
{
	FILE *f = fopen(path, "re");
	struct text t = text_begin();
	char *ret;

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	for (int c; (c = getc(f)) != EOF;)
		if (c == '\n')
			text_add(&t, "\\n");
		else if (c == '\\')
			text_add(&t, "\\\\");
		else
			text_add(&t, "%c", c);
	fclose(f);
	ret = xstrdup(t.bytes);
	text_end(&t, NULL);
	return ret;
}

/* Guests of other processors do not run under KVM here: they are judged, and not counted. */
static bool is_x86(const char *xml)
{
	return !strstr(xml, " arch=") || strstr(xml, "x86_64") || strstr(xml, "i686");
}

/* Two ticks, so that what moves has moved. */
static struct snapshot *judge(const char *xml)
{
	/* it has more memory than any document says: what its balloon took is no word of the document's */
	char *lines =
		xasprintf("s @virt/stats/* balloon.current= => balloon.current=9\n= @virt/" GUEST "/*/xml %s", xml);
	struct edits *e = edits_parse(lines);
	struct sampler *s = sampler_new(edited_open(host_capture("clean"), e));
	struct snapshot *snap;

	snapshot_unref(sampler_step(s, &(struct want){.everything = true}));
	snap = sampler_step(s, &(struct want){.everything = true});
	sampler_free(s);
	edits_free(e);
	free(lines);
	assert_non_null(snap->findings);
	return snap;
}

/* How many were counted. */
static size_t judge_all(const struct documents *all, size_t from, struct tally *t, size_t *unfounded)
{
	size_t counted = 0;

	for (size_t i = 0; i < all->n; i++) {
		char *xml = escaped(all->path[i]);
		struct snapshot *s = judge(xml);
		const char *name = all->path[i] + from;

		*unfounded += tally_unfounded(s, name);
		if (is_x86(xml)) {
			tally_add(t, s->findings, "V", name);
			counted++;
		}
		snapshot_unref(s);
		free(xml);
		free(all->path[i]);
	}
	free(all->path);
	return counted;
}

static void every_domain(void **state)
{
	const char *hosts = getenv("HVSCOPE_HOSTS");
	struct documents all = {.n = 0};
	struct tally *t;
	size_t unfounded = 0, counted;
	char *text;
	bool same;

	(void)state;
	hosts = hosts && *hosts ? hosts : "../shared/hosts";
	if (access(hosts, R_OK))
		skip();
	collect(&all, hosts, 0);
	qsort(all.path, all.n, sizeof(*all.path), by_name);
	t = tally_new();
	counted = judge_all(&all, strlen(hosts) + 1, t, &unfounded);
	print_message("# %zu documents, %zu of them of this processor\n", all.n, counted);
	text = tally_text(t);
	same = golden_same("checks", "domains.txt", text);
	free(text);
	tally_free(t);
	assert_int_equal(unfounded, 0);
	assert_true(same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
