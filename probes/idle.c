/* Idle: drivers, states and limits of all CPUs, their counters sampled no more often than they deserve. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/idle.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/host/host.h"
#include "probes/idle_impl.h"
#include "probes/kernel.h"
#include "probes/load.h"
#include "probes/parse.h"
#include "probes/topology.h"

/* CPUs whose states are read for the first time in a tick: each has some forty files, and the first answer is awaited.
 */
enum { FRESH_FIRST = 64, FRESH_A_TICK = 512, REST_A_TICK = 256 };
static const uint64_t slow_every_ns = UINT64_C(10000000000);

/* The words of the kernel's command line that are about idle states. */
static struct value boot_words(struct idle_tick *it)
{
	static const char *const about[] = {"idle=", "intel_idle.", "processor.", "cpuidle.", "cpuidle_haltpoll."};
	const struct kernel *k = snapshot_facts(it->t->so_far, &probe_kernel);
	struct slice rest, word;
	const char *all = NULL;

	if (!k || !value_known(k->cmdline))
		return value_error(k && k->cmdline.err ? k->cmdline.err : -EINPROGRESS, 0);
	for (rest = slice_of(k->cmdline.text); slice_word(&rest, &word);)
		for (size_t i = 0; i < COUNT(about); i++)
			if (slice_starts(word, about[i]))
				all = arena_printf(
					it->t->a, "%s%s%.*s", all ? all : "", all ? " " : "", (int)word.len, word.p);
	return all ? value_text(all, 0) : value_error(-ENOENT, 0);
}

/* What hardly ever changes of the host: carried between two readings. */
static void read_host(struct idle_tick *it, struct idle *f)
{
	const struct tick *t = it->t;
	const struct idle *old = t->prev;
	struct idle_state_all *st = it->st;
	struct carry carry = {.a = t->a, .older_ds = old ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	bool ladder;

	if (old && !t->want->everything && t->now_ns - st->host_ns < slow_every_ns) {
		row_carry(&carry, idle_fields, IDLE_HOST_FIELDS, old, f);
		return;
	}
	st->host_ns = t->now_ns;
	f->driver = get_text(t, 0, CPU_FOLDER "/cpuidle/current_driver");
	f->governor = get_text(t, 0, CPU_FOLDER "/cpuidle/current_governor_ro");
	if (f->governor.known == KNOWN_ABSENT)
		f->governor = get_text(t, 1, CPU_FOLDER "/cpuidle/current_governor");
	f->governors = get_text(t, 0, CPU_FOLDER "/cpuidle/available_governors");
	f->boot = boot_words(it);
	f->intel_max_cstate = get_u64(t, 0, "/sys/module/intel_idle/parameters/max_cstate");
	f->processor_max_cstate = get_u64(t, 0, "/sys/module/processor/parameters/max_cstate");
	f->c1_demotion = get_bool(t, 0, CPU_FOLDER "/cpuidle/intel_c1_demotion");
	ladder = strcmp(value_text_or(f->governor, ""), "ladder") == 0;
	for (size_t i = 0; i < st->ncpus && ladder != st->ladder; i++)
		st->cpu[i].judge = true;
	st->ladder = ladder;
}

/* What the CPUs were idle by /proc/stat since the last tick, added up until their own counters are read. */
static void add_idle(struct idle_tick *it)
{
	const struct block *b = snapshot_block(it->t->so_far, &probe_load);
	double dt_us = b && it->st->load_ns ? (double)(b->t_ns - it->st->load_ns) / 1000 : 0;
	uint32_t hint = 0;
	bool any = false;

	it->st->load_id = b ? b->id : 0;
	it->st->load_ns = b ? b->t_ns : 0;
	for (size_t i = 0; i < it->st->ncpus; i++) {
		struct idle_cpu_state *c = &it->st->cpu[i];
		const struct load_cpu *l = c->online ? load_cpu(it->load, c->row.id.u, &hint) : NULL;

		any = any || (l && value_known(l->busy));
		if (l && value_known(l->busy))
			c->idle_us += dt_us * (100 - l->busy.f - value_f64_or(l->steal, 0)) / 100;
		else
			c->idle_err = l && l->busy.err ? l->busy.err : -EINPROGRESS;
	}
	if (any)
		return;
	it->load_err = it->load ? it->load->busy.err : b && b->err ? b->err : -EINPROGRESS;
	if (it->load_err == -ENOENT)
		it->load_err = -ENODATA; /* a copy without /proc/stat: nothing was recorded of its time */
	else if (!it->load_err)
		it->load_err = -EINPROGRESS;
	it->still = it->load_err == -ENODATA;
}

static bool on_screen(const struct tick *t, uint64_t cpu)
{
	return t->want->everything || (t->want->cpus && cpuset_has(t->want->cpus, (uint32_t)cpu));
}

/* How many CPUs may still be read for the first time in this tick, and how many have their rest read. */
struct budget {
	unsigned fresh, rest;
};

static void read_cpu(struct idle_tick *it, size_t i, struct budget *left)
{
	struct idle_state_all *st = it->st;
	struct idle_cpu_state *c = &st->cpu[i];
	const struct tick *t = it->t;
	bool seen = on_screen(t, c->row.id.u), first = c->fresh;
	bool slow = seen || (first ? !c->online : !c->rest && t->now_ns >= c->slow_due_ns);

	if (first && !left->fresh)
		return; /* its turn comes */
	if (c->rest && !slow && left->rest) {
		left->rest--;
		slow = true;
	}
	if (first || (c->broken && slow)) {
		left->fresh -= first && !t->want->everything;
		idle_read_once(it, c);
		first = true;
	}
	if (!c->online && !first)
		return;
	if (first || seen || (st->turn + i) % st->every == 0)
		idle_read_counters(it, c);
	if (slow) {
		bool rest = c->rest;

		idle_read_slow(it, c, seen);
		/* those that began together are parted: each tick has its share of them */
		c->slow_due_ns = t->now_ns + slow_every_ns * (rest ? i + 1 : st->ncpus) / st->ncpus;
	}
	if (!c->online)
		idle_rates_unknown(c, -ENODEV);
}

/* Everything is a little older; what is read in this tick is young again. */
static void grow_old(struct idle_tick *it)
{
	struct idle_state_all *st = it->st;
	uint64_t older = st->aged_ns ? (it->t->now_ns - st->aged_ns) / 100000000 : 0;

	st->aged_ns = st->aged_ns ? st->aged_ns + older * 100000000 : it->t->now_ns;
	for (size_t i = 0; older && i < st->ncpus; i++) {
		struct idle_cpu_state *c = &st->cpu[i];

		for (size_t k = 0; k < NIDLE_CPU_FIELDS; k++)
			value_age((struct value *)&c->row + k, older);
		for (size_t k = 0; k < (size_t)c->n * NIDLE_STATE_FIELDS; k++)
			value_age((struct value *)c->state + k, older);
	}
}

static void read_cpus(struct idle_tick *it)
{
	struct budget left = {it->st->turn ? FRESH_A_TICK : FRESH_FIRST, REST_A_TICK};

	if (it->t->want->everything)
		left.fresh = (unsigned)it->st->ncpus;

	for (size_t i = 0; i < it->st->ncpus; i++)
		read_cpu(it, i, &left);
	for (size_t i = 0; i < it->st->ncpus; i++)
		if (it->st->cpu[i].judge && !it->st->cpu[i].fresh)
			idle_judge(it, &it->st->cpu[i]);
	it->st->turn++;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	const struct block *topology = snapshot_block(t->so_far, &probe_topology);
	const struct block *load = snapshot_block(t->so_far, &probe_load);
	struct idle_state_all *st = state;
	struct idle_tick it = {.t = t,
		.st = st,
		.topology = snapshot_facts(t->so_far, &probe_topology),
		.load = snapshot_facts(t->so_far, &probe_load)};
	struct idle *f = facts;
	bool seen = st->seen;

	st->seen = true;
	if (!it.topology)
		return -EINPROGRESS;
	if (!seen && !t->want->everything)
		return -EINPROGRESS; /* the clocks come first: this probe reads more files than all others */
	if (topology->id != st->topology_id)
		idle_list(&it);
	else if (t->prev && load && load->id == st->load_id)
		return SAMPLE_SAME; /* right behind another tick */
	st->topology_id = topology->id;
	grow_old(&it);
	add_idle(&it);
	read_host(&it, f);
	idle_read_limits(&it);
	read_cpus(&it);
	idle_limits(&it, f);
	idle_holders(&it, f);
	idle_fill(&it, f);
	return 0;
}

static void end(struct host *h, void *state)
{
	idle_forget(h, state);
}

const struct idle_cpu *idle_cpu(const struct idle *i, uint64_t id, uint32_t *hint)
{
	const struct idle_cpu *rows = i ? i->cpu.row : NULL;
	uint32_t from = hint ? *hint : 0;

	for (uint32_t k = 0; i && k < i->cpu.n; k++) {
		uint32_t at = (from + k) % i->cpu.n;

		if (rows[at].id.u != id)
			continue;
		if (hint)
			*hint = at + 1;
		return &rows[at];
	}
	return NULL;
}

const struct idle_state *idle_state(const struct idle_cpu *c, uint64_t index)
{
	const struct idle_state *rows = c ? c->state.row : NULL;

	for (uint32_t k = 0; c && k < c->state.n; k++)
		if (rows[k].index.u == index)
			return &rows[k];
	return NULL;
}

static const struct row_set cpu_sets[] = {
	{"state", "index", offsetof(struct idle_cpu, state), sizeof(struct idle_state), idle_state_fields,
		NIDLE_STATE_FIELDS, NULL, 0},
};

static const struct row_set sets[] = {
	{"holder", "pid", offsetof(struct idle, holder), sizeof(struct idle_holder), idle_holder_fields,
		NIDLE_HOLDER_FIELDS, NULL, 0},
	{"cpu", "id", offsetof(struct idle, cpu), sizeof(struct idle_cpu), idle_cpu_fields, NIDLE_CPU_FIELDS,
		TABLE(cpu_sets)},
};

const struct probe probe_idle = {
	.name = "idle",
	.title = "Idle states",
	.needs = SOURCES("kernel", "load", "topology"),
	.size = sizeof(struct idle),
	.state_size = sizeof(struct idle_state_all),
	.fields = idle_fields,
	.nfields = NIDLE_FIELDS,
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};
