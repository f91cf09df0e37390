/* Makes rates of what was told of KVM's statistics. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/kvm_stats_impl.h"
#include "probes/memory_read.h"

struct fact {
	size_t offset;
	double scale;
	enum kvm_teller teller; /* of libvirt's */
	bool now; /* not a rate */
};

static const struct fact facts[KVM_STATS] = {
#define KVM_RATE(member, stat, label, unit, scale, meaning) {offsetof(struct kvm_stats_guest, member), scale, KVM_VCPU, false},
#define KVM_VM_RATE(member, stat, label, unit, scale, meaning) {offsetof(struct kvm_stats_guest, member), scale, KVM_VM, false},
#define KVM_VM_NOW(member, stat, label, unit, scale, meaning) {offsetof(struct kvm_stats_guest, member), scale, KVM_VM, true},
#include "probes/kvm_stats.def"
#undef KVM_RATE
#undef KVM_VM_RATE
#undef KVM_VM_NOW
};

struct filling {
	const struct tick *t;
	const struct kvm_stats_state *st;
	bool still; /* a copy of a machine, in which nothing moves */
};

static struct value *fact_of(struct kvm_stats_guest *row, unsigned stat)
{
	return (struct value *)(void *)((char *)row + facts[stat].offset);
}

static struct value aged(const struct filling *f, struct value v, uint64_t ns)
{
	if (value_known(v) && ns < f->t->now_ns) /* an answer of this tick is younger than the tick */
		value_age(&v, (f->t->now_ns - ns) / 100000000);
	return v;
}

/* Why nobody told: what debugfs said, unless libvirt could have and says more. */
static int why_not(const struct filling *f, const struct kvm_entry *e, enum kvm_teller teller)
{
	int virt = e->managed ? f->st->err[teller] : e->unlisted_err;

	if (e->tcg)
		return -EOPNOTSUPP;
	if (virt == -EINPROGRESS)
		return virt;
	if (e->debugfs_err == -EINPROGRESS && !kvm_stats_needs_debugfs(f->st, e))
		return virt ? virt : -ENOENT;
	if (!e->debugfs_err)
		return -ENOENT; /* it told others */
	return virt && value_error(e->debugfs_err, 0).known == KNOWN_ABSENT ? virt : e->debugfs_err;
}

static struct value rate(const struct filling *f, const struct kvm_reading *old, const struct kvm_reading *new,
	uint64_t before, uint64_t now, double scale)
{
	if (f->still)
		return value_error(-ENODATA, 0);
	if (!old->ns || now < before) /* the first, or it was set back */
		return value_error(-EINPROGRESS, 0);
	return aged(f, value_f64((double)(now - before) * scale * 1e9 / (double)(new->ns - old->ns), 0), new->ns);
}

/* The teller who knows it; KVM_TELLERS: nobody. */
static enum kvm_teller who_told(const struct kvm_entry *e, unsigned stat)
{
	uint32_t bit = UINT32_C(1) << stat;
	enum kvm_teller teller = facts[stat].teller;

	if (e->told[teller].new.ns && e->told[teller].new.has & bit)
		return teller;
	return e->told[KVM_DEBUGFS].new.ns && e->told[KVM_DEBUGFS].new.has & bit ? KVM_DEBUGFS : KVM_TELLERS;
}

/* libvirt has the time of polling of the whole guest from older QEMU too. */
static struct value polled(const struct filling *f, const struct kvm_entry *e, unsigned stat)
{
	const struct kvm_reading *old = &e->told[KVM_VCPU].old, *new = &e->told[KVM_VCPU].new;
	unsigned i = stat == KVM_STAT_halt_poll_fail_ms_per_s;

	if ((!i && stat != KVM_STAT_halt_poll_success_ms_per_s) || !new->ns || !(new->has_polled & 1u << i))
		return value_error(why_not(f, e, facts[stat].teller), 0);
	if (!(old->has_polled & 1u << i))
		return value_error(f->still ? -ENODATA : -EINPROGRESS, 0);
	return rate(f, old, new, old->polled[i], new->polled[i], facts[stat].scale);
}

static struct value fact(const struct filling *f, const struct kvm_entry *e, unsigned stat)
{
	enum kvm_teller teller = who_told(e, stat);
	const struct kvm_reading *old, *new;
	struct value v;

	if (teller == KVM_TELLERS)
		return polled(f, e, stat);
	old = &e->told[teller].old;
	new = &e->told[teller].new;
	if (facts[stat].now)
		v = aged(f, value_u64(new->n[stat], 0), new->ns);
	else if (old->ns && !(old->has & UINT32_C(1) << stat))
		v = value_error(-EINPROGRESS, 0);
	else
		v = rate(f, old, new, old->n[stat], new->n[stat], facts[stat].scale);
	v.src = teller == KVM_DEBUGFS ? KVM_SRC_DEBUGFS : KVM_SRC_LIBVIRT;
	return v;
}

static const struct kvm_vcpu *vcpu_before(const struct kvm_reading *old, size_t at, uint32_t number)
{
	if (at < old->vcpus && old->vcpu[at].number == number)
		return &old->vcpu[at];
	for (size_t i = 0; i < old->vcpus; i++)
		if (old->vcpu[i].number == number)
			return &old->vcpu[i];
	return NULL;
}

/* The virtual CPU for which this rose most. */
struct worst {
	uint32_t number;
	uint64_t before, now;
};

static bool find_worst(const struct kvm_entry *e, size_t member, struct worst *ret)
{
	const struct kvm_reading *old = &e->told[KVM_VCPU].old, *new = &e->told[KVM_VCPU].new;
	bool any = false;

	for (size_t i = 0; old->ns && new->ns && i < new->vcpus; i++) {
		const struct kvm_vcpu *before = vcpu_before(old, i, new->vcpu[i].number);
		struct worst w = {.number = new->vcpu[i].number};

		if (!before)
			continue;
		memcpy(&w.before, (const char *)before + member, sizeof(w.before));
		memcpy(&w.now, (const char *)&new->vcpu[i] + member, sizeof(w.now));
		if (w.now < w.before || (any && w.now - w.before <= ret->now - ret->before))
			continue;
		*ret = w;
		any = true;
	}
	return any;
}

/* as: of the sum over all, which is as well known. */
static void fill_worst(const struct filling *f, const struct kvm_entry *e, size_t member, struct value as,
	struct value *ret_vcpu, struct value *ret_rate)
{
	const struct kvm_reading *new = &e->told[KVM_VCPU].new;
	struct worst w;

	*ret_vcpu = *ret_rate = value_error(value_known(as) ? -ENOENT : as.err, 0); /* debugfs has sums only */
	if (!value_known(as) || as.src != KVM_SRC_LIBVIRT || !find_worst(e, member, &w))
		return;
	*ret_vcpu = aged(f, value_u64(w.number, 0), new->ns);
	*ret_rate = rate(f, &e->told[KVM_VCPU].old, new, w.before, w.now, 1);
}

static struct value sum(struct value a, struct value b)
{
	if (!value_known(a) || !value_known(b))
		return value_known(a) ? b : a;
	a.f += b.f;
	return a;
}

static struct value huge_share(const struct kvm_stats_guest *row)
{
	const struct value *pages[] = {&row->pages_4k, &row->pages_2m, &row->pages_1g};
	double small = 0, huge = 0, kib[] = {4, 2048, 1048576};
	struct value v = row->pages_4k;

	for (size_t i = 0; i < COUNT(pages); i++) {
		if (!value_known(*pages[i]))
			return *pages[i];
		*(i ? &huge : &small) += (double)pages[i]->u * kib[i];
	}
	v.f = small + huge > 0 ? huge * 100 / (small + huge) : 0;
	return small + huge > 0 ? v : value_error(-ENXIO, v.src);
}

static void fill_guest(const struct filling *f, const struct kvm_entry *e, struct kvm_stats_guest *row)
{
	const struct kvm_reading *r = &e->told[KVM_VCPU].new;
	struct arena *a = f->t->a;

	row->key = value_text(arena_strdup(a, e->key), 0);
	row->name = e->name ? value_text(arena_strdup(a, e->name), 0) : value_error(-ENOENT, 0);
	row->type = e->type_err ? value_error(e->type_err, 0) : value_text(e->tcg ? "tcg" : "kvm", 0);
	row->folder = e->folder[0] ? value_text(arena_strdup(a, e->folder), 0)
				   : value_error(e->debugfs_err == -EINPROGRESS ? -ENOENT : e->debugfs_err, 0);
	for (unsigned i = 0; i < KVM_STATS; i++)
		*fact_of(row, i) = fact(f, e, i);
	if (r->ns && r->vcpus)
		row->vcpus = value_u64(r->vcpus, KVM_SRC_LIBVIRT);
	else
		row->vcpus = e->threads ? value_u64(e->threads, 1) : value_error(why_not(f, e, KVM_VCPU), 0);
	row->user_exits_per_s = sum(row->io_exits_per_s, row->mmio_exits_per_s);
	fill_worst(f, e, offsetof(struct kvm_vcpu, exits), row->exits_per_s, &row->worst_vcpu, &row->worst_exits_per_s);
	fill_worst(f, e, offsetof(struct kvm_vcpu, user), row->user_exits_per_s, &row->worst_user_vcpu,
		&row->worst_user_exits_per_s);
	row->huge_mapped_share = huge_share(row);
}

void kvm_stats_fill(const struct tick *t, const struct kvm_stats_state *st, struct kvm_stats *ret)
{
	struct filling f = {.t = t, .st = st, .still = host_stands_still(t)};
	struct kvm_stats_guest *rows = arena_array(t->a, st->n, sizeof(*rows));
	uint64_t counted = 0;

	for (size_t i = 0; i < st->n; i++) {
		fill_guest(&f, &st->entry[i], &rows[i]);
		counted += who_told(&st->entry[i], KVM_STAT_exits_per_s) != KVM_TELLERS;
	}
	ret->guest.row = rows;
	ret->guest.n = (uint32_t)st->n;
	ret->guest.known = KNOWN;
	ret->counted = value_u64(counted, 0);
}
