/* Counts the errors of a link that come while hvscope looks: those since boot say nothing of now. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/load.h"
#include "probes/pci_impl.h"

/* A counter that goes back was set back: what came before still came. */
static struct value rise(struct value was, struct value is, struct value so_far, bool still)
{
	if (!value_known(is))
		return is;
	if (still)
		return (struct value){.known = KNOWN_NOT_RECORDED};
	if (!value_known(was))
		return (struct value){.known = KNOWN_NOT_YET};
	return value_u64(value_u64_or(so_far, 0) + (is.u > was.u ? is.u - was.u : 0), 0);
}

void pci_count_errors(const struct tick *t, const struct pci_device *old, struct pci_device *row)
{
	static const struct pci_device none = {0};
	const struct load *load = snapshot_facts(t->so_far, &probe_load);
	/* a copy of a host stands still */
	bool still = load && load->busy.known == KNOWN_NOT_RECORDED;

	if (!old || !value_equal(old->ids, row->ids, TYPE_TEXT))
		old = &none;
	row->aer_corrected_rise = rise(old->aer_corrected, row->aer_corrected, old->aer_corrected_rise, still);
	row->aer_uncorrected_rise = rise(old->aer_uncorrected, row->aer_uncorrected, old->aer_uncorrected_rise, still);
}
