/* Checks C05 to C09: who limits how deep CPUs sleep, what was said at boot, and what the packages do. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/ask.h"
#include "probes/cpu.h"
#include "probes/idle.h"
#include "probes/kernel.h"
#include "probes/parse.h"
#include "probes/residency.h"
#include "probes/util.h"

void rule_C05(struct check_run *r)
{
	const struct residency *res = ask_latency_guests(r) ? check_facts(r, &probe_residency) : NULL;
	const struct residency_package *row = res ? res->package.row : NULL;
	uint32_t counted = 0;

	if (!res || !check_list(r, &res->package, "residency.package"))
		return;
	for (uint32_t i = 0; i < res->package.n; i++) {
		const char *at = check_address(r, "residency.package[%d].c6_pct", (int)row[i].id.i);

		if (check_absent(row[i].c6_pct))
			continue;
		counted++;
		if (!check_known(r, row[i].c6_pct, at) || row[i].c6_pct.f <= LIMIT_package_c6_pct)
			continue;
		check_fire(r, SEVERITY_WARN, at,
			"Package %d is asleep as a whole (PC6) for %.0f %% of the time: mesh and memory have to wake "
			"up for each packet too.",
			(int)row[i].id.i, row[i].c6_pct.f);
		check_cost(r, LIMIT_package_us, NAN);
	}
	if (!counted)
		check_not_applicable(r, "The sleep of packages is not counted here.");
	check_pass(r, "No package sleeps as a whole, of %u.", counted);
}

/* "held by tuned (812)" */
static const char *held_by(struct check_run *r, const struct idle *idle)
{
	const struct idle_holder *row = idle->holder.row;
	const char *words = "";

	if (idle->holder.known != KNOWN)
		return "by whom is not known";
	for (uint32_t i = 0; i < idle->holder.n; i++)
		words = arena_printf(r->a, "%s%s%s (%u)", words, i ? ", " : "held by ", check_name(r, row[i].comm),
			(unsigned)row[i].pid.u);
	return *words ? words : "by whom is not known";
}

/* CPUs that may not sleep at all burn power, and take it from their neighbours. */
static bool fire_polling(struct check_run *r, const struct idle *idle)
{
	const struct idle_cpu *row = idle->cpu.row;

	if (!value_u64_or(idle->polling, 0))
		return false;
	for (uint32_t i = 0; i < idle->cpu.n; i++) {
		if (!value_u64_or(row[i].only_poll, 0))
			continue;
		check_fire(r, SEVERITY_WARN, check_address(r, "idle.cpu[%u].only_poll", (unsigned)row[i].id.u),
			"%s may only poll (CPU %u: %s, %u µs%s%s): full power, and turbo is taken from others.",
			ask_count(r, idle->polling.u, "CPU"), (unsigned)row[i].id.u,
			value_text_or(row[i].limited_by, "limits"), (unsigned)value_u64_or(row[i].limit_us, 0),
			ask_is(row[i].limited_by, IDLE_BY_GLOBAL) ? ", " : "",
			ask_is(row[i].limited_by, IDLE_BY_GLOBAL) ? held_by(r, idle) : "");
		check_share(r, LIMIT_poll_share);
		break;
	}
	return true;
}

/* CPUs with a limit of their own. */
static void fire_own(struct check_run *r, const struct idle *idle)
{
	const struct idle_cpu *row = idle->cpu.row, *first = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < idle->cpu.n; i++) {
		if (check_absent(row[i].resume_latency_us) ||
			!check_known(r, row[i].resume_latency_us,
				value_known(row[i].resume_latency_us)
					? NULL
					: check_address(r, "idle.cpu[%u].resume_latency_us", (unsigned)row[i].id.u)))
			continue;
		first = first ? first : &row[i];
		n++;
	}
	if (n)
		check_fire(r, SEVERITY_INFO, check_address(r, "idle.cpu[%u].resume_latency_us", (unsigned)first->id.u),
			"%s with a limit of its own: CPU %u may take %s to wake up.", ask_count(r, n, "CPU"),
			(unsigned)first->id.u, value_text_or(first->resume_latency, "?"));
}

void rule_C06(struct check_run *r)
{
	const struct idle *idle = check_facts(r, &probe_idle);

	if (!idle)
		return;
	if (!fire_polling(r, idle)) {
		if (value_known(idle->limit_us))
			check_fire(r, SEVERITY_INFO, "idle.limit_us",
				"All CPUs are kept out of states that take more than %u µs to leave: %s.",
				(unsigned)idle->limit_us.u, held_by(r, idle));
		if (value_known(idle->wakeup_limit_us))
			check_fire(r, SEVERITY_INFO, "idle.wakeup_limit_us",
				"/dev/cpu_wakeup_latency keeps all CPUs out of states that take more than %u µs to "
				"leave.",
				(unsigned)idle->wakeup_limit_us.u);
		fire_own(r, idle);
	}
	if (check_absent(idle->limit))
		check_unknown(r, "The limit of all CPUs is asked of /dev/cpu_dma_latency, and that is not here.");
	else
		check_known(r, idle->limit, "idle.limit");
	if (!check_absent(idle->wakeup_limit_us))
		check_known(r, idle->wakeup_limit_us, "idle.wakeup_limit_us");
	check_pass(r, "No limit keeps CPUs from sleeping deeply.");
}

/* What stands behind "KEY=" on the kernel's command line. */
static bool told(struct value words, const char *key, struct slice *ret)
{
	struct slice rest = slice_of(value_text_or(words, "")), word;
	size_t n = strlen(key);
	bool any = false;

	while (slice_word(&rest, &word))
		if (slice_starts(word, key) && word.len > n && word.p[n] == '=') {
			*ret = (struct slice){word.p + n + 1, word.len - n - 1};
			any = true;
		}
	return any;
}

static void judge_idle_word(struct check_run *r, const struct idle *idle)
{
	struct slice value;

	if (!told(idle->boot, "idle", &value))
		return;
	if (slice_is(value, "poll"))
		check_fire(r, SEVERITY_WARN, "idle.boot",
			"The kernel was booted with idle=poll: CPUs never sleep, draw full power and slow their "
			"siblings.");
	else
		check_fire(r, SEVERITY_INFO, "idle.boot",
			"The kernel was booted with idle=%.*s: intel_idle is not used, driver %s.", (int)value.len,
			value.p, value_text_or(idle->driver, "unknown"));
}

static void judge_max_cstate(struct check_run *r, const struct idle *idle)
{
	struct slice intel, acpi;
	bool has_intel = told(idle->boot, "intel_idle.max_cstate", &intel);
	bool has_acpi = told(idle->boot, "processor.max_cstate", &acpi), none = ask_is(idle->driver, "none");

	if (has_intel && has_acpi && none)
		check_fire(r, SEVERITY_WARN, "idle.driver",
			"Both max_cstate options were given at boot and no idle driver is left: what CPUs do when idle "
			"is the firmware's.");
	else if (has_intel && slice_is(intel, "0") && !has_acpi)
		check_fire(r, SEVERITY_WARN, "idle.boot",
			"intel_idle.max_cstate=0 does not limit sleep, it hands it to driver %s: the deepest state is "
			"%s (%u µs).",
			value_text_or(idle->driver, "acpi_idle"), value_text_or(idle->deepest, "not known"),
			(unsigned)value_u64_or(idle->exit_us, 0));
	else if (has_intel || has_acpi)
		check_fire(r, SEVERITY_INFO, "idle.boot",
			"Deep idle states were taken away at boot (%s): only a reboot brings them back.",
			idle->boot.text);
}

void rule_C07(struct check_run *r)
{
	const struct idle *idle = check_facts(r, &probe_idle);
	const struct kernel *k = check_facts(r, &probe_kernel);
	struct slice value;

	if (!idle || !k || !check_known(r, k->cmdline, "kernel.cmdline"))
		return;
	if (!check_absent(idle->boot) && !check_known(r, idle->boot, "idle.boot"))
		return;
	judge_idle_word(r, idle);
	judge_max_cstate(r, idle);
	if (told(idle->boot, "intel_idle.states_off", &value) || told(idle->boot, "cpuidle.off", &value))
		check_fire(
			r, SEVERITY_INFO, "idle.boot", "Idle states were switched off at boot: %s.", idle->boot.text);
	check_pass(r, "The kernel was told nothing at boot that limits idle states.");
}

/* States besides polling, of the CPU that has most. */
static uint32_t most_states(const struct idle *idle, double *ret_us)
{
	const struct idle_cpu *row = idle->cpu.row;
	uint32_t most = 0;

	*ret_us = 0;
	for (uint32_t i = 0; i < idle->cpu.n; i++) {
		const struct idle_state *s = row[i].state.row;
		uint32_t n = 0;

		for (uint32_t k = 0; k < row[i].state.n; k++) {
			n += !value_u64_or(s[k].poll, 0);
			*ret_us = fmax(*ret_us, (double)value_u64_or(s[k].latency_us, 0));
		}
		most = n > most ? n : most;
	}
	return most;
}

void rule_C08(struct check_run *r)
{
	const struct idle *idle = check_facts(r, &probe_idle);
	const struct cpu *c = snapshot_facts(r->s, &probe_cpu);
	const char *driver;
	double us;

	if (!idle)
		return;
	if (c && value_known(c->vendor) && !ask_intel(c)) {
		check_not_applicable(r, "Only Intel's processors have a driver of their own.");
		return;
	}
	if (!check_known(r, idle->driver, "idle.driver"))
		return;
	driver = idle->driver.text;
	if (!ask_intel(c)) {
		check_unknown(r, "Whose processor this is, is not known.");
		return;
	}
	if (strcmp(driver, "none") == 0)
		check_fire(r, SEVERITY_INFO, "idle.driver",
			"No idle driver is loaded: the firmware has idle states switched off, or idle=poll was given.");
	else if (strcmp(driver, "acpi_idle") == 0 && ask_intel_since_sandy_bridge(c))
		check_fire(r, SEVERITY_INFO, "idle.driver",
			"acpi_idle instead of intel_idle: the states and how long they take to leave are the "
			"firmware's word.");
	else if (idle->cpu.n && most_states(idle, &us) == 1 && us < LIMIT_deep_us)
		check_fire(r, SEVERITY_INFO, "idle.deepest",
			"CPUs have one idle state, %s: the firmware has deeper ones switched off, which is good for "
			"latency.",
			value_text_or(idle->deepest, "?"));
	check_pass(r, "Driver %s, deepest state %s.", driver, value_text_or(idle->deepest, "not known"));
}

/* What the registers of the packages say, where they were read; false: of none it is known. */
static bool judge_promotion(struct check_run *r)
{
	const struct residency *res = snapshot_facts(r->s, &probe_residency);
	const struct residency_package *row = res ? res->package.row : NULL;
	bool known = false;

	for (uint32_t i = 0; res && i < res->package.n; i++) {
		if (!value_known(row[i].c1e_promotion))
			continue;
		known = true;
		if (row[i].c1e_promotion.u)
			check_fire(r, SEVERITY_INFO,
				check_address(r, "residency.package[%lld].c1e_promotion", (long long)row[i].id.i),
				"Package %lld makes C1E of C1: leaving it takes longer than C1 says.",
				(long long)row[i].id.i);
	}
	if (known)
		check_pass(r, "C1 is C1: no package makes C1E of it.");
	return known;
}

void rule_C09(struct check_run *r)
{
	const struct idle *idle = check_facts(r, &probe_idle);
	bool promoted;

	if (!idle)
		return;
	if (check_absent(idle->driver) || (value_known(idle->driver) && strcmp(idle->driver.text, "intel_idle") != 0)) {
		check_not_applicable(r, "Driver intel_idle is not used here.");
		return;
	}
	promoted = judge_promotion(r);
	if (check_absent(idle->c1_demotion)) {
		if (!promoted)
			check_not_applicable(r,
				"This kernel has no switch of C1 demotion here; C1E promotion stands in MSR_POWER_CTL, "
				"which only deep reads look at.");
		return;
	}
	if (!check_known(r, idle->c1_demotion, "idle.c1_demotion"))
		return;
	if (idle->c1_demotion.u)
		check_fire(r, SEVERITY_INFO, "idle.c1_demotion",
			"C1 demotion is on: the hardware may stay in C1 where the kernel asked for a deeper state, so "
			"the kernel counts more deep sleep than there is.");
	check_pass(r, "C1 demotion is off: the hardware does what it is asked for.");
}
