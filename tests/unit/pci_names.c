/* Tests the names of PCI devices: what libpci's list says, what it lacks, and lists that are missing or broken. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/pci_names.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

static const char list[] = "# a list\n"
			   "8086  Intel Corporation\n"
			   "\t1572  Ethernet Controller X710 for 10GbE SFP+\n"
			   "\t\t1028 1f99  Ethernet 10G 4P X710/I350 rNDC\n"
			   "1028  Dell\n"
			   "f000  Odd\x1b[2J \xff name\n"
			   "C 02  Network controller\n"
			   "\t00  Ethernet controller\n";

struct fixture {
	char *tree, *path;
	struct pci_names *n;
	char buf[4096], why[200];
};

static struct fixture *fixture_of(void **state, const char *text)
{
	struct fixture *f = *state;

	if (text)
		tree_text(f->tree, "pci.ids", text);
	f->path = xasprintf("%s/pci.ids", f->tree);
	f->n = pci_names_new(f->path);
	return f;
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->tree = tree_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	pci_names_free(f->n);
	free(f->path);
	tree_free(f->tree);
	free(f);
	return 0;
}

static int ask(struct fixture *f, const char *path)
{
	memset(f->buf, 'x', sizeof(f->buf));
	f->buf[0] = '\0';
	return pci_names_text(f->n, path, f->buf, sizeof(f->buf), f->why);
}

static void says(struct fixture *f, const char *path, const char *expected)
{
	int n = ask(f, path);

	if (n < 0)
		fail_msg("%s: %d %s", path, n, f->why);
	assert_string_equal(f->buf, expected);
	assert_int_equal(n, strlen(expected));
}

static void test_names(void **state)
{
	struct fixture *f = fixture_of(state, list);

	says(f, "@pci/names/8086:1572", "vendor=Intel Corporation\ndevice=Ethernet Controller X710 for 10GbE SFP+\n");
	says(f, "@pci/names/8086:1572/1028:1f99",
		"vendor=Intel Corporation\ndevice=Ethernet Controller X710 for 10GbE SFP+\n"
		"subsystem_vendor=Dell\nsubsystem=Ethernet 10G 4P X710/I350 rNDC\n");
	says(f, "@pci/names/8086:1572/1028:1F99",
		"vendor=Intel Corporation\ndevice=Ethernet Controller X710 for 10GbE SFP+\n"
		"subsystem_vendor=Dell\nsubsystem=Ethernet 10G 4P X710/I350 rNDC\n");
	says(f, "@pci/class/0200", "class=Ethernet controller\n");
	/* what the list lacks has no line, and that is no error; a class has the name of its kind */
	says(f, "@pci/names/8086:ffff", "vendor=Intel Corporation\n");
	says(f, "@pci/names/dead:beef", "");
	says(f, "@pci/class/0100", "");
}

static void test_names_of_strangers_are_tamed(void **state)
{
	struct fixture *f = fixture_of(state, list);

	says(f, "@pci/names/f000:0001", "vendor=Odd?[2J ? name\n");
}

static void test_what_is_no_question(void **state)
{
	static const char *const odd[] = {"@pci/", "@pci/names", "@pci/names/", "@pci/names/8086",
		"@pci/names/8086:", "@pci/names/8086:157", "@pci/names/8086:15720", "@pci/names/8086:1572/",
		"@pci/names/8086:1572/1028", "@pci/names/8086:1572:1028:1f99", "@pci/names/8086:1572/1028:1f99/",
		"@pci/names/8086-1572", "@pci/names/808g:1572", "@pci/class/02", "@pci/class/020000",
		"@pci/class/0200:0000", "@pci/other/0200"};
	struct fixture *f = fixture_of(state, list);

	for (size_t i = 0; i < COUNT(odd); i++) {
		assert_true(pci_names_path(odd[i]));
		assert_int_equal(ask(f, odd[i]), -EINVAL);
		assert_non_null(strstr(f->why, odd[i]));
	}
	assert_false(pci_names_path("@perf/pci/"));
	assert_false(pci_names_path("/sys/@pci/"));
}

static void test_without_a_list(void **state)
{
	struct fixture *f = fixture_of(state, NULL);

	assert_int_equal(ask(f, "@pci/names/8086:1572"), -ENOENT);
	assert_string_equal(f->why, "@pci/names/8086:1572: this machine has no list of PCI names");
	assert_int_equal(ask(f, "@pci/class/0200"), -ENOENT);
}

/* libpci calls its error(), which by default ends the program. What came before the broken line is known. */
static void test_broken_list(void **state)
{
	struct fixture *f = fixture_of(state, "8086  Intel Corporation\n\t1572  X710\n\t\t\t\tbroken\n1028  Dell\n");

	says(f, "@pci/names/8086:1572", "vendor=Intel Corporation\ndevice=X710\n");
	assert_int_equal(ask(f, "@pci/names/1028:0001"), -ENOENT);
	says(f, "@pci/names/8086:1572", "vendor=Intel Corporation\ndevice=X710\n");
}

static void test_list_that_says_nothing(void **state)
{
	struct fixture *f = fixture_of(state, "zzzz  Broken from the start\n");

	assert_int_equal(ask(f, "@pci/names/8086:1572"), -ENOENT);
	assert_non_null(strstr(f->why, "pci.ids"));
	assert_non_null(strstr(f->why, "line 1"));
}

static void test_names_that_are_too_long(void **state)
{
	char name[300], text[400];
	struct fixture *f;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(text, sizeof(text), "8086  %s\n\t1572  X710\n", name);
	f = fixture_of(state, text);
	assert_true(ask(f, "@pci/names/8086:1572") > 200);
	assert_non_null(strstr(f->buf, "nnn...\ndevice=X710\n"));
}

static void test_small_buffer(void **state)
{
	struct fixture *f = fixture_of(state, list);
	char buf[8] = "";

	assert_int_equal(pci_names_text(f->n, "@pci/class/0200", buf, sizeof(buf), f->why), 26);
	assert_string_equal(buf, "class=E");
}

/* libpci keeps what it asked the network in $HOME when it may: nothing is written there, and nothing read. */
static void test_home_is_left_alone(void **state)
{
	struct fixture *f = fixture_of(state, list);
	char *cache = xasprintf("%s/.pciids-cache", f->tree), *home = xstrdup(getenv("HOME") ? getenv("HOME") : "");

	setenv("HOME", f->tree, 1);
	says(f, "@pci/names/dead:beef", "");
	assert_int_not_equal(access(cache, F_OK), 0);
	tree_text(f->tree, ".pciids-cache", "#PCI-CACHE-1.0\n1 dead0000 00000000 0 From the cache\n");
	says(f, "@pci/names/dead:beef", "");
	setenv("HOME", home, 1);
	free(cache);
	free(home);
}

enum { THREADS = 4, ROUNDS = 2000 };

static void *many(void *arg)
{
	struct pci_names *n = arg;
	char buf[512], why[200];
	size_t wrong = 0;

	for (int i = 0; i < ROUNDS; i++)
		if (pci_names_text(n, i % 2 ? "@pci/class/0200" : "@pci/names/8086:1572", buf, sizeof(buf), why) < 20)
			wrong++;
	return wrong ? n : NULL;
}

static void test_many_threads(void **state)
{
	struct fixture *f = fixture_of(state, list);
	pthread_t thread[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, many, f->n), 0);
	for (int i = 0; i < THREADS; i++) {
		void *wrong;

		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
}

/* A directory is another machine, but names are the same everywhere. */
static void test_a_directory_host_answers(void **state)
{
	struct fixture *f = *state;
	struct host *h = tree_host(f->tree);
	struct answer a;

	assert_int_equal(host_read(h, "@pci/names/8086", &a), -EINVAL);
	if (host_read(h, "@pci/names/8086:1572", &a) == 0)
		assert_int_equal(strncmp(a.text, "vendor=Intel", 12), 0);
	else
		assert_non_null(strstr(a.why, "no list of PCI names"));
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_names),
		TEST(test_names_of_strangers_are_tamed),
		TEST(test_what_is_no_question),
		TEST(test_without_a_list),
		TEST(test_broken_list),
		TEST(test_list_that_says_nothing),
		TEST(test_names_that_are_too_long),
		TEST(test_small_buffer),
		TEST(test_home_is_left_alone),
		TEST(test_many_threads),
		TEST(test_a_directory_host_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
