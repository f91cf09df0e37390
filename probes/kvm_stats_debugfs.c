/* Reads KVM's statistics from debugfs, which shows them to root: sums over the virtual CPUs of a guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/kvm_stats_impl.h"

/* Two dozen files a guest. */
enum { AT_ONCE = 8, AGAIN_S = 10, SCREEN_S = 2 };

/* Not told by libvirt, though it answered, or because there is none. */
static bool is_missing(const struct kvm_entry *e, unsigned stat)
{
	return !(e->told[KVM_VCPU].new.has & UINT32_C(1) << stat) && !(e->told[KVM_VM].new.has & UINT32_C(1) << stat);
}

bool kvm_stats_needs_debugfs(const struct kvm_stats_state *st, const struct kvm_entry *e)
{
	if (e->tcg || !e->pid)
		return false;
	if (!e->managed)
		return true;
	if (st->err[KVM_VCPU] == -EINPROGRESS || st->err[KVM_VM] == -EINPROGRESS)
		return false;
	return is_missing(e, KVM_STAT_exits_per_s) || is_missing(e, KVM_STAT_pages_4k);
}

/* "4711-12": of this process; one of several guests of it is as good as another. */
static int find_folder(const char *name, void *arg)
{
	struct kvm_stats_state *st = arg;
	const char *dash = strchr(name, '-');
	uint64_t pid;

	if (!dash || strlen(name) >= KVM_FOLDER || parse_u64((struct slice){name, (size_t)(dash - name)}, &pid))
		return 0;
	for (size_t i = 0; i < st->n; i++)
		if (st->entry[i].pid == pid && !st->entry[i].folder[0])
			strcpy(st->entry[i].folder, name);
	return 0;
}

/* A statistic that this kernel does not have is none of this guest. Gives what ended the reading. */
static int read_one(const struct tick *t, const struct kvm_entry *e, unsigned stat, struct kvm_reading *r)
{
	char path[128];
	struct answer answer;
	int err;

	snprintf(path, sizeof(path), KVM_STATS_DEBUGFS "/%s/%s", e->folder, kvm_stat_names[stat]);
	err = host_read(t->h, path, &answer);
	if (!err)
		err = parse_u64(slice_of(answer.text), &r->n[stat]);
	if (!err)
		r->has |= UINT32_C(1) << stat;
	return err == -ENOENT ? 0 : err;
}

static int read_entry(const struct tick *t, struct kvm_entry *e)
{
	struct kvm_reading *r = &e->told[KVM_DEBUGFS].new;
	int err = 0;

	if (!e->folder[0])
		return -ENOENT;
	if (!kvm_stats_turn(e, KVM_DEBUGFS, t->now_ns))
		return e->debugfs_err;
	for (unsigned i = 0; i < KVM_STATS && !err; i++)
		if (is_missing(e, i))
			err = read_one(t, e, i, r);
	if (!err && !r->has)
		err = -ENOENT;
	if (err)
		r->ns = 0;
	return err;
}

void kvm_stats_debugfs(const struct tick *t, struct kvm_stats_state *st)
{
	bool listed = false, all = t->want->everything;
	unsigned left = AT_ONCE;
	int err = 0;

	for (size_t i = 0; i < st->n; i++) {
		struct kvm_entry *e = &st->entry[i];

		if (!kvm_stats_needs_debugfs(st, e) || (!all && (t->now_ns < e->debugfs_due_ns || (!left && !e->wanted))))
			continue;
		for (size_t k = 0; !listed && k < st->n; k++)
			st->entry[k].folder[0] = '\0';
		if (!listed)
			err = host_list(t->h, KVM_STATS_DEBUGFS, find_folder, st);
		listed = true;
		e->debugfs_err = err ? err : read_entry(t, e);
		e->debugfs_due_ns = t->now_ns + (uint64_t)(e->wanted ? SCREEN_S : AGAIN_S) * KVM_SECOND;
		left -= left > 0;
	}
}
