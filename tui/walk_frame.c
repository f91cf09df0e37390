/* What the operator says is slow: which guest, how long it takes where it is good, and here. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/guests.h"
#include "probes/placement.h"
#include "probes/text.h"
#include "tui/walk.h"

enum { NAMES_MOST = 8, SLOWEST_MS = 3600000 };

static bool is_called(struct value v, const char *name)
{
	return value_known(v) && strcmp(v.text, name) == 0;
}

/* The guest of that name or title that runs here, or else any of it; of several the first. Its state, NULL: there is
 * none. */
static const char *find_guest(const struct snapshot *s, const char *name, char ret_key[WALK_KEY])
{
	const struct placement *p = snapshot_facts(s, &probe_placement);
	const struct guests *g = snapshot_facts(s, &probe_guests);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	const char *state = NULL;

	ret_key[0] = '\0';
	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const char *key = value_text_or(row[i].key, "");
		const struct guest *libvirts = guests_find(g, key);

		if (!is_called(row[i].name, name) && !(libvirts && is_called(libvirts->title, name)))
			continue;
		if (state && !value_u64_or(row[i].joined, 0))
			continue;
		snprintf(ret_key, WALK_KEY, "%s", key);
		state = value_text_or(row[i].state, "?");
		if (value_u64_or(row[i].joined, 0))
			break;
	}
	return state;
}

/* Does it look like a number, though it was none: "60,5", "0.06s", "-3". */
static const char *odd_number(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((p == text || p[-1] == ' ') && (*p == '-' || *p == '.' || (*p >= '0' && *p <= '9')))
			return p;
	return NULL;
}

/* A number of ms at the end of the text, which loses it; "60", "60ms", "60 ms". */
static bool take_ms(char *text, double *ret)
{
	size_t n = strlen(text);
	char *word, *end;
	double ms;

	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	if (n > 2 && strcmp(text + n - 2, "ms") == 0)
		text[n -= 2] = '\0';
	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	word = strrchr(text, ' ');
	word = word ? word + 1 : text;
	ms = strtod(word, &end);
	if (!*word || *end || !isfinite(ms) || ms < 0)
		return false;
	*ret = ms;
	*word = '\0';
	return true;
}

/* Those that run first. Many are not all named. */
static bool name_guests(const struct snapshot *s, const char *wrong, char why[200])
{
	const struct placement *p = snapshot_facts(s, &probe_placement);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	char name[40], all[96] = "";
	uint32_t told = 0;

	for (int joined = 1; joined >= 0; joined--)
		for (uint32_t i = 0; p && i < p->guest.n && told < NAMES_MOST; i++) {
			size_t n = strlen(all);

			if (value_u64_or(row[i].joined, 0) != (unsigned)joined || !value_known(row[i].name))
				continue;
			text_printable(name, sizeof(name), row[i].name.text);
			snprintf(all + n, sizeof(all) - n, "%s%s", told++ ? ", " : "", name);
		}
	text_printable(name, sizeof(name), wrong);
	snprintf(why, 200, "No guest \"%s\" is here. %s%s%s.", name, told > 1 ? "There are " : "There is ", all,
		p && p->guest.n > told ? " and others" : "");
	return told > 0;
}

static const char *note_of(const char *state)
{
	if (!state)
		return "Which guests run here is not known: findings of all of them are shown.";
	return strcmp(state, "running") == 0 ? NULL : "That guest does not run now: what is found is about the host.";
}

int walk_frame(struct walk *w, const struct snapshot *s, const char *text, char why[200], const char **ret_note)
{
	char rest[256];
	double observed = NAN, reference = NAN;
	const char *dont = "don't know", *name_state;
	char key[WALK_KEY] = "";
	size_t n;

	*ret_note = NULL;
	snprintf(rest, sizeof(rest), "%s", text + strspn(text, " "));
	n = strlen(rest);
	if (n >= strlen(dont) && strcmp(rest + n - strlen(dont), dont) == 0)
		rest[n - strlen(dont)] = '\0';
	else if (take_ms(rest, &observed) && !take_ms(rest, &reference)) {
		snprintf(why, 200,
			"Two numbers are needed: how long it takes where it is good, and here. As in: web3 60 112");
		return -EINVAL;
	}
	for (n = strlen(rest); n && rest[n - 1] == ' ';)
		rest[--n] = '\0';
	if (isnan(observed) && odd_number(rest)) {
		snprintf(why, 200, "\"%.60s\" is no number of ms. As in: web3 60 112, or web3 60.5 112",
			odd_number(rest));
		return -EINVAL;
	}
	if (reference >= observed) {
		snprintf(why, 200,
			"%g ms here against %g ms is not slow: the first number is where it is good, the second here.",
			observed, reference);
		return -EINVAL;
	}
	if (observed > SLOWEST_MS) {
		snprintf(why, 200, "%g ms is more than an hour: what takes so long is no latency.", observed);
		return -EINVAL;
	}
	name_state = *rest ? find_guest(s, rest, key) : NULL;
	if (*rest && !name_state && name_guests(s, rest, why))
		return -ENOENT;
	walk_forget(w);
	w->at = 0;
	w->framed = true;
	w->reference_ms = reference;
	w->observed_ms = observed;
	snprintf(w->guest, sizeof(w->guest), "%.127s", rest);
	snprintf(w->key, sizeof(w->key), "%s", key);
	w->above = walk_one_level_up(s);
	w->note = *w->guest ? note_of(name_state) : NULL;
	*ret_note = w->note;
	walk_put_in_order(w, s, 1);
	return 0;
}
