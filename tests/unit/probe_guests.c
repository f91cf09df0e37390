/* Tests the probe of guests: lists, documents and when they are read, rates, and a libvirt that goes away. */
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
#include "probes/host/host.h"
#include "probes/util.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_guests.h"

#define A GUEST_UUID(1)
#define B GUEST_UUID(2)
#define AT(uuid, field) "guests.guest[" uuid "]." field

static const char pinned[] = "<domain type='kvm' id='7'><name>web3</name><memory>1048576</memory><vcpu>2</vcpu>"
			     "<cputune><vcpupin vcpu='0' cpuset='1'/><emulatorpin cpuset='0'/></cputune>"
			     "<os><type machine='pc-i440fx-7.2'>hvm</type></os><cpu mode='host-passthrough'/><devices>"
			     "<disk type='file'><target dev='vda' bus='virtio'/></disk>"
			     "<interface type='bridge'><mac address='52:54:00:00:00:01'/><target dev='vnet3'/>"
			     "<model type='virtio'/></interface></devices></domain>";
static const char plain[] = "<domain type='kvm'><name>web3</name><memory>1048576</memory><vcpu>2</vcpu>"
			    "<os><type machine='pc'>hvm</type></os><cpu mode='host-passthrough'/><devices>"
			    "<disk type='file'><target dev='vda' bus='virtio'/></disk>"
			    "<interface type='bridge'><mac address='52:54:00:00:00:01'/>"
			    "<model type='virtio'/></interface></devices></domain>";
static const char idle[] = "<domain type='qemu'><name>db1</name><vcpu>1</vcpu><cputune>"
			   "<vcpupin vcpu='0' cpuset='3'/></cputune></domain>";

/* One that runs and one that is off. */
static struct probing machine(void)
{
	struct probing p = probing_new(4);
	char bad[64];

	assert_int_equal(sampler_only(p.s, "guests", bad), 0);
	sham_libvirt(p.m, "connected", "0-3");
	sham_guests(p.m, A " 7 running 1 persistent web3\n" B " - shutoff 1 persistent db1\n");
	sham_xml(p.m, A, "live", pinned);
	sham_xml(p.m, A, "config", plain);
	sham_xml(p.m, B, "config", idle);
	return p;
}

static void counters(struct probing *p, unsigned long long packets, unsigned long long reads)
{
	sham_put(p->m, "@virt/stats/state,interface",
		"guest " B "\nstate.state=5\nguest " A
		"\nstate.state=1\nnet.count=1\nnet.0.name=vnet3\nnet.0.rx.pkts=%llu\nnet.0.rx.drop=%llu\n"
		"net.0.tx.pkts=%llu\nnet.0.tx.drop=0\n",
		packets, packets / 100, packets * 2);
	sham_put(p->m, "@virt/stats/block,balloon",
		"guest " A "\nballoon.current=524288\nblock.count=1\nblock.0.name=vda\nblock.0.rd.reqs=%llu\n"
		"block.0.rd.times=%llu\nblock.0.wr.reqs=0\nblock.0.wr.times=0\nblock.0.fl.reqs=%llu\n"
		"block.0.fl.times=%llu\n",
		reads, reads * 250000, reads / 10, reads / 10 * 21000000);
}

static void test_two_guests(void **state)
{
	struct probing p = machine();
	struct value v;

	(void)state;
	probing_tick(&p);
	probing_says(&p, "guests.link", "connected");
	probing_not(&p, "guests.why", KNOWN_ABSENT);
	probing_says(&p, "guests.hostname", "kvm07");
	probing_is(&p, "guests.of_this_machine", 1);
	probing_near(&p, "guests.answered_s", 0, 0.1);
	probing_is(&p, "guests.total", 2);
	probing_is(&p, "guests.running", 1);
	probing_is(&p, "guests.vcpus", 2);
	probing_is(&p, "guests.emulated", 0);
	probing_says(&p, AT(A, "name"), "web3");
	probing_is(&p, AT(A, "id"), 7);
	probing_says(&p, AT(A, "state"), "running");
	probing_is(&p, AT(A, "persistent"), 1);
	probing_says(&p, AT(A, "machine"), "pc-i440fx-7.2");
	v = probing_value(&p, AT(A, "pin[0].cpus"));
	assert_true(value_known(v));
	probing_not(&p, AT(A, "pin[0].config_cpus"), KNOWN_ABSENT);
	probing_not(&p, AT(A, "pin[1].cpus"), KNOWN_ABSENT);
	probing_says(&p, AT(A, "disk[vda].bus"), "virtio");
	/* the one that is off shows its definition */
	probing_not(&p, AT(B, "id"), KNOWN_ABSENT);
	probing_says(&p, AT(B, "state"), "shutoff");
	probing_says(&p, AT(B, "type"), "qemu");
	v = probing_value(&p, AT(B, "pin[0].cpus"));
	assert_true(value_known(v));
	assert_int_equal(v.src, 1);
	probing_is(&p, AT(B, "pending"), 0);
	/* sorted by name */
	const struct guests *g = snapshot_facts(p.snap, &probe_guests);
	assert_string_equal(((const struct guest *)g->guest.row)[0].name.text, "db1");
	assert_non_null(guests_find(g, A));
	assert_null(guests_find(g, GUEST_UUID(9)));
	assert_null(guests_find(NULL, A));
	probing_end(&p);
}

static void test_drift(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_is(&p, AT(A, "lost"), 1);
	probing_is(&p, AT(A, "pending"), 0);
	probing_is(&p, "guests.lost", 1);
	probing_says(&p, AT(A, "drift[vcpu 0 cpus].live"), "1");
	probing_not(&p, AT(A, "drift[vcpu 0 cpus].config"), KNOWN_ABSENT);
	probing_says(&p, AT(A, "drift[emulator cpus].kind"), "lost");
	/* a pin on all CPUs is none; what libvirt fills in is no difference */
	sham_xml(p.m, A, "live",
		"<domain type='kvm'><name>web3</name><memory>1048576</memory><vcpu>2</vcpu><cputune>"
		"<vcpupin vcpu='0' cpuset='0-3'/></cputune><os><type machine='pc-i440fx-7.2'>hvm</type></os>"
		"<cpu mode='host-passthrough' check='none'/><devices><disk><target dev='vda' bus='virtio'/></disk>"
		"<interface><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface></devices></domain>");
	p.want.everything = true;
	probing_pass(&p, 1000);
	probing_is(&p, AT(A, "lost"), 0);
	probing_is(&p, AT(A, "pending"), 0);
	/* the definition is changed */
	sham_xml(p.m, A, "config",
		"<domain type='kvm'><name>web3</name><memory>2097152</memory><vcpu>4</vcpu>"
		"<os><type machine='q35'>hvm</type></os><cpu mode='host-model'/><devices><disk><driver cache='none'/>"
		"<target dev='vda' bus='ide'/></disk><disk><target dev='vdb' bus='virtio'/></disk></devices></domain>");
	probing_pass(&p, 1000);
	probing_is(&p, AT(A, "pending"), 1);
	probing_is(&p, AT(A, "lost"), 1);
	probing_says(&p, AT(A, "drift[vcpus].kind"), "pending");
	probing_says(&p, AT(A, "drift[memory].config"), "2097152");
	probing_says(&p, AT(A, "drift[machine].config"), "q35");
	probing_says(&p, AT(A, "drift[cpu mode].live"), "host-passthrough");
	probing_says(&p, AT(A, "drift[vda bus].config"), "ide");
	probing_not(&p, AT(A, "drift[vda cache].live"), KNOWN_ABSENT);
	probing_says(&p, AT(A, "drift[vdb].kind"), "pending");
	probing_says(&p, AT(A, "drift[net0].kind"), "lost");
	probing_end(&p);
}

static void test_rates(void **state)
{
	struct probing p = machine();

	(void)state;
	counters(&p, 1000, 100);
	probing_tick(&p);
	probing_not(&p, AT(A, "interface[net0].rx_per_s"), KNOWN_NOT_YET);
	probing_is(&p, AT(A, "balloon_kib"), 524288);
	counters(&p, 3000, 100);
	probing_pass(&p, 2000);
	probing_near(&p, AT(A, "interface[net0].rx_per_s"), 1000, 1);
	probing_near(&p, AT(A, "interface[net0].tx_per_s"), 2000, 2);
	probing_near(&p, AT(A, "interface[net0].drops_per_s"), 10, 0.1);
	/* disks are asked for every 10 s */
	probing_not(&p, AT(A, "disk[vda].reads_per_s"), KNOWN_NOT_YET);
	counters(&p, 3000, 600);
	probing_pass(&p, 8000);
	probing_near(&p, AT(A, "disk[vda].reads_per_s"), 50, 0.5);
	probing_near(&p, AT(A, "disk[vda].read_us"), 250, 0.1);
	probing_not(&p, AT(A, "disk[vda].write_us"), KNOWN_ABSENT); /* there was none */
	probing_near(&p, AT(A, "disk[vda].flushes_per_s"), 5, 0.05);
	probing_near(&p, AT(A, "disk[vda].flush_us"), 21000, 0.1);
	/* set back */
	counters(&p, 10, 600);
	probing_pass(&p, 1000);
	probing_not(&p, AT(A, "interface[net0].rx_per_s"), KNOWN_NOT_YET);
	/* libvirt says no more: what was known grows old */
	counters(&p, 20, 600);
	probing_pass(&p, 1000);
	sham_error(p.m, "@virt/stats/state,interface", -ETIMEDOUT);
	probing_pass(&p, 5000);
	assert_in_range(probing_value(&p, AT(A, "interface[net0].rx_per_s")).age_ds, 49, 51);
	/* another run: counters begin anew */
	sham_error(p.m, "@virt/stats/state,interface", 0);
	sham_guests(p.m, A " 8 running 2 persistent web3\n");
	counters(&p, 5000, 5000);
	probing_pass(&p, 1000);
	probing_not(&p, AT(A, "interface[net0].rx_per_s"), KNOWN_NOT_YET);
	/* off: no rates */
	sham_guests(p.m, A " - shutoff 3 persistent web3\n");
	probing_pass(&p, 1000);
	probing_not(&p, AT(A, "interface[net0].rx_per_s"), KNOWN_ABSENT);
	probing_end(&p);
}

/* On screen the counters of disks come every 2 s. */
static void test_rates_on_screen(void **state)
{
	static const char *const wanted[] = {A};
	struct probing p = machine();

	(void)state;
	p.want.guests = wanted;
	p.want.nguests = 1;
	for (int i = 0; i < 4; i++) {
		sham_put(p.m, "@virt/" A "/stats/block,balloon",
			"guest " A "\nblock.0.name=vda\nblock.0.rd.reqs=%d\nblock.0.rd.times=0\n", i * 200);
		probing_pass(&p, 2000);
	}
	probing_near(&p, AT(A, "disk[vda].reads_per_s"), 100, 1);
	probing_not(&p, AT(A, "disk[vda].writes_per_s"), KNOWN_ABSENT); /* not told */
	/* nor are those of a list, who are only seen in it */
	static const char *const many[] = {B, A};
	p.want.guests = many;
	p.want.nguests = COUNT(many);
	sham_forget(p.m);
	for (int i = 0; i < 4; i++)
		probing_pass(&p, 2000);
	assert_int_equal(sham_reads(p.m, A "/stats/block,balloon"), 0);
	probing_end(&p);
}

/* An event, a minute, or 10 s where somebody looks. */
static void test_when_documents_are_read(void **state)
{
	static const char *const wanted[] = {B};
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	for (int i = 0; i < 44; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, A "/live/xml"), 1);
	assert_int_equal(sham_reads(p.m, A "/config/xml"), 1);
	assert_int_equal(sham_reads(p.m, B "/live/xml"), 0);
	assert_int_equal(sham_reads(p.m, B "/config/xml"), 1);
	sham_guests(p.m, A " 7 running 2 persistent web3\n" B " - shutoff 1 persistent db1\n");
	sham_xml(p.m, A, "live", plain);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, A "/live/xml"), 2);
	probing_not(&p, AT(A, "pin[0].cpus"), KNOWN_ABSENT);
	probing_is(&p, AT(A, "generation"), 2);
	for (int i = 0; i < 60; i++)
		probing_pass(&p, 1000);
	assert_in_range(sham_reads(p.m, A "/live/xml"), 3, 4);
	assert_in_range(sham_reads(p.m, B "/config/xml"), 2, 3);
	/* the same text again is news all the same: it is as old as its last reading, not as its last change */
	assert_in_range(probing_value(&p, AT(B, "type")).age_ds, 0, 620);
	sham_forget(p.m);
	p.want.guests = wanted;
	p.want.nguests = 1;
	sham_xml(p.m, B, "config", "<domain type='kvm'><vcpu>1</vcpu></domain>");
	for (int i = 0; i < 10; i++)
		probing_pass(&p, 1000);
	assert_in_range(sham_reads(p.m, B "/config/xml"), 1, 2);
	probing_says(&p, AT(B, "type"), "kvm");
	p.want.everything = true;
	sham_forget(p.m);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, A "/live/xml"), 1);
	probing_end(&p);
}

/* The answer from before an event is shown, and asked for again until it is newer. */
static void test_answers_that_come_late(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_error(p.m, "@virt/" A "/live/xml", -EINPROGRESS);
	probing_tick(&p);
	probing_not(&p, AT(A, "machine"), KNOWN_NOT_YET);
	probing_says(&p, AT(A, "name"), "web3");
	probing_not(&p, "guests.vcpus", KNOWN_NOT_YET);
	sham_error(p.m, "@virt/" A "/live/xml", 0);
	probing_pass(&p, 1000);
	probing_says(&p, AT(A, "machine"), "pc-i440fx-7.2");
	/* an event: the answer of before is all there is at first */
	struct host *h = sham_host(p.m);
	sham_given(p.m, "@virt/" A "/live/xml", host_now(h));
	host_close(h);
	sham_forget(p.m);
	sham_guests(p.m, A " 7 running 2 persistent web3\n" B " - shutoff 1 persistent db1\n");
	probing_pass(&p, 1000);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, A "/live/xml"), 2);
	probing_says(&p, AT(A, "machine"), "pc-i440fx-7.2");
	assert_in_range(probing_value(&p, AT(A, "machine")).age_ds, 19, 21);
	sham_given(p.m, "@virt/" A "/live/xml", 0);
	sham_xml(p.m, A, "live", plain);
	probing_pass(&p, 1000);
	probing_says(&p, AT(A, "machine"), "pc");
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, A "/live/xml"), 3);
	/* none yet of one that just started, though the list has it */
	sham_guests(p.m, A " 7 running 2 persistent web3\n" B " 9 running 2 persistent db1\n");
	probing_pass(&p, 1000);
	probing_not(&p, AT(B, "type"), KNOWN_ABSENT);
	sham_xml(p.m, B, "live", idle);
	probing_pass(&p, 1000);
	probing_says(&p, AT(B, "type"), "qemu");
	probing_end(&p);
}

static void test_libvirt_goes_away(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	sham_put(p.m, "@virt/connection",
		"uri=qemu:///system\nlink=silent\nwhy=no answer for 5 s\\x0anow\nremedy=restart \\\\ it\nanswered_ns=%llu\n",
		0ULL);
	sham_error(p.m, "@virt/guests", -ETIMEDOUT);
	sham_error(p.m, "@virt/stats/state,interface", -ETIMEDOUT);
	probing_pass(&p, 30000);
	probing_says(&p, "guests.link", "silent");
	probing_says(&p, "guests.why", "no answer for 5 s\nnow");
	probing_says(&p, "guests.remedy", "restart \\ it");
	probing_is(&p, "guests.of_this_machine", 1); /* it said so when it still spoke */
	probing_is(&p, "guests.total", 2);
	probing_says(&p, AT(A, "state"), "running");
	assert_in_range(probing_value(&p, AT(A, "state")).age_ds, 299, 301);
	assert_true(probing_value(&p, AT(A, "machine")).age_ds >= 299);
	/* back: one of them is gone, the other has another name */
	sham_libvirt(p.m, "connected", "0-3");
	sham_error(p.m, "@virt/guests", 0);
	sham_guests(p.m, A " 7 running 3 transient web4\n");
	probing_pass(&p, 1000);
	probing_is(&p, "guests.total", 1);
	probing_says(&p, AT(A, "name"), "web4");
	probing_is(&p, AT(A, "persistent"), 0);
	probing_is(&p, AT(A, "lost"), 0); /* it has no definition any more */
	assert_int_equal(probing_value(&p, AT(A, "state")).age_ds, 0);
	probing_end(&p);
}

static void test_no_libvirt(void **state)
{
	static const struct {
		const char *link;
		enum known known;
	} links[] = {{"connecting", KNOWN_NOT_YET}, {"none", KNOWN_ABSENT}, {"refused", KNOWN_DENIED},
		{"silent", KNOWN_BROKEN}, {"lost", KNOWN_BROKEN}};
	struct probing p = probing_new(2);
	const struct guests *g;

	(void)state;
	probing_tick(&p);
	probing_not(&p, "guests.link", KNOWN_ABSENT);
	probing_not(&p, "guests.total", KNOWN_ABSENT);
	uint64_t id = snapshot_block(p.snap, &probe_guests)->id;
	probing_pass(&p, 1000);
	assert_int_equal(snapshot_block(p.snap, &probe_guests)->id, id); /* nothing is made anew */
	for (size_t i = 0; i < 2 * COUNT(links); i++) {
		sham_error(p.m, "@virt/guests", i % 2 ? -ENOENT : -EINPROGRESS); /* as recorded; as told here */
		sham_libvirt(p.m, links[i / 2].link, "");
		probing_pass(&p, 1000);
		probing_says(&p, "guests.link", links[i / 2].link);
		probing_not(&p, "guests.total", links[i / 2].known);
		g = snapshot_facts(p.snap, &probe_guests);
		assert_int_equal(g->guest.known, links[i / 2].known);
	}
	/* a read that waits is told otherwise, and means the same */
	sham_error(p.m, "@virt/guests", -ENOTCONN);
	sham_libvirt(p.m, "none", "");
	probing_pass(&p, 1000);
	probing_not(&p, "guests.total", KNOWN_ABSENT);
	sham_libvirt(p.m, "lost", "");
	probing_pass(&p, 1000);
	probing_not(&p, "guests.total", KNOWN_BROKEN);
	sham_error(p.m, "@virt/guests", 0);
	sham_libvirt(p.m, "connected", "0-1");
	sham_guests(p.m, "");
	probing_pass(&p, 1000);
	probing_is(&p, "guests.total", 0);
	probing_is(&p, "guests.vcpus", 0);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_guests),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_rates_on_screen),
		cmocka_unit_test(test_when_documents_are_read),
		cmocka_unit_test(test_answers_that_come_late),
		cmocka_unit_test(test_libvirt_goes_away),
		cmocka_unit_test(test_no_libvirt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
