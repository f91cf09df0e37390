/* The Guests panel in words: how bad something is, what strangers called it, and what libvirt's silence means. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/limits.h"
#include "probes/parse.h"
#include "tui/panels/guests_impl.h"
#include "tui/panels/not_yet.h"
#include "widgets/format.h"
#include "widgets/utf8.h"

#define WAIT_CRIT_MS 100.0
#define SLICE_CRIT_US 4000.0
#define TRAFFIC_US 1.0 /* a second: less than this is no wait at all */

enum { NAME_SCAN = 4096 }; /* bytes: marks that take no cell must not be looked at for ever */

enum role grave_role(enum grave g)
{
	return g == GRAVE_CRIT ? ROLE_crit : g == GRAVE_WARN ? ROLE_warn : g == GRAVE_NOTE ? ROLE_info : ROLE_text;
}

const char *grave_sign(enum grave g)
{
	return g == GRAVE_CRIT ? "▲ " : g == GRAVE_WARN ? "△ " : g == GRAVE_NOTE ? "· " : "  ";
}

/* A long slice counts only where something waits at all: one slow wake-up a minute is not felt. */
enum grave grave_of_wait(struct value ms_per_s, struct value us)
{
	double ms = value_f64_or(ms_per_s, 0), slice = ms * 1000 > TRAFFIC_US ? value_f64_or(us, 0) : 0;

	if (ms > WAIT_CRIT_MS || slice > SLICE_CRIT_US)
		return GRAVE_CRIT;
	return ms > WAIT_FELT_MS || slice > WAIT_FELT_US ? GRAVE_WARN : GRAVE_NONE;
}

enum grave grave_of_device(const char *model)
{
	static const char *const crit[] = {"ide", "fdc", "e1000", "rtl8139", "ne2k_pci", "pcnet"};
	static const char *const good[] = {
		"virtio", "virtio-scsi", "nvme", "vhostuser", "vhostvdpa", "hostdev", "igb", "usb", "sd", "xen"};

	for (size_t i = 0; i < COUNT(crit); i++)
		if (strcmp(model, crit[i]) == 0)
			return GRAVE_CRIT;
	for (size_t i = 0; i < COUNT(good); i++)
		if (strncmp(model, good[i], strlen(good[i])) == 0)
			return GRAVE_NONE;
	return GRAVE_WARN;
}

const char *guest_words(struct arena *a, const char *text, int cells)
{
	const char *stop = text + strnlen(text, NAME_SCAN);
	char *out = arena_alloc(a, GUEST_NAME_BYTES + 8);
	size_t n = 0, fits = 0; /* fits: up to here an ellipsis can follow */
	int used = 0;

	while (text < stop) {
		uint32_t ch = utf8_next(&text, NULL);
		char bytes[4];
		int w = char_shown(&ch), len = utf8_put(bytes, ch);

		if (!w)
			continue;
		if (used + w > cells || n + (size_t)len > GUEST_NAME_BYTES) {
			memcpy(out + fits, "…", sizeof("…"));
			return out;
		}
		memcpy(out + n, bytes, (size_t)len);
		n += (size_t)len;
		used += w;
		if (used < cells && n + 3 <= GUEST_NAME_BYTES)
			fits = n;
	}
	if (*stop) { /* there is more, whatever it is */
		memcpy(out + fits, "…", sizeof("…"));
		return out;
	}
	out[n] = '\0';
	return out;
}

const char *guest_ms(struct arena *a, double ms)
{
	return arena_printf(a, ms < 99.95 ? "%.1f ms" : "%.0f ms", ms);
}

const char *guest_rate(struct arena *a, double ms)
{
	return arena_printf(a, ms < 9.95 ? "%.1f ms/s" : "%.0f ms/s", ms);
}

/* The name of a bus is written in capitals, that of a card as it is. */
static const char *kind_word(struct arena *a, const char *model)
{
	static const char *const buses[][2] = {{"ide", "IDE"}, {"sata", "SATA"}, {"fdc", "floppy"}, {"scsi", "SCSI"}};

	for (size_t i = 0; i < COUNT(buses); i++)
		if (strcmp(model, buses[i][0]) == 0)
			return buses[i][1];
	return guest_words(a, model, 12);
}

enum { KINDS = 3 };

const char *guests_emulated(struct arena *a, const struct guests *g)
{
	const struct guest *rows = g->guest.row;
	const char *kind[KINDS], *text = "";
	size_t n = 0;

	for (uint32_t i = 0; i < g->guest.n; i++) {
		struct slice rest = slice_of(value_text_or(rows[i].slow_devices, "")), word;

		if (strcmp(value_text_or(rows[i].state, ""), "running") != 0)
			continue;
		while (slice_word(&rest, &word)) {
			const char *one = slice_text(a, word), *model = strchr(one, ':');
			size_t k = 0;

			one = kind_word(a, model ? model + 1 : one);
			while (k < n && strcmp(kind[k], one) != 0)
				k++;
			if (k == KINDS)
				return "emulated devices";
			kind[k] = one;
			n += k == n;
		}
	}
	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s", text, i == 0 ? "" : i + 1 == n ? " or " : ", ", kind[i]);
	return n ? text : "emulated devices";
}

bool guests_without_libvirt(const struct guests *g)
{
	return g && strcmp(value_text_or(g->link, ""), "none") == 0 &&
	       strcmp(value_text_or(g->uri, "qemu:///system"), "qemu:///system") == 0;
}

const char *guests_trouble(struct arena *a, const struct snapshot *s, const struct guests *g)
{
	const char *const words[][2] = {{"none", "libvirt does not run here"}, {"refused", "libvirt refuses"},
		{"silent", "libvirt does not answer"}, {"lost", "libvirt went away"},
		{"connecting", s && s->about.kind == HOST_CAPTURE ? "libvirt had not answered yet" : "libvirt is being asked"}};
	const char *link = g ? value_text_or(g->link, "connected") : "connected";
	char age[FORMAT_SIZE];

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(link, words[i][0]) != 0)
			continue;
		if (!i && !guests_without_libvirt(g)) /* what is wrong is the URI rather */
			return arena_printf(a, "%s cannot be reached", guest_words(a, g->uri.text, 40));
		if (!g->guest.n || !value_known(g->answered_s))
			return words[i][1];
		return arena_printf(a, "%s: what it told is %s old", words[i][1], format_age(g->answered_s.f, age));
	}
	return strcmp(link, "connected") == 0 ? NULL : guest_words(a, link, 20);
}

bool guests_lists(const struct guests *g)
{
	const char *link = g ? value_text_or(g->link, "none") : "none";

	return strcmp(link, "connected") == 0 || strcmp(link, "none") == 0;
}

const char *guests_remedy(struct arena *a, const struct guests *g)
{
	const char *remedy = g ? value_text_or(g->remedy, "") : "", *why = g ? value_text_or(g->why, "") : "";

	if (!*remedy && !*why)
		return NULL;
	return arena_printf(a, "%s%s%s", remedy, *remedy && *why ? " · " : "", why);
}

const char *guests_shared(struct arena *a, struct value shared, const char *name)
{
	const char *with = value_text_or(shared, NULL);
	size_t n = strlen(name);

	if (!with)
		return NULL;
	if (n && strncmp(with, name, n) == 0 && with[n] == ' ')
		return arena_printf(a, "shared with its %s", guest_words(a, with + n + 1, 40));
	return arena_printf(a, "shared with %s", guest_words(a, with, 40));
}

const char *guests_worst(struct arena *a, const struct guest_rows *r)
{
	const struct placement *p = r->placement;
	const char *name = NULL, *text;

	if (!p || !value_known(p->wait_guest) || !value_known(p->wait_thread))
		return NULL;
	for (size_t i = 0; i < r->nall && !name; i++)
		if (strcmp(r->all[i].key, p->wait_guest.text) == 0)
			name = r->all[i].name;
	text = arena_printf(a, "%s %s", name ? name : guest_words(a, p->wait_guest.text, 40),
		guest_words(a, p->wait_thread.text, 24));
	if (value_known(p->wait_cpu))
		text = arena_printf(a, "%s on CPU %u", text, (unsigned)p->wait_cpu.u);
	if (value_known(p->wait_with))
		text = arena_printf(a, "%s (%s)", text, guests_shared(a, p->wait_with, name ? name : ""));
	return text;
}

const char *guests_empty(const struct guest_rows *r)
{
	const char *link = r->guests ? value_text_or(r->guests->link, "") : "";
	bool none = r->placement && value_known(r->placement->running) && !r->placement->running.u;

	if (r->nall)
		return "no guest fits the filter: type part of a name, title, machine or device, or a word that :help lists";
	if (!r->s || (!r->guests && !snapshot_block(r->s, &probe_guests)) || strcmp(link, "connecting") == 0)
		return not_yet(r->s);
	if (strcmp(link, "connected") == 0)
		return "libvirt lists no guest, and no QEMU process runs here";
	if (*link && !guests_without_libvirt(r->guests))
		return none ? "no QEMU process runs here" : "not known";
	return none ? "no guests here: libvirt is not installed or does not run, no QEMU process"
		    : "no guests here: libvirt is not installed or does not run";
}
