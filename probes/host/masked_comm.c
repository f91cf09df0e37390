/* Finds the names of processes in what /proc says, and remembers what each is called when masked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_comm.h"
#include "probes/util.h"

enum { ROWS = 1 << 14 }; /* two processes that meet in one row are looked at again */

struct masked_comm {
	uint32_t pid;
	char comm[COMM_SIZE], masked[COMM_SIZE];
};

void masked_comms_free(struct masked_comms *c)
{
	free(c->row);
}

bool masked_comm_place(const char *path, struct slice text, struct slice *ret, uint32_t *ret_pid)
{
	const char *end = strrchr(path, '/'), *open, *close;
	unsigned pid;

	if (sscanf(path, "/proc/%u/", &pid) != 1 || !end)
		return false;
	*ret_pid = pid;
	if (!strcmp(end, "/comm")) {
		*ret = (struct slice){text.p, text.len - (text.len && text.p[text.len - 1] == '\n')};
	} else if (!strcmp(end, "/stat")) {
		open = memchr(text.p, '(', text.len);
		close = memrchr(text.p, ')', text.len);
		if (!open || !close || close < open)
			return false;
		*ret = (struct slice){open + 1, (size_t)(close - open) - 1};
	} else if (!strcmp(end, "/status") && slice_starts(text, "Name:\t")) {
		close = memchr(text.p, '\n', text.len);
		*ret = (struct slice){text.p + 6, (size_t)((close ? close : text.p + text.len) - text.p) - 6};
	} else {
		return false;
	}
	return true;
}

static bool only(struct slice s, const char *signs)
{
	size_t i = 0;

	while (i < s.len && (isdigit((unsigned char)s.p[i]) || strchr(signs, s.p[i])))
		i++;
	return i == s.len;
}

/* What stands behind that beginning, if anything does: the part of a name that may be somebody's. */
static bool behind(struct slice s, const char *begin, struct slice *ret)
{
	size_t n = strlen(begin);

	*ret = slice_starts(s, begin) ? (struct slice){s.p + n, s.len - n} : (struct slice){s.p, 0};
	return slice_starts(s, begin);
}

bool masked_comm_is_usual(struct slice comm)
{
	static const char *const names[] = {"qemu-kvm", "kvm", "kvm-nx-lpage-re", "kvm-pit/", "worker", "vnc_worker", "call_rcu",
		"SPICE Worker", "IO mon_iothread", "IO iothread", "vhost-", "vhost", "kworker/", "kworker/R-", "ksoftirqd/",
		"migration/", "cpuhp/", "idle_inject/", "kthreadd", "kswapd", "kcompactd", "khugepaged", "ksmd", "libvirtd",
		"virtqemud", "virtlogd", "virtlockd", "systemd", "tuned", "tuned-ppd", "tlp", "tlp-pd", "power-profiles-", "auto-cpufreq", "cpufreqd",
		"system76-power", "thermald", "irqbalance", "numad", "ksmtuned", "ksmtune"};
	struct slice rest;

	for (size_t i = 0; i < COUNT(names); i++)
		if (behind(comm, names[i], &rest) && only(rest, rest.p[-1] == '/' ? "/:uH" : ""))
			return true;
	if (behind(comm, "CPU ", &rest))
		return only(rest, "/KVMTCG");
	if (behind(comm, "qemu-system-", &rest))
		return only(rest, "aarch64ppcs390xi386riscvmipx_");
	return behind(comm, "rcu", &rest) && only(rest, "_/abcdeghiklmnopqrstux");
}

/* Of an interrupt's thread: what is called as the drivers of known devices call theirs. */
static bool is_driver(struct slice s)
{
	static const char *const begins[] = {"nvme", "mlx", "xhci", "ahci", "ehci", "i915", "i801", "iwlwifi", "aerdrv", "pciehp",
		"PCIe", "acpi", "thunderbolt", "AMD-Vi", "DMAR", "dmar", "vfio", "mei", "snd", "megasas", "mpt", "virtio", "hpsa",
		"i40e", "ice", "bnxt", "qla", "lpfc", "rtc", "smartpqi", "s-"};
	struct slice rest;

	for (size_t i = 0; i < COUNT(begins); i++)
		if (behind(s, begins[i], &rest))
			return true;
	return false;
}

/* The kernel keeps the first 15 characters: the last word may be the beginning of a name. */
static size_t cut_name(struct masks *m, struct slice s, const char **ret)
{
	enum { LEAST = 3 };

	for (size_t i = 0; s.len == COMM_SIZE - 1 && i + LEAST <= s.len; i++) {
		struct slice end = {s.p + i, s.len - i};

		if (i && isalnum((unsigned char)s.p[i - 1]))
			continue;
		*ret = mask_longer(m, MASK_GUEST, end);
		*ret = *ret ? *ret : mask_longer(m, MASK_HOST, end);
		if (*ret)
			return end.len;
	}
	return 0;
}

void masked_comm_words(struct masks *m, struct text *t, struct slice comm)
{
	const char *cut, *dash = slice_starts(comm, "irq/") ? memchr(comm.p, '-', comm.len) : NULL;
	struct slice rest = comm;
	size_t n, before;

	if (dash)
		rest = (struct slice){dash + 1, comm.len - (size_t)(dash + 1 - comm.p)};
	else if (slice_starts(comm, "IO "))
		rest = (struct slice){comm.p + 3, comm.len - 3};
	mask_put(t, comm.p, (size_t)(rest.p - comm.p));
	before = t->len;
	n = cut_name(m, comm, &cut);
	n = n < rest.len ? n : rest.len;
	mask_device(m, t, (struct slice){rest.p, rest.len - n});
	if (n)
		text_add(t, "%s", cut);
	/* the names of interfaces may be cut as well */
	if (!rest.len || rest.p == comm.p || (dash && is_driver(rest)))
		return;
	if (!dash || comm.len >= COMM_SIZE - 1 || (t->len - before == rest.len && !memcmp(t->bytes + before, rest.p, rest.len))) {
		t->len = before;
		mask_put_slice(t, slice_of(mask_of(m, MASK_NAME, rest)));
	}
}

void masked_comms_renew(struct masked_comms *c, unsigned names)
{
	if (c->row && c->names != names)
		memset(c->row, 0, ROWS * sizeof(*c->row));
	c->names = names;
}

bool masked_comm_known(const struct masked_comms *c, uint32_t pid, struct slice comm, char ret[COMM_SIZE])
{
	const struct masked_comm *row = c->row ? &c->row[pid % ROWS] : NULL;

	if (!row || row->pid != pid || !slice_is(comm, row->comm))
		return false;
	memcpy(ret, row->masked, COMM_SIZE);
	return true;
}

void masked_comm_tell(struct masked_comms *c, uint32_t pid, struct slice comm, struct slice masked, char ret[COMM_SIZE])
{
	struct masked_comm *row;

	if (!c->row)
		c->row = xcalloc(ROWS, sizeof(*c->row));
	row = &c->row[pid % ROWS];
	row->pid = pid;
	snprintf(row->comm, sizeof(row->comm), "%.*s", (int)comm.len, comm.p);
	snprintf(row->masked, sizeof(row->masked), "%.*s", (int)masked.len, masked.p);
	memcpy(ret, row->masked, COMM_SIZE);
}
