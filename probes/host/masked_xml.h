/* Values within a domain's XML, between the one that walks over it and the one that knows what they name. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MASKED_XML_H
#define PROBES_HOST_MASKED_XML_H

#include "probes/host/masked_impl.h"

struct xml_where {
	struct slice parent, element; /* without prefixes */
	struct slice attribute; /* empty: the element's text */
	bool metadata; /* of another program's own elements */
	bool foreign; /* with a prefix that is not libvirt's */
};

void masked_xml_value(struct masks *m, struct text *t, struct xml_where where, struct slice s);
void masked_xml_decode(struct text *t, struct slice s); /* "&lt;" and the like */
void masked_xml_encode(struct text *t, struct slice s);

#endif
