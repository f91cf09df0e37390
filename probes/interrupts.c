/* Interrupts: differences of /proc/interrupts and /proc/softirqs, by line and by CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/interrupts_impl.h"

enum {
	TOO_SOON_NS = 100000000,
	FREE_BYTES = 1 << 20, /* a text up to this long is read each tick */
	NS_PER_BYTE = 8, /* a reading is taken to cost no more than this: who measures more was kept from running */
	PAUSE = 100, /* times what a reading costs: it takes a hundredth of a CPU */
};
static const char *const kind_names[NKINDS] = {"device", "timer", "IPI", "other"};

/* What was read of this line's places before. */
static void carry_places(const struct tick *t, struct carry *c, size_t i, struct interrupt *row)
{
	const struct interrupts *prev = t->prev;
	const struct interrupt *old = prev && i < prev->irq.n ? (const struct interrupt *)prev->irq.row + i : NULL;

	if (!old || strcmp(old->name.text, row->name.text) != 0)
		return;
	row->affinity = value_carry(c, old->affinity, TYPE_CPUS);
	row->effective = value_carry(c, old->effective, TYPE_CPUS);
	row->node = value_carry(c, old->node, TYPE_I64);
	row->managed = value_carry(c, old->managed, TYPE_BOOL);
}

static void fill_lines(const struct tick *t, struct interrupts_state *st, struct irq_added *ad, struct interrupt *rows)
{
	struct carry carry = {.a = t->a, .older_ds = t->prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	size_t hint = 0;

	for (size_t i = 0; i < st->now.nlines; i++) {
		struct irq_line *line = &st->now.line[i];
		const struct irq_line *was = irq_table_find(&st->old, line, &hint);
		struct interrupt *row = &rows[i];
		const char *action;
		enum irq_kind kind;

		row->name = value_text(arena_strdup(t->a, line->name), 0);
		row->count = value_u64(line->total, 0);
		if (line->number != IRQ_NAMED) {
			action = irq_split_tail(t->a, line, row);
		} else {
			action = line->tail;
			row->chip = value_error(-ENOENT, 0);
			row->action = *action ? value_text(action, 0) : value_error(-ENOENT, 0);
		}
		kind = irq_kind_of(line, action);
		row->kind = value_text(kind_names[kind], 0);
		if (!was) {
			st->devices.stale = true;
			continue;
		}
		line->asked_ns = was->asked_ns;
		carry_places(t, &carry, (size_t)(was - st->old.line), row);
		irq_add(ad, t->a, was, line, kind, row);
	}
}

/* Rounds of receiving packets on each CPU: the line NET_RX of /proc/softirqs. */
static void fill_softirqs(const struct tick *t, struct interrupts_state *st, struct interrupt_cpu *rows, size_t n)
{
	struct irq_table *now = &st->soft_now, *old = &st->soft_old, swap;
	struct irq_line net = {.name = "NET_RX", .number = IRQ_NAMED};
	const struct irq_line *line, *was;
	const uint32_t *map;
	struct answer answer;
	size_t hint = 0, old_hint = 0, column = 0;
	int err = kept_read(t->h, &st->softirqs, "/proc/softirqs", &answer);

	err = err ? err : irq_table_read(now, t->a, answer.text, answer.len);
	now->ns = t->now_ns;
	line = err ? NULL : irq_table_find(now, &net, &hint);
	was = irq_table_find(old, &net, &old_hint);
	map = err || !was ? NULL : irq_table_columns(t->a, old, now);
	for (size_t i = 0; i < n; i++) {
		size_t k;
		uint32_t more;

		while (!err && column < now->ncolumns && now->column[column] < rows[i].id.u)
			column++;
		if (!line || column == now->ncolumns || now->column[column] != rows[i].id.u) {
			rows[i].net_rx_per_s = value_error(err ? err : -ENOENT, 0);
			continue;
		}
		k = map ? map[column] : column;
		if (!was || k == NO_COLUMN)
			continue;
		more = now->count[line->first + column] - old->count[was->first + k];
		if (more <= WRAP_MOST_PER_S * (double)(now->ns - old->ns) / 1e9)
			rows[i].net_rx_per_s = value_f64(more * 1e9 / (double)(now->ns - old->ns), 0);
	}
	if (!err)
		swap = *old, *old = *now, *now = swap;
}

static void fill_cpus(const struct irq_added *ad, struct interrupt_cpu *rows)
{
	for (size_t i = 0; i < ad->now->ncolumns; i++) {
		const uint64_t *sum = &ad->cpu[i * NKINDS];
		double all = 0, each[NKINDS];

		rows[i].id = value_u64(ad->now->column[i], 0);
		if (ad->seconds == 0 || (ad->columns && ad->columns[i] == NO_COLUMN))
			continue;
		for (int k = 0; k < NKINDS; k++)
			all += each[k] = (double)sum[k] / ad->seconds;
		rows[i].per_s = value_f64(all, 0);
		rows[i].device_per_s = value_f64(each[KIND_DEVICE], 0);
		rows[i].timer_per_s = value_f64(each[KIND_TIMER], 0);
		rows[i].ipi_per_s = value_f64(each[KIND_IPI], 0);
	}
}

/* A machine that runs counts at least its own timer: counters that all stand still are a copy's. */
static void say_not_recorded(struct interrupts *in, struct interrupt *rows, struct interrupt_cpu *cpus)
{
	struct value none = value_error(-ENODATA, 0);

	in->per_s = in->device_per_s = none;
	for (uint32_t i = 0; i < in->irq.n; i++)
		if (rows[i].per_s.known == KNOWN)
			rows[i].per_s = rows[i].busiest = rows[i].busiest_pct = rows[i].cpus = rows[i].landed = none;
	for (uint32_t i = 0; i < in->cpu.n; i++) {
		struct interrupt_cpu *c = &cpus[i];

		if (c->per_s.known == KNOWN)
			c->per_s = c->device_per_s = c->timer_per_s = c->ipi_per_s = none;
		if (value_known(c->net_rx_per_s))
			c->net_rx_per_s = none;
	}
}

static struct value errors(const struct irq_table *t)
{
	static const char *const names[] = {"ERR", "Err", "BAD"};
	struct irq_line line = {.number = IRQ_NAMED};
	const struct irq_line *found;

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t hint = 0;

		strcpy(line.name, names[i]);
		found = irq_table_find(t, &line, &hint);
		if (found)
			return value_u64(found->total, 0);
	}
	return value_error(-ENOENT, 0);
}

static bool is_due(const struct tick *t, const struct interrupts_state *st)
{
	uint64_t since = t->now_ns - st->old.ns;

	return !st->old.ns || (since >= TOO_SOON_NS && (since >= st->every_ns || t->want->everything));
}

/* How long a text that took so long is left alone. */
static void note_cost(struct interrupts_state *st, size_t len, uint64_t ns, struct interrupts *in)
{
	uint64_t most = (uint64_t)len * NS_PER_BYTE;

	st->every_ns = len > FREE_BYTES ? PAUSE * (ns < most ? ns : most) : 0;
	in->every_ms = value_u64(st->every_ns / 1000000, 0);
	in->text_kib = value_u64(len / 1024, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct interrupts_state *st = state;
	struct interrupts *in = facts;
	struct irq_added ad = {.old = &st->old, .now = &st->now};
	struct interrupt_cpu *cpus;
	struct interrupt *rows;
	struct irq_table swap;
	struct answer answer;
	uint64_t from;
	int err;

	if (!is_due(t, st))
		return SAMPLE_SAME;
	from = host_now(t->h);
	err = kept_read(t->h, &st->interrupts, "/proc/interrupts", &answer);
	err = err ? err : irq_table_read(&st->now, t->a, answer.text, answer.len);
	if (err)
		return err;
	st->now.ns = t->now_ns;
	note_cost(st, answer.len, host_now(t->h) - from, in);
	ad.seconds = st->old.ns ? (double)(t->now_ns - st->old.ns) / 1e9 : 0;
	ad.columns = st->old.ns ? irq_table_columns(t->a, ad.old, ad.now) : NULL;
	ad.cpu = arena_array(t->a, st->now.ncolumns * NKINDS, sizeof(*ad.cpu));
	rows = arena_array(t->a, st->now.nlines, sizeof(*rows));
	cpus = arena_array(t->a, st->now.ncolumns, sizeof(*cpus));
	fill_lines(t, st, &ad, rows);
	fill_cpus(&ad, cpus);
	in->irq = (struct rows){.row = rows, .n = (uint32_t)st->now.nlines, .known = KNOWN};
	in->cpu = (struct rows){.row = cpus, .n = (uint32_t)st->now.ncolumns, .known = KNOWN};
	fill_softirqs(t, st, cpus, st->now.ncolumns);
	in->errors = errors(&st->now);
	if (ad.seconds > 0) {
		in->per_s = value_f64((double)ad.all / ad.seconds, 0);
		in->device_per_s = value_f64((double)ad.kind[KIND_DEVICE] / ad.seconds, 0);
		if (!ad.all)
			say_not_recorded(in, rows, cpus);
	}
	interrupt_places(t, st, rows);
	interrupt_devices(t, st, &ad, rows, &in->device);
	swap = st->old, st->old = st->now, st->now = swap;
	return 0;
}

static void end(struct host *h, void *state)
{
	struct interrupts_state *st = state;

	kept_drop(h, &st->interrupts);
	kept_drop(h, &st->softirqs);
	irq_table_free(&st->old);
	irq_table_free(&st->now);
	irq_table_free(&st->soft_old);
	irq_table_free(&st->soft_now);
	free(st->devices.device);
}

const struct interrupt_cpu *interrupt_cpu(const struct interrupts *in, uint64_t id)
{
	return in ? rows_with_id(&in->cpu, sizeof(struct interrupt_cpu), id) : NULL;
}

static const struct row_set sets[] = {
	{"irq", "name", offsetof(struct interrupts, irq), sizeof(struct interrupt), interrupt_fields, NINTERRUPT_FIELDS,
		NULL, 0},
	{"device", "address", offsetof(struct interrupts, device), sizeof(struct interrupt_device),
		interrupt_device_fields, NINTERRUPT_DEVICE_FIELDS, NULL, 0},
	{"cpu", "id", offsetof(struct interrupts, cpu), sizeof(struct interrupt_cpu), interrupt_cpu_fields,
		NINTERRUPT_CPU_FIELDS, NULL, 0},
};

const struct probe probe_interrupts = {
	.name = "interrupts",
	.title = "Interrupts",
	.needs = SOURCES("topology"),
	.size = sizeof(struct interrupts),
	.state_size = sizeof(struct interrupts_state),
	.fields = interrupts_fields,
	.nfields = NINTERRUPTS_FIELDS,
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
