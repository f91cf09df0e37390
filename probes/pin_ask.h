/* What somebody asks for in words, "web3 vcpu 2 8-11": read, looked up among the guests, and planned. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PIN_ASK_H
#define PROBES_PIN_ASK_H

#include "probes/change.h"

struct pin_ask {
	const char *guest; /* a name, a UUID, or the id of one that runs */
	const char *kind; /* static: vcpu, all, emulator, iothread */
	uint32_t number; /* of vcpu and iothread */
	bool one_to_one;
	const char *cpus; /* a list, or "-" */
	bool live, config; /* neither: not said */
};

/* For people: all that can be asked for. */
#define PIN_ASK_FORMS \
	"GUEST vcpu N CPUS|-, GUEST all CPUS|1:1 CPUS|-, GUEST emulator CPUS|-, GUEST iothread N CPUS|-"

/* The words behind the guest. 0, or -EINVAL with *ret_why as a sentence; it fills all but guest and the scopes. */
int pin_ask_words(const char *const *word, size_t n, struct pin_ask *ret, const char **ret_why);
/* A whole line with --live and --config in it; a guest's name may have blanks. Texts are in the arena. */
int pin_ask_line(struct arena *a, const char *line, struct pin_ask *ret, const char **ret_why);

/*
 * The key of the guest that is meant: an exact UUID, then a name, then a title, then the id of one that runs; "pid4711"
 * for a process that libvirt does not list. -ESRCH, -ENOTUNIQ or -EAGAIN with *ret_why as a sentence.
 */
int pin_ask_guest(
	const struct snapshot *s, struct arena *a, const char *who, const char **ret_key, const char **ret_why);

/* The plan of the action pin. 0, or -errno with ret->title saying why. */
int pin_ask_plan(const struct snapshot *s, const struct pin_ask *ask, struct change *ret);

#endif
