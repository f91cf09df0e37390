/* The rows of placement: guests of libvirt's list with their threads, and processes that are not in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/placement_guests.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/text.h"

static int by_key(const void *a, const void *b)
{
	const struct threads_guest *const *x = a, *const *y = b;

	return strcmp((*x)->key.text, (*y)->key.text);
}

static int key_is(const void *key, const void *row)
{
	const struct threads_guest *const *g = row;

	return strcmp(key, (*g)->key.text);
}

static bool here(const struct joint *j)
{
	return j->guests && value_u64_or(j->guests->of_this_machine, 0);
}

/* What its threads say nothing of, and why. */
static void not_joined(struct placement_guest *row, struct value why)
{
	row->joined = value_bool(false, 0);
	row->pid = row->pinned = row->cpus = row->nodes = row->busy = row->wait_ms_per_s = row->wait_us =
		row->wait_thread = row->conflicts = row->conflict = row->memory_node = row->memory_percent =
			row->memory_far_percent = why;
	row->thread = (struct rows){.known = why.known, .err = why.err};
	if (why.known == KNOWN_SKIPPED) /* a list has no words of its own */
		row->thread = (struct rows){.known = KNOWN_ABSENT, .err = -ENOENT};
	row->clash = row->thread;
}

static struct value why_not(const struct joint *j, const struct guest *g)
{
	bool runs = value_known(g->state) && strcmp(g->state.text, "running") == 0;

	if (value_known(j->guests->of_this_machine) && !j->guests->of_this_machine.u)
		return value_skipped("it is on another host");
	if (!value_known(j->guests->of_this_machine) || !runs)
		return value_error(runs ? -EINPROGRESS : -ENOENT, 0);
	if (!j->threads)
		return value_error(-EINPROGRESS, 0);
	return value_error(j->threads->guest.known == KNOWN ? -EINPROGRESS : j->threads->guest.err, 0);
}

static void fill_listed(struct joint *j, const struct guest *g, struct placement_guest *row)
{
	row->key = value_carry(&j->carry_guests, g->uuid, TYPE_TEXT);
	row->name = value_carry(&j->carry_guests, g->name, TYPE_TEXT);
	row->state = value_carry(&j->carry_guests, g->state, TYPE_TEXT);
	row->managed = value_bool(true, 0);
	row->vcpus = value_carry(&j->carry_guests, g->vcpus, TYPE_U64);
	row->key.src = row->name.src = row->state.src = row->vcpus.src = 0;
}

static void fill_unlisted(struct joint *j, const struct threads_guest *g, struct placement_guest *row)
{
	const struct thread *threads = g->thread.row;
	uint64_t vcpus = 0;

	for (uint32_t i = 0; i < g->thread.n; i++)
		vcpus += strcmp(value_text_or(threads[i].role, ""), "vcpu") == 0;
	row->key = value_carry(&j->carry_threads, g->key, TYPE_TEXT);
	row->name = value_carry(&j->carry_threads, g->name, TYPE_TEXT);
	row->state = value_text("running", 0);
	row->managed = g->managed;
	row->vcpus = vcpus ? value_u64(vcpus, 0) : value_error(-ENOENT, 0);
}

static void add_guest(struct joint *j, const struct guest *g, const struct threads_guest *t, struct placement_guest *row)
{
	struct placed_guest *p = &j->guest[j->nguests++];
	const char *name = value_text_or(row->name, row->key.text);

	*p = (struct placed_guest){.guest = g, .threads = t, .row = row};
	text_printable(p->name, sizeof(p->name), name);
	text_printable(p->brief, sizeof(p->brief), name);
	for (char *c = p->brief; *c; c++)
		*c = *c == ' ' || *c == '/' ? '_' : *c;
	row->joined = value_bool(true, 0);
	row->pid = value_carry(&j->carry_threads, t->pid, TYPE_U64);
}

void placement_guests(struct joint *j, struct placement *ret)
{
	const struct guest *listed = j->guests ? j->guests->guest.row : NULL;
	const struct threads_guest *found = j->threads ? j->threads->guest.row : NULL;
	uint32_t nlisted = j->guests ? j->guests->guest.n : 0, nfound = j->threads ? j->threads->guest.n : 0, n = 0;
	const struct threads_guest **index = arena_array(j->scratch, nfound, sizeof(*index));
	struct placement_guest *rows = arena_array(j->t->a, (size_t)nlisted + nfound, sizeof(*rows));
	bool *taken = arena_array(j->scratch, nfound, sizeof(*taken));

	for (uint32_t i = 0; i < nfound; i++)
		index[i] = &found[i];
	if (nfound)
		qsort(index, nfound, sizeof(*index), by_key);
	j->guest = arena_array(j->scratch, nfound, sizeof(*j->guest));
	for (uint32_t i = 0; i < nlisted; i++) {
		const struct threads_guest **at = NULL;

		if (!value_known(listed[i].uuid))
			continue;
		if (nfound && here(j))
			at = bsearch(listed[i].uuid.text, index, nfound, sizeof(*index), key_is);
		fill_listed(j, &listed[i], &rows[n]);
		if (at && !taken[*at - found]) {
			taken[*at - found] = true;
			add_guest(j, &listed[i], *at, &rows[n]);
		} else {
			not_joined(&rows[n], why_not(j, &listed[i]));
		}
		n++;
	}
	for (uint32_t i = 0; i < nfound; i++) {
		if (taken[i])
			continue;
		fill_unlisted(j, &found[i], &rows[n]);
		add_guest(j, NULL, &found[i], &rows[n]);
		n++;
	}
	ret->guest = (struct rows){.row = rows, .n = n, .known = KNOWN};
}

static uint8_t role_of(const struct thread *th)
{
	static const char *const words[] = {"vcpu", "emulator", "iothread", "vhost"};

	for (uint8_t i = 0; i < COUNT(words); i++)
		if (strcmp(value_text_or(th->role, ""), words[i]) == 0)
			return i;
	return PLACED_VHOST;
}

/* What a thread has that nobody pinned: all that guests may have, without what is isolated. */
static const struct cpuset *everything(struct joint *j, const struct threads_guest *g)
{
	const struct cpuset *slice = value_known(g->slice_cpus) ? g->slice_cpus.set : NULL;
	struct cpuset *all;

	if (!j->online)
		return slice;
	all = cpuset_copy(j->scratch, j->online);
	CPUSET_EACH(id, j->online)
	if ((slice && !cpuset_has(slice, (uint32_t)id)) || cpuset_has(j->isolated, (uint32_t)id))
		cpuset_remove(all, (uint32_t)id);
	return all;
}

static void fill_thread(struct joint *j, uint32_t guest, const struct thread *from, struct placed_thread *th)
{
	struct placement_thread *row = th->row;
	const struct cpuset *all = j->guest[guest].all;

	th->from = from;
	th->guest = guest;
	th->role = role_of(from);
	th->now = value_known(from->last_cpu) ? (int64_t)from->last_cpu.u : -1;
	th->busy = value_f64_or(from->busy, 0);
	row->tid = from->tid;
	row->name = value_carry(&j->carry_threads, from->name, TYPE_TEXT);
	row->role = value_carry(&j->carry_threads, from->role, TYPE_TEXT);
	row->number = from->number;
	row->allowed = value_carry(&j->carry_threads, from->allowed, TYPE_CPUS);
	row->now = value_carry(&j->carry_threads, from->last_cpu, TYPE_U64);
	row->busy = value_carry(&j->carry_threads, from->busy, TYPE_F64);
	row->wait_ms_per_s = value_carry(&j->carry_threads, from->wait_ms_per_s, TYPE_F64);
	row->wait_us = value_carry(&j->carry_threads, from->wait_us, TYPE_F64);
	row->name.src = row->role.src = row->number.src = 0;
	row->pinned = !value_known(from->allowed) ? value_error(from->allowed.err, 0)
		      : !all			  ? value_error(-ENOENT, 0)
						  : value_bool(!cpuset_subset(all, from->allowed.set), 0);
	th->pinned = value_u64_or(row->pinned, 0);
	row->others = row->conflict = row->severity = value_error(-ENOENT, 0);
}

void placement_threads(struct joint *j)
{
	uint32_t total = 0;

	for (uint32_t g = 0; g < j->nguests; g++)
		total += j->guest[g].threads->thread.n;
	j->thread = arena_array(j->scratch, total, sizeof(*j->thread));
	for (uint32_t g = 0; g < j->nguests; g++) {
		struct placed_guest *p = &j->guest[g];
		const struct rows *from = &p->threads->thread;
		struct placement_thread *rows = arena_array(j->t->a, from->n, sizeof(*rows));
		bool same = g && p->threads->slice_cpus.known == j->guest[g - 1].threads->slice_cpus.known &&
			    value_equal(p->threads->slice_cpus, j->guest[g - 1].threads->slice_cpus, TYPE_CPUS);

		p->all = same ? j->guest[g - 1].all : everything(j, p->threads);
		p->first = j->nthreads;
		p->n = from->n;
		for (uint32_t i = 0; i < from->n; i++) {
			j->thread[j->nthreads].row = &rows[i];
			fill_thread(j, g, (const struct thread *)from->row + i, &j->thread[j->nthreads++]);
		}
		p->row->thread = (struct rows){.row = rows, .n = from->n, .known = from->known, .err = from->err};
	}
}

/* From the CPU that a thread last ran on down to its idle states. */
void placement_join_down(struct joint *j)
{
	for (uint32_t i = 0; i < j->nthreads; i++) {
		struct placement_thread *row = j->thread[i].row;
		const struct placement_thread *d = placement_down(j, j->thread[i].now);
		struct value none = value_error(value_known(row->now) ? -ENODEV : row->now.err, 0);

		row->siblings = d ? d->siblings : none;
		row->l3 = d ? d->l3 : none;
		row->node = d ? d->node : none;
		row->governor = d ? d->governor : none;
		row->khz = d ? d->khz : none;
		row->base_khz = d ? d->base_khz : none;
		row->freshness = d ? d->freshness : none;
		row->fresh = d ? d->fresh : none;
		row->idle_state = d ? d->idle_state : none;
		row->exit_us = d ? d->exit_us : none;
	}
}
