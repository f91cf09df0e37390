/* Tests what says that a host is itself a guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/firmware.h"
#include "probes/sampler.h"
#include "tests/lib/tree.h"

#define CPUINFO "processor : 0\nvendor_id : GenuineIntel\nmodel name : Intel\nflags : fpu constant_tsc"

/* 1 and 0 as the fact says, -1 when it is not known; why may be NULL. */
static int guest_of(const char *path, const char *text, const char *why)
{
	char *tree = tree_new(), bad[64];
	const struct firmware *f;
	struct snapshot *snapshot;
	struct sampler *s;
	int guest;

	tree_text(tree, path, text);
	s = sampler_new(tree_host(tree));
	assert_int_equal(sampler_only(s, "firmware", bad), 0);
	snapshot = sampler_step(s, NULL);
	f = snapshot_facts(snapshot, &probe_firmware);
	assert_non_null(f);
	guest = value_known(f->guest) ? (int)f->guest.u : -1;
	if (why)
		assert_string_equal(value_text_or(f->guest_why, "unknown"), why);
	snapshot_unref(snapshot);
	sampler_free(s);
	tree_free(tree);
	return guest;
}

static void test_signs(void **state)
{
	(void)state;
	assert_int_equal(
		guest_of("/proc/cpuinfo", CPUINFO " hypervisor\n", "the processor has the flag hypervisor"), 1);
	assert_int_equal(guest_of("/sys/class/dmi/id/sys_vendor", "QEMU\n", "DMI says QEMU "), 1);
	assert_int_equal(guest_of("/sys/hypervisor/type", "xen\n", "it runs on xen"), 1);
	assert_int_equal(
		guest_of("/proc/sysinfo", "VM00 Control Program: KVM/Linux\n", "/proc/sysinfo names a control program"),
		1);
	assert_int_equal(
		guest_of("/proc/bus/pci/devices", "0010\t80eebeef\tb\n", "it has a PCI device of VirtualBox"), 1);
	assert_int_equal(guest_of("/proc/bus/pci/devices", "0010\t15ad0710\tb\n", "it has a PCI device of VMware"), 1);
}

/* A machine that was asked and shows no sign is none; one that could not be asked is unknown. */
static void test_no_signs(void **state)
{
	(void)state;
	assert_int_equal(guest_of("/proc/cpuinfo", CPUINFO "\n", NULL), 0);
	assert_int_equal(guest_of("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n", NULL), 0);
	assert_int_equal(guest_of("/proc/bus/pci/devices", "0010\t808680ee\t80eebeef1\n", NULL), -1);
	assert_int_equal(guest_of("/proc/sysinfo", "Type: 2964\n", NULL), -1);
	assert_int_equal(guest_of("/proc/version", "Linux version 6.1.0\n", NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_no_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
