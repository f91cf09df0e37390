/* The version of the program and of the libraries it runs with. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_VERSION_H
#define TUI_VERSION_H

int version_print(void); /* an exit status */

#endif
