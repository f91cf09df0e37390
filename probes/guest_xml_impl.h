/* What the readers of a domain's XML share: a cursor over elements that knows no library, and values of texts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GUEST_XML_IMPL_H
#define PROBES_GUEST_XML_IMPL_H

#include "probes/guest_xml.h"

struct xml_node; /* an element; lives as long as its document, and so do the texts of its attributes */

/* Elements without a namespace, as libvirt's own are. n may be NULL: then there is none. name NULL: any. */
const struct xml_node *xml_child(const struct xml_node *n, const char *name);
const struct xml_node *xml_next(const struct xml_node *n, const char *name);
/* The first child of that name in a namespace that begins like this. */
const struct xml_node *xml_foreign(const struct xml_node *n, const char *name, const char *space);
const char *xml_name(const struct xml_node *n);
const char *xml_attr(const struct xml_node *n, const char *name); /* NULL when it has none */
const char *xml_text(struct arena *a, const struct xml_node *n); /* trimmed; NULL when n is NULL or it has none */

/* An attribute of a child: what most of a definition is. */
static inline const char *xml_attr_of(const struct xml_node *n, const char *child, const char *name)
{
	return xml_attr(xml_child(n, child), name);
}

enum {
	XML_TEXT_MOST = 4096, /* bytes of a text that is kept; what is longer ends with an ellipsis */
	XML_NAME_MOST = 64 << 10, /* of the guest's own name */
	XML_ROWS_MOST = 4096, /* of a kind: libvirt takes less */
	XML_VCPUS_MOST = 16384, /* libvirt's own limit */
};

/* Values of texts; NULL and the empty text are ABSENT, what means nothing is BROKEN. */
struct value xml_text_value(struct arena *a, const char *text);
struct value xml_u64_value(const char *text);
struct value xml_i64_value(const char *text);
struct value xml_yes_value(const char *text); /* yes, on; no, off */
struct value xml_kib_value(const char *text, const char *unit); /* unit NULL: KiB; rounded up */
/* libvirt's own lists: "0-7,^3,12". */
struct value xml_cpus_value(struct arena *a, const char *text);
/* At most that many bytes, whole characters of UTF-8, an ellipsis where something was cut off. */
const char *xml_cut(struct arena *a, const char *text, size_t most);

/* Room for n rows of that size; the list is BROKEN when there are too many. */
void *xml_rows(struct arena *a, size_t n, size_t size, struct rows *ret);
size_t xml_count(const struct xml_node *parent, const char *name);

/* Each fills its part of g from the domain. */
void guest_xml_what(struct arena *a, const struct xml_node *domain, struct guest *g);
int guest_xml_tuning(struct arena *a, const struct xml_node *domain, struct guest *g, char why[200]);
void guest_xml_disks(struct arena *a, const struct xml_node *domain, struct guest *g);
void guest_xml_devices(struct arena *a, const struct xml_node *domain, struct guest *g);

/*
 * Where the kth child element of the ith child element of the top element stands in a document that is known to be well
 * formed: the byte of its "<" and the byte behind its end, and the same of the element around it. Counted from 0.
 */
struct xml_span {
	size_t from, to;
};
struct xml_place {
	struct xml_span inner, outer;
	bool alone; /* outer holds nothing but inner and blanks */
};
int guest_xml_place(const char *xml, size_t len, size_t i, size_t k, struct xml_place *ret);
/* Without what lies in the span, and without its line when nothing else stands in it. */
char *guest_xml_cut(struct arena *a, const char *xml, size_t len, struct xml_span cut);

#endif
