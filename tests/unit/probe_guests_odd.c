/* Tests guests that are hostile, broken, of another host or very many, and what a tick with hundreds costs. */
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

#include "probes/guests.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_guests.h"

#define A GUEST_UUID(1)
#define B GUEST_UUID(2)
#define AT(uuid, field) "guests.guest[" uuid "]." field

static struct probing machine(const char *lines)
{
	struct probing p = probing_new(4);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "guests", bad), 0);
	sham_libvirt(p.m, "connected", "0-3");
	sham_guests(p.m, lines);
	return p;
}

static void test_hostile_names(void **state)
{
	struct probing p = machine(A " 1 running 1 persistent \\x1b[31m\\\\x\xe2\x80\xae \\x0a\\xff \n" B
				     " - shutoff 1 persistent\nnonsense\n\n"
				     "00000000 1 running 1 persistent short\n");
	char *json;

	(void)state;
	probing_tick(&p);
	probing_is(&p, "guests.total", 2);
	probing_says(&p, AT(A, "name"), "\x1b[31m\\x\xe2\x80\xae \n\xff ");
	assert_string_equal(probing_value(&p, AT(B, "name")).text, "");
	json = report_json(p.snap);
	assert_null(strchr(json, 0x1b));
	assert_null(strchr(json, 0xff));
	free(json);
	probing_end(&p);
}

static void test_a_name_of_a_mebibyte(void **state)
{
	struct text t = text_begin();
	struct probing p;
	const char *name;

	(void)state;
	text_add(&t, A " 1 running 1 persistent x");
	for (int i = 0; i < 1 << 19; i++)
		text_add(&t, "é");
	text_add(&t, "\n");
	p = machine(t.bytes);
	probing_tick(&p);
	name = probing_value(&p, AT(A, "name")).text;
	assert_in_range(strlen(name), 65530, 65536);
	assert_string_equal(name + strlen(name) - 5, "é…");
	text_end(&t, NULL);
	probing_end(&p);
}

static void test_one_uuid_twice(void **state)
{
	struct probing p = machine(A " 1 running 1 persistent a\n" A " 2 paused 1 transient b\n" A " 3 paused 1 transient c\n");

	(void)state;
	probing_tick(&p);
	probing_is(&p, "guests.total", 1);
	sham_guests(p.m, A " 4 paused 2 transient d\n" A " 5 running 2 transient e\n");
	probing_pass(&p, 1000);
	probing_is(&p, "guests.total", 1);
	probing_says(&p, AT(A, "name"), "d");
	probing_is(&p, AT(A, "id"), 4);
	probing_is(&p, "guests.running", 0);
	probing_end(&p);
}

/* It stays with what the list says of it. */
static void test_a_document_that_is_refused(void **state)
{
	struct probing p = machine(A " 1 running 1 persistent a\n");
	const struct guest *g;

	(void)state;
	sham_xml(p.m, A, "live", "<domain><name>a</domain>");
	sham_xml(p.m, A, "config", "<domain><vcpu>2</vcpu></domain>");
	probing_tick(&p);
	probing_says(&p, AT(A, "name"), "a");
	probing_says(&p, AT(A, "state"), "running");
	probing_not(&p, AT(A, "machine"), KNOWN_BROKEN);
	probing_not(&p, AT(A, "vcpus"), KNOWN_BROKEN);
	g = guests_find(snapshot_facts(p.snap, &probe_guests), A);
	assert_int_equal(g->disk.known, KNOWN_BROKEN);
	assert_int_equal(g->pin.known, KNOWN_BROKEN);
	sham_error(p.m, "@virt/" A "/live/xml", -EACCES);
	p.want.everything = true;
	probing_pass(&p, 1000);
	probing_not(&p, AT(A, "machine"), KNOWN_DENIED);
	sham_error(p.m, "@virt/" A "/live/xml", 0);
	sham_xml(p.m, A, "live", "<domain type='kvm'><vcpu>2</vcpu></domain>");
	probing_pass(&p, 1000);
	probing_is(&p, AT(A, "vcpus"), 2);
	probing_end(&p);
}

static void test_devices_of_the_host(void **state)
{
	static const char xml[] = "<domain type='kvm'><devices><hostdev type='pci'><source><address domain='0' bus='0x81' "
				  "slot='0' function='0'/></source></hostdev><hostdev type='usb'/></devices></domain>";
	struct probing p = machine(A " 1 running 1 transient a\n");

	(void)state;
	sham_put(p.m, "/sys/bus/pci/devices/0000:81:00.0/numa_node", "1\n");
	sham_xml(p.m, A, "live", xml);
	probing_tick(&p);
	probing_is(&p, AT(A, "hostdev[0000:81:00.0].node"), 1);
	probing_not(&p, AT(A, "hostdev[hostdev1].node"), KNOWN_ABSENT);
	/* of another host: that device is not the one here */
	sham_put(p.m, "@virt/connection", "link=connected\nof_this_machine=0\ncpus=0-63\nanswered_ns=1\n");
	probing_pass(&p, 1000);
	probing_is(&p, "guests.of_this_machine", 0);
	probing_not(&p, AT(A, "hostdev[0000:81:00.0].node"), KNOWN_SKIPPED);
	probing_end(&p);
}

static const char cpu_xml[] =
	"<memory unit='KiB'>8388608</memory><vcpu>8</vcpu><iothreads>2</iothreads><cputune>"
	"<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/><vcpupin vcpu='2' cpuset='3'/>"
	"<vcpupin vcpu='3' cpuset='4'/><vcpupin vcpu='4' cpuset='5'/><emulatorpin cpuset='0'/></cputune>"
	"<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os><cpu mode='host-passthrough'/>"
	"<clock><timer name='rtc' tickpolicy='catchup'/><timer name='hpet' present='no'/></clock>";

/* So many guests of 8 vCPUs, 3 disks and 2 interfaces. */
static struct probing many(unsigned n)
{
	struct text list = text_begin(), stats = text_begin(), xml = text_begin();
	struct probing p = machine("");
	char uuid[40];

	text_add(&xml, "<domain type='kvm'><name>n</name>%s<devices>", cpu_xml);
	for (char c = 'a'; c < 'd'; c++)
		text_add(&xml,
			"<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none' io='native'/>"
			"<source file='/var/lib/libvirt/images/%c.qcow2'/><target dev='vd%c' bus='virtio'/></disk>",
			c, c);
	for (unsigned i = 0; i < 20; i++)
		text_add(&xml, "<controller type='pci' index='%u' model='pcie-root-port'/>", i);
	for (unsigned i = 0; i < 2; i++)
		text_add(&xml,
			"<interface type='bridge'><mac address='52:54:00:00:00:0%u'/><source bridge='br0'/>"
			"<target dev='vnet%u'/><model type='virtio'/></interface>",
			i, i);
	text_add(&xml, "</devices></domain>");
	for (unsigned i = 0; i < n; i++) {
		snprintf(uuid, sizeof(uuid), "00000000-0000-4000-8000-%012u", i);
		text_add(&list, "%s %u running 1 persistent guest%u\n", uuid, i + 1, i);
		sham_xml(p.m, uuid, "live", xml.bytes);
		sham_xml(p.m, uuid, "config", xml.bytes);
		text_add(&stats, "guest %s\nstate.state=1\nstate.reason=1\nnet.count=2\n", uuid);
		for (unsigned k = 0; k < 2; k++)
			text_add(&stats,
				"net.%u.name=vnet%u\nnet.%u.rx.bytes=1\nnet.%u.rx.pkts=1\nnet.%u.rx.errs=0\n"
				"net.%u.rx.drop=0\nnet.%u.tx.bytes=1\nnet.%u.tx.pkts=1\nnet.%u.tx.errs=0\n"
				"net.%u.tx.drop=0\n",
				k, k, k, k, k, k, k, k, k, k);
	}
	sham_guests(p.m, list.bytes);
	sham_put(p.m, "@virt/stats/state,interface", "%s", stats.bytes);
	text_end(&list, NULL);
	text_end(&stats, NULL);
	text_end(&xml, NULL);
	return p;
}

/* Not all of them are read in one tick, and then hardly anything is. */
static void test_two_hundred(void **state)
{
	struct probing p = many(200);
	uint64_t first, ns = 0, most = 0, calls = 0;

	(void)state;
	probing_tick(&p);
	first = p.snap->cost_ns;
	probing_is(&p, "guests.total", 200);
	probing_not(&p, "guests.vcpus", KNOWN_NOT_YET);
	assert_true(p.snap->cost_calls < 120);
	for (int i = 0; i < 10; i++)
		probing_pass(&p, 1000);
	probing_is(&p, "guests.vcpus", 1600);
	for (int i = 0; i < 60; i++) {
		probing_pass(&p, 1000);
		ns += p.snap->cost_ns;
		most = p.snap->cost_ns > most ? p.snap->cost_ns : most;
		calls = p.snap->cost_calls > calls ? p.snap->cost_calls : calls;
	}
	print_message("# first tick %.2f ms, then %.2f ms on average, at most %.2f ms and %u calls\n",
		(double)first / 1e6, (double)ns / 60 / 1e6, (double)most / 1e6, (unsigned)calls);
	assert_true(calls < 200);
	probing_end(&p);
}

static void test_ten_thousand(void **state)
{
	struct probing p = many(10000);

	(void)state;
	probing_tick(&p);
	probing_is(&p, "guests.total", 10000);
	probing_pass(&p, 1000);
	probing_says(&p, "guests.guest[00000000-0000-4000-8000-000000009999].name", "guest9999");
	sham_guests(p.m, "");
	probing_pass(&p, 1000);
	probing_is(&p, "guests.total", 0);
	probing_end(&p);
}

/* A guest that cannot be read is none with no vCPU and no slow device: the sums over it are not known. */
static void test_sums_over_what_cannot_be_read(void **state)
{
	static const char *const sums[] = {"guests.vcpus", "guests.emulated", "guests.pending", "guests.lost"};
	static const char plain[] = "<domain type='kvm'><name>web3</name><vcpu>2</vcpu></domain>";
	struct probing p = machine(A " 7 running 1 persistent web3\n" B " - shutoff 1 persistent db1\n");

	(void)state;
	sham_xml(p.m, A, "config", plain);
	sham_xml(p.m, B, "config", plain);
	sham_xml(p.m, A, "live", "<domain");
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(sums); i++)
		probing_not(&p, sums[i], KNOWN_BROKEN);
	probing_is(&p, "guests.running", 1);
	/* its definition alone: what differs is not known, the rest is */
	sham_xml(p.m, A, "live", plain);
	sham_xml(p.m, A, "config", "<domain");
	p.want.everything = true;
	probing_pass(&p, 1000);
	probing_is(&p, "guests.vcpus", 2);
	probing_is(&p, "guests.emulated", 0);
	probing_not(&p, "guests.pending", KNOWN_BROKEN);
	probing_not(&p, "guests.lost", KNOWN_BROKEN);
	/* of one that is off nothing is counted */
	sham_xml(p.m, A, "config", plain);
	sham_xml(p.m, B, "config", "<domain");
	probing_pass(&p, 1000);
	probing_is(&p, "guests.vcpus", 2);
	probing_is(&p, "guests.pending", 0);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_a_name_of_a_mebibyte),
		cmocka_unit_test(test_one_uuid_twice),
		cmocka_unit_test(test_a_document_that_is_refused),
		cmocka_unit_test(test_sums_over_what_cannot_be_read),
		cmocka_unit_test(test_devices_of_the_host),
		cmocka_unit_test(test_two_hundred),
		cmocka_unit_test(test_ten_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
