/* What the parts of the masking host share: the stand-ins, and what masks each form of text. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_MASKED_IMPL_H
#define PROBES_HOST_MASKED_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/parse.h"
#include "probes/text.h"

enum { INTERFACE_MOST = 16 }; /* with the NUL, as the kernel has it */

enum mask_kind {
	MASK_GUEST, /* guest1 */
	MASK_SQUEEZED, /* a guest's name as machined takes it; its stand-in is the guest's */
	MASK_HOST, /* host1, and host1.example */
	MASK_UUID, /* in small letters with dashes: 00000000-0000-4000-8000-000000000001 */
	MASK_MAC, /* in small letters with colons: 52:54:00:00:00:01 */
	MASK_IP4, /* 192.0.2.1 */
	MASK_IP6, /* 2001:db8::1 */
	MASK_PATH, /* /images/1.qcow2 */
	MASK_SERIAL, /* SERIAL1 */
	MASK_HEX, /* as many digits, a number in the last of them */
	MASK_TITLE, /* title1 */
	MASK_TEXT, /* text1: what people wrote */
	MASK_NAME, /* name1: of pools, networks, users, and whatever else people named */
	MASK_INTERFACE, /* if1 */
	MASK_PART, /* a name within a path that holds one of the others */
	MASK_TAKEN, /* a guest's own name, which is to be no other one's stand-in */
	MASK_KINDS
};

/* Which stand-in is whose, both ways. Not for two threads at once. What they return lives as long as it does. */
struct masks;

struct masks *masks_new(void);
void masks_free(struct masks *m);
/* The stand-in of that: a new one when it has none yet. */
const char *mask_of(struct masks *m, enum mask_kind kind, struct slice real);
const char *mask_known(const struct masks *m, enum mask_kind kind, struct slice real); /* NULL: it has none */
/* Of the longest name that begins so, and is longer; NULL: there is none. */
const char *mask_longer(const struct masks *m, enum mask_kind kind, struct slice begin);
unsigned mask_count(const struct masks *m, enum mask_kind kind); /* how many stand-ins were given */
/* What that stands for, or NULL. */
const char *mask_real(const struct masks *m, enum mask_kind kind, struct slice masked);
/* Gives it the stand-in that it is to have; another one like it when that is taken. */
const char *mask_pair(struct masks *m, enum mask_kind kind, struct slice real, const char *masked);

/* So many guests are about to be named for the first time: their numbers get as many digits, so that they sort. */
void mask_expect(struct masks *m, size_t guests);

void mask_put(struct text *t, const char *bytes, size_t len); /* NUL bytes too */
void mask_put_slice(struct text *t, struct slice s);

/* UUIDs, MAC addresses, world-wide names and, where ip says so, IP addresses: wherever they stand in s. */
void mask_shapes(struct masks *m, struct text *t, struct slice s, bool ip);
/* Interfaces may be named by their MAC address; nothing else is looked for. */
void mask_interfaces(struct masks *m, struct text *t, struct slice s);
/* Names of guests and hosts as parts of other names: those that stand out; mask_names(): all, where things are named. */
void mask_within(struct masks *m, struct text *t, struct slice s);
void mask_names(struct masks *m, struct text *t, struct slice s);
void mask_device(struct masks *m, struct text *t, struct slice s); /* those of interfaces as well: "web3-eth0-rx-0" */
void mask_interrupts(struct masks *m, struct text *t, struct slice s); /* /proc/interrupts */
bool mask_stands_out(struct slice s); /* what cannot be a word of a sentence, a number or a state */
/* Whole words that are names of hosts or, where they cannot be words of a sentence, of guests. */
void mask_words(struct masks *m, struct text *t, struct slice s);

void mask_host(struct masks *m, struct text *t, struct slice s); /* a name, a full name, an address */
/* The path of a file: what lies there on every machine stays; mask_image(): devices and firmware alone. */
void mask_file(struct masks *m, struct text *t, struct slice s);
void mask_image(struct masks *m, struct text *t, struct slice s);
bool mask_is_system(struct slice path);
void mask_sentence(struct masks *m, struct text *t, struct slice s);
/* Of links, cgroups and folders: part by part, and how to get back. */
const char *mask_guest(struct masks *m, struct slice name); /* as mask_of(), found in cgroups too */
void mask_path(struct masks *m, struct text *t, struct slice s);
bool mask_holds_interfaces(struct slice folder); /* by its last part */
void mask_part(struct masks *m, struct text *t, struct slice s);
void mask_interface(struct masks *m, struct text *t, struct slice s); /* a part too, with blanks around it; usual names stay */
void mask_unpath(const struct masks *m, struct text *t, const char *path);

void mask_xml(struct masks *m, struct text *t, struct slice s);
void mask_command(struct masks *m, struct text *t, struct slice s); /* the command line of any process */
void mask_setting(struct masks *m, struct text *t, struct slice word); /* of a daemon: only what names a file goes */
void mask_option(struct masks *m, struct text *t, struct slice s); /* one argument of QEMU */
/* What the process is called after its own wish: "-name guest=web3,process=qemu:web3"; false when it has none. */
bool mask_process(struct masks *m, struct slice command, struct slice comm, struct text *t);

/* How the text of an answer is masked, by its path. */
typedef void mask_form(struct masks *m, struct text *t, struct slice s);
mask_form *mask_form_of(const char *path); /* NULL: as it is */

void mask_guests(struct masks *m, struct text *t, struct slice s);
void mask_connection(struct masks *m, struct text *t, struct slice s);
void mask_stats(struct masks *m, struct text *t, struct slice s);
void mask_boot(struct masks *m, struct text *t, struct slice s); /* the kernel's command line */
void mask_profiles(struct masks *m, struct text *t, struct slice s); /* of tuned: names of them */
void mask_profile_file(struct masks *m, struct text *t, struct slice s);
void mask_cpupower(struct masks *m, struct text *t, struct slice s); /* its file of settings */
void mask_top_cgroup(struct masks *m, struct text *t, struct slice s); /* a folder of /sys/fs/cgroup */
void mask_log(struct masks *m, struct text *t, struct slice s); /* lines of the kernel's log */
void mask_version(struct masks *m, struct text *t, struct slice s);

#endif
