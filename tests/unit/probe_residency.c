/* Tests what the hardware's counters of sleep and interrupts become, and that nobody is interrupted unasked. */
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

#include "probes/report.h"
#include "probes/residency.h"
#include "probes/util.h"
#include "tests/lib/probing.h"

static struct probing begin(unsigned cpus)
{
	struct probing p = probing_new(cpus);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "residency", bad), 0);
	p.want = (struct want){.everything = true, .deep = true};
	return p;
}

static void counts(struct probing *p, unsigned cpu, uint64_t smi, uint64_t c2, uint64_t c6, uint64_t tsc)
{
	char path[64];

	snprintf(path, sizeof(path), "@perf/smi/%u", cpu);
	sham_put(p->m, path, "tsc=%ju\nsmi=%ju\nenabled=%ju\nrunning=%ju\n", (uintmax_t)tsc, (uintmax_t)smi, (uintmax_t)tsc / 2,
		(uintmax_t)tsc / 2); /* at 2 GHz */
	snprintf(path, sizeof(path), "@perf/cstate_pkg/%u", cpu);
	sham_put(p->m, path, "c2=%ju\nc6=%ju\nenabled=1\nrunning=1\ntsc=%ju\nns=1\n", (uintmax_t)c2, (uintmax_t)c6,
		(uintmax_t)tsc);
}

static void core(struct probing *p, unsigned cpu, uint64_t c6, uint64_t tsc)
{
	char path[64];

	snprintf(path, sizeof(path), "@perf/cstate_core/%u", cpu);
	sham_put(p->m, path, "c6=%ju\nenabled=1\nrunning=1\ntsc=%ju\nns=1\n", (uintmax_t)c6, (uintmax_t)tsc);
}

static void test_unasked(void **state)
{
	struct probing p = begin(8);
	char *json;

	(void)state;
	p.want.deep = false;
	counts(&p, 0, 1, 1, 1, 1);
	probing_tick(&p);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "@perf/smi/0"), 0);
	assert_int_equal(sham_reads(p.m, "@perf/cstate_pkg/0"), 0);
	assert_int_equal(sham_reads(p.m, "@perf/cstate_core/0"), 0);
	probing_words(&p, "residency.package[0].smi_per_s", "not read: would interrupt");
	probing_not(&p, "residency.package[1].c6_pct", KNOWN_SKIPPED);
	probing_not(&p, "residency.smi_per_s", KNOWN_SKIPPED);
	assert_int_equal(((const struct residency *)snapshot_facts(p.snap, &probe_residency))->cpu.known, KNOWN_SKIPPED);
	json = report_json(p.snap);
	assert_non_null(strstr(json, "\"cpu_why\": \"not read\""));
	free(json);
	probing_end(&p);
}

/* CPU 0 to 3 are one package, 4 to 7 the other. */
static void test_packages(void **state)
{
	struct probing p = begin(8);
	const struct residency *r;

	(void)state;
	counts(&p, 0, 100, 0, 0, 2000000000);
	counts(&p, 4, 7, 0, 0, 2000000000);
	probing_tick(&p);
	probing_is(&p, "residency.package[0].smi", 100);
	probing_not(&p, "residency.package[0].smi_per_s", KNOWN_NOT_YET);
	probing_not(&p, "residency.package[0].c6_pct", KNOWN_NOT_YET);
	counts(&p, 0, 104, 200000000, 1000000000, 4000000000);
	counts(&p, 4, 7, 400000000, 0, 4000000000);
	probing_pass(&p, 1000);
	r = snapshot_facts(p.snap, &probe_residency);
	assert_int_equal(r->package.n, 2);
	probing_near(&p, "residency.package[0].smi_per_s", 4, 0.001);
	probing_near(&p, "residency.package[1].smi_per_s", 0, 0.001);
	probing_near(&p, "residency.package[0].c2_pct", 10, 0.001);
	probing_near(&p, "residency.package[0].c6_pct", 50, 0.001);
	probing_near(&p, "residency.package[1].c2_pct", 20, 0.001);
	probing_near(&p, "residency.smi_per_s", 4, 0.001);
	probing_near(&p, "residency.c6_pct", 50, 0.001);
	/* counters that went back: the CPU was away */
	counts(&p, 0, 1, 0, 0, 5000000000);
	probing_pass(&p, 1000);
	probing_not(&p, "residency.package[0].smi_per_s", KNOWN_NOT_YET);
	probing_not(&p, "residency.package[0].c6_pct", KNOWN_NOT_YET);
	probing_not(&p, "residency.c6_pct", KNOWN_NOT_YET);
	probing_end(&p);
}

static void test_refusals(void **state)
{
	static const struct {
		int err;
		enum known known;
	} rows[] = {{-EACCES, KNOWN_DENIED}, {-ENOENT, KNOWN_ABSENT}, {-EOPNOTSUPP, KNOWN_ABSENT}, {-EIO, KNOWN_BROKEN},
		{-ENODATA, KNOWN_NOT_RECORDED}};
	char path[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probing p = begin(4);

		counts(&p, 0, 100, 1, 1, 2000000000);
		for (unsigned cpu = 0; cpu < 4; cpu++) {
			core(&p, cpu, 1, 1);
			snprintf(path, sizeof(path), "@perf/cstate_core/%u", cpu);
			sham_error(p.m, path, rows[i].err);
		}
		sham_error(p.m, "@perf/smi/0", rows[i].err);
		sham_error(p.m, "@perf/cstate_pkg/0", rows[i].err);
		probing_tick(&p);
		probing_not(&p, "residency.package[0].smi", rows[i].known);
		probing_not(&p, "residency.package[0].smi_per_s", rows[i].known);
		probing_not(&p, "residency.package[0].c2_pct", rows[i].known);
		probing_not(&p, "residency.smi_per_s", rows[i].known);
		probing_not(&p, "residency.cpu[0].c6_pct", rows[i].known);
		probing_end(&p);
	}
}

static void test_nonsense(void **state)
{
	struct probing p = begin(4);

	(void)state;
	sham_put(p.m, "@perf/smi/0", "tsc=1\n");
	sham_put(p.m, "@perf/cstate_pkg/0", "c6=1\n");
	probing_tick(&p);
	probing_not(&p, "residency.package[0].smi", KNOWN_BROKEN);
	probing_not(&p, "residency.package[0].c6_pct", KNOWN_BROKEN);
	probing_end(&p);
}

static void test_cores(void **state)
{
	struct probing p = begin(4);

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		core(&p, i, 0, 1000);
	probing_tick(&p);
	probing_not(&p, "residency.cpu[3].c6_pct", KNOWN_NOT_YET);
	probing_not(&p, "residency.cpu[3].c1_pct", KNOWN_ABSENT); /* this processor does not count it */
	core(&p, 3, 300, 2000);
	probing_pass(&p, 1000);
	probing_near(&p, "residency.cpu[3].c6_pct", 30, 0.001);
	/* one that goes offline says nothing of the others */
	sham_error(p.m, "@perf/cstate_core/0", -ENODEV);
	core(&p, 3, 500, 2400);
	probing_pass(&p, 1000);
	probing_not(&p, "residency.cpu[0].c6_pct", KNOWN_ABSENT);
	probing_near(&p, "residency.cpu[3].c6_pct", 50, 0.001);
	/* so long ago that it says nothing of now */
	core(&p, 3, 900, 3000);
	probing_pass(&p, 61000);
	probing_not(&p, "residency.cpu[3].c6_pct", KNOWN_NOT_YET);
	probing_end(&p);
}

/* Each reading interrupts somebody: at most 32 a tick, and none where nothing is counted. */
static void test_cost(void **state)
{
	struct probing p = begin(100);
	uint64_t reads = 0;
	char end[32];

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		core(&p, i, 0, 1000);
	probing_tick(&p);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(end, sizeof(end), "cstate_core/%u", i);
		reads += sham_reads(p.m, end);
	}
	assert_int_equal(reads, 32);
	for (unsigned i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(end, sizeof(end), "cstate_core/%u", i);
		assert_true(sham_reads(p.m, end) >= 1);
	}
	probing_end(&p);

	p = begin(100);
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "cstate_core/0"), 1);
	assert_int_equal(sham_reads(p.m, "cstate_core/1"), 0);
	probing_not(&p, "residency.cpu[99].c6_pct", KNOWN_ABSENT);
	probing_end(&p);
}

static struct probing of_vendor(const char *vendor)
{
	struct probing p = begin(4);

	sham_put(p.m, "/proc/cpuinfo", "vendor_id\t: %s\nmodel name\t: CPU\nflags\t\t: aperfmperf\n", vendor);
	sham_put(p.m, "@msr/0/0x1fc", "value=0x4005b\n");
	sham_put(p.m, "@msr/0/0x1aa", "value=0x402000\n");
	sham_put(p.m, "@msr/0/0x774", "value=0x80002a0a\n");
	return p;
}

static void test_registers(void **state)
{
	struct probing p = of_vendor("GenuineIntel");

	(void)state;
	probing_tick(&p);
	probing_is(&p, "residency.package[0].c1e_promotion", 1);
	probing_is(&p, "residency.package[0].firmware_pstates", 0);
	probing_is(&p, "residency.package[0].hwp_epp", 0x80);
	sham_put(p.m, "@msr/0/0x1fc", "value=0x59\n");
	sham_put(p.m, "@msr/0/0x1aa", "value=0x40000\n");
	sham_error(p.m, "@msr/0/0x774", -ENOENT);
	for (int i = 0; i < 9; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "@msr/0/0x1fc"), 1);
	probing_is(&p, "residency.package[0].c1e_promotion", 1);
	assert_int_equal(probing_value(&p, "residency.package[0].c1e_promotion").age_ds, 90);
	probing_pass(&p, 1000);
	probing_is(&p, "residency.package[0].c1e_promotion", 0);
	probing_is(&p, "residency.package[0].firmware_pstates", 1);
	probing_not(&p, "residency.package[0].hwp_epp", KNOWN_ABSENT);
	/* not asked for again: not shown as if it were new */
	p.want.deep = false;
	probing_pass(&p, 1000);
	probing_not(&p, "residency.package[0].c1e_promotion", KNOWN_SKIPPED);
	sham_error(p.m, "@msr/0/0x1fc", -EACCES);
	sham_put(p.m, "@msr/0/0x1aa", "value=zero\n");
	p.want.deep = true;
	probing_pass(&p, 1000);
	probing_not(&p, "residency.package[0].c1e_promotion", KNOWN_DENIED);
	probing_not(&p, "residency.package[0].firmware_pstates", KNOWN_BROKEN);
	probing_end(&p);

	/* the same numbers are other registers there */
	p = of_vendor("AuthenticAMD");
	probing_tick(&p);
	probing_not(&p, "residency.package[0].c1e_promotion", KNOWN_ABSENT);
	assert_int_equal(sham_reads(p.m, "@msr/0/0x1fc"), 0);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unasked),
		cmocka_unit_test(test_packages),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_cores),
		cmocka_unit_test(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
