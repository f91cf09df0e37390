/* Reads the settings of irqbalance: which CPUs and interrupts it leaves alone, and whether it parks interrupts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/daemons_impl.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/text.h"

enum { RUNG_COMMAND = 2 }; /* of its options */

/* "KEY=value", "KEY='a b'": the last line with it wins, as systemd reads such files. False when none has it. */
static bool setting(const char *text, const char *key, struct slice *ret)
{
	struct slice rest = slice_of(text), line, name, value;
	bool found = false;

	while (slice_line(&rest, &line)) {
		line = slice_trim(line);
		if (slice_starts(line, "export "))
			line = slice_trim((struct slice){line.p + 7, line.len - 7});
		if (!slice_pair(line, '=', &name, &value) || !slice_is(name, key))
			continue;
		if (value.len >= 2 && strchr("\"'", value.p[0]) && value.p[value.len - 1] == value.p[0])
			value = slice_trim((struct slice){value.p + 1, value.len - 2});
		*ret = value;
		found = true;
	}
	return found && ret->len;
}

/* The next option of that name and what it is given: "--banirq=44", "--banirq 44", "-i 44", "-i44". */
static bool option(struct slice *rest, const char *name, const char *letter, struct slice *ret)
{
	struct slice word, key, value;

	while (slice_word(rest, &word)) {
		if (slice_is(word, name) || slice_is(word, letter))
			return slice_word(rest, ret);
		if (slice_pair(word, '=', &key, &value) && slice_is(key, name)) {
			*ret = value;
			return true;
		}
		if (!slice_starts(word, "--") && slice_starts(word, letter)) {
			*ret = (struct slice){word.p + 2, word.len - 2};
			return true;
		}
	}
	return false;
}

static bool has_flag(struct slice rest, const char *name, const char *letter)
{
	struct slice word;

	while (slice_word(&rest, &word))
		if (slice_is(word, name) || slice_is(word, letter))
			return true;
	return false;
}

static struct value powerthresh(struct slice args, unsigned src)
{
	struct value v = value_error(-ENOENT, src);
	struct slice word;
	uint64_t n;

	while (option(&args, "--powerthresh", "-p", &word)) {
		if (slice_is(word, "off")) /* irqbalance's own word for none */
			v = value_error(-ENOENT, src);
		else
			v = parse_u64(word, &n) ? value_error(-EINVAL, src) : value_u64(n, src);
	}
	return v;
}

static struct value banned_irqs(struct arena *a, struct slice args, unsigned src)
{
	struct text numbers = text_begin();
	struct slice word;
	bool broken = false;
	uint64_t n;

	while (option(&args, "--banirq", "-i", &word)) {
		if (parse_u64(word, &n))
			broken = true;
		else
			text_add(&numbers, "%s%llu", numbers.len ? " " : "", (unsigned long long)n);
	}
	if (broken || !numbers.len) {
		text_end(&numbers, NULL);
		return value_error(broken ? -EINVAL : -ENOENT, src);
	}
	return value_text(text_end(&numbers, a), src);
}

static struct value banned_cpus(struct arena *a, const char *text, unsigned src)
{
	struct cpuset *set;
	struct slice s;
	int err;

	if (setting(text, "IRQBALANCE_BANNED_CPULIST", &s))
		err = cpuset_parse_list(a, slice_text(a, s), &set);
	else if (setting(text, "IRQBALANCE_BANNED_CPUS", &s))
		err = cpuset_parse_mask(a, slice_text(a, s), &set);
	else
		err = -ENOENT;
	return err ? value_error(err, src) : value_set(set, src);
}

/* What it was really started with, when it runs: behind its own name. */
static bool command_line(const struct tick *t, const struct daemons *d, struct slice *ret)
{
	const struct daemon *rows = d->daemon.row;
	struct answer answer;
	struct slice word;
	char path[48], *text;

	for (uint32_t i = 0; i < d->daemon.n; i++) {
		if (strcmp(rows[i].name.text, "irqbalance") != 0 || !value_known(rows[i].pid))
			continue;
		snprintf(path, sizeof(path), "/proc/%llu/cmdline", (unsigned long long)rows[i].pid.u);
		if (host_read(t->h, path, &answer) || !answer.len)
			return false;
		text = arena_text(t->a, answer.text, answer.len);
		for (size_t k = 0; k + 1 < answer.len; k++)
			text[k] = text[k] ? text[k] : ' ';
		*ret = slice_of(text);
		return slice_word(ret, &word);
	}
	return false;
}

static void fill_args(const struct tick *t, struct daemons *d, struct slice args, unsigned src)
{
	args = slice_trim(args);
	d->irqbalance_args = args.len ? value_text(slice_text(t->a, args), src) : value_error(-ENOENT, src);
	d->irqbalance_banned_irqs = banned_irqs(t->a, args, src);
	d->irqbalance_powerthresh = powerthresh(args, src);
	if (has_flag(args, "--oneshot", "-o"))
		d->irqbalance_oneshot = value_bool(true, src);
}

void daemons_read_irqbalance(const struct tick *t, struct daemons *d)
{
	static const char *const files[] = {"/etc/default/irqbalance", "/etc/sysconfig/irqbalance"};
	struct value text = value_error(-ENOENT, 0);
	struct slice args = {"", 0}, s;
	unsigned src = 0;

	for (unsigned i = 0; i < COUNT(files) && text.known == KNOWN_ABSENT; i++) {
		text = get_text(t, i, "%s", files[i]);
		src = i;
	}
	d->irqbalance_args = d->irqbalance_oneshot = d->irqbalance_banned_cpus = d->irqbalance_banned_irqs =
		d->irqbalance_powerthresh = text;
	if (value_known(text)) {
		setting(text.text, "IRQBALANCE_ARGS", &args);
		d->irqbalance_oneshot = value_bool(setting(text.text, "IRQBALANCE_ONESHOT", &s), src);
		d->irqbalance_banned_cpus = banned_cpus(t->a, text.text, src);
		fill_args(t, d, args, src);
	}
	if (command_line(t, d, &args))
		fill_args(t, d, args, RUNG_COMMAND);
}
