/* Writes what libvirt counts of simulated guests, with room for counters to grow in place. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_guest.h"
#include "probes/util.h"

enum { OF_STATS = 2200 };

/* A number of so many digits that begins with 1 to 8. */
static uintmax_t count(const struct model *m, const struct sim_guest *g, unsigned item, unsigned digits)
{
	uint64_t tens = 1;

	while (--digits)
		tens *= 10;
	return tens + model_random(m, g->index, OF_STATS + item) % (tens * 7);
}

static void add_guest(const struct sim_guest *g, struct text *t)
{
	sim_text_add(t, "guest %s\n", g->uuid);
}

void sim_guest_traffic(const struct model *m, const struct sim_guest *g, struct text *t)
{
	static const char *const names[] = {"bytes", "pkts"};
	unsigned item = 0;

	add_guest(g, t);
	sim_text_add(t, "state.state=%u\nstate.reason=1\nnet.count=1\nnet.0.name=vnet%u\n", g->paused ? 3 : 1,
		g->id - 1);
	for (int way = 0; way < 2; way++) {
		const char *w = way ? "tx" : "rx";

		for (size_t i = 0; i < COUNT(names); i++)
			sim_text_add(t, "net.0.%s.%s=%ju\n", w, names[i], count(m, g, item++, i ? 11 : 14));
		sim_text_add(t, "net.0.%s.errs=0\nnet.0.%s.drop=%u\n", w, w, way ? 0 : 17);
	}
}

void sim_guest_work(const struct model *m, const struct sim_guest *g, struct text *t)
{
	static const char *const ways[] = {"rd", "wr"};
	unsigned item = 20;

	add_guest(g, t);
	sim_text_add(t, "balloon.current=%ju\nballoon.maximum=%ju\nballoon.rss=%ju\n", (uintmax_t)g->memory_kib,
		(uintmax_t)g->memory_kib, (uintmax_t)(g->memory_kib / 16 * 15));
	sim_text_add(t, "block.count=1\nblock.0.name=%s\nblock.0.path=%s%s%s\n", g->emulated ? "hda" : "vda",
		g->emulated ? "/var/lib/libvirt/images/" : "/dev/vg0/", g->name, g->emulated ? ".qcow2" : "");
	for (size_t i = 0; i < COUNT(ways); i++, item += 3)
		sim_text_add(t, "block.0.%s.reqs=%ju\nblock.0.%s.bytes=%ju\nblock.0.%s.times=%ju\n", ways[i],
			count(m, g, item, 10), ways[i], count(m, g, item + 1, 14), ways[i], count(m, g, item + 2, 15));
	sim_text_add(t, "block.0.fl.reqs=%ju\nblock.0.fl.times=%ju\n", count(m, g, item, 9), count(m, g, item + 1, 14));
	sim_text_add(t, "block.0.allocation=42949672960\nblock.0.capacity=42949672960\n");
	sim_text_add(t, "iothread.count=%u\n", g->iothreads);
	for (unsigned i = 1; i <= g->iothreads; i++)
		sim_text_add(t, "iothread.%u.poll-max-ns=32768\niothread.%u.poll-grow=0\niothread.%u.poll-shrink=0\n",
			i, i, i);
}

void sim_guest_exits(const struct model *m, const struct sim_guest *g, struct text *t)
{
	static const struct {
		const char *name;
		unsigned digits; /* so many that it does not grow by one; 0: it never happens */
	} stats[] = {{"exits", 12}, {"io_exits", 11}, {"mmio_exits", 10}, {"halt_exits", 11}, {"irq_exits", 11},
		{"irq_window_exits", 10}, {"nmi_window_exits", 0}, {"request_irq_exits", 0}, {"insn_emulation", 10},
		{"hypercalls", 10}, {"nested_run", 0}, {"directed_yield_attempted", 0}, {"directed_yield_successful", 0},
		{"halt_attempted_poll", 11}, {"halt_successful_poll", 11}, {"halt_poll_invalid", 0}, {"halt_wakeup", 11},
		{"halt_poll_success_ns", 15}, {"halt_poll_fail_ns", 15}};
	unsigned item = 400;

	add_guest(g, t);
	sim_text_add(t, "cpu.time=%ju\ncpu.user=%ju\ncpu.system=%ju\n", count(m, g, 10, 16), count(m, g, 11, 15),
		count(m, g, 12, 15));
	sim_text_add(t, "cpu.haltpoll.success.time=%ju\ncpu.haltpoll.fail.time=%ju\n", count(m, g, 13, 15),
		count(m, g, 14, 15));
	sim_text_add(t, "vcpu.current=%u\nvcpu.maximum=%u\n", g->vcpus, g->vcpus);
	for (unsigned v = 0; v < g->vcpus; v++) {
		sim_text_add(t, "vcpu.%u.time=%ju\n", v, count(m, g, item++, 15));
		for (size_t i = 0; i < COUNT(stats); i++, item++)
			sim_text_add(t, "vcpu.%u.%s.sum=%ju\n", v, stats[i].name,
				stats[i].digits ? count(m, g, item, stats[i].digits) : 0);
	}
}

void sim_guest_pages(const struct model *m, const struct sim_guest *g, struct text *t)
{
	uint64_t huge = g->memory_kib / 2048 / 16 * 15;

	add_guest(g, t);
	sim_text_add(t, "vm.remote_tlb_flush.sum=%ju\nvm.pages_4k.cur=%ju\nvm.pages_2m.cur=%ju\nvm.pages_1g.cur=0\n",
		count(m, g, 15, 9), (uintmax_t)(g->memory_kib - huge * 2048) / 4, (uintmax_t)huge);
	sim_text_add(t, "vm.nx_lpage_splits.cur=%ju\n", (uintmax_t)(model_random(m, g->index, OF_STATS + 16) % 40));
}
