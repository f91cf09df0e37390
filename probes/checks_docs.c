/* Puts the documentation of all checks together: what things cost, profiles, thresholds, and each row. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks_docs.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/checks/limits.h"
#include "probes/checks_text.h"
#include "probes/text.h"
#include "probes/util.h"

/* What can be waited for, the shortest first. Where no source is named, the figure is an estimate. */
static const char *const ladder[][3] = {
	{"L3 hit, local memory, memory of another node", "20, 80 to 100, 140 to 200 ns", "published measurements"},
	{"reading the time with tsc, hpet, acpi_pm", "0.06, 1.2, 2.6 µs", "Red Hat's real-time guide"},
	{"leaving C1, C1E", "1 to 2, 2 to 10 µs", "intel_idle's tables"},
	{"an exit that KVM handles itself", "0.5 to 1.5 µs", "estimate"},
	{"an exit that QEMU handles: an emulated device", "3 to 10 µs", "estimate"},
	{"the wake-up that halt polling saves", "a few µs", "the kernel's documentation"},
	{"leaving C6", "130 to 310 µs", "intel_idle's tables"},
	{"leaving AMD's deep C2", "about 400 µs", "measured on one EPYC"},
	{"a network card that gathers interrupts", "0 to 100 µs a packet", "vendors' manuals"},
	{"a PCIe link that wakes up from L0s, L1", "below 0.5, 4 to 64 µs", "link capabilities; the upper end is an estimate"},
	{"a governor that raises the clock", "up to 10 ms a step", "the kernel's documentation"},
	{"a split lock", "10 ms each", "the kernel's source"},
	{"a vCPU that waits for a CPU", "1 to 10 ms", "estimate"},
	{"waiting for memory to be freed or compacted", "0.1 to 100 ms", "estimate"},
	{"half the clock", "×2 on every CPU-bound millisecond", "arithmetic"},
};

static const struct {
	double us; /* 0: none */
	const char *words;
} profiles[NPROFILES] = {
	[PROFILE_WEB] = {LIMIT_latency_web_us, "Web servers, databases: what users of a web page can feel."},
	[PROFILE_TRADING] = {LIMIT_latency_trading_us, "Latency before everything: small delays are findings too."},
	[PROFILE_BATCH] = {0, "Throughput only: wake-ups and idle states are not judged."},
};

struct docs {
	struct text t;
	struct arena *a;
	bool markdown;
	int width;
};

static void title(struct docs *d, const char *text)
{
	text_add(&d->t, d->markdown ? "\n## %s\n\n" : "\n%s\n\n", d->markdown ? markdown_text(d->a, text) : text);
}

static void words(struct docs *d, const char *text)
{
	text_add_wrapped(&d->t, d->markdown ? markdown_text(d->a, text) : text, 0, d->width, text_columns);
	text_add(&d->t, "\n");
}

static void head(struct docs *d, const char *one, const char *two, const char *three)
{
	if (d->markdown)
		text_add(&d->t, "| %s | %s | %s |\n|---|---|---|\n", one, two, three);
}

static void row(struct docs *d, const char *one, const char *two, const char *three)
{
	if (d->markdown)
		text_add(&d->t, "| %s | %s | %s |\n", markdown_text(d->a, one), markdown_text(d->a, two),
			markdown_text(d->a, three));
	else
		text_add(&d->t, "  %s: %s  (%s)\n", one, two, three);
}

static void preface(struct docs *d)
{
	text_add(&d->t, d->markdown ? "# Checks of hvscope\n\n" : "Checks of hvscope\n\n");
	words(d, "Each check answers one question about a KVM host: it finds something, passes, does not apply, or is "
		 "not known. Critical: by itself it can cost a request a millisecond or a tenth of its time. Warning: "
		 "it shows in the slowest requests, or becomes critical under load. Note: microseconds, or something "
		 "to know before anything is changed. A fact that could not be read makes a check unknown, never a pass.");
	title(d, "What things cost");
	words(d, "Look for a cause of the right order of magnitude first: a microsecond never explains a millisecond.");
	text_add(&d->t, "\n");
	head(d, "event", "typical cost", "who says so");
	for (size_t i = 0; i < COUNT(ladder); i++)
		row(d, ladder[i][0], ladder[i][1], ladder[i][2]);
	title(d, "Profiles");
	head(d, "profile", "a wake-up is felt from", "for");
	for (size_t i = 0; i < COUNT(profiles); i++)
		row(d, profile_word((enum profile)i),
			profiles[i].us > 0 ? arena_printf(d->a, "%g µs", profiles[i].us) : "never", profiles[i].words);
}

static void limits(struct docs *d)
{
	title(d, "Thresholds");
	head(d, "name", "value", "what it decides");
	for (size_t i = 0; i < nthresholds; i++) {
		const struct threshold *t = &thresholds[i];

		row(d, t->name, arena_printf(d->a, "%g %s", t->number, t->unit), t->meaning);
	}
}

char *checks_docs(bool markdown, int width)
{
	struct docs d = {.t = text_begin(), .a = arena_new(0), .markdown = markdown, .width = width};
	const char *family = "";
	char *text;

	preface(&d);
	for (size_t i = 0; i < nchecks; i++) {
		if (strcmp(family, checks[i]->family) != 0)
			title(&d, checks[i]->family);
		family = checks[i]->family;
		text_add(&d.t, "%s\n", check_text(d.a, checks[i], NULL, NULL, width, markdown));
	}
	limits(&d);
	text = xstrdup(d.t.bytes);
	text_end(&d.t, NULL);
	arena_free(d.a);
	return text;
}
