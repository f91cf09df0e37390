/* Where a fact is shown: which panel has more about an address, and at which CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/address.h"
#include "probes/cpuset.h"
#include "probes/frequency.h"
#include "probes/parse.h"
#include "tui/panels/findings.h"

static const struct {
	const char *probe, *panel;
} shown_in[] = {
	{"silicon", "frequency"},
	{"frequency", "frequency"},
	{"topology", "topology"},
	{"cache", "topology"},
	{"idle", "idle"},
	{"guests", "guests"},
	{"placement", "guests"},
	{"threads", "guests"},
	{"memory", "memory"},
	{"numa", "memory"},
	{"ksm", "memory"},
	{"pci", "devices"},
	{"net", "devices"},
	{"block", "devices"},
	{"interrupts", "devices"},
};

static int64_t first_of_policy(const struct snapshot *s, uint64_t id)
{
	const struct frequency *f = snapshot_facts(s, &probe_frequency);
	const struct policy *row = f ? f->policy.row : NULL;

	for (uint32_t i = 0; f && i < f->policy.n; i++)
		if (row[i].id.u == id && value_known(row[i].cpus))
			return cpuset_next(row[i].cpus.set, -1);
	return -1;
}

const char *panel_of_fact(const struct snapshot *s, const char *address, int64_t *ret_cpu)
{
	struct address_part probe, row;
	uint64_t id;

	*ret_cpu = -1;
	if (address_part(&address, &probe))
		return NULL;
	if (address_part(&address, &row) == 0 && row.has_key && parse_u64(slice_of(row.key), &id) == 0) {
		if (strcmp(row.name, "cpu") == 0)
			*ret_cpu = (int64_t)id;
		else if (strcmp(row.name, "policy") == 0)
			*ret_cpu = first_of_policy(s, id);
	}
	for (size_t i = 0; i < COUNT(shown_in); i++)
		if (strcmp(shown_in[i].probe, probe.name) == 0)
			return shown_in[i].panel;
	return NULL;
}
