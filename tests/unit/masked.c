/* The masking host: the same stand-in for the same word in every form of answer, and nothing else is touched. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/host/host.h"
#include "probes/host/recording.h"
#include "probes/util.h"
#include "tests/lib/tree.h"

#define WEB3 "6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b"
#define ONE "1b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f"
#define SCOPE "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d3\\x2d"

struct machine {
	char *tree;
	struct host *h;
};

/* Two guests, one of them called "1", on the host kvm07. */
static struct machine machine_new(void)
{
	struct machine m = {.tree = tree_new()};

	tree_text(m.tree, "proc/sys/kernel/hostname", "kvm07\n");
	tree_text(m.tree, "@virt/guests", WEB3 " 3 running 7 persistent web3\n" ONE " - shutoff 1 transient 1\n");
	return m;
}

static void machine_open(struct machine *m)
{
	struct answer answer;

	assert_int_equal(masked_open(tree_host(m->tree), &m->h), 0);
	assert_int_equal(host_read(m->h, "@virt/guests", &answer), 0);
}

static void machine_end(struct machine *m)
{
	host_close(m->h);
	tree_free(m->tree);
}

static void says(struct host *h, const char *path, const char *expected)
{
	struct answer answer;

	assert_int_equal(host_read(h, path, &answer), 0);
	assert_int_equal(answer.len, strlen(answer.text));
	assert_string_equal(answer.text, expected);
}

/* A machine with this one file: what it says, and that it says so again. */
static void masks_file(const char *path, const char *text, const char *expected)
{
	struct machine m = machine_new();
	char *full = xasprintf("/%s", path);

	tree_text(m.tree, path, text);
	machine_open(&m);
	says(m.h, full, expected);
	says(m.h, full, expected);
	free(full);
	machine_end(&m);
}

/* Of the guest web3: @virt/UUID/live/xml and the like. */
static void masks_virt(const char *name, const char *text, const char *expected)
{
	struct machine m = machine_new();
	char path[128];

	snprintf(path, sizeof(path), "@virt/" WEB3 "/%s", name);
	tree_text(m.tree, path, text);
	machine_open(&m);
	snprintf(path, sizeof(path), "@virt/00000000-0000-4000-8000-000000000002/%s", name);
	says(m.h, path, expected);
	machine_end(&m);
}

static void masks_command(const char *command, size_t len, const char *expected, size_t expected_len)
{
	struct machine m = machine_new();
	struct answer answer;

	tree_bytes(m.tree, "proc/77/cmdline", command, len);
	machine_open(&m);
	assert_int_equal(host_read(m.h, "/proc/77/cmdline", &answer), 0);
	for (size_t i = 0; i < answer.len && i < expected_len; i++)
		if (answer.text[i] != expected[i])
			fail_msg("at %zu: %.40s, not %.40s", i, answer.text + i, expected + i);
	assert_int_equal(answer.len, expected_len);
	machine_end(&m);
}
#define COMMAND(text, expected) masks_command(text, sizeof(text), expected, sizeof(expected))

static void guests(void **state)
{
	struct machine m = machine_new();

	(void)state;
	machine_open(&m);
	/* in the order of their names, and of their UUIDs: what is sorted by them is sorted alike */
	says(m.h, "@virt/guests",
		"00000000-0000-4000-8000-000000000002 3 running 7 persistent guest2\n"
		"00000000-0000-4000-8000-000000000001 - shutoff 1 transient guest1\n");
	machine_end(&m);
}

static void many_guests_sort(void **state)
{
	struct machine m = machine_new();
	char lines[12 * 80], *at = lines, expected[12 * 80], *end = expected;

	(void)state;
	for (int i = 0; i < 12; i++) {
		at += sprintf(at, "6f3a1c5e-2b41-4d0f-9a77-%012d 3 running 7 persistent %c\n", i, 'l' - i);
		end += sprintf(end, "00000000-0000-4000-8000-%012d 3 running 7 persistent guest%02d\n", i + 1, 12 - i);
	}
	tree_text(m.tree, "@virt/guests", lines);
	machine_open(&m);
	says(m.h, "@virt/guests", expected);
	machine_end(&m);
}

static void host_names(void **state)
{
	(void)state;
	masks_file("proc/sys/kernel/hostname", "kvm07\n", "host1\n");
	masks_file("proc/sys/kernel/hostname", "kvm07.example.net\n", "host1.example\n");
	masks_file("proc/sys/kernel/hostname", "localhost\n", "localhost\n");
	masks_file("etc/hostname", "# of the rack\nkvm07\n", "\nhost1\n");
	masks_file("proc/version", "Linux version 6.1.0-18-amd64 (root@kvm07) (gcc 12.2.0) #1 SMP\n",
		"Linux version 6.1.0-18-amd64 (root@host1) (gcc 12.2.0) #1 SMP\n");
	masks_file("proc/version", "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc 12.2.0)\n",
		"Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc 12.2.0)\n");
}

static void connections(void **state)
{
	struct machine m = machine_new();

	(void)state;
	tree_text(m.tree, "@virt/connection",
		"uri=qemu+ssh://root@kvm08.acme.test/system?keyfile=/home/bob/key\nlink=connected\nwhy=\n"
		"hostname=kvm07.acme.test\nlibvirt=9.0.0\nwhy=Domain not found: no domain with matching uuid '" WEB3
		"' (web3)\n");
	machine_open(&m);
	says(m.h, "@virt/connection",
		"uri=qemu+ssh://host2.example/system\nlink=connected\nwhy=\nhostname=host1.example\nlibvirt=9.0.0\n"
		"why=Domain not found: no domain with matching uuid '00000000-0000-4000-8000-000000000002' (guest2)\n");
	machine_end(&m);
}

static void documents(void **state)
{
	(void)state;
	masks_virt("live/xml",
		"<?xml version='1.0'?>\n<!-- web3 of Bob -->\n"
		"<domain type='kvm' id='3'>\n  <name>web3</name>\n  <uuid>" WEB3 "</uuid>\n  <title> Shop &amp; more </title>\n"
		"  <metadata>\n    <acme:owner xmlns:acme=\"http://acme.test/\"><b>Bob</b></acme:owner>\n"
		"    <nova:instance xmlns:nova=\"http://openstack.org/xmlns/libvirt/nova/1.0\"><nova:name>shop</nova:name>"
		"<nova:memory>512</nova:memory><nova:user uuid='a'>bob</nova:user></nova:instance>\n  </metadata>\n"
		"  <devices>\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
		"    <disk type='file'><source file=\"/srv/Bob&apos;s.qcow2\"/><target dev='vda'/><serial>WD-1</serial></disk>\n"
		"    <disk type='block'><source dev='/dev/sdb'/></disk>\n"
		"    <interface><mac address='52:54:00:6F:3A:01'/><source bridge='br0'/><target dev='vnet2'/></interface>\n"
		"    <graphics listen='10.1.2.3' passwd='x&lt;y'/>\n    <hostdev><source><address domain='0x0000' bus='0x81' "
		"slot='0x00' function='0x0'/></source></hostdev>\n  </devices>\n</domain>\n",
		"<?xml version='1.0'?>\n\n"
		"<domain type='kvm' id='3'>\n  <name>guest2</name>\n  <uuid>00000000-0000-4000-8000-000000000002</uuid>\n"
		"  <title> title1 </title>\n"
		"  <metadata>\n    \n"
		"    <nova:instance xmlns:nova=\"http://openstack.org/xmlns/libvirt/nova/1.0\"><nova:name>title2</nova:name>"
		"<nova:memory>512</nova:memory><nova:user uuid='name1'>name2</nova:user></nova:instance>\n  </metadata>\n"
		"  <devices>\n    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
		"    <disk type='file'><source file=\"/images/1.qcow2\"/><target dev='vda'/><serial>SERIAL1</serial></disk>\n"
		"    <disk type='block'><source dev='/dev/sdb'/></disk>\n"
		"    <interface><mac address='52:54:00:00:00:01'/><source bridge='br0'/><target dev='vnet2'/></interface>\n"
		"    <graphics listen='192.0.2.1' passwd='text1'/>\n    <hostdev><source><address domain='0x0000' bus='0x81' "
		"slot='0x00' function='0x0'/></source></hostdev>\n  </devices>\n</domain>\n");
}

/* What is no document stays none, and nothing behind the fault passes. */
static void broken_documents(void **state)
{
	static const struct {
		const char *text, *expected;
	} odd[] = {{"", ""}, {"<domain><name>web3", "<domain><name>guest2"}, {"<domain><name>a</name", "<domain><name>guest3<"},
		{"<domain><a b=web3/>", "<domain><a<"}, {"<domain><a b='web3/>", "<domain><a<"}, {"<domain><!-- web3", "<domain><"},
		{"<domain><![CDATA[", "<domain><"}, {"< web3>", "<"}, {"<!DOCTYPE d [<!ENTITY a \"web3\">]><d/>", "<!DOCTYPE domain><d/>"},
		{"</a></b></c>", "</a></b></c>"}, {"<a b='1'c='2'/>", "<a b='1'c='2'/>"},
		{"<domain><name>&#x77;eb3</name></domain>", "<domain><name>guest2</name></domain>"},
		{"<domain><name><![CDATA[web3]]></name></domain>", "<domain><name><![CDATA[guest2]]></name></domain>"}};

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++)
		masks_virt("live/xml", odd[i].text, odd[i].expected);
}

static void deep_documents(void **state)
{
	enum { DEPTH = 1000 };
	struct machine m = machine_new();
	struct answer answer;
	char *text = xcalloc(DEPTH * 7 + 64, 1);

	(void)state;
	for (int i = 0; i < DEPTH; i++)
		strcat(text, "<a>");
	strcat(text, "<uuid>" WEB3 "</uuid>");
	for (int i = 0; i < DEPTH; i++)
		strcat(text, "</a>");
	tree_text(m.tree, "@virt/" ONE "/config/xml", text);
	machine_open(&m);
	assert_int_equal(host_read(m.h, "@virt/00000000-0000-4000-8000-000000000001/config/xml", &answer), 0);
	assert_null(strstr(answer.text, "6f3a1c5e"));
	assert_non_null(strstr(answer.text, "</a></a>"));
	free(text);
	machine_end(&m);
}

static void counters(void **state)
{
	struct machine m = machine_new();

	(void)state;
	tree_text(m.tree, "@virt/stats/block,balloon",
		"guest " WEB3 "\nblock.0.name=vda\nblock.0.path=/srv/web3.qcow2\nblock.0.rd.reqs=12\nblock.1.path=pool/web3\n"
		"net.0.name=vnet2\n");
	machine_open(&m);
	says(m.h, "@virt/stats/block,balloon",
		"guest 00000000-0000-4000-8000-000000000002\nblock.0.name=vda\nblock.0.path=/images/1.qcow2\nblock.0.rd.reqs=12\n"
		"block.1.path=images/2\nnet.0.name=vnet2\n");
	machine_end(&m);
}

static void command_lines(void **state)
{
	(void)state;
	COMMAND("/usr/bin/qemu-system-x86_64\0-name\0guest=web3,debug-threads=on\0-uuid\0" WEB3 "\0-smp\0" "2,sockets=2\0-S",
		"/usr/bin/qemu-system-x86_64\0-name\0guest=guest2,debug-threads=on\0-uuid\0"
		"00000000-0000-4000-8000-000000000002\0-smp\0" "2,sockets=2\0-S");
	COMMAND("/usr/bin/kvm\0-name\0web3\0-drive\0file=/srv/a,,b.raw,if=virtio,id=shop,serial=WD1\0-vnc\0" "10.0.0.7:1\0-append\0"
		"root=web3",
		"/usr/bin/kvm\0-name\0guest2\0-drive\0file=/images/1.raw,if=virtio,id=name1,serial=SERIAL1\0-vnc\0" "192.0.2.1:1\0"
		"-append\0text1");
	COMMAND("/opt/x/qemu-kvm\0-blockdev\0{\"driver\":\"file\",\"filename\":\"\\/srv\\/web3.img\",\"node-name\":\"libvirt-1-storage\","
		"\"auto-read-only\":true}\0-device\0{\"driver\":\"virtio-net-pci\",\"netdev\":\"hostnet0\",\"id\":\"net0\","
		"\"mac\":\"52:54:00:6f:3a:01\",\"bus\":\"pci.1\",\"addr\":\"0x0\"}\0-device\0vfio-pci,host=0000:81:00.0,id=hostdev0",
		"/images/qemu-kvm\0-blockdev\0{\"driver\":\"file\",\"filename\":\"/images/1.img\",\"node-name\":\"libvirt-1-storage\","
		"\"auto-read-only\":true}\0-device\0{\"driver\":\"virtio-net-pci\",\"netdev\":\"hostnet0\",\"id\":\"net0\","
		"\"mac\":\"52:54:00:00:00:01\",\"bus\":\"pci.1\",\"addr\":\"0x0\"}\0-device\0vfio-pci,host=0000:81:00.0,id=hostdev0");
	COMMAND("kvm\0-monitor\0unix:/run/web3.sock,server\0-chardev\0socket,id=charmonitor,path=/run/web3.sock\0-M\0none\0-machine\0pc",
		"kvm\0-monitor\0unix:/images/1.sock,name1\0-chardev\0socket,id=charmonitor,path=/images/1.sock\0-M\0none\0-machine\0pc");
	/* nothing is read from others but what they are */
	COMMAND("/usr/sbin/sshd\0-D\0root@web3", "/usr/sbin/sshd");
	COMMAND("nginx: worker of web3", "program");
	masks_command("", 0, "", 0);
	/* it has QEMU's options under another name */
	COMMAND("/opt/acme/web3\0-accel\0kvm\0-name\0web3", "program\0-accel\0kvm\0-name\0guest2");
}

static void process_names(void **state)
{
	struct machine m = machine_new();
	static const char command[] = "/usr/bin/kvm\0-name\0guest=web3,process=qemu:web3-of-the-shop";

	(void)state;
	tree_bytes(m.tree, "proc/77/cmdline", command, sizeof(command));
	tree_text(m.tree, "proc/77/comm", "qemu:web3-of-th\n");
	tree_text(m.tree, "proc/77/stat", "77 (qemu:web3-of-th) S 1 77\n");
	tree_text(m.tree, "proc/77/task/77/comm", "qemu:web3-of-th\n");
	tree_text(m.tree, "proc/77/status", "Name:\tqemu:web3-of-th\nPid:\t77\n");
	tree_text(m.tree, "proc/78/comm", "tuned\n");
	tree_text(m.tree, "proc/79/comm", "1\n");
	machine_open(&m);
	says(m.h, "/proc/77/stat", "77 (qemu:name1) S 1 77\n");
	says(m.h, "/proc/77/comm", "qemu:name1\n");
	says(m.h, "/proc/77/task/77/comm", "qemu:name1\n");
	says(m.h, "/proc/77/status", "Name:\tqemu:name1\nPid:\t77\n");
	says(m.h, "/proc/78/comm", "tuned\n");
	says(m.h, "/proc/79/comm", "1\n");
	machine_end(&m);
}

static int take_name(const char *name, void *arg)
{
	if (strstr(name, "scope"))
		strcpy(arg, name);
	return 0;
}

static void folders(void **state)
{
	struct machine m = machine_new();
	struct answer answer;
	char name[256] = "";

	(void)state;
	tree_text(m.tree, SCOPE "web3.scope/cpu.max", "max 100000\n");
	tree_text(m.tree, "proc/77/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dweb3.scope/libvirt/emulator\n");
	tree_text(m.tree, "proc/78/cgroup", "4:cpu:/machine/qemu-9-shop.libvirt-qemu\n0::/system.slice/ssh.service\n");
	tree_text(m.tree, "proc/79/cgroup", "0::/machine.slice/machine-qemu\\x2d4\\x2d1.scope\n");
	machine_open(&m);
	says(m.h, "/proc/77/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dguest2.scope/libvirt/emulator\n");
	says(m.h, "/proc/78/cgroup", "4:cpu:/machine/qemu-9-guest3.libvirt-qemu\n0::/system.slice/ssh.service\n");
	says(m.h, "/proc/79/cgroup", "0::/machine.slice/machine-qemu\\x2d4\\x2dguest1.scope\n");
	says(m.h, SCOPE "guest2.scope/cpu.max", "max 100000\n");
	assert_int_equal(host_list(m.h, "/sys/fs/cgroup/machine.slice", take_name, name), 0);
	assert_string_equal(name, "machine-qemu\\x2d3\\x2dguest2.scope");
	/* who asks in the machine's own words is answered in masked ones */
	assert_int_equal(host_read(m.h, SCOPE "guest2.scope/none", &answer), -ENOENT);
	assert_string_equal(answer.why, SCOPE "guest2.scope/none: No such file or directory");
	machine_end(&m);
}

static void links(void **state)
{
	struct machine m = machine_new();
	struct answer answer;

	(void)state;
	tree_link(m.tree, "proc/77/fd/3", "/srv/web3.qcow2");
	tree_link(m.tree, "proc/77/fd/4", "/dev/cpu_dma_latency");
	tree_link(m.tree, "proc/77/fd/5", "socket:[1234]");
	tree_link(m.tree, "sys/class/net/enx525400aabbcc", "../../devices/pci0000:00/0000:00:14.0/net/enx525400aabbcc");
	tree_text(m.tree, "sys/devices/pci0000:00/0000:00:14.0/net/enx525400aabbcc/address", "52:54:00:aa:bb:cc\n");
	machine_open(&m);
	assert_int_equal(host_link(m.h, "/proc/77/fd/3", &answer), 0);
	assert_string_equal(answer.text, "/images/1.qcow2");
	assert_int_equal(host_link(m.h, "/proc/77/fd/4", &answer), 0);
	assert_string_equal(answer.text, "/dev/cpu_dma_latency");
	assert_int_equal(host_link(m.h, "/proc/77/fd/5", &answer), 0);
	assert_string_equal(answer.text, "socket:[1234]");
	says(m.h, "/sys/class/net/enx525400aabbcc/address", "52:54:00:00:00:01\n");
	assert_int_equal(host_link(m.h, "/sys/class/net/enx525400aabbcc", &answer), 0);
	assert_string_equal(answer.text, "../../devices/pci0000:00/0000:00:14.0/net/enx525400000001");
	says(m.h, "/sys/class/net/enx525400000001/address", "52:54:00:00:00:01\n");
	machine_end(&m);
}

static void shapes(void **state)
{
	static const struct {
		const char *text, *expected;
	} seen[] = {{"52:54:00:AA:bb:01 and 52-54-00-aa-bb-01", "52:54:00:00:00:01 and 52-54-00-00-00-01"},
		{"00:00:00:00:00:00 ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00 ff:ff:ff:ff:ff:ff"},
		{"0000:81:00.0 12:34:56 1:2 a::", "0000:81:00.0 12:34:56 1:2 2001:db8::1"},
		{"10.0.0.1, 10.0.0.1:5900 10.0.0.2.", "192.0.2.1, 192.0.2.1:5900 192.0.2.2."},
		{"127.0.0.1 0.0.0.0 255.255.255.0 ::1 ::", "127.0.0.1 0.0.0.0 255.255.255.0 ::1 ::"},
		{"1.2.3 1.2.3.4.5 300.1.1.1 v1.2.3.4", "1.2.3 1.2.3.4.5 300.1.1.1 v1.2.3.4"},
		{"[fe80::1%eth0]:80 FE80:0::1 ::ffff:10.0.0.1", "[2001:db8::1%eth0]:80 2001:db8::1 2001:db8::2"},
		{WEB3 " 6F3A1C5E2B414D0F9A770C1D2E3F4A5B x" WEB3, "00000000-0000-4000-8000-000000000002 "
								  "00000000000040008000000000000002 "
								  "x00000000-0000-4000-8000-000000000002"},
		{"kubepods-pod6f3a1c5e_2b41_4d0f_9a77_0c1d2e3f4a5b.slice", "kubepods-pod00000000_0000_4000_8000_000000000002.slice"},
		{"naa.5000c500a1b2c3d4 ffffffff,ffffffff 123456789012345678901", "naa.0000000000000001 ffffffff,ffffffff "
										   "123456789012345678901"}};

	(void)state;
	for (size_t i = 0; i < COUNT(seen); i++)
		masks_file("sys/x/file", seen[i].text, seen[i].expected);
}

static void kernel_texts(void **state)
{
	(void)state;
	masks_file("proc/cmdline",
		"BOOT_IMAGE=/vmlinuz-6.1 root=/dev/mapper/kvm07-root ro quiet systemd.hostname=kvm07 isolcpus=2-5 "
		"cpufreq.default_governor=performance resume=UUID=" WEB3 " root=/dev/vda1 BOOTIF=01-52-54-00-aa-bb-cc\n",
		"BOOT_IMAGE=/vmlinuz-6.1 root=/images/1 ro quiet systemd.hostname=name1 isolcpus=2-5 "
		"cpufreq.default_governor=performance resume=UUID=00000000-0000-4000-8000-000000000002 root=/dev/vda1 "
		"BOOTIF=01-52-54-00-00-00-01\n");
	masks_file("proc/sys/kernel/osrelease", "6.6.30.1-microsoft\n", "6.6.30.1-microsoft\n");
	masks_file("sys/class/dmi/id/product_serial", "ABC123\n", "SERIAL1\n");
	masks_file("sys/class/dmi/id/product_name", "PowerEdge R740\n", "PowerEdge R740\n");
	masks_file("sys/class/dmi/id/bios_version", "1.2.3.4\n", "1.2.3.4\n");
	masks_file("sys/block/nvme0n1/wwid", "eui.0025385b71b0ab0f\n", "eui.0000000000000001\n");
	masks_file("sys/block/nvme0n1/device/serial", "S4EWNX0M\n", "SERIAL1\n");
	masks_file("sys/block/nvme0n1/device/model", "SAMSUNG MZ\n", "SAMSUNG MZ\n");
	masks_file("sys/block/dm-0/dm/name", "vg0-web3\n", "name1\n");
	masks_file("proc/interrupts", " 30: 1 2 IR-PCI-MSIX-0000:3b:00.0 enx525400aabbcc-rx-0\n",
		" 30: 1 2 IR-PCI-MSIX-0000:3b:00.0 enx525400000001-rx-0\n");
}

/* Guests called as what stands everywhere: only their names go. */
static void common_words(void **state)
{
	struct machine m = machine_new();

	(void)state;
	tree_text(m.tree, "@virt/guests",
		WEB3 " 3 running 7 persistent running\n" ONE " 1 paused 1 persistent qemu\n"
		"2b1e7d52-90c3-4f6a-8d21-5a6b7c8d9e0f 2 running 1 persistent cpu\n");
	tree_text(m.tree, "@virt/connection", "link=connected\nwhy=the domain is not running: qemu of 'running' and 1 cpu\n");
	tree_text(m.tree, "proc/stat", "cpu 1 2 3\ncpu0 1 2 3\n");
	tree_text(m.tree, "@virt/" ONE "/live/xml", "<domain type='qemu'><name>qemu</name><cpu mode='cpu'/><state>running</state></domain>");
	machine_open(&m);
	says(m.h, "@virt/guests",
		"00000000-0000-4000-8000-000000000003 3 running 7 persistent guest3\n"
		"00000000-0000-4000-8000-000000000001 1 paused 1 persistent guest2\n"
		"00000000-0000-4000-8000-000000000002 2 running 1 persistent guest1\n");
	says(m.h, "@virt/connection", "link=connected\nwhy=the domain is not running: qemu of 'guest3' and 1 cpu\n");
	says(m.h, "/proc/stat", "cpu 1 2 3\ncpu0 1 2 3\n");
	says(m.h, "@virt/00000000-0000-4000-8000-000000000001/live/xml",
		"<domain type='qemu'><name>guest2</name><cpu mode='cpu'/><state>running</state></domain>");
	machine_end(&m);
}

static void about(void **state)
{
	struct machine m = machine_new();
	struct answer answer;

	(void)state;
	machine_open(&m);
	assert_string_equal(host_about(m.h)->hostname, "host1");
	assert_null(strstr(host_about(m.h)->where, m.tree));
	assert_int_equal(host_write(m.h, "/proc/sys/kernel/hostname", "x", &answer), -EROFS);
	assert_int_equal(host_start(m.h, "measure", &answer), -EROFS);
	machine_end(&m);
}

static void kept(void **state)
{
	struct machine m = machine_new();
	struct answer answer;
	int id;

	(void)state;
	tree_text(m.tree, SCOPE "web3.scope/cpu.max", "max 100000\n");
	tree_text(m.tree, "proc/77/cgroup", "0::/machine.slice/machine-qemu\\x2d3\\x2dweb3.scope\n");
	machine_open(&m);
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
	machine_end(&m); /* one is still kept */
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
	struct machine m = machine_new();
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
	machine_open(&m);
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
	machine_end(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guests),
		cmocka_unit_test(many_guests_sort),
		cmocka_unit_test(host_names),
		cmocka_unit_test(connections),
		cmocka_unit_test(documents),
		cmocka_unit_test(broken_documents),
		cmocka_unit_test(deep_documents),
		cmocka_unit_test(counters),
		cmocka_unit_test(command_lines),
		cmocka_unit_test(process_names),
		cmocka_unit_test(folders),
		cmocka_unit_test(links),
		cmocka_unit_test(shapes),
		cmocka_unit_test(kernel_texts),
		cmocka_unit_test(common_words),
		cmocka_unit_test(about),
		cmocka_unit_test(kept),
		cmocka_unit_test(handles_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
