/* Looks for a guest in the list of libvirt, whose lines begin with UUID, id and state. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pin_gone.h"

#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/pin_path.h"

enum pin_gone pin_gone(struct host *h, const char *path)
{
	struct pin_path p;
	struct answer answer;
	struct slice rest, line, uuid, id;

	if (!pin_path_parse(path, &p) || host_read(h, "@virt/guests", &answer) < 0)
		return PIN_NOT_GONE;
	rest = (struct slice){answer.text, answer.len};
	while (slice_line(&rest, &line)) {
		if (!slice_word(&line, &uuid) || !slice_is(uuid, p.uuid) || !slice_word(&line, &id))
			continue;
		if (!p.live) /* undefined while it runs: the guest is there, and its definition is not */
			return PIN_UNKNOWN;
		return slice_is(id, "-") ? PIN_ENDED : PIN_NOT_GONE;
	}
	return PIN_UNKNOWN;
}
