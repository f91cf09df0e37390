/* What the Idle panel says in words: how deep CPUs may sleep, what waking costs, and who limits it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/firmware.h"
#include "probes/limits.h"
#include "probes/report.h"
#include "tui/cpu_look.h"
#include "tui/panels/idle_impl.h"
#include "widgets/format.h"

static const char *s(uint64_t n)
{
	return n == 1 ? "" : "s";
}

const char *idle_us(struct value us, char buf[16])
{
	if (!value_known(us))
		snprintf(buf, 16, "-");
	else if (us.u < 10000)
		snprintf(buf, 16, "%u µs", (unsigned)us.u);
	else if (us.u < 100000000)
		snprintf(buf, 16, "%u ms", (unsigned)(us.u / 1000));
	else
		snprintf(buf, 16, "forever");
	return buf;
}

static const char *us(struct arena *a, struct value v)
{
	char text[16];

	return arena_strdup(a, idle_us(v, text));
}

/* " held by tuned (pid 812)"; whoever holds a limit keeps its file open. */
static const char *holders(struct arena *a, const struct idle *i, bool wakeup)
{
	const struct idle_holder *rows = i->holder.row, *first = NULL;
	unsigned n = 0;

	if (i->holder.known == KNOWN_DENIED)
		return ", by whom only root can see";
	for (uint32_t k = 0; i->holder.known == KNOWN && k < i->holder.n; k++) {
		if (!value_u64_or(wakeup ? rows[k].wakeup : rows[k].latency, 0))
			continue;
		first = n++ ? first : &rows[k];
	}
	if (!n)
		return ", held by nobody that can be found";
	return arena_printf(a, " held by %s (pid %u)%s", value_text_or(first->comm, "a process"),
		(unsigned)first->pid.u, n > 1 ? arena_printf(a, " and %u more", n - 1) : "");
}

const char *idle_limit_words(struct arena *a, const struct idle *i)
{
	const char *text;

	if (value_known(i->limit_us))
		text = arena_printf(a, "limit %s%s", us(a, i->limit_us), holders(a, i, false));
	else if (value_known(i->limit))
		text = "no latency limit set";
	else if (i->limit.err == -EOPNOTSUPP)
		text = "latency limits are not in its files";
	else if (i->limit.known == KNOWN_DENIED)
		text = "whether a latency limit is set only root can see";
	else
		text = "whether a latency limit is set is not known";
	if (value_known(i->wakeup_limit_us))
		text = arena_printf(a, "%s; wake-up limit %s%s", text, us(a, i->wakeup_limit_us), holders(a, i, true));
	return text;
}

/* ": C1E and C6 are out": states that no CPU may enter, though they are there. */
static const char *out(struct arena *a, const struct sleeps *sl)
{
	const char *text = "";
	size_t n = 0, left = 0;

	for (size_t i = 0; i < sl->n; i++)
		left += !sl->row[i].allowed && sl->row[i].disabled < sl->row[i].cpus;
	for (size_t i = 0; i < sl->n; i++) {
		if (sl->row[i].allowed || sl->row[i].disabled == sl->row[i].cpus)
			continue;
		n++;
		text = arena_printf(a, "%s%s%s", text, n == 1 ? "" : n == left ? " and " : ", ", sl->row[i].name);
	}
	return n ? arena_printf(a, ": %s %s out", text, n == 1 ? "is" : "are") : "";
}

static const char *disabled(struct arena *a, const struct sleeps *sl)
{
	const char *text = "";

	for (size_t i = 0; i < sl->n; i++)
		if (sl->row[i].disabled)
			text = arena_printf(a, "%s; %s is disabled%s", text, sl->row[i].name,
				sl->row[i].disabled == sl->row[i].cpus
					? ""
					: arena_printf(a, " on %zu of %zu CPUs", sl->row[i].disabled, sl->row[i].cpus));
	return text;
}

/* Limits of single CPUs: the file says 0 where there is none, and n/a where it is 0 µs. */
static const char *own_limits(struct arena *a, const struct idle *i)
{
	const struct idle_cpu *rows = i->cpu.row;
	size_t n = 0;

	for (uint32_t k = 0; k < i->cpu.n; k++)
		n += strcmp(value_text_or(rows[k].limited_by, ""), IDLE_BY_OWN) == 0;
	return n ? arena_printf(a, "; %zu CPU%s held by limits of their own", n, n == 1 ? " is" : "s are") : "";
}

/* Why a CPU that has other states may only poll. */
static const char *polls_as(struct arena *a, const struct idle *i, const struct idle_cpu *c)
{
	const char *by = value_text_or(c->limited_by, "");

	if (strcmp(by, IDLE_BY_GLOBAL) == 0)
		return idle_limit_words(a, i);
	if (strcmp(by, IDLE_BY_OWN) == 0 && !value_u64_or(c->resume_latency_us, 1))
		return "own limit n/a, which means 0 µs";
	if (strcmp(by, IDLE_BY_OWN) == 0)
		return arena_printf(a, "own limit %s, no state is that fast", us(a, c->resume_latency_us));
	if (strcmp(by, IDLE_BY_WAKEUP) == 0)
		return arena_printf(a, "wake-up limit %s", us(a, i->wakeup_limit_us));
	return "the states to sleep in are disabled";
}

/* Where single CPUs poll for a reason of their own, the limit of all is not to be forgotten. */
static struct idle_said polling(struct arena *a, const struct idle *i, const struct sleeps *sl)
{
	const struct idle_cpu *rows = i->cpu.row;
	bool all = i->polling.u >= sl->cpus, own = false;
	const char *why = "",
		   *who = all ? "CPUs" : arena_printf(a, "%u CPU%s", (unsigned)i->polling.u, s(i->polling.u));

	for (uint32_t k = i->cpu.n; k-- > 0;)
		if (value_u64_or(rows[k].only_poll, 0)) {
			why = polls_as(a, i, &rows[k]);
			own = strcmp(value_text_or(rows[k].limited_by, ""), IDLE_BY_GLOBAL) != 0;
		}
	return (struct idle_said){
		arena_printf(a,
			"%s may only poll (%s): idle, such a CPU spins at full power and slows the other "
			"thread of its core%s.",
			who, why,
			own && !all && value_known(i->limit_us)
				? arena_printf(a, "; for all others: %s", idle_limit_words(a, i))
				: ""),
		ROLE_strong};
}

static struct idle_said no_states(struct arena *a, const struct snapshot *snap, const struct idle *i)
{
	const struct firmware *fw = snapshot_facts(snap, &probe_firmware);
	const char *none = i->driver.known == KNOWN_ABSENT ? "No idle states are shown here"
			   : !value_known(i->driver)       ? "The idle states cannot be read"
			   : strcmp(i->driver.text, "none") == 0
				   ? "No cpuidle driver"
				   : arena_printf(a, "cpuidle driver %s, but no CPU has states", i->driver.text);

	if (value_known(i->boot) && strstr(i->boot.text, "idle=poll"))
		return (struct idle_said){arena_printf(a,
						  "%s: idle=poll on the kernel's command line lets idle CPUs "
						  "spin at full power.",
						  none),
			ROLE_strong};
	if (fw && value_u64_or(fw->guest, 0))
		return (struct idle_said){
			arena_printf(a, "%s: this host is itself a guest, how deep its CPUs sleep is decided outside.",
				none),
			ROLE_text};
	if (strcmp(value_text_or(i->driver, ""), "none") != 0) /* a capture may have left them out */
		return (struct idle_said){
			arena_printf(a, "%s: how deep its CPUs sleep is not known.", none), ROLE_text};
	return (struct idle_said){
		arena_printf(a, "%s: idle CPUs are halted; how deep they sleep then, the firmware decides.", none),
		ROLE_text};
}

struct idle_said idle_sentence(struct arena *a, const struct snapshot *snap, const struct sleeps *sl)
{
	const struct idle *i = snapshot_facts(snap, &probe_idle);
	const struct block *b = snap ? snapshot_block(snap, &probe_idle) : NULL;

	if (!i)
		return (struct idle_said){b && b->err && snap->whole
						  ? arena_printf(a, "The idle states of this host cannot be read: %s.",
							    errno_word(b->err))
						  : "Reading this host …",
			ROLE_text};
	if (!sl->cpus)
		return no_states(a, snap, i);
	if (value_u64_or(i->polling, 0))
		return polling(a, i, sl);
	if (!value_known(i->deepest) || !value_known(i->exit_us))
		return (struct idle_said){
			arena_printf(a, "How deep CPUs may sleep is not known; %s.", idle_limit_words(a, i)),
			ROLE_text};
	return (struct idle_said){
		arena_printf(a, "CPUs may sleep down to %s: waking costs %s; %s%s%s%s.", i->deepest.text,
			us(a, i->exit_us), idle_limit_words(a, i), out(a, sl), disabled(a, sl), own_limits(a, i)),
		ROLE_text};
}

const char *idle_summary(struct arena *a, const struct idle_cpus *l, bool chosen)
{
	const struct idle *i = l->idle;
	const char *text = chosen ? "sorted" : "costliest wake-ups first";
	char count[FORMAT_SIZE];

	if (!i)
		return "";
	if (value_u64_or(i->every, 1) > 1) /* said before what everybody can see elsewhere */
		text = arena_printf(a, "%s · %s", text, value_text_or(i->pace, "read more slowly"));
	if (l->sleeps.known)
		text = arena_printf(a, "%s · %.0f %% awake · %.0f %% in deep states", text,
			percent_calm(100 * l->sleeps.awake), percent_calm(100 * l->sleeps.deep));
	if (l->sleeps.known && l->sleeps.asleep > 0.1)
		text = arena_printf(a, "%s · %.0f %% not yet known", text, percent_calm(100 * l->sleeps.asleep));
	if (value_known(i->entries_per_s))
		text = arena_printf(a, "%s · %s entries/s", text, format_calm_count(i->entries_per_s.f, count));
	if (i->driver.known != KNOWN_ABSENT)
		text = arena_printf(a, "%s · %s", text, value_words(a, i->driver, TYPE_TEXT));
	if (value_known(i->governor))
		text = arena_printf(a, "%s · %s", text, i->governor.text);
	if (value_known(i->intel_max_cstate))
		text = arena_printf(a, "%s · intel_idle.max_cstate %u", text, (unsigned)i->intel_max_cstate.u);
	if (value_known(i->processor_max_cstate))
		text = arena_printf(a, "%s · processor.max_cstate %u", text, (unsigned)i->processor_max_cstate.u);
	return text;
}
