/* libvirt as paths with texts: one thread asks, everybody else copies its newest answers and never waits. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_VIRT_H
#define PROBES_HOST_VIRT_H

#include "probes/host/host.h"

/*
 * Texts (names are escaped: `\\`, and `\xNN` for control characters and what is no UTF-8):
 *
 * @virt/connection    key=value lines, always answered: uri, link (connecting, connected, none, refused, silent, lost), why,
 *                     remedy, since_ns and answered_ns (on the host's clock; 0: never), and once it was connected hostname,
 *                     of_this_machine (0, 1), driver, libvirt, hypervisor (versions), cpus (of the host: a list)
 * @virt/guests        a line a guest: UUID ID STATE GENERATION KEPT NAME; ID is - when it does not run, STATE running,
 *                     paused, shutoff, crashed or other, KEPT persistent or transient, NAME the rest of the line
 * @virt/UUID/live/xml, @virt/UUID/config/xml    the document; -ENOENT: does not run, or is transient
 * @virt/UUID/live/vcpu/0 (emulator, iothread/1), @virt/UUID/config/…    a CPU list, or "-" where there is no such element,
 *                     and a newline; writable on this machine
 * @virt/stats/state,interface       one bulk call, NOWAIT: "guest UUID", then its key=value lines as libvirt names them
 * @virt/UUID/stats/vcpu,block       the same of one guest; of what KVM counts (vcpu.N.exits.sum, vm.pages_4k.cur) only
 *                     what is in kvm_stats.def
 *
 * A path that was never asked answers -EINPROGRESS until its first answer is there; afterwards the newest good answer with
 * its t_ns, or the error of the newest try when that was about the path (not when libvirt was away: see the connection).
 */
struct virt;

/* uri: NULL is qemu:///system. Connects when it is first asked. */
struct virt *virt_new(struct machine *m, const char *uri);
void virt_free(struct virt *v); /* NULL is fine; never waits for a libvirt that hangs */

/*
 * As files_kind.ask: the length of the text, or a negative errno with why. wait_ms: how long to wait for an answer that is
 * newer than this call; 0: never. *ret_t_ns: when it was given.
 */
int virt_text(struct virt *v, const char *path, unsigned wait_ms, char *buf, size_t size, uint64_t *ret_t_ns, char why[200]);

/* Writes a pin, on a connection of its own that virt_written() closes. 0 or a negative errno with libvirt's words in why. */
int virt_write(struct virt *v, const char *path, const char *text, char why[200]);
void virt_written(struct virt *v);

#endif
