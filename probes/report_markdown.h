/* The report for a ticket. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_REPORT_MARKDOWN_H
#define PROBES_REPORT_MARKDOWN_H

struct snapshot;

/* Of a snapshot that has findings. Names of strangers are no markup in it. For free(). */
char *report_markdown(const struct snapshot *s);

#endif
