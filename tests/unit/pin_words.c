/* Tests what a pin is said to do, and what it warns of: neighbours, nodes, cpusets, isolated and offline CPUs. */
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

static void plan_all(struct pinning *p, const char *const *targets, size_t n, const char *value)
{
	change_free(p->c);
	p->c = change_new();
	if (action_find("pin")->plan(p->s, targets, n, value, p->c))
		fail_msg("%s", p->c->title);
}

static void plan(struct pinning *p, const char *target, const char *value)
{
	plan_all(p, &target, 1, value);
}

static void notes(const struct pinning *p, const char *words)
{
	if (pinning_notes(p, words))
		return;
	for (size_t i = 0; i < p->c->nnotes; i++)
		print_error("note: %s\n", p->c->notes[i]);
	fail_msg("no note says '%s'", words);
}

static void says(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("'%s' is not in: %s", words, text);
}

static void a_calm_pin(void **state)
{
	struct pinning *p = *state;

	plan(p, web3_all[2], "6");
	assert_int_equal(p->c->nnotes, 0);
	assert_string_equal(p->c->title, "Pin vcpu 2 of web3 to CPU 6, now and at each start");
	assert_string_equal(p->c->target, "web3 vcpu 2");
	assert_string_equal(p->c->effect, "the vCPU runs only on CPU 6, and moves there at once");
	assert_string_equal(p->c->lasts, "now, and after each start: the definition is changed too");
	assert_string_equal(p->c->by_hand, "virsh vcpupin " WEB3 " 2 6 --live --config");
}

static void scopes_are_told(void **state)
{
	struct pinning *p = *state;

	plan(p, web3_all[2], "live 6-7");
	assert_string_equal(p->c->title, "Pin vcpu 2 of web3 to CPUs 6-7, until it stops");
	says(p->c->effect, "the vCPU runs only on CPUs 6-7, and moves");
	assert_string_equal(p->c->lasts, "until the guest stops; its definition keeps what it has");
	says(p->c->keep_hint, "--config");
	plan(p, web3_all[2], "config 6");
	assert_string_equal(p->c->title, "Pin vcpu 2 of web3 to CPU 6, from its next start on");
	assert_string_equal(p->c->effect, "nothing now; from its next start on the vCPU runs only on CPU 6");
	plan(p, G(ONCE) ".pin[0]", "6");
	says(p->c->keep_hint, "it is transient");
	assert_string_equal(p->c->lasts, "until the guest stops: it has no definition");
	p->pin[0][2].config_cpus = pinning_set(p, "6");
	plan(p, web3_all[2], "-");
	says(p->c->effect, "from the guest's next start on the vCPU may run on every CPU");
	assert_string_equal(p->c->title, "Take the pin of vcpu 2 out of the definition of web3");
	says(p->c->lasts, "a guest that runs keeps its pin");
	assert_string_equal(p->c->by_hand, "virsh edit " WEB3 " # in <cputune> delete <vcpupin vcpu='2' …/>");
	assert_int_equal(p->c->nnotes, 0);
}

static void the_whole_guest(void **state)
{
	static const char *const all[] = {G(WEB3) ".pin[0]", G(WEB3) ".pin[1]", G(WEB3) ".pin[2]", G(WEB3) ".pin[3]",
		G(WEB3) ".emulator_cpus", G(WEB3) ".iothread[1]"};
	struct pinning *p = *state;

	plan_all(p, web3_all, 4, "1:1 0-3");
	assert_string_equal(p->c->title, "Pin vcpu 0-3 of web3 one to one to CPUs 0-3, now and at each start");
	assert_string_equal(p->c->effect, "the vCPUs run one on each of CPUs 0-3, and move there at once");
	assert_string_equal(p->c->by_hand,
		"n=0; for c in 0 1 2 3; do virsh vcpupin " WEB3 " $n $c --live --config; n=$((n + 1)); done");
	assert_int_equal(p->c->nnotes, 0);
	plan_all(p, web3_all, 4, "live 0-1");
	assert_string_equal(p->c->by_hand, "for n in 0 1 2 3; do virsh vcpupin " WEB3 " $n 0-1 --live; done");
	notes(p, "4 vCPUs of this guest share 2 CPUs: they take turns");
	plan_all(p, all, 6, "live 0-7");
	assert_string_equal(p->c->target, "web3 vcpu 0-3, emulator, iothread 1");
	says(p->c->by_hand,
		"virsh emulatorpin " WEB3 " 0-7 --live && virsh iothreadpin " WEB3 " 1 0-7 --live && for n");
	plan(p, G(WEB3) ".emulator_cpus", "0-1");
	says(p->c->effect, "QEMU's main loop, its workers and vhost run only on CPUs 0-1");
	plan(p, G(WEB3) ".iothread[1]", "1");
	says(p->c->effect, "the iothread, with the disks on it, runs only on CPU 1");
	plan_all(p, web3_all, 2, "live 1:1 3,1");
	assert_string_equal(p->c->title, "Pin vcpu 0-1 of web3 one to one to CPUs 3,1, until it stops");
	says(p->c->effect, "one on each of CPUs 3,1, and");
	assert_string_equal(p->c->by_hand, "virsh vcpupin " WEB3 " 0 3 --live && virsh vcpupin " WEB3 " 1 1 --live");
	p->web3->emulator_cpus = pinning_set(p, "7");
	plan(p, G(WEB3) ".emulator_cpus", "-");
	assert_string_equal(p->c->title, "Take the pin of the emulator out of the definition of web3");
	p->pin[0][0].config_cpus = pinning_set(p, "7");
	plan_all(p, web3_all, 4, "-");
	says(p->c->costs, "the scheduler places them again");
	says(p->c->by_hand,
		"<vcpupin vcpu='0' …/>, <vcpupin vcpu='1' …/>, <vcpupin vcpu='2' …/> and 1 more like these");
}

static void another_libvirt_is_named(void **state)
{
	struct pinning *p = *state;

	p->guests->uri = value_text("qemu+unix:///system?socket=/run/a b'c", 0);
	plan(p, web3_all[0], "live 1");
	assert_string_equal(
		p->c->by_hand, "virsh -c 'qemu+unix:///system?socket=/run/a b'\\''c' vcpupin " WEB3 " 0 1 --live");
	p->guests->uri = value_text("qemu:///\033[2J", 0);
	plan(p, web3_all[0], "live 1");
	assert_null(p->c->by_hand);
}

static void names_are_made_fit(void **state)
{
	struct pinning *p = *state;

	p->web3->name = value_text("we\033[2Jb\n3", 0);
	plan(p, web3_all[0], "1");
	assert_string_equal(p->c->target, "we?[2Jb?3 vcpu 0");
	assert_null(strpbrk(p->c->title, "\033\n"));
	p->pdb1->name = value_text("d\033b1", 0);
	plan(p, web3_all[0], "10");
	notes(p, "d?b1 vcpu 0 (CPU 10)");
}

static void neighbours(void **state)
{
	struct pinning *p = *state;

	p->pweb3->memory_node = value_i64(1, 0);
	plan(p, web3_all[0], "live 10");
	notes(p, "pinned there already: db1 vcpu 0 (CPU 10): they take turns");
	plan(p, web3_all[0], "live 10-12");
	notes(p, "pinned there already: db1 vcpu 0 (CPU 10): they take turns");
	notes(p, "may run there too, among other CPUs: db1 emulator (CPUs 12-13)");
	plan(p, web3_all[0], "live 12");
	assert_int_equal(p->c->nnotes, 1);
	notes(p, "may run there too, among other CPUs: db1 emulator (CPUs 12-13)");
	plan(p, web3_all[0], "live 11");
	assert_int_equal(p->c->nnotes, 1);
	notes(p, "on the same core: db1 vcpu 0 (CPU 10): each slows the other down");
	/* one that floats shares with many, and with none in particular */
	p->db1_thread[0].allowed = pinning_set(p, "9-10");
	plan(p, web3_all[0], "live 11");
	assert_int_equal(p->c->nnotes, 0);
	plan(p, G(DB1) ".pin[0]", "live 12");
	notes(p, "may run there too, among other CPUs: its own emulator (CPUs 12-13)");
	/* what moves away itself is no neighbour */
	plan(p, G(DB1) ".emulator_cpus", "live 12");
	assert_int_equal(p->c->nnotes, 0);
	p->web3_thread[1].pinned = value_bool(true, 0);
	p->web3_thread[1].allowed = pinning_set(p, "8");
	plan(p, web3_all[0], "live 8");
	notes(p, "its own vcpu 1 (CPU 8)");
	plan(p, web3_all[0], "live 9"); /* the other thread of its own core */
	assert_false(pinning_notes(p, "same core"));
	plan_all(p, web3_all, 3, "live 1:1 8,11,14");
	assert_int_equal(p->c->nnotes, 0);
}

/* Of a definition alone: what else is in it counts, not where the threads that run now are. */
static void its_own_definition(void **state)
{
	static const char *const both[] = {G(OFF1) ".pin[0]", G(OFF1) ".pin[1]"};
	struct guest_iothread io = {.id = value_u64(1, 0), .config_cpus = pinning_set(*state, "7")};
	struct pinning *p = *state;

	p->pin[3][1].cpus = pinning_set(p, "2-3");
	p->off1->emulator_cpus = pinning_set(p, "3");
	plan(p, both[0], "3");
	notes(p, "pinned there already: its own emulator (CPU 3): they take turns");
	notes(p, "may run there too, among other CPUs: its own vcpu 1 (CPUs 2-3)");
	plan_all(p, both, 2, "1:1 2-3");
	notes(p, "pinned there already: its own emulator (CPU 3):");
	plan(p, both[0], "4");
	assert_int_equal(p->c->nnotes, 0);
	/* of one that runs */
	io.cpus = (struct value){.known = KNOWN_ABSENT};
	p->web3->iothread = (struct rows){.row = &io, .n = 1, .known = KNOWN};
	p->pin[0][1].config_cpus = pinning_set(p, "6");
	p->web3_thread[2].pinned = value_bool(true, 0);
	p->web3_thread[2].allowed = pinning_set(p, "5");
	plan(p, web3_all[0], "config 5-7");
	notes(p, "pinned there already: its own vcpu 1 (CPU 6), its own iothread 1 (CPU 7): they");
	plan(p, web3_all[0], "live 5-7");
	notes(p, "pinned there already: its own vcpu 2 (CPU 5): they");
}

static void freeing_a_thread_meets_nobody(void **state)
{
	struct pinning *p = *state;

	plan(p, web3_all[0], "live 0-15");
	assert_int_equal(p->c->nnotes, 1);
	notes(p, "CPU 15 is offline: the threads run on the others");
}

/* Many that are free to go elsewhere are a crowd: only who cannot go is named. */
static void crowds_are_counted(void **state)
{
	struct pinning *p = *state;

	for (uint32_t i = 1; i < 4; i++) {
		p->web3_thread[i].pinned = value_bool(true, 0);
		p->web3_thread[i].allowed = pinning_set(p, "8-11");
	}
	plan(p, web3_all[0], "live 10");
	notes(p, "pinned there already: db1 vcpu 0 (CPU 10): they");
	notes(p, "may run there too, among other CPUs: its own vcpu 1 (CPUs 8-11), its own vcpu 2 (CPUs 8-11), ");
	p->db1_thread[0].allowed = pinning_set(p, "10-11");
	p->db1_thread[1].allowed = pinning_set(p, "10-12");
	plan(p, web3_all[0], "live 10");
	assert_false(pinning_notes(p, "pinned there already"));
	notes(p, "may run there too, among other CPUs: 3 threads of its own and those of 1 other guest");
	for (uint32_t i = 1; i < 4; i++)
		p->web3_thread[i].pinned = value_bool(false, 0);
	plan(p, web3_all[0], "live 10");
	notes(p, "may run there too, among other CPUs: db1 vcpu 0 (CPUs 10-11), db1 emulator (CPUs 10-12)");
}

/* One to one over all that there is frees nobody: it is the tightest of all. */
static void one_to_one_over_all_is_warned_of(void **state)
{
	struct pinning *p = *state;

	p->topology->online = pinning_set(p, "0-3");
	p->db1_thread[0].allowed = pinning_set(p, "1");
	plan_all(p, web3_all, 4, "live 1:1 0-3");
	notes(p, "pinned there already: db1 vcpu 0 (CPU 1)");
	notes(p, "every CPU then carries a pinned vCPU: none is left");
	/* it was so before */
	for (uint32_t i = 0; i < 4; i++) {
		p->web3_thread[i].pinned = value_bool(true, 0);
		p->web3_thread[i].allowed = pinning_set(p, i == 1 ? "0" : i ? "2-3" : "1");
	}
	plan_all(p, web3_all, 4, "live 1:1 0-3");
	notes(p, "every CPU carries, now as before, a pinned vCPU: none is left");
	plan_all(p, web3_all, 4, "live 0-3");
	assert_false(pinning_notes(p, "every CPU"));
}

static void nodes(void **state)
{
	struct pinning *p = *state;

	p->pin[0][1].cpus = pinning_set(p, "3");
	plan(p, web3_all[0], "live 9");
	notes(p, "its vCPUs are then on nodes 0-1, and it knows of one");
	notes(p, "node 0 holds 93 % of its memory, and none of these CPUs is there: every miss is remote");
	/* a pin to all CPUs is what is left of one that was undone */
	p->pin[0][1].cpus = pinning_set(p, "0-15");
	plan(p, web3_all[0], "live 3");
	assert_int_equal(p->c->nnotes, 0);
	/* the definition has no such pin */
	plan(p, web3_all[0], "config 9");
	assert_false(pinning_notes(p, "its vCPUs are then on nodes"));
	/* it knows of both nodes itself */
	p->web3->cell.n = 2;
	plan(p, web3_all[0], "live 9");
	assert_false(pinning_notes(p, "its vCPUs are then on nodes"));
	p->pweb3->memory_percent = (struct value){.known = KNOWN_ABSENT};
	plan(p, G(WEB3) ".emulator_cpus", "live 9");
	assert_int_equal(p->c->nnotes, 1);
	notes(p, "node 0 holds its memory, and none");
}

static void cpusets(void **state)
{
	struct pinning *p = *state;

	p->tweb3->slice_cpus = p->tweb3->cpuset_cpus = pinning_set(p, "0-3");
	plan(p, web3_all[0], "live 3-4");
	notes(p, "CPU 4 is outside the cpuset of machine.slice (0-3): the pin succeeds, clipped to 3; \"systemctl "
		 "set-property machine.slice AllowedCPUs=0-4\" widens it");
	plan(p, web3_all[0], "live 5-6");
	notes(p, "none of these CPUs is in the cpuset of machine.slice (0-3): the pin is refused, or has no effect");
	/* which the old control groups do not */
	p->tweb3->cgroup = value_text("/machine.slice/web3.scope/emulator", 0);
	plan(p, web3_all[0], "live 3-4");
	notes(p, "CPU 4 is outside the cpuset of machine.slice (0-3): a pin there is refused by control groups of "
		 "version 1");
	p->tweb3->cgroup = value_text("/machine.slice/web3.scope/libvirt/emulator", 0);
	p->tweb3->slice_cpus = pinning_set(p, "0-14");
	plan(p, web3_all[0], "live 3-4");
	notes(p, "CPU 4 is outside the cpuset of this guest (0-3): the pin succeeds, clipped to 3");
	assert_false(pinning_notes(p, "machine.slice"));
	/* the kernel takes offline CPUs out of every cpuset by itself */
	p->tweb3->cpuset_cpus = pinning_set(p, "0-14");
	plan(p, web3_all[0], "live 7,15");
	assert_int_equal(p->c->nnotes, 1);
}

static void offline_and_isolated(void **state)
{
	struct pinning *p = *state;

	plan(p, G(OFF1) ".pin[0]", "15");
	notes(p, "CPU 15 is offline: the guest's next start fails");
	plan_all(p, web3_all, 3, "config 1:1 2-3,15");
	notes(p, "CPU 15 is offline: the guest's next start fails");
	p->tweb3->slice_cpus = pinning_set(p, "0-2");
	plan_all(p, web3_all, 2, "live 1:1 2-3");
	notes(p, "CPU 3 is outside the cpuset of machine.slice (0-2): a pin there is refused; \"systemctl");
	p->tweb3->slice_cpus = pinning_set(p, "0-14");
	/* one to one takes the first of the list, and warns of no other */
	plan_all(p, web3_all, 2, "live 1:1 2-15");
	assert_int_equal(p->c->nnotes, 0);
	p->topology->isolated = pinning_set(p, "4-7");
	plan(p, web3_all[0], "live 3-5");
	notes(p, "CPUs 4-5 are isolated: the kernel balances no load there");
	plan(p, web3_all[0], "live 5");
	assert_int_equal(p->c->nnotes, 0);
	plan_all(p, web3_all, 4, "live 1:1 4-7");
	assert_int_equal(p->c->nnotes, 0);
}

static void nothing_left_for_the_host(void **state)
{
	struct pinning *p = *state;

	p->db1_thread[0].allowed = pinning_set(p, "0-6,8-14");
	p->db1_thread[1].pinned = value_bool(false, 0);
	plan(p, web3_all[0], "live 7");
	notes(p, "every CPU then carries a pinned vCPU: none is left");
	plan(p, web3_all[0], "live 6");
	assert_false(pinning_notes(p, "every CPU then"));
	plan(p, G(WEB3) ".emulator_cpus", "live 7");
	assert_false(pinning_notes(p, "every CPU then"));
}

static void who_may_interfere(void **state)
{
	struct pinning *p = *state;

	p->numad->running = value_bool(true, 0);
	plan(p, web3_all[0], "live 7");
	notes(p, "numad runs and may bind the guest to other CPUs");
	p->s->block[2]->facts = NULL;
	plan(p, web3_all[0], "live 7");
	notes(p, "who else is pinned to these CPUs is not known yet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_calm_pin),
		TEST(scopes_are_told),
		TEST(the_whole_guest),
		TEST(another_libvirt_is_named),
		TEST(names_are_made_fit),
		TEST(neighbours),
		TEST(its_own_definition),
		TEST(freeing_a_thread_meets_nobody),
		TEST(crowds_are_counted),
		TEST(one_to_one_over_all_is_warned_of),
		TEST(nodes),
		TEST(cpusets),
		TEST(offline_and_isolated),
		TEST(nothing_left_for_the_host),
		TEST(who_may_interfere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
