/* Long lists in texts that people read: their middle becomes one line that still notices every change in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_FOLDED_H
#define TESTS_LIB_FOLDED_H

/*
 * Of reports, text or JSON: of each list of more than 200 lines the first and the last lines, and between them how many
 * were left out and a checksum of them. Frees text; returns the other one, for free().
 */
char *folded(char *text);

#endif
