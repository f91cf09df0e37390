/* Tests the guests of simulated machines: libvirt's answers, the kernel's and the definitions say the same. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/simulated.h"

enum { GUESTS = 40 };

/* A line of @virt/guests. */
struct line {
	char uuid[40], id[8], state[12], kept[12], name[32];
};

static struct simulate_options with_guests(const char *driver)
{
	struct simulate_options o;

	simulate_defaults(&o);
	o.packages = 2;
	o.cores = 32;
	o.states = 0;
	o.guests = GUESTS;
	o.driver = driver;
	return o;
}

static unsigned read_guests(const struct place *p, struct line ret[GUESTS])
{
	char *text = slurp(p, "t", "@virt/guests", NULL), *save = NULL;
	unsigned n = 0;

	assert_non_null(text);
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save), n++) {
		struct line *g = &ret[n];
		unsigned generation;

		assert_true(n < GUESTS);
		assert_int_equal(sscanf(l, "%39s %7s %11s %u %11s %31s", g->uuid, g->id, g->state, &generation, g->kept,
					 g->name),
			6);
	}
	free(text);
	return n;
}

static char *slurp_guest(const struct place *p, const struct line *g, const char *file)
{
	char path[200];

	snprintf(path, sizeof path, "@virt/%.39s/%.100s", g->uuid, file);
	return slurp(p, "t", path, NULL);
}

/* The value of an attribute behind that piece of text. */
static void attribute(const char *xml, const char *element, const char *name, char ret[64])
{
	const char *at = strstr(xml, element);

	ret[0] = '\0';
	at = at ? strstr(at, name) : NULL;
	if (at)
		snprintf(ret, 64, "%.*s", (int)strcspn(at + strlen(name), "'"), at + strlen(name));
}

/* The pin as a file of its own, and as the document of that scope has it. */
static void pins_agree(const struct place *p, const struct line *g, const char *scope)
{
	char file[64], element[40], cpus[64];
	char *xml, *pin;

	snprintf(file, sizeof file, "%s/xml", scope);
	xml = slurp_guest(p, g, file);
	assert_non_null(xml);
	assert_non_null(strstr(xml, g->uuid));
	assert_non_null(strstr(xml, g->name));
	for (unsigned v = 0;; v++) {
		snprintf(file, sizeof file, "%s/vcpu/%u", scope, v);
		pin = slurp_guest(p, g, file);
		if (!pin)
			break;
		snprintf(element, sizeof element, "<vcpupin vcpu='%u'", v);
		attribute(xml, element, "cpuset='", cpus);
		pin[strcspn(pin, "\n")] = '\0';
		assert_string_equal(pin, cpus[0] ? cpus : "-");
		free(pin);
	}
	free(xml);
}

static void test_answers_agree(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests("intel_pstate");
	struct line g[GUESTS];
	unsigned n, running = 0, off = 0, transient = 0;

	make_machine(p, "t", &o);
	n = read_guests(p, g);
	assert_int_equal(n, GUESTS - 1);
	for (unsigned i = 0; i < n; i++) {
		bool runs = g[i].id[0] != '-', kept = strcmp(g[i].kept, "persistent") == 0;
		char *live = slurp_guest(p, &g[i], "live/xml"), *config = slurp_guest(p, &g[i], "config/xml");

		assert_int_equal(runs, strcmp(g[i].state, "shutoff") != 0);
		assert_int_equal(runs, live != NULL);
		assert_int_equal(kept, config != NULL);
		running += runs;
		off += !runs;
		transient += !kept;
		if (runs)
			pins_agree(p, &g[i], "live");
		if (kept)
			pins_agree(p, &g[i], "config");
		free(live);
		free(config);
	}
	assert_int_equal(running + off, GUESTS - 1);
	assert_true(off >= 1 && off < 10);
	assert_int_equal(transient, 1);
}

/* The first guests are one of each kind. */
static void test_each_trouble_is_there(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests("intel_pstate");
	struct line g[GUESTS];
	char *live, *config, a[64], b[64];

	make_machine(p, "t", &o);
	read_guests(p, g);
	live = slurp_guest(p, &g[0], "live/xml");
	assert_non_null(strstr(live, "<iothreads>2</iothreads>"));
	assert_non_null(strstr(live, "bus='virtio'"));
	free(live);
	live = slurp_guest(p, &g[1], "live/xml");
	assert_non_null(strstr(live, "bus='ide'"));
	assert_non_null(strstr(live, "<model type='e1000'/>"));
	assert_null(strstr(live, "<cputune>"));
	free(live);
	live = slurp_guest(p, &g[2], "live/xml");
	attribute(live, "vcpu='0'", "cpuset='", a);
	attribute(live, "vcpu='1'", "cpuset='", b);
	assert_string_equal(a, b);
	assert_true(a[0] && !strpbrk(a, ",-"));
	free(live);
	live = slurp_guest(p, &g[3], "live/xml");
	attribute(live, "<emulatorpin", "cpuset='", a);
	snprintf(b, sizeof b, "' cpuset='%.20s'/>", a);
	assert_true(a[0] && strstr(live, b) < strstr(live, "<emulatorpin"));
	free(live);
	live = slurp_guest(p, &g[8], "live/xml");
	config = slurp_guest(p, &g[8], "config/xml");
	assert_non_null(strstr(live, "bus='ide'"));
	assert_non_null(strstr(config, "bus='virtio'"));
	free(live);
	free(config);
	live = slurp_guest(p, &g[9], "live/xml");
	config = slurp_guest(p, &g[9], "config/xml");
	assert_non_null(strstr(live, "<vcpupin"));
	assert_null(strstr(config, "<vcpupin"));
	free(live);
	free(config);
}

/* The CPUs that the kernel names are those of the definition, and the thread is on one of them. */
static void test_threads_are_where_they_are_pinned(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests("intel_pstate");
	struct line g[GUESTS];
	char *xml, *status, *stat, cpus[64], element[40], path[100], wanted[100];
	unsigned vcpus = 0;

	make_machine(p, "t", &o);
	read_guests(p, g);
	xml = slurp_guest(p, &g[0], "live/xml");
	for (unsigned tid = 10000; tid < 10060; tid++) {
		unsigned v;
		char *comm;

		snprintf(path, sizeof path, "proc/10000/task/%u/comm", tid);
		comm = slurp(p, "t", path, NULL);
		if (comm && sscanf(comm, "CPU %u/KVM", &v) == 1) {
			vcpus++;
			snprintf(element, sizeof element, "<vcpupin vcpu='%u'", v);
			attribute(xml, element, "cpuset='", cpus);
			snprintf(path, sizeof path, "proc/10000/task/%u/status", tid);
			status = slurp(p, "t", path, NULL);
			snprintf(wanted, sizeof wanted, "\nCpus_allowed_list:\t%s\n", cpus);
			assert_non_null(strstr(status, wanted));
			snprintf(path, sizeof path, "proc/10000/task/%u/stat", tid);
			stat = slurp(p, "t", path, NULL);
			snprintf(wanted, sizeof wanted, " -1 %s 0 0 0 ", cpus);
			assert_non_null(strstr(stat, wanted));
			free(status);
			free(stat);
		}
		free(comm);
	}
	attribute(xml, "<topology", "cores='", cpus);
	assert_int_equal(vcpus, strtoul(cpus, NULL, 10));
	free(xml);
}

/* The words of a command line, each ended by a NUL. */
static bool has_word(const struct place *p, const char *path, const char *word)
{
	struct stat st;
	char *text = slurp(p, "t", path, &st);
	bool found = false;

	assert_non_null(text);
	for (off_t at = 0; at < st.st_size && !found; at += (off_t)strlen(text + at) + 1)
		found = strcmp(text + at, word) == 0;
	free(text);
	return found;
}

static void test_processes(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests("intel_pstate");
	struct line g[GUESTS];
	char word[160];

	make_machine(p, "t", &o);
	read_guests(p, g);
	assert_true(has_word(p, "proc/10000/cmdline", g[0].uuid));
	snprintf(word, sizeof word, "guest=%s,debug-threads=on", g[0].name);
	assert_true(has_word(p, "proc/10000/cmdline", word));
	/* The eleventh is one that libvirt does not know. */
	assert_true(has_word(p, "proc/10640/cmdline", "/usr/bin/kvm"));
	assert_false(has_word(p, "proc/10640/cmdline", "-uuid"));
	assert_file(p, "t", "proc/10640/cgroup", "0::/qemu.slice/110.scope\n");
	snprintf(word, sizeof word, "0::/machine.slice/machine-qemu\\x2d1\\x2d%s.scope/libvirt/emulator\n", g[0].name);
	assert_file(p, "t", "proc/10000/cgroup", word);
	snprintf(word, sizeof word, "sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2d%s.scope/cpuset.cpus.effective",
		g[0].name);
	assert_file(p, "t", word, "0-127\n");
	/* Off: no process. */
	assert_no_file(p, "t", "proc/10256/comm");
}

/* Older kernels have the threads of vhost for themselves. */
static void test_vhost_of_the_kernel(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests("acpi-cpufreq");
	char *stat;

	make_machine(p, "t", &o);
	assert_file(p, "t", "proc/10048/comm", "vhost-10000\n");
	assert_file(p, "t", "proc/10048/task/10048/comm", "vhost-10000\n");
	assert_file(p, "t", "proc/10048/cmdline", "");
	stat = slurp(p, "t", "proc/10048/stat", NULL);
	assert_non_null(strstr(stat, "(vhost-10000) S 2 0 "));
	free(stat);
	assert_no_file(p, "t", "proc/10000/task/10048/comm");
}

static void test_refuses(void **state)
{
	struct simulate_options o = with_guests("cppc_cpufreq");
	char why[200] = "";

	(void)state;
	o.governor = "schedutil";
	assert_int_equal(simulate_check(&o, why), -EINVAL);
	assert_non_null(strstr(why, "--guests are of Intel and AMD machines only"));
	o = with_guests("intel_pstate");
	o.guests = 1001;
	assert_int_equal(simulate_check(&o, why), -EINVAL);
	assert_string_equal(why, "--guests can be 0 to 1000, not 1001");
}

static void test_none_unless_asked(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = small_machine();

	make_machine(p, "t", &o);
	assert_no_file(p, "t", "@virt/connection");
	assert_no_file(p, "t", "sys/fs/cgroup/machine.slice/cpuset.cpus.effective");
}

/* Machines too small to share out their cores have guests all the same. */
static void test_small_machines(void **state)
{
	static const unsigned sizes[][3] = {{1, 1, 1}, {1, 2, 1}, {3, 1, 2}, {2, 4, 8}, {64, 1, 1}};
	const struct place *p = *state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct simulate_options o = with_guests("acpi-cpufreq");
		struct simulation *s;
		char name[16], dir[300], why[200] = "";

		o.packages = sizes[i][0];
		o.cores = sizes[i][1];
		o.threads = sizes[i][2];
		snprintf(name, sizeof name, "s%zu", i);
		make_machine(p, name, &o);
		assert_int_equal(simulate_open(place_path(p, name, dir), &s, why), 0);
		assert_int_equal(simulate_move(s, 2000, 2, why), 0);
		simulate_close(s);
	}
}

static void test_mark_keeps_them(void **state)
{
	const struct place *p = *state;
	struct simulate_options o = with_guests("intel_pstate"), back;
	char dir[300], why[200];

	make_machine(p, "t", &o);
	assert_int_equal(simulate_read_mark(place_path(p, "t", dir), &back, why), 0);
	assert_int_equal(back.guests, GUESTS);
	assert_true(simulate_same(&o, &back));
	back.guests = 0;
	assert_false(simulate_same(&o, &back));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_answers_agree),
		TEST(test_each_trouble_is_there),
		TEST(test_threads_are_where_they_are_pinned),
		TEST(test_processes),
		TEST(test_vhost_of_the_kernel),
		TEST(test_refuses),
		TEST(test_none_unless_asked),
		TEST(test_small_machines),
		TEST(test_mark_keeps_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
