/* The Topology panel: pictures of small machines, what its sentence says, and where the cursor goes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"

static struct screen *open_on(const char *host)
{
	struct screen *s = screen_open(host, false);

	screen_keys(s, "2");
	return s;
}

/* A machine of the test's own: CPUs 0 to n-1 in one package, without anything else. */
static struct screen *open_tree(char *tree)
{
	struct screen *s = screen_over(tree);

	screen_keys(s, "2");
	screen_tick(s);
	return s;
}

static void goldens(void **state)
{
	static const char *const many[] = {"founding", "hybrid", "offline", "rome256", "wide512"};
	static const char *const few[] = {"empty", "odd", "sparse", "no-proc", "smt-off", "arm64"};
	char golden[64];

	(void)state;
	for (size_t i = 0; i < COUNT(many) + COUNT(few); i++) {
		const char *host = i < COUNT(many) ? many[i] : few[i - COUNT(many)];
		struct screen *s = open_on(host);

		snprintf(golden, sizeof(golden), "%s-topology", host);
		screen_golden(s, golden, i >= COUNT(many));
		screen_close(s);
	}
}

static void goldens_of_what_cells_show(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	screen_keys(s, "b");
	screen_golden(s, "founding-topology-clock", true);
	screen_keys(s, "Tab Down m");
	screen_golden(s, "founding-topology-tree", true);
	screen_keys(s, "Back-Tab b");
	screen_golden(s, "founding-topology-idle", true);
	screen_close(s);
	s = open_on("offline");
	s->ascii = true;
	screen_golden(s, "ascii-topology", true);
	screen_command(s, "by kind");
	screen_golden(s, "ascii-topology-kind", true);
	screen_close(s);
}

static void the_sentence_says_what_is_there(void **state)
{
	static const struct {
		const char *host, *sentence;
	} cases[] = {
		{"founding", "2 packages of 6 cores, SMT on (2 threads a core), 2 nodes."},
		{"hybrid", "1 package of 8 cores, SMT on (2 threads a core); 8 P and 4 E CPUs."},
		{"offline", "1 package of 6 cores, one thread a core; CPUs 6-7 isolated and without ticks; 2 CPUs "
			    "offline (2-3)."},
		{"empty", "No CPU can be read here: nothing is known of how they hang together."},
		{"sparse",
			"2 packages with 3 cores in all, SMT on (2 threads a core), 3 nodes, 1 of them without CPUs."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct screen *s = open_on(cases[i].host);

		s->w = 160;
		must_show(s, cases[i].sentence);
		screen_close(s);
	}
}

/* A node of memory only is part of the picture, in the sentence and as a row. */
/* Ids of cores repeat within the packages of some machines: siblings are what makes a core. */
static void cores_are_counted_by_siblings(void **state)
{
	char *tree = tree_new(), path[128];
	struct screen *s;

	(void)state;
	host_unpack(tree, "founding", "tree");
	for (int cpu = 0; cpu < 24; cpu++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/core_id", cpu);
		tree_text(tree, path, cpu % 2 ? "1\n" : "0\n");
	}
	s = screen_over(tree);
	s->w = 160;
	screen_keys(s, "2");
	must_show(s, "2 packages of 6 cores, SMT on (2 threads a core), 2 nodes.");
	screen_close(s);
	tree_free(tree);
}

static void nodes_without_cpus_are_listed(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	host_unpack(tree, "founding", "tree");
	tree_text(tree, "/sys/devices/system/node/node4/cpulist", "\n");
	tree_text(tree, "/sys/devices/system/node/node9/cpumap", "00000000\n");
	s = open_tree(tree);
	s->w = 100;
	must_show(s, "4 nodes, 2 of them without CPUs.");
	s->h = 40;
	must_show(s, " node 4 ");
	must_show(s, " node 9 ");
	must_show(s, "no CPUs");
	screen_keys(s, "Tab End ?");
	must_show(s, "topology.node_ids");
	screen_close(s);
	tree_free(tree);
}

static void packages_that_are_not_known(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	tree_text(tree, "/sys/devices/system/cpu/online", "0-3\n");
	tree_text(tree, "/sys/devices/system/cpu/present", "0-3\n");
	s = open_tree(tree);
	must_show(s, "4 CPUs in packages that are not known.");
	must_show(s, "this host");
	must_show(s, "CPU 0  online");
	screen_close(s);
	tree_free(tree);
}

/* 64 nodes on a small screen: lines become gaps, and each node is a row. */
static void many_nodes(void **state)
{
	char *tree = tree_new(), path[96], text[32];
	struct screen *s;

	(void)state;
	tree_text(tree, "/sys/devices/system/cpu/online", "0-511\n");
	tree_text(tree, "/sys/devices/system/cpu/present", "0-511\n");
	for (int node = 0; node < 64; node++) {
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpulist", node);
		snprintf(text, sizeof(text), "%d-%d\n", node * 8, node * 8 + 7);
		tree_text(tree, path, text);
	}
	s = open_tree(tree);
	must_show(s, "64 nodes");
	must_show(s, "node after node");
	screen_keys(s, "Tab End");
	must_show(s, "node 63");
	must_show(s, "504-511");
	s->h = 100;
	s->w = 200;
	must_not_show(s, "node after node");
	must_show(s, " node 63  ");
	screen_close(s);
	tree_free(tree);
}

static void cells_are_joined_and_it_says_so(void **state)
{
	struct screen *s = open_on("wide512");

	(void)state;
	must_not_show(s, "a cell,");
	s->w = 40;
	s->h = 14;
	must_show(s, "a cell, the worst");
	screen_close(s);
}

/* Down goes to the other thread of the core, then to the next core; the page keys to the next line. */
static void the_cursor_goes_over_all_cpus(void **state)
{
	static const struct {
		const char *keys, *shows;
	} steps[] = {
		{"Home", "CPU 0 "},
		{"Down", "CPU 12 "},
		{"Down", "CPU 1 "},
		{"Up", "CPU 12 "},
		{"PgDn", "CPU 18 "},
		{"PgUp", "CPU 12 "},
		{"End", "CPU 23 "},
		{"Down", "CPU 23 "},
		{"Home Up", "CPU 0 "},
	};
	struct screen *s = open_on("founding");

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		screen_keys(s, steps[i].keys);
		must_show(s, steps[i].shows);
	}
	for (int i = 0; i < 24; i++)
		screen_keys(s, "m");
	must_show(s, "marked: 0-23");
	screen_keys(s, "Esc Home Down g");
	must_show(s, "CPU 12 (policy 12: powersave)");
	screen_close(s);
}

/* Siblings stand in one column: what is selected lies right below the other one. */
static void siblings_are_stacked(void **state)
{
	struct screen *s = open_on("founding");
	int x, y;

	(void)state;
	x = 10;
	y = 5;
	screen_click(s, x + 3, y, BUTTON_LEFT, false);
	must_show(s, "CPU 3 ");
	must_show(s, "sibling 15");
	screen_click(s, x + 3, y + 1, BUTTON_LEFT, false);
	must_show(s, "CPU 15 ");
	must_show(s, "sibling 3 ");
	screen_click(s, 1, y, BUTTON_LEFT, false); /* a label is no CPU */
	must_show(s, "CPU 15 ");
	screen_close(s);
}

static void each_fact_can_be_asked(void **state)
{
	static const char *const addresses[] = {"load.cpu[0].busy", "topology.cpu[0].package", "topology.cpu[0].online",
		"load.cpu[0].busy", "silicon.cpu[0].khz", "idle.cpu[0].exit_us", "topology.cpu[0].siblings",
		"topology.cpu[0].core", "topology.cpu[0].node", "topology.cpu[0].package", "load.cpu[0].busy"};
	struct screen *s = open_on("founding");

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		screen_keys(s, "?");
		must_show(s, addresses[i]);
		screen_keys(s, "Esc Tab");
	}
	screen_keys(s, "Back-Tab Back-Tab ?");
	must_show(s, "topology.cpu[0].package");
	screen_close(s);
}

/* b goes on to the next, :by names one; what a panel cannot show it says. */
static void the_key_chooses_what_cells_show(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	must_show(s, " load ");
	screen_keys(s, "b");
	must_show(s, " clock ");
	must_show(s, "▼▼▼▼▼▼");
	screen_keys(s, "?");
	must_show(s, "silicon.cpu[0].khz");
	screen_keys(s, "Esc");
	screen_keys(s, "Esc b");
	must_show(s, "most of the time  ▇ awake  0 POLL  1 C1  2 C1E  3 C6  ░ asleep");
	must_show(s, " node 0   ▇▇▇▇▇▇\n          333333\n");
	must_show(s, " node 1   ▇▇▇▇▇▇\n          ░░░░░3\n");
	screen_keys(s, "?");
	must_show(s, "idle.cpu[0].exit_us");
	screen_keys(s, "Esc");
	screen_command(s, "by kind");
	must_show(s, "all CPUs are alike");
	screen_keys(s, "b");
	must_show(s, "nobody is pinned");
	screen_keys(s, "b");
	must_show(s, "height = busy");
	screen_command(s, "by nonsense");
	must_say(s, "This panel cannot show \"nonsense\".");
	screen_keys(s, "3 b");
	must_show(s, "This panel shows all it has");
	screen_close(s);
	s = open_on("no-proc");
	screen_command(s, "by guests");
	must_show(s, "who is pinned is not known");
	screen_close(s);
}

/* The cursor on a row of the tree is on all of its CPUs: m marks them, and takes the marks away again. */
static void rows_of_the_tree_are_marked_as_one(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	screen_keys(s, "Tab End m");
	must_show(s, "marked: 6-11,18-23");
	screen_keys(s, "Home m");
	must_show(s, "marked: 0-23");
	screen_keys(s, "Home m");
	must_show(s, "marked: 6-11,18-23");
	screen_keys(s, "End g");
	must_show(s, "the 12 marked CPUs");
	screen_keys(s, "Esc Esc g");
	must_show(s, "the 12 CPUs under the cursor (6-11,18-23)");
	screen_keys(s, "Enter Enter");
	must_show(s, "policy6");
	screen_keys(s, "Esc Esc");
	screen_click(s, 3, 15, BUTTON_LEFT, false);
	screen_keys(s, "m");
	must_show(s, "marked: 0-5,12-17");
	screen_close(s);
}

/* A CPU that goes offline while it is looked at: the picture follows, and the cursor stays on it. */
static void a_cpu_goes_offline(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	s->w = 120;
	screen_keys(s, "2 Home Down");
	must_show(s, "CPU 12 ");
	tree_text(s->tree, "/sys/devices/system/cpu/online", "0-11,13-23\n");
	screen_tick(s);
	must_show(s, "CPU 12  offline");
	must_show(s, "1 CPU offline (12)");
	must_show(s, " offline  ×");
	tree_text(s->tree, "/sys/devices/system/cpu/online", "0-23\n");
	screen_tick(s);
	must_show(s, "sibling 0 ");
	must_not_show(s, "offline");
	screen_close(s);
}

static void the_filter_leaves_what_fits(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	s->w = 120;
	screen_command(s, "filter busy");
	must_show(s, " node 0   ▇▇▇▇▇▇\n");
	screen_command(s, "filter node1");
	must_not_show(s, " node 0   ▇");
	must_show(s, " node 1   ▇▇▇▇▇▇\n          ▁▁▁▁▁▁\n");
	screen_close(s);
}

/* On a low screen Tab changes between grid and tree. */
static void low_screens_show_one_of_both(void **state)
{
	struct screen *s = open_on("founding");

	(void)state;
	s->w = 40;
	s->h = 12;
	must_show(s, " node 0   ▇▁▇▁▇▁▇▁▇▁▇▁");
	must_show(s, "CPU 0  online   90 % busy");
	screen_keys(s, "Tab Down");
	must_not_show(s, "▇▁▇▁");
	must_show(s, "package 1, node 1");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(goldens_of_what_cells_show),
		cmocka_unit_test(the_sentence_says_what_is_there),
		cmocka_unit_test(cores_are_counted_by_siblings),
		cmocka_unit_test(nodes_without_cpus_are_listed),
		cmocka_unit_test(packages_that_are_not_known),
		cmocka_unit_test(many_nodes),
		cmocka_unit_test(cells_are_joined_and_it_says_so),
		cmocka_unit_test(the_cursor_goes_over_all_cpus),
		cmocka_unit_test(siblings_are_stacked),
		cmocka_unit_test(each_fact_can_be_asked),
		cmocka_unit_test(the_key_chooses_what_cells_show),
		cmocka_unit_test(rows_of_the_tree_are_marked_as_one),
		cmocka_unit_test(a_cpu_goes_offline),
		cmocka_unit_test(the_filter_leaves_what_fits),
		cmocka_unit_test(low_screens_show_one_of_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
