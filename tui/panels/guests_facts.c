/* The facts of one guest below its threads: where it differs from its definition, and all that it was given. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/report.h"
#include "tui/panels/guests_one.h"
#include "widgets/format.h"

enum { FACT_TEXT = 400 }; /* bytes: a longer one is of no use on a screen */

static struct said *put(struct says *l, enum role role, const char *label, const char *text)
{
	if (l->n == l->room) {
		struct said *more;

		l->room = l->room ? 2 * l->room : 64;
		more = arena_array(l->a, l->room, sizeof(*more));
		if (l->n)
			memcpy(more, l->line, l->n * sizeof(*more));
		l->line = more;
	}
	l->line[l->n] = (struct said){.label = label, .text = text, .role = role};
	return &l->line[l->n++];
}

static void head(struct says *l, const char *label)
{
	put(l, ROLE_strong, label, NULL);
}

/* The key of a row as an address takes it. */
static const char *key_of(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, 2 * strnlen(text, GUEST_KEY) + 1);
	size_t n = 0;

	for (size_t i = 0; text[i] && i < GUEST_KEY; i++) {
		if (text[i] == ']' || text[i] == '\\')
			out[n++] = '\\';
		out[n++] = text[i];
	}
	return out;
}

/* A line with the address of a field of the guest itself, or of a row in one of its lists. */
static void fact(struct says *l, const char *field, enum role role, const char *label, const char *text)
{
	put(l, role, label, arena_printf(l->a, "%.*s", FACT_TEXT, text))->address =
		arena_printf(l->a, "guests.guest[%s].%s", l->key, field);
}

static const char *in_row(struct says *l, const char *set, const char *key, const char *field)
{
	return arena_printf(l->a, "%s[%s].%s", set, key_of(l->a, key), field);
}

/* What the machine does not have is left out; what could not be read says why. */
static void value(struct says *l, const char *field, const char *label, struct value v, enum type type)
{
	if (v.known == KNOWN_ABSENT)
		return;
	fact(l, field, value_known(v) ? ROLE_text : ROLE_unknown, label, value_words(l->a, v, type));
}

static const char *more(struct arena *a, const char *before, const char *word, struct value v, enum type type)
{
	const char *text = value_known(v) ? value_words(a, v, type) : "";

	if (!*text)
		return before;
	return arena_printf(a, "%s%s%s%s%.200s", before, *before ? "  " : "", word, *word ? " " : "", text);
}

/* What moves all the time says nothing when it is old. */
static const char *rate(struct says *l, const char *before, struct value per_s, struct value us, const char *word)
{
	char n[FORMAT_SIZE], time[FORMAT_SIZE];

	if (!value_known(per_s) || l->stale)
		return before;
	before = arena_printf(l->a, "%s  %s %s/s", before, format_count(per_s.f, n), word);
	return value_known(us) && per_s.f > 0 ? arena_printf(l->a, "%s of %s", before, format_ns(us.f * 1000, time))
					      : before;
}

static const char *size(struct arena *a, struct value kib)
{
	char text[FORMAT_SIZE];

	return value_known(kib) ? arena_strdup(a, format_bytes((double)kib.u * 1024, text)) : "";
}

static void drift(struct says *l, const struct guest *g)
{
	const struct guest_drift *d = g->drift.row;

	if (g->drift.n)
		head(l, "Other than its definition");
	for (uint32_t i = 0; i < g->drift.n; i++) {
		const char *item = value_text_or(d[i].item, "?");
		bool lost = strcmp(value_text_or(d[i].kind, ""), "lost") == 0;

		fact(l, in_row(l, "drift", item, "config"), ROLE_info, guest_words(l->a, item, 24),
			arena_printf(l->a, "%s → %s   %s", guest_words(l->a, value_text_or(d[i].live, "none"), 40),
				guest_words(l->a, value_text_or(d[i].config, "none"), 40),
				lost ? "lost at the restart" : "waits for a restart"));
	}
}

static void processor(struct says *l, const struct guest *g)
{
	enum grave grave;
	const char *why = cpu_remark(g, &grave), *text;
	const struct guest_cell *cell = g->cell.row;
	bool ballooned = value_known(g->balloon_kib) && g->balloon_kib.u != value_u64_or(g->memory_kib, 0);

	head(l, "CPU and memory");
	text = more(l->a, more(l->a, "", "", g->cpu_mode, TYPE_TEXT), "", g->cpu_model, TYPE_TEXT);
	if (why)
		text = arena_printf(l->a, "%s%s%s%s", text, *text ? "  " : "", grave_sign(grave), why);
	if (*text)
		fact(l, value_known(g->cpu_model) ? "cpu_model" : "cpu_mode", why ? grave_role(grave) : ROLE_text,
			"CPU", text);
	text = more(l->a, more(l->a, "", "", g->vcpus, TYPE_U64), "of at most", g->vcpus_max, TYPE_U64);
	text = more(l->a, more(l->a, text, "sockets", g->sockets, TYPE_U64), "dies", g->dies, TYPE_U64);
	fact(l, "vcpus", ROLE_text, "vCPUs",
		more(l->a, more(l->a, text, "cores", g->cores, TYPE_U64), "threads", g->threads, TYPE_U64));
	value(l, "vcpu_cpuset", "may run on", g->vcpu_cpuset, TYPE_CPUS);
	if (value_known(g->memory_kib))
		fact(l, "memory_kib", ROLE_text, "memory",
			arena_printf(l->a, "%s%s%s%s", size(l->a, g->memory_kib), ballooned ? "  now " : "",
				ballooned ? size(l->a, g->balloon_kib) : "",
				value_known(g->memballoon)
					? arena_printf(l->a, "  balloon %s", guest_words(l->a, g->memballoon.text, 20))
					: ""));
	if (value_u64_or(g->hugepages, 0))
		fact(l, "hugepages", ROLE_text, "huge pages",
			value_known(g->hugepage_kib) ? size(l->a, g->hugepage_kib) : "of the host's usual size");
	text = more(l->a, more(l->a, "", "", g->numatune_mode, TYPE_TEXT), "nodes", g->numatune_nodes, TYPE_CPUS);
	if (*text)
		fact(l, "numatune_nodes", ROLE_text, "NUMA policy", text);
	for (uint32_t i = 0; i < g->cell.n; i++) {
		const char *id = value_words(l->a, cell[i].id, TYPE_U64);

		text = arena_printf(l->a, "%s  %s", more(l->a, "", "vCPUs", cell[i].vcpus, TYPE_CPUS),
			size(l->a, cell[i].memory_kib));
		fact(l, in_row(l, "cell", id, "vcpus"), ROLE_text, arena_printf(l->a, "its node %s", id),
			more(l->a, text, "on host nodes", cell[i].nodes, TYPE_CPUS));
	}
}

static void tuning(struct says *l, const struct guest *g)
{
	const char *text = more(l->a, more(l->a, "", "", g->quota_us, TYPE_I64), "of", g->period_us, TYPE_U64);
	const struct guest_timer *t = g->timer.row;
	bool limited = value_known(g->quota_us) && g->quota_us.i > 0;

	head(l, "Tuning");
	if (value_known(g->quota_us))
		fact(l, "quota_us", limited ? ROLE_warn : ROLE_text, "quota",
			limited ? arena_printf(l->a, "%s µs a vCPU  △ takes the CPU away when it is used up", text)
				: "no limit");
	value(l, "shares", "shares", g->shares, TYPE_U64);
	value(l, "scheduler", "scheduler", g->scheduler, TYPE_TEXT);
	value(l, "emulator_cpus", "emulator on", g->emulator_cpus, TYPE_CPUS);
	value(l, "iothreads", "iothreads", g->iothreads, TYPE_U64);
	value(l, "hyperv", "Hyper-V", g->hyperv, TYPE_WORDS);
	value(l, "kvm_features", "KVM", g->kvm_features, TYPE_WORDS);
	for (uint32_t i = 0; i < g->timer.n; i++) {
		const char *name = value_text_or(t[i].name, "?");

		text = value_known(t[i].present) ? (t[i].present.u ? "present" : "not present") : "as QEMU chooses";
		fact(l, in_row(l, "timer", name, "present"), ROLE_text,
			arena_printf(l->a, "timer %s", guest_words(l->a, name, 16)),
			more(l->a, text, "ticks", t[i].tickpolicy, TYPE_TEXT));
	}
}

static void disks(struct says *l, const struct guest *g)
{
	const struct guest_disk *d = g->disk.row;

	if (g->disk.n)
		head(l, "Disks");
	for (uint32_t i = 0; i < g->disk.n; i++) {
		enum grave grave;
		const char *why = disk_remark(g, &d[i], &grave), *name = value_text_or(d[i].target, "?");
		const char *text = more(l->a, "", "", d[i].bus, TYPE_TEXT);

		text = more(l->a, more(l->a, text, "", d[i].model, TYPE_TEXT), "", d[i].device, TYPE_TEXT);
		if (why)
			text = arena_printf(l->a, "%s  %s%s", text, grave_sign(grave), why);
		text = rate(l, text, d[i].reads_per_s, d[i].read_us, "reads");
		text = rate(l, text, d[i].writes_per_s, d[i].write_us, "writes");
		text = more(l->a, more(l->a, text, "", d[i].format, TYPE_TEXT), "cache", d[i].cache, TYPE_TEXT);
		text = more(l->a, more(l->a, text, "io", d[i].io, TYPE_TEXT), "iothread", d[i].iothread, TYPE_U64);
		text = more(
			l->a, more(l->a, text, "queues", d[i].queues, TYPE_U64), "discard", d[i].discard, TYPE_TEXT);
		text = more(l->a, more(l->a, text, "", d[i].source, TYPE_TEXT), "", d[i].source_name, TYPE_TEXT);
		fact(l, in_row(l, "disk", name, "bus"), why ? grave_role(grave) : ROLE_text,
			guest_words(l->a, name, 14), text);
	}
}

static void interfaces(struct says *l, const struct guest *g)
{
	const struct guest_interface *n = g->interface.row;

	if (g->interface.n)
		head(l, "Interfaces");
	for (uint32_t i = 0; i < g->interface.n; i++) {
		enum grave grave;
		const char *why = interface_remark(g, &n[i], &grave), *name = value_text_or(n[i].name, "?");
		const char *text = more(l->a, "", "", n[i].model, TYPE_TEXT);

		if (why)
			text = arena_printf(l->a, "%s%s%s%s", text, *text ? "  " : "", grave_sign(grave), why);
		text = rate(l, text, n[i].rx_per_s, (struct value){.known = KNOWN_ABSENT}, "packets in");
		text = rate(l, text, n[i].tx_per_s, (struct value){.known = KNOWN_ABSENT}, "out");
		if (value_f64_or(n[i].drops_per_s, 0) > 0)
			text = rate(l, text, n[i].drops_per_s, (struct value){.known = KNOWN_ABSENT}, "dropped");
		text = more(l->a, more(l->a, text, "", n[i].driver, TYPE_TEXT), "queues", n[i].queues, TYPE_U64);
		text = more(l->a, more(l->a, text, "link", n[i].link, TYPE_TEXT), "", n[i].source, TYPE_TEXT);
		text = more(l->a, more(l->a, text, "", n[i].source_name, TYPE_TEXT), "", n[i].target, TYPE_TEXT);
		fact(l, in_row(l, "interface", name, "model"), why ? grave_role(grave) : ROLE_text,
			guest_words(l->a, name, 14), more(l->a, text, "", n[i].mac, TYPE_TEXT));
	}
}

static void others(struct says *l, const struct guest *g)
{
	const struct guest_hostdev *h = g->hostdev.row;
	const struct guest_controller *c = g->controller.row;

	if (g->hostdev.n + g->controller.n)
		head(l, "Other devices");
	for (uint32_t i = 0; i < g->hostdev.n; i++) {
		const char *name = value_text_or(h[i].name, "?");

		fact(l, in_row(l, "hostdev", name, "type"), ROLE_text, guest_words(l->a, name, 14),
			more(l->a, more(l->a, "of the host:", "", h[i].type, TYPE_TEXT), "node", h[i].node, TYPE_I64));
	}
	for (uint32_t i = 0; i < g->controller.n; i++) {
		const char *name = value_text_or(c[i].name, "?"), *text = more(l->a, "", "", c[i].type, TYPE_TEXT);

		fact(l, in_row(l, "controller", name, "model"), ROLE_dim, guest_words(l->a, name, 14),
			more(l->a, more(l->a, text, "", c[i].model, TYPE_TEXT), "iothread", c[i].iothread, TYPE_U64));
	}
}

struct says guest_facts(struct arena *a, const struct guest_row *r)
{
	struct says l = {.a = a, .key = r->key, .stale = r->trouble != NULL};
	const struct guest *g = r->g;

	if (!g)
		return l;
	drift(&l, g);
	disks(&l, g);
	interfaces(&l, g);
	processor(&l, g);
	tuning(&l, g);
	others(&l, g);
	head(&l, "libvirt");
	value(&l, "uuid", "UUID", g->uuid, TYPE_TEXT);
	value(&l, "title", "title", g->title, TYPE_TEXT);
	value(&l, "id", "id", g->id, TYPE_U64);
	if (value_known(g->persistent))
		fact(&l, "persistent", ROLE_text, "kept",
			g->persistent.u ? "persistent" : "transient: gone when it stops");
	value(&l, "type", "type", g->type, TYPE_TEXT);
	value(&l, "machine", "machine", g->machine, TYPE_TEXT);
	value(&l, "os", "system", g->os, TYPE_TEXT);
	value(&l, "video", "video", g->video, TYPE_WORDS);
	return l;
}
