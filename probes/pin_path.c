/* Paths of pins: nothing but what virt.h says of them is one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pin_path.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/parse.h"
#include "probes/util.h"

enum { NUMBER_MOST = 65535 };

bool is_uuid(const char *text)
{
	size_t i;

	for (i = 0; text[i] && i < UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return i == UUID_LEN && !text[i];
}

/* "vcpu/0", "emulator", "iothread/1". */
static bool parse_thread(const char *text, struct pin_path *ret)
{
	const char *slash = strchr(text, '/');
	uint64_t number;

	if (!strcmp(text, "emulator")) {
		strcpy(ret->kind, "emulator");
		return true;
	}
	if (!slash || !isdigit((unsigned char)slash[1]) || parse_u64(slice_of(slash + 1), &number) ||
		number > NUMBER_MOST)
		return false;
	if (strncmp(text, "vcpu/", 5) && strncmp(text, "iothread/", 9))
		return false;
	snprintf(ret->kind, sizeof(ret->kind), "%.*s", (int)(slash - text), text);
	ret->number = (uint32_t)number;
	ret->numbered = true;
	return true;
}

bool pin_path_parse(const char *path, struct pin_path *ret)
{
	struct pin_path p = {.number = 0};

	if (strncmp(path, "@virt/", 6) || strlen(path) < 6 + UUID_LEN + 1)
		return false;
	memcpy(p.uuid, path + 6, UUID_LEN);
	path += 6 + UUID_LEN;
	if (!is_uuid(p.uuid))
		return false;
	p.live = !strncmp(path, "/live/", 6);
	if (!p.live && strncmp(path, "/config/", 8))
		return false;
	if (!parse_thread(path + (p.live ? 6 : 8), &p))
		return false;
	*ret = p;
	return true;
}

static const char *with_number(struct arena *a, const struct pin_path *p, const char *head, const char *sign)
{
	return p->numbered ? arena_printf(a, "%s%s%s%" PRIu32, head, p->kind, sign, p->number)
			   : arena_printf(a, "%s%s", head, p->kind);
}

const char *pin_path_text(struct arena *a, const struct pin_path *p)
{
	return with_number(a, p, arena_printf(a, "@virt/%s/%s/", p->uuid, p->live ? "live" : "config"), "/");
}

const char *pin_path_name(struct arena *a, const struct pin_path *p)
{
	return with_number(a, p, p->live ? "live " : "config ", " ");
}

const char *pin_path_thread(struct arena *a, const struct pin_path *p)
{
	return with_number(a, p, "", " ");
}

const char *pin_path_element(struct arena *a, const struct pin_path *p)
{
	return p->numbered ? arena_printf(a, "%spin %s='%" PRIu32 "'", p->kind, p->kind, p->number)
			   : arena_printf(a, "%spin", p->kind);
}

const char *pin_path_virsh(struct arena *a, const struct pin_path *p)
{
	return p->numbered ? arena_printf(a, "%spin %s %" PRIu32, p->kind, p->uuid, p->number)
			   : arena_printf(a, "%spin %s", p->kind, p->uuid);
}

bool pin_is_none(const char *text)
{
	return slice_is(slice_trim(slice_of(text)), "-");
}

bool pin_half_done(const char *path, const char *words)
{
	struct pin_path p;

	return words && strcasestr(words, "affinity on process") && pin_path_parse(path, &p) && p.live;
}

/* The first row whose words and error fit counts. The words are those of libvirt and of the kernel behind it. */
static const struct {
	const char *words; /* NULL: any */
	int err; /* 0: any */
	const char *help;
} helps[] = {
	{"cpuset.cpus': Permission denied", 0,
		"; some of these CPUs are outside machine.slice (cgroup v1): widen its cpuset.cpus first"},
	{"cpuset.cpus': Numerical result out of range", 0, "; some of these CPUs do not exist on this kernel"},
	{"cpuset.cpus': Invalid argument", 0,
		"; the list is empty there, or another cgroup owns some of these CPUs alone: look for cpuset "
		"partitions"},
	{"cpu affinity on process", EPERM, "; libvirt's daemon lacks CAP_SYS_NICE: it may run in a container"},
	{"affinity on process", 0,
		"; none of these CPUs is online and allowed: look at machine.slice's AllowedCPUs, then pin again"},
	{"Operation not permitted", 0, "; libvirt's daemon lacks CAP_SYS_NICE: it may run in a container"},
	{"out of range", 0, "; the guest does not have that many vCPUs: hvscope report --only guests tells them"},
	{"cpu affinity is not supported", 0,
		"; QEMU emulates all vCPUs of this guest in one thread: pin its emulator instead"},
	{"not running", 0, "; it stopped meanwhile: pin its definition with --config"},
	{"transient domain", 0, "; it has no definition: pin it with --live alone"},
	{"cannot acquire state change lock", 0,
		"; another operation holds the guest (migration, backup, snapshot): virsh domjobinfo tells which"},
	{"read only", 0, "; only root, or a member of the group libvirt, may change guests"},
	{NULL, ETIMEDOUT,
		"; another operation may hold the guest (virsh domjobinfo tells which), or libvirt's daemon hangs: try "
		"it again later"},
	{NULL, ENOTCONN, "; libvirt's daemon cannot be reached: systemctl status virtqemud libvirtd"},
	{NULL, EACCES, "; only root, or a member of the group libvirt, may change guests (polkit decides)"},
	{NULL, EPERM, ""},
	{NULL, ENOENT, "; it was stopped, undefined or never there: look at the guests again"},
};

const char *pin_help(int err, const char *words)
{
	for (size_t i = 0; i < COUNT(helps); i++) {
		if (helps[i].words && (!words || !strcasestr(words, helps[i].words)))
			continue;
		if (!helps[i].err || helps[i].err == -err)
			return helps[i].help;
	}
	return "";
}
