#!/usr/bin/env bash
# The lab without a disguise is a guest, and hvscope says so; one sign alone is enough.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"

boot FACE=guest NODES=1 KVM=0
ends 'the report' 0 report
judge_topology 1 2 2
is 'it is a guest' "$(fact firmware guest)" true
is 'by the flag, which is looked at first' "$(fact firmware guest_why)" 'the processor has the flag hypervisor'
like 'the overview tells it first of the host' "$(inside 'hvscope show overview --size 120x30')" 'HOST +is itself a guest'

boot FACE=qemu NODES=1 CORES=1 THREADS=1 KVM=0
ends 'the report without the flag' 0 report
judge_topology 1 1 1
is 'it is a guest all the same' "$(fact firmware guest)" true
like 'by DMI' "$(fact firmware guest_why)" '^DMI says QEMU '
done_testing
