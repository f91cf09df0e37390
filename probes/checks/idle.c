/* Checks C01 to C04: how deep the CPUs of guests and of their packets sleep, and how well that was guessed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/idle.h"

#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/cpuset.h"
#include "probes/util.h"

/* The idle facts of CPUs that have states; NULL: it is said why. */
static const struct idle *states(struct check_run *r)
{
	const struct idle *idle = check_facts(r, &probe_idle);

	if (!idle)
		return NULL;
	if (idle->cpu.known == KNOWN_ABSENT) {
		check_not_applicable(r, "CPUs show no idle states here%s%s.",
			value_known(idle->driver) ? ": driver " : "", value_text_or(idle->driver, ""));
		return NULL;
	}
	return check_list(r, &idle->cpu, "idle.cpu") ? idle : NULL;
}

static struct cpuset *room_for(struct check_run *r, const struct idle *idle)
{
	const struct idle_cpu *row = idle->cpu.row;

	return cpuset_new(r->a, idle->cpu.n ? (uint32_t)row[idle->cpu.n - 1].id.u + 1 : 0);
}

/* A thread that ended has no such fact; one whose fact cannot be read may be anywhere, which is noted. */
static bool thread_known(struct check_run *r, const struct placement_guest *g, const struct placement_thread *th,
	struct value v, const char *field)
{
	return !check_absent(v) && check_known(r, v, value_known(v) ? NULL : here_thread_at(r, g, th, field));
}

/* Where threads of guests may run, all of them. */
static void add_guests(struct check_run *r, const struct placement *place, struct cpuset *to)
{
	const struct placement_guest *g = place->guest.row;

	for (uint32_t i = 0; i < place->guest.n; i++) {
		const struct placement_thread *th = g[i].thread.row;

		if (!here_joined(r, &g[i]))
			continue;
		for (uint32_t k = 0; k < g[i].thread.n; k++)
			if (thread_known(r, &g[i], &th[k], th[k].allowed, "allowed"))
				ask_add_fitting(to, th[k].allowed.set);
	}
}

/* Where the threads that move packets and blocks of guests last ran. */
static void add_carriers(struct check_run *r, const struct placement *place, struct cpuset *to)
{
	const struct placement_guest *g = place->guest.row;

	for (uint32_t i = 0; i < place->guest.n; i++) {
		const struct placement_thread *th = g[i].thread.row;

		for (uint32_t k = 0; k < g[i].thread.n; k++)
			if ((ask_is(th[k].role, "vhost") || ask_is(th[k].role, "iothread")) &&
				thread_known(r, &g[i], &th[k], th[k].now, "now") && th[k].now.u < to->nbits)
				cpuset_add(to, (uint32_t)th[k].now.u);
	}
}

/* The CPUs that do I/O: where interrupts of cards and disks land, and where those threads run. */
static struct cpuset *io_cpus(struct check_run *r, const struct idle *idle, const struct placement *place)
{
	struct cpuset *cpus = room_for(r, idle);

	ask_add_fitting(cpus, ask_io_cpus(r));
	add_carriers(r, place, cpus);
	return cpus;
}

/* What a CPU loses by waking up from deep states. */
struct naps {
	double wakes, ms_per_s;
	const struct idle_state *most; /* the one that it leaves most often */
};

static struct naps naps_of(const struct idle_cpu *c)
{
	const struct idle_state *row = c->state.row;
	struct naps n = {.most = NULL};

	for (uint32_t i = 0; i < c->state.n; i++) {
		double wakes = value_f64_or(row[i].entries_per_s, 0), us = (double)value_u64_or(row[i].latency_us, 0);

		if (us < LIMIT_deep_us || wakes <= 0)
			continue;
		n.wakes += wakes;
		n.ms_per_s += wakes * us / 1000;
		if (!n.most || wakes > value_f64_or(n.most->entries_per_s, 0))
			n.most = &row[i];
	}
	return n;
}

static bool naps_deeply(const struct idle_cpu *c, const struct naps *n)
{
	return value_f64_or(c->deep, 0) >= LIMIT_deep_share && n->wakes >= LIMIT_deep_wakes;
}

/* CPUs that sleep in one state at the deepest. */
struct depth {
	const char *name;
	uint64_t us;
	uint32_t first;
	struct cpuset *cpus;
};
enum { DEPTHS = 8 }; /* kinds of CPUs are few: what is more is added to the last */

static void add_depth(
	struct check_run *r, const struct idle *idle, struct depth *all, size_t *n, const struct idle_cpu *c)
{
	const char *name = value_text_or(c->deepest, "?");
	size_t i = 0;

	while (i < *n && (all[i].us != c->exit_us.u || strcmp(all[i].name, name) != 0))
		i++;
	if (i == DEPTHS)
		i--;
	if (i == *n)
		all[(*n)++] = (struct depth){name, c->exit_us.u, (uint32_t)c->id.u, room_for(r, idle)};
	cpuset_add(all[i].cpus, (uint32_t)c->id.u);
}

static void fire_depths(struct check_run *r, const struct depth *all, size_t n, enum severity severity)
{
	for (size_t i = 0; i < n; i++) {
		check_fire(r, severity, check_address(r, "idle.cpu[%u].exit_us", (unsigned)all[i].first),
			"%s of guests and their I/O may sleep in %s, which takes %u µs to leave (felt from %.0f µs "
			"on).",
			ask_cpus_text(r, all[i].cpus), all[i].name, (unsigned)all[i].us, r->latency_us);
		check_cost(r, (double)all[i].us, NAN);
	}
}

void rule_C01(struct check_run *r)
{
	const struct placement *place = ask_latency_guests(r);
	const struct idle *idle = place ? states(r) : NULL;
	const struct idle_cpu *row = idle ? idle->cpu.row : NULL;
	struct depth all[DEPTHS];
	struct cpuset *cpus, *io;
	bool asleep = false;
	size_t n = 0;

	if (!idle || !check_list(r, &place->guest, "placement.guest"))
		return;
	cpus = room_for(r, idle);
	add_guests(r, place, cpus);
	io = io_cpus(r, idle, place);
	ask_add_fitting(cpus, io);
	for (uint32_t i = 0; i < idle->cpu.n; i++) {
		struct naps naps;

		if (!cpuset_has(cpus, (uint32_t)row[i].id.u) || check_absent(row[i].exit_us))
			continue;
		if (!value_known(row[i].exit_us)) {
			check_known(r, row[i].exit_us, check_address(r, "idle.cpu[%u].exit_us", (unsigned)row[i].id.u));
			continue;
		}
		if ((double)row[i].exit_us.u < r->latency_us)
			continue;
		add_depth(r, idle, all, &n, &row[i]);
		naps = naps_of(&row[i]);
		asleep = asleep || (cpuset_has(io, (uint32_t)row[i].id.u) && naps_deeply(&row[i], &naps));
	}
	fire_depths(r, all, n, asleep && r->profile != PROFILE_WEB ? SEVERITY_CRIT : SEVERITY_WARN);
	check_pass(r, "No CPU of guests takes %.0f µs or more to wake up.", r->latency_us);
}

static void fire_naps(struct check_run *r, const struct idle_cpu *c, const struct naps *n)
{
	check_fire(r, SEVERITY_WARN, check_address(r, "idle.cpu[%u].deep", (unsigned)c->id.u),
		"CPU %u does I/O, sleeps deeply for %.0f %% of the time, and is woken from %s %.0f times a second: "
		"up to %.1f ms each second (%u µs each).",
		(unsigned)c->id.u, 100 * c->deep.f, value_text_or(n->most->name, "?"), n->wakes, n->ms_per_s,
		(unsigned)n->most->latency_us.u);
	check_cost(r, (double)n->most->latency_us.u, n->wakes);
}

void rule_C02(struct check_run *r)
{
	const struct placement *place = ask_latency_guests(r);
	const struct idle *idle = place ? states(r) : NULL;
	const struct idle_cpu *row = idle ? idle->cpu.row : NULL;
	struct naps worst = {.most = NULL};
	struct cpuset *cpus;
	uint32_t bad = 0, worst_cpu = 0;

	if (!idle || !check_list(r, &place->guest, "placement.guest"))
		return;
	cpus = io_cpus(r, idle, place);
	for (uint32_t i = 0; i < idle->cpu.n; i++) {
		unsigned id = (unsigned)row[i].id.u;
		struct naps n;

		if (!cpuset_has(cpus, id))
			continue;
		if (!value_known(row[i].deep)) {
			check_known(r, row[i].deep, check_address(r, "idle.cpu[%u].deep", id));
			continue;
		}
		n = naps_of(&row[i]);
		if (!naps_deeply(&row[i], &n))
			continue;
		fire_naps(r, &row[i], &n);
		bad++;
		if (n.ms_per_s > worst.ms_per_s) {
			worst = n;
			worst_cpu = id;
		}
	}
	if (bad > 1)
		check_line(r,
			"%u of %u CPUs that do I/O sleep deeply: CPU %u is woken from %s %.0f times a second, up to "
			"%.1f ms each second.",
			bad, cpuset_count(cpus), worst_cpu, value_text_or(worst.most->name, "?"), worst.wakes,
			worst.ms_per_s);
	if (bad)
		check_evidence(r, check_address(r, "idle.cpu[%u].deep", (unsigned)worst_cpu));
	check_pass(r, "No CPU that does I/O (%s) sleeps deeply while it is woken often.",
		cpuset_count(cpus) ? ask_cpus_text(r, cpus) : "there is none now");
}

/* The address of a state's field. */
static const char *state_address(
	struct check_run *r, const struct idle_cpu *c, const struct idle_state *s, const char *field)
{
	return check_address(r, "idle.cpu[%u].state[%u].%s", (unsigned)c->id.u, (unsigned)s->index.u, field);
}

/* Entries since the last reading. */
static double entries_of(const struct idle_cpu *c, const struct idle_state *s)
{
	return value_f64_or(s->entries_per_s, 0) * value_f64_or(c->interval_s, 0);
}

struct guesses {
	uint32_t cpus, bad;
	double worst;
};

/* A fact of a state; an absence is none: the CPU is offline, or the kernel does not count it. */
static bool state_known(
	struct check_run *r, const struct idle_cpu *c, const struct idle_state *s, struct value v, const char *field)
{
	return !check_absent(v) && check_known(r, v, value_known(v) ? NULL : state_address(r, c, s, field));
}

static void judge_guesses(struct check_run *r, const struct idle_cpu *c, struct guesses *g)
{
	const struct idle_state *row = c->state.row;
	bool judged = false;

	for (uint32_t i = 0; i < c->state.n; i++) {
		double share;

		if (!state_known(r, c, &row[i], row[i].latency_us, "latency_us") ||
			(double)row[i].latency_us.u < LIMIT_deep_us ||
			!state_known(r, c, &row[i], row[i].entries_per_s, "entries_per_s") ||
			entries_of(c, &row[i]) < LIMIT_guess_entries ||
			!state_known(r, c, &row[i], row[i].above_share, "above_share"))
			continue;
		g->cpus += !judged;
		judged = true;
		share = row[i].above_share.f;
		if (share <= LIMIT_guess_note)
			continue;
		check_fire(r, share > LIMIT_guess_bad ? SEVERITY_WARN : SEVERITY_INFO,
			state_address(r, c, &row[i], "above_share"),
			"CPU %u: %.0f %% of %.0f sleeps in %s were too short for it (%u µs to leave).",
			(unsigned)c->id.u, 100 * share, entries_of(c, &row[i]), value_text_or(row[i].name, "?"),
			(unsigned)row[i].latency_us.u);
		check_cost(r, (double)row[i].latency_us.u, share * row[i].entries_per_s.f);
		g->bad++;
		g->worst = fmax(g->worst, share);
	}
}

void rule_C03(struct check_run *r)
{
	const struct idle *idle = ask_latency(r) ? states(r) : NULL;
	const struct idle_cpu *row = idle ? idle->cpu.row : NULL;
	struct guesses g = {.worst = 0};

	if (!idle || !check_known(r, idle->entries_per_s, "idle.entries_per_s"))
		return;
	for (uint32_t i = 0; i < idle->cpu.n; i++)
		judge_guesses(r, &row[i], &g);
	if (g.bad > 1)
		check_line(r,
			"Governor %s guesses too deep: up to %.0f %% of the sleeps in deep states are too short, "
			"on %u CPUs.",
			value_text_or(idle->governor, "?"), 100 * g.worst, g.bad);
	if (g.cpus)
		check_pass(r, "The sleeps in deep states last long enough, wherever there are enough to tell (%s).",
			ask_count(r, g.cpus, "CPU"));
	else
		check_pass(r, "No deep state is entered often enough to tell.");
}

void rule_C04(struct check_run *r)
{
	const struct idle *idle = states(r);
	const struct idle_cpu *row = idle ? idle->cpu.row : NULL;
	uint32_t counted = 0;

	if (!idle || !check_known(r, idle->entries_per_s, "idle.entries_per_s"))
		return;
	for (uint32_t i = 0; i < idle->cpu.n; i++) {
		const struct idle_state *s = row[i].state.row;

		for (uint32_t k = 0; k < row[i].state.n; k++) {
			double share, done = entries_of(&row[i], &s[k]);

			if (!state_known(r, &row[i], &s[k], s[k].rejected, "rejected"))
				continue;
			counted++;
			if (!state_known(r, &row[i], &s[k], s[k].rejected_share, "rejected_share"))
				continue;
			share = s[k].rejected_share.f;
			if (share <= LIMIT_rejected_share || done < LIMIT_guess_entries * (1 - share))
				continue;
			check_fire(r, SEVERITY_INFO, state_address(r, &row[i], &s[k], "rejected_share"),
				"CPU %u: %.0f %% of the attempts to enter %s failed, since an interrupt came first.",
				(unsigned)row[i].id.u, 100 * share, value_text_or(s[k].name, "?"));
			check_cost(r, 1, share / (1 - fmin(share, 0.99)) * value_f64_or(s[k].entries_per_s, 0));
		}
	}
	if (counted)
		check_pass(r, "Hardly any sleep is refused because of interrupts.");
	else if (ask_absence_tells(r))
		check_not_applicable(r, "This kernel does not count refused sleeps.");
	else
		check_unknown(r, "This folder has no counts of refused sleeps: the kernel does not count them, or they "
				 "were not collected.");
}
