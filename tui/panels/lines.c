/* The lines of the overview: clock, load, limits, who owns the knobs, and what machine this is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpu.h"
#include "probes/cpuset.h"
#include "probes/daemons.h"
#include "probes/firmware.h"
#include "probes/frequency.h"
#include "probes/kernel.h"
#include "probes/limits.h"
#include "probes/load.h"
#include "probes/report.h"
#include "probes/silicon.h"
#include "tui/cpu_look.h"
#include "widgets/format.h"

static void part(struct overview_line *l, enum role role, const char *text)
{
	if (l->nparts < LINE_PARTS && text && *text) {
		l->part[l->nparts].text = text;
		l->part[l->nparts++].role = role;
	}
}

/* Limits differ from policy to policy on hybrid hosts: the lowest and the highest. */
static const char *limits(struct arena *a, const struct frequency *f)
{
	const struct policy *rows = f->policy.row;
	double lo = NAN, hi = NAN;
	char span[FORMAT_SIZE];

	for (uint32_t i = 0; i < f->policy.n; i++) {
		lo = fmin(lo, value_number(rows[i].min_khz, TYPE_U64));
		hi = fmax(hi, value_number(rows[i].max_khz, TYPE_U64));
	}
	return isnan(lo) || isnan(hi) ? NULL : arena_printf(a, "limits %s GHz", format_ghz_span(lo, hi, span));
}

static void clock_line(struct arena *a, const struct silicon *si, const struct frequency *f, struct overview_line *l)
{
	*l = (struct overview_line){
		.label = "CLOCK", .role = ROLE_text, .has_bar = true, .share = NAN, .address = "silicon.ratio"};
	if (!si || !value_known(si->busy)) {
		l->value = si && si->busy.known != KNOWN_NOT_YET ? "busy: not known" : "busy: reading";
		l->role = ROLE_unknown;
	} else {
		l->value = arena_printf(a, "busy %u of %u", (unsigned)si->busy.u, (unsigned)si->online.u);
	}
	if (si && value_known(si->ratio)) {
		char share[FORMAT_SIZE];

		l->share = si->ratio.f;
		l->role = si->ratio.f < FAR_SHARE ? ROLE_crit : si->ratio.f < SLOW_SHARE ? ROLE_warn : ROLE_text;
		/* the share is a median: where some are slow and others are not, it alone would deceive */
		if (si->slow.u && si->slow.u < si->judged.u)
			part(l, ROLE_warn, arena_printf(a, "%u slow", (unsigned)si->slow.u));
		part(l, l->role, arena_printf(a, "%s of base", format_share(si->ratio.f, share)));
	} else {
		l->has_bar = si && value_u64_or(si->busy, 0) > 0;
		part(l, ROLE_dim, si && value_known(si->busy) && !si->busy.u ? "idle: not judged" : "not measured");
	}
	if (!f)
		return;
	part(l, ROLE_text, f->policy.n ? value_words(a, f->governor, TYPE_TEXT) : "no cpufreq");
	part(l, ROLE_dim, limits(a, f));
	part(l, ROLE_dim, value_known(f->driver) ? f->driver.text : NULL);
}

static void load_line(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct load *load = snapshot_facts(s, &probe_load);
	const struct block *block = s ? snapshot_block(s, &probe_load) : NULL;

	*l = (struct overview_line){
		.label = "LOAD", .role = ROLE_text, .has_bar = true, .share = NAN, .address = "load.busy"};
	if (!load || !value_known(load->busy)) {
		l->value = !load                               ? (block ? "not readable" : "reading")
			   : load->busy.known == KNOWN_NOT_YET ? "reading"
							       : "not known";
		l->role = ROLE_unknown;
		l->has_bar = false;
		return;
	}
	l->share = load->busy.f / 100;
	l->value = arena_printf(a, "CPUs %.0f %% busy", percent_calm(load->busy.f));
}

/* The text of a field that all policies share, or "mixed". */
static const char *shared_text(const struct frequency *f, size_t offset)
{
	const char *text = NULL;

	for (uint32_t i = 0; i < f->policy.n; i++) {
		const struct policy *row = (const struct policy *)f->policy.row + i;
		const struct value *v = (const struct value *)(const void *)((const char *)row + offset);

		if (!value_known(*v))
			continue;
		if (text && text != v->text && strcmp(text, v->text) != 0)
			return "mixed";
		text = v->text;
	}
	return text;
}

static void throttle_parts(struct arena *a, const struct frequency *f, struct overview_line *l)
{
	const struct frequency_cpu *rows = f->cpu.row;
	uint64_t now = 0, ever = 0, packages = 0;
	bool known = false;

	for (uint32_t i = 0; i < f->cpu.n; i++) {
		known = known || value_known(rows[i].core_throttles);
		now += value_f64_or(rows[i].throttled_pct, 0) > THROTTLE_PERCENT ||
		       value_f64_or(rows[i].package_throttled_pct, 0) > THROTTLE_PERCENT;
		ever += value_u64_or(rows[i].core_throttles, 0) > 0;
		packages += value_u64_or(rows[i].package_throttles, 0) > 0;
	}
	if (now)
		part(l, ROLE_crit, arena_printf(a, "%u CPUs throttled now", (unsigned)now));
	else if (ever)
		part(l, ROLE_warn, arena_printf(a, "%u CPUs throttled since boot", (unsigned)ever));
	else if (packages)
		part(l, ROLE_warn, arena_printf(a, "%u packages throttled since boot", (unsigned)packages));
	else if (known)
		part(l, ROLE_dim, "never throttled");
}

static void limits_line(struct arena *a, const struct frequency *f, struct overview_line *l)
{
	const struct policy *rows = f->policy.row;
	const char *epp = shared_text(f, offsetof(struct policy, epp));
	uint64_t capped = 0, firmware = 0;
	bool known = false;

	*l = (struct overview_line){.label = "LIMITS", .role = ROLE_text, .address = "frequency.boost"};
	for (uint32_t i = 0; i < f->policy.n; i++) {
		double base = value_number(rows[i].base_khz, TYPE_U64) * CAP_SHARE;

		known = known || (value_known(rows[i].max_khz) && value_known(rows[i].base_khz));
		capped += value_number(rows[i].max_khz, TYPE_U64) < base;
		firmware += value_number(rows[i].bios_limit_khz, TYPE_U64) < base;
	}
	if (firmware)
		part(l, ROLE_crit, arena_printf(a, "firmware limits %u policies below base", (unsigned)firmware));
	if (capped)
		part(l, ROLE_crit, arena_printf(a, "%u policies capped below base", (unsigned)capped));
	if (value_known(f->no_turbo))
		part(l, f->no_turbo.u ? ROLE_info : ROLE_text, f->no_turbo.u ? "turbo off" : "turbo on");
	else if (value_known(f->boost))
		part(l, f->boost.u ? ROLE_text : ROLE_info, f->boost.u ? "boost on" : "boost off");
	if (epp)
		part(l, ROLE_text, arena_printf(a, "energy preference %s", epp));
	throttle_parts(a, f, l);
	if (!l->nparts)
		part(l, known ? ROLE_dim : ROLE_unknown, known ? "none below base" : "not known");
}

static void owners_line(struct arena *a, const struct daemons *d, struct overview_line *l)
{
	const struct daemon *rows = d->daemon.row;
	bool known = false;

	*l = (struct overview_line){.label = "OWNERS", .role = ROLE_text, .address = "daemons.tuned_profile"};
	for (uint32_t i = 0; i < d->daemon.n; i++) {
		known = known || value_known(rows[i].running);
		if (!value_u64_or(rows[i].running, 0))
			continue;
		if (strcmp(rows[i].name.text, "tuned") == 0 && value_known(d->tuned_profile))
			part(l, ROLE_info, arena_printf(a, "tuned (%s)", d->tuned_profile.text));
		else
			part(l, ROLE_info, rows[i].name.text);
	}
	if (!l->nparts)
		part(l, ROLE_dim, known ? "no daemon that sets clocks, interrupts or KSM" : "processes cannot be read");
}

static void host_line(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct kernel *k = snapshot_facts(s, &probe_kernel);
	const struct firmware *fw = snapshot_facts(s, &probe_firmware);
	const struct cpu *c = snapshot_facts(s, &probe_cpu);

	*l = (struct overview_line){.label = "HOST", .role = ROLE_text, .address = "kernel.release"};
	if (fw && value_u64_or(fw->guest, 0))
		part(l, ROLE_warn, "is itself a guest");
	if (k && value_known(k->release))
		part(l, ROLE_dim, arena_printf(a, "Linux %s", k->release.text));
	if (fw && value_known(fw->sys_vendor))
		part(l, ROLE_dim, arena_printf(a, "%s %s", fw->sys_vendor.text, value_text_or(fw->product_name, "")));
	if (fw && value_known(fw->bios_version))
		part(l, ROLE_dim, arena_printf(a, "firmware %s", fw->bios_version.text));
	if (c && value_known(c->microcode))
		part(l, ROLE_dim, arena_printf(a, "microcode %s", c->microcode.text));
}

size_t overview_lines(struct arena *a, const struct snapshot *s, struct overview_line lines[OVERVIEW_LINES])
{
	const struct frequency *f = snapshot_facts(s, &probe_frequency);
	const struct daemons *d = snapshot_facts(s, &probe_daemons);
	size_t n = 0;

	clock_line(a, snapshot_facts(s, &probe_silicon), f, &lines[n++]);
	load_line(a, s, &lines[n++]);
	if (f && f->policy.n)
		limits_line(a, f, &lines[n++]);
	if (d)
		owners_line(a, d, &lines[n++]);
	host_line(a, s, &lines[n]);
	if (lines[n].nparts)
		n++;
	return n;
}
