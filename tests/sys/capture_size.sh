#!/usr/bin/env bash
# How long captures get: a quarter of the machine that the limits are said of (512 CPUs, 200 guests, 20 MB, 3 MB by gzip).
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

# The same options give the same bytes, so a size can be a case: what a record costs more is seen here first.
ends 'a minute of 128 CPUs and 50 guests, 8 CPUs and 5 guests moving' 0 timeout 300 "$HVSCOPE" simulate --packages 1 --guests 50 \
	--moving 8 --moving-guests 5 --ticks 60 "$tmp/a.host"
plain=$(stat -c %s "$tmp/a.host")
# A quarter of the 20 MB that 512 CPUs and 200 guests may take, and what each machine has once: its settings and its board.
if ((plain > 2000000 && plain < 5250000)); then pass 'is below 5.25 MB'; else fail 'is below 5.25 MB' "$plain bytes"; fi
is 'and has all of its ticks' "$(grep -c '^@ ' "$tmp/a.host")" 60
ends 'written by gzip' 0 timeout 300 "$HVSCOPE" --open "$tmp/a.host" capture "$tmp/a.host.gz"
packed=$(stat -c %s "$tmp/a.host.gz")
if ((packed < 825000)); then pass 'it is below 825 KB'; else fail 'it is below 825 KB' "$packed bytes"; fi
is 'and the same text' "$(gzip -dc "$tmp/a.host.gz" | cmp - "$tmp/a.host" && echo same)" same
done_testing
