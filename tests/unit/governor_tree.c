/* Tests a governor on a tree of files: read, planned, applied and undone on the real layers. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <stdio.h>

#include "probes/change.h"
#include "probes/host/host.h"
#include "probes/journal.h"
#include "probes/sampler.h"
#include "probes/snapshot.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

static void make_policy(const char *tree, unsigned id, const char *governor)
{
	static const char *const files[][2] = {{"scaling_driver", "acpi-cpufreq\n"},
		{"scaling_available_governors", "performance powersave\n"}, {"scaling_min_freq", "1200000\n"},
		{"scaling_max_freq", "3900000\n"}, {"base_frequency", "2400000\n"}};
	char path[128], cpu[16];

	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpufreq/policy%u/%s", id, files[i][0]);
		tree_text(tree, path, files[i][1]);
	}
	snprintf(cpu, sizeof(cpu), "%u\n", id);
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpufreq/policy%u/affected_cpus", id);
	tree_text(tree, path, cpu);
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpufreq/policy%u/related_cpus", id);
	tree_text(tree, path, cpu);
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpufreq/policy%u/scaling_governor", id);
	tree_text(tree, path, governor);
}

/* The whole way on the real layers: read by the probes, planned, filled, applied, undone. */
static void from_a_tree_to_undo(void **state)
{
	static const char *const targets[] = {"frequency.policy[0]", "frequency.policy[1]"};
	char *tree = tree_new(), why[200];
	struct change *c = change_new();
	struct want want = {.everything = true};
	struct sampler *sampler;
	struct snapshot *s;
	struct host *h;
	struct journal *j;
	struct entries e;
	struct result r;

	(void)state;
	setenv("HVSCOPE_STATE", tree, 1);
	tree_text(tree, "/sys/devices/system/cpu/online", "0-1\n");
	tree_text(tree, "/sys/devices/system/cpu/present", "0-1\n");
	tree_text(tree, "/proc/stat", "cpu  1 0 1 9 0 0 0 0 0 0\ncpu0 1 0 1 9 0 0 0 0 0 0\ncpu1 1 0 1 9 0 0 0 0 0 0\n");
	tree_text(tree, "/proc/sys/kernel/random/boot_id", "1-2-3\n");
	tree_text(tree, "/proc/1/comm", "init\n");
	make_policy(tree, 0, "powersave\n");
	make_policy(tree, 1, "powersave\n");
	sampler = sampler_new(tree_host(tree));
	s = sampler_step(sampler, &want);
	if (action_find("governor")->plan(s, targets, 2, "performance", c))
		fail_msg("%s", c->title);
	snapshot_unref(s);
	sampler_free(sampler);
	assert_string_equal(c->effect, "busy CPUs rise from 1.20 to at least 2.40 GHz within milliseconds");
	h = tree_writable_host(tree);
	assert_int_equal(journal_open(h, &j, why), 0);
	assert_int_equal(change_fill(h, c), 0);
	r = change_apply(h, j, c, NULL, NULL);
	assert_string_equal(r.why, "2 of 2 set and read back");
	assert_int_equal(journal_read(j, &e, why), 0);
	r = journal_undo(h, j, e.entry, NULL, NULL);
	assert_string_equal(r.why, "2 of 2 put back and read back");
	assert_int_equal(change_fill(h, c), 0);
	assert_string_equal(c->steps[1].was, "powersave\n");
	entries_free(&e);
	journal_close(j);
	host_close(h);
	change_free(c);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(from_a_tree_to_undo)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
