/* The version of the program and of the libraries it runs with: the first thing a bug report needs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/version.h"

#include <gnu/libc-version.h>
#include <stdio.h>

#include "probes/host/identity.h"
#include "probes/json.h"
#include "tui/options.h"
#include "tui/term.h"

int version_print(void)
{
	printf("hvscope %s\n", HVSCOPE_VERSION);
	printf("  %s\n", term_library());
	printf("  jansson %s\n", js_library());
	printf("  libcpuid %s\n", identity_library());
	printf("  glibc %s\n", gnu_get_libc_version());
	return EXIT_DONE;
}
