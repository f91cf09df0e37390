/* What helps when a check could not read what it needs: one line, from the errno and from where the fact comes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/checks/run_impl.h"

static const struct {
	const char *source; /* how the source begins */
	const char *remedy;
} helps[] = {
	{"@virt/", "Let this user talk to libvirt: add it to the group libvirt, or run hvscope as root."},
	{"@perf/", "Run hvscope as root, or give it CAP_PERFMON; :deep allows reads that interrupt CPUs."},
	{"/sys/kernel/debug/", "Run hvscope as root, with debugfs mounted: mount -t debugfs none /sys/kernel/debug."},
	{"@msr/", "Run hvscope as root, with the module msr loaded: modprobe msr."},
};

static const char *source_of(const struct snapshot *s, const struct finding *f)
{
	struct found at;

	if (!f->unread || address_find(s, f->unread, &at) || !at.field || !at.field->source)
		return "";
	return at.field->source[0] ? at.field->source[0] : "";
}

const char *check_remedy(struct arena *a, const struct snapshot *s, const struct finding *f)
{
	const char *source = source_of(s, f);

	(void)a;
	if (f->err == -ENODATA && s->about.kind == HOST_DIRECTORY && *source == '@')
		return "A folder holds files alone: what libvirt and other daemons answer is in a capture.";
	if (f->err == -ENODATA && s->about.kind == HOST_DIRECTORY)
		return "A folder whose files stand still tells no rates: look at it while it moves.";
	if (f->err == -ENODATA)
		return "This capture does not hold it: record it anew with this version of hvscope.";
	if (f->err == -ECANCELED)
		return "The command :deep of the full screen allows such reads.";
	if (f->err != -EACCES && f->err != -EPERM)
		return NULL;
	for (size_t i = 0; i < COUNT(helps); i++)
		if (strncmp(source, helps[i].source, strlen(helps[i].source)) == 0)
			return helps[i].remedy;
	return "Run hvscope as root.";
}
