/* Frequency: drivers, governors, limits and clocks of all policies, sampled no more often than they deserve. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/frequency.h"

#include <errno.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/frequency_impl.h"
#include "probes/host/host.h"
#include "probes/limits.h"

enum { LIST_AGAIN_NS_S = 30 };

#define TEXT(member, label, source_, meaning) \
	FIELD(struct frequency, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)

static const struct field fields[] = {
	TEXT(driver, "Driver", SOURCES("the policies"), "Who sets the clocks; all that occur."),
	TEXT(governor, "Governor", SOURCES("the policies"), "Who decides which clock is asked for; all that occur."),
	TEXT(intel_pstate, "intel_pstate", SOURCES(CPU_FOLDER "/intel_pstate/status"),
		"How Intel's driver works: active (it decides), passive (a governor decides) or off."),
	TEXT(amd_pstate, "amd_pstate", SOURCES(CPU_FOLDER "/amd_pstate/status"),
		"How AMD's driver works: active, passive, guided or disable."),
	FIELD(struct frequency, no_turbo, "Turbo off", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES(CPU_FOLDER "/intel_pstate/no_turbo"),
		"Whether clocks above base are forbidden to Intel's driver."),
	FIELD(struct frequency, boost, "Boost", TYPE_BOOL, UNIT_NONE, 0, SOURCES(CPU_FOLDER "/cpufreq/boost"),
		"Whether clocks above base are allowed, for all policies."),
	FIELD(struct frequency, max_perf_pct, "Upper limit", TYPE_U64, UNIT_PERCENT, 0,
		SOURCES(CPU_FOLDER "/intel_pstate/max_perf_pct"),
		"Intel's driver asks for at most this share of the highest clock."),
	FIELD(struct frequency, min_perf_pct, "Lower limit", TYPE_U64, UNIT_PERCENT, 0,
		SOURCES(CPU_FOLDER "/intel_pstate/min_perf_pct"),
		"Intel's driver asks for at least this share of the highest clock."),
	TEXT(dynamic_epp, "Dynamic EPP", SOURCES(CPU_FOLDER "/amd_pstate/dynamic_epp"),
		"While enabled AMD's driver sets the energy preference itself and refuses writes."),
	FIELD(struct frequency, hwp_dynamic_boost, "HWP dynamic boost", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES(CPU_FOLDER "/intel_pstate/hwp_dynamic_boost"),
		"Whether Intel's driver lifts the clock for some ms when a task wakes up from waiting for a device."),
	FIELD(struct frequency, turbo_pct, "Turbo range", TYPE_U64, UNIT_PERCENT, 0,
		SOURCES(CPU_FOLDER "/intel_pstate/turbo_pct"), "Share of all clocks that lie above base."),
	TEXT(prefcore, "Preferred cores", SOURCES(CPU_FOLDER "/amd_pstate/prefcore"),
		"Whether AMD's driver tells the scheduler which cores may become fastest."),
	FIELD(struct frequency, policies, "Policies", TYPE_U64, UNIT_COUNT, 0,
		SOURCES("the folders of " CPU_FOLDER "/cpufreq"), "How many groups of CPUs have a clock of their own."),
};

bool frequency_busy(struct frequency_tick *ft, uint64_t cpu)
{
	const struct load_cpu *row = load_cpu(ft->load, cpu, &ft->load_hint);

	return row && value_f64_or(row->busy, 0) >= BUSY_PERCENT;
}

bool frequency_set_apart(const struct frequency_tick *ft, uint64_t cpu)
{
	const struct topology_cpu *row = topology_cpu(ft->topology, cpu);

	return row && (value_u64_or(row->isolated, 0) || value_u64_or(row->nohz_full, 0));
}

bool frequency_may_interrupt(struct frequency_tick *ft, uint64_t cpu)
{
	if (frequency_set_apart(ft, cpu) && !ft->t->want->deep)
		return false;
	return frequency_busy(ft, cpu);
}

/* The global switches: ten small files, read every tenth tick. */
static void read_switches(const struct tick *t, struct frequency *f)
{
	f->intel_pstate = get_text(t, 0, CPU_FOLDER "/intel_pstate/status");
	f->amd_pstate = get_text(t, 0, CPU_FOLDER "/amd_pstate/status");
	f->no_turbo = get_bool(t, 0, CPU_FOLDER "/intel_pstate/no_turbo");
	f->boost = get_bool(t, 0, CPU_FOLDER "/cpufreq/boost");
	f->max_perf_pct = get_u64(t, 0, CPU_FOLDER "/intel_pstate/max_perf_pct");
	f->min_perf_pct = get_u64(t, 0, CPU_FOLDER "/intel_pstate/min_perf_pct");
	f->hwp_dynamic_boost = get_bool(t, 0, CPU_FOLDER "/intel_pstate/hwp_dynamic_boost");
	f->turbo_pct = get_u64(t, 0, CPU_FOLDER "/intel_pstate/turbo_pct");
	f->prefcore = get_text(t, 0, CPU_FOLDER "/amd_pstate/prefcore");
	f->dynamic_epp = get_text(t, 0, CPU_FOLDER "/amd_pstate/dynamic_epp");
}

/* The texts that occur in a field of the policies: nearly always one, and its text is shared by all rows. */
static struct value summary(const struct tick *t, const struct frequency *f, size_t offset)
{
	const char *all = NULL, *seen[8];
	size_t n = 0;
	int err = -ENOENT;

	for (uint32_t i = 0; i < f->policy.n; i++) {
		const struct policy *row = (const struct policy *)f->policy.row + i;
		const struct value *v = (const struct value *)(const void *)((const char *)row + offset);
		size_t k = 0;

		if (!value_known(*v)) {
			err = v->err ? v->err : err;
			continue;
		}
		while (k < n && seen[k] != v->text && strcmp(seen[k], v->text) != 0)
			k++;
		if (k < n || n == COUNT(seen))
			continue;
		seen[n++] = v->text;
		all = all ? arena_printf(t->a, "%s, %s", all, v->text) : v->text;
	}
	return all ? value_text(all, 0) : value_error(err, 0);
}

/* Whether the rows are still those of this machine: CPUs came or went, or a policy stopped answering. */
static bool stale(const struct frequency_tick *ft)
{
	const struct frequency *old = ft->t->prev;
	const struct policy *rows = old ? old->policy.row : NULL;
	const struct block *topology = snapshot_block(ft->t->so_far, &probe_topology);

	if (!ft->st->any || !topology || topology->id != ft->st->topology_id)
		return true;
	for (uint32_t i = 0; old && i < old->policy.n; i++)
		if (rows[i].governor.known == KNOWN_ABSENT && rows[i].governor.age_ds == 0)
			return ft->t->now_ns - ft->st->listed_ns > UINT64_C(1000000000) * LIST_AGAIN_NS_S;
	return !ft->st->npolicies && ft->t->now_ns - ft->st->listed_ns > UINT64_C(1000000000) * LIST_AGAIN_NS_S;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct frequency_tick ft = {
		.t = t,
		.st = state,
		.topology = snapshot_facts(t->so_far, &probe_topology),
		.load = snapshot_facts(t->so_far, &probe_load),
		.cpu = snapshot_facts(t->so_far, &probe_cpu),
		.gated = clock_reads_interrupt(t->so_far),
	};
	const struct block *topology = snapshot_block(t->so_far, &probe_topology);
	const struct frequency *old = t->prev;
	struct frequency *f = facts;
	int err = 0;

	if (stale(&ft)) {
		err = frequency_list(&ft);
		ft.st->topology_id = topology ? topology->id : 0;
		ft.st->listed_ns = t->now_ns;
		ft.st->any = err == 0;
	}
	if (err)
		return err;
	if (!old || ft.st->turn % 10 == 0 || t->want->everything) {
		read_switches(t, f);
	} else {
		struct carry carry = {.a = t->a, .older_ds = (t->now_ns - t->prev_ns) / 100000000};

		row_carry(&carry, fields, COUNT(fields), old, f);
	}
	frequency_policies(&ft, f);
	frequency_cpus(&ft, f);
	f->driver = summary(t, f, offsetof(struct policy, driver));
	f->governor = summary(t, f, offsetof(struct policy, governor));
	return 0;
}

static void end(struct host *h, void *state)
{
	frequency_forget(h, state);
}

const struct policy *frequency_policy(const struct frequency *f, uint64_t id)
{
	const struct policy *rows = f ? f->policy.row : NULL;

	for (uint32_t i = 0; f && i < f->policy.n; i++)
		if (rows[(id + i) % f->policy.n].id.u == id)
			return &rows[(id + i) % f->policy.n];
	return NULL;
}

const struct frequency_cpu *frequency_cpu(const struct frequency *f, uint64_t id, uint32_t *hint)
{
	const struct frequency_cpu *rows = f ? f->cpu.row : NULL;
	uint32_t from = hint ? *hint : 0;

	for (uint32_t i = 0; f && i < f->cpu.n; i++) {
		uint32_t at = (from + i) % f->cpu.n;

		if (rows[at].id.u != id)
			continue;
		if (hint)
			*hint = at + 1;
		return &rows[at];
	}
	return NULL;
}

const struct policy *frequency_policy_of(const struct frequency *f, uint64_t cpu)
{
	const struct frequency_cpu *row = frequency_cpu(f, cpu, NULL);

	return row && value_known(row->policy) ? frequency_policy(f, row->policy.u) : NULL;
}

bool driver_adapts(const char *driver)
{
	return strcmp(driver, "intel_pstate") == 0 || strcmp(driver, "amd-pstate-epp") == 0 ||
	       strcmp(driver, "amd_pstate_epp") == 0;
}

bool driver_pins(const char *driver)
{
	return !driver_adapts(driver) && strcmp(driver, "pcc-cpufreq") != 0;
}

static const struct row_set policy_sets[] = {
	{"policy", "id", offsetof(struct frequency, policy), sizeof(struct policy), policy_fields, NPOLICY_FIELDS, NULL,
		0},
	{"cpu", "id", offsetof(struct frequency, cpu), sizeof(struct frequency_cpu), frequency_cpu_fields,
		NFREQUENCY_CPU_FIELDS, NULL, 0},
};

const struct probe probe_frequency = {
	.name = "frequency",
	.title = "Frequency",
	.needs = SOURCES("kernel", "load", "topology", "cpu"),
	.size = sizeof(struct frequency),
	.state_size = sizeof(struct frequency_state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = policy_sets,
	.nsets = COUNT(policy_sets),
	.sample = sample,
	.end = end,
};
