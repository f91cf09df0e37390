#!/usr/bin/env bash
# A test that is ended twice, as by somebody who ends its whole group, still cleans up what it started.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
cat >"$tmp/test" <<-END
	. "$top/tests/lib/tap.sh"
	tap_cleanup() {
		touch "$tmp/cleaning"
		until_true 10 test -e "$tmp/go"
		touch "$tmp/cleaned"
	}
	touch "$tmp/started"
	until_true 20 false
END
bash "$tmp/test" &
pid=$!
until_true 10 test -e "$tmp/started"
kill -TERM $pid
until_true 10 test -e "$tmp/cleaning"
kill -TERM $pid
touch "$tmp/go"
wait $pid
is 'its status says who ended it' $? 143
if [[ -e $tmp/cleaned ]]; then pass 'all is cleaned up'; else fail 'all is cleaned up'; fi
done_testing
