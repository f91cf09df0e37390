#!/usr/bin/env bash
# How long captures get: a minute of 512 CPUs and 200 guests is below 20 MB, and below 3 MB by gzip.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

# The same options give the same bytes, so a size can be a case: what a record costs more is seen here first. Without TMPDIR
# the tree of some hundred thousand small files lies in memory, where there is room.
ends 'a minute of 512 CPUs and 200 guests, 32 CPUs and 20 guests moving' 0 env -u TMPDIR timeout 250 "$HVSCOPE" simulate \
	--guests 200 --moving 32 --moving-guests 20 --ticks 60 "$tmp/a.host"
plain=$(stat -c %s "$tmp/a.host")
echo "# $plain bytes"
if ((plain > 8000000 && plain < 20000000)); then pass 'is below 20 MB'; else fail 'is below 20 MB' "$plain bytes"; fi
is 'and has all of its ticks' "$(grep -c '^@ ' "$tmp/a.host")" 60
ends 'written by gzip' 0 timeout 250 "$HVSCOPE" --open "$tmp/a.host" capture "$tmp/a.host.gz"
packed=$(stat -c %s "$tmp/a.host.gz")
echo "# $packed bytes"
if ((packed < 3000000)); then pass 'it is below 3 MB'; else fail 'it is below 3 MB' "$packed bytes"; fi
is 'and the same text' "$(gzip -dc "$tmp/a.host.gz" | cmp - "$tmp/a.host" && echo same)" same
done_testing
