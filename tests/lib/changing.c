/* Sets up what change tests begin with. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/changing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

#define POLICY(n) "/sys/devices/system/cpu/cpufreq/policy" #n "/scaling_governor"

static const char *const paths[POLICIES] = {POLICY(0), POLICY(1), POLICY(2), POLICY(3), POLICY(4), POLICY(5)};
static const char *const texts[POLICIES] = {
	"powersave\n", "powersave\n", "ondemand\n", "powersave\n", "performance\n", "schedutil\n"};

const char *policy_path(size_t i)
{
	return paths[i];
}

int changing_setup(void **state)
{
	struct changing *t = xcalloc(1, sizeof(*t));
	char *place, why[200];

	t->folder = tree_new();
	place = xasprintf("%s/state", t->folder);
	setenv("HVSCOPE_STATE", place, 1);
	free(place);
	t->f = fake_new();
	for (size_t i = 0; i < POLICIES; i++) {
		fake_put(t->f, paths[i], texts[i]);
		snprintf(t->before[i], sizeof(t->before[i]), "%s", texts[i]);
	}
	t->h = fake_host(t->f, "kvm07", true);
	*state = t;
	return journal_open(t->h, &t->j, why);
}

int changing_teardown(void **state)
{
	struct changing *t = *state;

	journal_close(t->j);
	host_close(t->h);
	fake_free(t->f);
	tree_free(t->folder);
	free(t);
	return 0;
}

struct change *changing_plan(void)
{
	struct change *c = change_new();

	c->action = "governor";
	c->target = "6 CPUs";
	c->title = "Switch the governor of 6 CPUs";
	c->nsteps = POLICIES;
	c->steps = arena_array(c->a, POLICIES, sizeof(*c->steps));
	for (size_t i = 0; i < POLICIES; i++)
		c->steps[i] = (struct step){.path = paths[i], .now = "performance\n", .compare = COMPARE_LINE};
	return c;
}

struct change *changing_filled(struct changing *t)
{
	struct change *c = changing_plan();

	assert_int_equal(change_fill(t->h, c), 0);
	return c;
}

void changing_reopen(struct changing *t, const char *hostname, bool writable)
{
	char why[200];

	journal_close(t->j);
	host_close(t->h);
	t->h = fake_host(t->f, hostname, writable);
	assert_int_equal(journal_open(t->h, &t->j, why), 0);
}

bool all_as_before(struct changing *t)
{
	for (size_t i = 0; i < POLICIES; i++)
		if (strcmp(fake_text(t->f, paths[i]), t->before[i]))
			return false;
	return true;
}

bool all_performance(struct changing *t)
{
	for (size_t i = 0; i < POLICIES; i++)
		if (strcmp(fake_text(t->f, paths[i]), "performance\n"))
			return false;
	return true;
}

struct entries one_entry(struct changing *t)
{
	struct entries e = {0};
	char why[200] = "";

	if (journal_read(t->j, &e, why))
		fail_msg("%s", why);
	assert_int_equal(e.n, 1);
	return e;
}

bool child_was_killed(struct changing *t, void (*run)(struct changing *t))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		run(t);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return true;
	}
	assert_int_equal(status, 0);
	return false;
}
