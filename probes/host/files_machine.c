/* Makes the machine behind a tree of files, and finds out what the machine is called. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/host/answer.h"
#include "probes/host/ethtool.h"
#include "probes/host/files_handle.h"
#include "probes/host/kmsg.h"
#include "probes/host/pci_names.h"
#include "probes/host/perf.h"
#include "probes/host/virt.h"
#include "probes/util.h"

static void end(struct machine *m)
{
	struct files_machine *files = (struct files_machine *)m;

	if (files->root >= 0)
		close(files->root);
	virt_free(files->virt);
	perf_free(files->perf);
	ethtool_free(files->ethtool);
	kmsg_free(files->kmsg);
	pci_names_free(files->pci);
	free(files);
}

struct files_machine *files_machine_new(const struct files_kind *kind)
{
	struct files_machine *m = xcalloc(1, sizeof(*m));

	machine_init(&m->m, end);
	m->m.kept_limit = files_kept_limit();
	m->kind = kind;
	m->root = -1;
	m->pci = pci_names_new(NULL);
	return m;
}

/* The first line that says something; /etc/hostname may hold comments. */
static bool take_name(struct about *about, const struct answer *answer)
{
	const char *p = answer->text, *blank = " \t\r\n";

	for (p += strspn(p, blank); *p == '#'; p += strspn(p, blank))
		p += strcspn(p, "\n");
	copy_printable(about->hostname, sizeof(about->hostname), p, strcspn(p, blank));
	return about->hostname[0];
}

struct host *files_first(struct files_machine *m, const char *otherwise)
{
	static const char *const source[] = {"/proc/sys/kernel/hostname", "/etc/hostname"};
	struct host *h = files_handle_new(&m->m);
	struct about *about = &m->m.about;
	struct answer answer;

	for (size_t i = 0; i < COUNT(source); i++) {
		if (!host_read(h, source[i], &answer) && take_name(about, &answer))
			break;
	}
	if (!about->hostname[0])
		copy_printable(about->hostname, sizeof(about->hostname), otherwise, strlen(otherwise));
	h->cost = (struct host_cost){0};
	return h;
}
