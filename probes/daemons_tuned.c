/* What tuned's active profile says of the clock and of sleep, its includes followed; and what cpupower sets at boot. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/daemons_impl.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"

enum { DEEP_MOST = 5, NAME_MOST = 64 };

/* A person's own profiles come before those of the package. */
static const char *const folders[] = {
	"/etc/tuned", "/etc/tuned/profiles", "/usr/lib/tuned", "/usr/lib/tuned/profiles"};

/* The file's text in the arena; its rung in src. -ENOENT: no such profile. */
static int read_profile(const struct tick *t, struct slice name, const char **ret, unsigned *src)
{
	struct answer answer;
	char path[160];
	int err = -ENOENT;

	*src = 0;
	if (!name.len || name.len > NAME_MOST || memchr(name.p, '/', name.len) || name.p[0] == '.')
		return -EINVAL;
	for (unsigned i = 0; err == -ENOENT && i < COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%s/%.*s/tuned.conf", folders[i], (int)name.len, name.p);
		err = host_read(t->h, path, &answer);
		*src = err ? *src : i;
	}
	if (!err)
		*ret = arena_text(t->a, answer.text, answer.len);
	return err;
}

/* The value of a key in a section, or an empty slice; the last one counts. */
static struct slice setting(const char *text, const char *section, const char *key)
{
	struct slice rest = slice_of(text), line, k, v, found = {"", 0};
	bool in = false;

	while (slice_line(&rest, &line)) {
		line = slice_trim(line);
		if (line.len && line.p[0] == '[')
			in = line.len == strlen(section) + 2 && strncmp(line.p + 1, section, line.len - 2) == 0;
		else if (in && line.len && line.p[0] != '#' && line.p[0] != ';' && slice_pair(line, '=', &k, &v) &&
			 slice_is(k, key))
			found = slice_trim(v);
	}
	return found;
}

static const struct {
	size_t to;
	const char *section, *key;
} wanted[] = {
	{offsetof(struct daemons, tuned_force_latency), "cpu", "force_latency"},
	{offsetof(struct daemons, tuned_governor), "cpu", "governor"},
	{offsetof(struct daemons, tuned_epp), "cpu", "energy_performance_preference"},
};

/* Several are parted by commas or blanks. */
static bool next_name(struct slice *rest, struct slice *ret)
{
	size_t skip = 0, n = 0;

	while (skip < rest->len && strchr(", \t", rest->p[skip]))
		skip++;
	while (skip + n < rest->len && !strchr(", \t", rest->p[skip + n]))
		n++;
	*ret = (struct slice){rest->p + skip, n};
	*rest = (struct slice){rest->p + skip + n, rest->len - skip - n};
	return n > 0;
}

static struct value *field_of(struct daemons *d, size_t i)
{
	return (struct value *)(void *)((char *)d + wanted[i].to);
}

/* What a profile says itself counts more than what it includes. Returns the first error, -ELOOP when it is too deep. */
static int take(const struct tick *t, struct slice name, unsigned deep, struct daemons *d)
{
	struct slice include, word;
	const char *text;
	unsigned src;
	int err = deep > DEEP_MOST ? -ELOOP : read_profile(t, name, &text, &src);

	if (err)
		return err;
	include = setting(text, "main", "include");
	while (!err && next_name(&include, &word))
		err = take(t, word, deep + 1, d);
	for (size_t i = 0; i < COUNT(wanted); i++) {
		struct slice v = setting(text, wanted[i].section, wanted[i].key);

		if (v.len)
			*field_of(d, i) = value_text(slice_text(t->a, v), src);
	}
	if (!deep)
		d->tuned_file = value_text(
			arena_printf(t->a, "%s/%.*s/tuned.conf", folders[src], (int)name.len, name.p), src);
	return err;
}

/* Several profiles may be active at once: later ones win. */
void daemons_tuned(const struct tick *t, struct daemons *d)
{
	struct value none = value_known(d->tuned_profile) ? value_error(-ENOENT, 0) : value_error(d->tuned_profile.err, 0);
	struct slice rest = slice_of(value_text_or(d->tuned_profile, "")), name;
	int err = 0;

	d->tuned_mode = get_text(t, 0, "/etc/tuned/profile_mode");
	d->tuned_file = none;
	for (size_t i = 0; i < COUNT(wanted); i++)
		*field_of(d, i) = none;
	while (!err && next_name(&rest, &name))
		err = take(t, name, 0, d);
	if (err == -ENOENT) /* what one of them says is not known: neither is the whole */
		err = t->so_far->about.is_this_machine ? -EINVAL : -ENODATA;
	for (size_t i = 0; err && i < COUNT(wanted); i++)
		*field_of(d, i) = value_error(err, 0);
	if (err && !value_known(d->tuned_file))
		d->tuned_file = value_error(err, 0);
}

/* "governor='performance'" or CPUPOWER_START_OPTS="frequency-set -g performance". */
static struct slice governor(const char *text)
{
	struct slice rest = slice_of(text), line, key, value, word, found = {"", 0};

	while (slice_line(&rest, &line)) {
		line = slice_trim(line);
		if (!line.len || line.p[0] == '#' || !slice_pair(line, '=', &key, &value))
			continue;
		if (value.len >= 2 && (value.p[0] == '\'' || value.p[0] == '"'))
			value = (struct slice){value.p + 1, value.len - 2};
		if (slice_is(key, "governor") || slice_is(key, "GOVERNOR"))
			found = value;
		while (slice_is(key, "CPUPOWER_START_OPTS") && slice_word(&value, &word))
			if (slice_is(word, "-g") || slice_is(word, "--governor"))
				slice_word(&value, &found);
	}
	return found;
}

struct value daemons_cpupower(const struct tick *t)
{
	static const char *const files[] = {"/etc/default/cpupower", "/etc/sysconfig/cpupower"};
	struct value v = value_error(-ENOENT, 0);

	for (unsigned i = 0; v.known == KNOWN_ABSENT && i < COUNT(files); i++) {
		v = get_text(t, i, "%s", files[i]);
		if (value_known(v)) {
			struct slice s = governor(v.text);

			v = s.len ? value_text(slice_text(t->a, s), i) : value_error(-ENOENT, i);
		}
	}
	return v;
}
