/* The report for a ticket, as Markdown: what was found, what could not be read, and the main facts as short tables. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/report_markdown.h"

#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/checks_text.h"
#include "probes/checks_unread.h"
#include "probes/journal.h"
#include "probes/parse.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"

enum { ROWS_MOST = 60 }; /* of a table: whoever needs more takes the whole report */

static const struct {
	const char *label, *address;
} facts[] = {
	{"Processors", "cpu.model"},
	{"Packages", "topology.packages"},
	{"CPUs online", "topology.cpus_online"},
	{"NUMA nodes", "topology.nodes"},
	{"Kernel", "kernel.release"},
	{"Command line", "kernel.cmdline"},
	{"Maker", "firmware.sys_vendor"},
	{"Product", "firmware.product_name"},
	{"Firmware", "firmware.bios_version"},
	{"Firmware's date", "firmware.bios_date"},
	{"Clock driver", "frequency.driver"},
	{"Governor", "frequency.governor"},
	{"Base clock", "silicon.base_khz"},
	{"Slowest busy CPU", "silicon.low_khz"},
	{"Idle driver", "idle.driver"},
	{"Deepest idle state", "idle.deepest"},
	{"Latency limit", "idle.limit"},
	{"Clock source", "clock.current"},
	{"TuneD profile", "daemons.tuned_profile"},
	{"Memory", "memory.total_kib"},
	{"KSM", "memory.ksm_state"},
	{"Transparent huge pages", "memory.thp_enabled"},
	{"Their defragmentation", "memory.thp_defrag"},
	{"Libvirt", "guests.libvirt"},
	{"QEMU", "guests.hypervisor"},
	{"Guests running", "guests.running"},
};

/* Lists: of a probe the sets down to the rows, and the fields that are shown; what a row must be to be shown. */
static const struct table {
	const char *title, *probe, *sets, *fields;
	const char *only_field, *only; /* that field has these words; NULL: all rows */
} tables[] = {
	{"Guests", "guests", "guest", "name state vcpus memory_kib machine cpu_mode hugepages", NULL, NULL},
	{"Where guests run", "placement", "guest",
		"name pinned cpus nodes busy wait_ms_per_s memory_node memory_far_percent conflict", NULL, NULL},
	{"Pins of guests", "guests", "guest pin", "vcpu cpus config_cpus", NULL, NULL},
	{"Disks of guests", "guests", "guest disk", "target bus format cache io iothread source read_us write_us flush_us",
		NULL, NULL},
	{"Cards of guests", "guests", "guest interface", "name model driver queues source target drops_per_s", NULL, NULL},
	{"Nodes", "numa", "node", "id cpus mem_total_kib mem_free_kib anon_huge_kib", NULL, NULL},
	{"Network cards", "net", "interface", "name driver node state speed_mbps carries_guests adaptive_rx rx_usecs missed",
		"kind", "physical"},
	{"Disks", "block", "disk", "name kind model size_kib node scheduler read_wait_us write_wait_us busy", NULL, NULL},
};

struct ticket {
	struct text t;
	struct arena *a;
	const struct snapshot *s;
};

/* Nothing in it is markup, ends a line or obeys a terminal. */
static const char *plain(struct ticket *k, const char *text)
{
	return markdown_text(k->a, text_tame(arena_strdup(k->a, text)));
}

/* Of a row: its commands are code. */
static const char *advice(struct ticket *k, const char *text)
{
	return check_markdown(k->a, text_tame(arena_strdup(k->a, text)));
}

/* In units that people speak of. */
static const char *said(struct ticket *k, const struct found *at)
{
	const struct value *v = at->value;

	if (value_known(*v) && at->field->type == TYPE_U64 && at->field->unit == UNIT_KHZ)
		return arena_printf(k->a, "%.2f GHz", (double)v->u / 1e6);
	if (value_known(*v) && at->field->type == TYPE_U64 && at->field->unit == UNIT_KIB && v->u >= 1048576)
		return arena_printf(k->a, "%.1f GiB", (double)v->u / 1048576);
	return plain(k, found_words(k->a, at));
}

static const char *words(struct ticket *k, const struct field *f, const void *row)
{
	struct found at = {.field = f, .value = field_value(f, row)};

	return at.value->known == KNOWN_ABSENT ? "-" : said(k, &at);
}

static void head(struct ticket *k)
{
	struct headline h = headline(k->a, k->s);
	char when[32];

	text_add(&k->t, "# %s\n\n", plain(k, k->s->about.hostname));
	journal_time(k->s->wall_ns, when);
	text_add(&k->t, "%s%s%s, profile %s.\n\n", plain(k, report_label(k->a, k->s)), k->s->tape.ticks ? "" : ", ",
		k->s->tape.ticks ? "" : when, profile_word(k->s->findings->profile));
	text_add(&k->t, "**%s**\n\n", plain(k, h.text));
	if (h.worth)
		text_add(&k->t, "%s\n\n", plain(k, h.worth));
	if (checks_banner(k->s->findings))
		text_add(&k->t, "%s\n\n", plain(k, checks_banner(k->s->findings)));
}

static void findings(struct ticket *k)
{
	const struct findings *f = k->s->findings;

	text_add(&k->t, "## What was found\n\n");
	if (!f->norder) {
		text_add(&k->t, "Nothing: %zu checks pass.\n\n", f->passed);
		return;
	}
	text_add(&k->t, "| | check | what | worth |\n|---|---|---|---|\n");
	for (size_t i = 0; i < f->norder; i++) {
		const struct finding *one = f->order[i];
		const char *worth = finding_worth(k->a, one);

		text_add(&k->t, "| %s | %s%s %s | %s | %s |\n", severity_name(one->severity), one->cause ? "↳ " : "",
			one->check->id, one->check->slug, plain(k, one->line), worth ? plain(k, worth) : "");
	}
	text_add(&k->t, "\n## What to do\n\n");
	for (size_t i = 0; i < f->norder; i++) {
		const struct check *c = f->order[i]->check;

		if (f->order[i]->cause || f->order[i]->worst == SEVERITY_INFO)
			continue;
		text_add(&k->t, "- **%s %s** now: %s\n", c->id, c->slug, advice(k, f->order[i]->now ? f->order[i]->now : c->now));
		text_add(&k->t, "  - to keep it: %s\n  - risk: %s\n  - when not: %s\n", advice(k, c->keep), advice(k, c->risk),
			advice(k, c->when_not));
	}
	text_add(&k->t, "\n");
}

static void unread(struct ticket *k)
{
	const struct findings *f = k->s->findings;

	if (!f->unknown)
		return;
	text_add(&k->t, "## What is not known\n\n");
	for (enum unread why = 0; why < UNREADS; why++) {
		const char *ids, *remedy;
		size_t n = findings_unread(k->a, f, NULL, why, &ids, &remedy);

		if (n)
			text_add(&k->t, "- %s: %s.%s%s\n", unread_words(k->a, why, n), ids, *remedy ? " " : "",
				plain(k, remedy));
	}
	text_add(&k->t, "\n");
}

static void host(struct ticket *k)
{
	text_add(&k->t, "## The host\n\n| | |\n|---|---|\n");
	for (size_t i = 0; i < COUNT(facts); i++) {
		struct found at;

		if (!address_find(k->s, facts[i].address, &at) && at.value && at.value->known != KNOWN_ABSENT)
			text_add(&k->t, "| %s | %s |\n", facts[i].label, said(k, &at));
	}
	text_add(&k->t, "\n");
}

/* The next name of a list of names, or NULL. */
static const char *next_name(struct ticket *k, struct slice *rest)
{
	struct slice word;

	return slice_word(rest, &word) ? arena_printf(k->a, "%.*s", (int)word.len, word.p) : NULL;
}

static const struct row_set *set_of(const struct row_set *sets, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(sets[i].name, name) == 0)
			return &sets[i];
	BUG("there is no list %s", name);
}

static const struct field *column(const struct row_set *set, const char *name)
{
	const struct field *f = field_find(set->fields, set->nfields, name);

	if (!f)
		BUG("%s has no %s", set->name, name);
	return f;
}

static bool shown(struct ticket *k, const struct table *t, const struct row_set *set, const void *row)
{
	return !t->only_field || strcmp(words(k, column(set, t->only_field), row), t->only) == 0;
}

static void table_head(struct ticket *k, const struct table *t, const struct row_set *set, const char *owner)
{
	struct slice rest = slice_of(t->fields);
	const char *line = "|", *name;

	text_add(&k->t, "## %s\n\n|", t->title);
	if (owner) {
		text_add(&k->t, " %s |", owner);
		line = "|---|";
	}
	while ((name = next_name(k, &rest))) {
		text_add(&k->t, " %s |", column(set, name)->label);
		line = arena_printf(k->a, "%s---|", line);
	}
	text_add(&k->t, "\n%s\n", line);
}

static void table_row(struct ticket *k, const struct table *t, const struct row_set *set, const void *row, const char *owner)
{
	struct slice rest = slice_of(t->fields);
	const char *name;

	text_add(&k->t, "|");
	if (owner)
		text_add(&k->t, " %s |", owner);
	while ((name = next_name(k, &rest)))
		text_add(&k->t, " %s |", words(k, column(set, name), row));
	text_add(&k->t, "\n");
}

/* The rows of a set within one row, or within the facts; *n counts over all of them. */
static void table_rows(struct ticket *k, const struct table *t, const struct row_set *set, const void *in,
	const struct row_set *outer, size_t *n)
{
	const struct rows *rows = set_rows(set, in);
	const char *owner = outer ? words(k, column(outer, "name"), in) : NULL;

	for (uint32_t i = 0; i < rows->n; i++) {
		const void *row = rows_at(set, rows, i);

		if (!shown(k, t, set, row))
			continue;
		if (!*n)
			table_head(k, t, set, outer ? outer->name : NULL);
		if ((*n)++ < ROWS_MOST)
			table_row(k, t, set, row, owner);
	}
}

static void table(struct ticket *k, const struct table *t)
{
	const struct probe *p = probe_find(t->probe);
	const void *in = p ? snapshot_facts(k->s, p) : NULL;
	struct slice rest = slice_of(t->sets);
	const char *first = next_name(k, &rest), *second = next_name(k, &rest);
	const struct row_set *set;
	const struct rows *rows;
	size_t n = 0;

	if (!in)
		return;
	set = set_of(p->sets, p->nsets, first);
	rows = set_rows(set, in);
	if (!second)
		table_rows(k, t, set, in, NULL, &n);
	for (uint32_t i = 0; second && i < rows->n; i++)
		table_rows(k, t, set_of(set->sets, set->nsets, second), rows_at(set, rows, i), set, &n);
	if (n > ROWS_MOST)
		text_add(&k->t, "\nAnd %zu more: hvscope report --only %s has all.\n", n - ROWS_MOST, t->probe);
	if (n)
		text_add(&k->t, "\n");
}

char *report_markdown(const struct snapshot *s)
{
	struct ticket k = {.t = text_begin(), .a = arena_new(0), .s = s};
	char *text;

	head(&k);
	findings(&k);
	unread(&k);
	host(&k);
	for (size_t i = 0; i < COUNT(tables); i++)
		table(&k, &tables[i]);
	text = xstrdup(k.t.bytes);
	text_end(&k.t, NULL);
	arena_free(k.a);
	return text;
}
