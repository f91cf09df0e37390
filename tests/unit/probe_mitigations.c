/* Tests mitigations: the kernel's sentences of many years, what guests pay, and sums that know what they do not know.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/probing.h"

#define FOLDER "/sys/devices/system/cpu/vulnerabilities/"

static struct probing begin(void)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "mitigations", bad), 0);
	sham_put(p.m, "/proc/sys/kernel/osrelease", "6.12.57\n");
	return p;
}

static void test_sentences(void **state)
{
	static const struct {
		const char *name, *text, *state, *guests;
	} rows[] = {
		{"meltdown", "Not affected", "not affected", NULL},
		{"mds", "Mitigation: Clear CPU buffers; SMT vulnerable", "mitigated",
			"buffers are cleared at each entry"},
		{"mmio_stale_data", "Vulnerable: Clear CPU buffers attempted, no microcode; SMT Host state unknown",
			"vulnerable", "buffers are cleared at each entry"},
		{"itlb_multihit", "KVM: Mitigation: Split huge pages", "mitigated", "executable huge pages are split"},
		{"a", "KVM: Vulnerable", "vulnerable", NULL},
		{"b", "Processor vulnerable", "vulnerable", NULL},
		{"srbds", "Unknown: Dependent on hypervisor status", "unknown", NULL},
		{"spectre_v2", "Mitigation: Retpolines; IBPB: conditional; BHI: Vulnerable, KVM: SW loop", "partly",
			NULL},
		{"c", "Mitigation: Enhanced IBRS; PBRSB-eIBRS: Not affected; BHI: BHI_DIS_S", "mitigated", NULL},
		{"l1tf", "Mitigation: PTE Inversion; VMX: cache flushes, SMT vulnerable", "mitigated",
			"the L1 data cache is emptied at each entry"},
		{"d", "Mitigation: PTE Inversion; VMX: conditional cache flushes, SMT disabled", "mitigated",
			"the L1 data cache is emptied at some entries"},
		{"l1tf_never", "Mitigation: PTE Inversion; VMX: vulnerable", "partly", NULL},
		{"l1tf_off", "Mitigation: PTE Inversion; VMX: vulnerable, SMT disabled", "partly", NULL},
		{"vmscape", "Mitigation: IBPB before exit to userspace", "mitigated",
			"branch predictions are cleared at each exit to QEMU"},
		{"spec_rstack_overflow", "Mitigation: IBPB on VMEXIT only", "mitigated",
			"branch predictions are cleared at each exit"},
		{"retbleed", "Mitigation: IBPB; SMT disabled", "mitigated",
			"branch predictions are cleared at each exit"},
		{"new", "Nobody has seen this sentence", "unknown", NULL},
	};
	struct probing p = begin();
	char path[96], address[96];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(path, sizeof(path), FOLDER "%s", rows[i].name);
		sham_put(p.m, path, "%s\n", rows[i].text);
	}
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		snprintf(address, sizeof(address), "mitigations.weakness[%s].text", rows[i].name);
		probing_says(&p, address, rows[i].text);
		snprintf(address, sizeof(address), "mitigations.weakness[%s].state", rows[i].name);
		probing_says(&p, address, rows[i].state);
		snprintf(address, sizeof(address), "mitigations.weakness[%s].guests", rows[i].name);
		if (rows[i].guests)
			probing_says(&p, address, rows[i].guests);
		else
			probing_not(&p, address, KNOWN_ABSENT);
	}
	probing_is(&p, "mitigations.affected", 14);
	probing_is(&p, "mitigations.vulnerable", 6);
	probing_is(&p, "mitigations.smt_vulnerable", 1);
	probing_end(&p);
}

/* With one answer missing nothing is summed: 0 open weaknesses would be a promise. */
static void test_refused(void **state)
{
	struct probing p = begin();

	(void)state;
	sham_put(p.m, FOLDER "mds", "Not affected\n");
	sham_put(p.m, FOLDER "l1tf", "Not affected\n");
	sham_error(p.m, FOLDER "l1tf", -EACCES);
	sham_put(p.m, FOLDER "empty", "\n");
	probing_tick(&p);
	probing_not(&p, "mitigations.weakness[l1tf].state", KNOWN_DENIED);
	probing_not(&p, "mitigations.weakness[empty].state", KNOWN_ABSENT);
	probing_says(&p, "mitigations.weakness[mds].state", "not affected");
	assert_false(value_known(probing_value(&p, "mitigations.vulnerable")));
	assert_false(value_known(probing_value(&p, "mitigations.smt_vulnerable")));
	sham_remove(p.m, FOLDER "empty");
	sham_error(p.m, FOLDER "l1tf", 0);
	probing_pass(&p, 60000);
	probing_is(&p, "mitigations.vulnerable", 0);
	probing_is(&p, "mitigations.smt_vulnerable", 0);
	probing_end(&p);
}

static void test_absent(void **state)
{
	struct probing p = begin();

	(void)state;
	probing_tick(&p);
	probing_not(&p, "mitigations.affected", KNOWN_ABSENT);
	probing_not(&p, "mitigations.vulnerable", KNOWN_ABSENT);
	probing_not(&p, "mitigations.l1d_flush", KNOWN_ABSENT);
	assert_false(value_known(probing_value(&p, "mitigations.boot")));
	probing_end(&p);
}

static void test_boot_and_flush(void **state)
{
	struct probing p = begin();

	(void)state;
	sham_put(p.m, "/proc/cmdline", "mitigations=off ro mitigations=auto,nosmt mitigations=\n");
	sham_put(p.m, "/sys/module/kvm_intel/parameters/vmentry_l1d_flush", "cond\n");
	probing_tick(&p);
	probing_says(&p, "mitigations.boot", "auto,nosmt");
	probing_says(&p, "mitigations.l1d_flush", "cond");
	sham_put(p.m, "/sys/module/kvm_intel/parameters/vmentry_l1d_flush", "always\n");
	sham_forget(p.m);
	probing_pass(&p, 30000);
	probing_says(&p, "mitigations.l1d_flush", "cond");
	assert_int_equal(sham_reads(p.m, "vmentry_l1d_flush"), 0); /* once a minute */
	probing_pass(&p, 30000);
	probing_says(&p, "mitigations.l1d_flush", "always");
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_boot_and_flush),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
