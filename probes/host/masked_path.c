/* Masks the parts of paths and of links, and finds the way back from a masked path. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guests_impl.h"
#include "probes/host/masked_impl.h"
#include "probes/util.h"

static bool ends(struct slice s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && !memcmp(s.p + s.len - n, end, n);
}

/* As libvirt takes the name of a guest into the name of its machine: letters and digits, single dashes and dots. */
static char *squeeze(struct slice name)
{
	char *text = xcalloc(name.len + 1, 1);
	bool skip = true;
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		bool sign = name.p[i] == '.' || name.p[i] == '-';

		if ((sign && !skip) || isalnum((unsigned char)name.p[i]))
			text[n++] = name.p[i];
		skip = sign;
	}
	while (n && (text[n - 1] == '-' || text[n - 1] == '.'))
		n--;
	text[n] = '\0';
	return text;
}

const char *mask_guest(struct masks *m, struct slice name)
{
	const char *masked = mask_of(m, MASK_GUEST, name);
	char *squeezed = squeeze(name);

	if (squeezed[0])
		mask_pair(m, MASK_SQUEEZED, slice_of(squeezed), masked);
	free(squeezed);
	return masked;
}

/* "machine-qemu\x2d3\x2dweb3.scope", and as it was before systemd: "qemu-3-web3.libvirt-qemu", "web3.libvirt-qemu". */
static bool guest_scope(struct slice s, struct slice *ret_name)
{
	static const char *const begins[] = {"machine-qemu\\x2d", "machine-lxc\\x2d", "qemu-", "lxc-", ""};
	static const char *const endings[] = {".scope", ".libvirt-qemu", ".libvirt-lxc"};
	size_t from = 0, to = 0, digits = 0;

	for (size_t i = 0; i < COUNT(endings) && !to; i++)
		if (ends(s, endings[i]))
			to = s.len - strlen(endings[i]);
	for (size_t i = 0; i < COUNT(begins) && !from; i++)
		if (slice_starts(s, begins[i]))
			from = strlen(begins[i]);
	/* other scopes are of sessions and services */
	if (!to || (ends(s, ".scope") && !slice_starts(s, "machine-")))
		return false;
	while (from + digits < to && isdigit((unsigned char)s.p[from + digits]))
		digits++;
	if (from && digits && from + digits < to) {
		struct slice rest = {s.p + from + digits, to - from - digits};

		if (slice_starts(rest, "\\x2d"))
			from += digits + 4;
		else if (slice_starts(rest, "-"))
			from += digits + 1;
	}
	*ret_name = (struct slice){s.p + from, to - from};
	return from < to;
}

static const char *scope_name(struct masks *m, struct slice name)
{
	char *plain = guests_unescape(name);
	const char *masked = mask_known(m, MASK_GUEST, slice_of(plain));

	masked = masked ? masked : mask_known(m, MASK_SQUEEZED, slice_of(plain));
	masked = masked ? masked : mask_guest(m, slice_of(plain));
	free(plain);
	return masked;
}

/* "production.partition", "machine-production.slice", and a slice that a definition named: groups of guests. */
static bool group_name(const struct masks *m, struct slice s, struct slice *ret_name)
{
	if (ends(s, ".partition"))
		*ret_name = (struct slice){s.p, s.len - strlen(".partition")};
	else if (slice_starts(s, "machine-") && ends(s, ".slice"))
		*ret_name = (struct slice){s.p + 8, s.len - 8 - strlen(".slice")};
	else if (ends(s, ".slice"))
		*ret_name = (struct slice){s.p, s.len - strlen(".slice")};
	else
		return false;
	return ret_name->len > 0 && (!ends(s, ".slice") || slice_starts(s, "machine-") || mask_known(m, MASK_NAME, *ret_name));
}

void mask_part(struct masks *m, struct text *t, struct slice s)
{
	struct text masked = text_begin(), shaped = text_begin();
	const char *known = mask_known(m, MASK_PART, s);
	struct slice name;

	if (!known && guest_scope(s, &name)) {
		mask_put(&masked, s.p, (size_t)(name.p - s.p));
		mask_put_slice(&masked, slice_of(scope_name(m, name)));
		mask_put(&masked, name.p + name.len, (size_t)(s.p + s.len - name.p) - name.len);
	} else if (!known && (slice_starts(s, "lower_") || slice_starts(s, "upper_"))) { /* links to other interfaces */
		mask_put(&masked, s.p, 6);
		mask_interface(m, &masked, (struct slice){s.p + 6, s.len - 6});
	} else if (!known && group_name(m, s, &name)) {
		mask_put(&masked, s.p, (size_t)(name.p - s.p));
		mask_put_slice(&masked, slice_of(mask_of(m, MASK_NAME, name)));
		mask_put(&masked, name.p + name.len, (size_t)(s.p + s.len - name.p) - name.len);
	} else if (!known) {
		mask_shapes(m, &shaped, s, false);
		mask_within(m, &masked, (struct slice){shaped.bytes, shaped.len});
	}
	if (!known && (masked.len != s.len || memcmp(masked.bytes, s.p, s.len) != 0))
		known = mask_pair(m, MASK_PART, s, masked.bytes);
	mask_put_slice(t, known ? slice_of(known) : s);
	text_end(&masked, NULL);
	text_end(&shaped, NULL);
}

bool mask_holds_interfaces(struct slice folder)
{
	return slice_is(folder, "net") || slice_is(folder, "brif");
}

void mask_path(struct masks *m, struct text *t, struct slice s)
{
	struct slice before = {"", 0};

	while (s.len) {
		const char *slash = memchr(s.p, '/', s.len);
		struct slice part = {s.p, slash ? (size_t)(slash - s.p) : s.len};

		if (mask_holds_interfaces(before))
			mask_interface(m, t, part);
		else
			mask_part(m, t, part);
		before = part;
		mask_put(t, "/", slash != NULL);
		s.p += part.len + (slash != NULL);
		s.len -= part.len + (slash != NULL);
	}
}

void mask_unpath(const struct masks *m, struct text *t, const char *path)
{
	for (;; path++) {
		struct slice part = {path, strcspn(path, "/")};
		const char *real = mask_real(m, MASK_PART, part);

		if (!real && part.len == 36)
			real = mask_real(m, MASK_UUID, part);
		mask_put_slice(t, real ? slice_of(real) : part);
		path += part.len;
		if (!*path)
			return;
		mask_put(t, "/", 1);
	}
}
