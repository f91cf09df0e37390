/* The masking host: profiles of tuned, cgroups at the top, and lines of the kernel's log. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/masked_impl.h"
#include "probes/util.h"
#include "tests/lib/masking.h"
#include "tests/lib/tree.h"

static void profiles(void **state)
{
	struct masking m = masking_new();

	(void)state;
	tree_text(m.tree, "etc/tuned/active_profile", "acme-low\n");
	tree_text(m.tree, "etc/tuned/profile_mode", "manual\n");
	tree_text(m.tree, "etc/tuned/acme-low/tuned.conf",
		"# for web3 of Acme\n[main]\nsummary=Bob's\ninclude=virtual-host, acme-base\n\n[sysctl]\ngovernor=acme\n"
		"kernel.hostname=kvm07\n[cpu]\n#governor=x\nforce_latency=cstate.name:C1E|10\ngovernor = performance\n"
		"[script]\nscript=${i:PROFILE_DIR}/acme.sh\n");
	tree_text(m.tree, "etc/tuned/acme-base/tuned.conf", "[cpu]\nenergy_performance_preference=performance\n");
	masking_open(&m);
	masking_says(m.h, "/etc/tuned/active_profile", "name1\n");
	masking_says(m.h, "/etc/tuned/profile_mode", "manual\n");
	masking_says(m.h, "/etc/tuned/name1/tuned.conf",
		"[main]\ninclude=virtual-host, name2\n[]\ngovernor=acme\n[cpu]\nforce_latency=cstate.name:C1E|10\n"
		"governor=performance\n[]\n");
	masking_says(m.h, "/etc/tuned/name2/tuned.conf", "[cpu]\nenergy_performance_preference=performance\n");
	masking_end(&m);
	masking_file("usr/lib/tuned/balanced/tuned.conf", "[main]\nsummary=x\n", "[main]\n");
	masking_file("etc/default/cpupower", "# Acme\ngovernor='performance'\nowner=Acme\n", "governor='performance'\n");
	masking_file("etc/sysconfig/cpupower", "CPUPOWER_START_OPTS=\"frequency-set -g performance\"\n",
		"CPUPOWER_START_OPTS=\"frequency-set -g performance\"\n");
}

struct names {
	char text[2000];
};

static int add(const char *name, void *arg)
{
	struct names *all = arg;

	strcat(strcat(all->text, name), " ");
	return 0;
}

static void cgroups(void **state)
{
	static const char *const usual[] = {"system.slice", "machine.slice", "init.scope", "cpuset.cpus.effective", "sys-kernel-debug.mount"};
	struct masking m = masking_new();
	struct names all = {""};
	char path[100];

	(void)state;
	for (size_t i = 0; i < COUNT(usual); i++) {
		snprintf(path, sizeof(path), "sys/fs/cgroup/%s/cpuset.cpus.partition", usual[i]);
		tree_text(m.tree, path, "member\n");
	}
	tree_text(m.tree, "sys/fs/cgroup/acme-tenants/cpuset.cpus.partition", "isolated\n");
	tree_text(m.tree, "sys/fs/cgroup/srv-acme.mount/cpuset.cpus.partition", "member\n");
	masking_open(&m);
	assert_int_equal(host_list(m.h, "/sys/fs/cgroup", add, &all), 0);
	assert_null(strstr(all.text, "acme"));
	for (size_t i = 0; i < COUNT(usual); i++)
		if (!strstr(all.text, usual[i]))
			fail_msg("%s is not among %s", usual[i], all.text);
	assert_non_null(strstr(all.text, "name1 "));
	assert_non_null(strstr(all.text, "name2 "));
	/* and the way back */
	for (int i = 1; i <= 2; i++) {
		struct answer answer;

		snprintf(path, sizeof(path), "/sys/fs/cgroup/name%d/cpuset.cpus.partition", i);
		assert_int_equal(host_read(m.h, path, &answer), 0);
	}
	masking_end(&m);
}

static void masks_line(const char *line, const char *expected)
{
	struct masks *m = masks_new();
	struct text t = text_begin();

	mask_guest(m, slice_of("web3"));
	mask_of(m, MASK_HOST, slice_of("kvm07"));
	mask_log(m, &t, slice_of(line));
	assert_string_equal(t.bytes, expected);
	text_end(&t, NULL);
	masks_free(m);
}

#define TRAP(who) "9000000=x86/split lock detection: #AC: " who " took a split_lock trap at address: 0x7f3c\n"

static void log_lines(void **state)
{
	(void)state;
	assert_ptr_equal(mask_form_of("@kmsg"), mask_log);
	masks_line("first=0\nfrom_us=0\nlost=0\ncount.split_lock=1\n" TRAP("CPU 3/KVM/4711"),
		"first=0\nfrom_us=0\nlost=0\ncount.split_lock=1\n" TRAP("CPU 3/KVM/4711"));
	masks_line(TRAP("qemu:web3/4711"), TRAP("qemu:guest1/4711"));
	masks_line(TRAP("kvm07-java/4711"), TRAP("host1-java/4711"));
	masks_line("5=pcieport 0000:00:1c.0: AER: Corrected error received: 0000:01:00.0\n",
		"5=pcieport 0000:00:1c.0: AER: Corrected error received: 0000:01:00.0\n");
	masks_line("5=mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 7: 8c00004000010090\n",
		"5=mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 7: 8c00004000010090\n");
	masks_line("5=AER: Corrected error of kvm07\n", "5=AER: Corrected error of host1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles),
		cmocka_unit_test(cgroups),
		cmocka_unit_test(log_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
