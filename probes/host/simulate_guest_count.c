/* Lets the counters of simulated guests grow in the texts that libvirt's answers are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/answer.h"
#include "probes/host/simulate_guest.h"
#include "probes/host/simulate_guest_count.h"
#include "probes/host/simulate_held.h"
#include "probes/util.h"

/* QEMU acts a disk on IDE out register by register: so many more exits. */
enum { OF_COUNT = 2400, WORK_MS = 250, CLOCK_DIGITS = 19, IO_EXITS = 5, EMULATED = 200 };

/* How much a guest of middling work does in a second. */
static const struct {
	const char *end; /* of the key */
	unsigned rate;
} rates[] = {{".rx.bytes", 300000}, {".rx.pkts", 400}, {".tx.bytes", 900000}, {".tx.pkts", 500}, {".rd.reqs", 30},
	{".rd.bytes", 491520}, {".rd.times", 12000000}, {".wr.reqs", 80}, {".wr.bytes", 655360}, {".wr.times", 64000000},
	{".fl.reqs", 4}, {".fl.times", 8000000}, {"cpu.time", 400000000}, {"cpu.haltpoll.success.time", 6000000},
	{"cpu.haltpoll.fail.time", 4000000}, {".exits.sum", 900}, {".io_exits.sum", IO_EXITS}, {".mmio_exits.sum", 3},
	{".halt_exits.sum", 300}, {".irq_exits.sum", 90}, {".irq_window_exits.sum", 2}, {".insn_emulation.sum", 4},
	{".hypercalls.sum", 1}, {".halt_attempted_poll.sum", 300}, {".halt_successful_poll.sum", 180},
	{".halt_wakeup.sum", 120}, {".halt_poll_success_ns.sum", 3000000}, {".halt_poll_fail_ns.sum", 2000000}};

struct count {
	size_t at; /* where the number is */
	uint64_t rate, rest; /* a second; thousandths */
	unsigned guest;
};

/* One of the texts, and what grows in it. */
struct counts {
	struct held text;
	struct count *count;
	size_t n;
	size_t *begin; /* of each guest in the text; 0 … m->o.guests */
};

enum { TRAFFIC, WORK, EXITS, TEXTS };
static const char *const names[TEXTS] = {SIM_TRAFFIC, SIM_WORK, SIM_EXITS};

struct guest_counts {
	const struct model *m;
	const bool *calm; /* of each guest */
	const uint64_t *now_ns; /* NULL: this machine's clock */
	int root;
	struct counts text[TEXTS];
	struct held connection;
	size_t clock; /* where it says when libvirt answered */
	unsigned ms; /* since work was written */
};

static unsigned rate_of(const char *key, size_t len)
{
	for (size_t i = 0; i < COUNT(rates); i++) {
		size_t n = strlen(rates[i].end);

		if (len >= n && memcmp(key + len - n, rates[i].end, n) == 0)
			return rates[i].rate;
	}
	return 0;
}

/* Notes the numbers of one guest's lines, up to the next guest; returns where those begin. */
static size_t find_counts(const struct model *m, const struct sim_guest *g, struct counts *c, size_t at)
{
	uint64_t eighths = 1 + model_random(m, g->index, OF_COUNT) % 16;
	bool first = true;

	while (at < c->text.len) {
		const char *line = c->text.text + at;
		size_t len = strcspn(line, "\n"), key = strcspn(line, "=\n");
		uint64_t rate = rate_of(line, key) * (g->paused ? 0 : eighths) / 8;

		if (!first && strncmp(line, "guest ", 6) == 0)
			break;
		first = false;
		if (g->emulated && rate_of(line, key) == IO_EXITS)
			rate *= EMULATED;
		if (rate && key < len) {
			c->count = xrealloc(c->count, c->n + 1, sizeof *c->count);
			c->count[c->n++] = (struct count){.at = at + key + 1, .rate = rate, .guest = g->index};
		}
		at += len + 1;
	}
	return at;
}

static void find_all(const struct model *m, struct counts *c)
{
	size_t at = 0;

	c->begin = xcalloc(m->o.guests + 1, sizeof *c->begin);
	for (unsigned i = 0; i < m->o.guests; i++) {
		c->begin[i] = at;
		if (m->guest[i].id)
			at = find_counts(m, &m->guest[i], c, at);
	}
	c->begin[m->o.guests] = at;
}

static int open_text(const char *name, int root, struct counts *c, char why[200])
{
	char path[64];

	snprintf(path, sizeof path, "@virt/stats/%s", name);
	return held_open(root, path, &c->text, why);
}

int guest_counts_open(
	const struct model *m, int root, const bool *calm, struct guest_counts **ret, char why[200])
{
	static const char word[] = "\nanswered_ns=";
	struct guest_counts *c = xcalloc(1, sizeof *c);
	const char *clock;
	int err;

	c->m = m;
	c->calm = calm;
	c->connection.fd = -1;
	for (size_t i = 0; i < TEXTS; i++)
		c->text[i].text.fd = -1;
	c->root = openat(root, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	err = c->root < 0 ? -errno : 0;
	if (err)
		snprintf(why, 200, "cannot open the tree to move its guests: %s", strerror(-err));
	for (size_t i = 0; i < TEXTS && !err; i++)
		err = open_text(names[i], root, &c->text[i], why);
	if (!err)
		err = held_open(root, "@virt/connection", &c->connection, why);
	clock = err ? NULL : strstr(c->connection.text, word);
	if (clock && strspn(clock + strlen(word), "0123456789") == CLOCK_DIGITS) {
		c->clock = (size_t)(clock - c->connection.text) + strlen(word);
	} else if (!err) {
		err = -EINVAL;
		snprintf(why, 200, "its @virt/connection is not what was written: write the tree anew");
	}
	if (err) {
		guest_counts_close(c);
		return err;
	}
	for (size_t i = 0; i < TEXTS; i++)
		find_all(m, &c->text[i]);
	*ret = c;
	return 0;
}

void guest_counts_close(struct guest_counts *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < TEXTS; i++) {
		held_close(&c->text[i].text);
		free(c->text[i].count);
		free(c->text[i].begin);
	}
	held_close(&c->connection);
	out_close(c->root);
	free(c);
}

void guest_counts_clock(struct guest_counts *c, const uint64_t *now_ns)
{
	c->now_ns = now_ns;
}

static int pass(struct counts *c, const bool *calm, unsigned ms)
{
	int err = 0;

	for (size_t i = 0; i < c->n && !err; i++) {
		struct count *n = &c->count[i];
		uint64_t thousandths = calm[n->guest] ? n->rest : n->rate * ms + n->rest;

		n->rest = thousandths % 1000;
		err = number_add(c->text.text + n->at, thousandths / 1000);
	}
	return err;
}

int guest_counts_pass(struct guest_counts *c, unsigned ms)
{
	int err = 0;

	c->ms += ms;
	for (size_t i = 0; i < TEXTS && !err; i++)
		err = pass(&c->text[i], c->calm, ms);
	return err;
}

/* A guest's own file says the same as its part of the text of all. */
static int write_own(const struct guest_counts *c, unsigned text, unsigned i, char why[200])
{
	const struct counts *all = &c->text[text];
	struct held own = {.text = all->text.text + all->begin[i], .len = all->begin[i + 1] - all->begin[i]};
	char path[120];
	int err;

	snprintf(path, sizeof path, "@virt/%s/stats/%s", c->m->guest[i].uuid, names[text]);
	own.fd = openat(c->root, path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (own.fd < 0) {
		err = -errno;
		snprintf(why, 200, "cannot write %s: %s", path, strerror(-err));
		return err;
	}
	err = held_write(&own, 0, own.len, path, why);
	out_close(own.fd);
	return err;
}

/* The text of all guests, and of those that have one of their own that too. */
static int write_text(struct guest_counts *c, unsigned text, char why[200])
{
	char path[64];
	int err;

	snprintf(path, sizeof path, "@virt/stats/%s", names[text]);
	err = held_write(&c->text[text].text, 0, c->text[text].text.len, path, why);
	for (unsigned i = 0; i < c->m->o.guests && !err && text != TRAFFIC; i++) {
		if (c->m->guest[i].id)
			err = write_own(c, text, i, why);
	}
	return err;
}

int guest_counts_write(struct guest_counts *c, char why[200])
{
	char clock[CLOCK_DIGITS + 2];
	int err = write_text(c, TRAFFIC, why);

	snprintf(clock, sizeof clock, "%0*" PRIu64, CLOCK_DIGITS, c->now_ns ? *c->now_ns : clock_now_ns());
	memcpy(c->connection.text + c->clock, clock, CLOCK_DIGITS);
	if (!err)
		err = held_write(&c->connection, c->clock, CLOCK_DIGITS, "@virt/connection", why);
	if (c->ms < WORK_MS)
		return err;
	c->ms = 0;
	for (unsigned i = WORK; i < TEXTS && !err; i++)
		err = write_text(c, i, why);
	return err;
}
