# SPDX-License-Identifier: GPL-2.0
#
# Restores a kernel's console log: no carriage returns, and each message only once.
#
# A CPU with an urgent message, such as a warning, takes the console from a CPU that is in the
# middle of a message. It ends that line, says that it replays, and prints the message again from
# its beginning, so that the log contains a part of the message, or all of it, twice.

function flush()
{
	if (held)
		print last
	held = 0
}

{ gsub(/\r/, "") }

# The kernel may not have ended the line.
$0 ~ /\*\* replaying previous printk message \*\*$/ {
	sub(/\*\* replaying previous printk message \*\*$/, "")
	if ($0 != "") {
		flush()
		last = $0
		held = 1
	}
	replaying = 1
	next
}

{
	if (!(replaying && held && index($0, last) == 1))
		flush()
	replaying = 0
	last = $0
	held = 1
}

END { flush() }
