/* Opening a second host: what is asked, what cannot be opened, which rows are the same, and that only this host is changed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/beside.h"
#include "tests/lib/hosts.h"
#include "tests/lib/tree.h"
#include "tui/beside.h"

static void it_asks_and_offers_what_was_asked_last(void **state)
{
	struct besides b = besides_open("founding", "fine");
	char *was = xasprintf("FILE, DIR or now: %s", b.tree[1]);

	(void)state;
	screen_command(b.s, "beside off");
	must_not_show(b.s, "fine DIRECTORY");
	screen_keys(b.s, "D");
	must_say(b.s, was);
	screen_keys(b.s, "x y");
	assert_string_equal(b.s->app->input, "xy"); /* typing does not go on behind what is offered */
	screen_keys(b.s, "Esc D Backspace x");
	assert_int_equal(strlen(b.s->app->input), strlen(b.tree[1]));
	screen_keys(b.s, "Esc");
	must_not_show(b.s, "fine DIRECTORY");
	screen_keys(b.s, "D Enter");
	must_show(b.s, "fine DIRECTORY");
	screen_keys(b.s, "D"); /* both are seen: now it is the list */
	must_show(b.s, "values compared");
	screen_keys(b.s, "o");
	must_not_show(b.s, "fine DIRECTORY");
	screen_keys(b.s, "=");
	must_say(b.s, "There is no host beside this one: D opens it.");
	free(was);
	besides_close(&b);
}

static void what_cannot_be_opened_says_why(void **state)
{
	struct besides b = besides_open("founding", "founding");
	char *fifo = xasprintf("%s/fifo", b.tree[1]), *junk = xasprintf("%s/junk", b.tree[1]), *command;
	char *none = xasprintf("%s/none", b.tree[1]);
	const char *paths[] = {"/nowhere/at-all.host", fifo, junk, none, "-", ""};

	(void)state;
	tree_folder(b.tree[1], "/none"); /* opened, it would be a machine without anything */
	tree_fifo(b.tree[1], "/fifo");
	tree_bytes(b.tree[1], "/junk", "\x7f" "ELF\0\x1b[2J", 10);
	for (size_t i = 0; i < COUNT(paths) - 1; i++) {
		screen_command(b.s, "beside off");
		command = xasprintf("beside %s", paths[i]);
		screen_command(b.s, command);
		if (beside_snapshot(b.s->app) || !strstr(b.s->app->message, "No host can be shown beside this one"))
			fail_msg("%s: %s", paths[i], b.s->app->message);
		if (strcmp(paths[i], "-") != 0)
			assert_non_null(strstr(b.s->app->message, paths[i]));
		assert_null(strchr(screen_text(b.s), 0x1b));
		free(command);
	}
	free(fifo);
	free(junk);
	free(none);
	besides_close(&b);
}

/* A wrong name costs nothing of the comparison that is on the screen. */
static void a_failure_leaves_what_is_shown(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	screen_command(b.s, "beside /nowhere/at-all.host");
	assert_non_null(strstr(b.s->app->message, "No host can be shown beside this one"));
	must_show(b.s, "fine DIRECTORY");
	assert_false(beside_opening(b.s->app));
	besides_close(&b);
}

static char *tree_of(const char *name)
{
	char *tree = tree_new();

	host_unpack(tree, name, "tree");
	return tree;
}

static char *tree_with_interrupts(const char *name, const char *first, const char *second, const char *may)
{
	char *tree = tree_of("founding"), *text = xasprintf("%s\n", name);

	tree_text(tree, "/proc/sys/kernel/hostname", text);
	free(text);
	text = xasprintf("           CPU0       CPU1\n 45: 1 0  PCI-MSI 524288-edge %s\n 50: 1 0  PCI-MSI 524289-edge %s\n",
		first, second);
	tree_text(tree, "/proc/interrupts", text);
	free(text);
	text = xasprintf("%c\n", may[0]);
	tree_text(tree, "/proc/irq/45/smp_affinity_list", text);
	text[0] = may[1];
	tree_text(tree, "/proc/irq/50/smp_affinity_list", text);
	free(text);
	return tree;
}

/* The value and the raw text there are those of the same thing, though its number is another one there. */
static void a_row_with_another_key(void **state)
{
	char *tree[2] = {tree_with_interrupts("here", "nvme0q1", "eth0", "01"),
		tree_with_interrupts("there", "eth0", "nvme0q1", "20")};
	struct screen *s = screen_over(tree[0]);

	(void)state;
	screen_tick(s);
	s->w = 140;
	s->h = 40;
	beside_open(s->app, tree[1], NULL);
	screen_command(s, "explain interrupts.irq[45].affinity");
	screen_tick(s);
	must_show(s, "here: 0");
	must_show(s, "There    there: 0 (interrupts.irq[50].affinity)");
	must_show(s, "Its raw  \"0\\n\"");
	screen_keys(s, "Esc");
	screen_command(s, "explain interrupts.irq[50].affinity");
	screen_tick(s);
	must_show(s, "There    there: 2 (interrupts.irq[45].affinity)");
	must_show(s, "Its raw  \"2\\n\"");
	screen_close(s);
	for (int i = 0; i < 2; i++)
		tree_free(tree[i]);
}

/* A folder is read again with each tick of this host. */
static void it_is_read_again_with_each_tick(void **state)
{
	struct besides b = besides_open("founding", "fine");
	char *other = tree_of("founding");

	(void)state;
	beside_open(b.s->app, other, NULL);
	must_not_show(b.s, "Governor performance");
	for (int i = 0; i < 24; i++) {
		char *path = xasprintf("/sys/devices/system/cpu/cpufreq/policy%d/scaling_governor", i);

		tree_text(other, path, "performance\n");
		free(path);
	}
	for (int i = 0; i < 20 && !screen_shows(b.s, "Governor performance"); i++)
		screen_tick(b.s);
	must_show(b.s, "Governor performance");
	must_show(b.s, "Governor powersave");
	screen_keys(b.s, "=");
	must_show(b.s, "frequency.policy[0-23].governor");
	besides_close(&b);
	tree_free(other);
}

/* A capture is played to its end, or, beside another, to the tick where that one stands, and goes with it. */
static void captures_beside_each_other(void **state)
{
	char *fine = host_file("fine"), *command = xasprintf("beside %s", fine);
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_command(s, command);
	must_show(s, "CAPTURE");
	assert_int_equal(beside_snapshot(s->app)->tape.tick, 2);
	screen_command(s, "explain frequency.policy[0].governor");
	must_show(s, "There    fine: performance");
	must_show(s, "Its raw  \"performance\\n\"");
	assert_int_equal(beside_snapshot(s->app)->tape.tick, 2);
	screen_keys(s, "Esc");
	screen_command(s, "tick 1");
	screen_command(s, command);
	assert_int_equal(s->app->snap->tape.tick, 1);
	assert_int_equal(beside_snapshot(s->app)->tape.tick, 1);
	screen_keys(s, ".");
	assert_int_equal(s->app->snap->tape.tick, 2);
	assert_int_equal(beside_snapshot(s->app)->tape.tick, 2); /* both go together */
	screen_command(s, "tick 1");
	assert_int_equal(beside_snapshot(s->app)->tape.tick, 1);
	free(command);
	free(fine);
	screen_close(s);
}

/* Twins have one name: then it is the file that tells them apart. */
static void hosts_of_one_name(void **state)
{
	char *tree = tree_of("founding"), *slash = strrchr(tree, '/'), *name;
	struct screen *s = screen_open("founding", true);

	(void)state;
	name = xasprintf("kvm07 (%s) DIRECTORY", slash + 1);
	s->w = 120;
	s->h = 40;
	screen_text(s);
	beside_open(s->app, tree, NULL);
	must_show(s, name);
	free(name);
	screen_close(s);
	tree_free(tree);
}

/* What keys move or change is on the screen, and it is said when that was not so before. */
static void keys_go_back_to_this_host(void **state)
{
	static const char *const keys[] = {".", ",", "Space", "<", "g"};
	char *fine = host_file("fine"), *command = xasprintf("beside %s", fine);
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 80;
	s->h = 24;
	screen_command(s, command);
	for (size_t i = 0; i < COUNT(keys); i++) {
		screen_keys(s, "D");
		must_show(s, "OTHER HOST");
		screen_keys(s, keys[i]);
		assert_null(strstr(screen_row(s, 0), "OTHER HOST"));
		if (strcmp(keys[i], ".") != 0 && strcmp(keys[i], "<") != 0) /* "the last tick" */
			must_say(s, "Back on kvm07");
	}
	free(command);
	free(fine);
	screen_close(s);
}

static void only_this_host_is_changed(void **state)
{
	static const char governor[] = "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor";
	struct screen *s = screen_open("founding", true);
	char *tree = tree_of("founding");
	struct host *h = tree_host(tree);
	struct answer got;

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_text(s);
	beside_open(s->app, tree, NULL);
	screen_command(s, "governor performance all");
	must_show(s, "on kvm07");
	screen_keys(s, "y");
	screen_tick(s);
	must_show(s, "Governor performance");
	must_show(s, "Governor powersave");
	assert_int_equal(host_read(h, governor, &got), 0);
	assert_string_equal(got.text, "powersave\n");
	host_close(h);
	screen_close(s);
	tree_free(tree);
}

/* The machine itself, beside a folder. */
static void now_is_this_machine(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	screen_text(s);
	screen_command(s, "beside now");
	must_show(s, "THIS MACHINE");
	assert_false(beside_snapshot(s->app)->about.writable);
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_asks_and_offers_what_was_asked_last),
		cmocka_unit_test(what_cannot_be_opened_says_why),
		cmocka_unit_test(a_failure_leaves_what_is_shown),
		cmocka_unit_test(a_row_with_another_key),
		cmocka_unit_test(it_is_read_again_with_each_tick),
		cmocka_unit_test(captures_beside_each_other),
		cmocka_unit_test(hosts_of_one_name),
		cmocka_unit_test(keys_go_back_to_this_host),
		cmocka_unit_test(only_this_host_is_changed),
		cmocka_unit_test(now_is_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
