/* Makes rows of the busiest tasks of the host. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/memory_read.h"
#include "probes/tasks_impl.h"

struct found {
	const struct one_program *program;
	const struct one_task *task; /* the program's own: all its threads together, or the only one */
};

struct founds {
	struct found *row;
	size_t n, room;
	uint64_t processes, unread, rated; /* rated: of how many it is known how busy they are */
};

static void add(struct founds *f, const struct one_program *p, const struct one_task *task)
{
	if (!task->rated || task->busy < TASK_BUSY)
		return;
	if (f->n == f->room) {
		f->room = f->room * 2 + TASK_ROWS;
		f->row = xrealloc(f->row, f->room, sizeof(*f->row));
	}
	f->row[f->n++] = (struct found){p, task};
}

static void add_program(struct founds *f, const struct one_program *p)
{
	bool known = false;

	if (p->task.kernel && strncmp(p->task.comm, "vhost-", 6) == 0) /* carries the packets of a guest */
		return;
	f->processes++;
	f->unread += p->task.err && p->task.err != -EINPROGRESS;
	f->rated += p->task.rated;
	for (size_t i = 0; i < p->n; i++)
		known = known || p->thread[i].rated;
	if (!known)
		add(f, p, &p->task);
	for (size_t i = 0; known && i < p->n; i++)
		add(f, p, &p->thread[i]);
}

static int by_busy(const void *a, const void *b)
{
	const struct one_task *x = ((const struct found *)a)->task, *y = ((const struct found *)b)->task;

	if (x->busy > y->busy || x->busy < y->busy)
		return x->busy > y->busy ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static struct value aged(const struct tick *t, struct value v, uint64_t ns)
{
	if (value_known(v) && ns < t->now_ns)
		value_age(&v, (t->now_ns - ns) / 100000000);
	return v;
}

static struct value allowed_of(const struct tick *t, const struct one_task *k)
{
	if (k->allowed_err || !k->allowed)
		return value_error(k->allowed_err ? k->allowed_err : -EINPROGRESS, 0);
	return aged(t, value_set(cpuset_copy(t->a, k->allowed), 0), k->ns);
}

static void fill_row(const struct tick *t, const struct found *f, struct tasks_task *row)
{
	const struct one_program *p = f->program;
	const struct one_task *k = f->task;
	bool whole = k == &p->task, sum = whole && !tasks_single(p);
	const char *policy = task_policy_word(k->policy);
	unsigned src = whole;

	row->tid = value_u64(k->id, 0);
	row->pid = value_u64(p->task.id, 0);
	row->comm = value_text(arena_strdup(t->a, k->comm), 0);
	row->process = value_text(arena_strdup(t->a, p->task.comm), 0);
	row->kernel = value_bool(p->task.kernel, 0);
	row->threads = value_u64(sum ? k->nthreads : 1, 0);
	row->busy = aged(t, value_f64(k->busy, src), k->ns);
	if (sum) {
		row->last_cpu = row->allowed = row->policy = row->priority =
			p->many ? value_skipped("too many threads") : value_error(-EINPROGRESS, 0);
		return;
	}
	row->last_cpu = aged(t, value_u64(k->cpu, src), k->ns);
	row->allowed = allowed_of(t, k);
	row->policy = policy ? value_text(policy, src) : value_error(-EINVAL, src);
	row->priority = k->priority ? value_u64(k->priority, src) : value_error(-ENOENT, src);
}

static void fill_rows(const struct tick *t, const struct tasks_state *st, struct founds *f, struct tasks *ret)
{
	struct tasks_task *rows;
	int err = 0;

	if (st->list_err && !st->n)
		err = st->list_err;
	else if (host_stands_still(t))
		err = -ENODATA;
	else if (f->processes && !f->rated)
		err = -EINPROGRESS;
	if (err) {
		ret->task = (struct rows){.known = value_error(err, 0).known, .err = err};
		return;
	}
	if (f->n)
		qsort(f->row, f->n, sizeof(*f->row), by_busy);
	if (f->n > TASK_ROWS)
		f->n = TASK_ROWS;
	rows = arena_array(t->a, f->n, sizeof(*rows));
	for (size_t i = 0; i < f->n; i++)
		fill_row(t, &f->row[i], &rows[i]);
	ret->task = (struct rows){.row = rows, .n = (uint32_t)f->n, .known = KNOWN};
}

void tasks_fill(const struct tick *t, const struct tasks_state *st, struct tasks *ret)
{
	struct founds f = {0};

	for (size_t i = 0; i < st->n; i++)
		add_program(&f, &st->program[i]);
	fill_rows(t, st, &f, ret);
	free(f.row);
	ret->processes = ret->unread = ret->round_s = value_error(st->list_err, 0);
	if (st->list_err && !st->n)
		return;
	ret->processes = value_u64(f.processes, 0);
	ret->unread = st->hidden ? value_error(-EACCES, 0) : value_u64(f.unread, 0);
	ret->round_s = st->round_ns ? value_f64((double)st->round_ns / 1e9, 0) : value_error(-EINPROGRESS, 0);
}
