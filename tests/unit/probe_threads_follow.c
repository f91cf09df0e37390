/* Tests the threads of guests over time: what starts, stops, moves, is refused or broken, and what looking at it costs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/guests.h"
#include "probes/host/host.h"
#include "probes/kernel.h"
#include "probes/report.h"
#include "probes/threads.h"
#include "tests/lib/crafted.h"
#include "tests/lib/sham_qemu.h"

#define WEB "00000001-aaaa-bbbb-cccc-0123456789ab"
#define OF(pid, tid) "threads.guest[pid" #pid "].thread[" #tid "]"
#define SCOPE "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dweb3.scope"

static struct crafted machine(void)
{
	struct crafted c = crafted_new(&probe_threads);
	struct arena *a;
	struct kernel *k = crafted_put(&c, &probe_kernel, &a);

	k->uptime_s = value_f64(1000, 0);
	sham_process(c.p.m, 1, 0, "systemd", "/sbin/init");
	crafted_error(&c, &probe_guests, -EOPNOTSUPP);
	return c;
}

static bool has(struct crafted *c, const char *address)
{
	struct found at;

	return address_find(c->p.snap, address, &at) == 0 && at.value && value_known(*at.value);
}

static struct guest *tell_running(struct crafted *c, uint64_t generation)
{
	struct guest *row = crafted_running(c, WEB, "web3");

	row->generation = value_u64(generation, 0);
	return row;
}

/* libvirt says that it runs before its process has become QEMU: it is looked for each second. */
static void test_a_guest_that_starts(void **state)
{
	struct crafted c = machine();

	(void)state;
	crafted_tick(&c);
	probing_is(&c.p, "threads.processes", 0);
	sham_process(c.p.m, 4711, 1, "rpc-virtqemud", "/usr/sbin/virtqemud");
	sham_stat(c.p.m, 4711, 4711, "rpc-virtqemud", 1, 99990, 0, 0, 0);
	sham_put(c.p.m, "/proc/4711/stat", "4711 (v) S 1 1 1 0 -1 4 1 1 1 1 1 2 3 4 20 0 1 0 99990 1 1 1 1 1 0 0 0 0 0 4 1 "
					   "0 0 0 -1 0 0 0 0\n");
	tell_running(&c, 1);
	crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.processes", 0);
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.guest[" WEB "].pid", 4711);
	/* found: nobody lists all processes each second any more */
	sham_forget(c.p.m);
	for (int i = 0; i < 8; i++)
		crafted_pass(&c, 1000);
	assert_int_equal(sham_reads(c.p.m, "/proc"), 0);
	assert_int_equal(sham_reads(c.p.m, "/cmdline"), 0);
	crafted_end(&c);
}

static void test_unmanaged_within_ten_seconds(void **state)
{
	struct crafted c = machine();

	(void)state;
	crafted_tick(&c);
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	for (int i = 0; i < 10; i++)
		crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.processes", 1);
	crafted_end(&c);
}

static void test_a_guest_that_ends(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 4, 4);
	sham_guest(c.p.m, 4811, "db1", WEB, 1, 4);
	crafted_tick(&c);
	assert_int_equal(sham_kept(c.p.m), 2 * (7 + 4));
	sham_remove(c.p.m, "/proc/4711");
	crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.processes", 1);
	assert_false(has(&c, "threads.guest[pid4711].pid"));
	assert_int_equal(sham_kept(c.p.m), 2 * 4);
	/* another takes its number within the second */
	sham_guest(c.p.m, 4711, "new", WEB, 2, 4);
	crafted_pass(&c, 1000);
	probing_says(&c.p, "threads.guest[pid4711].name", "new");
	crafted_end(&c);
}

/* The kernel gave its number to another process, and no read ever failed. */
static void test_another_of_that_number(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	crafted_tick(&c);
	sham_process(c.p.m, 4711, 1, "bash", "/bin/bash");
	sham_put(c.p.m, "/proc/4711/stat", "4711 (bash) S 1 1 1 0 -1 4 1 1 1 1 1 2 3 4 20 0 1 0 7000 1 1 1 1 1 0 0 0 0 0 4 "
					   "1 0 0 0 -1 0 0 0 0\n");
	sham_stat(c.p.m, 4711, 4711, "bash", 1, 7000, 0, 0, 0);
	c.p.want.everything = true;
	crafted_pass(&c, 1000);
	crafted_pass(&c, 1000);
	probing_is(&c.p, "threads.processes", 0);
	assert_int_equal(sham_kept(c.p.m), 0);
	crafted_end(&c);
}

static void test_threads_come_and_go(void **state)
{
	static const char *const wanted[] = {"pid4711"};
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	crafted_tick(&c);
	c.p.want.guests = wanted;
	c.p.want.nguests = 1;
	sham_thread(c.p.m, 4711, 4790, "qemu-system-x86", 6, "6"); /* it has no name of its own yet */
	sham_stat(c.p.m, 4711, 4711, "qemu-system-x86", 5, 5000, 0, 0, 0);
	crafted_pass(&c, 3000);
	crafted_pass(&c, 1000);
	assert_false(has(&c, OF(4711, 4790) ".tid"));
	sham_put(c.p.m, "/proc/4711/task/4790/comm", "CPU 1/KVM\n");
	for (int i = 0; i < 11; i++)
		crafted_pass(&c, 1000);
	probing_says(&c.p, OF(4711, 4790) ".name", "vcpu 1");
	sham_remove(c.p.m, "/proc/4711/task/4790");
	crafted_pass(&c, 1000);
	assert_false(has(&c, OF(4711, 4790) ".tid"));
	probing_is(&c.p, "threads.processes", 1);
	crafted_end(&c);
}

/* Older kernels serve the network in threads of their own. */
static void test_vhost_of_the_kernel(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_process(c.p.m, 2, 0, "kthreadd", "");
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	sham_process(c.p.m, 4720, 2, "vhost-4711", "");
	sham_thread(c.p.m, 4720, 4720, "vhost-4711", 3, "2-3");
	sham_process(c.p.m, 4721, 2, "vhost-99", "");
	crafted_tick(&c);
	crafted_pass(&c, 1000);
	probing_says(&c.p, OF(4711, 4720) ".name", "vhost 4720");
	probing_says(&c.p, OF(4711, 4720) ".allowed", "2-3");
	assert_int_equal(probing_value(&c.p, OF(4711, 4720) ".role").src, 1);
	probing_is(&c.p, "threads.threads", 5);
	crafted_end(&c);
}

/* A pin is seen in the tick in which libvirt's event was, one that nobody told of within ten seconds. */
static void test_masks(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	tell_running(&c, 1);
	crafted_tick(&c);
	crafted_pass(&c, 1000);
	sham_put(c.p.m, "/proc/4711/task/4712/status", "Name:\tx\nCpus_allowed_list:\t0-3,6\n");
	crafted_pass(&c, 100);
	probing_says(&c.p, "threads.guest[" WEB "].thread[4712].allowed", "4");
	tell_running(&c, 2);
	crafted_pass(&c, 100);
	probing_says(&c.p, "threads.guest[" WEB "].thread[4712].allowed", "0-3,6");
	sham_put(c.p.m, "/proc/4711/task/4712/status", "Name:\tx\nCpus_allowed_list:\t7\n");
	for (int i = 0; i < 11; i++)
		crafted_pass(&c, 1000);
	probing_says(&c.p, "threads.guest[" WEB "].thread[4712].allowed", "7");
	sham_put(c.p.m, "/proc/4711/task/4712/status", "Name:\tx\nCpus_allowed_list:\tall\n");
	tell_running(&c, 3);
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[" WEB "].thread[4712].allowed", KNOWN_BROKEN);
	crafted_end(&c);
}

static void test_refused(void **state)
{
	struct crafted c = machine();

	(void)state;
	/* hidepid=1: they are listed, and that is all */
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	sham_error(c.p.m, "/proc/4711/stat", -EPERM);
	crafted_tick(&c);
	probing_not(&c.p, "threads.processes", KNOWN_DENIED);
	assert_int_equal(((const struct threads *)snapshot_facts(c.p.snap, &probe_threads))->guest.known, KNOWN_DENIED);
	sham_error(c.p.m, "/proc/4711/stat", 0);
	crafted_pass(&c, 10000);
	probing_is(&c.p, "threads.processes", 1);
	crafted_end(&c);
	/* hidepid=2: not even the first process is listed */
	c = machine();
	sham_remove(c.p.m, "/proc/1");
	sham_put(c.p.m, "/proc/uptime", "1 1\n");
	crafted_tick(&c);
	probing_not(&c.p, "threads.processes", KNOWN_DENIED);
	sham_kind(c.p.m, HOST_DIRECTORY); /* a copy without processes */
	crafted_pass(&c, 10000);
	probing_not(&c.p, "threads.processes", KNOWN_NOT_RECORDED);
	sham_remove(c.p.m, "/proc");
	crafted_pass(&c, 10000);
	probing_not(&c.p, "threads.processes", KNOWN_ABSENT);
	crafted_end(&c);
}

/* Each tick reads the times alone; what sleeps is not asked where it sleeps. */
static void test_cost(void **state)
{
	struct crafted c = machine();

	(void)state;
	for (unsigned g = 0; g < 10; g++)
		sham_guest(c.p.m, 5000 + g * 100, "web3", WEB, 17, 1);
	crafted_tick(&c);
	for (unsigned i = 0; i < 20; i++)
		crafted_pass(&c, 1000);
	sham_forget(c.p.m);
	for (unsigned i = 0; i < 60; i++)
		crafted_pass(&c, 1000);
	assert_in_range(sham_reads(c.p.m, "/schedstat"), 200 * 60 / 8, 200 * 60 / 8 + 200);
	assert_in_range(sham_reads(c.p.m, "/status"), 200 * 5, 200 * 6 + 200);
	assert_in_range(sham_reads(c.p.m, "/stat"), 190, 190 + 10 * 6 * 3);
	assert_int_equal(sham_reads(c.p.m, "/comm"), 0);
	crafted_end(&c);
}

static void test_without_kept_files(void **state)
{
	struct crafted c = machine();

	(void)state;
	for (unsigned g = 0; g < 10; g++)
		sham_guest(c.p.m, 5000 + g * 100, "web3", WEB, 97, 1);
	sham_kept_limit(c.p.m, 100);
	crafted_tick(&c);
	assert_int_equal(sham_kept(c.p.m), 80);
	crafted_pass(&c, 1000);
	sham_forget(c.p.m);
	for (int i = 0; i < 4; i++) {
		for (unsigned tid = 5901; tid < 5998; tid++)
			sham_ran(c.p.m, 5900, tid, 500000, 1000, 10);
		crafted_pass(&c, 1000);
	}
	assert_in_range(sham_reads(c.p.m, "/schedstat"), 900, 1400);
	assert_true(probing_value(&c.p, OF(5900, 5950) ".busy").f > 10);
	crafted_end(&c);
}

/* Each call in turn answers with an error: nothing is made up, nothing is left open, and all of it mends. */
static void run(uint64_t nth, int error, char **ret_json, uint64_t *ret_calls)
{
	struct crafted c = machine();
	struct host *plain = c.h, *failing;

	sham_guest(c.p.m, 4711, "web3", WEB, 2, 4);
	sham_put(c.p.m, SCOPE "/memory.numa_stat", "anon N0=1048576 N1=4096\n");
	tell_running(&c, 1);
	c.p.want.everything = true;
	assert_int_equal(failing_open(plain, nth, 1, error, &failing), 0);
	c.h = failing;
	for (int i = 0; i < 5; i++) {
		sham_ran(c.p.m, 4711, 4712, (unsigned)i * 300000, (unsigned)i * 1000, (unsigned)i * 10);
		crafted_pass(&c, 1000);
		free(report_text(c.p.snap));
		if (i == 1)
			*ret_calls = failing_calls(failing);
	}
	*ret_json = report_json(c.p.snap);
	c.probe->end(c.h, c.state);
	assert_int_equal(sham_kept(c.p.m), 0);
	memset(c.state, 0, c.probe->state_size);
	crafted_end(&c);
}

/* From the line on in which it is another. */
static const char *differs(const char *was, const char *is)
{
	size_t i = 0;

	while (was[i] && was[i] == is[i])
		i++;
	while (i && is[i - 1] != '\n')
		i--;
	return is + i;
}

static void test_failures(void **state)
{
	static const int errors[] = {ENOENT, EACCES, EIO, EINVAL, ENODEV, ESRCH, EMFILE, ENODATA};
	uint64_t calls, unused;
	char *fine, *json;

	(void)state;
	run(0, 0, &fine, &calls);
	assert_true(calls > 40);
	assert_non_null(strstr(fine, "\"busy\": 30"));
	for (uint64_t nth = 1; nth <= calls; nth++)
		for (size_t i = 0; i < COUNT(errors); i++) {
			run(nth, errors[i], &json, &unused);
			if (strcmp(fine, json) != 0)
				fail_msg("call %d with %s: %s", (int)nth, errno_word(errors[i]), differs(fine, json));
			free(json);
		}
	free(fine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_guest_that_starts),
		cmocka_unit_test(test_unmanaged_within_ten_seconds),
		cmocka_unit_test(test_a_guest_that_ends),
		cmocka_unit_test(test_another_of_that_number),
		cmocka_unit_test(test_threads_come_and_go),
		cmocka_unit_test(test_vhost_of_the_kernel),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_without_kept_files),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
