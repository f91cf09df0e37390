/* The masking host: the same stand-in for the same word everywhere, for all its handles, and the way back from it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/masking.h"
#include "tests/lib/tree.h"

#define SCOPE "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2d"

static void guests(void **state)
{
	struct masking m = masking_new();

	(void)state;
	masking_open(&m);
	/* in the order of their names, and of their UUIDs: what is sorted by them is sorted alike */
	masking_says(m.h, "@virt/guests",
		"00000000-0000-4000-8000-000000000002 3 running 7 persistent guest2\n"
		"00000000-0000-4000-8000-000000000001 - shutoff 1 transient guest1\n");
	masking_end(&m);
}

static void many_guests_sort(void **state)
{
	struct masking m = masking_new();
	char lines[12 * 80], *at = lines, expected[12 * 80], *end = expected;

	(void)state;
	for (int i = 0; i < 12; i++) {
		at += sprintf(at, "6f3a1c5e-2b41-4d0f-9a77-%012d 3 running 7 persistent %c\n", i, 'l' - i);
		end += sprintf(end, "00000000-0000-4000-8000-%012d 3 running 7 persistent guest%02d\n", i + 1, 12 - i);
	}
	tree_text(m.tree, "@virt/guests", lines);
	masking_open(&m);
	masking_says(m.h, "@virt/guests", expected);
	masking_end(&m);
}

/* What is no document stays none, and nothing behind the fault passes. */
static void process_names(void **state)
{
	struct masking m = masking_new();
	static const char command[] = "/usr/bin/kvm\0-name\0guest=web3,process=qemu:web3-of-the-shop";

	(void)state;
	tree_bytes(m.tree, "proc/77/cmdline", command, sizeof(command));
	tree_text(m.tree, "proc/77/comm", "qemu:web3-of-th\n");
	tree_text(m.tree, "proc/77/stat", "77 (qemu:web3-of-th) S 1 77\n");
	tree_text(m.tree, "proc/77/task/77/comm", "qemu:web3-of-th\n");
	tree_text(m.tree, "proc/77/status", "Name:\tqemu:web3-of-th\nPid:\t77\n");
	tree_text(m.tree, "proc/78/comm", "tuned\n");
	tree_text(m.tree, "proc/79/comm", "1\n");
	masking_open(&m);
	masking_says(m.h, "/proc/77/stat", "77 (qemu:name1) S 1 77\n");
	masking_says(m.h, "/proc/77/comm", "qemu:name1\n");
	masking_says(m.h, "/proc/77/task/77/comm", "qemu:name1\n");
	masking_says(m.h, "/proc/77/status", "Name:\tqemu:name1\nPid:\t77\n");
	masking_says(m.h, "/proc/78/comm", "tuned\n");
	masking_says(m.h, "/proc/79/comm", "1\n");
	masking_end(&m);
}

static void comm(struct masking *m, const char *text, const char *expected)
{
	static unsigned pid = 1000;
	char path[64], line[128];

	snprintf(path, sizeof(path), "proc/%u/comm", ++pid);
	snprintf(line, sizeof(line), "%s\n", text);
	tree_text(m->tree, path, line);
	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	snprintf(line, sizeof(line), "%s\n", expected);
	masking_says(m->h, path, line);
}

/* Guests and hosts are within names of all kinds of threads, whole or cut off by the kernel. */
static void names_in_processes(void **state)
{
	struct masking m = masking_new();
	static const char command[] = "/usr/bin/kvm\0-name\0guest=web3,process=kvm:web3";

	(void)state;
	tree_text(m.tree, "@virt/guests", MASKING_WEB3 " 3 running 7 persistent web3\n" MASKING_ONE " 2 running 7 persistent gitlab-of-acme\n");
	tree_bytes(m.tree, "proc/77/cmdline", command, sizeof(command));
	tree_text(m.tree, "proc/77/comm", "kvm:web3\n");
	tree_text(m.tree, "sys/class/net/acmebr/mtu", "1500\n");
	masking_open(&m);
	masking_says(m.h, "/proc/77/comm", "kvm:guest2\n");
	comm(&m, "drbd_w_web3", "drbd_w_guest2");
	comm(&m, "swtpm-web3", "swtpm-guest2");
	comm(&m, "swtpm-gitlab-of", "swtpm-guest1");
	comm(&m, "kvm07-agent", "host1-agent");
	comm(&m, "irq/55-web3", "irq/55-guest2");
	comm(&m, "irq/55-acmebr-r", "irq/55-name1");
	comm(&m, "irq/55-acmebr", "irq/55-if1");
	comm(&m, "irq/155-acmebr-", "irq/155-name2");
	comm(&m, "irq/31-nvme0q1", "irq/31-nvme0q1");
	comm(&m, "IO shop", "IO name3");
	comm(&m, "IO iothread12", "IO iothread12");
	comm(&m, "CPU 12/KVM", "CPU 12/KVM");
	comm(&m, "vhost-77", "vhost-77");
	comm(&m, "kworker/u8:3", "kworker/u8:3");
	comm(&m, "kworker/u8:3-drbd_web3_submit", "kworker/u8:3-drbd_guest2_submit");
	comm(&m, "drbd_w_gitlab-of-acme", "drbd_w_guest1");
	comm(&m, "rcu_preempt", "rcu_preempt");
	comm(&m, "qemu-system-x86", "qemu-system-x86");
	comm(&m, "bash", "bash");
	masking_end(&m);
}

static int take_name(const char *name, void *arg)
{
	if (strstr(name, "scope"))
		strcpy(arg, name);
	return 0;
}

static void folders(void **state)
{
	struct masking m = masking_new();
	struct answer answer;
	char name[256] = "";

	(void)state;
	tree_text(m.tree, SCOPE "web3.scope/cpu.max", "max 100000\n");
	tree_text(m.tree, "proc/77/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dweb3.scope/libvirt/emulator\n");
	tree_text(m.tree, "proc/78/cgroup", "4:cpu:/machine/qemu-9-shop.libvirt-qemu\n0::/system.slice/ssh.service\n");
	tree_text(m.tree, "proc/79/cgroup", "0::/machine.slice/machine-qemu\\x2d4\\x2d1.scope\n");
	masking_open(&m);
	masking_says(m.h, "/proc/77/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dguest2.scope/libvirt/emulator\n");
	masking_says(m.h, "/proc/78/cgroup", "4:cpu:/machine/qemu-9-guest3.libvirt-qemu\n0::/system.slice/ssh.service\n");
	masking_says(m.h, "/proc/79/cgroup", "0::/machine.slice/machine-qemu\\x2d4\\x2dguest1.scope\n");
	masking_says(m.h, SCOPE "guest2.scope/cpu.max", "max 100000\n");
	assert_int_equal(host_list(m.h, "/sys/fs/cgroup/machine.slice", take_name, name), 0);
	assert_string_equal(name, "machine-qemu\\x2d3\\x2dguest2.scope");
	/* who asks in the machine's own words is answered in masked ones */
	assert_int_equal(host_read(m.h, SCOPE "guest2.scope/none", &answer), -ENOENT);
	assert_string_equal(answer.why, SCOPE "guest2.scope/none: No such file or directory");
	masking_end(&m);
}

static void links(void **state)
{
	struct masking m = masking_new();
	struct answer answer;

	(void)state;
	tree_link(m.tree, "proc/77/fd/3", "/srv/web3.qcow2");
	tree_link(m.tree, "proc/77/fd/4", "/dev/cpu_dma_latency");
	tree_link(m.tree, "proc/77/fd/5", "socket:[1234]");
	tree_link(m.tree, "sys/class/net/enx525400aabbcc", "../../devices/pci0000:00/0000:00:14.0/net/enx525400aabbcc");
	tree_text(m.tree, "sys/devices/pci0000:00/0000:00:14.0/net/enx525400aabbcc/address", "52:54:00:aa:bb:cc\n");
	masking_open(&m);
	assert_int_equal(host_link(m.h, "/proc/77/fd/3", &answer), 0);
	assert_string_equal(answer.text, "/images/1.qcow2");
	assert_int_equal(host_link(m.h, "/proc/77/fd/4", &answer), 0);
	assert_string_equal(answer.text, "/dev/cpu_dma_latency");
	assert_int_equal(host_link(m.h, "/proc/77/fd/5", &answer), 0);
	assert_string_equal(answer.text, "socket:[1234]");
	masking_says(m.h, "/sys/class/net/enx525400aabbcc/address", "52:54:00:00:00:01\n");
	assert_int_equal(host_link(m.h, "/sys/class/net/enx525400aabbcc", &answer), 0);
	assert_string_equal(answer.text, "../../devices/pci0000:00/0000:00:14.0/net/enx525400000001");
	masking_says(m.h, "/sys/class/net/enx525400000001/address", "52:54:00:00:00:01\n");
	masking_end(&m);
}

/* Guests that are called as stand-ins are: no name of one is the stand-in of another. */
static void named_alike(void **state)
{
	struct masking m = masking_new();

	(void)state;
	tree_text(m.tree, "@virt/guests", MASKING_WEB3 " 3 running 7 persistent guest1\n" MASKING_ONE " 1 paused 1 persistent guest3\n");
	masking_open(&m);
	masking_says(m.h, "@virt/guests",
		"00000000-0000-4000-8000-000000000002 3 running 7 persistent guest2\n"
		"00000000-0000-4000-8000-000000000001 1 paused 1 persistent guest4\n");
	masking_end(&m);
}

/* Guests called as what stands everywhere: only their names go. */
static void common_words(void **state)
{
	struct masking m = masking_new();

	(void)state;
	tree_text(m.tree, "@virt/guests",
		MASKING_WEB3 " 3 running 7 persistent running\n" MASKING_ONE " 1 paused 1 persistent qemu\n"
		"2b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f 2 running 1 persistent cpu\n");
	tree_text(m.tree, "@virt/connection", "link=connected\nwhy=the domain is not running: qemu of 'running' and 1 cpu\n");
	tree_text(m.tree, "proc/stat", "cpu 1 2 3\ncpu0 1 2 3\n");
	tree_text(m.tree, "@virt/" MASKING_ONE "/live/xml", "<domain type='qemu'><name>qemu</name><cpu mode='cpu'/><state>running</state></domain>");
	masking_open(&m);
	masking_says(m.h, "@virt/guests",
		"00000000-0000-4000-8000-000000000003 3 running 7 persistent guest3\n"
		"00000000-0000-4000-8000-000000000001 1 paused 1 persistent guest2\n"
		"00000000-0000-4000-8000-000000000002 2 running 1 persistent guest1\n");
	masking_says(m.h, "@virt/connection", "link=connected\nwhy=the domain is not running: qemu of 'guest3' and 1 cpu\n");
	masking_says(m.h, "/proc/stat", "cpu 1 2 3\ncpu0 1 2 3\n");
	masking_says(m.h, "@virt/00000000-0000-4000-8000-000000000001/live/xml",
		"<domain type='qemu'><name>guest2</name><cpu mode='cpu'/><state>running</state></domain>");
	masking_end(&m);
}

static void about(void **state)
{
	struct masking m = masking_new();
	struct answer answer;

	(void)state;
	masking_open(&m);
	assert_string_equal(host_about(m.h)->hostname, "host1");
	assert_null(strstr(host_about(m.h)->where, m.tree));
	assert_int_equal(host_write(m.h, "/proc/sys/kernel/hostname", "x", &answer), -EROFS);
	assert_int_equal(host_start(m.h, "measure", &answer), -EROFS);
	masking_end(&m);
}

static void kept(void **state)
{
	struct masking m = masking_new();
	struct answer answer;
	int id;

	(void)state;
	tree_text(m.tree, SCOPE "web3.scope/cpu.max", "max 100000\n");
	tree_text(m.tree, "proc/77/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dweb3.scope\n");
	masking_open(&m);
	host_read(m.h, "/proc/77/cgroup", &answer);
	assert_true(host_keep(m.h, SCOPE "web4.scope/cpu.max") < 0);
	id = host_keep(m.h, SCOPE "guest2.scope/cpu.max");
	assert_true(id >= 0);
	assert_int_equal(host_read_kept(m.h, id, &answer), 0);
	assert_string_equal(answer.text, "max 100000\n");
	host_drop(m.h, id);
	id = host_keep(m.h, "/proc/77/cgroup");
	assert_int_equal(host_read_kept(m.h, id, &answer), 0);
	assert_string_equal(answer.text, "0::/machine.slice/machine-qemu\\x2d3\\x2dguest2.scope\n");
	masking_end(&m); /* one is still kept */
}

enum { NAMES = 200 };

/* Each thread names as many things as the others, some of them the same. */
static void *read_all(void *arg)
{
	struct host *h = arg;
	struct answer answer;
	char path[64];

	for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/sys/x/serial%d/serial", i);
		if (host_read(h, path, &answer) || strncmp(answer.text, "SERIAL", 6) != 0)
			return h;
	}
	return NULL;
}

static void handles_share(void **state)
{
	struct masking m = masking_new();
	struct host *other;
	struct answer a, b;
	pthread_t thread;
	void *failed = NULL;
	char path[64];

	(void)state;
	for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "sys/x/serial%d/serial", i);
		tree_text(m.tree, path, path);
	}
	masking_open(&m);
	assert_int_equal(host_again(m.h, &other), 0);
	pthread_create(&thread, NULL, read_all, other);
	assert_null(read_all(m.h));
	pthread_join(thread, &failed);
	assert_null(failed);
	for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/sys/x/serial%d/serial", i);
		assert_int_equal(host_read(m.h, path, &a), 0);
		assert_int_equal(host_read(other, path, &b), 0);
		assert_string_equal(a.text, b.text);
	}
	host_close(other);
	masking_end(&m);
}

/* Interfaces are called after guests as often as not: everywhere, and so that they are found again. */
static void interfaces(void **state)
{
	struct masking m = masking_new();

	(void)state;
	tree_text(m.tree, "sys/class/net/web3-eth0/mtu", "1500\n");
	tree_text(m.tree, "sys/class/net/vnet1/mtu", "9000\n");
	tree_text(m.tree, "proc/net/dev", "Inter-|\n web3-eth0: 1 2\nvnet1: 3 4\n  eth0: 1 1\n");
	tree_text(m.tree, "@virt/stats/interface", "guest " MASKING_WEB3 "\nnet.0.name=web3-eth0\nnet.1.name=vnet1\n");
	tree_text(m.tree, "@virt/" MASKING_WEB3 "/live/xml",
		"<domain><devices><interface><source bridge='br-web3'/><target dev='web3-eth0'/></interface></devices></domain>");
	masking_open(&m);
	masking_says(m.h, "/proc/net/dev", "Inter-|\n guest2-eth0: 1 2\nvnet1: 3 4\n  eth0: 1 1\n");
	masking_says(m.h, "@virt/stats/interface",
		"guest 00000000-0000-4000-8000-000000000002\nnet.0.name=guest2-eth0\nnet.1.name=vnet1\n");
	masking_says(m.h, "@virt/00000000-0000-4000-8000-000000000002/live/xml",
		"<domain><devices><interface><source bridge='br-guest2'/><target dev='guest2-eth0'/></interface></devices></domain>");
	masking_says(m.h, "/sys/class/net/guest2-eth0/mtu", "1500\n");
	masking_says(m.h, "/sys/class/net/vnet1/mtu", "9000\n");
	masking_end(&m);
}

static int take_any(const char *name, void *arg)
{
	strcpy(arg, name);
	return 0;
}

/* What is no word of a sentence is one here, the host's name too; what nobody calls so but somebody goes whole. */
static void interfaces_of_words(void **state)
{
	struct masking m = masking_new();
	struct answer answer;
	char name[256] = "";

	(void)state;
	tree_text(m.tree, "@virt/guests", MASKING_WEB3 " 3 running 7 persistent gitlab\n" MASKING_ONE " 2 running 7 persistent net\n");
	tree_text(m.tree, "sys/class/net/gitlab-eth0/uevent", "INTERFACE=gitlab-eth0\nIFINDEX=5\n");
	tree_text(m.tree, "sys/class/net/kvm07-br0/uevent", "INTERFACE=kvm07-br0\n");
	tree_text(m.tree, "sys/class/net/acmebr/bonding/slaves", "eth0 gitlab-eth0\n");
	tree_text(m.tree, "sys/class/net/enp3s0f1np0/mtu", "1500\n");
	tree_link(m.tree, "sys/class/net/gitlab-eth0/master", "../acmebr");
	tree_text(m.tree, "sys/class/net/vmbr0/brif/gitlab-eth0/state", "3\n");
	tree_text(m.tree, "proc/irq/55/gitlab-eth0-rx-0/x", "");
	tree_text(m.tree, "proc/interrupts",
		"      CPU0\n  55: 1 PCI-MSI 1-edge gitlab-eth0-rx-0\n  56: 1 PCI-MSI 2-edge kvm07-br0-tx, acmebr-TxRx-1, eth0-rx-1\n");
	tree_text(m.tree, "proc/net/dev", "gitlab-eth0: 1\nkvm07-br0: 2\nacmebr: 3\nenp3s0f1np0: 4\nvmbr0: 5\n");
	tree_text(m.tree, "@virt/" MASKING_WEB3 "/live/xml",
		"<domain><devices><interface><source bridge='acmebr'/><target dev='gitlab-eth0'/></interface></devices></domain>");
	masking_open(&m);
	masking_says(m.h, "/proc/interrupts",
		"      CPU0\n  55: 1 PCI-MSI 1-edge guest1-eth0-rx-0\n  56: 1 PCI-MSI 2-edge host1-br0-tx, if1-TxRx-1, eth0-rx-1\n");
	masking_says(m.h, "/proc/net/dev", "guest1-eth0: 1\nhost1-br0: 2\nif1: 3\nenp3s0f1np0: 4\nvmbr0: 5\n");
	masking_says(m.h, "/sys/class/net/guest1-eth0/uevent", "INTERFACE=guest1-eth0\nIFINDEX=5\n");
	masking_says(m.h, "/sys/class/net/host1-br0/uevent", "INTERFACE=host1-br0\n");
	masking_says(m.h, "/sys/class/net/if1/bonding/slaves", "eth0 guest1-eth0\n");
	masking_says(m.h, "/sys/class/net/enp3s0f1np0/mtu", "1500\n");
	masking_says(m.h, "/sys/class/net/vmbr0/brif/guest1-eth0/state", "3\n");
	assert_int_equal(host_list(m.h, "/proc/irq/55", take_any, name), 0);
	assert_string_equal(name, "guest1-eth0-rx-0");
	masking_says(m.h, "/proc/irq/55/guest1-eth0-rx-0/x", "");
	assert_int_equal(host_link(m.h, "/sys/class/net/guest1-eth0/master", &answer), 0);
	assert_string_equal(answer.text, "../if1");
	masking_says(m.h, "@virt/00000000-0000-4000-8000-000000000002/live/xml",
		"<domain><devices><interface><source bridge='if1'/><target dev='guest1-eth0'/></interface></devices></domain>");
	masking_end(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guests),
		cmocka_unit_test(many_guests_sort),
		cmocka_unit_test(named_alike),
		cmocka_unit_test(process_names),
		cmocka_unit_test(names_in_processes),
		cmocka_unit_test(folders),
		cmocka_unit_test(links),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(interfaces_of_words),
		cmocka_unit_test(common_words),
		cmocka_unit_test(about),
		cmocka_unit_test(kept),
		cmocka_unit_test(handles_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
