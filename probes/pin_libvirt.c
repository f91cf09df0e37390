/* Asks the host for the URI of its libvirt, which it knows whether that libvirt answers or not. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pin_libvirt.h"

#include <string.h>

#include "probes/arena.h"
#include "probes/host/answer.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/pin_path.h"
#include "probes/shell.h"

const char *pin_libvirt(struct host *h, struct arena *a, const struct step *steps, size_t n)
{
	struct pin_path pin;
	struct answer answer;
	struct slice uri;
	size_t i = 0;

	while (i < n && !pin_path_parse(steps[i].path, &pin))
		i++;
	if (i == n || host_read(h, "@virt/connection", &answer) < 0 || !answer_value(answer.text, "uri", &uri) ||
		!uri.len)
		return NULL;
	return slice_text(a, uri);
}

const char *pin_libvirt_option(struct arena *a, const char *uri)
{
	if (!strcmp(uri, LIBVIRT_USUAL))
		return "without --connect";
	if (!shell_can_show(uri))
		return "with --connect and that URI";
	return arena_printf(a, "with --connect %s", shell_quote(a, uri));
}

const char *pin_libvirt_text(struct arena *a, const char *uri)
{
	size_t len = strlen(uri);
	char *text = arena_alloc(a, len + 1);

	copy_printable(text, len + 1, uri, len);
	return text;
}
