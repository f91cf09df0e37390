/* CPU load: differences of /proc/stat, one read for all CPUs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/load.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"

enum { TOO_SOON_NS = 100000000, TOO_FEW = 5 }; /* jiffies a CPU: fewer are noise */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, GUEST, GUEST_NICE, NTIMES };

struct times {
	uint64_t id;
	uint64_t t[NTIMES]; /* jiffies; guest is included in user */
};

struct state {
	struct kept stat;
	struct times *old, *new;
	size_t nold, room_old, nnew, room_new;
	struct times all_old, all_new;
	struct counters {
		bool has_ctxt, has_intr; /* a text without them says nothing, least of all 0 */
		uint64_t ctxt, intr, ns; /* ns: when they were read */
	} old_sums;
	bool any;
};

static const char *const src_stat[] = {"/proc/stat", NULL};

#define SHARE(member, label, flags, meaning) \
	FIELD(struct load_cpu, member, label, TYPE_F64, UNIT_PERCENT, FIELD_MOVES | (flags), src_stat, meaning)

static const struct field cpu_fields[] = {
	FIELD(struct load_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, src_stat, "The kernel's number of this CPU."),
	SHARE(busy, "Busy", FIELD_HISTORY,
		"Share of the last interval in which this CPU did work: not idle, not waiting, not stolen."),
	SHARE(user, "User", 0, "Share spent in programs, guests included."),
	SHARE(guest, "Guest", 0, "Share spent in virtual CPUs of guests."),
	SHARE(system, "System", 0, "Share spent in the kernel, interrupts included."),
	SHARE(iowait, "I/O wait", 0, "Share in which it was idle while a task it ran last waited for I/O."),
	SHARE(steal, "Steal", 0,
		"Share that another hypervisor took: above zero only where this host is itself a guest."),
};

static const struct field fields[] = {
	FIELD(struct load, busy, "Busy", TYPE_F64, UNIT_PERCENT, FIELD_MOVES | FIELD_HISTORY, src_stat,
		"Share of the last interval in which the CPUs did work, over all that are online."),
	FIELD(struct load, ctxt_per_s, "Context switches", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, src_stat,
		"Switches from one task to another, all CPUs, per second."),
	FIELD(struct load, intr_per_s, "Interrupts", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, src_stat,
		"Interrupts that were served, all CPUs, per second."),
	FIELD(struct load, running, "Running tasks", TYPE_U64, UNIT_COUNT, FIELD_MOVES, src_stat,
		"Tasks that run or could run at this moment."),
};

static const struct row_set sets[] = {
	{"cpu", "id", offsetof(struct load, cpu), sizeof(struct load_cpu), TABLE(cpu_fields), NULL, 0},
};

/* Numbers parted by blanks, up to the end of the line. This loop reads 5,000 numbers a tick on a host of 512 CPUs. */
static const char *numbers(const char *p, uint64_t *out, int n)
{
	int i = 0;

	while (i < n) {
		uint64_t v = 0;

		while (*p == ' ')
			p++;
		if (*p < '0' || *p > '9')
			break;
		for (; *p >= '0' && *p <= '9'; p++)
			v = v * 10 + (uint64_t)(*p - '0');
		out[i++] = v;
	}
	while (i < n)
		out[i++] = 0;
	return p;
}

static struct times *next_row(struct state *st)
{
	if (st->nnew == st->room_new) {
		st->room_new = st->room_new ? st->room_new * 2 : 64;
		st->new = xrealloc(st->new, st->room_new, sizeof(*st->new));
	}
	return &st->new[st->nnew++];
}

static const char *read_cpu(struct state *st, const char *p)
{
	struct times *row;
	uint64_t id;

	if (*p == ' ')
		return numbers(p, st->all_new.t, NTIMES);
	if (*p < '0' || *p > '9')
		return p;
	p = numbers(p, &id, 1);
	row = next_row(st);
	row->id = id;
	return numbers(p, row->t, NTIMES);
}

static void read_stat(struct state *st, const char *p, struct counters *sums, struct load *l)
{
	uint64_t running;

	st->nnew = 0;
	l->running = value_error(-ENOENT, 0);
	while (*p) {
		if (strncmp(p, "cpu", 3) == 0) {
			p = read_cpu(st, p + 3);
		} else if (strncmp(p, "ctxt ", 5) == 0) {
			sums->has_ctxt = true;
			p = numbers(p + 5, &sums->ctxt, 1);
		} else if (strncmp(p, "intr ", 5) == 0) {
			sums->has_intr = true;
			p = numbers(p + 5, &sums->intr, 1); /* the first is the sum */
		} else if (strncmp(p, "procs_running ", 14) == 0) {
			p = numbers(p + 14, &running, 1);
			l->running = value_u64(running, 0);
		}
		p = strchr(p, '\n');
		if (!p)
			break;
		p++;
	}
}

struct shares {
	double busy, user, guest, system, iowait, steal;
};

/* A counter that went back (a CPU that came back online, iowait) counts as no time. */
static uint64_t delta(const struct times *old, const struct times *new, int i)
{
	return new->t[i] > old->t[i] ? new->t[i] - old->t[i] : 0;
}

static bool shares(const struct times *old, const struct times *new, struct shares *ret)
{
	uint64_t d[NTIMES], total = 0;

	for (int i = 0; i < NTIMES; i++)
		d[i] = delta(old, new, i);
	for (int i = 0; i <= STEAL; i++)
		total += d[i];
	if (!total)
		return false;
	*ret = (struct shares){
		.busy = 100.0 * (double)(total - d[IDLE] - d[IOWAIT] - d[STEAL]) / (double)total,
		.user = 100.0 * (double)(d[USER] + d[NICE]) / (double)total,
		.guest = 100.0 * (double)(d[GUEST] + d[GUEST_NICE]) / (double)total,
		.system = 100.0 * (double)(d[SYSTEM] + d[IRQ] + d[SOFTIRQ]) / (double)total,
		.iowait = 100.0 * (double)d[IOWAIT] / (double)total,
		.steal = 100.0 * (double)d[STEAL] / (double)total,
	};
	return true;
}

static const struct times *old_row(const struct state *st, uint64_t id, size_t hint)
{
	if (hint < st->nold && st->old[hint].id == id)
		return &st->old[hint];
	for (size_t i = 0; i < st->nold; i++)
		if (st->old[i].id == id)
			return &st->old[i];
	return NULL;
}

/* Counters that stood still recorded nothing: those of a directory, or of an interval shorter than a jiffy. */
static void fill_cpu(const struct state *st, size_t i, struct load_cpu *ret)
{
	const struct times *old = old_row(st, st->new[i].id, i);
	struct shares s;

	ret->id = value_u64(st->new[i].id, 0);
	if (!old)
		return; /* not yet */
	if (!shares(old, &st->new[i], &s)) {
		ret->busy = ret->user = ret->guest = ret->system = ret->iowait = ret->steal = value_error(-ENODATA, 0);
		return;
	}
	ret->busy = value_f64(s.busy, 0);
	ret->user = value_f64(s.user, 0);
	ret->guest = value_f64(s.guest, 0);
	ret->system = value_f64(s.system, 0);
	ret->iowait = value_f64(s.iowait, 0);
	ret->steal = value_f64(s.steal, 0);
}

static int by_id(const void *a, const void *b)
{
	const struct load_cpu *x = a, *y = b;

	return x->id.u < y->id.u ? -1 : x->id.u > y->id.u;
}

static void fill_rows(const struct tick *t, const struct state *st, struct load *l)
{
	struct load_cpu *rows = arena_array(t->a, st->nnew, sizeof(*rows));
	bool sorted = true;

	for (size_t i = 0; i < st->nnew; i++) {
		fill_cpu(st, i, &rows[i]);
		sorted = sorted && (!i || rows[i - 1].id.u < rows[i].id.u);
	}
	if (!sorted) /* then there are at least two */
		qsort(rows, st->nnew, sizeof(*rows), by_id);
	l->cpu = (struct rows){.row = rows, .n = (uint32_t)st->nnew, .known = KNOWN};
}

static struct value rate(bool has, uint64_t now, bool had, uint64_t before, uint64_t dt_ns)
{
	if (!has)
		return value_error(-ENOENT, 0);
	if (!had || !dt_ns || now < before)
		return (struct value){.known = KNOWN_NOT_YET};
	return value_f64((double)(now - before) * 1e9 / (double)dt_ns, 0);
}

/* A key can ask for a tick right behind another: what was measured over a whole interval stays. */
static bool too_soon(const struct tick *t, const struct state *st)
{
	uint64_t total = 0;

	if (!st->any || t->now_ns - st->old_sums.ns >= TOO_SOON_NS)
		return false;
	for (int i = 0; i <= STEAL; i++)
		total += delta(&st->all_old, &st->all_new, i);
	return total < (uint64_t)TOO_FEW * st->nnew;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct state *st = state;
	struct load *l = facts;
	struct answer answer;
	struct times *swap;
	struct shares s;
	struct counters sums = {.ns = t->now_ns}, *old = &st->old_sums;
	size_t room;
	bool still;
	int err = kept_read(t->h, &st->stat, "/proc/stat", &answer);

	if (err)
		return err;
	read_stat(st, answer.text, &sums, l);
	if (too_soon(t, st))
		return SAMPLE_SAME;
	fill_rows(t, st, l);
	if (st->any)
		l->busy = shares(&st->all_old, &st->all_new, &s) ? value_f64(s.busy, 0) : value_error(-ENODATA, 0);
	still = st->any && !value_known(l->busy);
	l->ctxt_per_s = rate(sums.has_ctxt, sums.ctxt, old->has_ctxt, old->ctxt, sums.ns - old->ns);
	l->intr_per_s = rate(sums.has_intr, sums.intr, old->has_intr, old->intr, sums.ns - old->ns);
	if (still) /* where no time passed on the CPUs nothing was recorded of these either */
		l->ctxt_per_s = l->intr_per_s = value_error(-ENODATA, 0);
	swap = st->old, room = st->room_old;
	st->old = st->new, st->nold = st->nnew, st->room_old = st->room_new;
	st->new = swap, st->room_new = room;
	st->all_old = st->all_new, st->old_sums = sums;
	st->any = true;
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	kept_drop(h, &st->stat);
	free(st->old);
	free(st->new);
}

const struct load_cpu *load_cpu(const struct load *l, uint64_t id, uint32_t *hint)
{
	const struct load_cpu *rows = l ? l->cpu.row : NULL;
	uint32_t low = 0, high = l ? l->cpu.n : 0;

	if (hint && *hint < high && rows[*hint].id.u == id)
		return &rows[(*hint)++];
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (rows[mid].id.u == id) {
			if (hint)
				*hint = mid + 1;
			return &rows[mid];
		}
		if (rows[mid].id.u < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct probe probe_load = {
	.name = "load",
	.title = "CPU load",
	.size = sizeof(struct load),
	.state_size = sizeof(struct state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
