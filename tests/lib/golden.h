/* Golden texts: what something said when somebody last looked at it and found it right. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_GOLDEN_H
#define TESTS_LIB_GOLDEN_H

#include <stdbool.h>

/*
 * Whether got is what tests/golden/KIND/NAME holds; prints what differs. GOLDEN_UPDATE=1 writes it there instead. A text
 * that differs does not end the test: others may differ too.
 */
bool golden_same(const char *kind, const char *name, const char *got);

#endif
