/* The documentation of all checks, made from their rows, so that it cannot say anything else than the program. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_CHECKS_DOCS_H
#define PROBES_CHECKS_DOCS_H

#include <stdbool.h>

/* For free(). width: where lines are broken; 0: nowhere. */
char *checks_docs(bool markdown, int width);

#endif
