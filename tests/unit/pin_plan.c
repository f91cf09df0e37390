/* Tests which steps a pin plans, in which order and scope, and what it refuses before anybody is asked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/cpuset.h"
#include "tests/lib/pinning.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, pinning_setup, pinning_teardown)
#define G(uuid) "guests.guest[" uuid "]"

static const char *const web3_all[] = {G(WEB3) ".pin[0]", G(WEB3) ".pin[1]", G(WEB3) ".pin[2]", G(WEB3) ".pin[3]"};

static const struct value absent = {.known = KNOWN_ABSENT, .err = -ENOENT};

static int plan_all(struct pinning *p, const char *const *targets, size_t n, const char *value)
{
	change_free(p->c);
	p->c = change_new();
	return action_find("pin")->plan(p->s, targets, n, value, p->c);
}

static int plan(struct pinning *p, const char *target, const char *value)
{
	return plan_all(p, &target, 1, value);
}

static void planned(struct pinning *p, const char *target, const char *value)
{
	if (plan(p, target, value))
		fail_msg("%s", p->c->title);
}

static void refused(struct pinning *p, int err, const char *target, const char *value, const char *words)
{
	assert_int_equal(plan(p, target, value), err);
	if (!strstr(p->c->title, words))
		fail_msg("'%s' is not in: %s", words, p->c->title);
	assert_int_equal(p->c->title[strlen(p->c->title) - 1], '.');
}

static void step_is(const struct pinning *p, size_t i, const char *path, const char *now)
{
	assert_true(i < p->c->nsteps);
	assert_string_equal(p->c->steps[i].path, path);
	assert_string_equal(p->c->steps[i].now, now);
	assert_int_equal(p->c->steps[i].compare, COMPARE_CPUS);
	assert_null(p->c->steps[i].was);
}

static void both_scopes_of_a_running_guest(void **state)
{
	struct pinning *p = *state;

	planned(p, web3_all[2], "6");
	assert_int_equal(p->c->nsteps, 2);
	step_is(p, 0, "@virt/" WEB3 "/live/vcpu/2", "6\n");
	step_is(p, 1, "@virt/" WEB3 "/config/vcpu/2", "6\n");
	assert_string_equal(p->c->steps[0].instead, "0-15\n");
	assert_null(p->c->steps[1].instead);
	planned(p, web3_all[2], "live 6");
	assert_int_equal(p->c->nsteps, 1);
	planned(p, web3_all[2], "config 6");
	step_is(p, 0, "@virt/" WEB3 "/config/vcpu/2", "6\n");
	planned(p, web3_all[2], "both 6-7");
	step_is(p, 0, "@virt/" WEB3 "/live/vcpu/2", "6-7\n");
}

static void one_scope_of_others(void **state)
{
	struct pinning *p = *state;

	planned(p, G(OFF1) ".pin[1]", "6");
	assert_int_equal(p->c->nsteps, 1);
	step_is(p, 0, "@virt/" OFF1 "/config/vcpu/1", "6\n");
	planned(p, G(ONCE) ".pin[0]", "6");
	assert_int_equal(p->c->nsteps, 1);
	step_is(p, 0, "@virt/" ONCE "/live/vcpu/0", "6\n");
	refused(p, -EINVAL, G(OFF1) ".pin[1]", "live 6", "off1 does not run: only its definition");
	refused(p, -EINVAL, G(OFF1) ".pin[1]", "both 6", "--config");
	refused(p, -EINVAL, G(ONCE) ".pin[0]", "config 6", "once is transient: it has no definition");
	refused(p, -EINVAL, G(ONCE) ".pin[0]", "both 6", "transient");
}

static void a_pin_is_taken_out_of_the_definition_only(void **state)
{
	struct pinning *p = *state;

	p->pin[0][0].config_cpus = pinning_set(p, "3");
	planned(p, web3_all[0], "-");
	assert_int_equal(p->c->nsteps, 1);
	step_is(p, 0, "@virt/" WEB3 "/config/vcpu/0", "-\n");
	planned(p, G(WEB3) ".emulator_cpus", "config -");
	step_is(p, 0, "@virt/" WEB3 "/config/emulator", "-\n");
	refused(p, -EOPNOTSUPP, web3_all[0], "live -", "pin it to all CPUs, 0-15 instead (--live)");
	refused(p, -EOPNOTSUPP, web3_all[0], "both -", "libvirt cannot take a pin away from a running guest");
	refused(p, -EINVAL, G(ONCE) ".pin[0]", "-", "to free a thread pin it to all CPUs");
}

static void emulator_and_iothreads_go_first(void **state)
{
	static const char *const targets[] = {G(WEB3) ".pin[1]", G(WEB3) ".iothread[2]", G(WEB3) ".pin[0]",
		G(WEB3) ".emulator_cpus", G(WEB3) ".iothread[1]", G(WEB3) ".pin[1]"};
	struct pinning *p = *state;

	assert_int_equal(plan_all(p, targets, 6, "live 2-3"), 0);
	assert_int_equal(p->c->nsteps, 5);
	step_is(p, 0, "@virt/" WEB3 "/live/emulator", "2-3\n");
	step_is(p, 1, "@virt/" WEB3 "/live/iothread/1", "2-3\n");
	step_is(p, 2, "@virt/" WEB3 "/live/iothread/2", "2-3\n");
	step_is(p, 3, "@virt/" WEB3 "/live/vcpu/0", "2-3\n");
	step_is(p, 4, "@virt/" WEB3 "/live/vcpu/1", "2-3\n");
}

static void one_to_one_follows_the_list(void **state)
{
	struct pinning *p = *state;

	assert_int_equal(plan_all(p, web3_all, 4, "live 1:1 6,0-1,4-5"), 0);
	step_is(p, 0, "@virt/" WEB3 "/live/vcpu/0", "6\n");
	step_is(p, 1, "@virt/" WEB3 "/live/vcpu/1", "0\n");
	step_is(p, 2, "@virt/" WEB3 "/live/vcpu/2", "1\n");
	step_is(p, 3, "@virt/" WEB3 "/live/vcpu/3", "4\n");
	assert_int_equal(plan_all(p, web3_all, 4, "1:1 4-6"), -EINVAL);
	assert_string_equal(p->c->title, "web3 has 4 vCPUs, and the list 4-6 only 3 CPUs: one to one needs 4.");
	/* each has one CPU alone, so no other helps out; what is left over matters to nobody */
	assert_int_equal(plan_all(p, web3_all, 4, "live 1:1 13-15,0"), -EINVAL);
	assert_string_equal(p->c->title, "CPU 15 is offline: a thread that runs needs a CPU that is online.");
	assert_int_equal(plan_all(p, web3_all, 4, "config 1:1 13-15,0"), 0);
	assert_int_equal(plan_all(p, web3_all, 4, "live 1:1 0-3,15"), 0);
	refused(p, -EINVAL, G(WEB3) ".emulator_cpus", "1:1 4", "vCPUs alone");
	refused(p, -EINVAL, web3_all[0], "1:1 -", "is no list");
}

static void lists_that_are_none(void **state)
{
	struct pinning *p = *state;

	refused(p, -EINVAL, web3_all[0], "abc", "\"abc\" is no list of CPUs");
	refused(p, -EINVAL, web3_all[0], "", "An empty list pins nothing");
	refused(p, -EINVAL, web3_all[0], "live", "An empty list pins nothing");
	refused(p, -EINVAL, web3_all[0], "3 4", "One list");
	refused(p, -EINVAL, web3_all[0], "1:1", "One to one needs a list with a CPU for each vCPU");
	refused(p, -EINVAL, web3_all[0], "0-1,^0-1", "An empty list pins nothing");
	refused(p, -EINVAL, web3_all[0], "^1", "is no list");
	refused(p, -EINVAL, web3_all[0], "0-1,^^1", "is no list");
	refused(p, -EINVAL, web3_all[0], "0-1,^", "is no list");
	planned(p, web3_all[0], "live 0-4,^1,^3-9");
	step_is(p, 0, "@virt/" WEB3 "/live/vcpu/0", "0,2\n");
	refused(p, -EINVAL, web3_all[0], "3,3", "CPU 3 stands twice");
	refused(p, -EINVAL, web3_all[0], "14-17", "CPUs 16-17 do not exist here: there are 0-15");
	refused(p, -EINVAL, web3_all[0], "99999999", "is no list");
	refused(p, -EINVAL, web3_all[0], "15", "CPU 15 is offline");
	planned(p, web3_all[0], "config 15");
	refused(p, -EINVAL, web3_all[0], "\033[2J", "is no list");
	assert_null(strchr(p->c->title, '\033'));
}

static void threads_that_are_not_there(void **state)
{
	struct pinning *p = *state;

	refused(p, -EINVAL, G(WEB3) ".pin[6]", "3", "web3 has no vcpu 6: they go from 0 to 5");
	refused(p, -EINVAL, G(WEB3) ".pin[4]", "3", "vcpu 4 of web3 is not plugged in now (4 are)");
	planned(p, G(WEB3) ".pin[4]", "config 3");
	((struct thread *)(uintptr_t)p->tweb3->thread.row)[1].number = value_u64(5, 0);
	refused(p, -EINVAL, web3_all[1], "3", "vcpu 1 of web3 is not plugged in now (4 are)");
	planned(p, G(WEB3) ".pin[5]", "3");
	((struct thread *)(uintptr_t)p->tweb3->thread.row)[1].role = value_text("vhost", 0);
	planned(p, web3_all[1], "3"); /* its thread may only be not found yet */
	refused(p, -EINVAL, G(WEB3) ".iothread[3]", "3", "web3 has no iothread 3: it has 1, 2");
	refused(p, -EINVAL, G(DB1) ".iothread[1]", "3", "db1 has no iothreads");
	p->db1->iothread.known = KNOWN_ABSENT;
	refused(p, -EINVAL, G(DB1) ".iothread[1]", "3", "db1 has no iothreads");
	refused(p, -EINVAL, G(WEB3) ".pin[x]", "3", "is nothing that can be pinned");
	refused(p, -EINVAL, G(WEB3) ".name", "3", "is nothing that can be pinned");
	refused(p, -EINVAL, G(WEB3) ".pin[0].cpus", "3", "is nothing that can be pinned");
	refused(p, -EINVAL, "frequency.policy[0]", "3", "is nothing that can be pinned");
}

static void one_thread_for_all_vcpus(void **state)
{
	struct pinning *p = *state;

	p->web3->type = value_text("qemu", 0);
	planned(p, web3_all[0], "3");
	((struct thread *)(uintptr_t)p->tweb3->thread.row)[0].role = value_text("emulator", 0);
	p->tweb3->thread.n = 1;
	refused(p, -EOPNOTSUPP, web3_all[0], "3", "QEMU runs all vCPUs of web3 in one thread");
	planned(p, web3_all[0], "config 3");
	planned(p, G(WEB3) ".emulator_cpus", "3");
}

static void guests_that_cannot_be_pinned(void **state)
{
	static const char *const two[] = {G(WEB3) ".pin[0]", G(DB1) ".pin[0]"};
	struct pinning *p = *state;

	refused(p, -ESRCH, G("11111111-2222-3333-4444-00000000000f") ".pin[0]", "3", "There is no guest 1111");
	refused(p, -EOPNOTSUPP, G("pid4711") ".pin[0]", "3", "libvirt does not know proxy (process 4711)");
	assert_int_equal(plan_all(p, two, 2, "3"), -EINVAL);
	assert_string_equal(p->c->title, "One guest is pinned at a time.");
	assert_int_equal(plan_all(p, two, 0, "3"), -EINVAL);
	p->guests->of_this_machine = value_bool(false, 0);
	p->guests->hostname = value_text("kvm\x1b"
					 "08",
		0);
	refused(p, -EPERM, two[0], "3", "web3 runs on kvm?08: guests of another host are shown, and never pinned");
	p->guests->guest.n = 0;
	p->guests->link = value_text("silent", 0);
	p->guests->why = value_text("no answer for 12 s", 0);
	p->guests->remedy = value_text("look at systemctl status virtqemud", 0);
	p->placement->guest.n = 0;
	refused(p, -EAGAIN, two[0], "3", "libvirt does not answer: no answer for 12 s; look at");
}

/* Nobody was asked: then nobody can say that libvirt does not know it. */
static void nobody_could_be_asked(void **state)
{
	struct pinning *p = *state;

	p->guests->guest = (struct rows){.known = KNOWN_ABSENT};
	p->guests->link = value_text("none", 0);
	p->guests->why = value_text("Failed to connect socket", 0);
	p->guests->remedy = value_text("start it", 0);
	refused(p, -EAGAIN, G("pid4711") ".pin[0]", "3",
		"Whether libvirt knows proxy (process 4711) cannot be told. libvirt cannot be reached: Failed to "
		"connect socket; start it. By hand, \"taskset -pc LIST THREAD\"");
	assert_null(strstr(p->c->title, "does not know"));
}

/* Nothing to do is said, and not asked. */
static void what_is_so_already_is_no_plan(void **state)
{
	struct guest_drift drift = {.item = value_text("emulator cpus", 0)};
	struct pinning *p = *state;

	refused(p, -EALREADY, web3_all[0], "-", "vcpu 0 of web3 has no pin in the definition.");
	p->pin[0][0].cpus = p->pin[0][0].config_cpus = pinning_set(p, "3");
	refused(p, -EALREADY, web3_all[0], "3", "vcpu 0 of web3 is pinned to CPU 3 already, now and in the definition.");
	refused(p, -EALREADY, web3_all[0], "config 3", "is pinned to CPU 3 already, in the definition.");
	refused(p, -EALREADY, web3_all[0], "live 3", "is pinned to CPU 3 already.");
	planned(p, web3_all[0], "4");
	planned(p, web3_all[0], "-");
	p->pin[0][1].cpus = pinning_set(p, "0-1");
	assert_int_equal(plan_all(p, web3_all, 2, "live 1:1 3,0"), 0);
	p->pin[0][1].cpus = pinning_set(p, "0");
	assert_int_equal(plan_all(p, web3_all, 2, "live 1:1 3,0"), -EALREADY);
	assert_string_equal(p->c->title, "vcpu 0-1 of web3 are pinned one to one to CPUs 3,0 already.");
	/* the definition has it not: that is a change, of the definition alone */
	p->pin[0][0].config_cpus = (struct value){.known = KNOWN_ABSENT};
	planned(p, web3_all[0], "3");
	assert_non_null(strstr(p->c->effect, "the vCPU runs only on CPU 3, as now: only the definition changes"));
	/* somebody else may have changed it since it was read */
	p->pin[0][0].cpus.age_ds = 300;
	planned(p, web3_all[0], "live 3");
	/* of a definition's emulator only what differs is known */
	refused(p, -EALREADY, G(DB1) ".emulator_cpus", "live 12-13", "The emulator of db1 is pinned to CPUs 12-13 already.");
	p->db1->drift = (struct rows){.known = KNOWN_NOT_YET};
	planned(p, G(DB1) ".emulator_cpus", "config 12-13");
	p->db1->drift = (struct rows){.known = KNOWN_ABSENT};
	refused(p, -EALREADY, G(DB1) ".emulator_cpus", "config 12-13", "in the definition.");
	p->db1->drift = (struct rows){.row = &drift, .n = 1, .known = KNOWN};
	planned(p, G(DB1) ".emulator_cpus", "config 12-13");
	p->db1->drift = (struct rows){.known = KNOWN_ABSENT};
	p->db1->emulator_cpus = pinning_set(p, "0-15");
	planned(p, G(DB1) ".emulator_cpus", "config 0-15");
	/* a vCPU or iothread of which nothing is known */
	p->web3->pin.n = 0;
	planned(p, web3_all[0], "-");
}

/* What a file of a tree says can lead nowhere but to a guest's own paths. */
static void uuids_are_checked(void **state)
{
	struct pinning *p = *state;

	p->web3->uuid = value_text("../../sys/x", 0);
	refused(p, -ESRCH, G("../../sys/x") ".pin[0]", "3", "There is no guest");
}

static void nothing_is_known_yet(void **state)
{
	struct pinning *p = *state;
	struct snapshot *s = snapshot_new(0);
	const char *target = web3_all[0];

	assert_int_equal(action_find("pin")->plan(s, &target, 1, "3", p->c), -EAGAIN);
	assert_string_equal(p->c->title, "The guests of this host have not been read yet.");
	snapshot_unref(s);
}

static void where_threads_without_pins_run(void **state)
{
	struct pinning *p = *state;

	p->web3->vcpu_cpuset = pinning_set(p, "0-7");
	planned(p, web3_all[0], "live 3");
	assert_string_equal(p->c->steps[0].instead, "0-7\n");
	/* control groups of version 1 refuse what they have not: neither offline CPUs nor those of others */
	p->tweb3->cpuset_cpus = pinning_set(p, "2-14");
	planned(p, web3_all[0], "live 3");
	assert_string_equal(p->c->steps[0].instead, "0-7\n");
	p->tweb3->cgroup = value_text("/machine/qemu-3-web3.libvirt-qemu/emulator", 0);
	planned(p, web3_all[0], "live 3");
	assert_string_equal(p->c->steps[0].instead, "2-7\n");
	p->web3->vcpu_cpuset = absent;
	planned(p, web3_all[0], "live 3");
	assert_string_equal(p->c->steps[0].instead, "2-14\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_scopes_of_a_running_guest),
		TEST(one_scope_of_others),
		TEST(a_pin_is_taken_out_of_the_definition_only),
		TEST(emulator_and_iothreads_go_first),
		TEST(one_to_one_follows_the_list),
		TEST(lists_that_are_none),
		TEST(threads_that_are_not_there),
		TEST(one_thread_for_all_vcpus),
		TEST(guests_that_cannot_be_pinned),
		TEST(nobody_could_be_asked),
		TEST(what_is_so_already_is_no_plan),
		TEST(uuids_are_checked),
		TEST(nothing_is_known_yet),
		TEST(where_threads_without_pins_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
