/* Tests how long reads wait for a daemon: all of them together, and never again for one that hung. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/host/answer.h"
#include "probes/host/machine.h"

/* A daemon that hangs: each read takes as long as it may. */
static int hanging_read(struct host *h, const char *path, struct answer *ret)
{
	uint64_t until = clock_now_ns() + (uint64_t)h->wait_ms * 1000000;

	while (path[0] == '@' && clock_now_ns() < until)
		;
	return answer_none(ret, path[0] == '@' ? -ETIMEDOUT : 0);
}

static const struct host_ops hanging_ops = {.read = hanging_read};

static void a_daemon_that_hangs_costs_the_time_once(void **state)
{
	struct host h = {.ops = &hanging_ops};
	struct answer answer;
	uint64_t began = clock_now_ns();

	(void)state;
	assert_false(host_waits(&h));
	host_wait(&h, 50);
	assert_true(host_waits(&h));
	for (int i = 0; i < 20; i++)
		assert_int_equal(host_read(&h, "@virt/guests", &answer), -ETIMEDOUT);
	assert_true(clock_now_ns() - began >= UINT64_C(50000000));
	assert_int_equal(h.wait_ms, 1); /* 0 would take old answers for new ones */
	assert_false(host_waits(&h));
	host_wait_again(&h);
	assert_int_equal(h.wait_ms, 50);
	host_wait(&h, 0);
	assert_int_equal(host_read(&h, "@virt/guests", &answer), -ETIMEDOUT);
	assert_int_equal(h.wait_ms, 0);
}

static void files_cost_nothing_of_it(void **state)
{
	struct host h = {.ops = &hanging_ops};
	struct answer answer;

	(void)state;
	host_wait(&h, 50);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(host_read(&h, "/proc/stat", &answer), 0);
	assert_int_equal(h.wait_ms, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_daemon_that_hangs_costs_the_time_once),
		cmocka_unit_test(files_cost_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
