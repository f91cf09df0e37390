/* Tests revisions of microcode over all CPUs, flags that the kernel makes up, and the age of the firmware. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/cpu.h"
#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/probing.h"

static struct probing begin(const char *probe, const char *release)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, probe, bad), 0);
	sham_put(p.m, "/proc/sys/kernel/osrelease", "%s\n", release);
	return p;
}

#define CPU(n, revision) \
	"processor\t: " n "\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nmicrocode\t: " revision \
	"\nflags\t\t: vmx constant_tsc tsc_reliable split_lock_detect\n\n"

static void test_cpuinfo(void **state)
{
	struct probing p = begin("cpu", "6.12.57");

	(void)state;
	sham_put(p.m, "/proc/cpuinfo", CPU("0", "0x5003707") CPU("1", "0x5003605") CPU("2", "0x5003707"));
	probing_tick(&p);
	probing_says(&p, "cpu.microcodes", "0x5003707 0x5003605");
	probing_is(&p, "cpu.microcode_mixed", 1);
	assert_true(cpu_has_flag(snapshot_facts(p.snap, &probe_cpu), "tsc_reliable"));
	assert_true(cpu_has_flag(snapshot_facts(p.snap, &probe_cpu), "split_lock_detect"));
	sham_put(p.m, "/proc/cpuinfo", CPU("0", "0x5003707") CPU("1", "0x5003707"));
	probing_pass(&p, 600000);
	probing_says(&p, "cpu.microcodes", "0x5003707");
	probing_is(&p, "cpu.microcode_mixed", 0);
	sham_put(p.m, "/proc/cpuinfo", "processor\t: 0\nmicrocode version: 1\nmodel name\t: microcode : x\n");
	probing_pass(&p, 600000);
	probing_not(&p, "cpu.microcodes", KNOWN_ABSENT);
	probing_not(&p, "cpu.microcode_mixed", KNOWN_ABSENT);
	probing_end(&p);
}

/* Where /proc/cpuinfo would interrupt every CPU, and where it may not be read, files are asked that interrupt nobody. */
static void test_files(void **state)
{
	struct probing p = begin("cpu", "5.10.0");

	(void)state;
	sham_put(p.m, "/proc/cpuinfo", CPU("0", "0x1"));
	sham_put(p.m, "/sys/devices/system/cpu/cpu0/microcode/version", "0x5003707\n");
	sham_put(p.m, "/sys/devices/system/cpu/cpu1/online", "0\n");
	sham_put(p.m, "/sys/devices/system/cpu/cpu12/microcode/version", "0x5003605\n");
	probing_tick(&p);
	probing_says(&p, "cpu.microcodes", "0x5003707 0x5003605");
	probing_is(&p, "cpu.microcode_mixed", 1);
	assert_int_equal(sham_reads(p.m, "/proc/cpuinfo"), 0);
	sham_error(p.m, "/sys/devices/system/cpu/cpu12/microcode/version", -EACCES);
	probing_pass(&p, 600000);
	probing_not(&p, "cpu.microcodes", KNOWN_DENIED);
	probing_not(&p, "cpu.microcode_mixed", KNOWN_DENIED);
	sham_error(p.m, "/sys/devices/system/cpu", -EIO);
	probing_pass(&p, 600000);
	probing_not(&p, "cpu.microcode_mixed", KNOWN_BROKEN);
	probing_end(&p);

	p = begin("cpu", "6.12.57");
	sham_put(p.m, "/proc/cpuinfo", CPU("0", "0x1"));
	sham_error(p.m, "/proc/cpuinfo", -EACCES);
	sham_put(p.m, "/sys/devices/system/cpu/cpu0/microcode/version", "0x5003707\n");
	probing_tick(&p);
	probing_is(&p, "cpu.microcode_mixed", 0);
	probing_end(&p);
}

static void test_age(void **state)
{
	static const char *const bad[] = {"yesterday", "2025-06-04", "10/02/09", "13/40/2020", "06/04/2025 x", "06/04/9999"};
	struct probing p = begin("firmware", "6.12.57");
	struct host *h = sham_host(p.m);
	int64_t day;

	(void)state;
	probing_tick(&p);
	probing_not(&p, "firmware.bios_age_years", KNOWN_ABSENT);
	sham_put(p.m, "/sys/class/dmi/id/bios_date", "01/01/1990\n");
	probing_pass(&p, 600000);
	/* in whole days: nothing that moves within one makes two reports of a machine differ */
	day = host_wall(h) / 1000000000 / 86400;
	probing_near(&p, "firmware.bios_age_years", (double)(day - 7305) / 365.25, 1e-9);
	for (size_t i = 0; i < COUNT(bad); i++) {
		sham_put(p.m, "/sys/class/dmi/id/bios_date", "%s\n", bad[i]);
		probing_pass(&p, 600000);
		probing_not(&p, "firmware.bios_age_years", KNOWN_BROKEN);
	}
	sham_error(p.m, "/sys/class/dmi/id/bios_date", -EACCES);
	probing_pass(&p, 600000);
	probing_not(&p, "firmware.bios_age_years", KNOWN_DENIED);
	host_close(h);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpuinfo),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
