/* Masks command lines: QEMU's by the keys of its options, irqbalance's; of others only the program is told. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/masked_qemu.h"
#include "probes/util.h"

/* "-device" and "--device" are one option. */
static struct slice option_name(struct slice arg)
{
	size_t dashes = arg.len && arg.p[0] == '-' ? 1 + (arg.len > 1 && arg.p[1] == '-') : 0;

	return dashes ? (struct slice){arg.p + dashes, arg.len - dashes} : (struct slice){arg.p, 0};
}

static bool one_of(struct slice s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(s, words[i]))
			return true;
	return false;
}

/* The next argument, without its NUL. */
static bool next_arg(struct slice *rest, struct slice *ret)
{
	const char *end = rest->len ? memchr(rest->p, '\0', rest->len) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->len;

	if (!rest->len)
		return false;
	*ret = (struct slice){rest->p, n};
	rest->p += n + (end != NULL);
	rest->len -= n + (end != NULL);
	return true;
}

static struct slice base_name(struct slice path)
{
	const char *slash = memrchr(path.p, '/', path.len);

	return slash ? (struct slice){slash + 1, path.len - (size_t)(slash + 1 - path.p)} : path;
}

/* As the threads are found: by the program, or by options that only QEMU has, whatever the program is called. */
static bool is_qemu(struct slice text)
{
	static const char *const usual[] = {"machine", "M", "accel", "enable-kvm"}, *const programs[] = {"qemu-kvm", "kvm"};
	struct slice arg;

	if (!next_arg(&text, &arg))
		return false;
	if (slice_starts(base_name(arg), "qemu-") || one_of(base_name(arg), programs, COUNT(programs)))
		return true;
	while (next_arg(&text, &arg))
		if (one_of(option_name(arg), usual, COUNT(usual)))
			return true;
	return false;
}

/* Where it lies is kept when it lies there on every machine. */
static void put_program(struct text *t, struct slice program, bool qemu)
{
	struct slice base = base_name(program);
	bool plain = mask_is_system(program) && !memchr(program.p, ' ', program.len);

	if (!program.len || plain)
		mask_put_slice(t, program);
	else if (qemu && (slice_starts(base, "qemu-") || slice_is(base, "kvm")))
		text_add(t, base.p > program.p ? "/images/%.*s" : "%.*s", (int)base.len, base.p);
	else
		text_add(t, "program");
}

static bool is_plain_option(struct slice arg)
{
	size_t i = 0;

	while (i < arg.len && (isalnum((unsigned char)arg.p[i]) || arg.p[i] == '-'))
		i++;
	return arg.len > 1 && arg.p[0] == '-' && i == arg.len;
}

static void put_value(struct masks *m, struct text *t, struct slice option, struct slice value)
{
	/* what these say is how the machine is built, and no name */
	static const char *const build[] = {"smp", "m", "cpu", "machine", "M", "accel", "rtc", "msg", "sandbox", "display",
		"vga", "k", "boot", "global", "overcommit", "numa", "icount", "watchdog", "watchdog-action", "action", "balloon",
		"no-reboot", "no-shutdown", "realtime", "cpu-pm", "audio", "soundhw", "usb", "nodefaults", "nographic", "S"};

	if (slice_is(option, "name"))
		masked_qemu_name(m, t, value);
	else if (slice_is(option, "uuid"))
		mask_shapes(m, t, value, false);
	else if (slice_is(option, "append"))
		mask_put_slice(t, slice_of(mask_of(m, MASK_TEXT, value)));
	else if (value.len && value.p[0] == '{')
		masked_qemu_json(m, t, value);
	else
		masked_qemu_parts(m, t, value, one_of(option, build, COUNT(build)));
}

void mask_command(struct masks *m, struct text *t, struct slice s)
{
	bool qemu = is_qemu(s), ended = s.len && !s.p[s.len - 1], settings;
	struct slice rest = s, arg, option = {"", 0};

	if (!next_arg(&rest, &arg))
		return;
	put_program(t, arg, qemu);
	settings = slice_is(base_name(arg), "irqbalance"); /* whose options are read */
	while ((qemu || settings) && next_arg(&rest, &arg)) {
		mask_put(t, "", 1);
		if (settings)
			mask_setting(m, t, arg);
		else if (is_plain_option(arg)) {
			mask_put_slice(t, arg);
			option = option_name(arg);
		} else {
			put_value(m, t, option, arg);
			option.len = 0;
		}
	}
	mask_put(t, "", ended);
}

void mask_option(struct masks *m, struct text *t, struct slice s)
{
	if (is_plain_option(s))
		mask_put_slice(t, s);
	else
		put_value(m, t, (struct slice){"", 0}, s);
}

/* Up to its comma; a comma of the part itself is doubled. */
bool masked_qemu_part(struct slice *rest, struct text *ret)
{
	size_t i = 0;

	ret->len = 0;
	if (!rest->len)
		return false;
	for (; i < rest->len; i++) {
		if (rest->p[i] == ',' && (++i == rest->len || rest->p[i] != ','))
			break;
		mask_put(ret, rest->p + i, 1);
	}
	rest->p += i;
	rest->len -= i;
	return true;
}

static void put_process(struct masks *m, struct text *t, struct slice name)
{
	const char *colon = memchr(name.p, ':', name.len);
	struct slice rest = colon ? (struct slice){colon + 1, name.len - (size_t)(colon + 1 - name.p)} : name;
	const char *guest = mask_known(m, MASK_GUEST, rest);

	if (slice_starts(name, "qemu:") || slice_starts(name, "kvm:")) {
		mask_put(t, name.p, (size_t)(rest.p - name.p));
	} else {
		rest = name;
		guest = mask_known(m, MASK_GUEST, name);
	}
	mask_put_slice(t, slice_of(guest ? guest : mask_of(m, MASK_NAME, rest)));
}

/* "guest=web3,process=qemu:web3,debug-threads=on": each part of it, the guest first. */
static void each_name(struct masks *m, struct text *t, struct slice s, struct text *process)
{
	struct text part = text_begin();
	struct slice rest = s;
	bool first = true;

	for (; masked_qemu_part(&rest, &part); first = false) {
		struct slice all = {part.bytes, part.len};

		if (t && !first)
			mask_put(t, ",", 1);
		if (slice_starts(all, "guest=")) {
			text_add(t, "guest=%s", mask_guest(m, (struct slice){all.p + 6, all.len - 6}));
		} else if (slice_starts(all, "process=")) {
			text_add(t, "process=");
			put_process(m, t, (struct slice){all.p + 8, all.len - 8});
			process->len = 0;
			mask_put(process, all.p + 8, all.len - 8);
		} else if (first && !memchr(all.p, '=', all.len)) {
			text_add(t, "%s", mask_guest(m, all));
		} else {
			mask_put_slice(t, all);
		}
	}
	text_end(&part, NULL);
}

void masked_qemu_name(struct masks *m, struct text *t, struct slice s)
{
	struct text process = text_begin();

	each_name(m, t, s, &process);
	text_end(&process, NULL);
}

bool mask_process(struct masks *m, struct slice command, struct slice comm, struct text *t)
{
	struct text process = text_begin(), masked = text_begin();
	struct slice arg;
	bool wished = false;

	while (next_arg(&command, &arg) && !wished) {
		if (!slice_is(option_name(arg), "name") || !next_arg(&command, &arg))
			continue;
		each_name(m, &masked, arg, &process);
		/* the kernel keeps the first of it */
		wished = process.len && process.len >= comm.len && !memcmp(process.bytes, comm.p, comm.len);
	}
	if (wished) {
		masked.len = 0;
		put_process(m, &masked, (struct slice){process.bytes, process.len});
		mask_put(t, masked.bytes, masked.len < 15 ? masked.len : 15);
	}
	text_end(&process, NULL);
	text_end(&masked, NULL);
	return wished;
}
