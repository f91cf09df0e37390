/* Lists the threads of a QEMU process and tells by their names what they are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/threads_impl.h"

enum { LIST_S = 10, SAME_S = 30, MOST = 65536 };

/* "CPU 3/KVM": the number, and whether what follows it is this. */
static bool is_vcpu(const char *comm, const char *behind, uint32_t *ret_number)
{
	const char *digits = comm + 4;
	size_t n = strspn(digits, "0123456789");
	uint64_t number;

	if (!n || strcmp(digits + n, behind) != 0 || parse_u64((struct slice){digits, n}, &number) || number >= MOST)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

enum thread_role threads_role(const char *text, uint32_t *ret_number)
{
	struct slice s = slice_trim(slice_of(text));
	char comm[THREAD_COMM];
	uint64_t number;

	snprintf(comm, sizeof(comm), "%.*s", (int)(s.len < sizeof(comm) ? s.len : sizeof(comm) - 1), s.p);
	*ret_number = NO_NUMBER;
	if (strncmp(comm, "CPU ", 4) == 0)
		return is_vcpu(comm, "/KVM", ret_number) || is_vcpu(comm, "/TCG", ret_number) ? THREAD_VCPU
											      : THREAD_OTHER;
	if (strncmp(comm, "vhost-", 6) == 0)
		return THREAD_VHOST;
	/* QEMU's own iothread serves its monitor alone. */
	if (strncmp(comm, "IO ", 3) != 0 || strcmp(comm, "IO mon_iothread") == 0)
		return THREAD_OTHER;
	if (strncmp(comm, "IO iothread", 11) == 0 && !parse_u64(slice_of(comm + 11), &number) && number < MOST)
		*ret_number = (uint32_t)number;
	return THREAD_IOTHREAD;
}

const char *threads_role_word(unsigned role)
{
	static const char *const words[] = {"vcpu", "emulator", "iothread", "vhost"};

	return words[role];
}

static void name_thread(struct one_thread *th)
{
	const char *role = threads_role_word(th->role);

	if (th->number != NO_NUMBER || th->role == THREAD_VHOST)
		snprintf(th->name, sizeof(th->name), "%s %" PRIu32, role, th->role == THREAD_VHOST ? th->tid : th->number);
	else if (th->role == THREAD_IOTHREAD)
		snprintf(th->name, sizeof(th->name), "%s %s", role, th->comm + strlen("IO "));
	else
		snprintf(th->name, sizeof(th->name), "%s", role);
}

struct tids {
	uint32_t *id;
	size_t n, room;
};

static int add_tid(const char *name, void *arg)
{
	struct tids *ids = arg;
	uint64_t id;

	if (parse_u64(slice_of(name), &id) || id >= UINT32_MAX || ids->n == MOST)
		return 0;
	if (ids->n == ids->room) {
		ids->room = ids->room ? ids->room * 2 : 64;
		ids->id = xrealloc(ids->id, ids->room, sizeof(*ids->id));
	}
	ids->id[ids->n++] = (uint32_t)id;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int by_role(const void *a, const void *b)
{
	const struct one_thread *x = a, *y = b;

	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

/* The kernel's own threads that serve the network of this process: older kernels make them so. */
static void add_kernel_threads(const struct threads_state *st, uint32_t pid, struct tids *ids)
{
	for (size_t i = 0; i < st->nseen; i++) {
		char name[16];

		if (st->seen[i].kind != SEEN_VHOST || st->seen[i].owner != pid)
			continue;
		snprintf(name, sizeof(name), "%" PRIu32, st->seen[i].pid);
		add_tid(name, ids);
	}
}

static struct one_thread *thread_of(struct one_process *p, uint32_t tid)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->thread[i].tid == tid)
			return &p->thread[i];
	return NULL;
}

static void add_thread(struct one_process *p, const struct one_thread *th)
{
	if (p->n == p->room) {
		p->room = p->room ? p->room * 2 : 16;
		p->thread = xrealloc(p->thread, p->room, sizeof(*p->thread));
	}
	p->thread[p->n] = *th;
	name_thread(&p->thread[p->n]);
	p->thread[p->n].sched_err = p->thread[p->n].stat_err = p->thread[p->n].allowed_err = -EINPROGRESS;
	p->n++;
}

static void note_kind(struct one_process *p, const char *comm)
{
	size_t n = strlen(comm);

	p->kvm = p->kvm || (n > 4 && strcmp(comm + n - 4, "/KVM") == 0);
	p->tcg = p->tcg || (n > 4 && strcmp(comm + n - 4, "/TCG") == 0);
}

/* A thread that is not known yet, or is not one that is kept, as far as one look at its name tells. */
static int look(const struct tick *t, struct one_process *p, uint32_t tid, bool kernel, enum thread_role *ret_role)
{
	struct one_thread th = {.tid = tid, .kernel = kernel};
	struct answer answer;
	struct slice comm;
	char path[80];
	int err;

	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task/%" PRIu32 "/comm", kernel ? tid : p->pid, tid);
	err = host_read(t->h, path, &answer);
	if (err)
		return err;
	comm = slice_trim(slice_of(answer.text));
	snprintf(th.comm, sizeof(th.comm), "%.*s", (int)(comm.len < THREAD_COMM ? comm.len : THREAD_COMM - 1), comm.p);
	th.role = (uint8_t)threads_role(th.comm, &th.number);
	if (tid == p->pid) {
		th.role = THREAD_EMULATOR;
		th.number = NO_NUMBER;
	}
	note_kind(p, th.comm);
	if (th.role != THREAD_OTHER)
		add_thread(p, &th);
	*ret_role = th.role;
	return 0;
}

/* Of those that are not kept: known by their names, or to be looked at. */
static bool known_other(const struct one_process *p, uint32_t tid, bool *ret_again)
{
	for (size_t i = 0; i < p->nothers; i++)
		if (p->other[i].tid == tid) {
			*ret_again = !p->other[i].sure;
			return p->other[i].sure;
		}
	*ret_again = false;
	return false;
}

static bool is_kernel(const struct threads_state *st, uint32_t tid)
{
	size_t low = 0, high = st->nseen;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (st->seen[mid].pid == tid)
			return st->seen[mid].kind == SEEN_VHOST;
		if (st->seen[mid].pid < tid)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* Looks at those that are new and forgets those that ended. 0, or the error of a name that could not be read. */
static int join(const struct tick *t, struct threads_state *st, struct one_process *p, struct tids *ids)
{
	struct other_thread *other = xcalloc(ids->n + 1, sizeof(*other));
	size_t nothers = 0, kept = 0;
	int ret = 0;

	for (size_t i = 0; i < p->n; i++) {
		p->thread[i].gone = !bsearch(&p->thread[i].tid, ids->id, ids->n, sizeof(*ids->id), by_id);
		if (p->thread[i].gone)
			thread_free(t->h, st, &p->thread[i]);
		else
			p->thread[kept++] = p->thread[i];
	}
	p->n = kept;
	for (size_t i = 0; i < ids->n; i++) {
		enum thread_role role = THREAD_OTHER;
		uint32_t tid = ids->id[i];
		bool again = false;
		int err = 0;

		if ((i && ids->id[i - 1] == tid) || thread_of(p, tid))
			continue;
		if (!known_other(p, tid, &again))
			err = look(t, p, tid, is_kernel(st, tid), &role);
		else
			again = true;
		if (!err && role == THREAD_OTHER)
			other[nothers++] = (struct other_thread){tid, again};
		if (err && !threads_gone(err))
			ret = err;
	}
	free(p->other);
	p->other = other;
	p->nothers = nothers;
	return ret;
}

/* How many there are is known each ten seconds, so those whose names are sure need no list so often. */
static uint64_t period(const struct one_process *p)
{
	for (size_t i = 0; i < p->nothers; i++)
		if (!p->other[i].sure)
			return SECONDS(LIST_S);
	return SECONDS(SAME_S);
}

void threads_list(const struct tick *t, struct threads_state *st, struct one_process *p)
{
	bool due = p->relist || t->want->everything || t->now_ns >= p->list_due;
	struct tids ids = {0};
	char path[64];
	int err;

	if (!due)
		return;
	snprintf(path, sizeof(path), "/proc/%" PRIu32 "/task", p->pid);
	err = host_list(t->h, path, add_tid, &ids);
	if (!err && !ids.n)
		err = -ENOENT; /* it is about to end */
	p->listed_ns = t->now_ns;
	p->relist = false;
	p->nthreads = 0;
	if (!err) {
		p->nthreads = ids.n;
		add_kernel_threads(st, p->pid, &ids);
		qsort(ids.id, ids.n, sizeof(*ids.id), by_id);
		err = join(t, st, p, &ids);
		if (p->n)
			qsort(p->thread, p->n, sizeof(*p->thread), by_role);
	}
	p->list_due = threads_due(t, p->list_due, period(p), p->pid);
	p->gone = p->gone || err == -ENOENT || err == -ESRCH;
	p->relist = err && !p->gone;
	p->list_err = err && p->n ? 0 : err;
	free(ids.id);
}
