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
	sim_text_add(t, "cpu.time=%ju\ncpu.user=%ju\ncpu.system=%ju\n", count(m, g, 10, 16), count(m, g, 11, 15),
		count(m, g, 12, 15));
	sim_text_add(t, "balloon.current=%ju\nballoon.maximum=%ju\nballoon.rss=%ju\n", (uintmax_t)g->memory_kib,
		(uintmax_t)g->memory_kib, (uintmax_t)(g->memory_kib / 16 * 15));
	sim_text_add(t, "vcpu.current=%u\nvcpu.maximum=%u\n", g->vcpus, g->vcpus);
	for (unsigned v = 0; v < g->vcpus; v++, item += 8) {
		sim_text_add(t, "vcpu.%u.state=1\nvcpu.%u.time=%ju\nvcpu.%u.wait=0\nvcpu.%u.delay=%ju\n", v, v,
			count(m, g, item, 15), v, v, count(m, g, item + 1, 13));
		sim_text_add(t, "vcpu.%u.exits.sum=%ju\nvcpu.%u.halt_exits.sum=%ju\n", v, count(m, g, item + 2, 12), v,
			count(m, g, item + 3, 11));
		sim_text_add(t, "vcpu.%u.halt_poll_success_ns.sum=%ju\nvcpu.%u.halt_poll_fail_ns.sum=%ju\n", v,
			count(m, g, item + 4, 14), v, count(m, g, item + 5, 14));
	}
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
