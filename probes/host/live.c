/* The live host: this machine, by its own paths. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/ethtool.h"
#include "probes/host/files.h"
#include "probes/host/identity.h"
#include "probes/host/kmsg.h"
#include "probes/host/msr.h"
#include "probes/host/perf.h"
#include "probes/host/qos.h"
#include "probes/host/virt.h"

static int live_open_file(const struct files_machine *m, const char *path, int flags)
{
	(void)m;
	int fd = open(path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int live_link(const struct files_machine *m, const char *path, char *buf, size_t size)
{
	(void)m;
	ssize_t n = readlink(path, buf, size);

	return n < 0 ? -errno : (int)n;
}

/* A file on a disk would be lost if the write after O_TRUNC failed; attributes of the kernel have nothing to lose. */
static const char *live_write_refusal(const char *path)
{
	if (path_is_below(path, "sys") || path_is_below(path, "proc"))
		return NULL;
	return ": only what is below /sys and /proc is ever written";
}

static int live_ask(struct files_machine *m, const char *path, char *buf, size_t size, char why[200])
{
	if (strcmp(path, "@tsc") == 0)
		return tsc_text(buf, size, why);
	if (strcmp(path, "@qos/global") == 0)
		return qos_text(QOS_FOLDER, buf, size, why);
	if (strcmp(path, "@kmsg") == 0)
		return kmsg_text(m->kmsg, buf, size, why);
	if (strncmp(path, "@msr/", 5) == 0)
		return msr_text(MSR_FOLDER, path, buf, size, why);
	if (strncmp(path, "@perf/", 6) == 0)
		return perf_text(m->perf, path, buf, size, why);
	if (strncmp(path, "@ethtool/", 9) == 0)
		return ethtool_text(m->ethtool, path, buf, size, why);
	if (strcmp(path, "@cpuid/identity"))
		return files_no_answer(path, why);
	/* libcpuid keeps its last error and its warn function in variables of its own. */
	pthread_mutex_lock(&m->m.lock);
	int r = identity_text(buf, size, why);
	pthread_mutex_unlock(&m->m.lock);
	return r;
}

static const struct files_kind live_kind = {
	.open = live_open_file,
	.link = live_link,
	.write_refusal = live_write_refusal,
	.ask = live_ask,
};

int live_open(const struct host_options *o, struct host **ret, char why[200])
{
	struct files_machine *m = files_machine_new(&live_kind);
	struct about *about = &m->m.about;

	m->virt = virt_new(&m->m, o->connect);
	m->kmsg = kmsg_new(KMSG_DEVICE);
	m->perf = perf_new(&m->m, PERF_FOLDER);
	m->ethtool = ethtool_new(ethtool_ask);
	about->kind = about->origin = HOST_LIVE;
	about->is_this_machine = true;
	about->writable = !o->read_only;
	snprintf(about->label, sizeof(about->label), "THIS MACHINE");
	if (o->read_only)
		snprintf(about->why_read_only, sizeof(about->why_read_only), "hvscope was started with --read-only.");
	*ret = files_first(m, "(unnamed)");
	why[0] = '\0';
	return 0;
}
