/* The machines of tests/hosts: what each is there for, by facts that are found in it, and which kinds there must be. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/probing.h"
#include "tests/lib/tree.h"

/* A kind is what a machine is an example of; the fact of its second tick proves it. */
static const struct {
	const char *kind, *machine, *address, *words;
} examples[] = {
	{"Intel", "founding", "cpu.vendor", "GenuineIntel"},
	{"AMD", "smt-off", "cpu.vendor", "AuthenticAMD"},
	{"arm64", "arm64", "cpu.vendor", "0x41"},
	{"1 node", "fine", "topology.nodes", "1"},
	{"2 nodes", "founding", "topology.nodes", "2"},
	{"4 nodes", "smt-off", "topology.nodes", "4"},
	{"8 nodes", "rome256", "topology.nodes", "8"},
	{"SMT off", "smt-off", "topology.smt", "off"},
	{"offline CPUs", "offline", "topology.offline", "2-3"},
	{"no KVM", "no-kvm", "kvm.present", "no"},
	{"not root", "not-root", "kvm.present", "yes"},
	{"not root", "not-root", "power.zone[intel-rapl:0].power_w", "denied: EACCES"},
	{"not root", "not-root", "idle.limit_us", "denied: EACCES"},
	{"nested", "nested", "kvm.nested", "yes"},
	{"nested", "nested", "cpu.flags", "hypervisor vmx constant_tsc"},
	{"256 CPUs", "rome256", "topology.cpus_online", "256"},
	/* Those that no list asks for, and why they are here. */
	{"512 CPUs", "wide512", "topology.cpus_online", "512"},
	{"no CPU at all", "empty", "topology.cpus_online", "-"},
	{"cards", "devices", "pci.device[0000:17:00.0].class", "Ethernet controller"},
	{"a virtual machine", "guest", "cpu.flags", "hypervisor"},
	{"guests", "guests", "guests.running", "3"},
	{"the founding story", "story", "guests.emulated", "1"},
	{"the founding story", "story", "silicon.cause_word", "governor"},
	{"guests that try to break the screen", "hostile-guests", "guests.running", "4"},
	{"clocks of the firmware", "firmware", "frequency.driver", "-"},
	{"clocks that the firmware holds down", "firmware-slow", "silicon.busy", "2"},
	{"fast and slow cores", "hybrid", "topology.hybrid", "yes"},
	{"QEMU without libvirt", "no-libvirt", "guests.link", "none"},
	{"libvirt that refuses", "refused", "guests.link", "refused"},
	{"libvirt that hangs", "silent", "guests.link", "silent"},
	{"/sys alone", "no-proc", "silicon.busy", "-"},
	{"files that lie", "odd", "kernel.major", "broken: EINVAL"},
	{"a slow intel_pstate", "pstate-slow", "frequency.driver", "intel_pstate"},
	{"ids with holes", "sparse", "topology.online", "0-1,8-9,64-65"},
	{"made by simulate", "simulated-amd", "kernel.hostname", "simulated-4"},
	{"made by simulate", "simulated-amd", "frequency.driver", "amd-pstate-epp"},
	{"made by simulate", "simulated-intel", "topology.packages", "2"},
	{"made by simulate", "simulated-intel", "guests.running", "2"},
	{"made by simulate", "simulated-intel", "threads.processes", "2"},
	{"a host that is set up well", "clean", "guests.running", "4"},
	{"a host that is set up well", "clean", "frequency.governor", "performance"},
};

/* Those without which tests of probes and panels prove little. */
static const char *const kinds[] = {"Intel", "AMD", "1 node", "2 nodes", "4 nodes", "8 nodes", "SMT off", "offline CPUs",
	"no KVM", "not root", "nested", "arm64", "256 CPUs"};

static void each_kind_has_an_example(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		size_t j = 0;

		while (j < COUNT(examples) && strcmp(examples[j].kind, kinds[i]) != 0)
			j++;
		if (j == COUNT(examples))
			fail_msg("no machine of the kind: %s", kinds[i]);
	}
}

static void each_machine_is_what_it_is_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		struct probing p = probing_capture(examples[i].machine);

		probing_tick(&p);
		probing_tick(&p);
		print_message("# %s: %s\n", examples[i].machine, examples[i].kind);
		probing_words(&p, examples[i].address, examples[i].words);
		probing_end(&p);
	}
}

static void each_machine_has_a_purpose(void **state)
{
	char **names = host_names();
	size_t n = 0;

	(void)state;
	for (; names[n]; n++) {
		size_t i = 0;

		while (i < COUNT(examples) && strcmp(examples[i].machine, names[n]) != 0)
			i++;
		if (i == COUNT(examples))
			fail_msg("what is tests/hosts/%s.host for?", names[n]);
	}
	assert_true(n >= 12);
	host_names_free(names);
}

/* Its second line says the same to who reads the file. */
static void each_file_says_what_it_is(void **state)
{
	char **names = host_names(), line[4096];

	(void)state;
	for (char **name = names; *name; name++) {
		char *path = host_file(*name);
		FILE *f = fopen(path, "re");

		assert_non_null(f);
		assert_non_null(fgets(line, sizeof(line), f));
		assert_string_equal(line, "hvscope-capture 1\n");
		assert_non_null(fgets(line, sizeof(line), f));
		if (strncmp(line, "# ", 2) != 0 || strcmp(line + strlen(line) - 2, ".\n") != 0)
			fail_msg("%s does not say what it is: %s", path, line);
		fclose(f);
		free(path);
	}
	host_names_free(names);
}

static void must_read(const char *tree, const char *path, const char *text, int error)
{
	struct host *h = tree_host(tree);
	struct answer a;

	assert_int_equal(host_read(h, path, &a), error);
	if (text)
		assert_string_equal(a.text, text);
	host_close(h);
}

/* As a folder: what changes, what ends, and what a test wrote in between and the machine does not change. */
static void a_folder_becomes_what_is_later(void **state)
{
	const char *clock = "/sys/devices/system/cpu/cpufreq/policy2/scaling_cur_freq";
	char *tree = tree_new();

	(void)state;
	host_unpack(tree, "no-kvm", "tree");
	must_read(tree, clock, "1200000\n", 0);
	must_read(tree, "/proc/900/comm", "cron\n", 0);
	tree_text(tree, "/proc/sys/kernel/hostname", "of the test\n");
	host_unpack(tree, "no-kvm", "later");
	must_read(tree, clock, "2100000\n", 0);
	must_read(tree, "/proc/900/comm", NULL, -ENOENT);
	must_read(tree, "/proc/900", NULL, -ENOENT);
	must_read(tree, "/proc/840", NULL, -EISDIR);
	must_read(tree, "/proc/sys/kernel/hostname", "of the test\n", 0);
	tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_an_example),
		cmocka_unit_test(each_machine_is_what_it_is_for),
		cmocka_unit_test(each_machine_has_a_purpose),
		cmocka_unit_test(each_file_says_what_it_is),
		cmocka_unit_test(a_folder_becomes_what_is_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
