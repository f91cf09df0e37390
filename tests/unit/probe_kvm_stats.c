/* Tests what KVM counts of guests: libvirt's statistics, debugfs where that does not tell, and why nobody does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/guests.h"
#include "probes/kvm_stats.h"
#include "probes/kvm_stats_names.h"
#include "probes/load.h"
#include "probes/threads.h"
#include "tests/lib/crafted.h"

#define WEB "00000001-aaaa-bbbb-cccc-0123456789ab"
#define OF_WEB "kvm_stats.guest[" WEB "]."
#define OF_PID "kvm_stats.guest[pid4811]."
#define ALL "@virt/stats/vcpu,cpu-total"
#define DEBUGFS "/sys/kernel/debug/kvm/"

/* What the two probes above say: libvirt's guest, and a process of QEMU under that key or its own. */
static void tell(struct crafted *c, const char *type, uint64_t id, const char *key)
{
	struct arena *a;
	struct guests *g = crafted_put(c, &probe_guests, &a);
	struct guest *guest = arena_array(a, 1, sizeof(*guest));
	struct threads *th;
	struct threads_guest *row;
	struct thread *thread;

	guest->uuid = value_text(WEB, 0);
	guest->name = value_text("web3", 0);
	guest->type = type ? value_text(type, 0) : value_error(-EINPROGRESS, 0);
	guest->id = value_u64(id, 0);
	g->guest = (struct rows){.row = guest, .n = 1, .known = KNOWN};
	th = crafted_put(c, &probe_threads, &a);
	row = arena_array(a, 1, sizeof(*row));
	thread = arena_array(a, 3, sizeof(*thread));
	row->key = value_text(key, 0);
	row->pid = value_u64(strcmp(key, WEB) == 0 ? 4711 : 4811, 0);
	row->name = value_text("db1", 0);
	row->type = value_text("kvm", 0);
	row->managed = value_bool(strcmp(key, WEB) == 0, 0);
	for (int i = 0; i < 3; i++)
		thread[i].role = value_text(i ? "vcpu" : "emulator", 0);
	row->thread = (struct rows){.row = thread, .n = 3, .known = KNOWN};
	th->guest = (struct rows){.row = row, .n = 1, .known = KNOWN};
}

/* Two vCPUs: the first with `exits`, the second with twice as many, half of those to QEMU. */
static void virt(struct crafted *c, const char *path, bool head, unsigned exits)
{
	sham_put(c->p.m, path,
		"%scpu.time=1\ncpu.haltpoll.success.time=1000\ncpu.haltpoll.fail.time=2000\nvcpu.current=2\n"
		"vcpu.0.time=1\nvcpu.0.exits.sum=%u\nvcpu.0.io_exits.sum=%u\nvcpu.0.mmio_exits.sum=0\n"
		"vcpu.0.halt_poll_fail_ns.sum=%u000000\nvcpu.0.exits.max=999999\n"
		"vcpu.2.exits.sum=%u\nvcpu.2.io_exits.sum=%u\nvcpu.2.mmio_exits.sum=%u\n",
		head ? "guest " WEB "\n" : "", exits, exits, exits, exits * 2, exits / 2, exits / 2);
}

static struct crafted machine(void)
{
	struct crafted c = crafted_new(&probe_kvm_stats);

	tell(&c, "kvm", 7, WEB);
	sham_error(c.p.m, "@virt/stats/vm", -EINPROGRESS);
	return c;
}

static void test_libvirt(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_error(c.p.m, ALL, -EINPROGRESS);
	crafted_tick(&c);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_NOT_YET);
	sham_error(c.p.m, ALL, 0);
	virt(&c, ALL, true, 1000);
	sham_put(c.p.m, "@virt/stats/vm", "guest " WEB "\nvm.remote_tlb_flush.sum=10\nvm.pages_4k.cur=512\n"
					  "vm.pages_2m.cur=3\nvm.pages_1g.cur=0\nvm.nx_lpage_splits.cur=2\n");
	sham_error(c.p.m, "@virt/stats/vm", 0);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_NOT_YET);
	probing_not(&c.p, OF_WEB "worst_vcpu", KNOWN_NOT_YET);
	probing_is(&c.p, OF_WEB "vcpus", 2);
	probing_is(&c.p, OF_WEB "pages_4k", 512);
	probing_is(&c.p, OF_WEB "nx_lpage_splits", 2);
	probing_near(&c.p, OF_WEB "huge_mapped_share", 75, 1e-9);
	probing_says(&c.p, OF_WEB "type", "kvm");
	probing_is(&c.p, "kvm_stats.counted", 1);
	virt(&c, ALL, true, 21000);
	crafted_pass(&c, 10000);
	probing_near(&c.p, OF_WEB "exits_per_s", 6000, 1e-6);
	probing_near(&c.p, OF_WEB "io_exits_per_s", 3000, 1e-6);
	probing_near(&c.p, OF_WEB "mmio_exits_per_s", 1000, 1e-6);
	probing_near(&c.p, OF_WEB "user_exits_per_s", 4000, 1e-6);
	probing_is(&c.p, OF_WEB "worst_vcpu", 2);
	probing_near(&c.p, OF_WEB "worst_exits_per_s", 4000, 1e-6);
	probing_is(&c.p, OF_WEB "worst_user_vcpu", 0);
	probing_near(&c.p, OF_WEB "worst_user_exits_per_s", 2000, 1e-6);
	probing_near(&c.p, OF_WEB "halt_poll_fail_ms_per_s", 2000, 1e-6);
	probing_near(&c.p, OF_WEB "halt_poll_success_ms_per_s", 0, 1e-9); /* older QEMU: told of the whole guest */
	probing_not(&c.p, OF_WEB "nested_runs_per_s", KNOWN_ABSENT);
	/* what it is is told again after a minute, and how fast it changes then */
	probing_not(&c.p, OF_WEB "remote_tlb_flush_per_s", KNOWN_NOT_YET);
	/* a negative difference is a reset, no rate */
	virt(&c, ALL, true, 20);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_NOT_YET);
	probing_not(&c.p, OF_WEB "worst_exits_per_s", KNOWN_NOT_YET);
	virt(&c, ALL, true, 1020);
	crafted_pass(&c, 10000);
	probing_near(&c.p, OF_WEB "exits_per_s", 300, 1e-6);
	/* another run of the guest */
	tell(&c, "kvm", 8, WEB);
	virt(&c, ALL, true, 5000);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_NOT_YET);
	crafted_end(&c);
}

/* A question to every QEMU is asked seldom, and of the guest on the screen more often. */
static void test_cost(void **state)
{
	static const char *const wanted[] = {WEB};
	struct crafted c = machine();

	(void)state;
	virt(&c, ALL, true, 1000);
	virt(&c, "@virt/" WEB "/stats/vcpu,cpu-total", false, 1000);
	sham_put(c.p.m, "@virt/stats/vm", "guest " WEB "\nvm.pages_4k.cur=1\n");
	sham_error(c.p.m, "@virt/stats/vm", 0);
	for (unsigned s = 0; s < 60; s += 2)
		crafted_pass(&c, 2000);
	assert_in_range(sham_reads(c.p.m, ALL), 6, 7);
	assert_int_equal(sham_reads(c.p.m, "@virt/stats/vm"), 2);
	assert_int_equal(sham_reads(c.p.m, WEB "/stats/vcpu,cpu-total"), 0);
	assert_int_equal(sham_reads(c.p.m, "/exits"), 0);
	c.p.want.guests = wanted;
	c.p.want.nguests = 1;
	crafted_pass(&c, 2000);
	virt(&c, "@virt/" WEB "/stats/vcpu,cpu-total", false, 2000);
	crafted_pass(&c, 2000);
	probing_near(&c.p, OF_WEB "exits_per_s", 1500, 1e-6);
	crafted_end(&c);
}

/* Where libvirt does not know them the kernel may tell root: of all vCPUs together. */
static void test_debugfs(void **state)
{
	struct crafted c = machine();

	(void)state;
	tell(&c, "kvm", 7, "pid4811");
	sham_put(c.p.m, ALL, "guest " WEB "\nvcpu.0.time=1\n");
	sham_put(c.p.m, DEBUGFS "4811-15/exits", "1000\n");
	sham_put(c.p.m, DEBUGFS "4811-15/io_exits", "10\n");
	sham_put(c.p.m, DEBUGFS "4811-15/mmio_exits", "20\n");
	sham_put(c.p.m, DEBUGFS "4811-15/pages_4k", "256\n");
	crafted_tick(&c);
	probing_says(&c.p, OF_PID "folder", "4811-15");
	probing_says(&c.p, OF_PID "name", "db1");
	probing_is(&c.p, OF_PID "vcpus", 2);
	probing_is(&c.p, OF_PID "pages_4k", 256);
	probing_not(&c.p, OF_PID "exits_per_s", KNOWN_NOT_YET);
	sham_put(c.p.m, DEBUGFS "4811-15/exits", "6000\n");
	sham_put(c.p.m, DEBUGFS "4811-15/mmio_exits", "120\n");
	crafted_pass(&c, 10000);
	probing_near(&c.p, OF_PID "exits_per_s", 500, 1e-6);
	assert_int_equal(probing_value(&c.p, OF_PID "exits_per_s").src, 1);
	probing_near(&c.p, OF_PID "user_exits_per_s", 10, 1e-6);
	probing_not(&c.p, OF_PID "worst_vcpu", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "halt_exits_per_s", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "huge_mapped_share", KNOWN_ABSENT);
	/* whoever writes 0 there sets it back */
	sham_put(c.p.m, DEBUGFS "4811-15/exits", "0\n");
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_PID "exits_per_s", KNOWN_NOT_YET);
	/* nonsense, and a guest that ended in between */
	sham_put(c.p.m, DEBUGFS "4811-15/exits", "many\n");
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_PID "exits_per_s", KNOWN_BROKEN);
	sham_remove(c.p.m, DEBUGFS "4811-15");
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_PID "exits_per_s", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "folder", KNOWN_ABSENT);
	crafted_end(&c);
}

static struct threads_guest *refused(struct crafted *c)
{
	struct arena *a;
	struct threads *th = crafted_put(c, &probe_threads, &a);
	struct threads_guest *row = arena_array(a, 1, sizeof(*row));

	crafted_error(c, &probe_guests, -EACCES);
	row->key = value_text("pid4811", 0);
	row->pid = value_u64(4811, 0);
	row->type = value_text("kvm", 0);
	row->managed = value_error(-EACCES, 0);
	th->guest = (struct rows){.row = row, .n = 1, .known = KNOWN};
	return row;
}

/* Not told is not zero, and each why is another one. */
static void test_errors(void **state)
{
	struct crafted c = machine();
	struct threads_guest *row;

	(void)state;
	sham_put(c.p.m, ALL, "guest " WEB "\nvcpu.0.time=1\n"); /* an older QEMU, or a busy one */
	sham_error(c.p.m, "@virt/stats/vm", -EOPNOTSUPP);
	sham_error(c.p.m, DEBUGFS "x", -EACCES);
	sham_error(c.p.m, "/sys/kernel/debug/kvm", -EACCES);
	c.p.want.everything = true;
	crafted_tick(&c);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_DENIED);
	probing_not(&c.p, OF_WEB "pages_4k", KNOWN_DENIED);
	probing_not(&c.p, OF_WEB "folder", KNOWN_DENIED);
	probing_is(&c.p, "kvm_stats.counted", 0);
	sham_error(c.p.m, "/sys/kernel/debug/kvm", -ENODATA);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_NOT_RECORDED);
	sham_error(c.p.m, "/sys/kernel/debug/kvm", -ENOENT);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_ABSENT);
	sham_error(c.p.m, ALL, -ETIMEDOUT);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_BROKEN);
	sham_error(c.p.m, ALL, -EACCES);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_DENIED);
	/* a libvirt that refuses its list, and the kernel knows the process alone */
	row = refused(&c);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_PID "exits_per_s", KNOWN_DENIED);
	row->managed = value_error(-EINPROGRESS, 0);
	crafted_pass(&c, 10000);
	probing_not(&c.p, OF_PID "exits_per_s", KNOWN_NOT_YET);
	/* libvirt and the kernel tell of no guest */
	crafted_error(&c, &probe_guests, -EOPNOTSUPP);
	crafted_error(&c, &probe_threads, -EACCES);
	crafted_pass(&c, 10000);
	probing_not(&c.p, "kvm_stats.counted", KNOWN_DENIED);
	crafted_end(&c);
}

static void test_tcg(void **state)
{
	struct crafted c = machine();

	(void)state;
	tell(&c, "qemu", 7, WEB);
	sham_put(c.p.m, ALL, "guest " WEB "\nvcpu.0.time=1\n");
	sham_put(c.p.m, DEBUGFS "4711-15/exits", "1000\n");
	c.p.want.everything = true;
	crafted_tick(&c);
	probing_says(&c.p, OF_WEB "type", "tcg");
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_ABSENT);
	probing_not(&c.p, OF_WEB "pages_4k", KNOWN_ABSENT);
	assert_int_equal(sham_reads(c.p.m, "/exits"), 0);
	assert_int_equal(sham_reads(c.p.m, ALL), 0);
	crafted_end(&c);
}

/* In the copy of a machine nothing moves: that is not a guest without exits. */
static void test_copy(void **state)
{
	struct crafted c = machine();
	struct arena *a;
	struct load *load = crafted_put(&c, &probe_load, &a);

	(void)state;
	load->busy = value_error(-ENODATA, 0);
	virt(&c, ALL, true, 1000);
	c.p.want.everything = true;
	crafted_tick(&c);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_WEB "exits_per_s", KNOWN_NOT_RECORDED);
	probing_not(&c.p, OF_WEB "worst_vcpu", KNOWN_NOT_RECORDED);
	crafted_end(&c);
}

/* Hundreds of names a guest: what nobody reads is not even kept. */
static void test_names(void **state)
{
	(void)state;
	assert_false(kvm_stat_unread("vcpu.0.exits.sum"));
	assert_false(kvm_stat_unread("vm.pages_1g.cur"));
	assert_false(kvm_stat_unread("vcpu.0.time"));
	assert_false(kvm_stat_unread("block.0.name"));
	assert_false(kvm_stat_unread("vcpu.maximum"));
	assert_true(kvm_stat_unread("vcpu.0.exits.max"));
	assert_true(kvm_stat_unread("vcpu.11.l1d_flush.sum"));
	assert_true(kvm_stat_unread("vm.mmu_recycled.sum"));
	assert_int_equal(kvm_stat_find(slice_of("exits"), 5), 0);
	assert_int_equal(kvm_stat_find(slice_of("exit"), 0), KVM_STATS);
	assert_true(KVM_STATS <= 32); /* bits of `has` */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_libvirt),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_debugfs),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_tcg),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
