/* Tests what is made of the kernel's log: kinds of real lines, counts and ages, who splits locks, and what is not known. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/kernel_log.h"
#include "probes/kernel_log_lines.h"
#include "probes/util.h"
#include "tests/lib/probing.h"

static struct probing begin(const char *uptime)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "kernel_log", bad), 0);
	if (uptime)
		sham_put(p.m, "/proc/uptime", "%s 1.00\n", uptime);
	return p;
}

static void test_kinds(void **state)
{
	static const struct {
		const char *line, *kind;
	} rows[] = {
		{"x86/split lock detection: #AC: CPU 3/KVM/4711 took a split_lock trap at address: 0x7f3c", "split_lock"},
		{"x86/split lock detection: #DB: stress/88 took a bus_lock trap at address: 0x40", "split_lock"},
		{"x86/split lock detection: #AC: crashing the kernel on kernel split_locks and warning on user-space split_locks",
			NULL},
		{"tsc: Marking TSC unstable due to clocksource watchdog", "tsc_unstable"},
		{"TSC found unstable after boot, most likely due to broken BIOS. Use 'tsc=unstable'.", "tsc_unstable"},
		{"clocksource: timekeeping watchdog on CPU5: Marking clocksource 'tsc' as unstable because the skew is too large:",
			"tsc_unstable"},
		{"clocksource: timekeeping watchdog on CPU5: wd-tsc-wd excessive read-back delay of 106923ns vs. limit of 62500ns",
			"clock_watchdog"},
		{"clocksource: Switched to clocksource tsc", NULL},
		{"intel_pstate: Turbo disabled by BIOS or unavailable on processor", "turbo_disabled"},
		{"intel_pstate: P-states controlled by the platform", "pstate_refused"},
		{"intel_pstate: CPU model not supported", "pstate_refused"},
		{"intel_pstate: Intel P-state driver initializing", NULL},
		{"amd_pstate: the _CPC object is not present in SBIOS or ACPI disabled", "pstate_refused"},
		{"mce: [Hardware Error]: Machine check events logged", "machine_check"},
		{"mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 7: 8c00004000010090", "machine_check"},
		{"mce: CPU0: Thermal monitoring enabled (TM1)", NULL},
		{"pcieport 0000:00:1c.0: AER: Corrected error received: 0000:01:00.0", "pcie_error"},
		{"nvme 0000:01:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer", "pcie_error"},
		{"pcieport 0000:00:1c.0: AER: enabled with IRQ 122", NULL},
		{"CPU4: Core temperature above threshold, cpu clock throttled (total events = 1)", "thermal"},
		{"mce: CPU4: Package temperature is above threshold, cpu clock is throttled (total events = 9)", "thermal"},
		{"CPU4: Core temperature/speed normal", NULL},
		{"sched: RT throttling activated", "rt_throttled"},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int kind = kernel_log_kind_of(slice_of(rows[i].line));
		const char *name = kind < 0 ? NULL : kernel_log_name((size_t)kind);

		if ((!name) != (!rows[i].kind) || (name && strcmp(name, rows[i].kind) != 0))
			fail_msg("\"%s\" is %s", rows[i].line, name ? name : "nothing");
	}
	assert_non_null(kernel_log_name(KERNEL_LOG_KINDS - 1));
	assert_null(kernel_log_name(KERNEL_LOG_KINDS));
}

static void test_threads(void **state)
{
	static const char *const none[] = {"", " took a ", "#AC: CPU 3/KVM/4711 took a trap", "x: #AC: 4711 took a trap",
		"x: #AC: comm/4711x took a trap", "x: #AC: comm/ took a trap", "x: #AC comm/1 took a trap"};
	struct slice comm;
	uint64_t pid;

	(void)state;
	assert_true(kernel_log_thread(
		slice_of("x86/split lock detection: #AC: a: b/c/4711 took a split_lock trap at address: 0x7f3c"), &comm, &pid));
	assert_true(slice_is(comm, "a: b/c"));
	assert_int_equal(pid, 4711);
	for (size_t i = 0; i < COUNT(none); i++)
		if (kernel_log_thread(slice_of(none[i]), &comm, &pid))
			fail_msg("\"%s\" names %.*s", none[i], (int)comm.len, comm.p);
}

#define TRAP(who) "x86/split lock detection: #AC: " who " took a split_lock trap at address: 0x7f3c"

static void test_counts_and_ages(void **state)
{
	struct probing p = begin("10000.00");

	(void)state;
	sham_put(p.m, "@kmsg",
		"first=0\nfrom_us=0\nlost=0\ncount.split_lock=4\ncount.pcie_error=812\n"
		"100000000=" TRAP("CPU 0/KVM/41") "\n6500000000=" TRAP("CPU 1/KVM/42") "\n9000000000=" TRAP("java/77") "\n"
		"9900000000=" TRAP("CPU 1/KVM/42") "\n2000000=pcieport 0000:00:1c.0: AER: Corrected = bad\n");
	probing_tick(&p);
	probing_near(&p, "kernel_log.reach_s", 10000, 0.01);
	probing_is(&p, "kernel_log.whole", 1);
	probing_is(&p, "kernel_log.kind[split_lock].count", 4);
	probing_is(&p, "kernel_log.kind[split_lock].hour", 3);
	probing_near(&p, "kernel_log.kind[split_lock].age_s", 100, 0.01);
	probing_says(&p, "kernel_log.kind[split_lock].text", TRAP("CPU 1/KVM/42"));
	probing_is(&p, "kernel_log.kind[pcie_error].count", 812);
	probing_is(&p, "kernel_log.kind[pcie_error].hour", 0);
	probing_says(&p, "kernel_log.kind[pcie_error].text", "pcieport 0000:00:1c.0: AER: Corrected = bad");
	probing_is(&p, "kernel_log.kind[thermal].count", 0);
	probing_is(&p, "kernel_log.kind[thermal].hour", 0);
	probing_not(&p, "kernel_log.kind[thermal].age_s", KNOWN_ABSENT);
	probing_not(&p, "kernel_log.kind[thermal].text", KNOWN_ABSENT);
	probing_is(&p, "kernel_log.trap[42].count", 2);
	probing_is(&p, "kernel_log.trap[42].hour", 2);
	probing_is(&p, "kernel_log.trap[42].guest", 1);
	probing_says(&p, "kernel_log.trap[42].comm", "CPU 1/KVM");
	probing_near(&p, "kernel_log.trap[42].age_s", 100, 0.01);
	probing_is(&p, "kernel_log.trap[77].guest", 0);
	probing_is(&p, "kernel_log.trap[41].hour", 0);
	/* time goes by, and the kernel's own clock with it */
	probing_pass(&p, 30000);
	probing_near(&p, "kernel_log.kind[split_lock].age_s", 130, 0.01);
	probing_end(&p);
}

/* No line in the last hour is no news of a log that began ten minutes ago; a line in it is. */
static void test_short_logs(void **state)
{
	struct probing p = begin("10000.00");

	(void)state;
	sham_put(p.m, "@kmsg", "first=5000\nfrom_us=9400000000\nlost=0\ncount.thermal=1\n"
			       "9500000000=CPU4: Core temperature above threshold, cpu clock throttled (total events = 1)\n");
	probing_tick(&p);
	probing_is(&p, "kernel_log.whole", 0);
	probing_near(&p, "kernel_log.reach_s", 600, 0.01);
	probing_is(&p, "kernel_log.kind[thermal].hour", 1);
	probing_is(&p, "kernel_log.kind[split_lock].count", 0);
	probing_words(&p, "kernel_log.kind[split_lock].hour", "not read: the log reaches back less than an hour");
	/* just booted: all there ever was */
	sham_put(p.m, "@kmsg", "first=0\nfrom_us=9400000000\nlost=0\n");
	probing_pass(&p, 10000);
	probing_is(&p, "kernel_log.whole", 1);
	probing_is(&p, "kernel_log.kind[split_lock].hour", 0);
	sham_put(p.m, "@kmsg", "first=0\nfrom_us=9400000000\nlost=1\n");
	probing_pass(&p, 10000);
	probing_is(&p, "kernel_log.whole", 0);
	probing_not(&p, "kernel_log.kind[split_lock].hour", KNOWN_SKIPPED);
	probing_end(&p);
}

static void test_without_a_clock(void **state)
{
	struct probing p = begin(NULL);

	(void)state;
	sham_put(p.m, "@kmsg", "first=0\nfrom_us=0\nlost=0\ncount.split_lock=1\n100=" TRAP("CPU 0/KVM/41") "\n");
	probing_tick(&p);
	probing_is(&p, "kernel_log.kind[split_lock].count", 1);
	probing_not(&p, "kernel_log.kind[split_lock].hour", KNOWN_ABSENT);
	probing_not(&p, "kernel_log.kind[split_lock].age_s", KNOWN_ABSENT);
	probing_not(&p, "kernel_log.reach_s", KNOWN_ABSENT);
	probing_is(&p, "kernel_log.trap[41].guest", 1);
	probing_not(&p, "kernel_log.trap[41].hour", KNOWN_ABSENT);
	probing_end(&p);
}

static void test_refusals(void **state)
{
	static const struct {
		int err;
		enum known known;
	} rows[] = {{-EACCES, KNOWN_DENIED}, {-EOPNOTSUPP, KNOWN_ABSENT}, {-ENOENT, KNOWN_ABSENT}, {-EIO, KNOWN_BROKEN},
		{-ENODATA, KNOWN_NOT_RECORDED}};
	struct probing p = begin("10000.00");
	const struct kernel_log *l;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		sham_put(p.m, "@kmsg", "first=0\nfrom_us=0\nlost=0\n");
		sham_error(p.m, "@kmsg", rows[i].err);
		probing_pass(&p, 10000);
		probing_not(&p, "kernel_log.whole", rows[i].known);
		probing_not(&p, "kernel_log.reach_s", rows[i].known);
		l = snapshot_facts(p.snap, &probe_kernel_log);
		assert_int_equal(l->kind.known, rows[i].known);
		assert_int_equal(l->trap.err, rows[i].err);
		assert_null(kernel_log_kind(l, "split_lock"));
	}
	sham_error(p.m, "@kmsg", 0);
	sham_put(p.m, "@kmsg", "junk\n");
	probing_pass(&p, 10000);
	probing_not(&p, "kernel_log.whole", KNOWN_BROKEN);
	sham_put(p.m, "@kmsg", "first=0\nfrom_us=0\nlost=0\n");
	probing_pass(&p, 10000);
	assert_non_null(kernel_log_kind(snapshot_facts(p.snap, &probe_kernel_log), "rt_throttled"));
	assert_null(kernel_log_kind(NULL, "rt_throttled"));
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_counts_and_ages),
		cmocka_unit_test(test_short_logs),
		cmocka_unit_test(test_without_a_clock),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
