/* KVM: whether it is there, and how its modules were told to work. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KVM_H
#define PROBES_KVM_H

#include "probes/probe.h"

struct kvm {
	struct value present; /* bool: the device /dev/kvm is offered */
	struct value module; /* text: "kvm_intel", "kvm_amd"; "kvm" where it is part of the kernel */
	struct value users; /* u64: what holds that module: it can be loaded anew only at 0 */
	struct value nested; /* bool */
	struct value paging; /* bool: ept or npt, two stages in hardware */
	struct value apicv; /* bool: enable_apicv or avic */
	struct value ipiv; /* bool: enable_ipiv */
	struct value halt_poll_ns, halt_poll_grow, halt_poll_grow_start, halt_poll_shrink; /* u64 */
	struct value nx_huge_pages; /* bool */
	struct value tdp_mmu; /* bool */
	struct value ple_gap, ple_window; /* u64: loops of pauses; 0: not watched */
	struct value vhost_net; /* bool: network of guests is served by the kernel */
	struct rows parameter; /* struct kvm_parameter, by name */
};

struct kvm_parameter {
	struct value name; /* text: "kvm_intel.ept" */
	struct value module, parameter; /* text */
	struct value value; /* text, as the kernel gives it */
};

extern const struct probe probe_kvm;

#endif
