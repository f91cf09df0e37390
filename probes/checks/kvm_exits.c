/* Checks K03, K05 and K08, and what of K02 is counted: exits, spinning, split pages and polls of guests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/guest_walk.h"
#include "probes/checks/kvm_impl.h"
#include "probes/kvm.h"
#include "probes/kvm_stats.h"
#include "probes/pressure.h"

/* Guests that KVM counts for. NULL: there are none, which has been said. */
static const struct kvm_stats *counted(struct check_run *r)
{
	const struct kvm_stats *k = check_facts(r, &probe_kvm_stats);
	const struct kvm_stats_guest *row;
	uint32_t kvm = 0;

	if (!k || !check_known(r, k->counted, "kvm_stats.counted"))
		return NULL;
	row = k->guest.row;
	for (uint32_t i = 0; i < k->guest.n; i++)
		kvm += !VALUE_IS(row[i].type, "tcg");
	if (!kvm)
		guests_none(r, "No guest runs on KVM here.");
	return kvm ? k : NULL;
}

static const char *stat_at(struct check_run *r, const struct kvm_stats_guest *g, const char *field)
{
	return check_address(r, "kvm_stats.guest[%s].%s", check_key(r, g->key.text), field);
}

static bool stat_known(struct check_run *r, const struct kvm_stats_guest *g, struct value v, const char *field)
{
	if (!check_absent(v))
		return check_known(r, v, value_known(v) ? NULL : stat_at(r, g, field));
	check_unknown(r, "%s: nobody tells what KVM counts of it; libvirt does with QEMU 7.1, root can read debugfs.",
		check_guest_name(r, g->name, g->key));
	return false;
}

/* Of the vCPU that has most, or else what each has on average. */
static double of_vcpu(const struct kvm_stats_guest *g, struct value worst, struct value all)
{
	uint64_t vcpus = value_u64_or(g->vcpus, 1);

	return value_known(worst) ? worst.f : value_f64_or(all, NAN) / (double)(vcpus ? vcpus : 1);
}

/* A vCPU's most, of all guests: all its exits, and those to QEMU. */
struct most {
	double exits, user;
};

static void judge_exits(struct check_run *r, const struct kvm_stats_guest *g, struct most *most)
{
	double exits, user;

	if (!stat_known(r, g, g->exits_per_s, "exits_per_s") ||
		!stat_known(r, g, g->user_exits_per_s, "user_exits_per_s"))
		return;
	exits = of_vcpu(g, g->worst_exits_per_s, g->exits_per_s);
	user = of_vcpu(g, g->worst_user_exits_per_s, g->user_exits_per_s);
	most->exits = fmax(most->exits, exits);
	most->user = fmax(most->user, user);
	if (user > LIMIT_user_exits_per_s ||
		(exits > LIMIT_exits_judged_per_s &&
			g->user_exits_per_s.f > LIMIT_user_exits_share * g->exits_per_s.f)) {
		check_fire(r, SEVERITY_WARN, stat_at(r, g, "user_exits_per_s"),
			"%s: a vCPU leaves for QEMU %.0f times a second, %.0f %% of all its exits.",
			check_guest_name(r, g->name, g->key), user,
			100 * g->user_exits_per_s.f / fmax(g->exits_per_s.f, 1));
		check_cost(r, LIMIT_user_exit_us, user);
		check_share(r, user * LIMIT_user_exit_us / 1e6);
	} else if (exits > LIMIT_exits_per_s && check_was(r, 1, LIMIT_exits_per_s)) {
		check_fire(r, SEVERITY_WARN, stat_at(r, g, "exits_per_s"), "%s: a vCPU leaves %.0f times a second.",
			check_guest_name(r, g->name, g->key), exits);
		check_cost(r, LIMIT_exit_us, exits);
		check_share(r, exits * LIMIT_exit_us / 1e6);
	}
}

void rule_K03(struct check_run *r)
{
	const struct kvm_stats *k = counted(r);
	const struct kvm_stats_guest *row = k ? k->guest.row : NULL;
	struct most most = {0, 0};

	if (!k)
		return;
	check_evidence(r, "kvm_stats.counted");
	for (uint32_t i = 0; i < k->guest.n; i++)
		if (!VALUE_IS(row[i].type, "tcg"))
			judge_exits(r, &row[i], &most);
	check_remember(r, most.exits);
	check_pass(r, "%u guest%s: a vCPU leaves at most %.0f times a second, and at most %.0f times for QEMU.",
		(unsigned)k->guest.n, plural(k->guest.n), most.exits, most.user);
}

void rule_K05(struct check_run *r)
{
	const struct kvm_stats *k = counted(r);
	const struct kvm_stats_guest *row = k ? k->guest.row : NULL;
	double most = 0;

	for (uint32_t i = 0; k && i < k->guest.n; i++) {
		const struct kvm_stats_guest *g = &row[i];
		struct value v = g->directed_yield_attempted_per_s;
		double each;

		if (VALUE_IS(g->type, "tcg") || !stat_known(r, g, v, "directed_yield_attempted_per_s"))
			continue;
		each = of_vcpu(g, value_error(-1, 0), v);
		most = fmax(most, each);
		if (each > LIMIT_yields_per_s)
			check_fire(r, SEVERITY_WARN, stat_at(r, g, "directed_yield_attempted_per_s"),
				"%s: each vCPU spins %.0f times a second for a lock whose holder may not run.",
				check_guest_name(r, g->name, g->key), each);
	}
	check_pass(r, "vCPUs try to give way at most %.0f times a second.", most);
}

static void judge_mapped(struct check_run *r)
{
	const struct kvm_stats *k = snapshot_facts(r->s, &probe_kvm_stats);
	const struct guests *all = snapshot_facts(r->s, &probe_guests);
	const struct kvm_stats_guest *row = k ? k->guest.row : NULL;

	for (uint32_t i = 0; k && i < k->guest.n; i++) {
		const struct guest *g =
			value_known(row[i].huge_mapped_share) ? guests_find(all, row[i].key.text) : NULL;

		if (g && value_u64_or(g->hugepages, 0) && row[i].huge_mapped_share.f < LIMIT_huge_mapped_pct)
			check_fire(r, SEVERITY_WARN, stat_at(r, &row[i], "huge_mapped_share"),
				"%s: %.0f %% of its memory is mapped by huge pages, which its definition asks for.",
				guest_name(r, g), row[i].huge_mapped_share.f);
	}
}

void rule_K08(struct check_run *r)
{
	const struct kvm *k = check_facts(r, &probe_kvm);

	if (!k || !kvm_loaded(r, k))
		return;
	if (check_absent(k->nx_huge_pages)) {
		check_not_applicable(r, "KVM of this kernel has no such parameter.");
		return;
	}
	if (!check_known(r, k->nx_huge_pages, "kvm.nx_huge_pages"))
		return;
	check_evidence(r, "kvm.nx_huge_pages");
	if (k->nx_huge_pages.u) {
		check_fire(r, SEVERITY_INFO, "kvm.nx_huge_pages",
			"Huge pages of guests are split where code runs in them (nx_huge_pages), against iTLB "
			"multihit.");
		judge_mapped(r);
	}
	check_pass(r, "Huge pages of guests stay whole.");
}

/* Polling that pays seldom, and polling that takes a CPU which others wait for. */
static void judge_polls(struct check_run *r, const struct kvm_stats_guest *g, struct value waits)
{
	double pressure = value_f64_or(waits, NAN);
	double tried, paid, lost;

	if (!stat_known(r, g, g->halt_attempted_poll_per_s, "halt_attempted_poll_per_s") ||
		!stat_known(r, g, g->halt_successful_poll_per_s, "halt_successful_poll_per_s"))
		return;
	tried = g->halt_attempted_poll_per_s.f;
	paid = g->halt_successful_poll_per_s.f;
	if (!check_absent(g->halt_poll_fail_ms_per_s))
		stat_known(r, g, g->halt_poll_fail_ms_per_s, "halt_poll_fail_ms_per_s");
	lost = value_f64_or(g->halt_poll_fail_ms_per_s, 0);
	/* whether others wait matters only then */
	if (lost > LIMIT_poll_fail_ms_per_s && isnan(pressure) && ask_pressure(r, "cpu"))
		check_known(r, waits, "pressure.resource[cpu].some_avg10");
	if (lost > LIMIT_poll_fail_ms_per_s && pressure > LIMIT_poll_pressure_pct) {
		check_fire(r, SEVERITY_WARN, stat_at(r, g, "halt_poll_fail_ms_per_s"),
			"%s polls in vain for %.0f ms of each second, while others wait for a CPU (pressure %.0f %%).",
			check_guest_name(r, g->name, g->key), lost, pressure);
		check_share(r, fmin(lost / 1000, pressure / 100));
	} else if (tried >= LIMIT_polls_judged_per_s && paid < LIMIT_polls_paid_share * tried) {
		check_fire(r, SEVERITY_INFO, stat_at(r, g, "halt_successful_poll_per_s"),
			"%s: of %.0f polls a second %.0f %% pay.", check_guest_name(r, g->name, g->key), tried,
			100 * paid / tried);
	}
}

void kvm_polls(struct check_run *r)
{
	const struct pressure_resource *cpu = pressure_of(snapshot_facts(r->s, &probe_pressure), "cpu");
	const struct kvm_stats *k = counted(r);
	const struct kvm_stats_guest *row = k ? k->guest.row : NULL;
	struct value waits = cpu ? cpu->some_avg10 : value_error(-ENOENT, 0);

	for (uint32_t i = 0; k && i < k->guest.n; i++)
		if (!VALUE_IS(row[i].type, "tcg"))
			judge_polls(r, &row[i], waits);
}
