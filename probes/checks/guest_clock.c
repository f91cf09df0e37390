/* Checks V09 and V10: clocks and timers of guests, and what helps Windows. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/kvm.h"
#include "probes/util.h"

static const struct guest_timer *timer(const struct guest *g, const char *name)
{
	const struct guest_timer *t = g->timer.row;

	for (uint32_t i = 0; i < g->timer.n; i++)
		if (VALUE_IS(t[i].name, name))
			return &t[i];
	return NULL;
}

/* Its definition says that it is there, or that it is not; what it does not say is neither. */
static bool is_set(const struct guest_timer *t, bool present)
{
	return t && value_known(t->present) && t->present.u == present;
}

static const char *timer_at(struct check_run *r, const struct guest *g, const char *name, const char *field)
{
	return timer(g, name) ? guest_at(r, g, "timer[%s].%s", name, field) : guest_at(r, g, "os");
}

/* A TSC of its own, that does not change when it moves: then it needs no help to read the time. */
static bool has_own_tsc(const struct guest *g)
{
	return value_has_word(g->cpu_features, "invtsc") ||
	       (VALUE_IS(g->cpu_mode, "host-passthrough") && value_known(g->cpu_migratable) && !g->cpu_migratable.u);
}

static void judge_linux(struct check_run *r, const struct guest *g, enum severity most)
{
	if (is_set(timer(g, "kvmclock"), false) && !has_own_tsc(g)) {
		check_fire(r, most, timer_at(r, g, "kvmclock", "present"),
			"%s: kvmclock is taken away: it reads the time from a device that QEMU emulates, or an unsure "
			"TSC.",
			guest_name(r, g));
		check_cost(r, LIMIT_guest_clock_us, NAN);
	}
	if (is_set(timer(g, "hpet"), true))
		check_fire(r, SEVERITY_INFO, timer_at(r, g, "hpet", "present"),
			"%s: it has an hpet, each look at which leaves to QEMU.", guest_name(r, g));
}

static void judge_windows(struct check_run *r, const struct guest *g)
{
	const struct guest_timer *rtc = timer(g, "rtc");
	const char *name = guest_name(r, g);

	if (!is_set(timer(g, "hypervclock"), true)) {
		check_fire(r, SEVERITY_WARN, timer_at(r, g, "hypervclock", "present"),
			"%s: Windows without hypervclock reads the time from QEMU.", name);
		check_cost(r, LIMIT_guest_clock_us, NAN);
	}
	if (!is_set(timer(g, "hpet"), false))
		check_fire(r, SEVERITY_WARN, timer_at(r, g, "hpet", "present"),
			"%s: Windows with an hpet uses it, and each use leaves to QEMU.", name);
	if (!rtc || !VALUE_IS(rtc->tickpolicy, "catchup"))
		check_fire(r, SEVERITY_WARN, timer_at(r, g, "rtc", "tickpolicy"),
			"%s: Windows loses time without tickpolicy catchup of its rtc.", name);
}

/* Is it on? Where that cannot be read, it is noted. */
static bool has_avic(struct check_run *r, const struct kvm *k)
{
	return k && VALUE_IS(k->module, "kvm_amd") && !check_absent(k->apicv) &&
	       check_known(r, k->apicv, "kvm.apicv") && k->apicv.u;
}

/* A PIT that repeats ticks that came too late switches AVIC off. */
static void judge_pit(struct check_run *r, const struct guest *g, const struct kvm *k)
{
	const struct guest_timer *pit = timer(g, "pit");

	if (pit && VALUE_IS(pit->tickpolicy, "delay") && !is_set(pit, false) && has_avic(r, k))
		check_fire(r, SEVERITY_INFO, timer_at(r, g, "pit", "tickpolicy"),
			"%s: tickpolicy delay of its pit keeps AVIC from it; discard does not.", guest_name(r, g));
}

void rule_V09(struct check_run *r)
{
	const struct kvm *k = snapshot_facts(r->s, &probe_kvm);
	const struct guest *g;
	struct guest_walk w;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		if (VALUE_IS(g->os, "windows"))
			judge_windows(r, g);
		else
			judge_linux(r, g, value_known(g->os) ? SEVERITY_WARN : SEVERITY_INFO);
		judge_pit(r, g, k);
	}
	check_pass(r, "%s: no slow clock, no timer that only ticks.", guests_seen(&w, w.seen));
}

/* Those of these that are missing, as "vapic, synic". */
static const char *missing(struct check_run *r, const struct guest *g, const char *const *names, size_t n)
{
	const char *words = "";

	for (size_t i = 0; i < n; i++)
		if (!value_has_word(g->hyperv, names[i]))
			words = arena_printf(r->a, "%s%s%s", words, *words ? ", " : "", names[i]);
	return words;
}

static void judge_hyperv(struct check_run *r, const struct guest *g, bool hardware)
{
	static const char *const needed[] = {"relaxed", "vapic", "spinlocks", "vpindex", "synic", "stimer"},
				 *const many[] = {"tlbflush", "ipi"};
	const char *lacks = missing(r, g, needed, COUNT(needed)), *name = guest_name(r, g);

	if (value_has_word(g->hyperv, "passthrough"))
		return; /* all that KVM has */
	if (!is_set(timer(g, "hypervclock"), true))
		lacks = arena_printf(r->a, "%s%shypervclock", lacks, *lacks ? ", " : "");
	if (*lacks)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "hyperv"), "%s: Windows without %s.", name, lacks);
	lacks = missing(r, g, many, COUNT(many));
	if (*lacks && value_u64_or(g->vcpus, 0) > LIMIT_hyperv_vcpus)
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "hyperv"), "%s: Windows with %u vCPUs without %s.", name,
			(unsigned)g->vcpus.u, lacks);
	if (hardware && value_has_word(g->hyperv, "synic") && !value_has_word(g->hyperv, "avic"))
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "hyperv"),
			"%s: synic without avic keeps interrupts from being delivered by hardware.", name);
}

void rule_V10(struct check_run *r)
{
	const struct kvm *k = snapshot_facts(r->s, &probe_kvm);
	const struct guest *g;
	struct guest_walk w;
	unsigned windows = 0, unsaid = 0;

	if (!guests_begin(r, &w))
		return;
	while ((g = guests_next(&w))) {
		unsaid += check_absent(g->os);
		if (!VALUE_IS(g->os, "windows"))
			continue;
		windows++;
		judge_hyperv(r, g, k && value_u64_or(k->apicv, 0));
	}
	if (!windows && unsaid)
		check_not_applicable(r, "No guest is noted as Windows; %u of %u do%s not say what they run.", unsaid,
			w.seen, unsaid == 1 ? "es" : "");
	else if (!windows)
		check_not_applicable(r, "None of the %s is noted as Windows.", guests_seen(&w, w.seen));
	check_pass(r, "%u Windows guest%s, each with the help that it knows.", windows, plural(windows));
}
