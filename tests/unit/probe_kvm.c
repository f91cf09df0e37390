/* Tests KVM's modules: Intel's and AMD's, those of old and new kernels, parameters that only root may read, and none.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/kvm.h"
#include "tests/lib/probing.h"

#define KVM "/sys/module/kvm/parameters/"
#define INTEL "/sys/module/kvm_intel/parameters/"
#define AMD "/sys/module/kvm_amd/parameters/"

static struct probing begin(void)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "kvm", bad), 0);
	return p;
}

static void test_intel(void **state)
{
	struct probing p = begin();

	(void)state;
	sham_put(p.m, "/sys/devices/virtual/misc/kvm/dev", "10:232\n");
	sham_put(p.m, KVM "halt_poll_ns", "200000\n");
	sham_put(p.m, KVM "halt_poll_ns_grow", "2\n");
	sham_put(p.m, KVM "halt_poll_ns_grow_start", "10000\n");
	sham_put(p.m, KVM "halt_poll_ns_shrink", "0\n");
	sham_put(p.m, KVM "nx_huge_pages", "Y\n");
	sham_put(p.m, KVM "tdp_mmu", "Y\n");
	sham_put(p.m, INTEL "ept", "Y\n");
	sham_put(p.m, INTEL "enable_apicv", "N\n");
	sham_put(p.m, INTEL "enable_ipiv", "N\n");
	sham_put(p.m, INTEL "nested", "1\n");
	sham_put(p.m, INTEL "ple_gap", "128\n");
	sham_put(p.m, INTEL "ple_window", "4096\n");
	sham_put(p.m, INTEL "vmentry_l1d_flush", "cond\n");
	sham_put(p.m, "/sys/module/kvm_intel/refcnt", "12\n");
	sham_put(p.m, "/sys/module/vhost_net/refcnt", "3\n");
	probing_tick(&p);
	probing_is(&p, "kvm.present", 1);
	probing_says(&p, "kvm.module", "kvm_intel");
	probing_is(&p, "kvm.users", 12);
	probing_is(&p, "kvm.nested", 1);
	probing_is(&p, "kvm.paging", 1);
	probing_is(&p, "kvm.apicv", 0);
	probing_is(&p, "kvm.ipiv", 0);
	probing_is(&p, "kvm.halt_poll_ns", 200000);
	probing_is(&p, "kvm.halt_poll_grow", 2);
	probing_is(&p, "kvm.halt_poll_grow_start", 10000);
	probing_is(&p, "kvm.halt_poll_shrink", 0);
	probing_is(&p, "kvm.nx_huge_pages", 1);
	probing_is(&p, "kvm.tdp_mmu", 1);
	probing_is(&p, "kvm.ple_gap", 128);
	probing_is(&p, "kvm.ple_window", 4096);
	probing_is(&p, "kvm.vhost_net", 1);
	probing_says(&p, "kvm.parameter[kvm_intel.vmentry_l1d_flush].value", "cond");
	probing_says(&p, "kvm.parameter[kvm.halt_poll_ns].module", "kvm");
	assert_int_equal(((const struct kvm *)snapshot_facts(p.snap, &probe_kvm))->parameter.n, 13);
	sham_put(p.m, KVM "halt_poll_ns", "0\n");
	probing_pass(&p, 10000);
	probing_is(&p, "kvm.halt_poll_ns", 0);
	probing_end(&p);
}

static void test_amd(void **state)
{
	struct probing p = begin();

	(void)state;
	sham_put(p.m, AMD "npt", "1\n");
	sham_put(p.m, AMD "avic", "auto\n");
	sham_put(p.m, AMD "nested", "0\n");
	sham_put(p.m, AMD "pause_filter_thresh", "128\n");
	sham_put(p.m, AMD "pause_filter_count", "3000\n");
	sham_put(p.m, KVM "nx_huge_pages", "force\n");
	sham_put(p.m, KVM "halt_poll_ns", "plenty\n");
	probing_tick(&p);
	probing_says(&p, "kvm.module", "kvm_amd");
	probing_is(&p, "kvm.paging", 1);
	assert_int_equal(probing_value(&p, "kvm.paging").src, 1);
	probing_is(&p, "kvm.apicv", 1);
	probing_is(&p, "kvm.nested", 0);
	probing_not(&p, "kvm.ipiv", KNOWN_ABSENT);
	probing_is(&p, "kvm.ple_gap", 128);
	probing_is(&p, "kvm.ple_window", 3000);
	probing_is(&p, "kvm.nx_huge_pages", 1);
	probing_not(&p, "kvm.halt_poll_ns", KNOWN_BROKEN);
	probing_not(&p, "kvm.users", KNOWN_ABSENT);
	probing_is(&p, "kvm.vhost_net", 0);
	probing_is(&p, "kvm.present", 0);
	probing_end(&p);
}

/* Some are root's: they are refused one by one, and the others are not lost. */
static void test_refused(void **state)
{
	struct probing p = begin();

	(void)state;
	sham_put(p.m, INTEL "nested", "Y\n");
	sham_put(p.m, INTEL "ept", "Y\n");
	sham_error(p.m, INTEL "nested", -EACCES);
	sham_error(p.m, "/sys/module/vhost_net", -EACCES);
	probing_tick(&p);
	probing_not(&p, "kvm.nested", KNOWN_DENIED);
	probing_not(&p, "kvm.parameter[kvm_intel.nested].value", KNOWN_DENIED);
	probing_is(&p, "kvm.paging", 1);
	probing_not(&p, "kvm.vhost_net", KNOWN_DENIED);
	sham_error(p.m, "/sys/module/kvm_intel/parameters", -EIO);
	probing_pass(&p, 10000);
	probing_is(&p, "kvm.paging", 1); /* it was listed before the error */
	probing_not(&p, "kvm.apicv", KNOWN_BROKEN); /* it may be there: nobody knows */
	probing_end(&p);
}

static void test_without_kvm(void **state)
{
	struct probing p = begin();

	(void)state;
	probing_tick(&p);
	probing_is(&p, "kvm.present", 0);
	probing_not(&p, "kvm.module", KNOWN_ABSENT);
	probing_not(&p, "kvm.halt_poll_ns", KNOWN_ABSENT);
	probing_not(&p, "kvm.nested", KNOWN_ABSENT);
	probing_is(&p, "kvm.vhost_net", 0);
	/* a copy may have left it out: nobody says that there is none */
	sham_kind(p.m, HOST_DIRECTORY);
	probing_pass(&p, 10000);
	probing_not(&p, "kvm.present", KNOWN_NOT_RECORDED);
	probing_not(&p, "kvm.vhost_net", KNOWN_NOT_RECORDED);
	sham_kind(p.m, HOST_LIVE);
	/* it is loaded later */
	sham_put(p.m, KVM "halt_poll_ns", "200000\n");
	sham_put(p.m, "/sys/devices/virtual/misc/kvm/dev", "10:232\n");
	probing_pass(&p, 10000);
	probing_is(&p, "kvm.present", 1);
	probing_says(&p, "kvm.module", "kvm");
	probing_is(&p, "kvm.halt_poll_ns", 200000);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intel),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_without_kvm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
