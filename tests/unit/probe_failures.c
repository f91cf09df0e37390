/* Tests every failure: each call of the machine in turn gives each error; nothing is invented and all of it mends. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/host/host.h"
#include "probes/report.h"
#include "probes/sampler.h"
#include "tests/lib/sham.h"
#include "tests/lib/sham_idle.h"
#include "tests/lib/sham_memory.h"

static const int errors[] = {ENOENT, EACCES, EIO, EBUSY, EINVAL, ENODEV, EMFILE, ENODATA};

static struct sham *machine_new(unsigned cpus)
{
	struct sham *m = sham_new();

	sham_machine(m, cpus);
	sham_nodes(m);
	sham_idle(m, 1); /* each call costs the square of its number */
	sham_put(m, "@qos/global", "limit_us=20\nwakeup_us=2147483647\n");
	sham_put(m, "/proc/77/comm", "tuned\n");
	sham_link(m, "/proc/77/fd/5", "/dev/cpu_dma_latency");
	sham_meminfo(m);
	sham_vmstat(m, 10);
	sham_mm(m, 1);
	sham_pressure(m, "memory", 1000);
	sham_busy(m, 1, 60);
	sham_put(m, "/sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	sham_put(m, "/sys/devices/system/cpu/cpu0/cache/index3/size", "20480K\n");
	sham_put(m, "/sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list", "0-%u\n", cpus - 1);
	sham_put(m, "/sys/bus/pci/devices/0000:81:00.0/uevent", "DRIVER=i40e\nPCI_CLASS=20000\nPCI_ID=8086:1572\n");
	sham_put(m, "/sys/bus/pci/devices/0000:81:00.0/current_link_width", "8\n");
	sham_put(m, "@pci/names/8086:1572", "vendor=Intel Corporation\n");
	sham_link(m, "/sys/class/net/eth0", "../../devices/pci0000:80/0000:81:00.0/net/eth0");
	sham_put(m, "/sys/class/net/eth0/speed", "25000\n");
	sham_put(m, "/proc/net/dev", "eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
	sham_put(m, "/sys/block/sda/size", "8\n");
	sham_put(m, "/proc/diskstats", "8 0 sda 1 2 3 4 5 6 7 8 0 10 11\n");
	return m;
}

/* Known, and 0 where nothing is ever 0. */
static void not_zero(const struct snapshot *s, const char *address)
{
	struct found at;

	if (address_find(s, address, &at) == 0 && at.value && value_known(*at.value) && at.value->u == 0)
		fail_msg("%s is 0", address);
}

static void check_invented(const struct snapshot *s, unsigned cpus)
{
	static const char *const all[] = {"topology.packages", "topology.nodes", "topology.cores",
		"topology.threads_per_core", "topology.cpus_online", "topology.cpus_present", "silicon.base_khz",
		"silicon.low_khz", "kernel.major", "kernel.uptime_s", "load.ctxt_per_s", "load.intr_per_s",
		"load.running", "silicon.online", "cpu.name_mhz", "memory.total_kib", "memory.free_kib",
		"memory.used_kib", "memory.page_kib", "memory.ksm_saved_kib"};
	static const struct {
		const char *rows, *field;
	} each[] = {{"frequency.policy", "min_khz"}, {"frequency.policy", "max_khz"},
		{"frequency.policy", "hw_min_khz"}, {"frequency.policy", "hw_max_khz"},
		{"frequency.policy", "base_khz"}, {"frequency.policy", "cur_khz"}, {"frequency.cpu", "base_khz"},
		{"silicon.cpu", "khz"}, {"silicon.cpu", "base_khz"}, {"silicon.cpu", "min_khz"},
		{"silicon.cpu", "max_khz"}, {"numa.node", "mem_total_kib"}, {"numa.node", "mem_free_kib"},
		{"numa.node", "mem_used_kib"}, {"idle.cpu", "exit_us"}, {"idle.cpu", "limit_us"}};
	struct arena *a = arena_new(0);
	struct headline h = headline(a, s);
	char address[128];

	for (size_t i = 0; i < COUNT(all); i++)
		not_zero(s, all[i]);
	for (unsigned id = 0; id < cpus; id++)
		for (size_t i = 0; i < COUNT(each); i++) {
			snprintf(address, sizeof(address), "%s[%u].%s", each[i].rows, id, each[i].field);
			not_zero(s, address);
		}
	if (strstr(h.text, "0.00"))
		fail_msg("%s", h.text);
	arena_free(a);
}

struct run {
	uint64_t calls[2]; /* up to the end of the first and of the second tick */
	char *json; /* of the last tick */
};

/*
 * The nth call of these probes (NULL: all) fails, none when it is 0; after two more ticks all must be as if nothing had
 * been.
 */
static struct run run(const char *only, unsigned cpus, int ticks, uint64_t nth, int error)
{
	struct sham *m = machine_new(cpus);
	struct want want = {.everything = true};
	struct host *failing;
	struct sampler *s;
	struct run r = {.json = NULL};
	char bad[64];

	assert_int_equal(failing_open(sham_host(m), nth, 1, error, &failing), 0);
	s = sampler_new(failing);
	if (only)
		assert_int_equal(sampler_only(s, only, bad), 0);
	for (int i = 0; i < ticks + 2; i++) {
		struct snapshot *snap;
		uint64_t before = failing_calls(failing);

		sham_pass(m, 1000);
		snap = sampler_step(s, &want);
		check_invented(snap, cpus);
		if (nth > before && nth <= failing_calls(failing)) {
			free(report_text(snap));
			free(report_json(snap));
		}
		if (i == ticks + 1)
			r.json = report_json(snap);
		snapshot_unref(snap);
		if (i < 2)
			r.calls[i] = failing_calls(failing);
	}
	sampler_free(s);
	assert_int_equal(sham_kept(m), 0);
	sham_free(m);
	return r;
}

/* The first line in which two texts differ. */
static void same(const char *was, const char *is, uint64_t nth, int error)
{
	size_t i = 0, line = 0;

	while (was[i] && was[i] == is[i])
		if (was[i++] == '\n')
			line = i;
	if (was[i] != is[i])
		fail_msg("call %llu with %s: %.*s\nwas %.*s", (unsigned long long)nth, errno_word(error),
			(int)strcspn(is + line, "\n"), is + line, (int)strcspn(was + line, "\n"), was + line);
}

/* The fast tests let each call fail with some of the errors, all the tests with each of them. */
enum { THIN = 8 };

static void each_call_fails(const char *only, unsigned cpus, size_t nerrors, int ticks, uint64_t from)
{
	struct run fine = run(only, cpus, ticks, 0, 0);
	bool thorough = getenv("HVSCOPE_THOROUGH");

	assert_true(only || fine.calls[0] > 100);
	for (uint64_t nth = from + 1; nth <= fine.calls[ticks - 1]; nth++)
		for (size_t k = 0; k < nerrors; k++) {
			if (!thorough && (nth + k) % THIN)
				continue;
			int error = errors[nerrors == 1 ? nth % COUNT(errors) : k];
			struct run r = run(only, cpus, ticks, nth, error);

			/* what is said not to exist is believed until the CPUs change */
			if (error != ENOENT && error != ENODEV)
				same(fine.json, r.json, nth, error);
			free(r.json);
		}
	free(fine.json);
}

/* How many calls the probes make in the first tick that this one needs: they come before its own. */
static uint64_t calls_of_needs(const struct probe *p)
{
	char *names = xstrdup("");
	struct run needs = {.json = NULL};

	for (const char *const *need = p->needs; need && *need; need++) {
		char *more = xasprintf("%s%s%s", names, *names ? "," : "", *need);

		free(names);
		names = more;
	}
	if (*names)
		needs = run(names, 4, 1, 0, 0);
	free(needs.json);
	free(names);
	return needs.calls[0];
}

/* The calls of each probe itself: with all together the time would grow with the square of their number. */
static void test_each_call_with_each_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < nprobes; i++)
		each_call_fails(probes[i]->name, 4, COUNT(errors), 1, calls_of_needs(probes[i]));
}

static void test_each_call_of_a_larger_machine(void **state)
{
	(void)state;
	each_call_fails(NULL, 8, 1, 2, 0);
}

/* All calls fail from the nth on: nothing at all can be read, and later everything. */
static void test_all_calls_fail_for_a_while(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(errors); k++) {
		struct sham *m = machine_new(4);
		struct want want = {.everything = true};
		struct host *failing;
		struct sampler *s;
		struct snapshot *snap;
		char *json;

		assert_int_equal(failing_open(sham_host(m), 1, 300, errors[k], &failing), 0);
		s = sampler_new(failing);
		while (failing_calls(failing) < 900) {
			sham_pass(m, 1000);
			snap = sampler_step(s, &want);
			check_invented(snap, 4);
			free(report_text(snap));
			json = report_json(snap);
			if (failing_calls(failing) < 300)
				assert_null(strstr(json, "\"cpus_online\": 4"));
			free(json);
			snapshot_unref(snap);
		}
		snap = sampler_step(s, &want);
		json = report_json(snap);
		assert_non_null(strstr(json, "\"cpus_online\": 4"));
		assert_non_null(strstr(json, "\"governor\": \"powersave\""));
		free(json);
		snapshot_unref(snap);
		sampler_free(s);
		sham_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_with_each_error),
		cmocka_unit_test(test_each_call_of_a_larger_machine),
		cmocka_unit_test(test_all_calls_fail_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
