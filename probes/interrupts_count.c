/* What an interval added to each line of interrupts, where it landed, and what kind of line it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/interrupts_impl.h"
#include "probes/parse.h"
#include "probes/text.h"

enum { LANDED_MOST = 3 }; /* CPUs that are named with their rates */

struct landing {
	uint64_t sum;
	bool again; /* a counter began anew: nothing is known */
	struct {
		uint32_t cpu, n;
	} most[LANDED_MOST]; /* by falling n */
	uint32_t ncpus;
	struct cpuset *cpus;
};

static enum irq_kind named_kind(const char *name)
{
	static const struct {
		const char *name;
		enum irq_kind kind;
	} table[] = {{"LOC", KIND_TIMER}, {"HVS", KIND_TIMER}, {"CLK", KIND_TIMER}, {"RES", KIND_IPI},
		{"CAL", KIND_IPI}, {"TLB", KIND_IPI}, {"DBL", KIND_IPI}, {"EXC", KIND_IPI}, {"EMS", KIND_IPI}};

	for (size_t i = 0; i < COUNT(table); i++)
		if (strcmp(name, table[i].name) == 0)
			return table[i].kind;
	return strncmp(name, "IPI", 3) == 0 ? KIND_IPI : KIND_OTHER;
}

enum irq_kind irq_kind_of(const struct irq_line *line, const char *action)
{
	if (line->number == IRQ_NAMED)
		return named_kind(line->name);
	if (strcmp(action, "timer") == 0 || strncmp(action, "arch_timer", 10) == 0 || strncmp(action, "hpet", 4) == 0)
		return KIND_TIMER;
	return strncmp(action, "IPI", 3) == 0 ? KIND_IPI : KIND_DEVICE;
}

/* "5-edge", "16", "-fasteoi": the number of the line at its chip, with how it is triggered. */
static bool is_hwirq(struct slice word, uint64_t *ret_number)
{
	size_t digits = 0, i;

	while (digits < word.len && word.p[digits] >= '0' && word.p[digits] <= '9')
		digits++;
	*ret_number = 0;
	if (digits && parse_u64((struct slice){word.p, digits}, ret_number))
		return false;
	i = digits;
	if (i == word.len)
		return true;
	if (word.p[i++] != '-' || i == word.len)
		return false;
	while (i < word.len && ((word.p[i] >= 'a' && word.p[i] <= 'z') || word.p[i] == '_'))
		i++;
	return i == word.len;
}

/* Takes the chip off the front: "IO-APIC", but also "Hyper-V PCIe MSI", which only the number behind it ends. */
static struct slice take_chip(struct slice *rest, uint64_t *ret_number)
{
	enum { WORDS_MOST = 4 };
	struct slice at = *rest, word, first = {"", 0};

	*ret_number = 0;
	for (int i = 0; i < WORDS_MOST && slice_word(&at, &word); i++) {
		if (i && is_hwirq(word, ret_number)) {
			struct slice chip = slice_trim((struct slice){rest->p, (size_t)(word.p - rest->p)});

			*rest = at;
			return chip;
		}
		first = i ? first : word;
	}
	*ret_number = 0;
	rest->len -= (size_t)(first.p + first.len - rest->p);
	rest->p = first.p + first.len;
	return first;
}

/* "PCI-MSIX-0000:00:01.0   3-edge      virtio0-stats" */
const char *irq_split_tail(struct arena *a, struct irq_line *line, struct interrupt *row)
{
	struct slice rest = slice_trim(slice_of(line->tail)), chip, word, before;

	row->chip = row->action = value_error(-ENOENT, 0);
	if (!rest.len)
		return "";
	chip = take_chip(&rest, &line->at_chip);
	if (!slice_is(chip, "-") && !slice_is(chip, "None"))
		row->chip = value_text(slice_text(a, chip), 0);
	before = rest;
	if (slice_word(&rest, &word) && (slice_is(word, "Level") || slice_is(word, "Edge")))
		before = rest;
	before = slice_trim(before);
	if (!before.len)
		return "";
	row->action = value_text(slice_text(a, before), 0);
	return row->action.text;
}

static void note_most(struct landing *l, uint32_t cpu, uint32_t n)
{
	int at = LANDED_MOST;

	while (at > 0 && l->most[at - 1].n < n)
		at--;
	if (at == LANDED_MOST)
		return;
	memmove(&l->most[at + 1], &l->most[at], (size_t)(LANDED_MOST - 1 - at) * sizeof(l->most[0]));
	l->most[at].cpu = cpu;
	l->most[at].n = n;
}

static void land(const struct irq_added *ad, struct arena *a, size_t column, uint32_t n, struct landing *l)
{
	uint32_t cpu = ad->now->column[column];

	if (!l->cpus)
		l->cpus = cpuset_new(a, ad->now->column[ad->now->ncolumns - 1] + 1);
	cpuset_add(l->cpus, cpu);
	l->ncpus++;
	l->sum += n;
	note_most(l, cpu, n);
}

/* How many came on each CPU. Counters have 32 bits and wrap; one that began anew says nothing of this interval. */
static struct landing difference(struct irq_added *ad, struct arena *a, const struct irq_line *was,
	const struct irq_line *line, enum irq_kind kind)
{
	const uint32_t *before = ad->old->count + was->first, *now = ad->now->count + line->first;
	size_t n = line->whole_host ? 1 : ad->now->ncolumns;
	struct landing l = {.sum = 0};

	if (was->whole_host != line->whole_host)
		l.again = true;
	if (l.again || (!ad->columns && memcmp(before, now, n * sizeof(*now)) == 0))
		return l;
	for (size_t i = 0; i < n; i++) {
		size_t k = ad->columns && !line->whole_host ? ad->columns[i] : i;
		uint32_t more = k == NO_COLUMN ? 0 : now[i] - before[k];

		if (!more)
			continue;
		if (now[i] < before[k] && more > WRAP_MOST_PER_S * ad->seconds) {
			l.again = true;
			return l;
		}
		if (line->whole_host)
			l.sum += more;
		else
			land(ad, a, i, more, &l);
	}
	ad->all += l.sum;
	ad->kind[kind] += l.sum;
	for (size_t i = 0; l.ncpus && i < n; i++) {
		size_t k = ad->columns ? ad->columns[i] : i;

		ad->cpu[i * NKINDS + kind] += k == NO_COLUMN ? 0 : now[i] - before[k];
	}
	return l;
}

static const char *landed_text(struct arena *a, const struct landing *l, double seconds)
{
	struct text t = text_begin();

	for (uint32_t i = 0; i < l->ncpus && i < LANDED_MOST; i++) {
		double per_s = l->most[i].n / seconds;

		text_add(&t, "%sCPU %u %.*f/s", i ? ", " : "", l->most[i].cpu, per_s < 10 ? 1 : 0, per_s);
	}
	if (l->ncpus > LANDED_MOST)
		text_add(&t, ", %u more", l->ncpus - LANDED_MOST);
	return text_end(&t, a);
}

static void fill_landing(struct arena *a, const struct landing *l, double seconds, struct interrupt *row)
{
	row->per_s = value_f64((double)l->sum / seconds, 0);
	if (!l->ncpus) {
		row->busiest = row->busiest_pct = row->cpus = row->landed = value_error(-ENOENT, 0);
		return;
	}
	row->busiest = value_u64(l->most[0].cpu, 0);
	row->busiest_pct = value_f64(100.0 * l->most[0].n / (double)l->sum, 0);
	row->cpus = value_set(l->cpus, 0);
	row->landed = value_text(landed_text(a, l, seconds), 0);
}

void irq_add(struct irq_added *ad, struct arena *a, const struct irq_line *was, const struct irq_line *line,
	enum irq_kind kind, struct interrupt *row)
{
	struct landing l = difference(ad, a, was, line, kind);

	if (!l.again)
		fill_landing(a, &l, ad->seconds, row);
}
