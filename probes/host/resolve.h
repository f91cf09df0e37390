/* Opening a path inside a folder as if that folder were the root: no link leads out of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_RESOLVE_H
#define PROBES_HOST_RESOLVE_H

#include <stdbool.h>

/* False when the kernel has no openat2() or something forbids it; then resolve_by_walk() is the way. */
bool resolve_kernel_can(int root);

/* A descriptor (O_CLOEXEC), or a negative errno. root is a folder's descriptor, O_PATH is enough. */
int resolve_by_kernel(int root, const char *path, int flags);
/* The same result with one openat() a component. Magic links of /proc are followed by their text, so stay inside. */
int resolve_by_walk(int root, const char *path, int flags);

#endif
