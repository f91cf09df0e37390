/* Puts what libvirt would answer into a sham machine. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham_guests.h"

#include <inttypes.h>
#include <stdio.h>

#include "probes/host/host.h"

static uint64_t now(struct sham *s)
{
	struct host *h = sham_host(s);
	uint64_t ns = host_now(h);

	host_close(h);
	return ns;
}

void sham_libvirt(struct sham *s, const char *link, const char *cpus)
{
	sham_put(s, "@virt/connection",
		"uri=qemu:///system\nlink=%s\nwhy=\nremedy=\nsince_ns=1\nanswered_ns=%" PRIu64
		"\nhostname=kvm07\nof_this_machine=1\ndriver=QEMU\nlibvirt=9.0.0\nhypervisor=7.2.22\ncpus=%s\n",
		link, now(s), cpus);
}

void sham_guests(struct sham *s, const char *lines)
{
	sham_put(s, "@virt/guests", "%s", lines);
}

void sham_xml(struct sham *s, const char *uuid, const char *scope, const char *xml)
{
	char path[128];

	snprintf(path, sizeof(path), "@virt/%s/%s/xml", uuid, scope);
	if (xml)
		sham_put(s, path, "%s", xml);
	else
		sham_remove(s, path);
}
