/* The clock source: two files, a table of what clocks cost, and what the kernel was told of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/clock.h"

#include <errno.h>
#include <string.h>

#include "probes/cpu.h"
#include "probes/get.h"
#include "probes/kernel.h"
#include "probes/parse.h"

#define FOLDER "/sys/devices/system/clocksource/clocksource0"
#define CURRENT SOURCES(FOLDER "/current_clocksource")
#define TEXT(member, label, type, source_, meaning) \
	FIELD(struct clock, member, label, type, UNIT_NONE, 0, source_, meaning)

/* A reading of tsc was measured, those of hpet and acpi_pm are Red Hat's; where no figure is known none is told. */
static const struct {
	const char *name, *cost;
	unsigned ns; /* 0: not known */
	const char *guest_of;
} costs[] = {
	{"tsc", "fast", 25, NULL},
	{"tsc-early", "fast", 25, NULL},
	{"kvm-clock", "fast", 0, "KVM"},
	{"hyperv_clocksource_tsc_page", "fast", 0, "Hyper-V"},
	{"hyperv_clocksource_msr", "slow", 0, "Hyper-V"},
	{"xen", "fast", 0, "Xen"},
	{"vmware-clock", "fast", 0, "VMware"},
	{"hpet", "slow", 1200, NULL},
	{"acpi_pm", "slow", 2600, NULL},
	{"pit", "slow", 0, NULL},
	{"jiffies", "coarse", 0, NULL},
	{"refined-jiffies", "coarse", 0, NULL},
	{"arch_sys_counter", "fast", 0, NULL},
	{"timebase", "fast", 0, NULL},
	{"tod", "fast", 0, NULL},
	{"itc", "fast", 0, NULL},
	{"riscv_clocksource", "fast", 0, NULL},
	{"Constant", "fast", 0, NULL},
};

static const struct field fields[] = {
	TEXT(current, "Clock source", TYPE_TEXT, CURRENT, "What the kernel reads the time from."),
	TEXT(available, "Available", TYPE_WORDS, SOURCES(FOLDER "/available_clocksource"),
		"The clock sources that can be chosen, the kernel's favourite first."),
	TEXT(cost, "Cost", TYPE_TEXT, CURRENT,
		"Fast: a register of the CPU is read; slow: a device is asked each time; coarse: it counts timer "
		"interrupts."),
	FIELD(struct clock, cost_ns, "A reading takes", TYPE_U64, UNIT_NS, 0, CURRENT,
		"About what one reading of the time costs; known of tsc, hpet and acpi_pm."),
	TEXT(paravirtual, "Clock of", TYPE_TEXT, CURRENT,
		"The hypervisor that gives this clock: this host is then itself a guest."),
	TEXT(tsc_offered, "TSC offered", TYPE_BOOL, SOURCES(FOLDER "/available_clocksource"),
		"Whether tsc can be chosen; the kernel takes it off the list when it found it unstable."),
	TEXT(tsc_flags, "TSC", TYPE_WORDS, SOURCES("/proc/cpuinfo"),
		"What the processor says of its counter: the same pace at all clocks, not stopping in sleep."),
	TEXT(guests_fast, "Guests read it fast", TYPE_BOOL, CURRENT,
		"Whether KVM can give its guests a clock that they read without a call into their kernel."),
	TEXT(boot, "Told at boot", TYPE_WORDS, SOURCES("/proc/cmdline"),
		"What the kernel's command line says of clocks."),
};

static bool has_word(const char *words, const char *word)
{
	struct slice rest = slice_of(words), s;

	while (slice_word(&rest, &s))
		if (slice_is(s, word))
			return true;
	return false;
}

static void cost(struct clock *c)
{
	c->cost = c->cost_ns = c->paravirtual = value_error(value_known(c->current) ? -ENOENT : c->current.err, 0);
	if (!value_known(c->current))
		return;
	for (size_t i = 0; i < COUNT(costs); i++) {
		if (strcmp(costs[i].name, c->current.text) != 0)
			continue;
		c->cost = value_text(costs[i].cost, 0);
		if (costs[i].ns)
			c->cost_ns = value_u64(costs[i].ns, 0);
		if (costs[i].guest_of)
			c->paravirtual = value_text(costs[i].guest_of, 0);
	}
}

/* KVM keeps its master clock, which guests read without help, only while the host's own clock is the TSC. */
static void tsc(const struct tick *t, const struct cpu *cpu, struct clock *c)
{
	static const char *const flags[] = {"constant_tsc", "nonstop_tsc"};
	const char *text = "";
	bool x86 = cpu && value_u64_or(cpu->x86, 0);

	if (!x86 && !(value_known(c->available) && has_word(c->available.text, "tsc"))) {
		c->tsc_offered = c->tsc_flags = c->guests_fast = value_error(-ENOENT, 0);
		return;
	}
	c->tsc_offered = value_known(c->available) ? value_bool(has_word(c->available.text, "tsc"), 0)
						   : value_error(c->available.err, 0);
	c->guests_fast = value_known(c->current)
				 ? value_bool(strcmp(c->current.text, "tsc") == 0 ||
						      strcmp(c->current.text, "hyperv_clocksource_tsc_page") == 0,
					   0)
				 : value_error(c->current.err, 0);
	c->tsc_flags = value_error(cpu && !value_known(cpu->flags) ? cpu->flags.err : -ENOENT, 0);
	for (size_t i = 0; i < COUNT(flags); i++)
		if (cpu_has_flag(cpu, flags[i]))
			text = arena_printf(t->a, "%s%s%s", text, *text ? " " : "", flags[i]);
	if (*text)
		c->tsc_flags = value_text(text, 0);
}

static struct value boot(const struct tick *t, const struct kernel *k)
{
	static const char *const told[] = {"tsc=", "clocksource=", "clocksource.", "no-kvmclock", "nohpet", "hpet="};
	struct slice rest, word;
	const char *text = "";

	if (!k || !value_known(k->cmdline))
		return value_error(k ? k->cmdline.err : -ENOENT, 0);
	rest = slice_of(k->cmdline.text);
	while (slice_word(&rest, &word))
		for (size_t i = 0; i < COUNT(told); i++)
			if (slice_starts(word, told[i]))
				text = arena_printf(t->a, "%s%s%.*s", text, *text ? " " : "", (int)word.len, word.p);
	return *text ? value_text(text, 0) : value_error(-ENOENT, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	const struct cpu *cpu = snapshot_facts(t->so_far, &probe_cpu);
	struct clock *c = facts;

	(void)state;
	c->current = get_text(t, 0, FOLDER "/current_clocksource");
	c->available = get_text(t, 0, FOLDER "/available_clocksource");
	cost(c);
	tsc(t, cpu, c);
	c->boot = boot(t, snapshot_facts(t->so_far, &probe_kernel));
	return 0;
}

const struct probe probe_clock = {
	.name = "clock",
	.title = "Clock source",
	.needs = SOURCES("kernel", "cpu"),
	.size = sizeof(struct clock),
	.period_ms = 10000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sample = sample,
};
