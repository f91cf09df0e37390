/* Tests libvirt as paths over its test driver: what is asked, what waits, what is refused, and in which words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <libvirt/virterror.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/virt_impl.h"
#include "probes/parse.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

#define TEST_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f"
enum { LONG_MS = 30000 }; /* only ends what would hang */

static struct host *connected_to(const char *uri)
{
	struct host *h = NULL;
	char why[200];

	if (host_open(&(struct host_options){.connect = uri}, &h, why))
		fail_msg("%s", why);
	return h;
}

/* A word of @virt/connection, or "". */
static const char *connection(struct host *h, const char *key, char buf[300])
{
	struct answer a;
	struct slice s;

	assert_int_equal(host_read(h, "@virt/connection", &a), 0);
	buf[0] = '\0';
	if (answer_value(a.text, key, &s))
		snprintf(buf, 300, "%.*s", (int)s.len, s.p);
	return buf;
}

static void paths(void **state)
{
	static const char *const good[] = {"@virt/guests", "@virt/stats/state,interface", "@virt/stats/cpu-total",
		"@virt/" TEST_UUID "/live/xml", "@virt/" TEST_UUID "/config/xml", "@virt/" TEST_UUID "/live/vcpu/0",
		"@virt/" TEST_UUID "/config/emulator", "@virt/" TEST_UUID "/config/iothread/12",
		"@virt/" TEST_UUID "/stats/vcpu,block,balloon,iothread,memory,perf"};
	static const char *const bad[] = {"@virt/", "@virt", "@virt/guest", "@virt/guests/", "@virt/stats/",
		"@virt/stats/state,", "@virt/stats/,state", "@virt/stats/vms", "@virt/stats", "@virt/x/live/xml",
		"@virt/" TEST_UUID, "@virt/" TEST_UUID "/", "@virt/" TEST_UUID "/live", "@virt/" TEST_UUID "/live/",
		"@virt/" TEST_UUID "/dead/xml", "@virt/" TEST_UUID "/live/xml/", "@virt/" TEST_UUID "/live/vcpu/",
		"@virt/" TEST_UUID "/live/vcpu/x", "@virt/" TEST_UUID "x/live/xml",
		"@virt/6695EB01-f6a4-8304-79aa-97f2502e193f/live/xml", "@virt/6695eb01/live/xml", "/virt/guests"};
	struct virt_path p;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (virt_path_parse(good[i], &p))
			fail_msg("%s is refused", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (virt_path_parse(bad[i], &p) != -EOPNOTSUPP)
			fail_msg("%s is taken", bad[i]);
	assert_int_equal(virt_path_parse("@virt/" TEST_UUID "/config/iothread/12", &p), 0);
	assert_int_equal(p.kind, VIRT_PIN);
	assert_false(p.live);
	assert_int_equal(p.pin.kind, PIN_IOTHREAD);
	assert_int_equal(p.pin.number, 12);
	assert_string_equal(p.uuid, TEST_UUID);
}

static void names_stay_in_their_line(void **state)
{
	struct text t = text_begin();

	(void)state;
	virt_escape(&t, "a b\\c\n\x1b[2J\x7f\xff\xc2\x9b\xc3\xbc\xe2\x80\xae");
	assert_string_equal(t.bytes, "a b\\\\c\\x0a\\x1b[2J\\x7f\\xff\\xc2\\x9b\xc3\xbc\xe2\x80\xae");
	text_end(&t, NULL);
}

static void answers_are_kept_once_and_forgotten(void **state)
{
	struct virt_answers a = {.n = 0};
	struct virt_path p;
	char name[80];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "@virt/" TEST_UUID "/live/vcpu/%d", i);
		assert_int_equal(virt_path_parse(name, &p), 0);
		struct virt_answer *e = virt_answers_get(&a, name, &p);
		assert_ptr_equal(virt_answers_get(&a, name, &p), e);
		e->wanted_ns = (uint64_t)i;
		virt_answers_queue(&a, e, i == 7);
		virt_answers_queue(&a, e, true);
	}
	assert_int_equal(a.n, 3000);
	assert_int_equal(virt_answers_next(&a)->path.pin.number, 7);
	assert_int_equal(virt_answers_next(&a)->path.pin.number, 0);
	virt_answers_forget(&a, 1000000);
	assert_int_equal(a.n, 2998); /* what is queued stays */
	for (unsigned i = 1; i < 3000; i++)
		if (i != 7)
			assert_int_equal(virt_answers_next(&a)->path.pin.number, i);
	assert_null(virt_answers_next(&a));
	virt_answers_forget(&a, 2000);
	assert_int_equal(a.n, 1000);
	assert_null(virt_answers_find(&a, "@virt/" TEST_UUID "/live/vcpu/1999"));
	assert_non_null(virt_answers_find(&a, "@virt/" TEST_UUID "/live/vcpu/2000"));
	virt_answers_free(&a);
}

static void nothing_waits_unless_asked_to(void **state)
{
	struct host *h = connected_to("test:///default");
	struct answer a;
	char buf[300];

	(void)state;
	assert_int_equal(host_read(h, "@virt/guests", &a), -EINPROGRESS);
	assert_string_equal(a.why, "libvirt is being asked");
	host_wait(h, LONG_MS);
	uint64_t before = host_now(h);
	assert_int_equal(host_read(h, "@virt/guests", &a), 0);
	assert_string_equal(a.text, TEST_UUID " 1 running 1 persistent test\n");
	assert_true(a.t_ns >= before && a.t_ns <= host_now(h));
	before = host_now(h);
	assert_int_equal(host_read(h, "@virt/guests", &a), 0);
	assert_true(a.t_ns >= before); /* and not the one that is there already */
	host_wait(h, 0);
	before = a.t_ns;
	assert_int_equal(host_read(h, "@virt/guests", &a), 0);
	assert_true(a.t_ns >= before);
	assert_string_equal(connection(h, "link", buf), "connected");
	assert_string_equal(connection(h, "uri", buf), "test:///default");
	assert_string_equal(connection(h, "driver", buf), "TEST");
	assert_string_equal(connection(h, "of_this_machine", buf), "0");
	assert_string_equal(connection(h, "why", buf), "");
	host_close(h);
}

static void every_answer_of_the_test_driver(void **state)
{
	static const struct {
		const char *path;
		int err;
		const char *says; /* in the text, or in why */
	} row[] = {
		{"@virt/" TEST_UUID "/live/xml", 0, "<name>test</name>"},
		{"@virt/" TEST_UUID "/config/xml", 0, "<name>test</name>"},
		{"@virt/" TEST_UUID "/live/vcpu/0", 0, "-\n"},
		{"@virt/" TEST_UUID "/config/emulator", 0, "-\n"},
		{"@virt/stats/state,interface", 0, "guest " TEST_UUID "\nstate.state=1\n"},
		{"@virt/" TEST_UUID "/stats/state", 0, "state.state=1\n"},
		{"@virt/22222222-2222-4222-8222-222222222222/live/xml", -ENOENT, "omain not found"},
		{"@virt/22222222-2222-4222-8222-222222222222/stats/state", -ENOENT, "omain not found"},
		{"@virt/nothing", -EOPNOTSUPP, "@virt/nothing: libvirt has no answer to this"},
	};
	struct host *h = connected_to("test:///default"), *other;
	struct answer a;

	(void)state;
	assert_int_equal(host_again(h, &other), 0);
	host_wait(other, LONG_MS);
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(host_read(other, row[i].path, &a), row[i].err);
		if (!strstr(row[i].err ? a.why : a.text, row[i].says))
			fail_msg("%s: %s", row[i].path, row[i].err ? a.why : a.text);
		/* The other handle has it too by now. */
		assert_int_equal(host_read(h, row[i].path, &a), row[i].err);
	}
	host_close(other);
	host_close(h);
}

static void guests_of_another_host_are_only_shown(void **state)
{
	struct host *h = connected_to("test:///default");
	struct answer a;

	(void)state;
	assert_int_equal(host_write(h, "@virt/" TEST_UUID "/live/vcpu/0", "0\n", &a), -EPERM);
	assert_string_equal(a.why, "test:///default: guests of another host are only shown");
	assert_int_equal(host_write(h, "@virt/" TEST_UUID "/config/xml", "<domain/>", &a), -EACCES);
	assert_int_equal(host_write(h, "@virt/guests", "", &a), -EACCES);
	assert_int_equal(host_write(h, "@virt/" TEST_UUID "/live/vcpu/0", "-", &a), -EOPNOTSUPP);
	assert_non_null(strstr(a.why, "libvirt cannot take a live pin away"));
	host_close(h);
}

static void a_directory_asks_only_when_told_to(void **state)
{
	char *tree = tree_new(), why[200], buf[300];
	struct host *h = tree_host(tree);
	struct answer a;

	(void)state;
	assert_int_equal(host_read(h, "@virt/guests", &a), -EOPNOTSUPP);
	host_close(h);
	tree_text(tree, "@virt/guests", "from a file\n");
	assert_int_equal(host_open(&(struct host_options){.root = tree, .connect = "test:///default"}, &h, why), 0);
	host_wait(h, LONG_MS);
	assert_int_equal(host_read(h, "@virt/guests", &a), 0);
	assert_non_null(strstr(a.text, "running"));
	assert_string_equal(connection(h, "of_this_machine", buf), "0");
	host_close(h);
	tree_free(tree);
}

static void a_file_of_the_test_driver(void **state)
{
	char *tree = tree_new(), *uri = xasprintf("test://%s/node.xml", tree), buf[300];
	struct host *h;
	struct answer a;

	(void)state;
	tree_text(tree, "node.xml",
		"<node><domain type='test'><name>a\\ b</name><uuid>" TEST_UUID "</uuid><memory>1024</memory>"
		"<vcpu>2</vcpu><cputune><vcpupin vcpu='1' cpuset='3'/></cputune>"
		"<os><type>hvm</type></os></domain></node>");
	h = connected_to(uri);
	host_wait(h, LONG_MS);
	assert_int_equal(host_read(h, "@virt/guests", &a), 0);
	assert_string_equal(a.text, TEST_UUID " 1 running 1 persistent a\\\\ b\n");
	assert_int_equal(host_read(h, "@virt/" TEST_UUID "/live/vcpu/1", &a), 0);
	assert_string_equal(a.text, "3\n");
	assert_string_equal(connection(h, "link", buf), "connected");
	host_close(h);
	free(uri);
	tree_free(tree);
}

/* Tries to connect to it, and says what became of that. */
static void judged(const char *uri, int err, const char *link, const char *remedy)
{
	struct host *h = connected_to(uri);
	struct answer a;
	char buf[300];

	host_wait(h, LONG_MS);
	assert_int_equal(host_read(h, "@virt/guests", &a), err);
	assert_string_equal(connection(h, "link", buf), link);
	assert_true(strlen(connection(h, "why", buf)) > 0);
	assert_non_null(strstr(connection(h, "remedy", buf), remedy));
	assert_string_equal(connection(h, "hostname", buf), "");
	host_wait(h, 0);
	assert_int_equal(host_read(h, "@virt/guests", &a), -EINPROGRESS);
	host_close(h);
}

static void no_libvirt(void **state)
{
	(void)state;
	judged("qemu+unix:///system?socket=/nonexistent/libvirt-sock", -ENOTCONN, "none", "nobody listens at that socket");
	judged("nonsense", -ENOTCONN, "none", "libvirt cannot open this URI: the usual one is --connect qemu:///system");
	judged("test:///nonexistent/node.xml", -ENOTCONN, "none", "libvirt cannot open this URI");
	judged("test:///proc/self/comm", -ENOTCONN, "none", "libvirt cannot open this URI");
	judged("qemu+tcp://127.0.0.1:1/system", -ENOTCONN, "none", "--connect is for local sockets");
	judged("xen:///system", -ENOTCONN, "none", "another hypervisor: KVM has --connect qemu:///system");
	judged("", -ENOTCONN, "none", "systemctl start");
}

static int refused(void *socket)
{
	char *uri = xasprintf("qemu+unix:///system?socket=%s", (char *)socket);

	judged(uri, -EACCES, "refused", "group libvirt");
	free(uri);
	return 0;
}

/* A socket that others may not use, and that nobody answers on. */
static void libvirt_that_refuses_or_hangs(void **state)
{
	char *tree = tree_new(), *uri, buf[300];
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct host *h;
	struct answer a;

	(void)state;
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/sock", tree);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	assert_int_equal(listen(fd, 5), 0);
	if (geteuid() == 0 && !chmod(name.sun_path, 0600))
		assert_int_equal(tree_child(65534, refused, name.sun_path), 0);
	uri = xasprintf("qemu+unix:///system?socket=%s", name.sun_path);
	h = connected_to(uri);
	assert_int_equal(host_read(h, "@virt/guests", &a), -EINPROGRESS);
	uint64_t began = host_now(h);
	/* whose time runs out is not left with "connecting": it is told what that was */
	host_wait(h, 200);
	assert_int_equal(host_read(h, "@virt/guests", &a), -ETIMEDOUT);
	bool soon = host_now(h) - began < VIRT_SILENT_NS; /* later it would be said anyway */
	assert_true(!soon || strcmp(connection(h, "link", buf), "silent") == 0);
	assert_true(!soon || strstr(connection(h, "why", buf), "a call has not been answered for"));
	host_wait(h, 50);
	while (strcmp(connection(h, "link", buf), "silent") != 0) {
		assert_int_equal(host_read(h, "@virt/guests", &a), -ETIMEDOUT);
		if (host_now(h) - began > LONG_MS * UINT64_C(1000000))
			fail_msg("it is %s", buf);
	}
	assert_non_null(strstr(connection(h, "remedy", buf), "systemctl status"));
	assert_int_equal(host_read(h, "@virt/guests", &a), -ETIMEDOUT);
	assert_non_null(strstr(a.why, "libvirt does not answer: a call has not been answered for"));
	close(fd); /* which ends the call that hangs */
	host_wait(h, LONG_MS);
	assert_int_equal(host_read(h, "@virt/guests", &a), -ENOTCONN);
	host_close(h);
	free(uri);
	tree_free(tree);
}

static void errors_are_ours(void **state)
{
	char why[VIRT_WHY];

	(void)state;
	assert_int_equal(virt_refusal(-EACCES), LINK_REFUSED);
	assert_int_equal(virt_refusal(-EPERM), LINK_REFUSED);
	assert_int_equal(virt_refusal(-ENOENT), LINK_NONE);
	virResetLastError();
	assert_int_equal(virt_error(why), -EIO);
	assert_string_equal(why, "libvirt gave no reason");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(names_stay_in_their_line),
		cmocka_unit_test(answers_are_kept_once_and_forgotten),
		cmocka_unit_test(nothing_waits_unless_asked_to),
		cmocka_unit_test(every_answer_of_the_test_driver),
		cmocka_unit_test(guests_of_another_host_are_only_shown),
		cmocka_unit_test(a_directory_asks_only_when_told_to),
		cmocka_unit_test(a_file_of_the_test_driver),
		cmocka_unit_test(no_libvirt),
		cmocka_unit_test(libvirt_that_refuses_or_hangs),
		cmocka_unit_test(errors_are_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
