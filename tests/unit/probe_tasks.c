/* Tests the tasks of the host: which are told, how threads of busy processes are found, and what that costs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/load.h"
#include "probes/tasks.h"
#include "probes/threads.h"
#include "tests/lib/crafted.h"

#define AT(tid) "tasks.task[" #tid "]."

/* So much CPU time so far, in hundredths of a second; tid 0: the whole process. */
static void ran(struct crafted *c, unsigned pid, unsigned tid, const char *comm, unsigned parent, unsigned nthreads,
	unsigned hundredths, unsigned cpu)
{
	char path[80];

	if (tid)
		snprintf(path, sizeof(path), "/proc/%u/task/%u/stat", pid, tid);
	else
		snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	sham_put(c->p.m, path,
		"%u (%s) S %u 1 1 0 -1 4194560 11 22 0 0 %u 20 5 6 20 0 %u 0 5000 52387840 4924 18446744073709551615 1 1 "
		"0 0 0 0 0 4096 1256 0 0 0 -1 %u 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		tid ? tid : pid, comm, parent, hundredths - 20, nthreads, cpu);
	snprintf(path, sizeof(path), "/proc/%u/task/%u/status", pid, tid ? tid : pid);
	sham_put(c->p.m, path, "Name:\t%s\nCpus_allowed_list:\t%u-%u\n", comm, cpu, cpu + 1);
}

static struct crafted machine(void)
{
	struct crafted c = crafted_new(&probe_tasks);

	crafted_error(&c, &probe_threads, -ENOENT);
	ran(&c, 1, 0, "systemd", 0, 1, 1000, 0);
	ran(&c, 2, 0, "kthreadd", 0, 1, 1000, 0);
	ran(&c, 57, 0, "ksmd", 2, 1, 1000, 3);
	ran(&c, 900, 0, "java", 1, 3, 5000, 4);
	ran(&c, 900, 900, "java", 1, 3, 1000, 4);
	ran(&c, 900, 901, "GC (1)", 1, 3, 1000, 5);
	ran(&c, 900, 902, "idle", 1, 3, 1000, 5);
	return c;
}

static bool has(struct crafted *c, unsigned tid)
{
	const struct tasks *tasks = snapshot_facts(c->p.snap, &probe_tasks);
	const struct tasks_task *row = tasks->task.row;

	for (uint32_t i = 0; i < tasks->task.n; i++)
		if (row[i].tid.u == tid)
			return true;
	return false;
}

static uint8_t list_known(struct crafted *c)
{
	const struct tasks *tasks = snapshot_facts(c->p.snap, &probe_tasks);

	return tasks->task.known;
}

static void test_busy(void **state)
{
	struct crafted c = machine();

	(void)state;
	c.p.want.everything = true;
	crafted_tick(&c);
	assert_int_equal(list_known(&c), KNOWN_NOT_YET);
	probing_is(&c.p, "tasks.processes", 4);
	probing_is(&c.p, "tasks.unread", 0);
	ran(&c, 57, 0, "ksmd", 2, 1, 1040, 3);
	ran(&c, 900, 0, "java", 1, 3, 5100, 4);
	crafted_pass(&c, 2000);
	probing_near(&c.p, AT(57) "busy", 20, 1e-9);
	probing_says(&c.p, AT(57) "comm", "ksmd");
	probing_is(&c.p, AT(57) "kernel", 1);
	probing_is(&c.p, AT(57) "last_cpu", 3);
	probing_is(&c.p, AT(57) "threads", 1);
	probing_words(&c.p, AT(57) "allowed", "3-4");
	assert_false(has(&c, 1));
	/* its threads are not known singly yet */
	probing_near(&c.p, AT(900) "busy", 50, 1e-9);
	probing_is(&c.p, AT(900) "threads", 3);
	probing_not(&c.p, AT(900) "last_cpu", KNOWN_NOT_YET);
	probing_not(&c.p, AT(900) "allowed", KNOWN_NOT_YET);
	ran(&c, 900, 0, "java", 1, 3, 5300, 4);
	ran(&c, 900, 901, "GC (1)", 1, 3, 1180, 5);
	ran(&c, 900, 902, "idle", 1, 3, 1001, 5);
	crafted_pass(&c, 2000);
	assert_false(has(&c, 900));
	assert_false(has(&c, 902));
	probing_near(&c.p, AT(901) "busy", 90, 1e-9);
	probing_says(&c.p, AT(901) "comm", "GC (1)");
	probing_says(&c.p, AT(901) "process", "java");
	probing_is(&c.p, AT(901) "pid", 900);
	probing_is(&c.p, AT(901) "kernel", 0);
	probing_words(&c.p, AT(901) "allowed", "5-6");
	assert_false(has(&c, 57)); /* it rests again */
	crafted_end(&c);
}

/* QEMU and what carries its packets are told of elsewhere. */
static void test_guests(void **state)
{
	struct crafted c = machine();
	struct arena *a;
	struct threads *th = crafted_put(&c, &probe_threads, &a);
	struct threads_guest *row = arena_array(a, 1, sizeof(*row));

	(void)state;
	row->key = value_text("pid900", 0);
	row->pid = value_u64(900, 0);
	th->guest = (struct rows){.row = row, .n = 1, .known = KNOWN};
	c.p.want.everything = true;
	ran(&c, 58, 0, "vhost-900", 2, 1, 1000, 3);
	crafted_tick(&c);
	probing_is(&c.p, "tasks.processes", 3);
	ran(&c, 58, 0, "vhost-900", 2, 1, 1100, 3);
	ran(&c, 900, 0, "java", 1, 3, 5100, 4);
	crafted_pass(&c, 2000);
	assert_int_equal(list_known(&c), KNOWN);
	assert_false(has(&c, 900));
	assert_false(has(&c, 58));
	crafted_end(&c);
}

static void test_errors(void **state)
{
	struct crafted c = machine();
	struct arena *a;
	struct load *load;

	(void)state;
	c.p.want.everything = true;
	sham_error(c.p.m, "/proc/57/stat", -EACCES);
	crafted_tick(&c);
	probing_is(&c.p, "tasks.unread", 1);
	sham_error(c.p.m, "/proc/57/stat", 0);
	ran(&c, 57, 0, "ksmd", 2, 1, 90000, 3);
	crafted_pass(&c, 1000);
	probing_is(&c.p, "tasks.unread", 0);
	assert_false(has(&c, 57)); /* what it ran before is no rate */
	/* another process of this number */
	sham_put(c.p.m, "/proc/1/stat", "1 (x) S 0 1 1 0 -1 4 1 2 0 0 99999 20 5 6 20 0 1 0 7777 5 4 1 1 1 0 0 0 0 0 4096 "
					"1256 0 0 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
	crafted_pass(&c, 1000);
	assert_false(has(&c, 1));
	/* a CPU list that cannot be read is told with the task */
	ran(&c, 57, 0, "ksmd", 2, 1, 90090, 3);
	sham_error(c.p.m, "/proc/57/task/57/status", -EACCES);
	crafted_pass(&c, 1000);
	probing_near(&c.p, AT(57) "busy", 90, 1e-9);
	probing_not(&c.p, AT(57) "allowed", KNOWN_DENIED);
	/* hidepid: who does not see the first process is not shown the others */
	sham_remove(c.p.m, "/proc/1");
	crafted_pass(&c, 1000);
	probing_not(&c.p, "tasks.unread", KNOWN_DENIED);
	/* in a copy of a machine nothing moves: that is not a host without tasks */
	load = crafted_put(&c, &probe_load, &a);
	load->busy = value_error(-ENODATA, 0);
	crafted_pass(&c, 1000);
	assert_int_equal(list_known(&c), KNOWN_NOT_RECORDED);
	/* no list this time: those of the last one are still there */
	sham_error(c.p.m, "/proc", -EIO);
	crafted_none(&c, &probe_load);
	crafted_pass(&c, 1000);
	probing_is(&c.p, "tasks.processes", 3);
	/* and then they are not */
	sham_error(c.p.m, "/proc", 0);
	sham_remove(c.p.m, "/proc");
	crafted_pass(&c, 1000);
	assert_int_equal(list_known(&c), KNOWN_ABSENT);
	crafted_end(&c);
}

static void test_no_proc(void **state)
{
	struct crafted c = crafted_new(&probe_tasks);

	(void)state;
	crafted_error(&c, &probe_threads, -ENOENT);
	sham_error(c.p.m, "/proc", -EACCES);
	crafted_tick(&c);
	assert_int_equal(list_known(&c), KNOWN_DENIED);
	probing_not(&c.p, "tasks.processes", KNOWN_DENIED);
	crafted_end(&c);
}

/* All are read in turns, at most 400 in a tick, and those that are busy every five seconds. */
static void test_turns(void **state)
{
	struct crafted c = machine();

	(void)state;
	for (unsigned pid = 1000; pid < 4000; pid++)
		ran(&c, pid, 0, "sleep", 1, 1, 1000, 0);
	for (unsigned i = 0; i < 8; i++)
		crafted_pass(&c, 1000);
	assert_in_range(sham_reads(c.p.m, "/stat"), 3004, 3200);
	ran(&c, 57, 0, "ksmd", 2, 1, 2000, 3);
	for (unsigned i = 0; i < 9 && !has(&c, 57); i++) {
		sham_forget(c.p.m);
		crafted_pass(&c, 1000);
		assert_in_range(sham_reads(c.p.m, "/stat"), 1, 401);
	}
	assert_true(has(&c, 57));
	sham_forget(c.p.m);
	for (unsigned i = 0; i < 5; i++)
		crafted_pass(&c, 1000);
	assert_int_equal(sham_reads(c.p.m, "/57/stat"), 1);
	assert_false(has(&c, 57)); /* it rests */
	assert_true(value_known(probing_value(&c.p, "tasks.round_s")));
	probing_near(&c.p, "tasks.round_s", 8, 1.5);
	crafted_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_guests),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_no_proc),
		cmocka_unit_test(test_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
