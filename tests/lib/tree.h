/* Small trees of files in a private folder, for tests that need a machine of their own. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_TREE_H
#define TESTS_LIB_TREE_H

#include <stddef.h>

struct host;

/* A new folder below $TMPDIR or /tmp that everybody may read. All of these end the test when they fail. */
char *tree_new(void);
void tree_free(char *tree); /* removes it with all that is in it; follows no link */

/* The folders that lead to path are made as needed. A path may begin with /: it is always inside the tree. */
void tree_folder(const char *tree, const char *path);
void tree_text(const char *tree, const char *path, const char *text);
void tree_bytes(const char *tree, const char *path, const void *bytes, size_t len);
void tree_link(const char *tree, const char *path, const char *target);
void tree_fifo(const char *tree, const char *path);

/* The tree as a directory host that is only read, or that may be written. */
struct host *tree_host(const char *tree);
struct host *tree_writable_host(const char *tree);

/* Runs run(arg) in a child, as nobody when uid is not 0; returns its exit status, or -1 after a signal. */
int tree_child(unsigned uid, int (*run)(void *arg), void *arg);

#endif
