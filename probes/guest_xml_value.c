/* Values of the texts in a domain's XML: numbers, sizes with units, and libvirt's lists of CPUs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "probes/cpuset.h"
#include "probes/guest_xml_impl.h"
#include "probes/parse.h"

const char *xml_cut(struct arena *a, const char *text, size_t most)
{
	static const char ellipsis[] = "…";
	size_t len = strlen(text), end = most - (sizeof(ellipsis) - 1);

	if (len <= most)
		return arena_text(a, text, len);
	while (end && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	return arena_printf(a, "%.*s%s", (int)end, text, ellipsis);
}

struct value xml_text_value(struct arena *a, const char *text)
{
	return text && *text ? value_text(xml_cut(a, text, XML_TEXT_MOST), 0) : value_error(-ENOENT, 0);
}

struct value xml_u64_value(const char *text)
{
	uint64_t u;
	int err = text && *text ? parse_u64(slice_of(text), &u) : -ENOENT;

	return err ? value_error(err, 0) : value_u64(u, 0);
}

struct value xml_i64_value(const char *text)
{
	int64_t i;
	int err = text && *text ? parse_i64(slice_of(text), &i) : -ENOENT;

	return err ? value_error(err, 0) : value_i64(i, 0);
}

struct value xml_yes_value(const char *text)
{
	if (!text || !*text)
		return value_error(-ENOENT, 0);
	if (strcmp(text, "yes") == 0 || strcmp(text, "on") == 0)
		return value_bool(true, 0);
	if (strcmp(text, "no") == 0 || strcmp(text, "off") == 0)
		return value_bool(false, 0);
	return value_error(-EINVAL, 0);
}

/* Bytes in one unit: "K", "KiB" and, of 1000, "KB"; in either case, as libvirt takes them. 0: there is no such unit. */
static uint64_t unit_bytes(const char *unit)
{
	static const char letters[] = "kmgtpe";
	const char *at;
	uint64_t base, bytes = 1;

	if (strcasecmp(unit, "b") == 0 || strcasecmp(unit, "byte") == 0 || strcasecmp(unit, "bytes") == 0)
		return 1;
	at = *unit ? strchr(letters, tolower((unsigned char)*unit)) : NULL;
	if (!at)
		return 0;
	if (!unit[1] || strcasecmp(unit + 1, "ib") == 0)
		base = 1024;
	else if (strcasecmp(unit + 1, "b") == 0)
		base = 1000;
	else
		return 0;
	for (const char *p = letters; p <= at; p++)
		bytes *= base;
	return bytes;
}

struct value xml_kib_value(const char *text, const char *unit)
{
	struct value v = xml_u64_value(text);
	uint64_t bytes = unit_bytes(unit && *unit ? unit : "KiB");

	if (!value_known(v))
		return v;
	if (!bytes)
		return value_error(-EINVAL, 0);
	if (bytes % 1024 == 0)
		return v.u > UINT64_MAX / (bytes / 1024) ? value_error(-ERANGE, 0) : value_u64(v.u * (bytes / 1024), 0);
	if (v.u > (UINT64_MAX - 1023) / bytes)
		return value_error(-ERANGE, 0);
	return value_u64((v.u * bytes + 1023) / 1024, 0);
}

struct piece {
	uint64_t first, last;
	bool without;
};

/* "3", "0-7", "^3"; a range cannot be left out. */
static int parse_piece(struct slice s, struct piece *ret)
{
	struct slice low, high;
	int err;

	s = slice_trim(s);
	ret->without = s.len && s.p[0] == '^';
	if (ret->without) {
		s.p++;
		s.len--;
	}
	if (!ret->without && slice_pair(s, '-', &low, &high)) {
		err = parse_u64(low, &ret->first);
		err = err ? err : parse_u64(high, &ret->last);
	} else {
		err = parse_u64(s, &ret->first);
		ret->last = ret->first;
	}
	if (err)
		return err;
	if (ret->last < ret->first)
		return -EINVAL;
	return ret->last >= CPUSET_MAX ? -ERANGE : 0;
}

/* By words: a text of many long ranges is not to take seconds. */
static void add_range(struct cpuset *set, uint64_t first, uint64_t last)
{
	for (uint64_t word = first / 64; word <= last / 64; word++) {
		uint64_t bits = UINT64_MAX;

		if (word == first / 64)
			bits &= UINT64_MAX << first % 64;
		if (word == last / 64)
			bits &= UINT64_MAX >> (63 - last % 64);
		set->word[word] |= bits;
	}
}

/* With set NULL: the highest id, checking each piece. */
static int each_piece(const char *text, struct cpuset *set, uint64_t *highest)
{
	struct slice rest = slice_of(text), one;
	struct piece piece;

	for (bool more = true; more;) {
		const char *comma = memchr(rest.p, ',', rest.len);
		int err;

		one = (struct slice){rest.p, comma ? (size_t)(comma - rest.p) : rest.len};
		more = comma != NULL;
		rest.p += one.len + more;
		rest.len -= one.len + more;
		err = parse_piece(one, &piece);
		if (err)
			return err;
		*highest = piece.last > *highest ? piece.last : *highest;
		if (set && piece.without)
			cpuset_remove(set, (uint32_t)piece.first);
		else if (set)
			add_range(set, piece.first, piece.last);
	}
	return 0;
}

struct value xml_cpus_value(struct arena *a, const char *text)
{
	struct cpuset *set;
	uint64_t highest = 0;
	int err = text ? each_piece(text, NULL, &highest) : -ENOENT;

	if (err)
		return value_error(err, 0);
	set = cpuset_new(a, (uint32_t)highest + 1);
	each_piece(text, set, &highest);
	return value_set(set, 0);
}

void *xml_rows(struct arena *a, size_t n, size_t size, struct rows *ret)
{
	void *rows = n && n <= XML_ROWS_MOST ? arena_array(a, n, size) : NULL;

	*ret = (struct rows){.row = rows, .known = KNOWN_ABSENT, .err = -ENOENT};
	if (n > XML_ROWS_MOST) {
		ret->known = KNOWN_BROKEN;
		ret->err = -EFBIG;
	} else if (n) {
		*ret = (struct rows){.row = rows, .n = (uint32_t)n, .known = KNOWN};
	}
	return rows;
}

size_t xml_count(const struct xml_node *parent, const char *name)
{
	size_t n = 0;

	for (const struct xml_node *c = xml_child(parent, name); c; c = xml_next(c, name))
		n++;
	return n;
}
