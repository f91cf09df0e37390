/* KSM and the kernel's threads that work on memory: what they save and how much of a CPU they take. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/memory_impl.h"
#include "probes/parse.h"

/* Such threads are made when the kernel boots: their numbers are low. */
enum { PIDS_MOST = 8192, SEARCH_AGAIN_S = 60 };

static const char *const comms[NKTHREADS] = {"ksmd", "khugepaged"};

struct pids {
	uint32_t pid[PIDS_MOST];
	size_t n;
};

static int add_pid(const char *name, void *arg)
{
	struct pids *pids = arg;
	uint64_t pid;

	if (!parse_u64(slice_of(name), &pid) && pid && pid <= UINT32_MAX && pids->n < PIDS_MOST)
		pids->pid[pids->n++] = (uint32_t)pid;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* "36 (ksmd) S 2 0 …": the words behind the name, of which the first is the state. A name may hold what it likes. */
static bool stat_words(const char *text, struct slice *ret)
{
	const char *end = strrchr(text, ')');

	if (!end)
		return false;
	*ret = slice_of(end + 1);
	return true;
}

/* The parent of what the kernel starts is kthreadd; a program may call itself as it likes. */
static bool is_kthread(const struct tick *t, uint32_t pid)
{
	struct answer answer;
	struct slice rest, word = {NULL, 0};
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	if (host_read(t->h, path, &answer) || !stat_words(answer.text, &rest))
		return false;
	slice_word(&rest, &word);
	return slice_word(&rest, &word) && slice_is(word, "2");
}

static void search(const struct tick *t, struct memory_state *st)
{
	struct pids *pids = arena_alloc(t->a, sizeof(*pids));
	size_t missing = 0;

	host_list(t->h, "/proc", add_pid, pids);
	qsort(pids->pid, pids->n, sizeof(*pids->pid), by_number);
	for (size_t k = 0; k < NKTHREADS; k++)
		missing += !st->kthread[k].pid;
	for (size_t i = 0; missing && i < pids->n; i++) {
		struct answer answer;
		struct slice comm;
		char path[32];

		snprintf(path, sizeof(path), "/proc/%u/comm", pids->pid[i]);
		if (host_read(t->h, path, &answer))
			continue;
		comm = slice_trim(slice_of(answer.text));
		for (size_t k = 0; k < NKTHREADS; k++) {
			if (st->kthread[k].pid || !slice_is(comm, comms[k]) || !is_kthread(t, pids->pid[i]))
				continue;
			st->kthread[k].pid = pids->pid[i];
			missing--;
			break;
		}
	}
}

/* utime and stime are its 14th and 15th word, in hundredths of a second on all machines that have KSM. */
static struct value ticks(const char *text)
{
	struct slice rest, word;
	uint64_t user, system;

	if (!stat_words(text, &rest))
		return value_error(-EINVAL, 0);
	for (int i = 3; i < 14; i++)
		slice_word(&rest, &word);
	if (!slice_word(&rest, &word) || parse_u64(word, &user) || !slice_word(&rest, &word) ||
		parse_u64(word, &system))
		return value_error(-EINVAL, 0);
	return value_u64(user + system, 0);
}

static struct value share(const struct tick *t, struct kthread *k, bool still)
{
	struct value v = value_error(-ENOENT, 0);
	struct answer answer;
	char path[32];
	int err;

	if (!k->pid)
		return v;
	snprintf(path, sizeof(path), "/proc/%u/stat", k->pid);
	err = kept_read(t->h, &k->stat, path, &answer);
	v = err ? value_error(err == -ESRCH ? -ENOENT : err, 0) : ticks(answer.text);
	if (v.known == KNOWN_ABSENT) {
		kept_drop(t->h, &k->stat);
		k->pid = 0;
	}
	return counter_per_s(&k->ticks, v, t->now_ns, still); /* hundredths a second are percent */
}

/* Nobody gets huge pages: the kernel has ended khugepaged, and begins it again when a word changes. */
static bool thp_never(const struct memory *m)
{
	return strcmp(value_text_or(m->thp_enabled, ""), "never") == 0 &&
	       strcmp(value_text_or(memory_thp_word(m), ""), "never") == 0;
}

/* Whether one is looked for that the kernel has but nobody has found. */
static bool due(const struct tick *t, const struct memory_state *st, const struct memory *m)
{
	bool missing = (value_known(m->ksm_run) && !st->kthread[KSMD].pid) ||
		       (value_known(m->thp_enabled) && !thp_never(m) && !st->kthread[KHUGEPAGED].pid);

	return missing && (!st->searched || t->want->everything ||
				  t->now_ns - st->search_ns >= SEARCH_AGAIN_S * UINT64_C(1000000000));
}

void memory_read_kthreads(const struct tick *t, struct memory_state *st, bool still, struct memory *m)
{
	if (due(t, st, m)) {
		search(t, st);
		st->searched = true;
		st->search_ns = t->now_ns;
	}
	m->ksmd_pct = share(t, &st->kthread[KSMD], still);
	m->khugepaged_pct = share(t, &st->kthread[KHUGEPAGED], still);
}

void memory_make_ksm(struct memory *m)
{
	static const char *const words[] = {"stopped", "merging", "unmerging"};
	struct value run = m->ksm_run, shared = m->ksm_pages_shared, sharing = m->ksm_pages_sharing;

	if (!value_known(run))
		m->ksm_state = value_error(run.err, 0);
	else
		m->ksm_state = run.u < COUNT(words) ? value_text(words[run.u], 0) : value_error(-EINVAL, 0);
	if (!value_known(run) || !value_known(shared))
		m->ksm_remains = value_error(value_known(run) ? shared.err : run.err, 0);
	else
		m->ksm_remains = value_bool(run.u == 0 && shared.u > 0, 0);
	if (!value_known(sharing) || (sharing.u && !value_known(m->page_kib)))
		m->ksm_saved_kib = value_error(value_known(sharing) ? m->page_kib.err : sharing.err, 0);
	else
		m->ksm_saved_kib = value_u64(sharing.u ? sharing.u * m->page_kib.u : 0, 0);
	m->ksm_profit_kib =
		value_known(m->ksm_profit) ? value_i64(m->ksm_profit.i / 1024, 0) : value_error(m->ksm_profit.err, 0);
}
