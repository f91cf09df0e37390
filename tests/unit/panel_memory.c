/* Tests the Memory panel and its line: pictures of small machines, the cursor, and what is said of what is not known.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"

static void goldens(void **state)
{
	static const char *const all_sizes[] = {"founding", "rome256"}, *const few[] = {
										"fine", "sparse", "odd", "empty"};

	(void)state;
	for (size_t i = 0; i < COUNT(all_sizes) + COUNT(few); i++) {
		bool all = i < COUNT(all_sizes);
		const char *name = all ? all_sizes[i] : few[i - COUNT(all_sizes)];
		struct screen *s = screen_open(name, false);
		char golden[64];

		screen_keys(s, "6");
		snprintf(golden, sizeof(golden), "%s-memory", name);
		screen_golden(s, golden, !all);
		screen_close(s);
	}
}

/* Plain signs for terminals that have no others: the shapes of the bar differ there too. */
static void ascii(void **state)
{
	struct screen *s = screen_open("rome256", false);

	(void)state;
	s->ascii = true;
	screen_keys(s, "6");
	screen_golden(s, "ascii-memory", true);
	screen_close(s);
}

static void explains(struct screen *s, const char *title)
{
	screen_keys(s, "?");
	must_show(s, title);
	screen_keys(s, "Esc");
}

/* The cursor runs over the nodes and then over the lines; Tab over the numbers of a row; ? explains each. */
static void cursor(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120, s->h = 40;
	screen_keys(s, "6");
	explains(s, "numa.node[0].cpus");
	screen_keys(s, "Tab Tab Down");
	explains(s, "numa.node[1].mem_free_kib");
	screen_keys(s, "Up Up Up");
	explains(s, "numa.node[0].mem_free_kib");
	screen_keys(s, "Down Down");
	explains(s, "memory.used_kib");
	screen_keys(s, "Tab");
	explains(s, "memory.available_kib");
	screen_keys(s, "Down");
	explains(s, "memory.huge_total");
	screen_keys(s, "Down Tab Tab");
	explains(s, "memory.ksmd_pct");
	screen_keys(s, "Back-Tab");
	explains(s, "memory.ksm_saved_kib");
	screen_keys(s, "End");
	explains(s, "memory.numa_balancing");
	screen_keys(s, "Down Tab");
	explains(s, "memory.zone_reclaim_mode");
	screen_keys(s, "Up Up");
	explains(s, "pressure.resource[memory].some_avg10");
	screen_keys(s, "Home");
	explains(s, "numa.node[0].mem_free_kib");
	screen_close(s);
}

/* Tab goes round, and never rests on a column that has no room. */
static void tab_goes_round(void **state)
{
	struct screen *s = screen_open("rome256", false);

	(void)state;
	screen_keys(s, "6");
	explains(s, "numa.node[0].cpus");
	screen_keys(s, "Tab Tab Tab Tab");
	explains(s, "numa.node[0].pool[2048].free");
	screen_keys(s, "Tab");
	explains(s, "numa.node[0].pool[1048576].free");
	screen_keys(s, "Tab");
	explains(s, "numa.node[0].cpus");
	screen_keys(s, "Back-Tab");
	explains(s, "numa.node[0].pool[1048576].free");
	screen_close(s);
}

static void click(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120, s->h = 40;
	screen_keys(s, "6");
	screen_click(s, 32, 7, BUTTON_LEFT, false); /* the head Free, then node 1 */
	screen_click(s, 32, 9, BUTTON_LEFT, false);
	explains(s, "numa.node[1].mem_free_kib");
	for (int y = 0; y < 40; y++)
		if (strncmp(screen_row(s, y), " KSM ", 5) == 0) {
			screen_click(s, 40, y, BUTTON_LEFT, false);
			explains(s, "memory.ksmd_pct");
			screen_click(s, 2, y, BUTTON_LEFT, false);
			explains(s, "memory.ksm_run");
			screen_click(s, 119, y, BUTTON_LEFT, false);
			screen_click(s, 119, 30, BUTTON_LEFT, false);
			explains(s, "memory.ksm_pages_to_scan");
		}
	screen_close(s);
}

/* From the line of the overview to the panel. */
static void line_leads_here(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	screen_keys(s, "1");
	must_show(s, "MEMORY  412 of 768 GiB");
	must_show(s, "KSM merging (4 % of a CPU)   node 1 free 9.4 GiB");
	screen_line(s, "MEMORY");
	screen_keys(s, "?");
	must_show(s, "memory.used_kib");
	screen_keys(s, "Esc Enter");
	must_show(s, "node 1 has 9.4 GiB free");
	screen_close(s);
}

static void line_of_trouble(void **state)
{
	struct screen *s = screen_open("rome256", false);

	(void)state;
	s->w = 220;
	must_show(s, "everybody waits 2 %   stalls   KSM stopped, pages remain merged   node 3 free 879 MiB");
	must_show(s, "THP always/always");
	screen_close(s);
	s = screen_open("sparse", false);
	s->w = 220;
	must_show(s, "swaps in   THP never   KSM stopped");
	screen_close(s);
	s = screen_open("empty", false);
	must_not_show(s, "MEMORY");
	screen_close(s);
}

/* Nodes that do not fit scroll; the lines below them stay where they are. */
static void many_nodes(void **state)
{
	char *tree = tree_new(), path[96], text[1024];
	struct screen *s;

	(void)state;
	tree_text(tree, "/proc/sys/kernel/hostname", "altix\n");
	for (unsigned node = 0; node < 64; node++) {
		size_t len = 0;

		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo", node);
		snprintf(text, sizeof(text), "Node %u MemTotal: 8000000 kB\nNode %u MemFree: %u kB\n", node, node,
			1000000 + node * 50000);
		tree_text(tree, path, text);
		for (unsigned to = 0; to < 64; to++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u", to ? " " : "",
				to == node             ? 10
				: to / 4 == node / 4   ? 12
				: to / 32 == node / 32 ? 22
						       : 40);
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/distance", node);
		tree_text(tree, path, text);
	}
	s = screen_over(tree);
	screen_keys(s, "6");
	must_show(s, "331 of 488 GiB not free");
	must_show(s, "node 0 has 977 MiB free");
	must_show(s, "12–40");
	must_show(s, "more");
	must_show(s, "SETTINGS");
	screen_keys(s, "PgDn PgDn");
	must_show(s, "SETTINGS");
	screen_keys(s, "End Up Up Up Up Up Up Up Up");
	must_show(s, " 63 ");
	explains(s, "numa.node[63].cpus");
	screen_golden(s, "many-nodes-memory", true);
	screen_close(s);
	tree_free(tree);
}

/* Memory without CPUs, CPUs without memory, and a node that tells nothing of its memory. */
static void odd_nodes(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	tree_text(tree, "/sys/devices/system/node/node0/cpulist", "0-3\n");
	tree_text(tree, "/sys/devices/system/node/node0/meminfo", "Node 0 MemTotal: 0 kB\nNode 0 MemFree: 0 kB\n");
	tree_text(tree, "/sys/devices/system/node/node2/cpulist", "\n");
	tree_text(tree, "/sys/devices/system/node/node2/meminfo",
		"Node 2 MemTotal: 16777216 kB\nNode 2 MemFree: 4194304 kB\nNode 2 FilePages: 9999999999 kB\n");
	tree_text(tree, "/sys/devices/system/node/node7/cpulist", "4\n");
	tree_text(tree, "/sys/devices/system/node/node9/meminfo", "Node 9 MemTotal: 900 kB\nNode 9 MemFree: 9 kB\n");
	s = screen_over(tree);
	screen_keys(s, "6");
	must_show(s, "    0                                0      none ");
	must_show(s, "    2  ▕░░░░░░░░░░░░░    ▏     4.0 GiB    16 GiB ");
	must_show(s, "no CPUs");
	must_show(s, "    7                                -         - ");
	must_show(s, " – 12 of 16 GiB not free"); /* without /proc/meminfo nobody knows whether that is well */
	must_not_show(s, "node 2 has"); /* memory without CPUs is not what is short */
	screen_close(s);
	tree_free(tree);
}

/* Each in its own words: being read, absent, denied, broken. */
static void what_is_not_known(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	tree_text(tree, "/proc/meminfo", "MemTotal: a lot\n");
	tree_text(tree, "/proc/vmstat", "pswpin x\nallocstall_normal 1\n");
	tree_text(tree, "/sys/kernel/mm/ksm/run", "3\n");
	tree_text(tree, "/sys/kernel/mm/transparent_hugepage/enabled", "always madvise never\n");
	s = screen_over(tree);
	screen_keys(s, "6");
	must_show(s, "Memory is not known: broken: EINVAL /proc/meminfo.");
	must_show(s, "USE       broken");
	must_show(s, "KSM       broken");
	must_show(s, "THP       broken");
	screen_keys(s, "1");
	must_show(s, "MEMORY  not known");
	screen_keys(s, "6");
	snapshot_unref(s->app->snap);
	s->app->snap = NULL;
	must_show(s, "Memory is being read.");
	must_show(s, "STALLS    reading");
	screen_close(s);
	tree_free(tree);
}

/* A copy that stands still: what its counters did is not said, not even that nothing stalls. */
static void copies(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	tree_text(tree, "/proc/stat", "cpu  1 0 0 1\ncpu0 1 0 0 1\n");
	tree_text(tree, "/proc/meminfo", "MemTotal: 8000000 kB\nMemFree: 100 kB\nMemAvailable: 6000000 kB\n");
	tree_text(tree, "/proc/vmstat", "pswpin 1\nallocstall_normal 1\ncompact_stall 1\noom_kill 0\n");
	s = screen_over(tree);
	screen_tick(s);
	screen_keys(s, "6");
	must_show(s, "1.9 of 7.6 GiB used.");
	must_show(s, "STALLS    not recorded");
	must_not_show(s, "nothing stalls");
	screen_close(s);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(ascii),
		cmocka_unit_test(cursor),
		cmocka_unit_test(tab_goes_round),
		cmocka_unit_test(click),
		cmocka_unit_test(line_leads_here),
		cmocka_unit_test(line_of_trouble),
		cmocka_unit_test(many_nodes),
		cmocka_unit_test(odd_nodes),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
