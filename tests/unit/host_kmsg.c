/* Tests the reader of the kernel's log: records of a FIFO that is no kernel's, refusals, and this machine's own log. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/kmsg.h"
#include "probes/kernel_log_lines.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

struct log {
	char *tree;
	char path[256];
	int fd; /* of the writer */
	struct kmsg *k;
	char text[65536], why[200];
};

static struct log log_new(void)
{
	struct log l = {.tree = tree_new()};

	tree_fifo(l.tree, "kmsg");
	snprintf(l.path, sizeof(l.path), "%s/kmsg", l.tree);
	l.fd = open(l.path, O_RDWR | O_CLOEXEC);
	assert_true(l.fd >= 0);
	l.k = kmsg_new(l.path);
	return l;
}

static void log_end(struct log *l)
{
	kmsg_free(l->k);
	close(l->fd);
	tree_free(l->tree);
}

static void kernel_says(struct log *l, const char *records)
{
	assert_int_equal(write(l->fd, records, strlen(records)), (ssize_t)strlen(records));
}

static void log_is(struct log *l, const char *expected)
{
	int n = kmsg_text(l->k, l->text, sizeof(l->text), l->why);

	assert_int_equal(n, (int)strlen(l->text));
	assert_string_equal(l->text, expected);
}

#define TRAP "x86/split lock detection: #AC: CPU 3/KVM/4711 took a split_lock trap at address: 0x7f00"

/* What others wrote, what nobody asks for and what only programs read is left out; only what is new is read again. */
static void test_lines_of_interest(void **state)
{
	struct log l = log_new();

	(void)state;
	kernel_says(&l,
		"5,0,0,-;Linux version 6.12.57\n6,1,1000,-;pci 0000:00:00.0: [8086:1237]\n SUBSYSTEM=pci\n"
		" DEVICE=+pci:0000:00:00.0 AER: Corrected\n4,2,2000000,c;tsc: Marking TSC unstable due to check\n"
		"12,3,3000000,-;daemon: Marking TSC unstable is what I say\n");
	log_is(&l,
		"first=0\nfrom_us=0\nlost=0\ncount.tsc_unstable=1\n2000000=tsc: Marking TSC unstable due to check\n");
	log_is(&l,
		"first=0\nfrom_us=0\nlost=0\ncount.tsc_unstable=1\n2000000=tsc: Marking TSC unstable due to check\n");
	kernel_says(&l, "4,4,9000000,-,caller=T4711;" TRAP "\n");
	log_is(&l, "first=0\nfrom_us=0\nlost=0\ncount.split_lock=1\ncount.tsc_unstable=1\n9000000=" TRAP
		   "\n2000000=tsc: Marking TSC unstable due to check\n");
	log_end(&l);
}

static void test_what_is_no_record(void **state)
{
	struct log l = log_new();

	(void)state;
	kernel_says(&l,
		"\n;AER: Corrected x\n4;AER: Corrected x\n4,x,2,-;AER: Corrected x\n4,5;AER: Corrected x\n-1,5,6,-;AER: Corrected x\n"
		"99999999999999999999,1,2,-;AER: Corrected x\nAER: Corrected x\n");
	assert_int_equal(kmsg_text(l.k, l.text, sizeof(l.text), l.why), -EOPNOTSUPP);
	kernel_says(&l, "4,77,5000,-;AER: Corrected \x1b[31m\xff error\n");
	log_is(&l, "first=77\nfrom_us=5000\nlost=0\ncount.pcie_error=1\n5000=AER: Corrected ?[31m? error\n");
	log_end(&l);
}

/* A flood of one kind does not drive out the others, and the answer stays small. */
static void test_floods(void **state)
{
	struct log l = log_new();
	size_t lines = 0;

	(void)state;
	kernel_says(&l, "4,0,1,-;" TRAP "\n");
	for (unsigned i = 0; i < 1000; i++) {
		char record[300];

		snprintf(record, sizeof(record), "4,%u,%u,-;pcieport 0000:00:1c.0: AER: Corrected %0150d\n", i + 1, 100 + i, 7);
		kernel_says(&l, record);
		if (i % 25 == 24) /* a FIFO gives pieces of records to who reads more than it can take */
			assert_true(kmsg_text(l.k, l.text, sizeof(l.text), l.why) > 0);
	}
	assert_non_null(strstr(l.text, "\ncount.pcie_error=1000\n"));
	assert_non_null(strstr(l.text, "\n1=" TRAP "\n"));
	assert_non_null(strstr(l.text, "\n1099=pcieport"));
	assert_non_null(strstr(l.text, "\n1068=pcieport"));
	assert_null(strstr(l.text, "\n1067=pcieport"));
	for (const char *p = l.text; (p = strchr(p, '\n')); p++)
		lines++;
	assert_int_equal(lines, 3 + 2 + 1 + 32);
	assert_true(strlen(l.text) < 8192);
	log_end(&l);
}

static int refused(void *arg)
{
	struct log *l = arg;
	int r = kmsg_text(l->k, l->text, sizeof(l->text), l->why);

	return r == -EACCES && strstr(l->why, "sudo hvscope") && strstr(l->why, l->path) ? 0 : 1;
}

static void test_refusals(void **state)
{
	struct log l = log_new();
	struct kmsg *none;
	char why[200], buf[10];

	(void)state;
	if (geteuid() == 0) {
		assert_int_equal(chmod(l.path, 0600), 0);
		assert_int_equal(tree_child(65534, refused, &l), 0);
	}
	/* a container's, which is empty */
	assert_int_equal(kmsg_text(l.k, l.text, sizeof(l.text), l.why), -EOPNOTSUPP);
	assert_non_null(strstr(l.why, "holds nothing"));
	log_end(&l);
	none = kmsg_new("/nonexistent/kmsg");
	assert_int_equal(kmsg_text(none, buf, sizeof(buf), why), -ENOENT);
	assert_non_null(strstr(why, "/nonexistent/kmsg"));
	kmsg_free(none);
}

static void test_small_buffers(void **state)
{
	struct log l = log_new();
	char buf[8] = "1234567";
	int n;

	(void)state;
	kernel_says(&l, "4,0,1,-;" TRAP "\n");
	n = kmsg_text(l.k, l.text, sizeof(l.text), l.why);
	assert_int_equal(kmsg_text(l.k, buf, sizeof(buf), l.why), n);
	assert_int_equal(strlen(buf), sizeof(buf) - 1);
	log_end(&l);
}

/* This machine's log counted in another way, as long as it stands still between the two. */
static int count_own(uint64_t count[KERNEL_LOG_KINDS])
{
	int fd = open(KMSG_DEVICE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8193];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, record, sizeof(record) - 1)) > 0) {
		char *end = memchr(record, '\n', (size_t)n), *text;
		int kind;

		if (!end)
			continue;
		*end = '\0';
		text = strchr(record, ';');
		kind = text && atoi(record) < 8 ? kernel_log_kind_of(slice_of(text + 1)) : -1;
		if (kind >= 0)
			count[kind]++;
	}
	n = n < 0 ? -errno : 0;
	close(fd);
	return n == -EAGAIN ? 0 : (int)n;
}

static void test_live(void **state)
{
	uint64_t count[KERNEL_LOG_KINDS] = {0}, n;
	struct answer answer;
	struct host *h;
	char why[200], key[40];
	int own, r;

	(void)state;
	assert_int_equal(host_open(&(struct host_options){.read_only = true}, &h, why), 0);
	own = count_own(count);
	r = host_read(h, "@kmsg", &answer);
	if (r) {
		assert_true(own < 0 || r == -EOPNOTSUPP);
		assert_true(strlen(answer.why) > 10);
	}
	for (size_t i = 0; !r && i < KERNEL_LOG_KINDS; i++) {
		snprintf(key, sizeof(key), "count.%s", kernel_log_name(i));
		if (!answer_number(answer.text, key, &n))
			n = 0;
		assert_int_equal(n, count[i]);
	}
	host_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_interest),
		cmocka_unit_test(test_what_is_no_record),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_small_buffers),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
