/* Tests how a pin is asked for in words: the grammar, whom a name means, and what comes of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/pin_ask.h"
#include "tests/lib/pinning.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, pinning_setup, pinning_teardown)

struct line {
	const char *text, *guest, *kind;
	uint32_t number;
	const char *cpus;
	bool one_to_one, live, config;
};

static const struct line lines[] = {
	{"web3 vcpu 2 8-11", "web3", "vcpu", 2, "8-11", false, false, false},
	{"  web3   vcpu 2   - --config ", "web3", "vcpu", 2, "-", false, false, true},
	{"web3 --live vcpu 2 8", "web3", "vcpu", 2, "8", false, true, false},
	{"web3 all 0-3 --live --config", "web3", "all", 0, "0-3", false, true, true},
	{"web3 all 1:1 0-3", "web3", "all", 0, "0-3", true, false, false},
	{"web3 1:1 0-3", "web3", "all", 0, "0-3", true, false, false},
	{"web3 emulator 0", "web3", "emulator", 0, "0", false, false, false},
	{"web3 iothread 1 -", "web3", "iothread", 1, "-", false, false, false},
	{WEB3 " all -", WEB3, "all", 0, "-", false, false, false},
	/* only the name can hold anything */
	{"my  web all emulator 3", "my  web all", "emulator", 0, "3", false, false, false},
	{"vcpu vcpu 2 3", "vcpu", "vcpu", 2, "3", false, false, false},
	{"all all all 3", "all all", "all", 0, "3", false, false, false},
	{"3 vcpu 1 3", "3", "vcpu", 1, "3", false, false, false},
};

static void same(const char *found, const char *expected, const char *line)
{
	if (!found || strcmp(found, expected))
		fail_msg("%s: %s, not %s", line, found ? found : "nothing", expected);
}

static void lines_are_read(void **state)
{
	struct pinning *p = *state;
	const char *why;

	for (size_t i = 0; i < COUNT(lines); i++) {
		const struct line *l = &lines[i];
		struct pin_ask ask;

		if (pin_ask_line(p->a, l->text, &ask, &why))
			fail_msg("%s: %s", l->text, why);
		same(ask.guest, l->guest, l->text);
		same(ask.kind, l->kind, l->text);
		same(ask.cpus, l->cpus, l->text);
		assert_int_equal(ask.number, l->number);
		if (ask.one_to_one != l->one_to_one || ask.live != l->live || ask.config != l->config)
			fail_msg("%s", l->text);
	}
}

static void lines_that_are_none(void **state)
{
	static const char *const none[] = {"", "web3", "web3 vcpu", "web3 vcpu 2", "vcpu 2 3", "web3 vcpu x 3",
		"web3 vcpu -1 3", "web3 vcpu 70000 3", "web3 iothread 3", "web3 frobnicate 3", "all 3", "1:1 3",
		"--live --config"};
	struct pinning *p = *state;

	for (size_t i = 0; i < COUNT(none); i++) {
		struct pin_ask ask;
		const char *why = NULL;

		if (pin_ask_line(p->a, none[i], &ask, &why) != -EINVAL)
			fail_msg("\"%s\" was read", none[i]);
		assert_int_equal(why[strlen(why) - 1], '.');
	}
}

static const char *guest(struct pinning *p, const char *who)
{
	const char *key = NULL, *why = NULL;

	return pin_ask_guest(p->s, p->a, who, &key, &why) ? why : key;
}

static void guests_are_named(void **state)
{
	struct pinning *p = *state;

	assert_string_equal(guest(p, "web3"), WEB3);
	assert_string_equal(guest(p, DB1), DB1);
	assert_string_equal(guest(p, "5"), ONCE);
	assert_string_equal(guest(p, "pid4711"), "pid4711");
	assert_string_equal(guest(p, "proxy"), "pid4711");
	/* off1 has no id now */
	assert_string_equal(guest(p, "9"), "There is no guest 9; there are: web3, db1, once, off1.");
	assert_string_equal(guest(p, "x\033[2J"), "There is no guest x?[2J; there are: web3, db1, once, off1.");
	/* a name of digits is meant before an id */
	p->off1->name = value_text("5", 0);
	assert_string_equal(guest(p, "5"), OFF1);
	/* the cloud's names are titles here, and need not be unique */
	p->web3->title = value_text("shop", 0);
	assert_string_equal(guest(p, "shop"), WEB3);
	p->db1->title = value_text("shop", 0);
	assert_string_equal(guest(p, "shop"), "2 guests are called shop: name one by its UUID: " WEB3 ", " DB1 ".");
	p->once->name = value_text("shop", 0);
	assert_string_equal(guest(p, "shop"), ONCE);
}

static void no_guests_are_known(void **state)
{
	struct pinning *p = *state;

	p->guests->guest.n = 0;
	assert_string_equal(guest(p, "web3"), "There is no guest web3: libvirt lists none.");
	p->guests->link = value_text("refused", 0);
	p->guests->why = value_text("authentication unavailable", 0);
	p->guests->remedy = value_text("run it as root", 0);
	assert_string_equal(
		guest(p, "web3"), "libvirt refuses to be asked: authentication unavailable; run it as root.");
	p->guests->link = value_text("lost", 0);
	p->guests->why = (struct value){.known = KNOWN_ABSENT};
	assert_string_equal(guest(p, "web3"), "libvirt went away; run it as root.");
	/* a process of which libvirt could not be asked is meant all the same, and the plan says so */
	((struct placement_guest *)(uintptr_t)p->placement->guest.row)[2].managed = value_error(-ENOTCONN, 0);
	assert_string_equal(guest(p, "proxy"), "pid4711");
	p->guests->link = value_text("connecting", 0);
	assert_string_equal(guest(p, "web3"), "libvirt is being asked for the first time: try again in a moment.");
	p->guests->link = (struct value){.known = KNOWN_ABSENT};
	assert_string_equal(guest(p, "web3"), "No libvirt is asked about this host: --connect names one.");
	p->guests->link = (struct value){.known = KNOWN_NOT_YET};
	p->guests->guest.known = KNOWN_NOT_YET;
	assert_string_equal(guest(p, "web3"), "The guests of this host have not been read yet.");
}

static int ask(struct pinning *p, const char *line)
{
	struct pin_ask asked;
	const char *why;

	change_free(p->c);
	p->c = change_new();
	assert_int_equal(pin_ask_line(p->a, line, &asked, &why), 0);
	return pin_ask_plan(p->s, &asked, p->c);
}

static void words_become_plans(void **state)
{
	struct pinning *p = *state;

	assert_int_equal(ask(p, "web3 all 1:1 0-3 --live"), 0);
	assert_int_equal(p->c->nsteps, 4);
	assert_string_equal(p->c->steps[3].path, "@virt/" WEB3 "/live/vcpu/3");
	assert_string_equal(p->c->steps[3].now, "3\n");
	assert_int_equal(ask(p, "web3 all 0-3"), 0);
	assert_int_equal(p->c->nsteps, 8);
	assert_int_equal(ask(p, "3 emulator 0-1 --config"), 0);
	assert_string_equal(p->c->steps[0].path, "@virt/" WEB3 "/config/emulator");
	assert_int_equal(ask(p, "web3 iothread 2 0"), 0);
	assert_string_equal(p->c->steps[1].path, "@virt/" WEB3 "/config/iothread/2");
	p->pin[3][1].cpus = pinning_set(p, "3");
	assert_int_equal(ask(p, "off1 all -"), 0);
	assert_int_equal(p->c->nsteps, 2);
	assert_string_equal(p->c->steps[1].now, "-\n");
	assert_int_equal(ask(p, "once vcpu 0 3 --live --config"), -EINVAL);
	assert_int_equal(ask(p, "proxy vcpu 0 3"), -EOPNOTSUPP);
	assert_non_null(strstr(p->c->title, "taskset"));
	assert_int_equal(ask(p, "nobody vcpu 0 3"), -ESRCH);
	/* vCPUs 0, 1, 2 and 5 are plugged in */
	((struct thread *)(uintptr_t)p->tweb3->thread.row)[3].number = value_u64(5, 0);
	assert_int_equal(ask(p, "web3 all 1:1 0-3 --live"), 0);
	assert_int_equal(p->c->nsteps, 4);
	assert_string_equal(p->c->steps[2].path, "@virt/" WEB3 "/live/vcpu/2");
	assert_string_equal(p->c->steps[3].path, "@virt/" WEB3 "/live/vcpu/5");
	assert_string_equal(p->c->steps[3].now, "3\n");
	p->web3->vcpus = (struct value){.known = KNOWN_NOT_YET};
	assert_int_equal(ask(p, "web3 all 0-3"), -EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_read),
		TEST(lines_that_are_none),
		TEST(guests_are_named),
		TEST(no_guests_are_known),
		TEST(words_become_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
