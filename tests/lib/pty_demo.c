/* The demo program on a test terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/pty_demo.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probes/util.h"

const char *beside(const char *program, char out[4096])
{
	ssize_t n = readlink("/proc/self/exe", out, 2048);
	char *slash;

	if (n < 0)
		BUG("no /proc/self/exe");
	out[n] = '\0';
	slash = strrchr(out, '/');
	snprintf(slash + 1, 4096 - (size_t)(slash + 1 - out), "%s", program);
	return out;
}

struct pty *demo_start(int w, int h, const char *const *env)
{
	char path[4096];
	const char *const argv[] = {beside("term_demo", path), NULL};
	struct pty *p = pty_start(&(struct pty_run){.w = w, .h = h, .argv = argv, .env = env});

	if (!p || !pty_wait_text(p, "typed <", SOON))
		BUG("the demo shows nothing: %s", p ? pty_raw(p) : "no pseudo-terminal");
	return p;
}
