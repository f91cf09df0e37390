/* Mitigations: the kernel's own sentences of each weakness, and what they mean for guests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/mitigations.h"

#include <errno.h>
#include <string.h>

#include "probes/get.h"
#include "probes/kernel.h"
#include "probes/parse.h"

#define FOLDER "/sys/devices/system/cpu/vulnerabilities"
#define OWN SOURCES(FOLDER "/{name}")

enum { ROWS_MOST = 128 };

static const struct field row_fields[] = {
	FIELD(struct weakness, name, "Weakness", TYPE_TEXT, UNIT_NONE, 0, SOURCES("the files of " FOLDER),
		"The kernel's name of it."),
	FIELD(struct weakness, state, "State", TYPE_TEXT, UNIT_NONE, 0, OWN,
		"Whether these processors have it and whether it is closed; partly: the kernel names a part that is "
		"open."),
	FIELD(struct weakness, text, "In full", TYPE_TEXT, UNIT_NONE, 0, OWN, "What the kernel says of it."),
	FIELD(struct weakness, guests, "Guests pay", TYPE_TEXT, UNIT_NONE, 0, OWN,
		"What entering or leaving a guest does because of it."),
};

static const struct field fields[] = {
	FIELD(struct mitigations, affected, "Weaknesses", TYPE_U64, UNIT_COUNT, 0, SOURCES("the files of " FOLDER),
		"How many of the known weaknesses these processors have."),
	FIELD(struct mitigations, vulnerable, "Open", TYPE_U64, UNIT_COUNT, 0, SOURCES("the files of " FOLDER),
		"How many of them are open, wholly or partly."),
	FIELD(struct mitigations, smt_vulnerable, "Open between threads", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES("the files of " FOLDER),
		"Whether the kernel calls threads of one core vulnerable to each other: guests that share a core can "
		"spy."),
	FIELD(struct mitigations, boot, "Told at boot", TYPE_TEXT, UNIT_NONE, 0, SOURCES("/proc/cmdline"),
		"What mitigations= says on the kernel's command line."),
	FIELD(struct mitigations, l1d_flush, "L1D flush", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES("/sys/module/kvm_intel/parameters/vmentry_l1d_flush"),
		"When KVM empties the L1 data cache before it enters a guest: always is dear."),
};

static const struct row_set sets[] = {
	{"weakness", "name", offsetof(struct mitigations, weakness), sizeof(struct weakness), TABLE(row_fields), NULL,
		0},
};

/*
 * "KVM: Mitigation: Split huge pages", "Processor vulnerable", "Mitigation: Retpolines; BHI: Vulnerable". L1TF writes
 * "VMX: vulnerable" where entering guests empties no cache; "SMT vulnerable" is told by a sum of its own.
 */
static const char *state_of(const char *text)
{
	const char *p = strncmp(text, "KVM: ", 5) == 0 ? text + 5 : text;

	if (strncmp(p, "Not affected", 12) == 0)
		return "not affected";
	if (strncmp(p, "Vulnerable", 10) == 0 || strcmp(p, "Processor vulnerable") == 0)
		return "vulnerable";
	if (strncmp(p, "Mitigation", 10) == 0)
		return strstr(p, "Vulnerable") || strstr(p, "VMX: vulnerable") ? "partly" : "mitigated";
	return "unknown";
}

/* The dearest comes first: the first that fits is said. */
static const char *guests_pay(const char *text)
{
	static const struct {
		const char *has, *means;
	} table[] = {
		{"VMX: cache flushes", "the L1 data cache is emptied at each entry"},
		{"VMX: conditional cache flushes", "the L1 data cache is emptied at some entries"},
		{"IBPB before exit to userspace", "branch predictions are cleared at each exit to QEMU"},
		{"IBPB on VMEXIT", "branch predictions are cleared at each exit"},
		{"Mitigation: IBPB", "branch predictions are cleared at each exit"},
		{"Split huge pages", "executable huge pages are split"},
		{"Clear CPU buffers", "buffers are cleared at each entry"},
		{"Clear Register File", "buffers are cleared at each entry"},
	};

	for (size_t i = 0; i < COUNT(table); i++)
		if (strstr(text, table[i].has))
			return table[i].means;
	return NULL;
}

/* The last one on the command line counts. */
static struct value boot(const struct tick *t, const struct kernel *k)
{
	struct value v = value_error(k && !value_known(k->cmdline) ? k->cmdline.err : -ENOENT, 0);
	struct slice rest, word;

	if (!k || !value_known(k->cmdline))
		return v;
	rest = slice_of(k->cmdline.text);
	while (slice_word(&rest, &word))
		if (slice_starts(word, "mitigations=") && word.len > 12)
			v = value_text(slice_text(t->a, (struct slice){word.p + 12, word.len - 12}), 0);
	return v;
}

static void fill(const struct tick *t, const char *name, struct weakness *row)
{
	const char *pay;

	row->name = value_text(name, 0);
	row->text = get_text(t, 0, FOLDER "/%s", name);
	if (!value_known(row->text)) {
		row->state = row->guests = value_error(row->text.err, 0);
		return;
	}
	pay = guests_pay(row->text.text);
	row->state = value_text(state_of(row->text.text), 0);
	row->guests = pay ? value_text(pay, 0) : value_error(-ENOENT, 0);
}

/* A weakness that could not be read leaves the sums open. */
static void sum_up(const struct weakness *rows, size_t n, struct mitigations *m)
{
	uint64_t affected = 0, vulnerable = 0;
	bool smt = false;

	for (size_t i = 0; i < n; i++) {
		const char *state = value_text_or(rows[i].state, NULL);

		if (!state) {
			m->affected = m->vulnerable = m->smt_vulnerable = value_error(rows[i].state.err, 0);
			return;
		}
		affected += strcmp(state, "not affected") != 0 && strcmp(state, "unknown") != 0;
		vulnerable += strcmp(state, "vulnerable") == 0 || strcmp(state, "partly") == 0;
		smt = smt || strstr(rows[i].text.text, "SMT vulnerable");
	}
	m->affected = value_u64(affected, 0);
	m->vulnerable = value_u64(vulnerable, 0);
	m->smt_vulnerable = value_bool(smt, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct mitigations *m = facts;
	const char *const *name;
	size_t n;
	int err = get_names(t, FOLDER, ROWS_MOST, &name, &n);
	struct weakness *rows = arena_array(t->a, n, sizeof(*rows));

	(void)state;
	for (size_t i = 0; i < n; i++)
		fill(t, name[i], &rows[i]);
	err = err ? err : n ? 0 : -ENOENT;
	if (err) {
		m->affected = m->vulnerable = m->smt_vulnerable = value_error(err, 0);
		m->weakness = (struct rows){.known = value_error(err, 0).known, .err = err};
	} else {
		sum_up(rows, n, m);
		m->weakness = (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
	}
	m->boot = boot(t, snapshot_facts(t->so_far, &probe_kernel));
	m->l1d_flush = get_text(t, 0, "/sys/module/kvm_intel/parameters/vmentry_l1d_flush");
	return 0;
}

const struct probe probe_mitigations = {
	.name = "mitigations",
	.title = "Mitigations",
	.needs = SOURCES("kernel"),
	.size = sizeof(struct mitigations),
	.period_ms = 60000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};
