/* The demo program on a test terminal: how the tests of the terminal layer begin and end. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PTY_DEMO_H
#define TESTS_LIB_PTY_DEMO_H

#include "tests/lib/pty.h"

enum { SOON = 20000 }; /* ms: how long a slow machine may take before a test fails */

/* The path of a program built beside the running test, such as "term_demo"; static per call site: out of 4096 bytes. */
const char *beside(const char *program, char out[4096]);
/* Starts it and waits for its first picture. */
struct pty *demo_start(int w, int h, const char *const *env);

#endif
