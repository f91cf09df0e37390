/* Check C10: whether the limit of sleep in the profile of tuned limits anything, and is in force. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/daemons.h"
#include "probes/idle.h"
#include "probes/parse.h"
#include "probes/util.h"

/* What the profile asks for: so many µs, which are those of a state where it names one. */
struct promise {
	double us; /* NAN: nothing that there is */
	const struct idle_state *state; /* NULL: a plain number */
	bool doubt; /* what decides could not be read */
};

/* One of the choices of force_latency: "cstate.id_no_zero:3", "cstate.name:C1E", "70". */
struct choice {
	struct slice name;
	uint64_t number;
	bool by_name, no_zero;
};

static bool choice_of_state(struct slice s, struct choice *ret)
{
	static const struct {
		const char *key;
		bool by_name, no_zero;
	} keys[] = {{"cstate.id_no_zero:", false, true}, {"cstate.id:", false, false},
		{"cstate.name_no_zero:", true, true}, {"cstate.name:", true, false}};

	for (size_t i = 0; i < COUNT(keys); i++)
		if (slice_starts(s, keys[i].key)) {
			size_t n = strlen(keys[i].key);

			*ret = (struct choice){{s.p + n, s.len - n}, 0, keys[i].by_name, keys[i].no_zero};
			return keys[i].by_name || parse_u64(ret->name, &ret->number) == 0;
		}
	return false;
}

static const struct idle_state *state_of(const struct idle_cpu *cpu, const struct choice *c)
{
	const struct idle_state *s = cpu->state.row;

	if (!c->by_name)
		return idle_state(cpu, c->number);
	for (uint32_t i = 0; i < cpu->state.n; i++)
		if (value_known(s[i].name) && slice_is(c->name, s[i].name.text))
			return &s[i];
	return NULL;
}

static const char *latency_at(struct check_run *r, const struct idle_cpu *cpu, const struct idle_state *s)
{
	return check_address(
		r, "idle.cpu[%u].state[%u].latency_us", (unsigned)cpu->id.u, (unsigned)value_u64_or(s->index, 0));
}

/* As tuned does it: the first choice that can be had, by the states of the first CPU. */
static struct promise promised(struct check_run *r, const char *text, const struct idle_cpu *cpu)
{
	struct promise p = {.us = NAN};
	struct slice rest = slice_of(text), s;
	struct choice c;
	uint64_t us;

	while (rest.len && isnan(p.us)) {
		const char *bar = memchr(rest.p, '|', rest.len);
		size_t n = bar ? (size_t)(bar - rest.p) : rest.len;

		s = slice_trim((struct slice){rest.p, n});
		rest = (struct slice){rest.p + n + !!bar, rest.len - n - !!bar};
		p.state = NULL;
		if (parse_u64(s, &us) == 0)
			p.us = (double)us;
		if (!isnan(p.us) || !choice_of_state(s, &c) || !(p.state = state_of(cpu, &c)))
			continue;
		if (!check_known(r, p.state->latency_us, latency_at(r, cpu, p.state))) {
			p.doubt = true;
			return p;
		}
		if (p.state->latency_us.u || !c.no_zero)
			p.us = (double)p.state->latency_us.u;
	}
	return p;
}

/* The longest way out of a state of that CPU, whoever may enter it; false: it is not known of all, which is noted. */
static bool longest(struct check_run *r, const struct idle_cpu *cpu, double *ret)
{
	const struct idle_state *s = cpu->state.row;

	*ret = 0;
	for (uint32_t i = 0; i < cpu->state.n; i++) {
		if (!check_known(r, s[i].latency_us, latency_at(r, cpu, &s[i])))
			return false;
		*ret = fmax(*ret, (double)s[i].latency_us.u);
	}
	return true;
}

/* A limit that allows the deepest state, or C6 of any kind, is none. */
static bool limits_nothing(const struct promise *p, double most)
{
	const char *name = p->state ? value_text_or(p->state->name, "") : "";

	return most >= LIMIT_deep_us && (p->us >= most || (p->us >= LIMIT_deep_us && strncmp(name, "C6", 2) == 0));
}

static void fire_promise(
	struct check_run *r, const struct daemons *d, const struct idle_cpu *cpu, double most, const struct promise *p)
{
	const char *profile = value_text_or(d->tuned_profile, "?");

	if (p->state)
		check_fire(r, SEVERITY_WARN, "daemons.tuned_force_latency",
			"Profile %s of tuned asks for the latency of state %u, which is %s (%.0f µs) here%s: that is "
			"no limit.",
			profile, (unsigned)value_u64_or(p->state->index, 0), value_text_or(p->state->name, "?"), p->us,
			p->us >= most ? ", the deepest" : "");
	else
		check_fire(r, SEVERITY_WARN, "daemons.tuned_force_latency",
			"Profile %s of tuned asks for %.0f µs, and the deepest state here takes %.0f: that is no "
			"limit.",
			profile, p->us, most);
	if (p->state)
		check_evidence(r, latency_at(r, cpu, p->state));
	check_cost(r, fmin(p->us, most), NAN);
}

/* What the profile says is one thing, what the kernel was told another: tuned may not run. */
static void judge_force(struct check_run *r, const struct daemons *d, const struct idle *idle, const struct promise *p)
{
	const char *profile = value_text_or(d->tuned_profile, "?");

	if (value_known(idle->exit_us) && (double)idle->exit_us.u <= p->us) {
		check_pass(r, "Profile %s limits sleep to %.0f µs%s%s, and no CPU may sleep deeper.", profile, p->us,
			p->state ? ", " : "", p->state ? value_text_or(p->state->name, "?") : "");
		return;
	}
	if (check_absent(idle->limit))
		check_unknown(r,
			"Whether the limit of profile %s is in force is asked of /dev/cpu_dma_latency, and that "
			"is not here.",
			profile);
	else if (check_known(r, idle->limit, "idle.limit") && check_known(r, idle->exit_us, "idle.exit_us")) {
		check_fire(r, SEVERITY_WARN, "idle.limit",
			"Profile %s of tuned promises %.0f µs, but the limit of all CPUs is %s: they may sleep in %s "
			"(%u "
			"µs).",
			profile, p->us, idle->limit.text, value_text_or(idle->deepest, "?"), (unsigned)idle->exit_us.u);
		check_evidence(r, "daemons.tuned_force_latency");
		check_cost(r, (double)idle->exit_us.u, NAN);
	}
}

static void judge_tuned(struct check_run *r, const struct daemons *d, const struct idle *idle)
{
	const char *text = d->tuned_force_latency.text, *profile = d->tuned_profile.text;
	const struct idle_cpu *cpu = idle->cpu.row;
	struct promise p;
	double most;

	if (!idle->cpu.n || !cpu->state.n) {
		check_not_applicable(r, "CPUs show no idle states here.");
		return;
	}
	p = promised(r, text, cpu);
	if (p.doubt || !longest(r, cpu, &most))
		return;
	if (isnan(p.us) && strcasecmp(text, "none") == 0)
		check_not_applicable(r, "Profile %s of tuned promises no limit of sleep.", profile);
	else if (isnan(p.us))
		check_fire(r, SEVERITY_WARN, "daemons.tuned_force_latency",
			"Profile %s of tuned asks for %s, which CPUs here do not have: that is no limit.", profile,
			check_name(r, d->tuned_force_latency));
	else if (limits_nothing(&p, most))
		fire_promise(r, d, cpu, most, &p);
	else
		judge_force(r, d, idle, &p);
}

void rule_C10(struct check_run *r)
{
	const struct daemons *d = ask_latency(r) ? check_facts(r, &probe_daemons) : NULL;
	const struct idle *idle = d ? check_facts(r, &probe_idle) : NULL;

	if (!idle)
		return;
	if (check_absent(d->tuned_profile)) {
		check_not_applicable(r, "tuned has no active profile here.");
		return;
	}
	if (!check_known(r, d->tuned_profile, "daemons.tuned_profile"))
		return;
	if (check_absent(d->tuned_force_latency)) {
		check_not_applicable(r, "Profile %s of tuned promises no limit of sleep.", d->tuned_profile.text);
		return;
	}
	if (!check_known(r, d->tuned_force_latency, "daemons.tuned_force_latency") ||
		(!check_absent((struct value){.known = idle->cpu.known}) && !check_list(r, &idle->cpu, "idle.cpu")))
		return;
	judge_tuned(r, d, idle);
}
