/* Takes what libvirt tells of KVM's statistics: all guests now and then, the one on the screen more often. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/kvm_stats_impl.h"

/* Each is a question to every QEMU; of the whole guest it changes little. */
static const uint64_t every_ns[KVM_DEBUGFS] = {UINT64_C(10) * KVM_SECOND, UINT64_C(60) * KVM_SECOND};
static const char *const groups[KVM_DEBUGFS] = {KVM_STATS_VCPU, KVM_STATS_VM};

enum { SCREEN_S = 2, VCPUS_MOST = 4096 };

/* The lines of one come together. */
static struct kvm_vcpu *vcpu_of(struct kvm_reading *r, uint32_t number)
{
	if (r->vcpus && r->vcpu[r->vcpus - 1].number == number)
		return &r->vcpu[r->vcpus - 1];
	if (r->vcpus >= VCPUS_MOST)
		return NULL;
	if (r->vcpus == r->room) {
		r->room = r->room * 2 + 4;
		r->vcpu = xrealloc(r->vcpu, r->room, sizeof(*r->vcpu));
	}
	r->vcpu[r->vcpus] = (struct kvm_vcpu){.number = number};
	return &r->vcpu[r->vcpus++];
}

static void add(struct kvm_reading *r, unsigned stat, uint32_t vcpu, uint64_t n)
{
	struct kvm_vcpu *v = vcpu == UINT32_MAX ? NULL : vcpu_of(r, vcpu);

	r->n[stat] += n;
	r->has |= UINT32_C(1) << stat;
	if (v && stat == KVM_STAT_exits_per_s)
		v->exits += n;
	else if (v && (stat == KVM_STAT_io_exits_per_s || stat == KVM_STAT_mmio_exits_per_s))
		v->user += n;
}

static void take_polled(struct kvm_entry *e, struct slice key, struct slice value, uint64_t ns)
{
	static const char *const keys[] = {"cpu.haltpoll.success.time", "cpu.haltpoll.fail.time"};

	for (unsigned i = 0; i < COUNT(keys); i++) {
		struct kvm_reading *r = &e->told[KVM_VCPU].new;
		uint64_t n;

		if (!slice_is(key, keys[i]) || parse_u64(value, &n) || !kvm_stats_turn(e, KVM_VCPU, ns))
			continue;
		r->polled[i] = n;
		r->has_polled |= (uint8_t)(1u << i);
	}
}

static void take_line(struct kvm_entry *e, struct slice line, uint64_t ns, unsigned *hint)
{
	const char *equals = line.len ? memchr(line.p, '=', line.len) : NULL;
	struct slice key, value, name;
	enum kvm_teller teller;
	uint32_t vcpu;
	uint64_t n;
	bool sum;

	if (!equals)
		return;
	key = (struct slice){line.p, (size_t)(equals - line.p)};
	value = (struct slice){equals + 1, line.len - key.len - 1};
	if (slice_starts(key, "cpu.haltpoll."))
		take_polled(e, key, value, ns);
	if (!kvm_stat_key(key, &vcpu, &name, &sum) || !sum)
		return;
	*hint = kvm_stat_find(name, *hint);
	teller = vcpu == UINT32_MAX ? KVM_VM : KVM_VCPU;
	if (*hint < KVM_STATS && !parse_u64(value, &n) && kvm_stats_turn(e, teller, ns))
		add(&e->told[teller].new, *hint, vcpu, n);
	++*hint;
}

static void take_all(struct kvm_stats_state *st, struct kvm_entry *only, const struct answer *answer, uint64_t ns)
{
	struct slice text = {answer->text, answer->len}, line;
	struct kvm_entry *e = only;
	unsigned hint = 0;

	while (slice_line(&text, &line))
		if (slice_starts(line, "guest "))
			e = kvm_stats_entry(st, slice_trim((struct slice){line.p + 6, line.len - 6}));
		else if (e && e->managed)
			take_line(e, line, ns, &hint);
}

/* Takes the answer when it is newer than the one of before. */
static int ask(const struct tick *t, struct kvm_stats_state *st, struct kvm_entry *only, const char *path, uint64_t *last_ns)
{
	struct answer answer;
	int err = host_read(t->h, path, &answer);
	uint64_t ns = !err && answer.t_ns ? answer.t_ns : t->now_ns;

	if (!err && ns > *last_ns) {
		*last_ns = ns;
		take_all(st, only, &answer, ns);
	}
	return err;
}

static void ask_all(const struct tick *t, struct kvm_stats_state *st, enum kvm_teller teller)
{
	bool first = !st->due_ns[teller];
	char path[64];

	if (!t->want->everything && t->now_ns < st->due_ns[teller])
		return;
	snprintf(path, sizeof(path), "@virt/stats/%s", groups[teller]);
	st->err[teller] = ask(t, st, NULL, path, &st->ns[teller]);
	/* the first answer is waited for; not in the ticks in which the guests probe asks for all */
	if (st->err[teller] != -EINPROGRESS)
		st->due_ns[teller] = t->now_ns + every_ns[teller] / (first ? 2 : 1);
}

static void ask_one(const struct tick *t, struct kvm_stats_state *st, struct kvm_entry *e)
{
	uint64_t last_ns = e->told[KVM_VCPU].new.ns;
	char path[128];

	if (t->now_ns < e->own_due_ns)
		return;
	snprintf(path, sizeof(path), "@virt/%s/stats/" KVM_STATS_VCPU, e->key);
	if (ask(t, st, e, path, &last_ns) != -EINPROGRESS)
		e->own_due_ns = t->now_ns + (uint64_t)SCREEN_S * KVM_SECOND;
}

void kvm_stats_ask(const struct tick *t, struct kvm_stats_state *st)
{
	bool any = false;

	for (size_t i = 0; i < st->n && !any; i++)
		any = st->entry[i].managed && !st->entry[i].tcg;
	if (!any)
		return;
	ask_all(t, st, KVM_VCPU);
	ask_all(t, st, KVM_VM);
	for (size_t i = 0; i < st->n && !t->want->everything; i++)
		if (st->entry[i].wanted && st->entry[i].managed && !st->entry[i].tcg)
			ask_one(t, st, &st->entry[i]);
}
