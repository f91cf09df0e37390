/* The processors: what the kernel calls them, or CPUID where asking the kernel would interrupt every CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/cpu_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/disturb.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"

#define INFO SOURCES("/proc/cpuinfo", "@cpuid/identity")
#define CPUID SOURCES("@cpuid/identity")
#define MICROCODES SOURCES("/proc/cpuinfo", "the folders /sys/devices/system/cpu/cpuN/microcode")
#define TEXT(member, label, source_, meaning) \
	FIELD(struct cpu, member, label, TYPE_TEXT, UNIT_NONE, 0, source_, meaning)
#define NUMBER(member, label, unit, source_, meaning) \
	FIELD(struct cpu, member, label, TYPE_U64, unit, 0, source_, meaning)

static const struct field fields[] = {
	TEXT(model, "Model", INFO, "The kernel's name of the processor."),
	TEXT(vendor, "Vendor", INFO, "Who made it."),
	NUMBER(family, "Family", UNIT_NONE, INFO, "CPUID family."),
	NUMBER(model_number, "Model number", UNIT_NONE, INFO, "CPUID model."),
	NUMBER(stepping, "Stepping", UNIT_NONE, INFO, "CPUID stepping."),
	TEXT(microcode, "Microcode", SOURCES("/sys/devices/system/cpu/cpu0/microcode/version", "/proc/cpuinfo"),
		"Revision of the microcode of CPU 0."),
	FIELD(struct cpu, microcodes, "Microcodes", TYPE_WORDS, UNIT_NONE, 0, MICROCODES,
		"Every revision of the microcode that a CPU runs."),
	FIELD(struct cpu, microcode_mixed, "Microcode mixed", TYPE_BOOL, UNIT_NONE, 0, MICROCODES,
		"Whether CPUs run different revisions: they may differ in speed and in what is mitigated."),
	FIELD(struct cpu, flags, "Flags", TYPE_WORDS, UNIT_NONE, 0, INFO,
		"Those features that matter for clocks, idle states and guests."),
	FIELD(struct cpu, vmx_flags, "VMX", TYPE_WORDS, UNIT_NONE, 0, INFO,
		"What Intel's virtualization can on these processors; kernels since 5.6 say so."),
	FIELD(struct cpu, x86, "x86", TYPE_BOOL, UNIT_NONE, 0, INFO, "Whether it is an x86 processor."),
	NUMBER(name_mhz, "Clock in the name", UNIT_MHZ, INFO, "The base clock that the model name ends with."),
	TEXT(codename, "Code name", CPUID, "The name of its generation, as libcpuid knows it."),
	TEXT(technology, "Technology", CPUID, "The size of the process it was made in, as libcpuid knows it."),
	NUMBER(cpuid_base_mhz, "Base by CPUID", UNIT_MHZ, CPUID, "The base clock of leaf 0x16; Intel only."),
};

/* The features that matter, and where CPUID has them: register 0 to 3 is eax to edx. */
static const struct flag {
	const char *name;
	const char *leaf; /* NULL: the kernel makes it up */
	unsigned reg, bit;
} cpu_flags[] = {
	{"hypervisor", "0x1.0", 2, 31},
	{"vmx", "0x1.0", 2, 5},
	{"svm", "0x80000001.0", 2, 2},
	{"constant_tsc", "0x80000007.0", 3, 8},
	{"nonstop_tsc", "0x80000007.0", 3, 8},
	{"tsc_reliable", NULL, 0, 0},
	{"split_lock_detect", NULL, 0, 0},
	{"aperfmperf", "0x6.0", 2, 0},
	{"hwp", "0x6.0", 0, 7},
	{"hwp_epp", "0x6.0", 0, 10},
	{"epb", "0x6.0", 2, 3},
	{"ida", "0x6.0", 0, 1},
	{"arat", "0x6.0", 0, 2},
	{"cppc", "0x80000008.0", 1, 27},
	{"cpb", "0x80000007.0", 3, 9},
	{"mwait", "0x1.0", 2, 3},
	{"tsc_deadline_timer", "0x1.0", 2, 24},
	{"x2apic", "0x1.0", 2, 21},
	{"pcid", "0x1.0", 2, 17},
	{"aes", "0x1.0", 2, 25},
	{"fsgsbase", "0x7.0", 1, 0},
	{"avx2", "0x7.0", 1, 5},
	{"avx512f", "0x7.0", 1, 16},
};

/* /proc/cpuinfo calls mwait "monitor". */
static const char *info_name(const struct flag *f)
{
	return strcmp(f->name, "mwait") == 0 ? "monitor" : f->name;
}

/* Model names come padded with blanks. */
static char *squeeze(struct arena *a, struct slice s)
{
	char *text = slice_text(a, slice_trim(s)), *to = text;

	for (const char *p = text; *p; p++)
		if (*p != ' ' || p[1] != ' ')
			*to++ = *p;
	*to = '\0';
	return text;
}

static void set_number(struct value *v, struct slice s, unsigned src)
{
	uint64_t u;

	if (!value_known(*v) && !parse_u64(s, &u))
		*v = value_u64(u, src);
}

static void set_text(struct arena *a, struct value *v, struct slice s, unsigned src)
{
	if (!value_known(*v) && s.len)
		*v = value_text(squeeze(a, s), src);
}

static bool has_word(struct slice words, const char *name)
{
	struct slice word;

	while (slice_word(&words, &word))
		if (slice_is(word, name))
			return true;
	return false;
}

static void info_flags(struct arena *a, struct cpu *c, struct slice words)
{
	const char *text = "";

	if (value_known(c->flags))
		return;
	for (size_t i = 0; i < COUNT(cpu_flags); i++)
		if (has_word(words, info_name(&cpu_flags[i])))
			text = arena_printf(a, "%s%s%s", text, *text ? " " : "", cpu_flags[i].name);
	c->flags = value_text(text, 0);
	c->x86 = value_bool(true, 0);
}

/* One pair of /proc/cpuinfo; the first CPU that says something is believed. */
static void info_pair(struct arena *a, struct cpu *c, struct slice key, struct slice value)
{
	static const char *const models[] = {"model name", "Model Name", "cpu model", "Hardware", "cpu", "Processor"};

	for (size_t i = 0; i < COUNT(models); i++)
		if (slice_is(key, models[i]))
			set_text(a, &c->model, value, 0);
	if (slice_is(key, "vendor_id") || slice_is(key, "CPU implementer") || slice_is(key, "vendor"))
		set_text(a, &c->vendor, value, 0);
	else if (slice_is(key, "cpu family"))
		set_number(&c->family, value, 0);
	else if (slice_is(key, "model"))
		set_number(&c->model_number, value, 0);
	else if (slice_is(key, "stepping"))
		set_number(&c->stepping, value, 0);
	else if (slice_is(key, "microcode"))
		set_text(a, &c->microcode, value, 1);
	else if (slice_is(key, "flags"))
		info_flags(a, c, value);
	else if (slice_is(key, "vmx flags") && !value_known(c->vmx_flags))
		c->vmx_flags = value_text(squeeze(a, value), 0);
}

static int from_info(const struct tick *t, struct cpu *c)
{
	struct slice rest, line, key, value;
	struct answer answer;
	int err = host_read(t->h, "/proc/cpuinfo", &answer);

	if (err)
		return err;
	rest = (struct slice){answer.text, answer.len};
	/* those of the first CPU end with an empty line */
	while (slice_line(&rest, &line) && (line.len || !value_known(c->model) || !value_known(c->flags)))
		if (slice_pair(line, ':', &key, &value))
			info_pair(t->a, c, key, value);
	cpu_microcodes(t, answer.text, c);
	if (!value_known(c->x86))
		c->x86 = value_bool(false, 0);
	return 0;
}

static void cpuid_flags(struct arena *a, struct cpu *c, const char *answer)
{
	const char *text = "";
	struct slice leaf;

	for (size_t i = 0; i < COUNT(cpu_flags); i++) {
		unsigned reg[4];
		char words[64];

		if (!cpu_flags[i].leaf || !answer_value(answer, cpu_flags[i].leaf, &leaf) || leaf.len >= sizeof(words))
			continue;
		snprintf(words, sizeof(words), "%.*s", (int)leaf.len, leaf.p);
		if (sscanf(words, "%x %x %x %x", &reg[0], &reg[1], &reg[2], &reg[3]) != 4)
			continue;
		if (reg[cpu_flags[i].reg] >> cpu_flags[i].bit & 1)
			text = arena_printf(a, "%s%s%s", text, *text ? " " : "", cpu_flags[i].name);
	}
	c->flags = value_text(text, 1);
	c->x86 = value_bool(true, 1);
}

/* What libcpuid says of this CPU; also fills what /proc/cpuinfo could not be asked for. */
static void from_cpuid(const struct tick *t, struct cpu *c)
{
	struct answer answer;
	struct slice s;
	int err = host_read(t->h, "@cpuid/identity", &answer);

	c->codename = c->technology = c->cpuid_base_mhz = value_error(err ? err : -ENOENT, 0);
	if (err)
		return;
	if (answer_value(answer.text, "codename", &s))
		set_text(t->a, &c->codename, s, 0);
	if (answer_value(answer.text, "technology", &s))
		set_text(t->a, &c->technology, s, 0);
	if (answer_value(answer.text, "base_mhz", &s) && !slice_is(s, "0"))
		set_number(&c->cpuid_base_mhz, s, 0);
	if (answer_value(answer.text, "brand", &s))
		set_text(t->a, &c->model, s, 1);
	if (answer_value(answer.text, "vendor", &s))
		set_text(t->a, &c->vendor, s, 1);
	if (answer_value(answer.text, "family", &s))
		set_number(&c->family, s, 1);
	if (answer_value(answer.text, "model", &s))
		set_number(&c->model_number, s, 1);
	if (answer_value(answer.text, "stepping", &s))
		set_number(&c->stepping, s, 1);
	if (!value_known(c->flags))
		cpuid_flags(t->a, c, answer.text);
}

/* "… CPU E5-2697 v2 @ 2.70GHz" */
static struct value name_mhz(struct value model)
{
	const char *at = value_known(model) ? strstr(model.text, "@ ") : NULL;
	char *end;
	double n;

	if (!value_known(model))
		return value_error(model.err, model.src);
	if (!at)
		return value_error(-ENOENT, model.src);
	n = strtod(at + 2, &end);
	if (strncmp(end, "GHz", 3) == 0 && n > 0 && n < 100)
		return value_u64((uint64_t)(n * 1000 + 0.5), model.src);
	if (strncmp(end, "MHz", 3) == 0 && n > 0 && n < 100000)
		return value_u64((uint64_t)(n + 0.5), model.src);
	return value_error(-ENOENT, model.src);
}

static void otherwise(struct value *v, int err)
{
	if (!value_known(*v))
		*v = err == -ECANCELED ? value_skipped(WOULD_INTERRUPT) : value_error(err, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct cpu *c = facts;
	int err = -ECANCELED;

	(void)state;
	c->microcode = get_text(t, 0, "/sys/devices/system/cpu/cpu0/microcode/version");
	if (t->want->deep || !clock_reads_interrupt(t->so_far))
		err = from_info(t, c);
	if (err)
		cpu_microcodes(t, NULL, c);
	from_cpuid(t, c);
	if (!err)
		err = -ENOENT; /* it was read, and did not say */
	otherwise(&c->model, err);
	otherwise(&c->vendor, err);
	otherwise(&c->family, err);
	otherwise(&c->model_number, err);
	otherwise(&c->stepping, err);
	otherwise(&c->flags, err);
	otherwise(&c->vmx_flags, err);
	otherwise(&c->x86, err);
	c->name_mhz = name_mhz(c->model);
	return 0;
}

bool cpu_has_flag(const struct cpu *c, const char *flag)
{
	return c && value_known(c->flags) && has_word(slice_of(c->flags.text), flag);
}

const struct probe probe_cpu = {
	.name = "cpu",
	.title = "Processors",
	.needs = SOURCES("kernel"),
	.size = sizeof(struct cpu),
	.period_ms = 600000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sample = sample,
};

bool cpu_counts_clock(const struct cpu *c)
{
	return !c || !value_known(c->flags) || cpu_has_flag(c, "aperfmperf");
}
