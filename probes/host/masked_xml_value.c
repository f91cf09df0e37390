/* Masks one value of a domain's XML, by where it stands. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_xml.h"
#include "probes/util.h"

enum { ENTITY_MOST = 12 };

static const struct {
	const char *name;
	char c;
} entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

static void put_code(struct text *t, unsigned long code)
{
	if (code < 0x80)
		mask_put(t, (char[]){(char)code}, 1);
	else if (code < 0x800)
		mask_put(t, (char[]){(char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f))}, 2);
	else if (code < 0x10000)
		mask_put(t, (char[]){(char)(0xe0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))}, 3);
	else
		mask_put(t, (char[]){(char)(0xf0 | (code >> 18 & 7)), (char)(0x80 | (code >> 12 & 0x3f)),
				    (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))},
			4);
}

/* One entity at the beginning of s; its bytes, or 0. */
static size_t entity(struct text *t, struct slice s)
{
	char digits[ENTITY_MOST];
	const char *end = memchr(s.p, ';', s.len < ENTITY_MOST ? s.len : ENTITY_MOST);
	size_t n = end ? (size_t)(end - s.p) + 1 : 0;

	for (size_t i = 0; i < COUNT(entities); i++) {
		if (!slice_starts(s, entities[i].name))
			continue;
		mask_put(t, &entities[i].c, 1);
		return strlen(entities[i].name);
	}
	if (n < 4 || s.p[1] != '#')
		return 0;
	memcpy(digits, s.p + 2, n - 3);
	digits[n - 3] = '\0';
	put_code(t, digits[0] == 'x' ? strtoul(digits + 1, NULL, 16) : strtoul(digits, NULL, 10));
	return n;
}

void masked_xml_decode(struct text *t, struct slice s)
{
	for (size_t i = 0; i < s.len;) {
		size_t n = s.p[i] == '&' ? entity(t, (struct slice){s.p + i, s.len - i}) : 0;

		if (!n)
			mask_put(t, s.p + i, 1);
		i += n ? n : 1;
	}
}

void masked_xml_encode(struct text *t, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		const char *name = NULL;

		for (size_t k = 0; k < COUNT(entities) && !name; k++)
			name = s.p[i] == entities[k].c ? entities[k].name : NULL;
		mask_put_slice(t, name ? slice_of(name) : (struct slice){s.p + i, 1});
	}
}

static void how_keep(struct masks *m, struct text *t, struct slice s)
{
	mask_shapes(m, t, s, true);
}

static void how_other(struct masks *m, struct text *t, struct slice s)
{
	if (s.len > 1 && s.p[0] == '/')
		mask_file(m, t, s);
	else
		mask_shapes(m, t, s, true);
}

static void how_guest(struct masks *m, struct text *t, struct slice s)
{
	mask_put_slice(t, slice_of(mask_guest(m, s)));
}

static void how_title(struct masks *m, struct text *t, struct slice s)
{
	mask_put_slice(t, slice_of(mask_of(m, MASK_TITLE, s)));
}

static void how_words(struct masks *m, struct text *t, struct slice s)
{
	mask_put_slice(t, slice_of(mask_of(m, MASK_TEXT, s)));
}

static void how_name(struct masks *m, struct text *t, struct slice s)
{
	mask_put_slice(t, slice_of(mask_of(m, MASK_NAME, s)));
}

/* Digits with dashes wherever people like them: libvirt takes all of that. */
static void how_uuid(struct masks *m, struct text *t, struct slice s)
{
	char digits[33];
	size_t n = 0;

	for (size_t i = 0; i < s.len && n < sizeof(digits); i++)
		if (isxdigit((unsigned char)s.p[i]))
			digits[n++] = s.p[i];
	if (n == 32 && s.len != 36)
		mask_shapes(m, t, (struct slice){digits, n}, false);
	else
		mask_shapes(m, t, s, false);
}

static void how_host(struct masks *m, struct text *t, struct slice s)
{
	mask_host(m, t, s);
}

static void how_path(struct masks *m, struct text *t, struct slice s)
{
	mask_image(m, t, s);
}

static void how_partition(struct masks *m, struct text *t, struct slice s)
{
	while (s.len) {
		const char *slash = memchr(s.p, '/', s.len);
		struct slice part = {s.p, slash ? (size_t)(slash - s.p) : s.len};

		mask_put_slice(t, !part.len || slice_is(part, "machine") ? part : slice_of(mask_of(m, MASK_NAME, part)));
		mask_put(t, "/", slash != NULL);
		s.p += part.len + (slash != NULL);
		s.len -= part.len + (slash != NULL);
	}
}

/* A shape that is a serial number stays that shape. */
static void how_serial(struct masks *m, struct text *t, struct slice s)
{
	size_t before = t->len;

	mask_shapes(m, t, s, false);
	if (!s.len || t->len - before != s.len || memcmp(t->bytes + before, s.p, s.len) != 0)
		return;
	t->len = before;
	mask_put_slice(t, slice_of(mask_of(m, MASK_SERIAL, s)));
}

static void how_serial_hex(struct masks *m, struct text *t, struct slice s)
{
	mask_put_slice(t, s.len ? slice_of(mask_of(m, MASK_HEX, s)) : s);
}

static void how_network(struct masks *m, struct text *t, struct slice s)
{
	if (slice_is(s, "default"))
		mask_put_slice(t, s);
	else
		how_name(m, t, s);
}

/* Those that come with libvirt. */
static void how_filter(struct masks *m, struct text *t, struct slice s)
{
	static const char *const known[] = {"allow-arp", "allow-dhcp", "allow-dhcp-server", "allow-dhcpv6", "allow-dhcpv6-server",
		"allow-incoming-ipv4", "allow-incoming-ipv6", "allow-ipv4", "allow-ipv6", "clean-traffic", "clean-traffic-gateway",
		"no-arp-ip-spoofing", "no-arp-mac-spoofing", "no-arp-spoofing", "no-ip-multicast", "no-ip-spoofing",
		"no-ipv6-multicast", "no-ipv6-spoofing", "no-mac-broadcast", "no-mac-spoofing", "no-other-l2-traffic",
		"no-other-rarp-traffic", "qemu-announce-self", "qemu-announce-self-rarp"};

	for (size_t i = 0; i < COUNT(known); i++)
		if (slice_is(s, known[i])) {
			mask_put_slice(t, s);
			return;
		}
	how_name(m, t, s);
}

/* "system_u:system_r:svirt_t:s0:c1,c2", "+107:+107" and "libvirt-UUID" are libvirt's own. */
static void how_label(struct masks *m, struct text *t, struct slice s)
{
	static const char *const known[] = {"system_u:system_r:svirt", "system_u:object_r:svirt", "+", "libvirt-"};
	static const char *const signs[] = {"_abcdefghijklmnopqrstuvwxyz:,.", "_abcdefghijklmnopqrstuvwxyz:,.", "+:", "-abcdef"};

	for (size_t i = 0; i < COUNT(known); i++) {
		size_t at = strlen(known[i]);

		if (!slice_starts(s, known[i]))
			continue;
		while (at < s.len && (isdigit((unsigned char)s.p[at]) || strchr(signs[i], s.p[at])))
			at++;
		if (at == s.len) {
			mask_shapes(m, t, s, false);
			return;
		}
	}
	how_name(m, t, s);
}

/* "ua-" begins what people chose; all others are libvirt's. */
static void how_alias(struct masks *m, struct text *t, struct slice s)
{
	if (!slice_starts(s, "ua-")) {
		mask_shapes(m, t, s, false);
		return;
	}
	mask_put(t, "ua-", 3);
	how_name(m, t, s);
}

static void how_channel(struct masks *m, struct text *t, struct slice s)
{
	static const char *const known[] = {"org.qemu.", "com.redhat.", "org.spice-space.", "org.libguestfs.", "org.freedesktop."};

	for (size_t i = 0; i < COUNT(known); i++)
		if (slice_starts(s, known[i])) {
			mask_put_slice(t, s);
			return;
		}
	how_name(m, t, s);
}

static void how_argument(struct masks *m, struct text *t, struct slice s)
{
	mask_option(m, t, s);
}

static void how_interface(struct masks *m, struct text *t, struct slice s)
{
	if (s.p[0] == '/') /* of one that is a device of its own, such as vDPA's */
		mask_image(m, t, s);
	else
		mask_interface(m, t, s);
}

/* A filter's "IP" and the like; words such as "dhcp" are its own. */
static void how_address(struct masks *m, struct text *t, struct slice s)
{
	mask_shapes(m, t, s, true);
}

static const struct row {
	const char *parent, *element, *attribute;
	mask_form *how;
} rows[] = {
#define ROW(parent, element, attribute, how) {parent, element, attribute, how_##how},
#include "probes/host/masked_xml.def"
#undef ROW
};

static bool fits(const char *pattern, struct slice s)
{
	return !pattern || slice_is(s, pattern);
}

/* Addresses of known makers' schemas; a company's own would name it. */
static bool known_space(struct slice s)
{
	static const char *const spaces[] = {"http://libvirt.org/", "http://openstack.org/", "http://libosinfo.org/"};

	for (size_t i = 0; i < COUNT(spaces); i++)
		if (slice_starts(s, spaces[i]))
			return true;
	return false;
}

static void space(struct masks *m, struct text *t, struct slice s)
{
	if (!known_space(s)) {
		mask_put(t, "urn:", 4);
		s = slice_of(mask_of(m, MASK_NAME, s));
	}
	mask_put_slice(t, s);
}

static bool is_number(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.p[i]) && !strchr("-:. TZ", s.p[i]))
			return false;
	return true;
}

/* The words of OpenStack and of libosinfo: what is no number was chosen by somebody. */
static void metadata(struct masks *m, struct text *t, struct xml_where where, struct slice s)
{
	size_t before = t->len;

	if (slice_is(where.element, "os") && slice_is(where.attribute, "id")) {
		mask_put_slice(t, s);
	} else if (!where.attribute.len && slice_is(where.element, "name") && slice_is(where.parent, "instance")) {
		how_title(m, t, s);
	} else {
		mask_shapes(m, t, s, true);
		if (t->len - before != s.len || memcmp(t->bytes + before, s.p, s.len) != 0 || is_number(s))
			return;
		t->len = before;
		how_name(m, t, s);
	}
}

void masked_xml_value(struct masks *m, struct text *t, struct xml_where where, struct slice s)
{
	if (slice_starts(where.attribute, "xmlns")) {
		space(m, t, s);
		return;
	}
	if (where.metadata) {
		metadata(m, t, where, s);
		return;
	}
	if (where.foreign && s.len) {
		how_words(m, t, s);
		return;
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];

		if (!fits(r->element, where.element) || !fits(r->attribute, where.attribute) || !fits(r->parent, where.parent))
			continue;
		if (s.len)
			r->how(m, t, s);
		return;
	}
	how_other(m, t, s);
}
