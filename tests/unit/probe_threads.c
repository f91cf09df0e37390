/* Tests the threads of guests: how they are found, told apart, joined with libvirt's list, and what they wait. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/guests.h"
#include "probes/threads_impl.h"
#include "tests/lib/crafted.h"
#include "tests/lib/sham_qemu.h"

#define WEB "00000001-aaaa-bbbb-cccc-0123456789ab"
#define DB "00000002-aaaa-bbbb-cccc-0123456789ab"
#define OF(pid, tid) "threads.guest[pid" #pid "].thread[" #tid "]"

static struct crafted machine(void)
{
	struct crafted c = crafted_new(&probe_threads);

	sham_process(c.p.m, 1, 0, "systemd", "/sbin/init");
	sham_process(c.p.m, 2, 0, "kthreadd", "");
	crafted_error(&c, &probe_guests, -EOPNOTSUPP);
	return c;
}

struct told {
	const char *uuid, *name, *state;
	uint64_t generation;
};

/* What libvirt says: these guests; link says how it is reached. */
static void tell(struct crafted *c, const char *link, bool here, const struct told *told, size_t n)
{
	struct arena *a;
	struct guests *g = crafted_put(c, &probe_guests, &a);
	struct guest *rows = arena_array(a, n, sizeof(*rows));

	g->link = value_text(arena_strdup(a, link), 0);
	if (strcmp(link, "connected") != 0)
		return;
	g->of_this_machine = value_bool(here, 0);
	for (size_t i = 0; i < n; i++) {
		rows[i].uuid = value_text(told[i].uuid, 0);
		rows[i].name = value_text(told[i].name, 0);
		rows[i].state = value_text(told[i].state, 0);
		rows[i].generation = value_u64(told[i].generation, 0);
	}
	g->guest = (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
}

static void test_plain_guest(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 2, 4);
	sham_thread(c.p.m, 4711, 4799, "worker", 0, "0-7");
	sham_thread(c.p.m, 4711, 4798, "IO mon_iothread", 0, "0-7");
	crafted_tick(&c);
	probing_is(&c.p, "threads.processes", 1);
	probing_is(&c.p, "threads.threads", 5);
	probing_is(&c.p, "threads.guest[pid4711].managed", 0);
	probing_says(&c.p, "threads.guest[pid4711].name", "web3");
	probing_says(&c.p, "threads.guest[pid4711].uuid", WEB);
	probing_says(&c.p, "threads.guest[pid4711].type", "kvm");
	probing_says(&c.p, OF(4711, 4712) ".name", "vcpu 0");
	probing_says(&c.p, OF(4711, 4713) ".allowed", "5");
	probing_is(&c.p, OF(4711, 4713) ".last_cpu", 5);
	probing_says(&c.p, OF(4711, 4711) ".role", "emulator");
	probing_not(&c.p, OF(4711, 4711) ".number", KNOWN_ABSENT);
	probing_says(&c.p, OF(4711, 4714) ".name", "iothread 1");
	probing_says(&c.p, OF(4711, 4715) ".name", "vhost 4715");
	probing_says(&c.p, OF(4711, 4712) ".policy", "other");
	probing_not(&c.p, OF(4711, 4712) ".priority", KNOWN_ABSENT);
	probing_not(&c.p, OF(4711, 4712) ".busy", KNOWN_NOT_YET);
	crafted_end(&c);
}

/* A kernel that does not count time slices writes zeros, of threads that run as well: nobody knows whether they wait. */
static void test_a_kernel_that_does_not_count(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 2, 4);
	sham_ran(c.p.m, 4711, 4712, 0, 0, 0);
	crafted_tick(&c);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF(4711, 4712) ".wait_ms_per_s", KNOWN_ABSENT);
	probing_not(&c.p, OF(4711, 4712) ".busy", KNOWN_ABSENT);
	probing_near(&c.p, OF(4711, 4713) ".wait_ms_per_s", 0, 1e-6);
	/* a thread that is so young that it never ran has no rate from its beginning */
	sham_ran(c.p.m, 4711, 4712, 1000, 0, 1);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF(4711, 4712) ".busy", KNOWN_NOT_YET);
	crafted_end(&c);
}

static void test_rates(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 2, 4);
	sham_ran(c.p.m, 4711, 4712, 1000, 500, 10);
	crafted_tick(&c);
	sham_ran(c.p.m, 4711, 4712, 1000 + 600000, 500 + 30000, 10 + 20);
	crafted_pass(&c, 2000);
	probing_near(&c.p, OF(4711, 4712) ".busy", 30, 1e-6);
	probing_near(&c.p, OF(4711, 4712) ".wait_ms_per_s", 15, 1e-6);
	probing_near(&c.p, OF(4711, 4712) ".wait_us", 1500, 1e-6);
	probing_near(&c.p, OF(4711, 4712) ".slices_per_s", 10, 1e-6);
	probing_near(&c.p, OF(4711, 4713) ".busy", 0, 1e-6);
	probing_not(&c.p, OF(4711, 4713) ".wait_us", KNOWN_ABSENT);
	/* a tick right behind another measures nothing and keeps what was measured */
	sham_ran(c.p.m, 4711, 4712, 999000, 40000, 40);
	crafted_pass(&c, 50);
	probing_near(&c.p, OF(4711, 4712) ".busy", 30, 1e-6);
	/* the kernel adds up at the end what ran for long */
	sham_ran(c.p.m, 4711, 4712, 5000000, 40000, 40);
	crafted_pass(&c, 950);
	probing_near(&c.p, OF(4711, 4712) ".busy", 100, 1e-6);
	sham_ran(c.p.m, 4711, 4712, 1, 1, 1);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF(4711, 4712) ".busy", KNOWN_NOT_YET);
	crafted_end(&c);
}

/* In the copy of a machine nothing moves: that is not an idle guest. */
static void test_copy(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_kind(c.p.m, HOST_DIRECTORY);
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	crafted_tick(&c);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF(4711, 4712) ".busy", KNOWN_NOT_RECORDED);
	sham_ran(c.p.m, 4711, 4711, 1000, 0, 1);
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF(4711, 4712) ".busy", 0, 0);
	crafted_end(&c);
}

struct command_case {
	const char *command; /* '|' parts arguments */
	bool qemu;
	const char *name, *uuid;
};

static const struct command_case commands[] = {
	{"/usr/bin/qemu-system-x86_64|-name|guest=web3,debug-threads=on", true, "web3", ""},
	{"/usr/libexec/qemu-kvm|-name|web3|-uuid|" WEB, true, "web3", WEB},
	{"/usr/bin/kvm|-id|101|-name|web3,debug-threads=on|-no-shutdown", true, "web3", ""},
	{"qemu-system-aarch64|--name|process=x,guest=a,,b,debug-threads=on|--uuid|" DB, true, "a,b", DB},
	{"kvm|-name|debug-threads=on", true, NULL, ""},
	{"kvm|-uuid|nonsense", true, NULL, ""},
	{"kvm|-uuid|00000001-AAAA-bbbb-cccc-0123456789AB", true, NULL, WEB},
	{"kvm|-name", true, NULL, ""},
	{"/usr/bin/qemu-system-x86_64|-S|-machine|none,accel=kvm:tcg|-daemonize", false, NULL, ""},
	{"/usr/bin/qemu-img|convert", false, NULL, ""},
	{"/usr/bin/kvmtool|run", false, NULL, ""},
	{"", false, NULL, ""},
};

static void test_command_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		size_t len = strlen(commands[i].command);
		char *text = strdup(commands[i].command);
		struct command c;

		for (size_t k = 0; k < len; k++)
			text[k] = text[k] == '|' ? '\0' : text[k];
		command_parse(text, len ? len + 1 : 0, &c);
		if (c.qemu != commands[i].qemu)
			fail_msg("%s", commands[i].command);
		if (commands[i].name)
			assert_string_equal(c.name, commands[i].name);
		else
			assert_null(c.name);
		assert_string_equal(c.uuid, commands[i].uuid);
		free(c.name);
		free(text);
	}
}

static void test_names_of_threads(void **state)
{
	static const struct {
		const char *comm;
		enum thread_role role;
		uint32_t number;
	} cases[] = {{"CPU 0/KVM\n", THREAD_VCPU, 0}, {"CPU 255/TCG", THREAD_VCPU, 255},
		{"ALL CPUs/TCG", THREAD_OTHER, NO_NUMBER}, {"CPU /KVM", THREAD_OTHER, NO_NUMBER},
		{"CPU 1/KVMx", THREAD_OTHER, NO_NUMBER}, {"CPU 99999999999999999999/KVM", THREAD_OTHER, NO_NUMBER},
		{"IO iothread12", THREAD_IOTHREAD, 12}, {"IO iothread-scsi", THREAD_IOTHREAD, NO_NUMBER},
		{"IO mon_iothread", THREAD_OTHER, NO_NUMBER}, {"vhost-4711", THREAD_VHOST, NO_NUMBER},
		{"worker", THREAD_OTHER, NO_NUMBER}, {"SPICE Worker", THREAD_OTHER, NO_NUMBER},
		{"", THREAD_OTHER, NO_NUMBER}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t number = 7;

		if (threads_role(cases[i].comm, &number) != cases[i].role || number != cases[i].number)
			fail_msg("%s", cases[i].comm);
	}
}

static void test_stat_lines(void **state)
{
	struct stat_parts p;

	(void)state;
	assert_int_equal(stat_parse("12 (a) (b) c) S 1 12 12 0 -1 4 1 1 1 1 10 20 5 6 -20 0 7 0 991 1 1 18446744073709551615 "
				    "1 1 0 0 0 0 0 4096 1 0 0 0 -1 63 40 1 0\n",
				 &p),
		0);
	assert_int_equal(p.comm.len, 8);
	assert_int_equal(p.parent, 1);
	assert_int_equal(p.nthreads, 7);
	assert_int_equal(p.start, 991);
	assert_int_equal(p.cpu, 63);
	assert_int_equal(p.priority, 40);
	assert_int_equal(p.policy, 1);
	assert_int_equal(stat_parse("", &p), -EINVAL);
	assert_int_equal(stat_parse("12 (x", &p), -EINVAL);
	assert_int_equal(stat_parse("12 (x) S 1 2 3\n", &p), -EINVAL);
	assert_int_equal(stat_parse(")12 (x", &p), -EINVAL);
}

static void test_managed(void **state)
{
	static const struct told told[] = {{DB, "db1", "paused", 1}, {WEB, "web3", "running", 1}, {"u", "o", "shutoff", 1}};
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	sham_guest(c.p.m, 4811, "db1", DB, 1, 5);
	sham_guest(c.p.m, 4911, "stray", "00000003-aaaa-bbbb-cccc-0123456789ab", 1, 6);
	crafted_none(&c, &probe_guests);
	crafted_tick(&c);
	probing_not(&c.p, "threads.guest[pid4711].managed", KNOWN_NOT_YET);
	tell(&c, "connecting", true, NULL, 0);
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[pid4711].managed", KNOWN_NOT_YET);
	tell(&c, "connected", true, told, COUNT(told));
	crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.guest[" WEB "].managed", 1);
	probing_is(&c.p, "threads.guest[" WEB "].pid", 4711);
	probing_is(&c.p, "threads.guest[" DB "].managed", 1);
	probing_is(&c.p, "threads.guest[pid4911].managed", 0);
	tell(&c, "connected", false, told, COUNT(told)); /* of another host: the same UUID there is another guest */
	crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.guest[pid4711].managed", 0);
	tell(&c, "refused", true, NULL, 0);
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[pid4711].managed", KNOWN_DENIED);
	tell(&c, "silent", true, NULL, 0);
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[pid4711].managed", KNOWN_BROKEN);
	tell(&c, "none", true, NULL, 0);
	crafted_pass(&c, 1000);
	/* its groups are libvirt's: who has no daemon now cannot tell that it is not */
	probing_not(&c.p, "threads.guest[pid4711].managed", KNOWN_BROKEN);
	sham_put(c.p.m, "/proc/4711/cgroup", "0::/qemu.slice/101.scope\n");
	c.p.want.everything = true;
	crafted_pass(&c, 1000);
	c.p.want.everything = false;
	probing_is(&c.p, "threads.guest[pid4711].managed", 0);
	crafted_end(&c);
}

/* Somebody else can start a process with the UUID of a guest: each row has a key of its own. */
static void test_two_of_one_uuid(void **state)
{
	static const struct told told[] = {{WEB, "web3", "running", 1}};
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "other", WEB, 1, 4);
	sham_guest(c.p.m, 4811, "web3", WEB, 1, 5);
	tell(&c, "connected", true, told, 1);
	crafted_tick(&c);
	probing_is(&c.p, "threads.guest[" WEB "].pid", 4811);
	probing_is(&c.p, "threads.guest[pid4711].managed", 0);
	crafted_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_guest),
		cmocka_unit_test(test_a_kernel_that_does_not_count),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_command_lines),
		cmocka_unit_test(test_names_of_threads),
		cmocka_unit_test(test_stat_lines),
		cmocka_unit_test(test_managed),
		cmocka_unit_test(test_two_of_one_uuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
