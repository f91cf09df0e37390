/* A second host that hangs: it is given up, others are opened, and the program leaves without it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/beside.h"
#include "tests/lib/hosts.h"
#include "tests/lib/tree.h"
#include "tui/beside.h"

/* A host whose ticks wait until they are let go. */
struct slow {
	struct host_ops ops;
	const struct host_ops *inner;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool entered, go;
};

static int slow_tick(struct host *h, int by)
{
	struct slow *s = (struct slow *)(uintptr_t)h->ops;

	pthread_mutex_lock(&s->lock);
	s->entered = true;
	pthread_cond_broadcast(&s->wake);
	while (!s->go)
		pthread_cond_wait(&s->wake, &s->lock);
	pthread_mutex_unlock(&s->lock);
	return s->inner->tick(h, by);
}

static struct host *slow_host(struct slow *s, const char *tree)
{
	struct host *h = tree_host(tree);

	*s = (struct slow){.ops = *h->ops, .inner = h->ops};
	s->ops.tick = slow_tick;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	h->ops = &s->ops;
	return h;
}

static void until_it_hangs(struct slow *s)
{
	pthread_mutex_lock(&s->lock);
	while (!s->entered)
		pthread_cond_wait(&s->wake, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static void let_go(struct slow *s)
{
	pthread_mutex_lock(&s->lock);
	s->go = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

/* A program with threads, as its loop has it, with one snapshot of its own. */
static struct app *program(const char *tree, int fds[2])
{
	struct options o = {.timeout = 3};
	struct app *a;

	for (int i = 0; i < 2; i++)
		assert_true((fds[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) >= 0);
	a = app_over(tree_host(tree), &o, fds);
	app_sample(a, true);
	return a;
}

static char *picture(struct app *a)
{
	return app_picture(a, 120, 40, false);
}

static bool shows(struct app *a, const char *text)
{
	char *p = picture(a);
	bool there = strstr(p, text) != NULL;

	free(p);
	return there;
}

static void end(struct app *a, const int fds[2])
{
	int tries = 0;

	while (!app_free(a))
		assert_true(++tries < 100);
	close(fds[0]);
	close(fds[1]);
}

static char *tree_of(const char *name)
{
	char *tree = tree_new();

	host_unpack(tree, name, "tree");
	return tree;
}

/* Nothing waits for it: keys work, Esc gives it up, and another one is opened while the first still hangs. */
static void one_that_hangs_is_given_up(void **state)
{
	char *tree = tree_of("founding"), *fine = tree_of("fine");
	int fds[2];
	struct app *a = program(tree, fds);
	struct slow slow;

	(void)state;
	beside_open(a, "slow.host", slow_host(&slow, fine));
	until_it_hangs(&slow);
	app_refresh(a);
	assert_true(shows(a, "opening slow.host"));
	app_key(a, (struct key){.code = '3'});
	assert_true(shows(a, "worst first"));
	app_key(a, (struct key){.code = K_ESC});
	assert_true(shows(a, "slow.host is not opened."));
	assert_false(beside_opening(a));
	beside_open(a, fine, NULL);
	while (!beside_snapshot(a)) {
		struct pollfd fd = {.fd = fds[0], .events = POLLIN};
		uint64_t n;

		assert_int_equal(poll(&fd, 1, 60000), 1); /* it tells when there is something to take */
		assert_int_equal(read(fds[0], &n, sizeof(n)), sizeof(n));
		app_refresh(a);
	}
	assert_true(shows(a, "fine DIRECTORY"));
	beside_close(a);
	assert_false(app_free(a)); /* leaving does not wait for it */
	let_go(&slow);
	end(a, fds);
	tree_free(tree);
	tree_free(fine);
}

/* More than a few that hang are not piled up. */
static void many_that_hang(void **state)
{
	char *tree = tree_of("empty");
	struct slow slow[12];
	int fds[2];
	struct app *a = program(tree, fds);
	size_t n = 0;

	(void)state;
	while (!strstr(a->message, "do not let go")) {
		assert_true(n < COUNT(slow));
		beside_open(a, "slow.host", slow_host(&slow[n], tree));
		if (!strstr(a->message, "do not let go"))
			until_it_hangs(&slow[n]);
		n++;
	}
	assert_true(n > 2);
	for (size_t i = 0; i < n; i++)
		let_go(&slow[i]);
	end(a, fds);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_hangs_is_given_up),
		cmocka_unit_test(many_that_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
