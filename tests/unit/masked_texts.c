/* The masking host: what each form of text becomes, and what is left of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
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

static void masks_command(const char *command, size_t len, const char *expected, size_t expected_len)
{
	struct masking m = masking_new();
	struct answer answer;

	tree_bytes(m.tree, "proc/77/cmdline", command, len);
	masking_open(&m);
	assert_int_equal(host_read(m.h, "/proc/77/cmdline", &answer), 0);
	for (size_t i = 0; i < answer.len && i < expected_len; i++)
		if (answer.text[i] != expected[i])
			fail_msg("at %zu: %.40s, not %.40s", i, answer.text + i, expected + i);
	assert_int_equal(answer.len, expected_len);
	masking_end(&m);
}
#define COMMAND(text, expected) masks_command(text, sizeof(text), expected, sizeof(expected))

static void host_names(void **state)
{
	(void)state;
	masking_file("proc/sys/kernel/hostname", "kvm07\n", "host1\n");
	masking_file("proc/sys/kernel/hostname", "kvm07.example.net\n", "host1.example\n");
	masking_file("proc/sys/kernel/hostname", "localhost\n", "localhost\n");
	masking_file("etc/hostname", "# of the rack\nkvm07\n", "\nhost1\n");
	masking_file("proc/version", "Linux version 6.1.0-18-amd64 (root@kvm07) (gcc 12.2.0) #1 SMP\n",
		"Linux version 6.1.0-18-amd64 (root@host1) (gcc 12.2.0) #1 SMP\n");
	masking_file("proc/version", "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc 12.2.0)\n",
		"Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc 12.2.0)\n");
}

static void connections(void **state)
{
	struct masking m = masking_new();

	(void)state;
	tree_text(m.tree, "@virt/connection",
		"uri=qemu+ssh://root@kvm08.acme.test/system?keyfile=/srv/keys/bob\nlink=connected\nwhy=\n"
		"hostname=kvm07.acme.test\nlibvirt=9.0.0\nwhy=Domain not found: no domain with matching uuid '" MASKING_WEB3
		"' (web3)\n");
	masking_open(&m);
	masking_says(m.h, "@virt/connection",
		"uri=qemu+ssh://host2.example/system\nlink=connected\nwhy=\nhostname=host1.example\nlibvirt=9.0.0\n"
		"why=Domain not found: no domain with matching uuid '00000000-0000-4000-8000-000000000002' (guest2)\n");
	masking_end(&m);
}

static void documents(void **state)
{
	(void)state;
	masking_virt("live/xml",
		"<?xml version='1.0'?>\n<!-- web3 of Bob -->\n"
		"<domain type='kvm' id='3'>\n  <name>web3</name>\n  <uuid>" MASKING_WEB3 "</uuid>\n  <title> Shop &amp; more </title>\n"
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
		masking_virt("live/xml", odd[i].text, odd[i].expected);
}

static void deep_documents(void **state)
{
	enum { DEPTH = 1000 };
	struct masking m = masking_new();
	struct answer answer;
	char *text = xcalloc(DEPTH * 7 + 64, 1);

	(void)state;
	for (int i = 0; i < DEPTH; i++)
		strcat(text, "<a>");
	strcat(text, "<uuid>" MASKING_WEB3 "</uuid>");
	for (int i = 0; i < DEPTH; i++)
		strcat(text, "</a>");
	tree_text(m.tree, "@virt/" MASKING_ONE "/config/xml", text);
	masking_open(&m);
	assert_int_equal(host_read(m.h, "@virt/00000000-0000-4000-8000-000000000001/config/xml", &answer), 0);
	assert_null(strstr(answer.text, "6f3a1c5e"));
	assert_non_null(strstr(answer.text, "</a></a>"));
	free(text);
	masking_end(&m);
}

static void counters(void **state)
{
	struct masking m = masking_new();

	(void)state;
	tree_text(m.tree, "@virt/stats/block,balloon",
		"guest " MASKING_WEB3 "\nblock.0.name=vda\nblock.0.path=/srv/web3.qcow2\nblock.0.rd.reqs=12\nblock.1.path=pool/web3\n"
		"net.0.name=vnet2\n");
	masking_open(&m);
	masking_says(m.h, "@virt/stats/block,balloon",
		"guest 00000000-0000-4000-8000-000000000002\nblock.0.name=vda\nblock.0.path=/images/1.qcow2\nblock.0.rd.reqs=12\n"
		"block.1.path=images/2\nnet.0.name=vnet2\n");
	masking_end(&m);
}

/* Counters are nobody's; whose task it is may be. */
static void counts(void **state)
{
	static const char exits[] = "vcpu.0.exits.sum=123456789012\nvcpu.0.halt_poll_fail_ns.sum=525400112233\nvm.pages_4k.cur=4096\n";
	static const char stat[] = "anon 1073741824\nfile 8192\nanon_thp 525400112233\n";
	static const char debugfs[] = "sys/kernel/debug/kvm/4711-12/exits";

	(void)state;
	masking_file("@virt/stats/vcpu,cpu-total", exits, exits);
	masking_file(debugfs, "525400112233\n", "525400112233\n");
	masking_file("sys/fs/cgroup/machine.slice/x.scope/memory.stat", stat, stat);
	masking_file("proc/4711/task/4712/stat", "4712 (kworker/3:1) S 1 77\n", "4712 (kworker/3:1) S 1 77\n");
	masking_file("proc/4711/task/4712/stat", "4712 (web3-backup) S 1 77\n", "4712 (guest2-backup) S 1 77\n");
}

static void command_lines(void **state)
{
	(void)state;
	COMMAND("/usr/bin/qemu-system-x86_64\0-name\0guest=web3,debug-threads=on\0-uuid\0" MASKING_WEB3 "\0-smp\0" "2,sockets=2\0-S",
		"/usr/bin/qemu-system-x86_64\0-name\0guest=guest2,debug-threads=on\0-uuid\0"
		"00000000-0000-4000-8000-000000000002\0-smp\0" "2,sockets=2\0-S");
	COMMAND("/usr/sbin/irqbalance\0--powerthresh=4\0--policyscript=/opt/acme/irq.sh\0-i\0" "44",
		"/usr/sbin/irqbalance\0--powerthresh=4\0--policyscript=name1\0-i\0" "44");
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
		{MASKING_WEB3 " 6F3A1C5E2B414D0F9A770C1D2E3F4A5B x" MASKING_WEB3, "00000000-0000-4000-8000-000000000002 "
								  "00000000000040008000000000000002 "
								  "x00000000-0000-4000-8000-000000000002"},
		{"kubepods-pod6f3a1c5e_2b41_4d0f_9a77_0c1d2e3f4a5b.slice", "kubepods-pod00000000_0000_4000_8000_000000000002.slice"},
		{"naa.5000c500a1b2c3d4 ffffffff,ffffffff 123456789012345678901", "naa.0000000000000001 ffffffff,ffffffff "
										   "123456789012345678901"}};

	(void)state;
	for (size_t i = 0; i < COUNT(seen); i++)
		masking_file("sys/x/file", seen[i].text, seen[i].expected);
}

static void kernel_texts(void **state)
{
	(void)state;
	masking_file("proc/cmdline",
		"BOOT_IMAGE=/vmlinuz-6.1 root=/dev/mapper/kvm07-root ro quiet systemd.hostname=kvm07 isolcpus=2-5 "
		"cpufreq.default_governor=performance resume=UUID=" MASKING_WEB3 " root=/dev/vda1 BOOTIF=01-52-54-00-aa-bb-cc\n",
		"BOOT_IMAGE=/vmlinuz-6.1 root=/images/1 ro quiet systemd.hostname=name1 isolcpus=2-5 "
		"cpufreq.default_governor=performance resume=UUID=00000000-0000-4000-8000-000000000002 root=/dev/vda1 "
		"BOOTIF=01-52-54-00-00-00-01\n");
	masking_file("proc/sys/kernel/osrelease", "6.6.30.1-microsoft\n", "6.6.30.1-microsoft\n");
	masking_file("sys/class/dmi/id/product_serial", "ABC123\n", "SERIAL1\n");
	masking_file("sys/class/dmi/id/product_name", "PowerEdge R740\n", "PowerEdge R740\n");
	masking_file("sys/class/dmi/id/bios_version", "1.2.3.4\n", "1.2.3.4\n");
	masking_file("sys/block/nvme0n1/wwid", "eui.0025385b71b0ab0f\n", "eui.0000000000000001\n");
	masking_file("sys/block/nvme0n1/device/serial", "S4EWNX0M\n", "SERIAL1\n");
	masking_file("sys/block/nvme0n1/device/model", "SAMSUNG MZ\n", "SAMSUNG MZ\n");
	masking_file("sys/block/dm-0/dm/name", "vg0-web3\n", "name1\n");
	masking_file("proc/interrupts", " 30: 1 2 IR-PCI-MSIX-0000:3b:00.0 enx525400aabbcc-rx-0\n",
		" 30: 1 2 IR-PCI-MSIX-0000:3b:00.0 enx525400000001-rx-0\n");
}

/* Whatever somebody can have named is masked whole, also where a part of it has a shape. */
static void boot_values(void **state)
{
	(void)state;
	masking_file("proc/cmdline",
		"ip=10.0.0.2::10.0.0.1:255.255.255.0:kvm07.acme.test:eth0:none netroot=iscsi:10.0.0.9::::iqn.2001-04.test.acme:kvm07 "
		"ds=nocloud-net;s=http://10.0.0.5/acme-web3/ rd.luks.name=" MASKING_WEB3 "=acme_root nfsroot=10.0.0.1:/srv/kvm07 "
		"rd.luks.uuid=" MASKING_WEB3 " nameserver=10.0.0.1 acme.site=shop dyndbg=\"file acme.c +p\" kvm07 -- web3\n",
		"ip=name1 netroot=name2 ds=name3 rd.luks.name=name4 nfsroot=name5 "
		"rd.luks.uuid=00000000-0000-4000-8000-000000000002 nameserver=192.0.2.2 name6=name7 dyndbg=name8 host1 -- guest2\n");
	masking_file("proc/cmdline",
		"BOOT_IMAGE=(hd0,gpt2)/boot/vmlinuz-6.1 nohz_full=2-5 hugepagesz=1G iommu=pt intel_idle.max_cstate=1 vendor.delay=30s x=0x1f",
		"BOOT_IMAGE=(hd0,gpt2)/boot/vmlinuz-6.1 nohz_full=2-5 hugepagesz=1G iommu=pt intel_idle.max_cstate=1 vendor.delay=30s x=0x1f");
	masking_file("proc/cmdline", "BOOT_IMAGE=/acme/vmlinuz isolcpus=domain,managed_irq,2-5 mitigations=auto,nosmt",
		"BOOT_IMAGE=/images/1 isolcpus=domain,managed_irq,2-5 mitigations=auto,nosmt");
}

static int take_lower(const char *name, void *arg)
{
	if (strncmp(name, "lower_", 6) == 0)
		snprintf(arg, 64, "%s", name);
	return 0;
}

/* Drivers are asked by the masked name, and what sits on such an interface names it in the same way. */
static void interfaces_by_name(void **state)
{
	struct masking m = masking_new();
	struct answer answer;
	char lower[64] = "";

	(void)state;
	tree_text(m.tree, "sys/class/net/acmebr/operstate", "up\n");
	tree_text(m.tree, "@ethtool/acmebr/link", "autoneg=1\nsupported_mbps=10000\n");
	tree_text(m.tree, "sys/class/net/vlan100/operstate", "up\n");
	tree_link(m.tree, "sys/class/net/vlan100/lower_acmebr", "../acmebr");
	tree_link(m.tree, "sys/class/net/eth0/master", "../acmebr");
	masking_open(&m);
	masking_says(m.h, "/sys/class/net/if1/operstate", "up\n");
	masking_says(m.h, "@ethtool/if1/link", "autoneg=1\nsupported_mbps=10000\n");
	assert_int_equal(host_list(m.h, "/sys/class/net/vlan100", take_lower, lower), 0);
	assert_string_equal(lower, "lower_if1");
	assert_int_equal(host_link(m.h, "/sys/class/net/eth0/master", &answer), 0);
	assert_string_equal(answer.text, "../if1");
	masking_end(&m);
}

static void free_texts(void **state)
{
	(void)state;
	masking_file("etc/tuned/active_profile", "acme-kvm07-latency\n", "name1\n");
	masking_file("etc/tuned/active_profile", "virtual-host acme\n", "virtual-host name1\n");
	masking_file("etc/default/irqbalance", "# of acme\nIRQBALANCE_BANNED_CPULIST=2-7\n",
		"#\nIRQBALANCE_BANNED_CPULIST=2-7\n");
	masking_file("etc/sysconfig/irqbalance",
		"IRQBALANCE_ARGS=\"--powerthresh=4 --policyscript=/opt/acme/irq.sh\"\nIRQBALANCE_BANNED_CPUS=000000ff,ffffffff\n",
		"IRQBALANCE_ARGS=\"--powerthresh=4 --policyscript=name1\"\nIRQBALANCE_BANNED_CPUS=000000ff,ffffffff\n");
	masking_file("etc/default/irqbalance", "IRQBALANCE_ARGS=--banscript /opt/acme", "IRQBALANCE_ARGS=--banscript name1");
	masking_file("proc/net/softnet_stat", "0000a1b2 00000000 deadbeef\n", "0000a1b2 00000000 deadbeef\n");
	masking_file("sys/class/hwmon/hwmon0/name", "kvm07\n", "name1\n");
	masking_file("sys/class/hwmon/hwmon0/name", "k10temp\n", "k10temp\n");
	masking_file("sys/class/hwmon/hwmon0/name", "r8169_0_300:00\n", "r8169_0_300:00\n");
	masking_file("sys/class/net/eth0/ifalias", "to the shop\n", "text1\n");
	masking_file("sys/x/label", "web3 of kvm07\n", "guest2 of host1\n");
	masking_file("sys/block/sda/sda1/uevent", "DEVTYPE=partition\nPARTNAME=acme\n", "DEVTYPE=partition\nPARTNAME=name1\n");
}

/* What is chosen freely within definitions and options; libvirt's own words stay. */
static void chosen_words(void **state)
{
	(void)state;
	masking_virt("live/xml",
		"<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><cpu><vendor>Intel</vendor></cpu><devices>"
		"<disk><vendor>ACME</vendor><product>SHOP</product></disk><interface><source bridge='acmebr'/>"
		"<filterref filter='acme-filter'/></interface><interface><source bridge='vmbr0'/><filterref filter='clean-traffic'/>"
		"</interface></devices><seclabel><label>system_u:acme</label><imagelabel>system_u:object_r:svirt_image_t:s0:c1,c2"
		"</imagelabel></seclabel><seclabel><label>+107:+107</label></seclabel>"
		"<qemu:commandline><qemu:env name='ACME' value='kvm07'/></qemu:commandline></domain>",
		"<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><cpu><vendor>Intel</vendor></cpu><devices>"
		"<disk><vendor>name1</vendor><product>name2</product></disk><interface><source bridge='if1'/>"
		"<filterref filter='name3'/></interface><interface><source bridge='vmbr0'/><filterref filter='clean-traffic'/>"
		"</interface></devices><seclabel><label>name4</label><imagelabel>system_u:object_r:svirt_image_t:s0:c1,c2"
		"</imagelabel></seclabel><seclabel><label>+107:+107</label></seclabel>"
		"<qemu:commandline><qemu:env name='text1' value='text2'/></qemu:commandline></domain>");
	COMMAND("/usr/bin/kvm\0-cpu\0host,vendor=GenuineIntel\0-smbios\0type=1,product=AcmeBox\0-device\0scsi-hd,vendor=ACME,product=SHOP",
		"/usr/bin/kvm\0-cpu\0host,vendor=GenuineIntel\0-smbios\0type=1,product=name1\0-device\0scsi-hd,vendor=name2,product=name3");
}

static void refusals(void **state)
{
	struct masking m = masking_new();
	struct answer answer;

	(void)state;
	masking_open(&m);
	assert_true(host_read(m.h, "@virt/stats/6,interface", &answer) < 0);
	assert_non_null(strstr(answer.why, "@virt/stats/6,interface: "));
	masking_end(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_names),
		cmocka_unit_test(connections),
		cmocka_unit_test(documents),
		cmocka_unit_test(broken_documents),
		cmocka_unit_test(deep_documents),
		cmocka_unit_test(counters),
		cmocka_unit_test(counts),
		cmocka_unit_test(command_lines),
		cmocka_unit_test(shapes),
		cmocka_unit_test(kernel_texts),
		cmocka_unit_test(boot_values),
		cmocka_unit_test(interfaces_by_name),
		cmocka_unit_test(free_texts),
		cmocka_unit_test(chosen_words),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
