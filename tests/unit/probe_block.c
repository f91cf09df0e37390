/* Tests the disks: which count, where they hang, how they are queued for, rates, waits, and what is not known of them.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/block.h"
#include "probes/host/host.h"
#include "tests/lib/probing.h"

#define BLOCK "/sys/block/"
#define AT(name, field) "block.disk[" name "]." field

static void put(struct probing *p, const char *name, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), BLOCK "%s/%s", name, file);
	sham_put(p->m, path, "%s\n", text);
}

static void put_disk(struct probing *p, const char *name, const char *target, const char *size)
{
	char path[128];

	snprintf(path, sizeof(path), BLOCK "%s", name);
	sham_link(p->m, path, target);
	put(p, name, "size", size);
}

static struct probing machine(void)
{
	struct probing p = probing_new(2);

	put_disk(&p, "sda", "../devices/pci0000:80/0000:80:01.0/0000:81:00.0/host0/target0:0:0/0:0:0:0/block/sda",
		"2097152");
	put(&p, "sda", "device/model", "PERC H740P      ");
	put(&p, "sda", "queue/rotational", "1");
	put(&p, "sda", "queue/scheduler", "none [mq-deadline] kyber bfq");
	put(&p, "sda", "queue/nr_requests", "256");
	put(&p, "sda", "queue/wbt_lat_usec", "75000");
	put(&p, "sda", "queue/rq_affinity", "1");
	put(&p, "sda", "queue/io_poll", "0");
	sham_put(p.m, "/sys/bus/pci/devices/0000:81:00.0/numa_node", "1\n");
	sham_put(p.m, "/proc/diskstats",
		"   8       0 sda 100 0 2000 500 200 0 4000 3000 3 1000 3500 0 0 0 0 10 40\n"
		"   8       1 sda1 100 0 2000 500 200 0 4000 3000 3 1000 3500 0 0 0 0 10 40\n");
	return p;
}

static void test_a_disk(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_is(&p, "block.disks", 1); /* partitions are none */
	probing_says(&p, AT("sda", "kind"), "scsi");
	probing_says(&p, AT("sda", "model"), "PERC H740P");
	probing_is(&p, AT("sda", "size_kib"), 1048576);
	probing_is(&p, AT("sda", "rotational"), 1);
	probing_says(&p, AT("sda", "address"), "0000:81:00.0");
	probing_is(&p, AT("sda", "node"), 1);
	probing_says(&p, AT("sda", "scheduler"), "mq-deadline");
	probing_is(&p, AT("sda", "nr_requests"), 256);
	probing_is(&p, AT("sda", "wbt_lat_us"), 75000);
	probing_is(&p, AT("sda", "rq_affinity"), 1);
	probing_is(&p, AT("sda", "io_poll"), 0);
	probing_is(&p, AT("sda", "in_flight"), 3);
	probing_not(&p, AT("sda", "reads_per_s"), KNOWN_NOT_YET);
	probing_not(&p, AT("sda", "read_wait_us"), KNOWN_NOT_YET);
	assert_non_null(block_disk(snapshot_facts(p.snap, &probe_block), "sda"));
	assert_null(block_disk(snapshot_facts(p.snap, &probe_block), "sdb"));
	assert_null(block_disk(NULL, "sda"));
	probing_end(&p);
}

static void test_rates_and_waits(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	/* 50 reads of 4 KiB in 100 ms, no write, 2 flushes of 5 ms each; busy for half of the two seconds */
	sham_put(p.m, "/proc/diskstats", "   8       0 sda 150 0 2400 600 200 0 4000 3000 1 2000 3600 0 0 0 0 12 50\n");
	probing_pass(&p, 2000);
	probing_near(&p, AT("sda", "reads_per_s"), 25, 1e-6);
	probing_near(&p, AT("sda", "read_bytes_per_s"), 102400, 1e-6);
	probing_near(&p, AT("sda", "read_wait_us"), 2000, 1e-6);
	probing_near(&p, AT("sda", "writes_per_s"), 0, 0);
	probing_near(&p, AT("sda", "write_bytes_per_s"), 0, 0);
	probing_not(&p, AT("sda", "write_wait_us"), KNOWN_ABSENT); /* no write ended: that is not "at once" */
	probing_near(&p, AT("sda", "flushes_per_s"), 1, 1e-6);
	probing_near(&p, AT("sda", "flush_wait_us"), 5000, 1e-6);
	probing_near(&p, AT("sda", "busy"), 50, 1e-6);
	probing_is(&p, AT("sda", "in_flight"), 1);
	probing_near(&p, "block.read_bytes_per_s", 102400, 1e-6);
	/* the kernel's rounding makes no more than all of the time */
	sham_put(p.m, "/proc/diskstats", "   8       0 sda 150 0 2400 600 200 0 4000 3000 1 3004 3600 0 0 0 0 12 50\n");
	probing_pass(&p, 1000);
	probing_near(&p, AT("sda", "busy"), 100, 0);
	/* a disk that was pulled and put back */
	sham_put(p.m, "/proc/diskstats", "   8       0 sda 1 0 2 3 4 0 5 6 0 7 8 0 0 0 0 1 1\n");
	probing_pass(&p, 1000);
	probing_not(&p, AT("sda", "reads_per_s"), KNOWN_NOT_YET);
	probing_not(&p, AT("sda", "read_wait_us"), KNOWN_NOT_YET);
	probing_end(&p);
}

/* Before Linux 5.5 flushes were not counted, before 4.18 nor discards. */
static void test_older_kernels(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_put(p.m, "/proc/diskstats", "   8       0 sda 100 0 2000 500 200 0 4000 3000 3 1000 3500\n");
	probing_tick(&p);
	sham_put(p.m, "/proc/diskstats", "   8       0 sda 110 0 2000 500 200 0 4000 3000 3 1000 3500\n");
	probing_pass(&p, 1000);
	probing_near(&p, AT("sda", "reads_per_s"), 10, 1e-6);
	probing_not(&p, AT("sda", "flushes_per_s"), KNOWN_ABSENT);
	probing_not(&p, AT("sda", "flush_wait_us"), KNOWN_ABSENT);
	probing_end(&p);
}

static void test_a_copy_is_not_idle(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_not(&p, AT("sda", "reads_per_s"), KNOWN_NOT_RECORDED);
	probing_not(&p, AT("sda", "read_wait_us"), KNOWN_NOT_RECORDED);
	probing_not(&p, AT("sda", "busy"), KNOWN_NOT_RECORDED);
	probing_end(&p);
}

static void test_which_count(void **state)
{
	static const struct {
		const char *name, *size;
		bool counts;
	} disks[] = {
		{"loop0", "0", false},
		{"loop1", "8", true},
		{"ram0", "131072", true},
		{"ram1", "0", false},
		{"nbd0", "0", false},
		{"zram0", "0", false},
		{"sdz", "0", true}, /* a disk that lost its size is worth a look */
		{"nvme0n1", "8", true},
		{"nvme0c0n1", "8", false},
		{"nvme0c1n1", "8", false},
		{"dm-0", "8", true},
	};
	struct probing p = machine();

	(void)state;
	for (size_t i = 0; i < COUNT(disks); i++)
		put(&p, disks[i].name, "size", disks[i].size);
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(disks); i++)
		if (disks[i].counts != (block_disk(snapshot_facts(p.snap, &probe_block), disks[i].name) != NULL))
			fail_msg("%s", disks[i].name);
	/* it gets one, and loses it again */
	put(&p, "loop0", "size", "16");
	put(&p, "loop1", "size", "0");
	probing_pass(&p, 10000);
	assert_non_null(block_disk(snapshot_facts(p.snap, &probe_block), "loop0"));
	assert_null(block_disk(snapshot_facts(p.snap, &probe_block), "loop1"));
	probing_end(&p);
}

static void test_names_and_places(void **state)
{
	struct probing p = machine();

	(void)state;
	put_disk(&p, "dm-3", "../devices/virtual/block/dm-3", "8");
	put(&p, "dm-3", "dm/name", "vg0-root");
	put_disk(&p, "md0", "../devices/virtual/block/md0", "8");
	put(&p, "md0", "md/level", "raid1");
	/* an NVMe disk that could have several paths */
	put_disk(&p, "nvme0n1", "../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1", "8");
	put(&p, "nvme0n1", "device/nvme3/state", "live");
	put(&p, "nvme0n1", "device/nvme0n1/size", "8");
	put(&p, "nvme0n1", "device/model", "Samsung SSD");
	sham_link(p.m, "/sys/class/nvme/nvme3", "../../devices/pci0000:80/0000:82:00.0/nvme/nvme3");
	put_disk(&p, "nvme1n1", "../devices/virtual/nvme-subsystem/nvme-subsys1/nvme1n1", "8");
	put(&p, "nvme1n1", "device/nvme1/state", "live");
	put(&p, "nvme1n1", "device/nvme2/state", "live");
	sham_link(p.m, "/sys/class/nvme/nvme1", "../../devices/pci0000:80/0000:83:00.0/nvme/nvme1");
	put(&p, "sdb", "size", "8"); /* an old kernel: a folder of its own */
	sham_link(p.m, BLOCK "sdb/device", "../../devices/pci0000:00/0000:00:1f.2/host1/target1:0:0/1:0:0:0");
	sham_put(p.m, "/sys/bus/pci/devices/0000:82:00.0/numa_node", "-1\n");
	probing_tick(&p);
	probing_says(&p, AT("dm-3", "model"), "vg0-root");
	probing_says(&p, AT("dm-3", "kind"), "mapped");
	probing_not(&p, AT("dm-3", "address"), KNOWN_ABSENT);
	probing_says(&p, AT("md0", "model"), "raid1");
	probing_says(&p, AT("nvme0n1", "address"), "0000:82:00.0");
	probing_says(&p, AT("nvme0n1", "model"), "Samsung SSD");
	probing_not(&p, AT("nvme0n1", "node"), KNOWN_ABSENT);
	probing_not(&p, AT("nvme1n1", "address"), KNOWN_ABSENT);
	probing_says(&p, AT("sdb", "address"), "0000:00:1f.2");
	probing_end(&p);
}

static void test_queues(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	put(&p, "sda", "queue/scheduler", "none");
	sham_error(p.m, BLOCK "sda/queue/wbt_lat_usec", -EINVAL);
	sham_error(p.m, BLOCK "sda/queue/nr_requests", -EACCES);
	probing_pass(&p, 5000);
	probing_says(&p, AT("sda", "scheduler"), "mq-deadline"); /* not due */
	probing_pass(&p, 10000);
	probing_says(&p, AT("sda", "scheduler"), "none");
	probing_not(&p, AT("sda", "wbt_lat_us"), KNOWN_ABSENT);
	probing_not(&p, AT("sda", "nr_requests"), KNOWN_DENIED);
	put(&p, "sda", "queue/scheduler", "none mq-deadline"); /* nothing is chosen */
	probing_pass(&p, 15000);
	probing_not(&p, AT("sda", "scheduler"), KNOWN_BROKEN);
	probing_end(&p);
}

static void test_what_cannot_be_read(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_error(p.m, "/proc/diskstats", -EACCES);
	probing_tick(&p);
	probing_not(&p, AT("sda", "reads_per_s"), KNOWN_DENIED);
	probing_not(&p, AT("sda", "in_flight"), KNOWN_DENIED);
	probing_says(&p, AT("sda", "model"), "PERC H740P");
	sham_put(p.m, "/proc/diskstats", "8 0\nnonsense\n8 0 sda x\n8 0 sda 1 2 3\n");
	sham_error(p.m, "/proc/diskstats", 0);
	probing_pass(&p, 1000);
	probing_not(&p, AT("sda", "reads_per_s"), KNOWN_ABSENT);
	sham_error(p.m, "/sys/block", -EACCES);
	sham_remove(p.m, "/sys/block");
	probing_pass(&p, 10000);
	assert_null(snapshot_facts(p.snap, &probe_block));
	probing_end(&p);
	p = probing_new(1);
	probing_tick(&p);
	probing_is(&p, "block.disks", 0);
	probing_end(&p);
}

/* A volume of a pool is made of the disks below it, which count already. */
static void test_volumes_do_not_count_twice(void **state)
{
	struct probing p = machine();

	(void)state;
	put_disk(&p, "zd0", "../devices/virtual/block/zd0", "8");
	sham_put(p.m, "/proc/diskstats",
		"   8       0 sda 100 0 2000 500 200 0 4000 3000 0 1000 3500\n"
		" 230       0 zd0 100 0 2000 500 200 0 4000 3000 0 1000 3500\n");
	probing_tick(&p);
	sham_put(p.m, "/proc/diskstats",
		"   8       0 sda 110 0 2010 500 200 0 4000 3000 0 1000 3500\n"
		" 230       0 zd0 110 0 2010 500 200 0 4000 3000 0 1000 3500\n");
	probing_pass(&p, 1000);
	probing_near(&p, AT("zd0", "read_bytes_per_s"), 5120, 1e-6);
	probing_near(&p, "block.read_bytes_per_s", 5120, 1e-6);
	probing_end(&p);
}

/* A slash in a disk's name is one in its counters and none in its folder. */
static void test_names_with_slashes(void **state)
{
	struct probing p = machine();

	(void)state;
	put(&p, "cciss!c0d0", "size", "8");
	sham_put(p.m, "/proc/diskstats", " 104       0 cciss/c0d0 100 0 2000 500 200 0 4000 3000 7 1000 3500\n");
	probing_tick(&p);
	probing_is(&p, AT("cciss!c0d0", "in_flight"), 7);
	sham_put(p.m, "/proc/diskstats", " 104       0 cciss/c0d0 110 0 2010 500 200 0 4000 3000 7 1000 3500\n");
	probing_pass(&p, 1000);
	probing_near(&p, AT("cciss!c0d0", "reads_per_s"), 10, 1e-6);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_disk),
		cmocka_unit_test(test_rates_and_waits),
		cmocka_unit_test(test_older_kernels),
		cmocka_unit_test(test_a_copy_is_not_idle),
		cmocka_unit_test(test_which_count),
		cmocka_unit_test(test_names_and_places),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_what_cannot_be_read),
		cmocka_unit_test(test_volumes_do_not_count_twice),
		cmocka_unit_test(test_names_with_slashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
