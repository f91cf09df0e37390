/* All of one device below the list: its card, its link, what goes through it, where its interrupts land. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/interrupts.h"
#include "probes/report.h"
#include "tui/panels/devices_list.h"
#include "widgets/format.h"

enum { LINES = 8, LABEL = 9 };

struct lines {
	struct arena *a;
	size_t n;
	struct {
		const char *label, *text;
		enum role role;
	} line[LINES];
};

static void put(struct lines *l, const char *label, enum role role, const char *text)
{
	if (!text || !*text || l->n == LINES)
		return;
	l->line[l->n].label = label;
	l->line[l->n].role = role;
	l->line[l->n++].text = text;
}

/* Parts of a line, three blanks between them; NULL and "" are left out. */
static const char *join(struct arena *a, const char *before, const char *more)
{
	if (!more || !*more)
		return before;
	return *before ? arena_printf(a, "%s   %s", before, more) : more;
}

static const char *bytes(struct arena *a, struct value v, const char *word)
{
	char text[FORMAT_SIZE];

	return value_known(v) ? arena_printf(a, "%s %s/s", word, format_bytes(v.f, text)) : "";
}

static const char *count(struct arena *a, struct value v, const char *word)
{
	char text[FORMAT_SIZE];

	return value_known(v) && v.f > 0 ? arena_printf(a, "%s %s/s", word, format_count(v.f, text)) : "";
}

static void card(struct lines *l, const struct device *d)
{
	const struct pci_device *p = d->pci;
	struct arena *a = l->a;
	const char *text = device_model(a, d);

	if (p) {
		text = join(a, text, value_text_or(p->subsystem, ""));
		if (value_known(p->ids))
			text = join(a, text,
				arena_printf(a, "%s%s%s", p->ids.text, value_known(p->revision) ? " rev " : "",
					value_text_or(p->revision, "")));
		text = join(a, text, value_known(p->pf) ? arena_printf(a, "function of %s", p->pf.text) : "");
		if (value_known(p->vfs_most))
			text = join(a, text,
				arena_printf(a, "%s of %u virtual functions", value_words(a, p->vfs, TYPE_U64),
					(unsigned)p->vfs_most.u));
	}
	put(l, "card", ROLE_text, text);
}

static const char *end_of_link(struct arena *a, struct value width, struct value speed)
{
	return value_known(width) ? device_lanes(a, width, speed) : "has no known limits";
}

static const char *errors(struct arena *a, const struct pci_device *p)
{
	uint64_t mended = value_u64_or(p->aer_corrected, 0), lost = value_u64_or(p->aer_uncorrected, 0);
	const char *text = "";

	if (mended)
		text = arena_printf(a, "%llu errors mended since boot", (unsigned long long)mended);
	if (lost)
		text = join(a, text, arena_printf(a, "%llu lost a transfer since boot", (unsigned long long)lost));
	return text;
}

static void link_line(struct lines *l, const struct snapshot *s, const struct device *d)
{
	const struct pci_device *p = d->pci, *port;
	struct arena *a = l->a;
	const char *text;

	if (!p || !value_known(p->width))
		return;
	port = pci_device(snapshot_facts(s, &probe_pci), value_text_or(p->port, NULL));
	text = arena_printf(a, "now %s", device_link(a, d));
	if (value_known(p->speed_gt_s))
		text = arena_printf(a, "%s (%g GT/s)", text, p->speed_gt_s.f);
	text = join(a, text, arena_printf(a, "card %s", end_of_link(a, p->max_width, p->max_speed_gt_s)));
	text = join(a, text,
		port ? arena_printf(a, "port %s %s", port->address.text,
			       end_of_link(a, port->max_width, port->max_speed_gt_s))
		     : "the port above is not known");
	text = join(a, text, value_known(p->aspm) ? arena_printf(a, "ASPM %s", p->aspm.text) : "");
	text = join(a, text, errors(a, p));
	put(l, "link", d->fault == FAULT_LINK || d->fault == FAULT_ERRORS ? ROLE_warn : ROLE_text, text);
}

static void place(struct lines *l, const struct device *d)
{
	const struct pci_device *p = d->pci;
	struct arena *a = l->a;
	const char *text;

	if (!p)
		return;
	text = join(a, p->address.text,
		value_known(p->node) ? arena_printf(a, "node %d", (int)p->node.i) : "node not known");
	text = join(a, text,
		value_known(p->cpus) ? arena_printf(a, "near CPUs %s", value_words(a, p->cpus, TYPE_CPUS)) : "");
	if (value_known(p->driver))
		text = join(a, text, arena_printf(a, "driver %s", p->driver.text));
	else if (value_known(p->enabled)) /* all of it is there but that */
		text = join(a, text, "no driver");
	if (value_known(p->iommu_group))
		text = join(a, text,
			arena_printf(
				a, "IOMMU group %u %s", (unsigned)p->iommu_group.u, value_text_or(p->iommu_type, "")));
	text = join(a, text, value_known(p->used_by) ? arena_printf(a, "used by %s", p->used_by.text) : "");
	put(l, "place", ROLE_text, text);
}

static void net_line(struct lines *l, const struct device *d)
{
	const struct net_interface *n = d->net;
	struct arena *a = l->a;
	const char *text;

	if (!n)
		return;
	text = arena_printf(a, "%s %s", n->name.text, value_words(a, n->state, TYPE_TEXT));
	if (value_known(n->speed_mbps))
		text = join(a, text,
			arena_printf(a, "%u Mbit/s %s", (unsigned)n->speed_mbps.u, value_text_or(n->duplex, "")));
	text = join(a, text, value_known(n->master) ? arena_printf(a, "part of %s", n->master.text) : "");
	text = join(a, text, value_known(n->mtu) ? arena_printf(a, "MTU %u", (unsigned)n->mtu.u) : "");
	if (value_known(n->rx_queues))
		text = join(a, text,
			arena_printf(a, "queues %u in, %u out", (unsigned)n->rx_queues.u,
				(unsigned)value_u64_or(n->tx_queues, 0)));
	text = join(a, text, bytes(a, n->rx_bytes_per_s, "in"));
	text = join(a, text, bytes(a, n->tx_bytes_per_s, "out"));
	text = join(a, text, count(a, n->rx_drops_per_s, "dropped in"));
	text = join(a, text, count(a, n->tx_drops_per_s, "dropped out"));
	text = join(a, text, count(a, n->rx_errors_per_s, "broken"));
	if (value_u64_or(n->missed, 0))
		text = join(a, text, arena_printf(a, "missed %s since boot", value_words(a, n->missed, TYPE_U64)));
	put(l, "network", ROLE_text, text);
}

static const char *wait(struct arena *a, struct value v, const char *word)
{
	char text[FORMAT_SIZE];

	return value_known(v) ? arena_printf(a, "%s %s", word, format_ns(v.f * 1000, text)) : "";
}

static void disk_line(struct lines *l, const struct device *d)
{
	const struct block_disk *b = d->disk;
	struct arena *a = l->a;
	const char *text;

	if (!b)
		return;
	text = join(a, b->name.text, value_text_or(b->model, ""));
	if (value_known(b->scheduler))
		text = join(a, text, arena_printf(a, "scheduler %s", b->scheduler.text));
	text = join(a, text, bytes(a, b->read_bytes_per_s, "read"));
	text = join(a, text, bytes(a, b->write_bytes_per_s, "written"));
	text = join(a, text, wait(a, b->read_wait_us, "reads wait"));
	text = join(a, text, wait(a, b->write_wait_us, "writes wait"));
	text = join(a, text, wait(a, b->flush_wait_us, "flushes wait"));
	if (value_known(b->busy))
		text = join(a, text, arena_printf(a, "busy %.0f %%", b->busy.f));
	if (value_known(b->in_flight))
		text = join(a, text, arena_printf(a, "%u under way", (unsigned)b->in_flight.u));
	put(l, "disk", ROLE_text, text);
}

static void irq_line(struct lines *l, const struct snapshot *s, const struct device *d)
{
	const struct interrupts *irqs = snapshot_facts(s, &probe_interrupts);
	const struct interrupt *rows = irqs ? irqs->irq.row : NULL;
	char text[FORMAT_SIZE];
	const char *line;

	if (!d->irqs)
		return;
	line = arena_printf(l->a, "%u interrupt%s", d->irqs, d->irqs == 1 ? "" : "s");
	if (!isnan(d->irq_per_s))
		line = join(l->a, line, arena_printf(l->a, "%s/s", format_count(round(d->irq_per_s), text)));
	if (d->landed)
		line = join(l->a, line,
			arena_printf(l->a, "CPUs %s", value_words(l->a, value_set(d->landed, 0), TYPE_CPUS)));
	if (d->elsewhere > 0)
		line = join(l->a, line,
			arena_printf(l->a, "%.0f %% on node %d", d->elsewhere * 100, (int)d->elsewhere_node));
	for (uint32_t i = 0; irqs && d->busiest && i < irqs->irq.n; i++)
		if (strcmp(rows[i].name.text, d->busiest) == 0 && value_known(rows[i].landed))
			line = join(
				l->a, line, arena_printf(l->a, "most: IRQ %s on %s", d->busiest, rows[i].landed.text));
	put(l, "interrupts", d->fault == FAULT_ELSEWHERE ? ROLE_warn : ROLE_text, line);
}

void device_details(struct canvas *c, struct rect r, struct arena *a, const struct snapshot *s, const struct device *d)
{
	struct lines l = {.a = a};
	int y = r.y, label = r.w >= 60 ? LABEL + 3 : 0;

	put(&l, "fault", ROLE_warn, device_fault_words(a, d));
	net_line(&l, d);
	disk_line(&l, d);
	link_line(&l, s, d);
	irq_line(&l, s, d);
	place(&l, d);
	card(&l, d);
	for (size_t i = 0; i < l.n && y < r.y + r.h; i++) {
		struct rect at = {r.x + label, y, r.w - label, 2 < r.y + r.h - y ? 2 : r.y + r.h - y};

		if (label)
			canvas_cut(c, r.x, y, label - 1, ROLE_dim, l.line[i].label);
		y += canvas_wrap(c, at, l.line[i].role, l.line[i].text);
	}
}
