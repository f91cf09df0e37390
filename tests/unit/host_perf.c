/* Tests the counters of perf: the texts of the kernel's tables, refusals in words, and a group where it may be opened.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/machine.h"
#include "probes/host/perf.h"
#include "probes/parse.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

static void test_configs(void **state)
{
	static const char *const bad[] = {"", "event=", "event=0x", "event=1", "event=0xg", "config=0x1",
		"event=0x1,umask=1", "event=0x1 2", "event=0x00000000000000001", "event=-0x1"};
	uint64_t n = 77;

	(void)state;
	assert_int_equal(perf_event_config("event=0x01\n", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(perf_event_config("event=0xffffffffffffffff", &n), 0);
	assert_true(n == UINT64_MAX);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (perf_event_config(bad[i], &n) != -EINVAL)
			fail_msg("\"%s\" is taken", bad[i]);
}

static void test_paths(void **state)
{
	static const char *const bad[] = {"@perf/msr/", "@perf/msr/-1", "@perf/msr/x", "@perf/msr/1/", "@perf/msr/ 1",
		"@perf/msr/65536", "@perf/msr/99999999999999999999", "@perf/cstate/1", "@perf/cstate_core", "@perf/cstate_pkg/", "@perf/"};

	(void)state;
	assert_int_equal(perf_path_cpu("@perf/msr/0"), 0);
	assert_int_equal(perf_path_cpu("@perf/msr/65535"), 65535);
	assert_int_equal(perf_path_cpu("@perf/smi/4"), 4);
	assert_int_equal(perf_path_cpu("@perf/cstate_core/12"), 12);
	assert_int_equal(perf_path_cpu("@perf/cstate_pkg/12"), 12);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (perf_path_cpu(bad[i]) != -EINVAL)
			fail_msg("%s is taken", bad[i]);
}

static int descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Whatever this machine is: either all five numbers, or a sentence. */
static void test_live(void **state)
{
	int before = descriptors(), open;
	struct answer answer;
	struct host *h;
	struct slice s;
	char why[200];
	int r;

	(void)state;
	assert_int_equal(host_open(&(struct host_options){.read_only = true}, &h, why), 0);
	open = descriptors();
	assert_int_equal(host_read(h, "@perf/msr/nobody", &answer), -EINVAL);
	assert_int_equal(descriptors(), open); /* nothing is opened before it is asked for */
	r = host_read(h, "@perf/msr/0", &answer);
	if (r == 0) {
		assert_true(answer_value(answer.text, "aperf", &s) && answer_value(answer.text, "running", &s));
	} else {
		assert_true(r == -EACCES || r == -ENOENT || r == -EOPNOTSUPP || r == -ENODEV);
		assert_true(strlen(answer.why) > 20);
		assert_int_equal(answer.len, 0);
		assert_int_equal(descriptors(), open);
	}
	host_close(h);
	assert_int_equal(descriptors(), before);
}

static void ended(struct machine *m)
{
	(void)m;
}

/* A folder as the kernel has it; NULL leaves a file out. */
static char *pmu_new(const char *type, const char *aperf)
{
	char *tree = tree_new();

	if (type)
		tree_text(tree, "msr/type", type);
	tree_text(tree, "msr/events/tsc", "event=0x00\n");
	tree_text(tree, "msr/events/mperf", "event=0x00\n");
	if (aperf)
		tree_text(tree, "msr/events/aperf", aperf);
	return tree;
}

static int ask(const char *tree, uint32_t kept_limit, char why[200])
{
	struct machine m = {.kept_limit = kept_limit};
	struct perf *p;
	char buf[200];
	int r;

	machine_init(&m, ended);
	m.kept_limit = kept_limit;
	p = perf_new(&m, tree);
	r = perf_text(p, "@perf/msr/0", buf, sizeof(buf), why);
	if (r < 0)
		assert_int_equal(m.kept, 0);
	perf_free(p);
	machine_unref(&m);
	return r;
}

static void test_refusals(void **state)
{
	static const struct {
		const char *type, *aperf;
		int err;
		const char *why;
	} refusals[] = {
		{NULL, "event=0x00\n", -ENOENT, "offers no msr counters"},
		{"nine\n", "event=0x00\n", -EINVAL, "offers no msr counters"},
		{"9\n", NULL, -ENOENT, "events/aperf: the processor does not offer this counter"},
		{"9\n", "junk\n", -EINVAL, "events/aperf"},
	};
	int before = descriptors();
	char why[200], *tree;

	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		tree = pmu_new(refusals[i].type, refusals[i].aperf);
		assert_int_equal(ask(tree, 100, why), refusals[i].err);
		if (!strstr(why, refusals[i].why))
			fail_msg("case %zu: %s", i, why);
		tree_free(tree);
	}
	/* a PMU that the kernel does not have, or that we may not open */
	tree = pmu_new("4294967295\n", "event=0x00\n");
	assert_true(ask(tree, 100, why) < 0);
	assert_non_null(strstr(why, "perf_event_open"));
	/* no room for three descriptors */
	assert_int_equal(ask(tree, 2, why), -EMFILE);
	tree_free(tree);
	assert_int_equal(descriptors(), before);
}

static uint64_t number(const char *text, const char *key)
{
	struct slice s;
	uint64_t n = 0;

	assert_true(answer_value(text, key, &s));
	assert_int_equal(parse_u64(s, &n), 0);
	return n;
}

/* Three times the TSC makes a group on every x86 machine where perf may be used. */
static void test_a_group(void **state)
{
	char why[200], text[200], type[16] = "";
	FILE *f = fopen(PERF_FOLDER "/msr/type", "re");
	int before, r;
	struct machine m = {.kept_limit = 0};
	struct perf *p;
	uint64_t tsc, enabled;
	char *tree;

	(void)state;
	if (!f)
		skip();
	assert_non_null(fgets(type, sizeof(type), f));
	fclose(f);
	tree = pmu_new(type, "event=0x00\n");
	before = descriptors();
	machine_init(&m, ended);
	m.kept_limit = 3;
	p = perf_new(&m, tree);
	r = perf_text(p, "@perf/msr/0", text, sizeof(text), why);
	if (r == -EACCES) {
		assert_non_null(strstr(why, "CAP_PERFMON"));
	} else if (r > 0) {
		assert_int_equal(descriptors(), before + 3);
		assert_int_equal(m.kept, 3);
		tsc = number(text, "tsc");
		enabled = number(text, "enabled");
		assert_int_equal(r, strlen(text));
		assert_true(perf_text(p, "@perf/msr/0", text, sizeof(text), why) > 0);
		assert_true(number(text, "tsc") > tsc && number(text, "enabled") > enabled);
		assert_true(number(text, "aperf") > 0 && number(text, "mperf") > 0 && number(text, "running") > 0);
		assert_int_equal(descriptors(), before + 3); /* kept open */
		assert_int_equal(perf_text(p, "@perf/msr/1", text, sizeof(text), why), -EMFILE);
	} else {
		assert_true(r < 0 && *why);
	}
	perf_free(p);
	machine_unref(&m);
	assert_int_equal(descriptors(), before);
	tree_free(tree);
}

/* Of the counters of sleep each processor has others: the TSC stands in for one that is there, beside one that is not. */
static void test_sleep(void **state)
{
	char why[200], text[300], type[16] = "", *tree = tree_new();
	FILE *f = fopen(PERF_FOLDER "/msr/type", "re");
	struct machine m = {.kept_limit = 0};
	struct perf *p;
	struct slice s;
	int r;

	(void)state;
	machine_init(&m, ended);
	m.kept_limit = 10;
	p = perf_new(&m, tree);
	r = perf_text(p, "@perf/cstate_pkg/0", text, sizeof(text), why);
	assert_int_equal(r, -ENOENT);
	assert_non_null(strstr(why, "cstate_pkg: this kernel offers no counters of sleep"));
	tree_text(tree, "cstate_core/type", "9\n");
	r = perf_text(p, "@perf/cstate_core/0", text, sizeof(text), why);
	assert_int_equal(r, -ENOENT);
	assert_non_null(strstr(why, "the processor does not offer this counter"));
	if (f) {
		assert_non_null(fgets(type, sizeof(type), f));
		fclose(f);
		tree_text(tree, "cstate_core/type", type);
		tree_text(tree, "cstate_core/events/c6-residency", "event=0x00\n");
		r = perf_text(p, "@perf/cstate_core/0", text, sizeof(text), why);
		if (r > 0) {
			assert_int_equal(r, strlen(text));
			assert_int_equal(m.kept, 1);
			assert_true(number(text, "c6") > 0 && number(text, "tsc") > 0 && number(text, "running") > 0);
			assert_false(answer_value(text, "c1", &s));
		} else {
			assert_int_equal(r, -EACCES);
		}
	}
	perf_free(p);
	machine_unref(&m);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_configs),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_a_group),
		cmocka_unit_test(test_sleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
