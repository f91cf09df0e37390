/* Tests the questions to drivers of interfaces: their paths, speeds of link modes, and a driver that takes its time. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "probes/host/ethtool.h"
#include "probes/host/host.h"
#include "probes/util.h"

static void test_paths(void **state)
{
	static const char *const wrong[] = {"@ethtool/", "@ethtool/eth0", "@ethtool/eth0/", "@ethtool//link",
		"@ethtool/eth0/features", "@ethtool/eth0/link/", "@ethtool/a-name-too-long-/link", "@ethtools/eth0/link", ""};
	enum ethtool_topic topic;
	char name[ETHTOOL_NAME];

	(void)state;
	assert_int_equal(ethtool_path("@ethtool/eth0/coalesce", name, &topic), 0);
	assert_string_equal(name, "eth0");
	assert_int_equal(topic, ETHTOOL_COALESCE);
	assert_int_equal(ethtool_path("@ethtool/fifteen-letters/link", name, &topic), 0);
	assert_string_equal(name, "fifteen-letters");
	assert_int_equal(topic, ETHTOOL_LINK);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(ethtool_path(wrong[i], name, &topic), -EINVAL);
}

static unsigned fastest(unsigned bit)
{
	unsigned words[4] = {0};

	words[bit / 32] = 1U << bit % 32;
	return ethtool_fastest(words, COUNT(words));
}

static void test_modes(void **state)
{
	/* the last bit of each kind, and what is none: as the kernel has them */
	static const struct {
		unsigned bit, mbps;
	} modes[] = {{1, 10}, {3, 100}, {5, 1000}, {6, 0}, {11, 0}, {12, 10000}, {13, 0}, {15, 2500}, {16, 0}, {17, 1000},
		{19, 10000}, {22, 20000}, {26, 40000}, {30, 56000}, {33, 25000}, {35, 50000}, {39, 100000}, {40, 50000},
		{41, 1000}, {46, 10000}, {47, 2500}, {48, 5000}, {49, 0}, {51, 0}, {56, 50000}, {61, 100000}, {66, 200000},
		{67, 100}, {68, 1000}, {73, 400000}, {74, 0}, {79, 100000}, {84, 200000}, {89, 400000}, {91, 100}, {92, 10},
		{98, 800000}, {101, 10}, {127, 0}};
	unsigned words[] = {1U << 5 | 1U << 12 | 1U << 6, 1U << (47 - 32)};

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++)
		if (fastest(modes[i].bit) != modes[i].mbps)
			fail_msg("bit %u: %u", modes[i].bit, fastest(modes[i].bit));
	assert_int_equal(ethtool_fastest(words, 2), 10000);
	assert_int_equal(ethtool_fastest(words, 0), 0);
}

/* The driver: hangs while it is told to. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static bool hang, hangs;
static unsigned asked;

static int driver(const char *name, enum ethtool_topic topic, char *buf, size_t size, char why[200])
{
	unsigned n;

	pthread_mutex_lock(&lock);
	n = ++asked;
	while (hang) {
		hangs = true;
		pthread_cond_broadcast(&moved);
		pthread_cond_wait(&moved, &lock);
	}
	hangs = false;
	pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&lock);
	if (strcmp(name, "eth9") == 0) {
		snprintf(why, 200, "there is no %s", name);
		return -ENODEV;
	}
	return snprintf(buf, size, "%s=%u\nasked=%u\n", name, topic, n);
}

static void let(bool go)
{
	pthread_mutex_lock(&lock);
	hang = !go;
	pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&lock);
}

static void wait_until_it_hangs(void)
{
	pthread_mutex_lock(&lock);
	while (!hangs)
		pthread_cond_wait(&moved, &lock);
	pthread_mutex_unlock(&lock);
}

/* Asks again until there is an answer. */
static int patiently(struct ethtool *e, const char *path, char buf[ETHTOOL_TEXT], char why[200])
{
	int r;

	for (;;) {
		r = ethtool_text(e, path, buf, ETHTOOL_TEXT, why);
		if (r != -EINPROGRESS)
			return r;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
}

static void test_each_read_is_a_question(void **state)
{
	struct ethtool *e = ethtool_new(driver);
	char buf[ETHTOOL_TEXT], why[200] = "?";

	(void)state;
	asked = 0;
	let(true);
	assert_int_equal(patiently(e, "@ethtool/eth0/rings", buf, why), 15);
	assert_string_equal(buf, "eth0=2\nasked=1\n");
	assert_string_equal(why, "");
	assert_int_equal(patiently(e, "@ethtool/eth0/rings", buf, why), 15);
	assert_string_equal(buf, "eth0=2\nasked=2\n");
	assert_int_equal(patiently(e, "@ethtool/eth9/link", buf, why), -ENODEV);
	assert_string_equal(why, "there is no eth9");
	assert_int_equal(ethtool_text(e, "@ethtool/eth9/lint", buf, sizeof(buf), why), -EINVAL);
	assert_string_equal(why, "@ethtool/eth9/lint is no question about an interface");
	ethtool_free(e);
	ethtool_free(NULL);
	ethtool_free(ethtool_new(driver)); /* nobody asked: no thread */
}

static void test_a_driver_that_hangs(void **state)
{
	struct ethtool *e = ethtool_new(driver);
	char buf[ETHTOOL_TEXT], why[200];

	(void)state;
	asked = 0;
	let(false);
	assert_int_equal(ethtool_text(e, "@ethtool/eth0/link", buf, sizeof(buf), why), -EINPROGRESS);
	assert_string_equal(why, "eth0: its driver has not answered yet");
	wait_until_it_hangs();
	/* others do not wait behind it, and what was asked once is not asked twice */
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(ethtool_text(e, "@ethtool/eth1/link", buf, sizeof(buf), why), -EINPROGRESS);
		assert_int_equal(ethtool_text(e, "@ethtool/eth0/link", buf, sizeof(buf), why), -EINPROGRESS);
	}
	let(true);
	assert_int_equal(patiently(e, "@ethtool/eth0/link", buf, why), 15);
	assert_string_equal(buf, "eth0=3\nasked=1\n");
	assert_int_equal(patiently(e, "@ethtool/eth1/link", buf, why), 15);
	assert_string_equal(buf, "eth1=3\nasked=2\n");
	ethtool_free(e);
}

/* Who leaves does not wait for it; what is left behind is gone when it answers. */
static void test_leaving_while_it_hangs(void **state)
{
	struct ethtool *e = ethtool_new(driver);
	char buf[ETHTOOL_TEXT], why[200];

	(void)state;
	let(false);
	assert_int_equal(ethtool_text(e, "@ethtool/eth0/link", buf, sizeof(buf), why), -EINPROGRESS);
	wait_until_it_hangs();
	ethtool_free(e);
	let(true);
	pthread_mutex_lock(&lock);
	while (hangs)
		pthread_cond_wait(&moved, &lock);
	pthread_mutex_unlock(&lock);
}

static void test_hosts(void **state)
{
	struct host_options live = {.read_only = true}, folder = {.root = "/"};
	struct answer answer;
	struct host *h;
	char why[200];
	int r;

	(void)state;
	assert_int_equal(host_open(&live, &h, why), 0);
	do
		r = host_read(h, "@ethtool/no-such-card-at-all/link", &answer);
	while (r == -EINPROGRESS);
	assert_int_equal(r, -EINVAL); /* longer than a name can be */
	do
		r = host_read(h, "@ethtool/no-such-card/link", &answer);
	while (r == -EINPROGRESS);
	assert_int_equal(r, -ENODEV);
	assert_string_equal(answer.why, "@ethtool/no-such-card/link: No such device");
	host_close(h);
	assert_int_equal(host_open(&folder, &h, why), 0);
	assert_int_equal(host_read(h, "@ethtool/lo/link", &answer), -EOPNOTSUPP);
	assert_string_equal(answer.why, "@ethtool/lo/link: a directory has no drivers that could be asked");
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_each_read_is_a_question),
		cmocka_unit_test(test_a_driver_that_hangs),
		cmocka_unit_test(test_leaving_while_it_hangs),
		cmocka_unit_test(test_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
