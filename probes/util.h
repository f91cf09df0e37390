/* What every file may use: allocation that does not fail, BUG for what cannot be, and sizes of arrays. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_UTIL_H
#define PROBES_UTIL_H

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Says what cannot be on stderr and aborts; the crash handler puts the terminal back first. */
#define BUG(...) bug_(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug_(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Never return NULL: a program that watches a host does not limp on without memory. */
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
