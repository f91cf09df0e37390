/* The headline: what the clocks of this host mean right now, in one sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

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

/* Nobody is busy, so nothing is measured: say what would happen to a busy CPU. */
static struct headline idle(struct arena *a, const struct silicon *si, const struct frequency *f)
{
	const struct policy *p = f->policy.row;
	const char *governor = value_text_or(f->governor, "not known"), *driver = value_text_or(f->driver, "unknown");
	struct headline h = {.mood = MOOD_GOOD};

	if (value_known(f->governor) && strcmp(governor, "powersave") == 0 && !driver_adapts(driver)) {
		h.mood = MOOD_WARN;
		h.text = arena_printf(a, "No CPU is busy, but governor powersave on %s will hold busy ones at %s.",
			driver,
			f->policy.n && value_known(p[0].min_khz)
				? arena_printf(a, "%.2f GHz", (double)p[0].min_khz.u / 1e6)
				: "the minimum");
		h.worth = "Idle clocks say nothing: put load on a CPU to see its own.";
		return h;
	}
	h.text = arena_printf(a, "No CPU is busy enough to judge its clock: governor %s on %s.", governor, driver);
	h.worth = "Idle clocks say nothing: they are limits or old requests.";
	(void)si;
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
	else if (si->busy.known != KNOWN_NOT_YET && s->about.kind == HOST_DIRECTORY)
		h.text = "Nothing moves here: which CPUs were busy is not known, so no clock is judged.";
	h.worth = arena_printf(
		a, "Governor %s on %s.", value_text_or(f->governor, "not known"), value_text_or(f->driver, "unknown"));
	return h;
}

static struct headline good(struct arena *a, const struct silicon *si)
{
	bool one = si->judged.u == 1;
	double ratio = (double)(uint64_t)(value_f64_or(si->ratio, 0) * 20 + 0.5) / 20; /* calm, as clocks are */

	return (struct headline){MOOD_GOOD,
		one ? arena_printf(a, "1 busy CPU runs at %.2f of its base clock.", ratio)
		    : arena_printf(a, "%u busy CPUs run at %.2f of their base clock, none below %.2f.",
			      (unsigned)si->judged.u, ratio, SLOW_SHARE),
		NULL};
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
		return good(a, si);
	if (!si->busy.u)
		return idle(a, si, f);
	return (struct headline){MOOD_UNKNOWN,
		arena_printf(a, "%u busy CPU%s: %s clock is not measured here.", (unsigned)si->busy.u,
			plural(si->busy.u), si->busy.u == 1 ? "its" : "their"),
		"Reading counters would interrupt them; :deep allows it."};
}
