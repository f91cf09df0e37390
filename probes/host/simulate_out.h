/* How simulated trees are written: folders, files and links whose first error sticks, and texts that grow. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_OUT_H
#define PROBES_HOST_SIMULATE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* After an error every call does nothing: those who write a tree look at err once, at the end. */
struct out {
	int err; /* negative errno */
	char why[200];
	bool (*stop)(void *arg); /* asked once a folder; may be NULL */
	void *stop_arg;
	char line[8192];
};

/* Makes the folder when it is missing. A descriptor for out_close(), or -1 after an error, which all take. */
int out_dir(struct out *o, int parent, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same of a path of several names, "module/kvm/parameters". */
int out_deep(struct out *o, int parent, const char *path);
void out_close(int dir);
/* A new file with that text and a newline. Longer than line[] is an error of the caller. */
void out_line(struct out *o, int dir, const char *name, const char *format, ...) __attribute__((format(printf, 4, 5)));
void out_text(struct out *o, int dir, const char *name, const char *text, size_t len); /* these bytes, nothing more */
/* Another line in a file that is there; nothing where it is not. */
void out_again(struct out *o, int root, const char *path, const char *text);
void out_link(struct out *o, int dir, const char *name, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Empties the folder behind the descriptor; links are removed, not followed. 0 or the first negative errno. */
int out_empty(int dir);

/* A text that grows; starts as {0}. */
struct text {
	char *at;
	size_t len, size;
};
void sim_text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_free(struct text *t);

#endif
