/* Tests checks of guests over several ticks and with facts made by hand: who is on the CPU of a vCPU again and again. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/checks.h"
#include "probes/placement.h"
#include "probes/tasks.h"
#include "tests/lib/placing.h"

/* What the check says of the facts as they are now, a tick later. */
static enum verdict judge_check(
	struct placing *p, struct checks *c, const char *id, unsigned second, enum severity *ret)
{
	struct findings *all;
	const struct finding *f;
	enum verdict verdict;

	placing_tick(p);
	p->c.p.snap->t_ns = UINT64_C(1000000000) * second;
	all = checks_run(c, p->c.p.snap, PROFILE_WEB);
	f = findings_of(all, check_find(id));
	verdict = f->verdict;
	*ret = f->severity;
	findings_unref(all);
	return verdict;
}

static enum verdict judge(struct placing *p, struct checks *c, unsigned second, enum severity *ret)
{
	return judge_check(p, c, "P03", second, ret);
}

static struct thread *visitor(struct placing *p, unsigned guest)
{
	struct thread *th = placing_thread(p, guest, "emulator", "0-15", 4);

	th->slices_per_s = value_f64(100, 0);
	th->busy = value_f64(5, 0);
	return th;
}

static void test_visitors(void **state)
{
	struct placing p = placing_new(16);
	struct checks *c = checks_new();
	unsigned web = placing_guest(&p, "web3");
	enum severity severity;
	struct thread *th;

	(void)state;
	placing_thread(&p, web, "vcpu 0", "4", 4);
	th = visitor(&p, web);
	assert_int_equal(judge(&p, c, 1, &severity), VERDICT_PASS);
	assert_int_equal(judge(&p, c, 2, &severity), VERDICT_FIRE);
	assert_int_equal(severity, SEVERITY_WARN);
	th->busy = value_f64(40, 0);
	assert_int_equal(judge(&p, c, 3, &severity), VERDICT_FIRE);
	assert_int_equal(severity, SEVERITY_CRIT);
	th->busy = value_f64(1, 0); /* who takes next to nothing is not felt, however often it comes */
	assert_int_equal(judge(&p, c, 4, &severity), VERDICT_PASS);
	assert_int_equal(judge(&p, c, 5, &severity), VERDICT_PASS);
	th->busy = value_f64(40, 0);
	assert_int_equal(judge(&p, c, 6, &severity), VERDICT_PASS);
	checks_free(c);
	placing_end(&p);
}

/* Where /proc hides processes nobody knows who else is there, however many are seen. */
static void test_hidden_tasks(void **state)
{
	struct placing p = placing_new(16);
	struct checks *c = checks_new();
	unsigned web = placing_guest(&p, "web3");
	struct arena *a;
	struct tasks *tasks = crafted_put(&p.c, &probe_tasks, &a);
	enum severity severity;

	(void)state;
	placing_thread(&p, web, "vcpu 0", "4", 4);
	tasks->processes = value_u64(3, 0);
	tasks->unread = value_u64(0, 0);
	tasks->task = (struct rows){.known = KNOWN};
	assert_int_equal(judge_check(&p, c, "S04", 1, &severity), VERDICT_PASS);
	tasks->unread = value_error(-EACCES, 0);
	assert_int_equal(judge_check(&p, c, "S04", 2, &severity), VERDICT_UNKNOWN);
	checks_free(c);
	placing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_visitors), cmocka_unit_test(test_hidden_tasks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
