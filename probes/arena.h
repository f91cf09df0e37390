/* Memory that is given out in pieces and freed at once: each block and each change owns one. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_ARENA_H
#define PROBES_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* hint: bytes that will probably be needed; 0 is fine. Never NULL: running out of memory ends the program. */
struct arena *arena_new(size_t hint);
void arena_free(struct arena *a); /* NULL is fine */

void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type; size 0 gives a valid pointer */
void *arena_array(struct arena *a, size_t n, size_t size);
char *arena_text(struct arena *a, const char *text, size_t len); /* a copy with a NUL behind it */
char *arena_strdup(struct arena *a, const char *text); /* NULL gives NULL */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap) __attribute__((format(printf, 2, 0)));
size_t arena_used(const struct arena *a); /* bytes given out */

#endif
