/* The paths of pins, "@virt/UUID/live/vcpu/0": made, taken apart, named for people, and what helps when one is refused.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PIN_PATH_H
#define PROBES_PIN_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum { UUID_LEN = 36 };

struct pin_path {
	char uuid[UUID_LEN + 1];
	bool live; /* else the definition */
	char kind[16]; /* vcpu, emulator, iothread */
	uint32_t number; /* of the vCPU or iothread */
	bool numbered;
};

/* Eight, four, four, four and twelve hexadecimal digits: nothing else becomes part of a path. */
bool is_uuid(const char *text);

/* False for every path that is none of a pin. */
bool pin_path_parse(const char *path, struct pin_path *ret);
const char *pin_path_text(struct arena *a, const struct pin_path *p);
/* "live vcpu 0", "config emulator". */
const char *pin_path_name(struct arena *a, const struct pin_path *p);
/* "vcpu 0", "emulator". */
const char *pin_path_thread(struct arena *a, const struct pin_path *p);
/* As libvirt writes it: "vcpupin vcpu='0'", "emulatorpin". */
const char *pin_path_element(struct arena *a, const struct pin_path *p);
/* The virsh command up to where the list follows: "vcpupin UUID 0". */
const char *pin_path_virsh(struct arena *a, const struct pin_path *p);

/* Is that text of a pin "there is no such element"? */
bool pin_is_none(const char *text);

/*
 * Did libvirt fail after it had set the CPUs of the thread's cgroup? Its answers say nothing of that: the old list must
 * be written again even where it is read.
 */
bool pin_half_done(const char *path, const char *words);

/*
 * What would help when libvirt refused a pin with that error and these words, to be put behind a sentence ("; none of
 * …"); "" where nothing is known. Static text.
 */
const char *pin_help(int err, const char *words);

#endif
