/* The XML of a domain: what hvscope reads from it, and the one kind of element that it edits in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GUEST_XML_H
#define PROBES_GUEST_XML_H

#include <stddef.h>

#include "probes/guests.h"

enum { GUEST_XML_MOST = 16 << 20 }; /* bytes: a longer document is refused */

/*
 * Fills what a definition says of a guest: everything of struct guest but id, state, persistent, generation, the rates and
 * drift; config_cpus stay absent. No network, no entities, no DTD. Texts and sets are in the arena. 0, or -EINVAL with why
 * saying what is wrong in which line, -EFBIG.
 */
int guest_xml_read(struct arena *a, const char *xml, size_t len, struct guest *ret, char why[200]);

/* Which pin: of a vCPU, of the emulator, of an iothread. */
enum pin_kind { PIN_VCPU, PIN_EMULATOR, PIN_IOTHREAD };
struct pin_name {
	enum pin_kind kind;
	unsigned number; /* of the vCPU or iothread; 0 for the emulator */
};

/* "vcpu/0", "emulator", "iothread/1": 0 or -EINVAL. */
int pin_name_parse(const char *text, struct pin_name *ret);

/* The cpuset of that element as it stands, in the arena; "-" where there is no such element. 0 or -EINVAL. */
int guest_xml_pin(struct arena *a, const char *xml, size_t len, struct pin_name pin, const char **ret, char why[200]);

/*
 * The same document without that one element: byte for byte what it was but for the element, its line, and a cputune that
 * would be left empty. -ENOENT when there is no such element. ret in the arena.
 */
int guest_xml_without_pin(
	struct arena *a, const char *xml, size_t len, struct pin_name pin, const char **ret, char why[200]);

#endif
