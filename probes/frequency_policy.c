/* Policies: which there are, and their files, each at the rate it deserves. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/frequency_impl.h"
#include "probes/host/host.h"
#include "probes/parse.h"

enum {
	TURN_POLICIES = 64, /* so many policies' limits and governors are read in a tick … */
	TURN_MOST = 10, /* … but each at least every tenth tick */
	TURN_MOST_BY_PATH = 30, /* or every thirtieth, where they are too many to be kept open */
	HINT_TURNS = 10, /* what names causes comes ten times more seldom … */
	HINT_TURNS_SEEN = 5, /* … but every fifth tick while it is on the screen */
	SLOW_TURNS = 60, /* and what hardly ever changes every sixtieth */
};

static void path_of(const struct policy_state *p, const char *file, char *buf, size_t size)
{
	if (p->legacy)
		snprintf(buf, size, CPU_FOLDER "/cpu%u/cpufreq%s%s", p->id, *file ? "/" : "", file);
	else
		snprintf(buf, size, CPU_FOLDER "/cpufreq/policy%u%s%s", p->id, *file ? "/" : "", file);
}

/* "0 1 2 3": affected_cpus and related_cpus are words, not a list. */
static struct value cpu_words(const struct tick *t, const struct policy_state *p, const char *file)
{
	char path[128];
	struct value v;
	struct slice rest, word;
	struct cpuset *set;
	uint64_t id, highest = 0;

	path_of(p, file, path, sizeof(path));
	v = get_text(t, 0, "%s", path);
	if (!value_known(v))
		return v;
	for (rest = slice_of(v.text); slice_word(&rest, &word);) {
		if (parse_u64(word, &id) || id >= CPUSET_MAX)
			return value_error(-EINVAL, 0);
		highest = id > highest ? id : highest;
	}
	set = cpuset_new(t->a, (uint32_t)highest + 1);
	for (rest = slice_of(v.text); slice_word(&rest, &word);)
		if (!parse_u64(word, &id))
			cpuset_add(set, (uint32_t)id);
	return value_set(set, 0);
}

static struct policy_state *add_policy(struct frequency_state *st, uint32_t id, bool legacy)
{
	st->policy = xrealloc(st->policy, st->npolicies + 1, sizeof(*st->policy));
	st->policy[st->npolicies] = (struct policy_state){.id = id, .cpu = id, .legacy = legacy, .new = true};
	return &st->policy[st->npolicies++];
}

static void list_legacy(struct frequency_tick *ft)
{
	const struct topology_cpu *rows = ft->topology->cpu.row;
	struct cpuset *done = cpuset_new(ft->t->a, CPUSET_MAX);

	for (uint32_t i = 0; i < ft->topology->cpu.n; i++) {
		struct policy_state probe = {.id = (uint32_t)rows[i].id.u, .legacy = true};
		struct value v;
		char path[128];

		if (cpuset_has(done, probe.id))
			continue;
		path_of(&probe, "scaling_driver", path, sizeof(path));
		v = get_text(ft->t, 0, "%s", path);
		if (v.known == KNOWN_ABSENT)
			continue;
		add_policy(ft->st, probe.id, true);
		v = cpu_words(ft->t, &probe, "affected_cpus");
		if (value_known(v))
			cpuset_add_all(done, v.set);
	}
}

static void drop_policy(struct host *h, struct policy_state *p)
{
	for (size_t i = 0; i < NFILES; i++)
		kept_drop(h, &p->kept[i]);
}

void frequency_forget(struct host *h, struct frequency_state *st)
{
	for (size_t i = 0; i < st->npolicies; i++)
		drop_policy(h, &st->policy[i]);
	free(st->policy);
	free(st->cpu);
	st->policy = NULL;
	st->cpu = NULL;
	st->npolicies = st->ncpus = 0;
}

/* The first CPU of each package seen so far: packages are few. */
struct leaders {
	int64_t *package;
	size_t *cpu; /* index */
	size_t n;
};

static size_t leader_of(struct leaders *l, int64_t package, size_t cpu)
{
	for (size_t i = l->n; i-- > 0;)
		if (l->package[i] == package)
			return l->cpu[i];
	l->package[l->n] = package;
	l->cpu[l->n++] = cpu;
	return cpu;
}

static void list_cpus(struct frequency_tick *ft)
{
	const struct topology_cpu *rows = ft->topology->cpu.row;
	struct frequency_state *st = ft->st;
	uint32_t n = ft->topology->cpu.n;
	struct leaders l = {arena_array(ft->t->a, n, sizeof(*l.package)), arena_array(ft->t->a, n, sizeof(*l.cpu)), 0};

	st->cpu = xcalloc(n, sizeof(*st->cpu));
	for (uint32_t i = 0; i < n; i++) {
		int64_t package = value_known(rows[i].package) ? rows[i].package.i : -1;
		size_t at = st->ncpus, leader;

		if (!value_u64_or(rows[i].online, 1))
			continue;
		leader = leader_of(&l, package, at);
		st->cpu[st->ncpus++] = (struct cpu_state){
			.id = (uint32_t)rows[i].id.u, .new = true, .own_package = leader == at, .leader = leader};
	}
}

/* Where not all files can be kept open, those that are read each tick come first. */
static void share_room(struct frequency_tick *ft)
{
	enum { KEPT_EACH = FILE_MAX + 1 };

	if (ft->st->npolicies * KEPT_EACH <= host_cost(ft->t->h).kept_limit)
		return;
	for (size_t i = 0; i < ft->st->npolicies; i++)
		for (int file = FILE_GOVERNOR; file <= FILE_MAX; file++)
			ft->st->policy[i].kept[file].id = KEPT_NO;
}

/* Everything anew: CPUs came or went, or a driver was switched. */
int frequency_list(struct frequency_tick *ft)
{
	struct cpuset *ids = NULL;
	int err;

	frequency_forget(ft->t->h, ft->st);
	ft->st->turn = 0;
	if (!ft->topology)
		return -EINPROGRESS;
	list_cpus(ft);
	err = get_ids(ft->t, CPU_FOLDER "/cpufreq", "policy", &ids);
	if (err && err != -ENOENT && err != -ENOTDIR)
		return err;
	if (!err)
		CPUSET_EACH(id, ids)
	add_policy(ft->st, (uint32_t)id, false);
	if (!ft->st->npolicies)
		list_legacy(ft);
	share_room(ft);
	return 0;
}

static int read_file(struct frequency_tick *ft, struct policy_state *p, enum policy_file file, struct answer *ret)
{
	static const char *const names[NFILES] = {
		"scaling_cur_freq", "scaling_governor", "scaling_min_freq", "scaling_max_freq", "cpuinfo_avg_freq"};
	char path[128];

	if (p->kept[file].id > 0) /* the path is only needed until it is kept */
		return kept_read(ft->t->h, &p->kept[file], "", ret);
	path_of(p, names[file], path, sizeof(path));
	return kept_read(ft->t->h, &p->kept[file], path, ret);
}

static struct value read_khz(struct frequency_tick *ft, struct policy_state *p, enum policy_file file)
{
	struct answer answer;
	int err = read_file(ft, p, file, &answer);

	if (!err && strncmp(answer.text, "<unknown>", 9) == 0)
		err = -EAGAIN; /* the driver has no answer for this CPU now */
	return err ? value_error(err, 0) : u64_value(answer.text, 0);
}

static struct value read_word(struct frequency_tick *ft, struct policy_state *p, enum policy_file file, const char *old)
{
	struct answer answer;
	int err = read_file(ft, p, file, &answer);
	struct slice s;

	if (err)
		return value_error(err, 0);
	s = slice_trim(slice_of(answer.text));
	if (old && slice_is(s, old))
		return value_text(old, 0); /* already in this block's arena: the text of the row that was carried */
	return text_value(ft->t->a, answer.text, 0);
}

/* What hardly ever changes. */
static void read_slow(struct frequency_tick *ft, struct policy_state *p, struct policy *row)
{
	const struct tick *t = ft->t;
	char folder[128];

	path_of(p, "", folder, sizeof(folder));
	row->id = value_u64(p->id, 0);
	row->folder = value_text(arena_strdup(t->a, folder), 0);
	row->cpus = cpu_words(t, p, "affected_cpus");
	row->related = cpu_words(t, p, "related_cpus");
	if (!value_known(row->related) || (value_known(row->cpus) && cpuset_equal(row->related.set, row->cpus.set)))
		row->related = row->cpus; /* one set: it is carried once */
	if (row->cpus.known == KNOWN_ABSENT)
		row->cpus = row->related;
	p->cpu = value_known(row->cpus) && cpuset_count(row->cpus.set) ? (uint32_t)cpuset_next(row->cpus.set, -1)
								       : p->id;
	p->alone = value_known(row->cpus) && cpuset_count(row->cpus.set) == 1;
	row->driver = get_text(t, 0, "%s/scaling_driver", folder);
	row->governors = get_text(t, 0, "%s/scaling_available_governors", folder);
	row->hw_min_khz = get_u64(t, 0, "%s/cpuinfo_min_freq", folder);
	row->hw_max_khz = get_u64(t, 0, "%s/cpuinfo_max_freq", folder);
	row->available_khz = get_text(t, 0, "%s/scaling_available_frequencies", folder);
	row->boost = get_bool(t, 0, "%s/boost", folder);
	row->epps = get_text(t, 0, "%s/energy_performance_available_preferences", folder);
	row->lowest_nonlinear_khz = get_u64(t, 0, "%s/amd_pstate_lowest_nonlinear_freq", folder);
	row->prefcore_ranking = get_u64(t, 0, "%s/amd_pstate_prefcore_ranking", folder);
	row->base_khz = frequency_base(ft, row, p->cpu);
	row->avg_khz = read_khz(ft, p, FILE_AVG);
	p->has_avg = row->avg_khz.known != KNOWN_ABSENT;
}

/* The energy preference is asked of the CPU itself by these drivers: it is left alone unless it is busy. */
static void read_epp(struct frequency_tick *ft, struct policy_state *p, const char *folder, struct policy *row)
{
	const struct tick *t = ft->t;

	if (t->want->deep || t->so_far->about.origin == HOST_DIRECTORY || frequency_may_interrupt(ft, p->cpu))
		row->epp = get_text(t, 0, "%s/energy_performance_preference", folder);
	else if (row->epps.known == KNOWN_ABSENT)
		row->epp = row->epps; /* where none can be chosen there is none */
	else if (!value_known(row->epp))
		row->epp = value_skipped(WOULD_INTERRUPT);
}

/* What names causes and may change by itself: another daemon, the firmware, a switch of the governor. */
static void read_hints(struct frequency_tick *ft, struct policy_state *p, struct policy *row)
{
	char folder[128];

	path_of(p, "", folder, sizeof(folder));
	row->bios_limit_khz = get_u64(ft->t, 0, "%s/bios_limit", folder);
	row->setspeed_khz = get_u64(ft->t, 0, "%s/scaling_setspeed", folder);
	if (row->setspeed_khz.err == -EINVAL)
		row->setspeed_khz = value_error(-ENOENT, 0); /* "<unsupported>": another governor */
	read_epp(ft, p, folder, row);
}

static struct value read_clock(struct frequency_tick *ft, struct policy_state *p)
{
	struct host *h = ft->t->h;
	struct value v;
	uint64_t from;

	if (!ft->gated)
		return read_khz(ft, p, FILE_CUR);
	if (!frequency_may_interrupt(ft, p->cpu) || !slow_reads_allowed(&ft->st->slow, ft->t->now_ns))
		return value_skipped(WOULD_INTERRUPT);
	from = host_now(h);
	v = read_khz(ft, p, FILE_CUR);
	slow_reads_note(&ft->st->slow, from, host_now(h));
	return v;
}

static bool on_screen(const struct tick *t, const struct policy_state *p)
{
	return t->want->everything || (t->want->cpus && cpuset_has(t->want->cpus, p->cpu));
}

/* The row of before, when it is still the same policy. */
static const struct policy *old_row(const struct tick *t, const struct policy_state *p, size_t i)
{
	const struct frequency *f = t->prev;
	const struct policy *rows = f ? f->policy.row : NULL;

	if (p->new || !rows || i >= f->policy.n || rows[i].id.u != p->id)
		return NULL;
	return &rows[i];
}

static void fill_policy(struct frequency_tick *ft, size_t i, uint64_t turns, struct carry *carry, struct policy *row)
{
	struct policy_state *p = &ft->st->policy[i];
	const struct policy *old = old_row(ft->t, p, i);
	uint64_t turn = ft->st->turn + i;
	bool mine = !old || on_screen(ft->t, p) || turn % turns == 0;
	bool busy = frequency_busy(ft, p->cpu);
	bool slow = !old || ft->t->want->everything || turn % (SLOW_TURNS * turns) == 0;

	if (old)
		row_carry(carry, policy_fields, NPOLICY_FIELDS, old, row);
	if (slow || row->base_khz.known == KNOWN_NOT_YET)
		read_slow(ft, p, row);
	if (slow || turn % (HINT_TURNS * turns) == 0 || (on_screen(ft->t, p) && turn % HINT_TURNS_SEEN == 0) ||
		(busy && row->epp.known == KNOWN_SKIPPED))
		read_hints(ft, p, row);
	if (mine) {
		row->governor = read_word(ft, p, FILE_GOVERNOR, value_text_or(row->governor, NULL));
		row->min_khz = read_khz(ft, p, FILE_MIN);
		row->max_khz = read_khz(ft, p, FILE_MAX);
		if (!slow && value_known(row->governor) && old->governor.known == KNOWN_ABSENT)
			read_slow(ft, p, row); /* it was away: another driver may have come */
	}
	if (mine || busy)
		row->cur_khz = read_clock(ft, p);
	if (p->has_avg && old && busy)
		row->avg_khz = read_khz(ft, p, FILE_AVG);
	frequency_changed(ft, p, old, row);
	p->new = false;
}

void frequency_policies(struct frequency_tick *ft, struct frequency *f)
{
	const struct tick *t = ft->t;
	size_t n = ft->st->npolicies;
	struct policy *rows = arena_array(t->a, n, sizeof(*rows));
	struct carry carry = {.a = t->a, .older_ds = t->prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	uint64_t turns = (n + TURN_POLICIES - 1) / TURN_POLICIES;
	uint64_t most = n && ft->st->policy[0].kept[FILE_GOVERNOR].id == KEPT_NO ? TURN_MOST_BY_PATH : TURN_MOST;

	turns = turns < 1 ? 1 : turns > most ? most : turns;
	for (size_t i = 0; i < n; i++)
		fill_policy(ft, i, turns, &carry, &rows[i]);
	ft->st->turn++;
	f->policies = value_u64(n, 0);
	f->policy =
		(struct rows){.row = rows, .n = (uint32_t)n, .known = n ? KNOWN : KNOWN_ABSENT, .err = n ? 0 : -ENOENT};
}
