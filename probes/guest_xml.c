/* The XML of a domain, with libxml2 kept to this file: no network, no entities, no document types. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guest_xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guest_xml_impl.h"
#include "probes/parse.h"
#include "probes/text.h"

static const xmlNode *real(const struct xml_node *n)
{
	return (const xmlNode *)(const void *)n;
}

static const struct xml_node *element(const xmlNode *n, const char *name)
{
	for (; n; n = n->next)
		if (n->type == XML_ELEMENT_NODE && !n->ns && (!name || strcmp((const char *)n->name, name) == 0))
			return (const struct xml_node *)(const void *)n;
	return NULL;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *name)
{
	return n ? element(real(n)->children, name) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *n, const char *name)
{
	return n ? element(real(n)->next, name) : NULL;
}

const struct xml_node *xml_foreign(const struct xml_node *n, const char *name, const char *space)
{
	for (const xmlNode *c = n ? real(n)->children : NULL; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE && c->ns && c->ns->href &&
			strcmp((const char *)c->name, name) == 0 &&
			strncmp((const char *)c->ns->href, space, strlen(space)) == 0)
			return (const struct xml_node *)(const void *)c;
	return NULL;
}

const char *xml_name(const struct xml_node *n)
{
	return (const char *)real(n)->name;
}

/* Without entities the value of an attribute is one text. */
const char *xml_attr(const struct xml_node *n, const char *name)
{
	for (const xmlAttr *p = n ? real(n)->properties : NULL; p; p = p->next)
		if (!p->ns && strcmp((const char *)p->name, name) == 0)
			return p->children && p->children->content ? (const char *)p->children->content : "";
	return NULL;
}

const char *xml_text(struct arena *a, const struct xml_node *n)
{
	struct text t = text_begin();
	struct slice s;
	const char *kept = NULL;

	for (const xmlNode *c = n ? real(n)->children : NULL; c; c = c->next)
		if ((c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE) && c->content)
			text_add(&t, "%s", (const char *)c->content);
	if (t.len) {
		s = slice_trim((struct slice){t.bytes, t.len});
		kept = s.len ? slice_text(a, s) : NULL;
	}
	text_end(&t, NULL);
	return kept;
}

/* A domain has none; whoever writes one wants entities or a file of ours. */
static void refuse_type(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
	xmlParserCtxt *context = arg;

	(void)name;
	(void)id;
	(void)system;
	*(bool *)context->_private = true;
	xmlStopParser(context);
}

static void say_error(xmlParserCtxt *context, bool has_type, char why[200])
{
	const xmlError *e = xmlCtxtGetLastError(context);

	if (has_type)
		snprintf(why, 200, "the document has a document type, which no domain has");
	else if (e && e->message)
		snprintf(why, 200, "line %d: %s", e->line, e->message);
	else
		snprintf(why, 200, "this is no XML");
	text_tame(why);
	for (size_t n = strlen(why); n && why[n - 1] == ' '; n--)
		why[n - 1] = '\0';
}

/* The document, for xmlFreeDoc(), and its top element, which is a domain. */
static int parse(const char *xml, size_t len, xmlDoc **ret, const struct xml_node **ret_domain, char why[200])
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT;
	bool has_type = false;
	xmlParserCtxt *context;
	const xmlNode *top;
	xmlDoc *doc;

	why[0] = '\0';
	if (len > GUEST_XML_MOST) {
		snprintf(why, 200, "the document has %zu bytes; more than %d are not read", len, GUEST_XML_MOST);
		return -EFBIG;
	}
	if (len && memchr(xml, '\0', len)) { /* the library would take what is before it for the whole */
		snprintf(why, 200, "the document has a NUL byte in it");
		return -EINVAL;
	}
	context = xmlNewParserCtxt();
	if (!context)
		return -ENOMEM;
	context->_private = &has_type;
	context->sax->internalSubset = refuse_type;
	/* libvirt writes UTF-8, whatever a first line says; so bytes are what the cutting of text takes them for */
	doc = xmlCtxtReadMemory(context, xml, (int)len, NULL, "UTF-8", options);
	if (!doc || has_type)
		say_error(context, has_type, why);
	xmlFreeParserCtxt(context);
	top = doc && !has_type ? xmlDocGetRootElement(doc) : NULL;
	if (top && (top->ns || strcmp((const char *)top->name, "domain") != 0)) {
		snprintf(why, 200, "this is no domain but <%.40s>", (const char *)top->name);
		text_tame(why);
		top = NULL;
	}
	if (!top) {
		xmlFreeDoc(doc);
		return -EINVAL;
	}
	*ret = doc;
	*ret_domain = (const struct xml_node *)(const void *)top;
	return 0;
}

int guest_xml_read(struct arena *a, const char *xml, size_t len, struct guest *ret, char why[200])
{
	const struct xml_node *domain;
	struct guest g = {0};
	xmlDoc *doc;
	int err = parse(xml, len, &doc, &domain, why);

	if (err)
		return err;
	guest_xml_what(a, domain, &g);
	err = guest_xml_tuning(a, domain, &g, why);
	if (!err) {
		guest_xml_disks(a, domain, &g);
		guest_xml_devices(a, domain, &g);
		*ret = g;
	}
	xmlFreeDoc(doc);
	return err;
}

int pin_name_parse(const char *text, struct pin_name *ret)
{
	static const struct {
		const char *word;
		enum pin_kind kind;
	} kinds[] = {{"vcpu/", PIN_VCPU}, {"iothread/", PIN_IOTHREAD}};
	uint64_t number;

	if (strcmp(text, "emulator") == 0) {
		*ret = (struct pin_name){.kind = PIN_EMULATOR};
		return 0;
	}
	for (size_t i = 0; i < COUNT(kinds); i++) {
		size_t n = strlen(kinds[i].word);

		if (strncmp(text, kinds[i].word, n) != 0)
			continue;
		if (text[n] < '0' || text[n] > '9' || parse_u64(slice_of(text + n), &number) || number > INT32_MAX ||
			text[strlen(text) - 1] < '0')
			return -EINVAL;
		*ret = (struct pin_name){.kind = kinds[i].kind, .number = (unsigned)number};
		return 0;
	}
	return -EINVAL;
}

static bool is_pin(const xmlNode *n, struct pin_name pin)
{
	static const char *const names[] = {"vcpupin", "emulatorpin", "iothreadpin"},
				 *const numbers[] = {"vcpu", NULL, "iothread"};
	const struct xml_node *node = (const struct xml_node *)(const void *)n;
	struct value number;

	if (n->ns || strcmp((const char *)n->name, names[pin.kind]) != 0)
		return false;
	if (!numbers[pin.kind])
		return true;
	number = xml_u64_value(xml_attr(node, numbers[pin.kind]));
	return value_known(number) && number.u == pin.number;
}

/*
 * The element of that pin, and its place: which child of the domain holds it, and which child of that it is, elements of
 * all names counted. -ENOENT, or -EINVAL where there are two.
 */
static int find_pin(const struct xml_node *domain, struct pin_name pin, const struct xml_node **ret, size_t *ret_outer,
	size_t *ret_inner, char why[200])
{
	size_t outer = 0, found = 0;

	for (const xmlNode *o = real(domain)->children; o; o = o->next) {
		size_t inner = 0;

		if (o->type != XML_ELEMENT_NODE)
			continue;
		for (const xmlNode *i = !o->ns && strcmp((const char *)o->name, "cputune") == 0 ? o->children : NULL; i;
			i = i->next) {
			if (i->type == XML_ELEMENT_NODE && is_pin(i, pin)) {
				*ret = (const struct xml_node *)(const void *)i;
				*ret_outer = outer;
				*ret_inner = inner;
				found++;
			}
			inner += i->type == XML_ELEMENT_NODE;
		}
		outer++;
	}
	if (found > 1)
		snprintf(why, 200, "the definition has that pin twice");
	return found > 1 ? -EINVAL : found ? 0 : -ENOENT;
}

int guest_xml_pin(struct arena *a, const char *xml, size_t len, struct pin_name pin, const char **ret, char why[200])
{
	const struct xml_node *domain, *node;
	size_t outer, inner;
	xmlDoc *doc;
	int err = parse(xml, len, &doc, &domain, why);

	if (err)
		return err;
	err = find_pin(domain, pin, &node, &outer, &inner, why);
	if (!err) {
		const char *cpus = xml_attr(node, "cpuset");

		if (cpus && *cpus)
			*ret = arena_strdup(a, cpus);
		else
			err = -EINVAL;
		if (err)
			snprintf(why, 200, "the pin names no CPUs");
	} else if (err == -ENOENT) {
		*ret = "-";
		err = 0;
	}
	xmlFreeDoc(doc);
	return err;
}

int guest_xml_without_pin(
	struct arena *a, const char *xml, size_t len, struct pin_name pin, const char **ret, char why[200])
{
	const struct xml_node *domain, *node;
	struct xml_place place;
	size_t outer, inner;
	xmlDoc *doc;
	int err = parse(xml, len, &doc, &domain, why);

	if (err)
		return err;
	err = find_pin(domain, pin, &node, &outer, &inner, why);
	xmlFreeDoc(doc);
	if (err == -ENOENT)
		snprintf(why, 200, "the definition has no such pin");
	err = err ? err : guest_xml_place(xml, len, outer, inner, &place);
	if (!err)
		*ret = guest_xml_cut(a, xml, len, place.alone ? place.outer : place.inner);
	return err;
}
