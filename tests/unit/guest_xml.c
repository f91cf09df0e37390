/* Tests what is read from a domain's XML: each fact, and libvirt's units and lists. */
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

#include "probes/arena.h"
#include "probes/cpuset.h"
#include "probes/guest_xml.h"
#include "probes/util.h"

struct read {
	struct arena *a;
	struct guest g;
	char why[200];
};

static struct read read_text(const char *xml)
{
	struct read r = {.a = arena_new(0)};
	int err = guest_xml_read(r.a, xml, strlen(xml), &r.g, r.why);

	if (err)
		fail_msg("%s: %s", strerror(-err), r.why);
	return r;
}

/* The seed of the fuzzer has something of everything. */
static char *whole(void)
{
	FILE *f = fopen("tests/fuzz/seeds/xml/whole", "r");
	char *text = xcalloc(1, 65536);

	assert_non_null(f);
	assert_true(fread(text, 1, 65535, f) > 1000);
	fclose(f);
	return text;
}

static void is_cpus(struct read *r, struct value v, const char *expected)
{
	assert_int_equal(v.known, KNOWN);
	assert_string_equal(cpuset_text(r->a, v.set), expected);
}

static void is_text(struct value v, const char *expected)
{
	if (!expected) {
		assert_int_equal(v.known, KNOWN_ABSENT);
		return;
	}
	assert_int_equal(v.known, KNOWN);
	assert_string_equal(v.text, expected);
}

static void is_u64(struct value v, uint64_t expected)
{
	assert_int_equal(v.known, KNOWN);
	assert_int_equal(v.u, expected);
}

static void test_what_it_is(void **state)
{
	char *xml = whole();
	struct read r = read_text(xml);
	const struct guest *g = &r.g;

	(void)state;
	is_text(g->name, "web3");
	is_text(g->uuid, "6f3a0000-0000-4000-8000-000000000003");
	is_text(g->title, "shop");
	is_text(g->type, "kvm");
	is_text(g->machine, "pc-q35-7.2");
	is_text(g->cpu_mode, "custom");
	is_text(g->cpu_model, "qemu64");
	is_text(g->os, "linux");
	is_u64(g->sockets, 2);
	is_u64(g->dies, 1);
	is_u64(g->cores, 2);
	is_u64(g->threads, 2);
	is_u64(g->memory_kib, 8388608);
	is_u64(g->balloon_kib, 6 << 20);
	is_u64(g->hugepages, true);
	is_u64(g->hugepage_kib, 1 << 20);
	is_text(g->memballoon, "virtio");
	is_text(g->hyperv, "relaxed vapic");
	is_text(g->kvm_features, "hint-dedicated");
	is_text(g->video, "qxl");
	is_text(g->slow_devices, "hda:ide sdb:lsilogic net1:e1000 net2:default");
	/* these are not in it */
	assert_int_equal(g->state.known, KNOWN_NOT_YET);
	assert_int_equal(g->id.known, KNOWN_NOT_YET);
	assert_int_equal(g->drift.known, KNOWN_NOT_YET);
	arena_free(r.a);
	free(xml);
}

static void test_tuning(void **state)
{
	char *xml = whole();
	struct read r = read_text(xml);
	const struct guest *g = &r.g;
	const struct guest_pin *pin = g->pin.row;
	const struct guest_iothread *iothread = g->iothread.row;
	const struct guest_cell *cell = g->cell.row;

	(void)state;
	is_u64(g->vcpus, 4);
	is_u64(g->vcpus_max, 8);
	is_cpus(&r, g->vcpu_cpuset, "0-2,4-7");
	assert_int_equal(g->pin.n, 8);
	is_cpus(&r, pin[0].cpus, "12");
	is_cpus(&r, pin[1].cpus, "13,77");
	assert_int_equal(pin[2].cpus.known, KNOWN_ABSENT); /* in a comment */
	is_u64(pin[7].vcpu, 7);
	assert_int_equal(pin[0].config_cpus.known, KNOWN_ABSENT);
	is_cpus(&r, g->emulator_cpus, "4-5");
	is_u64(g->iothreads, 3);
	assert_int_equal(g->iothread.n, 3);
	is_u64(iothread[0].id, 2);
	is_cpus(&r, iothread[0].cpus, "6");
	is_u64(iothread[1].id, 1);
	is_u64(iothread[2].id, 3);
	assert_int_equal(iothread[2].cpus.known, KNOWN_ABSENT);
	is_u64(g->shares, 2048);
	is_u64(g->period_us, 100000);
	assert_int_equal(g->emulator_period_us.known, KNOWN_ABSENT);
	assert_int_equal(g->quota_us.i, -1);
	assert_int_equal(g->emulator_quota_us.known, KNOWN_ABSENT);
	is_text(g->scheduler, "fifo 1");
	is_text(g->numatune_mode, "strict");
	is_cpus(&r, g->numatune_nodes, "0-1");
	assert_int_equal(g->cell.n, 2);
	is_cpus(&r, cell[0].vcpus, "0-3");
	is_u64(cell[0].memory_kib, 4194304);
	assert_int_equal(cell[0].nodes.known, KNOWN_ABSENT);
	is_u64(cell[1].id, 1);
	is_u64(cell[1].memory_kib, 4194304);
	is_cpus(&r, cell[1].nodes, "1");
	arena_free(r.a);
	free(xml);
}

static void test_disks(void **state)
{
	static const struct {
		const char *target, *bus, *device, *model, *source, *name;
	} disks[] = {
		{"vda", "virtio", "disk", NULL, "file", "/srv/a b.qcow2"},
		{"hda", "ide", "disk", NULL, "block", "/dev/vg/b"},
		{"sda", "scsi", "disk", "virtio-scsi", "network", "pool/c"},
		{"sdb", "scsi", "lun", "lsilogic", "volume", "p/v"},
		{"hdc", "ide", "cdrom", NULL, "file", NULL},
	};
	char *xml = whole();
	struct read r = read_text(xml);
	const struct guest_disk *d = r.g.disk.row;
	const struct guest_controller *c = r.g.controller.row;

	(void)state;
	assert_int_equal(r.g.disk.n, COUNT(disks));
	for (size_t i = 0; i < COUNT(disks); i++) {
		is_text(d[i].target, disks[i].target);
		is_text(d[i].bus, disks[i].bus);
		is_text(d[i].device, disks[i].device);
		is_text(d[i].model, disks[i].model);
		is_text(d[i].source, disks[i].source);
		is_text(d[i].source_name, disks[i].name);
	}
	is_text(d[0].format, "qcow2");
	is_text(d[0].cache, "none");
	is_text(d[0].io, "native");
	is_text(d[0].discard, "unmap");
	is_u64(d[0].iothread, 2);
	is_u64(d[0].queues, 4);
	is_u64(d[2].iothread, 5); /* of its controller */
	assert_int_equal(d[1].iothread.known, KNOWN_ABSENT);
	assert_int_equal(d[0].reads_per_s.known, KNOWN_NOT_YET);
	assert_int_equal(r.g.controller.n, 3);
	is_text(c[1].name, "scsi1");
	is_text(c[1].model, "virtio-scsi");
	is_u64(c[1].iothread, 5);
	arena_free(r.a);
	free(xml);
}

static void test_devices(void **state)
{
	char *xml = whole();
	struct read r = read_text(xml);
	const struct guest_interface *i = r.g.interface.row;
	const struct guest_hostdev *h = r.g.hostdev.row;
	const struct guest_timer *t = r.g.timer.row;

	(void)state;
	assert_int_equal(r.g.interface.n, 4);
	is_text(i[0].name, "net0");
	is_text(i[0].mac, "52:54:00:00:00:01");
	is_text(i[0].model, "virtio");
	is_text(i[0].source, "bridge");
	is_text(i[0].source_name, "br0");
	is_text(i[0].target, "vnet3");
	is_text(i[0].driver, "vhost");
	is_u64(i[0].queues, 4);
	is_text(i[0].link, "down");
	is_text(i[1].link, "up");
	is_text(i[2].model, NULL);
	assert_int_equal(r.g.hostdev.n, 3);
	is_text(h[0].name, "0000:81:02.1");
	is_text(h[1].name, "0000:82:00.0");
	is_text(h[1].type, "pci");
	is_text(h[2].name, "hostdev2");
	is_text(h[2].type, "usb");
	assert_int_equal(r.g.timer.n, 2);
	is_text(t[0].name, "rtc");
	is_text(t[0].tickpolicy, "catchup");
	assert_int_equal(t[0].present.known, KNOWN_ABSENT);
	is_u64(t[1].present, false);
	arena_free(r.a);
	free(xml);
}

/* What is not said is absent: never zero, never a guess. */
static void test_for_checks(void **state)
{
	struct read r = read_text("<domain type='kvm'><cpu mode='custom' check='none' migratable='off'>"
				  "<topology sockets='1' dies='1' clusters='2' cores='4' threads='1'/>"
				  "<feature policy='require' name='pcid'/><feature policy='disable' name='vmx'/></cpu>"
				  "<cputune><global_quota>-1</global_quota></cputune><devices>"
				  "<disk><driver detect_zeroes='unmap'/><backingStore type='file'>"
				  "<backingStore type='file'><backingStore/></backingStore></backingStore></disk>"
				  "<disk><backingStore/></disk><disk/>"
				  "<input type='tablet' bus='usb'/><input type='mouse' bus='ps2'/>"
				  "<sound model='ich6'/><rng model='virtio'/>"
				  "<memballoon model='virtio' freePageReporting='on'><stats period='10'/></memballoon>"
				  "</devices></domain>");
	const struct guest_disk *disk = r.g.disk.row;

	(void)state;
	is_text(r.g.cpu_check, "none");
	is_u64(r.g.cpu_migratable, false);
	is_text(r.g.cpu_features, "pcid -vmx");
	is_text(r.g.config_cpu_mode, NULL);
	is_u64(r.g.clusters, 2);
	assert_int_equal(r.g.global_quota_us.known, KNOWN);
	assert_int_equal(r.g.global_quota_us.i, -1);
	is_text(disk[0].detect_zeroes, "unmap");
	is_u64(disk[0].backing, 2);
	is_u64(disk[1].backing, 0);
	assert_int_equal(disk[2].backing.known, KNOWN_ABSENT);
	is_text(r.g.inputs, "tablet:usb mouse:ps2");
	is_text(r.g.sound, "ich6");
	is_u64(r.g.rng, true);
	is_u64(r.g.free_page_reporting, true);
	is_u64(r.g.balloon_stats_s, 10);
	arena_free(r.a);
}

static void test_little(void **state)
{
	struct read r = read_text("<domain type='qemu'><name>a</name></domain>");

	(void)state;
	is_u64(r.g.vcpus, 1);
	assert_int_equal(r.g.pin.n, 1);
	is_u64(r.g.iothreads, 0);
	is_u64(r.g.hugepages, false);
	is_text(r.g.machine, NULL);
	is_text(r.g.cpu_mode, NULL);
	is_text(r.g.memballoon, NULL);
	is_text(r.g.slow_devices, NULL);
	assert_int_equal(r.g.memory_kib.known, KNOWN_ABSENT);
	assert_int_equal(r.g.sockets.known, KNOWN_ABSENT);
	assert_int_equal(r.g.disk.known, KNOWN_ABSENT);
	arena_free(r.a);
	/* a topology alone is no model; a model alone is custom */
	r = read_text("<domain><cpu><topology sockets='1' cores='4' threads='1'/></cpu></domain>");
	is_text(r.g.cpu_mode, NULL);
	arena_free(r.a);
	r = read_text("<domain><cpu match='exact'><model>Nehalem</model></cpu></domain>");
	is_text(r.g.cpu_mode, "custom");
	arena_free(r.a);
}

static void test_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t kib;
	} sizes[] = {
		{"<memory>1024</memory>", 1024},
		{"<memory unit='KiB'>1024</memory>", 1024},
		{"<memory unit='kiB'> 7\n</memory>", 7},
		{"<memory unit='b'>1025</memory>", 2},
		{"<memory unit='bytes'>4096</memory>", 4},
		{"<memory unit='KB'>1024</memory>", 1000},
		{"<memory unit='M'>3</memory>", 3072},
		{"<memory unit='MB'>1</memory>", 977},
		{"<memory unit='GiB'>2</memory>", 2 << 20},
		{"<memory unit='T'>1</memory>", UINT64_C(1) << 30},
		{"<memory unit='E'>1</memory>", UINT64_C(1) << 50},
	};
	static const char *const broken[] = {"<memory unit='Q'>1</memory>", "<memory unit='KiBB'>1</memory>",
		"<memory unit='E'>99999999999</memory>", "<memory>-1</memory>", "<memory>many</memory>"};
	char xml[128];

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		snprintf(xml, sizeof(xml), "<domain>%s</domain>", sizes[i].text);
		struct read r = read_text(xml);
		is_u64(r.g.memory_kib, sizes[i].kib);
		is_u64(r.g.balloon_kib, sizes[i].kib);
		arena_free(r.a);
	}
	for (size_t i = 0; i < COUNT(broken); i++) {
		snprintf(xml, sizeof(xml), "<domain>%s</domain>", broken[i]);
		struct read r = read_text(xml);
		assert_int_equal(r.g.memory_kib.known, KNOWN_BROKEN);
		arena_free(r.a);
	}
}

static void test_lists(void **state)
{
	static const char *const good[][2] = {{"0-7,^3", "0-2,4-7"}, {"5", "5"}, {" 1 , 3-4 ", "1,3-4"}, {"^1,1", "1"},
		{"63-64,127-193", "63-64,127-193"}, {"0,^0", ""}, {"100-200,^150", "100-149,151-200"}};
	static const char *const bad[] = {"7-3", "^1-3", "a", ",", "1,", "1-", "0-3:1/2", "65536", "1 2", "--1"};
	char xml[128];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		snprintf(xml, sizeof(xml), "<domain><vcpu cpuset='%s'>2</vcpu></domain>", good[i][0]);
		struct read r = read_text(xml);
		is_cpus(&r, r.g.vcpu_cpuset, good[i][1]);
		arena_free(r.a);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(xml, sizeof(xml), "<domain><vcpu cpuset='%s'>2</vcpu></domain>", bad[i]);
		struct read r = read_text(xml);
		if (r.g.vcpu_cpuset.known != KNOWN_BROKEN)
			fail_msg("%s is taken", bad[i]);
		arena_free(r.a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_is),
		cmocka_unit_test(test_tuning),
		cmocka_unit_test(test_disks),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_for_checks),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
