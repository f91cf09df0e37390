/* The tty: modes, size and rescue of the terminal as a device, without knowing what kind of terminal it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_TTY_H
#define TUI_TTY_H

#include <stdbool.h>
#include <stddef.h>

/* Keys come from the terminal itself where standard input is something else: it takes its place. 0 or -errno. */
int tty_take_keys(void);
int tty_remember(void); /* the modes as they are now, for tty_restore() and term_rescue(). 0 or -errno */
void tty_restore(void);
void tty_keys_raw(void); /* Ctrl-S does not freeze the screen; Ctrl-V and Ctrl-O are keys; Enter is not Ctrl-J */
void tty_forget_input(void);
void tty_say(const char *bytes); /* straight to the terminal, past ncurses */
/* False while another process group has the terminal: to change it now would disturb the shell. */
bool tty_foreground(void);
/* At least 1x1: what the device says, else LINES and COLUMNS, else what is usual for its kind. */
void tty_size(int usual_w, int usual_h, int *w, int *h);

/* What term_rescue() writes: terminfo texts one after the other, NULL for none; their padding ($<50>) is left out. */
void tty_rescue_bytes(const char *const *texts, size_t n);
void tty_rescue_arm(bool on); /* off while the terminal is not ours: term_rescue() then does nothing */

#endif
