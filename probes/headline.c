/* The headline: what the clocks of this host mean right now, in one sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/cpu.h"
#include "probes/firmware.h"
#include "probes/frequency.h"
#include "probes/limits.h"
#include "probes/load.h"
#include "probes/report.h"
#include "probes/silicon.h"

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* No cpufreq at all: in a guest that is how it should be, on a machine the firmware keeps the clock to itself. */
static struct headline no_policies(struct arena *a, const struct snapshot *s)
{
	const struct firmware *fw = snapshot_facts(s, &probe_firmware);
	const struct silicon *si = snapshot_facts(s, &probe_silicon);

	if (fw && value_u64_or(fw->guest, 0))
		return (struct headline){MOOD_UNKNOWN,
			arena_printf(a, "This host is itself a guest (%s): its clocks are set outside.",
				value_text_or(fw->guest_why, "no sign given")),
			"Run hvscope on the hypervisor below to see them."};
	if (si && si->cpu.n)
		return (struct headline){MOOD_UNKNOWN,
			"The kernel controls no clocks here: no cpufreq driver is bound.",
			"The firmware may do it by itself: look at its power profile."};
	return (struct headline){MOOD_UNKNOWN, "No CPU can be read here: nothing can be said of clocks.", NULL};
}

/* To 0.05 GHz: noise does not change the sentence. */
static double calm_ghz(uint64_t khz)
{
	return (double)((khz + 25000) / 50000) * 0.05;
}

static struct headline slow(struct arena *a, const struct silicon *si)
{
	double low = calm_ghz(si->low_khz.u), high = calm_ghz(value_u64_or(si->high_khz, 0)),
	       base = (double)si->base_khz.u / 1e6;
	const char *cause = value_text_or(si->cause, "what holds them down is not known");
	const char *clocks = arena_printf(a, "%.2f", low);
	struct headline h = {.mood = value_u64_or(si->far, 0) ? MOOD_CRIT : MOOD_WARN};

	if (high > 1.05 * low)
		clocks = arena_printf(a, "%.2f to %.2f", low, high);
	h.text = arena_printf(a, "%u busy CPU%s run%s at %s of %.2f GHz: %s.", (unsigned)si->slow.u, plural(si->slow.u),
		si->slow.u == 1 ? "s" : "", clocks, base, cause);
	h.worth = arena_printf(a, "Worth up to ×%.1f on every CPU-bound millisecond.", low > 0 ? base / low : 1.0);
	return h;
}

static bool pins(const struct policy *p)
{
	return value_known(p->governor) && strcmp(p->governor.text, "powersave") == 0 && value_known(p->driver) &&
	       driver_pins(p->driver.text);
}

/* Nobody is busy, so nothing is measured: say what would happen to a busy CPU. */
static struct headline idle(struct arena *a, const struct frequency *f)
{
	const struct policy *rows = f->policy.row, *pinned = NULL;
	uint32_t npinned = 0;
	struct headline h = {.mood = MOOD_GOOD, .worth = "Idle clocks say nothing: they are limits or old requests."};

	for (uint32_t i = 0; i < f->policy.n; i++) {
		if (!value_known(rows[i].governor) || !value_known(rows[i].driver))
			h.mood = MOOD_UNKNOWN;
		if (!pins(&rows[i]))
			continue;
		pinned = &rows[i];
		npinned++;
	}
	if (!pinned) {
		h.text = arena_printf(a, "No CPU is busy enough to judge its clock: governor %s on %s.",
			value_text_or(f->governor, "not known"),
			value_text_or(f->driver, "a driver that is not known"));
		return h;
	}
	h.mood = MOOD_WARN;
	h.text = arena_printf(a, "No CPU is busy, but governor powersave on %s will hold busy ones at %s%s.",
		pinned->driver.text,
		value_known(pinned->min_khz) ? arena_printf(a, "%.2f GHz", (double)pinned->min_khz.u / 1e6)
					     : "the minimum",
		npinned == f->policy.n ? ""
				       : arena_printf(a, ", in %u of %u policies", npinned, (unsigned)f->policy.n));
	h.worth = "Idle clocks say nothing: put load on a CPU to see its own.";
	return h;
}

/* Why that probe has no facts at all, 0 when it has, or was not asked yet. */
static int refusal(const struct snapshot *s, const struct probe *p)
{
	const struct block *b = snapshot_block(s, p);

	return b && b->err != -EINPROGRESS ? b->err : 0;
}

static struct headline unknown_load(
	struct arena *a, const struct snapshot *s, const struct silicon *si, const struct frequency *f)
{
	struct headline h = {.mood = MOOD_UNKNOWN, .text = "Reading: the load of the CPUs is not known yet."};

	if (refusal(s, &probe_load))
		h.text = arena_printf(a, "The load of the CPUs cannot be read: %s. Without it no clock is judged.",
			errno_word(refusal(s, &probe_load)));
	else if (si->busy.known != KNOWN_NOT_YET && s->about.origin == HOST_DIRECTORY)
		h.text = "Nothing moves here: which CPUs were busy is not known, so no clock is judged.";
	h.worth = arena_printf(
		a, "Governor %s on %s.", value_text_or(f->governor, "not known"), value_text_or(f->driver, "unknown"));
	return h;
}

/* Those who are busy and whose clock is no measurement, as the end of a sentence; "" when there are none. */
static const char *unmeasured(struct arena *a, const struct silicon *si)
{
	uint64_t n = si->busy.u - value_u64_or(si->judged, 0) - value_u64_or(si->settling, 0);

	return n ? arena_printf(a, "; the clock%s of %u other%s %s not measured", plural(n), (unsigned)n, plural(n),
			   n == 1 ? "is" : "are")
		 : "";
}

/* Why a busy CPU's clock is not measured, and what would help. */
static const char *unmeasured_why(const struct snapshot *s)
{
	return cpu_counts_clock(snapshot_facts(s, &probe_cpu))
		       ? "Reading counters would interrupt them; :deep allows it."
		       : "The processor does not count its clock: the kernel shows what it asked for.";
}

static struct headline good(struct arena *a, const struct snapshot *s, const struct silicon *si)
{
	bool one = si->judged.u == 1;
	double ratio = (double)(uint64_t)(value_f64_or(si->ratio, 0) * 20 + 0.5) / 20; /* calm, as clocks are */
	const char *others = unmeasured(a, si);

	return (struct headline){*others ? MOOD_UNKNOWN : MOOD_GOOD,
		one ? arena_printf(a, "1 busy CPU runs at %.2f of its base clock%s.", ratio, others)
		    : arena_printf(a, "%u busy CPUs run at %.2f of their base clock, none below %.2f%s.",
			      (unsigned)si->judged.u, ratio, SLOW_SHARE, others),
		*others ? unmeasured_why(s) : NULL};
}

static struct headline not_judged(struct arena *a, const struct snapshot *s, const struct silicon *si)
{
	bool one = si->busy.u == 1;

	if (value_u64_or(si->settling, 0))
		return (struct headline){MOOD_UNKNOWN,
			arena_printf(a, "%u CPU%s just became busy: judged in the next interval.",
				(unsigned)si->settling.u, plural(si->settling.u)),
			NULL};
	return (struct headline){MOOD_UNKNOWN,
		arena_printf(a, "%u busy CPU%s: %s clock is not measured here.", (unsigned)si->busy.u,
			plural(si->busy.u), one ? "its" : "their"),
		unmeasured_why(s)};
}

struct headline headline(struct arena *a, const struct snapshot *s)
{
	const struct silicon *si = snapshot_facts(s, &probe_silicon);
	const struct frequency *f = snapshot_facts(s, &probe_frequency);

	if (refusal(s, &probe_frequency))
		return (struct headline){MOOD_UNKNOWN,
			arena_printf(a, "The clocks of this host cannot be read: %s.",
				errno_word(refusal(s, &probe_frequency))),
			NULL};
	if (!si || !f)
		return s && s->whole ? no_policies(a, s) : (struct headline){MOOD_UNKNOWN, "Reading this host …", NULL};
	if (!f->policy.n)
		return no_policies(a, s);
	if (!value_known(si->busy))
		return unknown_load(a, s, si, f);
	if (value_u64_or(si->slow, 0))
		return slow(a, si);
	if (value_u64_or(si->judged, 0))
		return good(a, s, si);
	return si->busy.u ? not_judged(a, s, si) : idle(a, f);
}
